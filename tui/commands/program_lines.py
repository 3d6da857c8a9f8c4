"""Editing a program by the numbers of its lines, as one does who sees no screen."""

from __future__ import annotations

from collections.abc import Callable

from microcrad.records import Record

__all__ = ["Edit", "Edited", "inserted", "moved", "replaced", "whole"]

_MOST_DIGITS = 16
_EMPTY = "The program has no lines yet. Anything you write that is nothing else is added to it."


class Edited(Record):
    """What came of an edit."""

    text: str | None
    """The program, or None if nothing was changed."""
    refusal: str = ""
    """What to say instead, if nothing was."""


Edit = Callable[[str, str], Edited]
"""Takes a program, whose lines all end, and what the person said behind the command's word."""


def replaced(program: str, said: str) -> Edited:
    """A line has another text; without one, it goes."""
    lines, (place, _, text) = _lines(program), said.partition(" ")
    number = whole(place)
    if not 1 <= number <= len(lines):
        wanted = f"Say line, its number from 1 to {len(lines)}, and its new text. No text deletes it."
        return Edited(None, wanted if lines else _EMPTY)
    lines[number - 1 : number] = [text] if text else []
    return Edited(_program(lines))


def inserted(program: str, said: str) -> Edited:
    """A line is put between others."""
    lines, (place, _, text) = _lines(program), said.partition(" ")
    number = whole(place)
    if not (1 <= number <= len(lines) + 1 and text):
        wanted = f"the number from 1 to {len(lines) + 1} that the line shall have, and its text."
        return Edited(None, f"Say insert, {wanted}")
    lines.insert(number - 1, text)
    return Edited(_program(lines))


def moved(program: str, said: str) -> Edited:
    """A line has another number."""
    lines, places = _lines(program), [whole(each) for each in said.split()]
    if len(places) != 2 or not all(1 <= each <= len(lines) for each in places):
        wanted = f"the number of a line, and the one it shall have, both from 1 to {len(lines)}."
        return Edited(None, f"Say move, {wanted}" if lines else _EMPTY)
    lines.insert(places[1] - 1, lines.pop(places[0] - 1))
    return Edited(_program(lines))


def whole(text: str) -> int:
    """A whole number from 0; -1 for anything else, and for more digits than a count can have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS else -1


def _lines(program: str) -> list[str]:
    return program.split("\n")[:-1]


def _program(lines: list[str]) -> str:
    return "".join(f"{each}\n" for each in lines)
