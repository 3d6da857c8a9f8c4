"""The diagram of the graph: boxes and wires from left to right, in the place of the tree."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from microcrad.groups import TOP, Path, groups
from microcrad.session import Moment
from microcrad.slices import Slices
from microcrad.snapshot import Snapshot
from tui.actions import DIAGRAM, bindings
from tui.diagram_paint import Painter, View
from tui.diagram_picture import Picture, Wanted, picturing
from tui.diagram_room import Zoom
from tui.glyphs import Glyphs
from tui.looks import Looks
from tui.wrap import fit

__all__ = ["DiagramPane"]

SLICE_SECONDS = 0.02
"""How long laying out may keep the screen waiting before it pauses for a frame."""
FOLDED_FROM = 20
"""Nodes of a run from which on its groups are folded until they are opened."""
_MARGIN = (8, 1)
"""Columns and rows that stay in sight around the selected box."""
_WHEEL = (6, 3)
_NAMES = {Zoom.BOXES: "boxes", Zoom.LINES: "lines", Zoom.SIGNS: "signs"}


class DiagramPane(Looks, Widget, can_focus=True):
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
        self.opened: dict[Path, bool] = {}
        """The groups that the person has opened or closed."""
        self.painter: Painter | None = None
        """None while the picture is being laid out."""
        self.corner = (0, 0)
        """The cell of the picture in the left upper corner of the pane."""
        self._wanted: Wanted | None = None
        self._mixed: dict[str, Style] = {}
        self._came: tuple[int, int] | None = None
        """Where the last move along an edge led from and to: the way back leads there again."""
        self._grabbed: tuple[int, int] | None = None

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
            self._came = None
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
        self._wanted = Wanted(
            at, self._paths(), self._is_folded, self.zoom, self.moment.comparison is not None,
            self.size.width, self.moment.selected,
        )  # fmt: skip
        self.painter = None
        self.workers.cancel_group(self, "layout")
        steps = picturing(self._wanted, self.glyphs)
        if at.log.node_count and not self._advance(steps, centred=centred):
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
            self.refresh()
            return True
        return False

    @work(exclusive=True, group="layout")
    async def _go_on(self, steps: Slices[Picture], centred: bool) -> None:
        while not self._advance(steps, centred=centred):
            await asyncio.sleep(0.001)

    def _paths(self) -> Sequence[Path]:
        """The group of each node of the run."""
        assert self.moment is not None
        at = self.moment.snapshot
        arranged = groups(Snapshot(at.program, at.log, len(at.log)))
        return [arranged.path(node) for node in range(at.log.node_count)]

    def _is_folded(self, path: Path) -> bool:
        assert self.moment is not None
        return not self.opened.get(path, self.moment.snapshot.log.node_count < FOLDED_FROM)

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
            self._look_at(*self.corner)
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
        (x, y), (width, height) = self.corner, self.size
        if centred:
            x, y = (left + right - width) // 2, (top + bottom - height) // 2
        self._look_at(_bring(x, left, right, width, _MARGIN[0]), _bring(y, top, bottom, height, _MARGIN[1]))

    def _look_at(self, x: int, y: int) -> None:
        """Put a cell into the corner, as far as the picture reaches; a small picture stands in the middle."""
        if self.painter is not None:
            drawn = self.painter.picture.layout
            self.corner = _within(x, drawn.width, self.size.width), _within(y, drawn.height, self.size.height)
            self.refresh()

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

    def _along(self, parts: list[int], why: str) -> None:
        """Go along one of some edges: back where one came from, else to the first."""
        painter = self.painter
        if painter is None or painter.selected is None:
            return
        if not parts:
            self.post_message(self.Refused(why))
            return
        here = painter.selected
        back = self._came[0] if self._came is not None and self._came[1] == here else None
        there = back if back in parts else parts[0]
        self._came = (here, there)
        self._choose(there)

    def action_operand(self) -> None:
        """Go to an operand."""
        painter = self.painter
        if painter is not None and painter.selected is not None:
            edges = painter.picture.arriving[painter.selected]
            self._along([painter.picture.layout.edges[edge].source for edge in edges], "It uses nothing.")

    def action_user(self) -> None:
        """Go to a user, the nearest first."""
        painter = self.painter
        if painter is None or painter.selected is None:
            return
        picture, row = painter.picture, painter.picture.box(painter.selected).y
        users = [part for part in picture.users[painter.selected] if part < painter.born]
        users.sort(key=lambda part: (picture.box(part).layer, abs(picture.box(part).y - row)))
        self._along(users, "Nothing uses it yet.")

    def action_layer(self, by: int) -> None:
        """Go up or down within the layer."""
        painter = self.painter
        if painter is None or painter.selected is None:
            return
        layer = painter.picture.layout.layers[painter.picture.box(painter.selected).layer]
        alive = [part for part in layer if part < painter.born]
        place = alive.index(painter.selected) + by
        if 0 <= place < len(alive):
            self._choose(alive[place])

    def action_end(self, last: int) -> None:
        """Go to the upper one of the leftmost or the rightmost boxes."""
        painter = self.painter
        if painter is not None and painter.born:
            side = -1 if last else 1
            boxes = ((painter.picture.box(part), part) for part in range(painter.born))
            self._choose(min(boxes, key=lambda each: (side * each[0].layer, each[0].y))[1])

    def action_pan(self, x: int, y: int) -> None:
        """Move the view."""
        self._look_at(self.corner[0] + x, self.corner[1] + y)

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
        part = picture.shown.parts[painter.selected]
        if part.path == TOP:
            self.post_message(self.Refused("This node is in no group, so that there is nothing to fold."))
            return
        self.opened[part.path] = part.folded
        self._lay_out()
        self.refresh()

    # --- mouse ---

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the picture."""
        self._grabbed = (event.screen_x, event.screen_y)
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it."""
        if self._grabbed is not None and event.button:
            x, y = self._grabbed
            self._grabbed = (event.screen_x, event.screen_y)
            self.action_pan(x - event.screen_x, y - event.screen_y)

    def on_mouse_up(self) -> None:
        """Let go of it."""
        self._grabbed = None
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Select the box under the mouse; a second click opens or closes its group."""
        picture = self.picture
        part = (
            None if picture is None else picture.part_at(event.x + self.corner[0], event.y + self.corner[1])
        )
        if picture is None or self.painter is None or part is None or part >= self.painter.born:
            return
        if event.chain > 1 and part == self.painter.selected and picture.shown.parts[part].path != TOP:
            self.action_open_or_close()
        else:
            self._choose(part)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the view."""
        self.action_pan(*((_WHEEL[0], 0) if event.shift else (0, _WHEEL[1])))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the view."""
        self.action_pan(*((-_WHEEL[0], 0) if event.shift else (0, -_WHEEL[1])))

    def on_mouse_scroll_right(self) -> None:
        """Move the view."""
        self.action_pan(_WHEEL[0], 0)

    def on_mouse_scroll_left(self) -> None:
        """Move the view."""
        self.action_pan(-_WHEEL[0], 0)


def _bring(start: int, low: int, high: int, size: int, margin: int) -> int:
    """Where a view of some size has to start so that a stretch is in it, moved as little as possible."""
    margin = max(min(margin, (size - (high - low)) // 2), 0)
    return max(min(start, low - margin), min(high + margin - size, low - margin))


def _within(start: int, whole: int, size: int) -> int:
    """A view's start, kept on the picture; what is smaller than the view is centred."""
    return (whole - size) // 2 if whole <= size else max(0, min(start, whole - size))
