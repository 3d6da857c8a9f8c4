"""The glyph that stands for each idea, in Unicode and in plain ASCII."""

from __future__ import annotations

import os
from collections.abc import Mapping

from microcrad.session.moment import Direction
from microcrad.timeline.snapshot import NodeState

__all__ = ["Glyphs", "ascii_signs", "choose"]


class Glyphs:
    """One character an idea (two for a fault): all that can be drawn in Unicode."""

    forward: str = "→"
    backward: str = "←"
    owner: str = "&"
    shared: str = "≡"
    freed: str = "□"
    leaked: str = "▲"
    live: str = "■"
    error: str = "!"
    at_forward: str = "»"
    at_backward: str = "«"
    fault: str = "≠"
    open: str = "▾"
    closed: str = "▸"
    horizontal: str = "─"
    vertical: str = "│"
    down: str = "┬"
    up: str = "┴"
    left: str = "├"
    caret: str = "^"
    unknown: str = "·"
    ellipsis: str = "…"
    stop: str = "●"
    """Where play stops."""
    behind: str = "━"
    """What has happened, on a ruler of all events."""
    ahead: str = "─"
    """What has not happened yet."""
    above: str = "↑"
    """Where there is more than is shown."""
    below: str = "↓"
    points: str = "○●◆▲◇■"
    """A data point of each class, the classes in turn."""
    grounds: str = " ░▒▓"
    """What a network says of a place of the plane, the classes in turn."""
    tiles: str = "░▓"
    """What a neuron says of a place where there is no colour: less than 0, and more."""
    wrong: str = "×"
    """A data point that is taken for another class."""
    levels: str = " ▁▂▃▄▅▆▇█"
    """From nothing to the most, for small curves."""
    shade: str = "░"
    """What was there for a while."""
    train: str = "──"
    test: str = "··"
    validation: str = "┅┅"
    kept: str = "╌╌"
    axis: str = "┤"
    corner: str = "└"
    blocks: bool = True
    """Whether cells can be divided: half blocks for pixels, braille for curves."""
    halves: str = " ▀▄█"
    """The dots of a map, two in a cell: none, the upper, the lower, both."""
    frame: str = "╭─╮│╰╯├"
    """A box: corner, top, corner, side, corner, corner, and the side where its edges leave."""
    chosen_frame: str = "┏━┓┃┗┛┣"
    """The same for the selected one."""
    group: str = "┌┈┐┊└┘"
    """The frame of an open group: corner, upper and lower line, corner, side, corner, corner."""
    sides: str = "()"
    """A box of one row."""
    chosen_sides: str = "[]"
    goes_on: str = "↳"
    """A row that goes on with the line above it."""
    wires: str = "─│─└││┌├─┘─┴┐┤┬╋"
    """A wire that leads up (1), right (2), down (4), left (8), or to several of them; more is the sum."""
    lit_wires: str = "═║═╚║║╔╠═╝═╩╗╣╦╬"
    """The same for an edge that carries a gradient now."""
    crossing: str = "┼"
    """Two wires that have nothing to do with each other."""
    lit_crossings: str = "╫╪"
    """The same where a lit one leads down, or across."""
    arrives: str = "►"
    """The end of an edge, at its port."""
    arrives_back: str = "◄"
    """Where a gradient arrives."""
    arrives_down: str = "▼"
    arrives_up: str = "▲"
    """The same in a picture from top to bottom."""
    lit: str = "◆"
    """A pane that matters for a lesson's task."""
    passed: str = "✓"
    """A task, or a lesson, that is passed."""

    def of(self, state: NodeState) -> str:
        """The sign of a node."""
        return {NodeState.LIVE: self.live, NodeState.FREED: self.freed, NodeState.LEAKED: self.leaked}[state]

    def key(self, written: str) -> str:
        """A key as it is written where arrows may not be drawn, or are taken for other keys."""
        return written if self.blocks else written.translate(_ARROWS)

    def at(self, direction: Direction) -> str:
        """The mark of the current event, by the way that it goes."""
        return self.at_backward if direction is Direction.BACKWARD else self.at_forward


class _Plain(Glyphs):
    """The same in ASCII."""

    forward = ">"
    backward = "<"
    shared = "="
    freed = "."
    leaked = "%"
    live = "#"
    at_forward = ">"
    at_backward = "<"
    fault = "!="
    open = "-"
    closed = "+"
    horizontal = "-"
    vertical = "|"
    down = "+"
    up = "+"
    left = "+"
    unknown = "."
    ellipsis = "~"
    stop = "@"
    behind = "="
    ahead = "-"
    above = "^"
    below = "v"
    points = "o*v^s+"
    grounds = " .:-"
    tiles = "o#"
    wrong = "x"
    levels = " .:-=+*#@"
    shade = ":"
    train = "**"
    test = ".."
    validation = "--"
    kept = "::"
    axis = "|"
    corner = "+"
    blocks = False
    halves = " '.:"
    frame = "+-+|+++"
    chosen_frame = "#=#####"
    group = "...:::"
    wires = "-|-+||++-+-+++++"
    lit_wires = '="=#""##=#=#####'
    crossing = "|"
    lit_crossings = '"='
    arrives = ">"
    arrives_back = "<"
    arrives_down = "v"
    arrives_up = "^"
    lit = "*"
    passed = "+"
    goes_on = "\\"


_PLAIN = _Plain()
_ARROWS = {ord(arrow): word for arrow, word in zip("↑↓←→", ("up", "down", "left", "right"), strict=True)}


def ascii_signs() -> dict[int, str]:
    """What stands for each sign that is drawn without being a glyph: lines, blocks, arrows."""
    signs = dict(zip(range(0x2500, 0x2580), "+" * 0x80, strict=True))
    signs |= dict.fromkeys((0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254C, 0x254D, 0x2550), "-")
    signs |= dict.fromkeys((0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F, 0x2551), "|")
    signs |= dict.fromkeys(range(0x2581, 0x2590), " ")  # Parts of cells, at the ends of a scroll bar.
    signs |= {0x2580: "-", 0x2588: "#", 0x2594: "-", 0x2595: "|"}
    return signs | {ord(sign): plain for sign, plain in zip("↑↓←→…•▶▼▲◀", "^v<>~*>v^<", strict=True)}


def choose(environment: Mapping[str, str] = os.environ) -> Glyphs:
    """ASCII where `MICROCRAD_GLYPHS=ascii` asks for it or the terminal is the Linux console."""
    wanted = environment.get("MICROCRAD_GLYPHS", "")
    ascii_only = wanted == "ascii" or (not wanted and environment.get("TERM") == "linux")
    return _PLAIN if ascii_only else Glyphs()
