"""The diagram of the graph: boxes and wires from left to right, in the place of the tree."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.message import Message
from textual.strip import Strip

from microcrad.groups import Path
from microcrad.session import Moment
from microcrad.slices import Slices
from tui.actions import DIAGRAM, bindings
from tui.diagram_folds import COMES_BACK, IN_NO_GROUP, Folds
from tui.diagram_paint import Painter, View
from tui.diagram_picture import Picture, Wanted, picturing
from tui.diagram_room import Zoom
from tui.diagram_walk import NO_OPERANDS, NO_USERS, Walk
from tui.glyphs import Glyphs
from tui.looks import Looks
from tui.panning import Panning
from tui.wrap import fit

__all__ = ["DiagramPane"]

SLICE_SECONDS = 0.02
"""How long laying out may keep the screen waiting before it pauses for a frame."""
_NAMES = {Zoom.BOXES: "boxes", Zoom.LINES: "lines", Zoom.SIGNS: "signs"}


class DiagramPane(Looks, Panning, can_focus=True):
    """The graph as a picture. It is laid out once for a run; as one walks, boxes fill in and nothing moves.

    A large graph is laid out in slices between frames; of a very large one only the neighbourhood of the
    selected node is shown.
    """

    LOOKS = "diagram"
    BINDINGS = bindings(DIAGRAM)
    HELP = (
        "The graph from left to right: every edge leads from an operand to a slot of its user. The edge of "
        "the current event is lit: forwards with its data, backwards with the gradient that goes along it. "
        "Arrows follow the edges. Layers, neurons and turns of a loop fold into a box: enter opens it."
    )
    COMPONENT_CLASSES = {
        f"diagram--{name}"
        for name in (
            "label", "frame", "data", "grad", "refs", "right", "shared", "freed", "leaked", "current",
            "selected", "quiet", "wrong", "wire", "group", "near", "flow", "flow-back", "flow-wrong",
        )
    }  # fmt: skip

    class Chosen(Message):
        """The person selected a node."""

        def __init__(self, node: int) -> None:
            super().__init__()
            self.node = node

    class Refused(Message):
        """What was asked for cannot be done; why, in a sentence."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.moment: Moment | None = None
        self.zoom = Zoom.BOXES
        self.folds = Folds()
        self.painter: Painter | None = None
        """None while the picture is being laid out."""
        self._wanted: Wanted | None = None
        self._mixed: dict[str, Style] = {}
        self._walk = Walk()

    @property
    def zoom_name(self) -> str:
        """What the title says."""
        return _NAMES[self.zoom]

    @property
    def picture(self) -> Picture | None:
        """What is laid out, if it is."""
        return None if self.painter is None else self.painter.picture

    # --- what is shown ---

    def show(self, moment: Moment) -> None:
        """Show a moment, with its selected node in sight."""
        before, self.moment = self.moment, moment
        picture = self.picture
        if (
            before is None
            or before.snapshot.log is not moment.snapshot.log
            or (before.comparison is None) != (moment.comparison is None)
        ):
            self._walk.forget()
            self._lay_out()
        elif picture is not None and picture.shown.hidden and self._at_the_edge(picture, moment.selected):
            self._lay_out()
        elif picture is not None:
            self.painter = Painter(picture, moment, self.glyphs)
            self._follow()
        self.refresh()

    def _at_the_edge(self, picture: Picture, node: int | None) -> bool:
        """Whether a node has neighbours that are not shown."""
        part = picture.shown.part(node)
        return node is not None and (part is None or picture.shown.parts[part].more)

    def _lay_out(self, *, centred: bool = True) -> None:
        """Make the picture anew: at once if that is quick, else in slices."""
        assert self.moment is not None
        at = self.moment.snapshot
        nodes = at.log.node_count
        self._wanted = Wanted(
            at, self.folds.paths(at), lambda path: self.folds.folded(path, nodes), self.zoom,
            self.moment.comparison is not None, self.size.width, self.moment.selected,
        )  # fmt: skip
        self.painter = None
        self.workers.cancel_group(self, "layout")
        steps = picturing(self._wanted, self.glyphs)
        if nodes and not self._advance(steps, centred=centred):
            self._go_on(steps, centred)

    def _advance(self, steps: Slices[Picture], *, centred: bool) -> bool:
        """Work for a slice of time; whether the picture is there."""
        started = time.monotonic()
        try:
            next(steps)
            while time.monotonic() - started < SLICE_SECONDS:
                next(steps)
        except StopIteration as end:
            assert self.moment is not None
            self.painter = Painter(end.value, self.moment, self.glyphs)
            self._follow(centred=centred)
            self._show_turned(end.value)
            self.refresh()
            return True
        return False

    def _show_turned(self, picture: Picture) -> None:
        """Bring the whole frame of a group into sight that was just opened, if there is room for it."""
        frame, refused = self.folds.framed(picture.shown)
        if refused:
            self.post_message(self.Refused(COMES_BACK))
        elif frame is not None:
            x, y, width, height, _ = picture.layout.frames[frame]
            if width <= self.size.width and height <= self.size.height:
                self.bring((x, x + width), (y, y + height))

    @work(exclusive=True, group="layout")
    async def _go_on(self, steps: Slices[Picture], centred: bool) -> None:
        while not self._advance(steps, centred=centred):
            await asyncio.sleep(0.001)

    def on_resize(self) -> None:
        """Keep the selected node in sight; another width may ask for other distances."""
        if self._wanted is not None and self._wanted.width != self.size.width:
            self._lay_out()
        else:
            self._follow()

    # --- the view ---

    @property
    def view(self) -> View:
        """The cells of the picture in sight."""
        return View(*self.corner, self.size.width, self.size.height)

    def _follow(self, *, centred: bool = False) -> None:
        """Bring the selected box into sight, with the other end of a lit edge if there is room for both."""
        painter = self.painter
        if painter is None:
            return
        if painter.selected is None:
            self.look_at(*self.corner)
            return
        parts = [painter.selected]
        for edge in painter.flow.edges:
            source, target, _ = painter.picture.layout.edges[edge]
            parts += [source, target] if painter.selected in (source, target) else []
        boxes = [painter.picture.box(part) for part in parts]
        left, top = min(box.x for box in boxes), min(box.y for box in boxes)
        right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
        if right - left > self.size.width or bottom - top > self.size.height:
            left, top, width, height, _ = boxes[0]
            right, bottom = left + width, top + height
        self.bring((left, right), (top, bottom), centred=centred)

    @property
    def extent(self) -> tuple[int, int] | None:
        """The columns and rows of the picture, if it is laid out."""
        return None if self.picture is None else (self.picture.layout.width, self.picture.layout.height)

    # --- drawing ---

    def notify_style_update(self) -> None:
        """Forget the styles."""
        self._mixed = {}
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.look()
        if self.painter is None or not self.painter.born:
            text = f" {self._instead()}" if y == 0 else ""
            return Strip([Segment(fit(text, width, self.glyphs.ellipsis), base + self.look("quiet"))], width)
        spans = self.painter.row(y + self.corner[1], self.view)
        segments: list[Segment] = []
        text, look = "", ""
        for piece, name in spans:
            if name != look and text:
                segments.append(Segment(text, self._style(look)))
                text = ""
            text, look = text + piece, name
        segments.append(Segment(text, self._style(look)))
        return Strip(segments).adjust_cell_length(width, base)

    def _instead(self) -> str:
        """What stands in the place of a picture."""
        moment = self.moment
        if moment is None or not moment.snapshot.log.node_count:
            if moment is not None and moment.errors:
                return f"Line {moment.errors[0].line} needs fixing: e."
            return "Nothing has run yet. Press e, write a line."
        if self.painter is None:
            return f"laying out {moment.snapshot.log.node_count:,} nodes {self.glyphs.ellipsis}"
        return "Nothing has happened yet. Press n."

    def _style(self, look: str) -> Style:
        """The style of one or several looks on top of each other."""
        style = self._mixed.get(look)
        if style is None:
            style = self.look()
            for name in look.split():
                style += self.look(name)
            self._mixed[look] = style
        return style

    # --- what the person does ---

    def _choose(self, part: int | None) -> None:
        """Select a part, if there is one."""
        picture = self.picture
        if part is None or picture is None or self.moment is None:
            return
        nodes = [node for node in picture.shown.parts[part].outputs if node in self.moment.snapshot.nodes]
        self.post_message(self.Chosen(nodes[-1] if nodes else picture.shown.parts[part].nodes[0]))

    def action_operand(self) -> None:
        """Go to an operand."""
        self._go_along(self._walk.operand, NO_OPERANDS)

    def action_user(self) -> None:
        """Go to a user, the nearest first."""
        self._go_along(self._walk.user, NO_USERS)

    def _go_along(self, step: Callable[[Painter], int | None], why_not: str) -> None:
        painter = self.painter
        if painter is not None and painter.selected is not None:
            there = step(painter)
            if there is None:
                self.post_message(self.Refused(why_not))
            self._choose(there)

    def action_layer(self, by: int) -> None:
        """Go up or down within the layer."""
        if self.painter is not None:
            self._choose(self._walk.layer(self.painter, by))

    def action_end(self, last: int) -> None:
        """Go to the upper one of the leftmost or the rightmost boxes."""
        if self.painter is not None:
            self._choose(self._walk.end(self.painter, last=bool(last)))

    def action_zoom_by(self, by: int) -> None:
        """Show more of each node, or more nodes."""
        zoom = Zoom(min(max(self.zoom + by, 0), len(Zoom) - 1))
        if zoom != self.zoom:
            self._zoom_to(zoom)

    def _zoom_to(self, zoom: Zoom) -> None:
        self.zoom = zoom
        self.post_message(self.Zoomed())
        if self.moment is not None:
            self._lay_out()
            self.refresh()

    class Zoomed(Message):
        """Another amount of each node is shown."""

    def action_fit(self) -> None:
        """Show as much of each node as lets the whole picture fit, or as little as there is."""
        if self.moment is None or not self.moment.snapshot.log.node_count:
            return
        for zoom in sorted(Zoom, reverse=True):
            self._zoom_to(zoom)
            picture = self.picture
            if picture is None:
                continue
            drawn = picture.layout
            if drawn.width <= self.size.width and drawn.height <= self.size.height:
                break

    def action_open_or_close(self) -> None:
        """Open the group, or close the one around the node."""
        picture, painter = self.picture, self.painter
        if picture is None or painter is None or painter.selected is None:
            return
        group = self.folds.around(picture.shown, painter.selected)
        if group is None:
            self.post_message(self.Refused(IN_NO_GROUP))
        else:
            self._turn(group, opened=picture.shown.parts[painter.selected].folded)

    def _turn(self, group: Path, *, opened: bool) -> None:
        self.folds.open_or_close(group, opened=opened)
        self._lay_out()
        self.refresh()

    def clicked(self, x: int, y: int, *, again: bool) -> None:
        """Select the box there, or open or close its group; on a group's name close that group."""
        picture, painter = self.picture, self.painter
        if picture is None or painter is None:
            return
        part = picture.part_at(x, y)
        if part is None:
            group = picture.frames.named_at(x, y, painter.born)
            if group is not None:
                self._turn(group, opened=False)
        elif part >= painter.born:
            return
        elif again and part == painter.selected and self.folds.around(picture.shown, part) is not None:
            self.action_open_or_close()
        else:
            self._choose(part)
