"""The playground's questions about its numbers: where a nan comes from, and whether the grads are slopes.

What answers them is loaded with the first question: the app's first frame does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from microcrad.session.session import Session
from tui.playground.panes import Panes
from tui.widgets.bars import MAX_SAYING, Status
from tui.widgets.dialogs import Choose
from tui.widgets.work import Work

if TYPE_CHECKING:
    from microcrad.diagnosis.graph_check import GraphCheck, LeafCheck

ASKED = "Answer first: this would show the number that is asked for."

__all__ = ["Checking"]


class Checking(Panes):
    """Panes around a session that can be diagnosed and checked."""

    session: Session
    work: Work
    """A run, or a check: one of them at a time."""
    _working = ""
    """What the status line says while it goes on."""
    _left = ""
    """What to say if that work is stopped."""

    def hint(self, text: str) -> None:
        """Say something until the next move: the playground knows how."""

    def pause(self) -> None:
        """Stop playing, if events play: the playground knows."""

    def asked_first(self) -> bool:
        """Whether what is wanted would show what may not be told yet; then that is said."""
        if self.session.telling.checks:
            return False
        self.session.notice = ASKED
        self.show_panes()
        return True

    # --- where a nan comes from ---

    def action_diagnose(self) -> None:
        """Go to the most serious thing that is wrong with the run's numbers, and on to the next one."""
        if not self.asked_first():
            self._go_to_finding(self.session.next_finding())

    def action_findings(self) -> None:
        """List all that is wrong with the run's numbers; enter goes to one."""
        if self.asked_first():
            return
        findings = self.session.findings
        if not findings:
            self._go_to_finding(None)
            return
        count = "1 thing is" if len(findings) == 1 else f"{len(findings)} things are"
        from tui.playground import checks

        self.app.push_screen(
            Choose(
                f"{count} wrong with the numbers of this run.",
                checks.finding_options(findings),
                hint="enter goes to it, esc leaves",
            ),
            lambda name: self._go_to_finding(int(name)) if name is not None else None,
        )

    def _go_to_finding(self, place: int | None) -> None:
        from tui.playground import checks

        self.pause()
        self.hint("")
        session = self.session
        if place is None:
            session.notice = checks.NOTHING_FOUND
        else:
            finding = session.go_to_finding(place)
            room = MAX_SAYING * (self.room.width - 4)
            self.hint(checks.saying(finding, place, len(session.findings), room))
        self.show_panes()

    # --- whether the grads are slopes ---

    def action_check(self) -> None:
        """Compare every leaf's grad with its finite difference."""
        if self.asked_first():
            return
        check = self.session.graph_check
        if check is not None:
            self._check(check)
            return
        from tui.playground import checks

        self.hint("")
        self.session.notice = checks.NO_BACKWARD
        self.show_panes()

    def _check(self, check: GraphCheck) -> None:
        """Check in slices, and then show the table."""
        self.pause()
        leaves: list[LeafCheck] = []

        def checking() -> Iterator[str]:
            for leaf in check.steps():
                leaves.append(leaf)
                yield f"checking: {len(leaves):,} of {len(check.leaves):,} grads   esc stops"

        self._begin(
            checking(), lambda: self._show_check(check, leaves), "Stopped. Not every grad was checked."
        )

    def _begin(self, job: Iterator[str], then: Callable[[], None], left: str) -> None:
        """Do something in slices; `left` is what to say if it is stopped."""
        self._left = left

        def finished() -> None:
            self._working = ""
            then()

        def progress(said: str) -> None:
            self._working = said
            self.query_one(Status).show(self.session.moment, working=said)

        self._working = ""
        self.work.start(job, finished, progress)

    def _show_check(self, check: GraphCheck, leaves: list[LeafCheck]) -> None:
        self.show_panes()
        from tui.playground import checks

        options = checks.check_options(leaves, self.glyphs)
        question = checks.check_question(check, leaves)
        hint = "enter goes to the leaf, esc leaves"
        self.app.push_screen(Choose(question, options, hint=hint, rows=True), self._checked)

    def _checked(self, name: str | None) -> None:
        """Select the leaf that was chosen."""
        if name is not None and name.isdigit():
            self.session.select(int(name))
            self.focus_pane("graph")
            self.show_panes()
