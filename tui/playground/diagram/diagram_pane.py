"""The diagram of the graph, in the place of the tree: what keys and the mouse do with it."""

from __future__ import annotations

from bisect import bisect_left

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from microcrad.drawing.sight import Window
from microcrad.drawing.zooming import Zoom
from microcrad.session.moment import Moment
from microcrad.timeline.groups import Path
from tui.playground.diagram.diagram_commands import DIAGRAM
from tui.playground.diagram.drawing import Drawing
from tui.playground.diagram.folds import COMES_BACK, IN_NO_GROUP
from tui.playground.diagram.pan import Pan
from tui.playground.diagram.picture import Picture
from tui.playground.diagram.walk import NO_OPERANDS, NO_USERS, Walk
from tui.playground.no_effect import NoEffect
from tui.widgets.command import bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import fit as fit_into

__all__ = ["DiagramPane"]

_CLOSEST = "Every node shows all there is. To nudge the selected number: d, and then + in the tree."
_FURTHEST = "No node can show less. To nudge the selected number: d, and then - in the tree."
_NAMES = {Zoom.BOXES: "boxes", Zoom.CARDS: "cards", Zoom.LINES: "lines", Zoom.SIGNS: "signs"}


class DiagramPane(Widget, can_focus=True):
    """The diagram, whose arrows follow the edges and whose groups open and close."""

    TABLE = DIAGRAM
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "The graph as far as it is born, from left to right or from top to bottom, whichever shows more; x "
        "turns it. Every edge leads from an operand to a slot of its user. The edge of the current event is "
        "lit: forwards with its data, backwards with the gradient that goes along it. Arrows follow the "
        "edges. What is beyond an edge of the pane is counted there. Layers, neurons and turns of a loop "
        "fold into a box: enter opens it, and a frame shows what is in it; backspace, enter inside or a "
        "click on the frame's name folds it again. Of a loop the current turn stands open."
    )

    class Chosen(Message):
        """The person selected a node."""

        def __init__(self, node: int) -> None:
            super().__init__()
            self.node = node

    class Zoomed(Message):
        """Another amount of each node is shown."""

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, "diagram")
        self.glyphs = glyphs
        self.drawing: Drawing = Drawing(self, glyphs, self._made)
        self.pan: Pan = Pan(self, lambda: self.drawing.extent)
        self._walk = Walk()
        self._mixed: dict[str, Style] = {}

    @property
    def zoom_name(self) -> str:
        """How much of a node it shows."""
        picture = self.drawing.picture
        if picture is None:
            return ""
        return f": {_NAMES[picture.way.zoom]}"

    @property
    def way_name(self) -> str:
        """Which way the picture leads, where that is not from left to right."""
        picture = self.drawing.picture
        return ", top to bottom" if picture is not None and picture.way.down else ""

    @property
    def legend(self) -> str:
        """What the signs before its numbers mean, where they have no words beside them."""
        picture, signs = self.drawing.picture, self.glyphs
        if picture is None or picture.way.zoom not in (Zoom.CARDS, Zoom.LINES):
            return ""
        grads = picture.room.grads
        if picture.way.zoom is Zoom.LINES:
            return f"data{signs.backward}grad" if grads else "data"
        return f"{signs.forward} data" + f"  {signs.backward} grad" * grads

    # --- what is shown ---

    def show(self, moment: Moment) -> None:
        """Show a moment, with its selected node in sight."""
        if not self.drawing.is_of(moment):
            self._walk.forget()  # The way back leads nowhere in another run.
            self.drawing.begin(moment)
        elif self.drawing.go_to(moment):
            self._follow()
        self.refresh()

    def _made(self, picture: Picture) -> None:
        """Show a new picture, and the whole frame of a group that was just opened, where that has room."""
        drawing = self.drawing
        self.post_message(self.Zoomed())
        self._follow(centred=True)
        frame, refused = drawing.folds.framed(picture.shown)
        if refused:
            self.post_message(NoEffect(COMES_BACK))
        elif frame is not None:
            x, y, width, height, _ = picture.layout.frames[frame]
            if width <= self.size.width and height <= self.size.height:
                self.pan.bring((x, x + width), (y, y + height))
        self.refresh()

    def on_resize(self) -> None:
        """Keep the selected node in sight; another size may ask for another picture."""
        if self.drawing.moment is not None and self.drawing.room != self.size:
            self.drawing.lay_out()
        else:
            self._follow()

    def _follow(self, *, centred: bool = False) -> None:
        """Bring the selected box into sight."""
        cells = self.drawing.around_selected(*self.size, alone=centred)
        if cells is None:
            self.pan.move(0, 0)
        else:
            self.pan.bring(*cells, centred=centred)

    # --- drawing ---

    def notify_style_update(self) -> None:
        """Forget the styles."""
        self._mixed = {}
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        (width, height), base, painter = self.size, self.look(), self.drawing.painter
        if painter is None or not painter.born:
            text = f" {self.drawing.instead}" if y == 0 else ""
            text = fit_into(text, width, self.glyphs.ellipsis)
            return Strip([Segment(text, base + self.look("quiet"))], width)
        segments: list[Segment] = []
        text, look = "", ""
        for piece, name in painter.row(y + self.pan.corner[1], Window(*self.pan.corner, width, height)):
            if name != look and text:
                segments.append(Segment(text, self._style(look)))
                text = ""
            text, look = text + piece, name
        segments.append(Segment(text, self._style(look)))
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, look: str) -> Style:
        """The style of one or several looks on top of each other."""
        style = self._mixed.get(look)
        if style is None:
            style = self._mixed[look] = sum((self.look(name) for name in look.split()), self.look())
        return style

    # --- what keys do ---

    def _choose(self, part: int | None) -> None:
        """Select a part, if there is one."""
        picture = self.drawing.picture
        if part is None or picture is None or self.drawing.moment is None:
            return
        chosen, count = picture.shown.parts[part], len(self.drawing.moment.snapshot.nodes)
        outputs = chosen.outputs[: bisect_left(chosen.outputs, count)]
        self.post_message(self.Chosen(outputs[-1] if outputs else chosen.nodes[0]))

    def go(self, by: int, *, across: bool) -> None:
        """Go along an edge, or within the layer, whichever way the picture leads."""
        painter = self.drawing.painter
        if painter is None or painter.selected is None:
            return
        if across == painter.picture.way.down:
            self._choose(self._walk.layer(painter, by))
            return
        there = self._walk.operand(painter) if by < 0 else self._walk.user(painter)
        if there is None:
            self.post_message(NoEffect(NO_OPERANDS if by < 0 else NO_USERS))
        self._choose(there)

    def end(self, last: int) -> None:
        """Go to the first box of the first or the last layer."""
        if self.drawing.painter is not None:
            self._choose(self._walk.end(self.drawing.painter, last=bool(last)))

    def zoom_by(self, by: int) -> None:
        """Show more of each node, or more nodes."""
        picture = self.drawing.picture
        if picture is not None:
            zoom = Zoom(min(max(picture.way.zoom + by, 0), len(Zoom) - 1))
            if zoom == picture.way.zoom:
                self.post_message(NoEffect(_CLOSEST if by > 0 else _FURTHEST))
                return
            self.drawing.zoom = zoom
            self.drawing.lay_out()

    def fit(self) -> None:
        """Show all, as close as there is room for, or else most of it."""
        self.drawing.zoom = self.drawing.down = None
        self.drawing.lay_out()

    def turn(self) -> None:
        """Have the picture lead the other way."""
        picture = self.drawing.picture
        if picture is not None:
            self.drawing.down = not picture.way.down
            self.drawing.lay_out()

    def open_or_close(self) -> None:
        """Open the group, or close the one around the node."""
        picture, painter = self.drawing.picture, self.drawing.painter
        if picture is None or painter is None or painter.selected is None:
            return
        part = picture.shown.parts[painter.selected]
        if part.folded:
            self._turn(part.path, opened=True)
        else:
            self.close()

    def close(self) -> None:
        """Close the group around."""
        picture, painter = self.drawing.picture, self.drawing.painter
        if picture is None or painter is None or painter.selected is None:
            return
        group = self.drawing.folds.around(picture.shown, painter.selected)
        if group is None:
            self.post_message(NoEffect(IN_NO_GROUP))
        else:
            self._turn(group, opened=False)

    def _turn(self, group: Path, *, opened: bool) -> None:
        self.drawing.folds.open_or_close(group, opened=opened)
        self.drawing.lay_out()

    # --- what the mouse does ---

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the picture."""
        self.pan.grab(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it."""
        self.pan.drag(event)

    def on_mouse_up(self) -> None:
        """Let go of it."""
        self.pan.let_go()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the view."""
        self.pan.wheel(*((1, 0) if event.shift else (0, 1)))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the view."""
        self.pan.wheel(*((-1, 0) if event.shift else (0, -1)))

    def on_mouse_scroll_right(self) -> None:
        """Move the view."""
        self.pan.wheel(1, 0)

    def on_mouse_scroll_left(self) -> None:
        """Move the view."""
        self.pan.wheel(-1, 0)

    def on_click(self, event: events.Click) -> None:
        """Act on what is there, unless the click only ends a drag."""
        if not self.pan.dragged:
            self._click(event.x + self.pan.corner[0], event.y + self.pan.corner[1], again=event.chain > 1)

    def _click(self, x: int, y: int, *, again: bool) -> None:
        """Select the box there, or open or close its group; on a group's name close that group."""
        picture, painter = self.drawing.picture, self.drawing.painter
        if picture is None or painter is None:
            return
        part = picture.part_at(x, y)
        if part is None:
            group = picture.frames.named_at(x, y, painter.born)
            if group is not None:
                self._turn(group, opened=False)
        elif part >= painter.born:
            return
        elif again and part == painter.selected and picture.shown.parts[part].folded:
            self.open_or_close()
        else:
            self._choose(part)
