"""Going down a graph by what contributed most to a number, and beside that by what contributed less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microcrad.timeline.largest import contributors
from tui.playground.playground_commands import with_keys

if TYPE_CHECKING:
    from tui.playground.screen import Playground

__all__ = ["Contributors"]


class Contributors:
    """Selects what the selected node got its number from: the largest first, and then, asked to, the next."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._above = -1
        """The node that it went down from last."""

    def down(self) -> None:
        """Go to what contributed most to the selected node."""
        node = self._playground.session.selected
        if node is None:
            self._playground.notice("No node is selected. Choose one with the arrows first.")
        else:
            self._go(node, 0)

    def beside(self) -> None:
        """Go to what contributed next to the node that one came down from, and around."""
        found, selected = self._contributors(self._above), self._playground.session.selected
        if selected in found:
            self._go(self._above, (found.index(selected) + 1) % len(found))
        else:
            self._playground.notice(
                with_keys(
                    "{largest} goes down to what contributed most; then {next_largest} goes to the next."
                )
            )

    def _contributors(self, node: int) -> list[int]:
        at = self._playground.session.snapshot
        return contributors(at, node) if node in at.nodes else []

    def _go(self, node: int, place: int) -> None:
        playground, session = self._playground, self._playground.session
        found, label = self._contributors(node), session.snapshot.label(node)
        playground.words.hint, session.notice = "", ""
        if found:
            self._above = node
            session.select(found[place])
            playground.whereabouts.went_on(chosen=True)
            if len(found) > 1:
                playground.words.hint = with_keys(
                    f"{place + 1} of {len(found)}, by how much they contributed to {label}. "
                    "{next_largest} goes to the next, {largest} further down."
                )
        elif session.snapshot.operands(node):
            session.notice = f"What {label} was made of is not shown yet."
        else:
            session.notice = f"{label} is a leaf: it was made of nothing else."
        playground.show_panes()
