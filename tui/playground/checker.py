"""The playground's questions about its program: what is wrong in it, and whether the grads are slopes.

What answers them is loaded with the first question: the app's first frame does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tui.app_commands import STOPS
from tui.playground.playground_commands import with_keys
from tui.widgets.asking import choose
from tui.widgets.bars import MAX_SAYING

if TYPE_CHECKING:
    from microcrad.diagnosis.graph_check import GraphCheck, LeafCheck
    from tui.playground.screen import Playground

__all__ = ["Checker"]


class Checker:
    """Diagnoses the session on screen and checks its grads; a lesson that asks for a number goes first."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    def _has_not_run(self) -> bool:
        """Whether nothing can be said of the program's numbers, as it has not run; then that is said."""
        from tui.playground import checks

        said = checks.not_run(self._playground.session.moment)
        if said is not None:
            self._tell(*said)
        return said is not None

    def _tell(self, fact: str, advice: str = "") -> None:
        self._playground.words.hint = ""
        self._playground.session.tell(fact, advice)
        self._playground.show_panes()

    # --- what is wrong ---

    def diagnose(self) -> None:
        """Go to the most serious thing that is wrong in the run, and on to the next one."""
        if not self._playground.asked_first() and not self._has_not_run():
            self._go_to_finding(self._playground.session.next_finding())

    def list_findings(self) -> None:
        """List all that is wrong in the run, or the errors of a program that cannot be read."""
        if self._playground.asked_first():
            return
        from tui.playground import checks

        moment, findings = self._playground.session.moment, self._playground.session.findings
        if checks.not_run(moment) is not None:
            self._list("in this program", checks.error_options(moment.errors), self._go_to_error)
        elif findings:
            self._list("in this run", checks.finding_options(findings), self._go_to_finding)
        else:
            self._go_to_finding(None)

    def _list(self, where: str, rows: list[tuple[str, str, str]], go: Callable[[int], None]) -> None:
        """Give what is wrong to choose from; enter goes to one."""
        count = "1 thing is" if len(rows) == 1 else f"{len(rows)} things are"
        self._playground.app.push_screen(
            choose(f"{count} wrong {where}.", rows, hint="{accept} goes to it, {leave} leaves"),
            lambda name: go(int(name)) if name is not None else None,
        )

    def _go_to_error(self, place: int) -> None:
        """Stand in the editor where an error is, which is spelled out there."""
        playground = self._playground
        error = playground.session.moment.errors[place]
        playground.edit()
        playground.editor.move_cursor((error.line - 1, error.column - 1))

    def _go_to_finding(self, place: int | None) -> None:
        from tui.playground import checks

        playground, session = self._playground, self._playground.session
        playground.player.pause()
        if place is None:
            graded = session.graph_check is not None
            self._tell(checks.nothing_found(session.snapshot), checks.FOR_WRONG_GRADS if graded else "")
            return
        finding = session.go_to_finding(place)
        room = MAX_SAYING * (playground.panes.room.width - 4)
        self._tell(checks.saying(finding, place, len(session.findings), room))

    # --- whether the grads are slopes ---

    def check(self) -> None:
        """Compare every leaf's grad with its finite difference."""
        playground = self._playground
        if playground.asked_first() or self._has_not_run():
            return
        check = playground.session.graph_check
        if check is not None:
            playground.player.pause()
            self._check(check)
            return
        from tui.playground import checks

        self._tell(checks.NO_BACKWARD)

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
        self._playground.app.push_screen(choose(question, options, hint=hint, rows=True), self._checked)

    def _checked(self, name: str | None) -> None:
        """Select the leaf that was chosen."""
        if name is not None and name.isdigit():
            self._playground.session.select(int(name))
            self._playground.focus_pane("graph")
            self._playground.show_panes()
