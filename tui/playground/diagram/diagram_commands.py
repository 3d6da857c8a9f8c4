"""What keys and the action list do in the diagram: one row for each command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.widgets.command import Command

if TYPE_CHECKING:
    from tui.playground.diagram.diagram_pane import DiagramPane

__all__ = ["DIAGRAM"]

DIAGRAM: tuple[Command[DiagramPane], ...] = (
    Command("left", "left,h", "Left", "Go to an operand; from top to bottom: left within the layer",
            lambda pane: pane.go(-1, across=True), listed=False),
    Command("right", "right,l", "Right", "Go to a user; from top to bottom: right within the layer",
            lambda pane: pane.go(1, across=True), listed=False),
    Command("up", "up,k", "Up", "Go up within the layer; from top to bottom: to an operand",
            lambda pane: pane.go(-1, across=False), listed=False),
    Command("down", "down,j", "Down", "Go down within the layer; from top to bottom: to a user",
            lambda pane: pane.go(1, across=False), listed=False),
    Command("first", "g,home", "First", "Go to the first layer", lambda pane: pane.end(0), listed=False),
    Command("last", "G,end", "Last", "Go to the last layer", lambda pane: pane.end(1), listed=False),
    Command("open_or_close", "enter", "Open", "Open a group, or close the one around",
            lambda pane: pane.open_or_close(), words=("fold", "unfold", "group")),
    Command("close", "backspace", "Close", "Close the group around",
            lambda pane: pane.close(), words=("fold", "group")),
    Command("larger", "plus,equals_sign", "Larger", "Zoom in: show more of each node",
            lambda pane: pane.zoom_by(1), words=("zoom", "zoom in", "closer")),
    Command("smaller", "minus", "Smaller", "Zoom out: show more nodes",
            lambda pane: pane.zoom_by(-1), words=("zoom", "zoom out")),
    Command("fit", "0", "Fit", "Show all that has room, as close as can be",
            lambda pane: pane.fit(), words=("zoom", "whole", "all")),
    Command("turn", "x", "Turn", "Lead from left to right, or top to bottom",
            lambda pane: pane.turn(), words=("direction", "rotate", "vertical", "horizontal")),
    Command("pan_left", "shift+left", "Pan", "Move the picture to see its left",
            lambda pane: pane.pan.move(-8, 0), listed=False),
    Command("pan_right", "shift+right", "Pan", "Move the picture to see its right",
            lambda pane: pane.pan.move(8, 0), listed=False),
    Command("pan_up", "shift+up", "Pan", "Move the picture to see its top",
            lambda pane: pane.pan.move(0, -4), listed=False),
    Command("pan_down", "shift+down", "Pan", "Move the picture to see its bottom",
            lambda pane: pane.pan.move(0, 4), listed=False),
)  # fmt: skip
