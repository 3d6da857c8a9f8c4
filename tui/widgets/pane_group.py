"""Panes that the focus goes round: which one is active, and which has the whole screen."""

from __future__ import annotations

from collections.abc import Callable, Collection

from textual.containers import Vertical
from textual.events import DescendantFocus, Resize
from textual.geometry import Size

from tui.widgets.bars import Title
from tui.widgets.glyphs import Glyphs

__all__ = ["SIDE_BY_SIDE", "PaneGroup"]

SIDE_BY_SIDE = 80
"""The width from which panes stand side by side; below, there is one at a time."""


class PaneGroup(Vertical):
    """A pane called `x` has the widget `#x`, in a box `#x-box` with a title `#x-title`.

    While one pane has the screen, the group has the class `single`, and its box and those around it `active`.
    """

    PANES: tuple[str, ...] = ()
    """Every pane there is, by id."""

    def __init__(self, glyphs: Glyphs, active: str, *, id: str) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._zoomed = False
        self._active = active
        """The pane that has or had the focus, by id."""
        self.beyond: Callable[[int], bool] = lambda by: False
        """Gives the focus to what stands beside the group, after its last pane; False if nothing does."""

    @property
    def panes(self) -> list[str]:
        """The panes that the focus goes round now, in order."""
        return list(self.PANES)

    @property
    def _box(self) -> str:
        """The box that the active pane stands in."""
        return self._active

    @property
    def room(self) -> Size:
        """The room there is for the panes; before they are laid out, the screen's."""
        return self.size or self.app.size

    def light(self, panes: Collection[str]) -> None:
        """Mark the panes that matter for a lesson's task; none for none."""
        for title in self.query(Title):
            title.lit = str(title.id).removesuffix("-title") in panes

    def title(self, pane: str) -> Title:
        """The title of a pane."""
        return self.query_one(f"#{pane}-title", Title)

    # --- room ---

    def on_resize(self, event: Resize) -> None:
        """Fit the panes to the new size."""
        self.fit_panes()

    def fit_panes(self) -> None:
        """Show the panes that have room."""
        self.set_class(self.room.width < SIDE_BY_SIDE or self._zoomed, "single")
        if self.has_class("single"):
            active = self.query_one(f"#{self._box}-box")
            for box in self.query(".box"):
                box.set_class(box is active or box in active.ancestors, "active")

    # --- focus and zoom ---

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Light the title of the pane that has the focus."""
        if event.widget.id in self.PANES:
            self._active = event.widget.id
            for title in self.query(Title):
                title.active = title.id == f"{self._box}-title"
            if self.has_class("single"):
                self.fit_panes()

    def focus_pane(self, pane: str) -> None:
        """Bring a pane to the front and give it the focus."""
        self._active = pane
        if self.has_class("single") or self._zoomed:
            self.fit_panes()
        self.query_one(f"#{pane}").focus()

    def action_go_round(self, by: int) -> None:
        """Give the focus to the next pane."""
        panes = self.panes
        place = (panes.index(self._active) if self._active in panes else 0) + by
        if 0 <= place < len(panes) or not self.beyond(by):
            self.focus_pane(panes[place % len(panes)])

    def focus_end(self, by: int) -> None:
        """Give the focus to the first pane, or to the last one for a step back."""
        self.focus_pane(self.panes[0 if by > 0 else -1])

    def action_zoom(self) -> None:
        """Give the focused pane the whole screen, or give it back."""
        self._zoomed = not self._zoomed
        self.fit_panes()

    def show_alone(self, pane: str) -> None:
        """Give one pane the whole screen."""
        self._zoomed = True
        self.focus_pane(pane)

    def unzoom(self) -> bool:
        """Give a zoomed pane's space back; False if none was zoomed."""
        if not self._zoomed:
            return False
        self.action_zoom()
        return True
