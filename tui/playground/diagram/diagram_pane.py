"""The diagram of the graph, in the place of the tree: what keys and the mouse do with it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from microcrad.session.moment import Moment
from microcrad.timeline.groups import Path
from tui.playground.diagram.box_room import Zoom
from tui.playground.diagram.drawing import Drawing
from tui.playground.diagram.folds import COMES_BACK, IN_NO_GROUP
from tui.playground.diagram.paint import Painter, Viewport
from tui.playground.diagram.pan import Pan
from tui.playground.diagram.picture import Picture
from tui.playground.diagram.walk import NO_OPERANDS, NO_USERS, Walk
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import fit as fit_into

__all__ = ["DiagramPane"]

_NAMES = {Zoom.BOXES: "boxes", Zoom.LINES: "lines", Zoom.SIGNS: "signs"}


class DiagramPane(Widget, can_focus=True):
    """The diagram, whose arrows follow the edges and whose groups open and close."""

    TABLE: tuple[Command[DiagramPane], ...] = (
        Command("operand", "left,h", "Operand", "Go to an operand",
                lambda pane: pane.operand(), listed=False),
        Command("user", "right,l", "User", "Go to a user",
                lambda pane: pane.user(), listed=False),
        Command("up", "up,k", "Up", "Go up within the layer",
                lambda pane: pane.within_layer(-1), listed=False),
        Command("down", "down,j", "Down", "Go down within the layer",
                lambda pane: pane.within_layer(1), listed=False),
        Command("first", "g,home", "First", "Go to the leftmost box", lambda pane: pane.end(0), listed=False),
        Command("last", "G,end", "Last", "Go to the rightmost box", lambda pane: pane.end(1), listed=False),
        Command("open_or_close", "enter", "Open", "Open a group, or close the one around",
                lambda pane: pane.open_or_close(), listed=False),
        Command("larger", "plus,equals_sign", "Larger", "Show more of each node",
                lambda pane: pane.zoom_by(1), listed=False),
        Command("smaller", "minus", "Smaller", "Show more nodes",
                lambda pane: pane.zoom_by(-1), listed=False),
        Command("fit", "0", "Fit", "Show the whole picture, as large as it fits",
                lambda pane: pane.drawing.lay_out(fit=True), listed=False),
        Command("pan_left", "shift+left", "Pan", "Move the picture to see its left",
                lambda pane: pane.pan.move(-8, 0), listed=False),
        Command("pan_right", "shift+right", "Pan", "Move the picture to see its right",
                lambda pane: pane.pan.move(8, 0), listed=False),
        Command("pan_up", "shift+up", "Pan", "Move the picture to see its top",
                lambda pane: pane.pan.move(0, -4), listed=False),
        Command("pan_down", "shift+down", "Pan", "Move the picture to see its bottom",
                lambda pane: pane.pan.move(0, 4), listed=False),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "The graph from left to right: every edge leads from an operand to a slot of its user. The edge of "
        "the current event is lit: forwards with its data, backwards with the gradient that goes along it. "
        "Arrows follow the edges. Layers, neurons and turns of a loop fold into a box: enter opens it, and a "
        "frame shows what is in it; enter inside or a click on the frame's name folds it again."
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
        """What the title says."""
        return _NAMES[self.drawing.zoom]

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
        if picture.zoom != drawing.zoom:
            drawing.zoom = picture.zoom
            self.post_message(self.Zoomed())
        self._follow(centred=True)
        frame, refused = drawing.folds.framed(picture.shown)
        if refused:
            self.post_message(self.Refused(COMES_BACK))
        elif frame is not None:
            x, y, width, height, _ = picture.layout.frames[frame]
            if width <= self.size.width and height <= self.size.height:
                self.pan.bring((x, x + width), (y, y + height))
        self.refresh()

    def on_resize(self) -> None:
        """Keep the selected node in sight; another width may ask for other distances."""
        if self.drawing.moment is not None and self.drawing.width != self.size.width:
            self.drawing.lay_out()
        else:
            self._follow()

    def _follow(self, *, centred: bool = False) -> None:
        """Bring the selected box into sight."""
        cells = self.drawing.around_selected(*self.size)
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
        for piece, name in painter.row(y + self.pan.corner[1], Viewport(*self.pan.corner, width, height)):
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

    def operand(self) -> None:
        """Go to an operand."""
        self._go_along(self._walk.operand, NO_OPERANDS)

    def user(self) -> None:
        """Go to a user, the nearest first."""
        self._go_along(self._walk.user, NO_USERS)

    def _go_along(self, step: Callable[[Painter], int | None], why_not: str) -> None:
        painter = self.drawing.painter
        if painter is not None and painter.selected is not None:
            there = step(painter)
            if there is None:
                self.post_message(self.Refused(why_not))
            self._choose(there)

    def within_layer(self, by: int) -> None:
        """Go up or down within the layer."""
        if self.drawing.painter is not None:
            self._choose(self._walk.layer(self.drawing.painter, by))

    def end(self, last: int) -> None:
        """Go to the upper one of the leftmost or the rightmost boxes."""
        if self.drawing.painter is not None:
            self._choose(self._walk.end(self.drawing.painter, last=bool(last)))

    def zoom_by(self, by: int) -> None:
        """Show more of each node, or more nodes."""
        zoom = Zoom(min(max(self.drawing.zoom + by, 0), len(Zoom) - 1))
        if zoom != self.drawing.zoom:
            self.drawing.zoom = zoom
            self.post_message(self.Zoomed())
            self.drawing.lay_out()

    def open_or_close(self) -> None:
        """Open the group, or close the one around the node."""
        picture, painter = self.drawing.picture, self.drawing.painter
        if picture is None or painter is None or painter.selected is None:
            return
        group = self.drawing.folds.around(picture.shown, painter.selected)
        if group is None:
            self.post_message(self.Refused(IN_NO_GROUP))
        else:
            self._turn(group, opened=picture.shown.parts[painter.selected].folded)

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
        elif (
            again and part == painter.selected and self.drawing.folds.around(picture.shown, part) is not None
        ):
            self.open_or_close()
        else:
            self._choose(part)
