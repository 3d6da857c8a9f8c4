"""The panes of a screen as the focus goes round them: which one is active, and which has the whole screen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from textual.events import DescendantFocus
from textual.geometry import Size
from textual.widget import Widget

from tui.widgets.bars import Title

__all__ = ["SIDE_BY_SIDE", "PaneRing"]

SIDE_BY_SIDE = 80
"""The width from which panes stand side by side; below, there is one at a time."""


class PaneRing:
    """Panes of a widget. One called `x` is the widget `#x`, in a box `#x-box` with a title `#x-title`.

    While one pane has the screen, the widget has the class `single`, its box and those around it `active`.
    """

    def __init__(
        self,
        screen: Widget,
        panes: tuple[str, ...],
        fit: Callable[[], None],
        *,
        now: Callable[[], list[str]],
        box: Callable[[str], str] = lambda pane: pane,
        alike: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`fit` shows the panes that have room, `now` says which the focus goes round, in order; the first of
        `panes` is active; `box` tells whose box a pane stands in; `alike` are panes that show what another
        one shows, and matter where that one does."""
        self._screen, self._panes, self._fit, self._now, self._box = screen, panes, fit, now, box
        self._alike = alike
        self.active = panes[0]
        """The pane that has or had the focus, by id."""
        self.zoomed = False
        """Whether the active pane was given the whole screen."""
        self.beyond: Callable[[int], bool] = lambda by: False
        """Gives the focus to what stands beside the screen, after its last pane; False if nothing does."""

    @property
    def room(self) -> Size:
        """The room there is for the panes; before they are laid out, the terminal's."""
        return self._screen.size or self._screen.app.size

    @property
    def single(self) -> bool:
        """Whether one pane has all the room."""
        return self._screen.has_class("single")

    def title(self, pane: str) -> Title:
        """The title of a pane."""
        return self._screen.query_one(f"#{pane}-title", Title)

    def light(self, panes: Collection[str]) -> None:
        """Mark the panes that matter for a lesson's task; none for none."""
        for title in self._screen.query(Title):
            pane = str(title.id).removesuffix("-title")
            title.lit = pane in panes or self._alike.get(pane) in panes

    def fit(self) -> None:
        """Show one pane or all, as there is room."""
        self._screen.set_class(self.room.width < SIDE_BY_SIDE or self.zoomed, "single")
        if self.single:
            active = self._screen.query_one(f"#{self._box(self.active)}-box")
            for box in self._screen.query(".box"):
                box.set_class(box is active or box in active.ancestors, "active")

    def fit_anew(self) -> None:
        """Give the panes their room where another one has come to the front."""
        self._fit()

    def focused(self, event: DescendantFocus) -> None:
        """Light the title of the pane that has got the focus, and has it still: such news comes late."""
        if event.widget.id in self._panes and event.widget.screen.focused is event.widget:
            self.active = event.widget.id
            for title in self._screen.query(Title):
                title.active = title.id == f"{self._box(self.active)}-title"
            if self.single:
                self._fit()

    def focus_pane(self, pane: str) -> None:
        """Bring a pane to the front and give it the focus."""
        self.active = pane
        if self.single or self.zoomed:
            self._fit()
        self._screen.query_one(f"#{pane}").focus()

    def fall_back(self, pane: str) -> None:
        """Be at another pane, where the active one has no room any more."""
        had_focus = self._screen.query_one(f"#{self.active}").has_focus
        self.active = pane
        # Behind another mode, which has not yet got the focus, it is not given away any more.
        if had_focus and all(each.display for each in self._screen.ancestors_with_self):
            self._screen.query_one(f"#{pane}").focus()

    def go_round(self, by: int) -> None:
        """Give the focus to the next pane."""
        panes = self._now()
        place = (panes.index(self.active) if self.active in panes else 0) + by
        if 0 <= place < len(panes) or not self.beyond(by):
            self.focus_pane(panes[place % len(panes)])

    def focus_end(self, by: int) -> None:
        """Give the focus to the first pane, or to the last one for a step back."""
        self.focus_pane(self._now()[0 if by > 0 else -1])

    def zoom(self) -> None:
        """Give the focused pane the whole screen, or give it back."""
        self.zoomed = not self.zoomed
        self._fit()

    def show_alone(self, pane: str) -> None:
        """Give one pane the whole screen."""
        self.zoomed = True
        self.focus_pane(pane)

    def unzoom(self) -> bool:
        """Give a zoomed pane's space back; False if none was zoomed."""
        if not self.zoomed:
            return False
        self.zoom()
        return True
