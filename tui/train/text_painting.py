"""A model that reads words, drawn: what comes next, where it looks, what it writes."""

from __future__ import annotations

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from microcrad.text.visible import visible
from tui.train.pixels import LEVELS, Palette
from tui.train.text_look import TextView, shown_letter
from tui.train.train_commands import with_keys
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len, fit, wrap

__all__ = ["paint_text", "position_at"]

_GUESS = 9
"""How wide one of the likeliest letters is, with its probability."""
_HEAD = 2
"""How many rows stand above the positions."""
_CELL = 2
"""How many columns a share of attention has."""


def paint_text(
    view: TextView, size: tuple[int, int], look: Looks, ink: Palette, glyphs: Glyphs
) -> list[Strip]:
    """The view in cells; the marked position stands out."""
    paint = {"next": _next, "attention": _attention, "samples": _samples}[view.face]
    rows, base = paint(view, size, look, ink, glyphs), look()
    return [Strip(row).adjust_cell_length(size[0], base) for row in rows[: size[1]]]


def position_at(view: TextView, y: int) -> int | None:
    """The position of a word in a row of cells, if there is one."""
    position = y - _HEAD
    return position if view.face != "samples" and 0 <= position <= len(view.word) else None


def _next(
    view: TextView, size: tuple[int, int], look: Looks, ink: Palette, glyphs: Glyphs
) -> list[list[Segment]]:
    """A row a position: the letters so far, the one that comes, its loss, and what was expected."""
    base, quiet, data = look(), look() + look("quiet"), look() + look("data")
    width = size[0]
    read = max(len(view.word), 5)
    count = max(min((width - read - 15) // _GUESS, 5), 1)
    mean = sum(each.loss for each in view.expected) / len(view.expected)
    room = width - cell_len(visible(view.word)) - 3
    wordings = (f"{view.part} word, mean loss {mean:.3g}", f"{view.part}, loss {mean:.3g}", f"{mean:.3g}")
    said = next((each for each in wordings if cell_len(each) <= room), "")
    rows = [
        [Segment(f" {visible(view.word)}", base + Style(bold=True)),
         Segment(f"  {said}", quiet)],
        [Segment(f" {'so far':<{read}}  {'next':<5} {'loss':>5}  expected", quiet)],
    ]  # fmt: skip
    for position, each in enumerate(view.expected):
        marked = position == view.position
        style = base + look("current") if marked else base
        row = [
            Segment(f" {fit(visible(each.read), read, glyphs.ellipsis)}  ", style),
            Segment(f"{shown_letter(each.right, 'end'):<5} ", style + Style(bold=True)),
            Segment(f"{each.loss:>5.2f}  ", style if marked else data),
        ]
        for letter, share in each.likeliest[:count]:
            right = letter == each.right
            said = f"{shown_letter(letter, 'end')}{'*' if right else ''} {100 * share:.0f}%"
            told = style if marked else data if right else quiet
            row.append(Segment(fit(said, _GUESS, glyphs.ellipsis), told + Style(bold=right)))
        rows.append(row)
    more = "* is what comes next. {middle} shows where it looks, and then what it writes."
    return [*rows, [], *_told(view, width, quiet, more)]


def _told(view: TextView, width: int, quiet: Style, more: str) -> list[list[Segment]]:
    beaten = view.beaten
    alike, pairs = f"{beaten.alike:.3g} with all letters alike", f"{beaten.pairs:.3g} with pairs of letters"
    said = f"To beat: {alike}, {pairs} counted. {view.verdict}".rstrip()
    return _quietly(f"{said} {with_keys(more)}", width, quiet)


def _quietly(text: str, width: int, quiet: Style) -> list[list[Segment]]:
    return [[Segment(f" {line}", quiet)] for line in wrap(text, width - 2)]


def _attention(
    view: TextView, size: tuple[int, int], look: Looks, ink: Palette, glyphs: Glyphs
) -> list[list[Segment]]:
    """The heads side by side, a row for each position that looks, a column for each that is looked at."""
    base, quiet = look(), look() + look("quiet")
    found = view.attention
    if found is None:
        return [[Segment(" This model has no attention.", quiet)]]
    signs = [shown_letter(token, glyphs.unknown)[:1] for token in found.tokens]
    each = _CELL * len(signs) + 3
    room = max((size[0] - 1) // each, 1)
    first = min(max(view.head - room + 1, 0), max(len(found.heads) - room, 0))
    rows: list[list[Segment]] = []
    tall = len(signs) + _HEAD + 1
    places = range(first, len(found.heads))
    for start in range(first, len(found.heads), room):
        if rows and len(rows) + tall > size[1]:
            break
        shown = [place for place in places if start <= place < start + room]
        titles, tops = [], []
        for place in shown:
            chosen = base + (look("current") if place == view.head else look("quiet"))
            titles += [Segment(" ", base), Segment(fit(found.heads[place][0], each - 3, ""), chosen),
                       Segment("  ", base)]  # fmt: skip
            tops.append(Segment("   " + "".join(f"{sign:<{_CELL}}" for sign in signs), quiet))
        rows += [titles, tops]
        for position, sign in enumerate(signs):
            row = []
            for place in shown:
                marked = position == view.position and place == view.head
                row.append(Segment(f" {sign} ", base + look("current") if marked else quiet))
                row += _shares(found.heads[place][1][position], position, ink, base, glyphs)
            rows.append(row)
        rows.append([])
    if (size[1] // tall) * room < len(found.heads):
        rows.insert(tall - 1, [Segment(f" left and right: one of {len(found.heads)} heads", quiet)])
    caption = (
        "A row is a letter that looks back, a column what it looks at; the fuller a cell, the more. "
        f"{glyphs.unknown} is the beginning. {{middle}} shows what it writes."
    )
    return [*rows, *_quietly(with_keys(caption), size[0], quiet)]


def _shares(shares: np.ndarray, position: int, ink: Palette, base: Style, glyphs: Glyphs) -> list[Segment]:
    cells = []
    for column, share in enumerate(shares.tolist()):
        level = round(LEVELS * share) if share == share else 0
        if ink.plain:
            sign = glyphs.levels[min(round(share * (len(glyphs.levels) - 1)), len(glyphs.levels) - 1)]
            cells.append(Segment(sign * _CELL if column <= position or share else " " * _CELL, base))
        else:
            cells.append(Segment(" " * _CELL, ink.under(level, Style())))
    return cells


def _samples(
    view: TextView, size: tuple[int, int], look: Looks, ink: Palette, glyphs: Glyphs
) -> list[list[Segment]]:
    """Words of the model's own, and what it has to beat."""
    base, quiet = look(), look() + look("quiet")
    rows = [[Segment(f" temperature {view.temperature:g}", quiet)], []]
    for place, word in enumerate(view.written):
        style = base + look("current") if place == view.chosen else base
        rows.append([Segment("   ", base), Segment(visible(word) or "(nothing)", style)])
    return [
        *rows,
        [],
        *_told(view, size[0], quiet, "{open_marked} opens the marked word; {middle} shows what comes next."),
    ]
