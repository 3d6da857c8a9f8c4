"""The playground's questions about its numbers: where a nan comes from, and whether the grads are slopes.

What answers them is loaded with the first question: the app's first frame does not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.app_commands import STOPS
from tui.playground.playground_commands import with_keys
from tui.widgets.bars import MAX_SAYING
from tui.widgets.dialogs import Choose

if TYPE_CHECKING:
    from microcrad.diagnosis.graph_check import GraphCheck, LeafCheck
    from tui.playground.screen import Playground

__all__ = ["Checker"]


class Checker:
    """Diagnoses the session on screen and checks its grads; a lesson that asks for a number goes first."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    # --- where a nan comes from ---

    def diagnose(self) -> None:
        """Go to the most serious thing that is wrong with the run's numbers, and on to the next one."""
        if not self._playground.asked_first():
            self._go_to_finding(self._playground.session.next_finding())

    def list_findings(self) -> None:
        """List all that is wrong with the run's numbers; enter goes to one."""
        if self._playground.asked_first():
            return
        findings = self._playground.session.findings
        if not findings:
            self._go_to_finding(None)
            return
        count = "1 thing is" if len(findings) == 1 else f"{len(findings)} things are"
        from tui.playground import checks

        self._playground.app.push_screen(
            Choose(
                f"{count} wrong with the numbers of this run.",
                checks.finding_options(findings),
                hint="{accept} goes to it, {leave} leaves",
            ),
            lambda name: self._go_to_finding(int(name)) if name is not None else None,
        )

    def _go_to_finding(self, place: int | None) -> None:
        from tui.playground import checks

        playground, session = self._playground, self._playground.session
        playground.player.pause()
        playground.words.hint = ""
        if place is None:
            graded = session.graph_check is not None
            session.tell(checks.NOTHING_FOUND, checks.FOR_WRONG_GRADS if graded else "")
        else:
            finding = session.go_to_finding(place)
            room = MAX_SAYING * (playground.panes.room.width - 4)
            playground.words.hint = checks.saying(finding, place, len(session.findings), room)
        playground.show_panes()

    # --- whether the grads are slopes ---

    def check(self) -> None:
        """Compare every leaf's grad with its finite difference."""
        playground = self._playground
        if playground.asked_first():
            return
        check = playground.session.graph_check
        if check is not None:
            playground.player.pause()
            self._check(check)
            return
        from tui.playground import checks

        playground.words.hint = ""
        playground.session.notice = checks.NO_BACKWARD
        playground.show_panes()

    def _check(self, check: GraphCheck) -> None:
        """Check in slices, and then show the table."""
        leaves: list[LeafCheck] = []

        def checking() -> Iterator[str]:
            for leaf in check.steps():
                leaves.append(leaf)
                yield f"checking: {len(leaves):,} of {len(check.leaves):,} grads   {with_keys(STOPS)}"

        left = "Stopped. Not every grad was checked."
        self._playground.runner.begin(checking(), lambda: self._show_check(check, leaves), left)

    def _show_check(self, check: GraphCheck, leaves: list[LeafCheck]) -> None:
        self._playground.show_panes()
        from tui.playground import checks

        options = checks.check_options(leaves, self._playground.glyphs)
        question = checks.check_question(check, leaves)
        hint = "{accept} goes to the leaf, {leave} leaves"
        self._playground.app.push_screen(Choose(question, options, hint=hint, rows=True), self._checked)

    def _checked(self, name: str | None) -> None:
        """Select the leaf that was chosen."""
        if name is not None and name.isdigit():
            self._playground.session.select(int(name))
            self._playground.focus_pane("graph")
            self._playground.show_panes()
