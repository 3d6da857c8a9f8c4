"""The picture of a moment, laid out between frames for the room of a pane, and painted at each moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from textual.widget import Widget

from microcrad.drawing.zooming import Zoom
from microcrad.session.moment import Moment
from microcrad.slices import Slices
from microcrad.timeline.groups import Path
from tui.playground.diagram.box_room import MANY
from tui.playground.diagram.folds import FOLDED_FROM, Folds
from tui.playground.diagram.paint import Painter
from tui.playground.diagram.pan import Span
from tui.playground.diagram.picture import Picture, Wanted, picturing
from tui.playground.nothing_yet import nothing_yet
from tui.playground.playground_commands import with_keys
from tui.widgets.glyphs import Glyphs
from tui.widgets.work import Work

__all__ = ["Drawing"]

MAX_OPENED = 500
"""Nodes of a run up to which it is tried how many of its groups can stand open."""


class Drawing:
    """The graph as a picture of what is born by now, laid out anew when something is.

    A large graph is laid out in slices between frames, and what was there is shown meanwhile; of a very large
    one only the neighbourhood of the selected node is shown.
    """

    def __init__(self, pane: Widget, glyphs: Glyphs, made: Callable[[Picture], None]) -> None:
        """`made` is told of each new picture, once it can be shown."""
        self._pane, self._glyphs, self._made = pane, glyphs, made
        self.moment: Moment | None = None
        self.zoom: Zoom | None = None
        """What was asked for; None for what shows all, or most."""
        self.down: bool | None = None
        """Whether it was asked for to be from top to bottom; None for either way."""
        self.folds = Folds()
        self.painter: Painter | None = None
        """None while there is no picture of the run."""
        self.room = (0, 0)
        """The columns and rows that the picture was made for."""
        self._shows: tuple[int, tuple[Path, ...], bool] = (0, (), False)
        """What the picture was made of: how many nodes, with which turns open because something happens in
        them, and whether with grads."""
        self._work = Work(pane, "layout")

    @property
    def picture(self) -> Picture | None:
        """What is laid out, if it is."""
        return None if self.painter is None else self.painter.picture

    @property
    def extent(self) -> tuple[int, int] | None:
        """The columns and rows of the picture, if it is laid out."""
        return None if self.picture is None else (self.picture.layout.width, self.picture.layout.height)

    # --- moments ---

    def is_of(self, moment: Moment) -> bool:
        """Whether the picture, made or being made, is of a moment's run and has room for its numbers."""
        before = self.moment
        return (
            before is not None
            and before.snapshot.same_run(moment.snapshot)
            and (before.comparison is None) == (moment.comparison is None)
        )

    def begin(self, moment: Moment) -> None:
        """Draw another run."""
        self.moment, self.painter = moment, None
        self.lay_out()

    def go_to(self, moment: Moment) -> bool:
        """Draw another moment of the run; False if there is no picture that shows it yet."""
        self.moment, picture = moment, self.picture
        if picture is not None:
            self.painter = Painter(picture, moment, self._glyphs)
        if self._shows != self._showing(moment) or (
            picture is not None and picture.shown.hidden and self._at_the_edge(picture, moment.selected)
        ):
            self.lay_out()
            return False
        return picture is not None

    def _showing(self, moment: Moment) -> tuple[int, tuple[Path, ...], bool]:
        at, picture = moment.snapshot, self.picture
        ready = picture is not None and len(picture.shown.parts) > MANY and at.end.graded
        return len(at.nodes), self.folds.follow(moment), ready or at.graded

    @staticmethod
    def _at_the_edge(picture: Picture, node: int | None) -> bool:
        """Whether a node has neighbours that are not shown."""
        part = picture.shown.part(node)
        return node is not None and (part is None or picture.shown.parts[part].more)

    # --- laying out ---

    def lay_out(self) -> None:
        """Make the picture anew: at once if that is quick, else in slices."""
        self._work.cancel()
        self.room = self._pane.size.width, self._pane.size.height
        if self.moment is not None:
            self._shows = self._showing(self.moment)
            if self._shows[0]:
                self._work.start(self._laying_out(), lambda: None)
            else:
                self.painter = None
        self._pane.refresh()

    def _laying_out(self) -> Slices[None]:
        """Make the picture, and show it as it is at the moment that is then the present one."""
        zoom, down = self.zoom, self.down
        assert self.moment is not None
        yield from self.folds.finding_paths(self.moment.snapshot)
        moment = self.moment
        self._shows = self._showing(moment)
        at, nodes = moment.snapshot, moment.snapshot.node_count
        wanted = Wanted(
            at, partial(self.folds.grouping, at), self._shows[1], zoom, down, moment.comparison is not None,
            *self.room, moment.selected,
        )  # fmt: skip
        picture = yield from picturing(wanted, self._glyphs)
        if zoom is None and FOLDED_FROM <= nodes <= MAX_OPENED:
            picture = yield from self._opening(wanted, picture)
        self.painter = Painter(picture, self.moment or moment, self._glyphs)
        self._shows = self._showing(moment)
        self._made(picture)

    def _opening(self, wanted: Wanted, picture: Picture) -> Slices[Picture]:
        """A picture with as many levels of groups open as can be seen as a whole, with their numbers."""
        at = wanted.at
        for levels in range(1, max(map(len, self.folds.paths(at)), default=0) + 1):
            grouped = partial(self.folds.grouping, at, levels=levels)
            closer = yield from picturing(replace(wanted, grouped=grouped), self._glyphs)
            if closer.way.zoom < Zoom.CARDS or not closer.fits(*self.room):
                break
            picture = closer
        return picture

    # --- what matters ---

    def around_selected(self, width: int, height: int, *, alone: bool) -> tuple[Span, Span] | None:
        """Where the selected box stands: `alone`, or with the other end of a lit edge if both fit so many
        cells."""
        painter = self.painter
        if painter is None or painter.selected is None:
            return None
        parts = [painter.selected]
        for edge in () if alone else painter.flow.edges:
            source, target, _ = painter.picture.layout.edges[edge]
            parts += [source, target] if painter.selected in (source, target) else []
        boxes = [painter.picture.box(part) for part in parts]
        left, top = min(box.x for box in boxes), min(box.y for box in boxes)
        right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
        if right - left > width or bottom - top > height:
            left, top, width, height, _ = boxes[0]
            right, bottom = left + width, top + height
        return (left, right), (top, bottom)

    @property
    def instead(self) -> str:
        """What stands in the place of a picture, until something is there; nothing if it is."""
        moment = self.moment
        if moment is None or not moment.snapshot.node_count:
            return nothing_yet(self._pane.screen.focused, moment, "Nothing has run yet.")
        if self.painter is None:
            count = len(moment.snapshot.nodes)
            if not count:
                return with_keys("Nothing has happened yet. Press {next}.")
            return f"laying out {count:,} nodes {self._glyphs.ellipsis}"
        return "" if self.painter.born else with_keys("Nothing has happened yet. Press {next}.")
