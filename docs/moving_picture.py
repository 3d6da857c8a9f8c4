"""Frames of a screen as one picture that moves: an SVG with nothing in it but shapes, text and CSS.

What stands in the same place for a while is drawn once. Whoever asks for no motion, or cannot have it, sees
the frame that is named as the still one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

__all__ = ["Frame", "moving_picture"]

CELL, LINE, SIZE = 8.4, 17, 14
"""The width and height of a cell, and the size of its letters, in pixels."""
EDGE = 12
FONTS = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
GROUND, TEXT, KEY = "#121212", "#eeeeee", "#ffd75f"
FINE = 24
"""Steps to which the colours of half cells are rounded, of which a field of numbers has hundreds."""
Piece = tuple[int, int, int, int]
"""The first cell and how many, the top and the height in half lines."""
_WORDS = re.compile(r"\S+(?: \S+)*")
"""Words with one blank between them: of several in a row, a reader of SVG may leave out all but one."""
_HALVES = {"▀": (0, 1), "▄": (1, 2), "█": (0, 2)}


class Frame(NamedTuple):
    """A screen as it stands for a while."""

    rows: tuple[tuple[Segment, ...], ...]
    seconds: float
    key: str
    """What was pressed."""
    says: str
    """What there is to see."""


def moving_picture(frames: Sequence[Frame], still: int, title: str) -> str:
    """The frames one after another, for ever, as SVG."""
    width = max(sum(each.cell_length for each in row) for frame in frames for row in frame.rows)
    height = max(len(frame.rows) for frame in frames)
    shown: dict[str, list[int]] = defaultdict(list)
    looks: dict[str, str] = {}
    for number, frame in enumerate(frames):
        for y, row in enumerate(frame.rows):
            if drawn := _row(row, y, looks):
                shown[drawn].append(number)
        shown[_caption(frame, height)].append(number)
    patterns: dict[tuple[int, ...], str] = {}
    groups: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for drawn, numbers in shown.items():
        groups[tuple(dict.fromkeys(numbers))].append(drawn)
    body, rules = [], []
    for numbers, drawings in groups.items():
        if len(numbers) < len(frames):
            name = patterns.setdefault(numbers, f"k{len(patterns)}")
            rules.append(_rule(name, numbers, frames))
            body.append(f'<g class="f {name}{" s" if still in numbers else ""}">{"".join(drawings)}</g>')
        else:
            body.append("".join(drawings))
    wide, high = round(width * CELL + 2 * EDGE), height * LINE + 2 * EDGE + 2 * LINE
    total = sum(frame.seconds for frame in frames)
    styles = [
        f"path{{transform:translate({EDGE}px,{EDGE}px) scale({CELL},{LINE / 2})}}",
        f"text{{font:{SIZE}px {FONTS};white-space:pre}}",
        f".f{{visibility:hidden;animation:{total:g}s step-end infinite}}.s{{visibility:visible}}",
        *(f".{name}{{{look}}}" for look, name in looks.items()),
        *rules,
        "@media (prefers-reduced-motion:reduce){.f{animation:none}}",
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'role="img"><title>{escape(title)}</title><style>{"".join(styles)}</style>'
        f'<rect width="{wide}" height="{high}" rx="8" fill="{GROUND}"/>{"".join(body)}</svg>\n'
    )


def _rule(name: str, numbers: Iterable[int], frames: Sequence[Frame]) -> str:
    """When something is visible."""
    total, now = sum(frame.seconds for frame in frames), 0.0
    wanted, visible = set(numbers), None
    steps = []
    for number, frame in enumerate(frames):
        if (number in wanted) is not visible:
            visible = number in wanted
            steps.append(f"{100 * now / total:.3f}%{{visibility:{'visible' if visible else 'hidden'}}}")
        now += frame.seconds
    return f".{name}{{animation-name:{name}}}@keyframes {name}{{{''.join(steps)}}}"


def _row(row: Sequence[Segment], y: int, looks: dict[str, str]) -> str:
    """A row of the screen; what has the colour of the ground and no text is left out."""
    top = EDGE + y * LINE
    fills: dict[str, list[Piece]] = defaultdict(list)
    texts: list[str] = []
    x = 0
    for text, style, _ in row:
        style = style or Style()
        size = Segment(text).cell_length
        halves = next((_HALVES[c] for c in text[:1] if text == c * size and c in _HALVES), None)
        if style.reverse:
            style += Style(color=style.bgcolor, bgcolor=style.color)
        ground = _colour(style.bgcolor, GROUND, fine=halves is not None)
        if ground != GROUND:
            _fill(fills[ground], x, size, 2 * y, 2)
        if halves:
            first, last = halves
            _fill(fills[_colour(style.color, TEXT, fine=True)], x, size, 2 * y + first, last - first)
        elif text.strip():
            look = looks.setdefault(_look(style), f"t{len(looks)}")
            texts += [
                _text(found[0], x + Segment(text[: found.start()]).cell_length, top, look)
                for found in _WORDS.finditer(text)
            ]
        x += size
    drawn = [f'<path fill="{colour}" d="{"".join(_joined(each))}"/>' for colour, each in fills.items()]
    return "".join((*drawn, *texts))


def _text(words: str, x: int, top: int, look: str) -> str:
    """Words in their cells, however wide the letters are that are there."""
    at = (
        f'x="{EDGE + x * CELL:.5g}" y="{top + LINE - 4}" textLength="{Segment(words).cell_length * CELL:.5g}"'
    )
    return f'<text class="{look}" {at}>{escape(words, quote=False)}</text>'


def _fill(pieces: list[Piece], x: int, size: int, top: int, height: int) -> None:
    """Add a piece, to the one before it where they meet."""
    if pieces and pieces[-1][0] + pieces[-1][1] == x and pieces[-1][2:] == (top, height):
        x, before, _, _ = pieces.pop()
        size += before
    pieces.append((x, size, top, height))


def _joined(pieces: Iterable[Piece]) -> Iterable[str]:
    for x, size, top, height in pieces:
        yield f"M{x} {top}h{size}v{height}h-{size}z"


def _look(style: Style) -> str:
    """A style as CSS."""
    parts = [f"fill:{_colour(style.color, TEXT)}"]
    parts += ["font-weight:bold"] * bool(style.bold) + ["font-style:italic"] * bool(style.italic)
    lines = ["underline"] * bool(style.underline) + ["line-through"] * bool(style.strike)
    return ";".join([*parts, *([f"text-decoration:{' '.join(lines)}"] if lines else [])])


def _colour(colour: object, otherwise: str, *, fine: bool = False) -> str:
    if colour is None or getattr(colour, "is_default", True):
        return otherwise
    rgb = colour.get_truecolor()  # type: ignore[attr-defined]
    return "#{:02x}{:02x}{:02x}".format(*(min(round(c / FINE) * FINE, 255) if fine else c for c in rgb))


def _caption(frame: Frame, height: int) -> str:
    """What was pressed, and what there is to see."""
    y = EDGE + height * LINE + LINE
    key = f'<text x="{EDGE}" y="{y}" fill="{KEY}" font-weight="bold">{escape(frame.key, quote=False)}</text>'
    x = EDGE + (len(frame.key) + 2) * CELL if frame.key else EDGE
    return f'{key}<text x="{x:g}" y="{y}" fill="{TEXT}">{escape(frame.says, quote=False)}</text>'
