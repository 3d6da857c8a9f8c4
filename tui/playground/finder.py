"""Finding a node of the playground by its name or expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microcrad.text.near import did_you_mean
from tui.playground.playground_commands import with_keys
from tui.widgets.asking import ask

if TYPE_CHECKING:
    from tui.playground.screen import Playground

__all__ = ["Finder"]


class Finder:
    """Asks for a text and selects a node that has it; asked for again, the next one."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._last = ""
        self._found: tuple[object, list[int]] = None, []
        """What was found for that text and moment: where one stands does not change its order any more."""

    def ask(self) -> None:
        """Ask for a name or expression."""
        question = ask("Find a node by name or expression", self._last)
        self._playground.app.push_screen(question, self._find)

    def _find(self, text: str | None) -> None:
        if not text:
            return
        playground, session = self._playground, self._playground.session
        self._last, playground.words.hint, session.notice = text, "", ""
        at = text, session.snapshot
        if self._found[0] != at or session.selected not in self._found[1]:
            self._found = at, session.find(text)
        found = self._found[1]
        if found:
            place = found.index(session.selected) + 1 if session.selected in found else 0
            session.select(found[place % len(found)])
            if len(found) > 1:
                which = f"{place % len(found) + 1} of {len(found)} nodes"
                playground.words.hint = f"{which} with '{text}'. {with_keys('{find} finds the next.')}"
        else:
            session.notice = f"No node named '{text}'.{did_you_mean(text, session.snapshot.names, alike=0.4)}"
        playground.focus_pane("graph")
        playground.show_panes()
