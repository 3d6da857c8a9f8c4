"""The rules that the playground's program is run by: who owns what, and which fault is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microcrad.run.faults import FAULTS
from microcrad.run.interpreter import TYPING
from tui.widgets.asking import choose

if TYPE_CHECKING:
    from tui.playground.screen import Playground

__all__ = ["RuleSwitch"]

_OWNERSHIP = {
    "manual": "Manual: C's rules. Names own nothing; only retain and release count.",
    "auto": "Auto: names hold references, and temporaries go at the end of their line.",
}


class RuleSwitch:
    """Switches them, and runs the program again."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    def switch_ownership(self) -> None:
        """Run under the other ownership rules."""
        playground, session = self._playground, self._playground.session
        playground.runner.drop()
        playground.player.pause()
        session.switch_ownership(limits=TYPING)
        playground.runner.errors = session.errors
        playground.words.hint = _OWNERSHIP[session.run.ownership]
        playground.show_panes()
        playground.post_message(playground.TextChanged())

    def ask_for_fault(self) -> None:
        """Switch the fault off, or ask which one to switch on."""
        if self._playground.session.fault is not None:
            self.switch_fault(None)
            return
        options = [(fault.name, f"{fault.name}: {fault.title}", fault.why) for fault in FAULTS.values()]
        question = choose("Wrong on purpose: which fault?", options)
        self._playground.app.push_screen(question, self._fault_chosen)

    def _fault_chosen(self, name: str | None) -> None:
        if name is not None:
            self.switch_fault(name)

    def switch_fault(self, name: str | None) -> None:
        """Run with a fault, or right for None."""
        playground = self._playground
        playground.player.pause()
        playground.words.hint = "The engine is right again." if name is None else FAULTS[name].why
        playground.runner.run(playground.session.switching_fault(name, limits=TYPING))
        playground.post_message(playground.TextChanged())
