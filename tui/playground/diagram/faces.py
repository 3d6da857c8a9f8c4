"""What stands in the boxes of a diagram at a moment, and how it is written at each zoom."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from microcrad.drawing.diagram import Diagram, Part
from microcrad.drawing.zooming import Zoom
from microcrad.session.moment import Moment
from microcrad.text.numbers import brief
from tui.playground.diagram.box_room import Room, kinds
from tui.widgets.glyphs import Glyphs
from tui.widgets.wrap import cell_len, clip, fit

__all__ = ["Face", "Span", "face", "written"]

Span = tuple[str, str]
"""A text and the names of its looks, separated by blanks."""


@dataclass(frozen=True, slots=True)
class Face:
    """What there is to say of a part at a moment."""

    label: str
    op: str
    short: str
    """A label for one row: of a node without a name its operation's sign, of a number nothing."""
    data: float | None
    grad: float | None
    right: float | None
    hidden: str
    """Which of its numbers is shown as a question mark: `data`, `grad`, `refs` or none."""
    refs: str
    group: bool
    note: str
    """Of a group of several turns, or with several outputs: how many, in the place of its numbers."""
    sign: str
    state: str
    """The name of its look: `freed`, `leaked` or nothing."""
    mark: str
    """The glyph of its state."""
    shared: bool
    selected: bool
    current: str
    """The glyph of the current event, if it is here."""
    arrived: bool
    """Whether a gradient has arrived here, which then stands out."""
    grad_wrong: bool
    refs_wrong: bool
    leaves: bool
    """Whether edges leave it on its right by now."""


def face(
    moment: Moment, shown: Diagram, part: Part, glyphs: Glyphs, *, sign: str, uses: int, down: bool
) -> Face:
    """A part at a moment at which it has been born, with so many edges that leave it by then."""
    at = moment.snapshot
    count = len(at.nodes)
    nodes = part.nodes[: bisect_left(part.nodes, count)]
    node = part.node if part.node < count else nodes[-1]
    row = at.row(node)
    current = glyphs.at(moment.direction) if moment.touched in nodes else ""
    freed = not any(at.is_live(each) for each in nodes)
    leaked = bool(at.leaks) and any(each in at.leaks for each in nodes)
    beside = moment.comparison
    op = "" if part.folded or not row.prev else row.symbol
    label = f"{glyphs.closed} {part.name}" if part.folded else row.label
    named = part.folded or bool(at.named(node))
    outputs = bisect_left(part.outputs, count)
    return Face(
        label=label,
        op=op,
        short=label if named else op,
        data=row.data,
        grad=row.grad,
        right=None if beside is None else beside.right_grad(node),
        hidden=row.hidden,
        refs=(f"{len(nodes)} nodes" if part.folded else f"refs {'?' if row.hidden == 'refs' else row.refs}")
        + glyphs.ellipsis * part.more,
        group=part.folded,
        note=kinds(part, outputs) if part.folded else "",
        sign=sign,
        state="freed" if freed else "leaked" if leaked else "",
        mark=glyphs.freed if freed else glyphs.leaked if leaked else "",
        shared=not part.folded and uses > 1,
        selected=moment.selected in part.nodes,
        current=current,
        arrived=row.hidden == "grad" or at.received(node),
        grad_wrong=beside is not None and any(beside.grad_differs(each) for each in nodes),
        refs_wrong=beside is not None and any(beside.refs_differ(each) for each in nodes),
        leaves=uses > 0 and not down,
    )


def written(
    this: Face, zoom: Zoom, width: int, height: int, row: int, room: Room, glyphs: Glyphs
) -> list[Span]:
    """One row of a box, as many cells as it is wide."""
    if zoom is Zoom.BOXES:
        return _box_row(this, width, height, row, room, glyphs)
    if zoom is Zoom.CARDS:
        return _card_row(this, width, height, row, room, glyphs)
    left, right = tuple(glyphs.chosen_sides if this.selected else glyphs.sides)
    corner, top, corner_right, side, low, low_right, _ = _frame(this, glyphs)
    look = _look("frame", this)
    if row == height - 1 > 0:
        return [(low + top * (width - 2) + low_right, look)]
    if row:
        return [(side + " " * (width - 2) + side, look)]
    if height > 1:
        left, right = corner, corner_right
    inner = _sign(this, width - 2) if zoom is Zoom.SIGNS else _line(this, width - 2, room, glyphs)
    return [(this.current, "current") if this.current else (left, look), *inner, (right, look)]


def _frame(this: Face, glyphs: Glyphs) -> tuple[str, ...]:
    """Corner, top, corner, side, corner, corner, and the side where edges leave."""
    return tuple(glyphs.chosen_frame if this.selected else glyphs.frame)


def _look(name: str, this: Face) -> str:
    """The look of a part of a box: that of its state takes its place, being selected is added."""
    return f"{this.state or name} selected" if this.selected else this.state or name


def _grad_look(this: Face) -> str:
    return this.state or ("grad" if this.arrived else "quiet")


def _sign(this: Face, width: int) -> list[Span]:
    return [(fit(this.sign, width), _look("label", this))]


def _line(this: Face, width: int, space: Room, glyphs: Glyphs) -> list[Span]:
    """Everything in one row: the label on the left, and on the right what is known of it."""
    data, grad = (
        "?" if this.hidden == name else glyphs.unknown if each is None else space.in_line(each)
        for name, each in (("data", this.data), ("grad", this.grad))
    )
    if this.note:
        facts = [(this.note, this.state or "label")]
    elif not space.grads:
        facts = [(data, this.state or "data")]
    else:
        facts = [
            (data, this.state or "data"),
            (glyphs.backward, _grad_look(this)),
            (grad, "wrong" if this.grad_wrong else _grad_look(this)),
        ]
    if this.group:
        facts.append((f" {this.refs}", this.state or "quiet"))
    room = width - sum(cell_len(text) for text, _ in facts)
    label = f"{this.mark}{glyphs.shared if this.shared else ''}{this.short}"
    return [(fit(_clipped(label, max(room - 1, 0), glyphs), room), _look("label", this)), *facts]


_DOTTED = re.compile(r"((?:\W )?)(?:[^\W\d][\w#]*\.)+([^\W\d][\w#\[\]]*)")
"""A name in groups, with the glyph of a folded one before it."""


def _clipped(label: str, width: int, glyphs: Glyphs) -> str:
    """A label in at most so many cells: turns do without their loop's line, then without their numbers, and
    names without the groups that they lie in, which the frames around them say."""
    if cell_len(label) > width and (found := _DOTTED.fullmatch(label)):
        label = f"{found[1]}{found[2]}"
    turn, _, line = label.partition(" (line ")
    texts = (label, turn, turn.partition("=")[0]) if ".." in turn else (label, turn)
    fitting = (text for text in texts if cell_len(text) <= width)
    return next(fitting, clip(turn, width, glyphs.ellipsis)) if line else clip(label, width, glyphs.ellipsis)


def _card_row(this: Face, width: int, height: int, row: int, room: Room, glyphs: Glyphs) -> list[Span]:
    """The name in the upper side; numbers below each other, the last of them in the lower side."""
    corner, top, corner_right, side, low, low_right, port = _frame(this, glyphs)
    frame = _look("frame", this)
    if row == 0:
        return _top(this, width, corner, top, corner_right, glyphs, op=False)
    numbers = [("data", glyphs.forward, this.data)]
    if room.grads:
        numbers.append(("grad", glyphs.backward, this.grad))
    if room.grads and room.beside:
        numbers.append(("right", glyphs.passed, this.right))
    hidden = ("grad", "right") if this.hidden == "grad" else (this.hidden,)
    rows: list[tuple[str, str, str]] = [("label", "", this.note)] if this.note else []
    for name, glyph, number in () if this.note else numbers:
        text = "?" if name in hidden else glyphs.unknown if number is None else brief(number)
        wrong = name == "grad" and this.grad_wrong
        rows.append(("wrong" if wrong else name, glyphs.fault if wrong else glyph, text))
    if this.group:
        rows.append(("quiet", "", this.refs))
    # What comes last stands in the lower side.
    free = height - 1 - len(rows)
    name, glyph, text = [*rows[:-1], *[("frame", "", "")] * free, rows[-1]][row - 1]
    last, inner = row == height - 1, width - 2
    ends = (low, low_right) if last else (side, port if row == 1 and this.leaves else side)
    if glyph and cell_len(glyph) + cell_len(text) < inner:
        glyph += " "
    text = clip(glyph + text, inner, glyphs.ellipsis)
    rest = (" " + (top if last else " ") * inner)[: inner - cell_len(text)]
    look = "wrong" if name == "wrong" else _grad_look(this) if name == "grad" else this.state or name
    return [(ends[0], frame), (text, look), (rest, frame), (ends[1], frame)]


def _box_row(this: Face, width: int, height: int, row: int, room: Room, glyphs: Glyphs) -> list[Span]:
    corner, top, corner_right, side, low, low_right, port = _frame(this, glyphs)
    frame = _look("frame", this)
    if row == 0:
        return _top(this, width, corner, top, corner_right, glyphs)
    if row == height - 1:
        mark = glyphs.fault if this.refs_wrong else ""
        text = f" {mark}{this.refs} "
        look = "wrong" if this.refs_wrong else this.state or ("quiet" if this.group else "refs")
        rest = width - 3 - cell_len(text)
        return [(low + top, frame), (text, look), (top * rest + low_right, frame)]
    right = port if row == 1 and this.leaves else side
    numbers = [("data", this.data)]
    if room.grads:
        numbers += [("grad", this.grad), *([("right", this.right)] if room.beside else [])]
    hidden = ("grad", "right") if this.hidden == "grad" else (this.hidden,)
    rows = [
        (name, room.asked if name in hidden else room.written(number, glyphs.unknown))
        for name, number in numbers
    ]
    if this.note:
        rows = [("label", this.note)]
    inner = width - 2
    if row > len(rows):
        return [(side, frame), (" " * inner, frame), (right, frame)]
    name, text = rows[row - 1]
    if name == "label":
        return [(side, frame), (fit(f" {text}", inner, glyphs.ellipsis), "label"), (right, frame)]
    look = _grad_look(this) if name == "grad" else this.state or name
    heading = name.ljust(inner - cell_len(text))
    if name == "grad" and this.grad_wrong:
        heading = name + glyphs.fault.ljust(inner - cell_len(text) - len(name))
        look = "wrong"
    return [(side, frame), (heading, this.state or "quiet"), (text, look), (right, frame)]


def _top(
    this: Face, width: int, corner: str, top: str, corner_right: str, glyphs: Glyphs, *, op: bool = True
) -> list[Span]:
    """The label, and with `op` the operation, in the upper side of the box."""
    frame = _look("frame", this)
    sign = f" {this.op} " if this.op and op else ""
    shared = f" {glyphs.shared}" if this.shared else ""
    mark = f"{this.mark} " if this.mark else ""
    room = width - 4 - cell_len(sign) - cell_len(shared) - cell_len(mark)
    if room < 3:  # Better no operation than no name.
        sign, room = "", room + cell_len(sign)
    label = _clipped(this.label, room, glyphs)
    rest = room - cell_len(label)
    return [
        (corner, frame),
        (this.current or " ", "current" if this.current else frame),
        (f"{mark}{label}", _look("label", this)),
        (shared, "shared"),
        (" " + top * rest, frame),
        (sign, "label"),
        (corner_right, frame),
    ]
