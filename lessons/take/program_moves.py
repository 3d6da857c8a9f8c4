"""The moves of scripts that write a program: each makes a text of a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lessons.fields.problems import BrokenLessonError

__all__ = ["WRITING"]


def _program(_: str, program: str) -> str:
    return program.strip("\n") + "\n"


def _append(text: str, lines: str) -> str:
    before = text if not text or text.endswith("\n") else f"{text}\n"
    return before + lines.strip("\n") + "\n"


def _line(text: str, line: str) -> str:
    return _put(text, line, replaces=True)


def _insert(text: str, line: str) -> str:
    return _put(text, line, replaces=False)


def _put(text: str, numbered: str, *, replaces: bool) -> str:
    number, _, line = numbered.partition(" ")
    lines, place = text.rstrip("\n").split("\n"), int(number) - 1
    if place >= len(lines) + (not replaces):
        raise BrokenLessonError(f"there is no line {number}: the program has {len(lines)}.")
    lines[place : place + replaces] = [line] if line else []
    return "\n".join(lines) + "\n"


WRITING: Mapping[str, Callable[[str, str], str]] = {
    "program": _program, "append": _append, "line": _line, "insert": _insert,
}  # fmt: skip
"""What each of them makes of the text there is. Raises `BrokenLessonError` where there is no such line."""
