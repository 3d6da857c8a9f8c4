"""The diagram of the graph, in the place of the tree: what keys and the mouse do with it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from textual.message import Message

from microcrad.timeline.groups import Path
from tui.playground.diagram.box_room import Zoom
from tui.playground.diagram.canvas import Canvas
from tui.playground.diagram.folds import IN_NO_GROUP
from tui.playground.diagram.paint import Painter
from tui.playground.diagram.walk import NO_OPERANDS, NO_USERS, Walk
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.glyphs import Glyphs

__all__ = ["DiagramPane"]


class DiagramPane(Canvas, can_focus=True):
    """The diagram, whose arrows follow the edges and whose groups open and close."""

    TABLE: tuple[Command[DiagramPane], ...] = (
        Command("operand", "left,h", "Operand", "Go to an operand",
                lambda pane: pane.operand(), shown_key="← h", listed=False),
        Command("user", "right,l", "User", "Go to a user",
                lambda pane: pane.user(), shown_key="→ l", listed=False),
        Command("up", "up,k", "Up", "Go up within the layer",
                lambda pane: pane.within_layer(-1), shown_key="↑ k", listed=False),
        Command("down", "down,j", "Down", "Go down within the layer",
                lambda pane: pane.within_layer(1), shown_key="↓ j", listed=False),
        Command("first", "g,home", "First", "Go to the leftmost box", lambda pane: pane.end(0), listed=False),
        Command("last", "G,end", "Last", "Go to the rightmost box", lambda pane: pane.end(1), listed=False),
        Command("open_or_close", "enter", "Open", "Open a group, or close the one around",
                lambda pane: pane.open_or_close(), listed=False),
        Command("larger", "plus,equals_sign", "Larger", "Show more of each node",
                lambda pane: pane.zoom_by(1), shown_key="+ =", listed=False),
        Command("smaller", "minus", "Smaller", "Show more nodes",
                lambda pane: pane.zoom_by(-1), shown_key="-", listed=False),
        Command("fit", "0", "Fit", "Show the whole picture, as large as it fits",
                lambda pane: pane.fit(), listed=False),
        Command("pan_left", "shift+left", "Pan", "Move the picture to see its left",
                lambda pane: pane.pan(-8, 0), listed=False),
        Command("pan_right", "shift+right", "Pan", "Move the picture to see its right",
                lambda pane: pane.pan(8, 0), listed=False),
        Command("pan_up", "shift+up", "Pan", "Move the picture to see its top",
                lambda pane: pane.pan(0, -4), listed=False),
        Command("pan_down", "shift+down", "Pan", "Move the picture to see its bottom",
                lambda pane: pane.pan(0, 4), listed=False),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "The graph from left to right: every edge leads from an operand to a slot of its user. The edge of "
        "the current event is lit: forwards with its data, backwards with the gradient that goes along it. "
        "Arrows follow the edges. Layers, neurons and turns of a loop fold into a box: enter opens it, and a "
        "frame shows what is in it; enter inside or a click on the frame's name folds it again."
    )

    class Chosen(Message):
        """The person selected a node."""

        def __init__(self, node: int) -> None:
            super().__init__()
            self.node = node

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(glyphs, id=id)
        self._walk = Walk()

    def begun(self) -> None:
        """The way back leads nowhere in another run."""
        self._walk.forget()

    def _choose(self, part: int | None) -> None:
        """Select a part, if there is one."""
        picture = self.picture
        if part is None or picture is None or self.moment is None:
            return
        chosen, count = picture.shown.parts[part], len(self.moment.snapshot.nodes)
        outputs = chosen.outputs[: bisect_left(chosen.outputs, count)]
        self.post_message(self.Chosen(outputs[-1] if outputs else chosen.nodes[0]))

    def operand(self) -> None:
        """Go to an operand."""
        self._go_along(self._walk.operand, NO_OPERANDS)

    def user(self) -> None:
        """Go to a user, the nearest first."""
        self._go_along(self._walk.user, NO_USERS)

    def _go_along(self, step: Callable[[Painter], int | None], why_not: str) -> None:
        painter = self.painter
        if painter is not None and painter.selected is not None:
            there = step(painter)
            if there is None:
                self.post_message(self.Refused(why_not))
            self._choose(there)

    def within_layer(self, by: int) -> None:
        """Go up or down within the layer."""
        if self.painter is not None:
            self._choose(self._walk.layer(self.painter, by))

    def end(self, last: int) -> None:
        """Go to the upper one of the leftmost or the rightmost boxes."""
        if self.painter is not None:
            self._choose(self._walk.end(self.painter, last=bool(last)))

    def zoom_by(self, by: int) -> None:
        """Show more of each node, or more nodes."""
        zoom = Zoom(min(max(self.zoom + by, 0), len(Zoom) - 1))
        if zoom != self.zoom:
            self.zoom = zoom
            self.post_message(self.Zoomed())
            self.lay_out()

    def fit(self) -> None:
        """Show as much of each node as lets the whole picture fit, or as little as there is."""
        self.lay_out(fit=True)

    def open_or_close(self) -> None:
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
        self.lay_out()

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
            self.open_or_close()
        else:
            self._choose(part)
