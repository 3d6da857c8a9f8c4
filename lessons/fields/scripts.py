"""Scripts: what a lesson does to a playground in its author's or a learner's place.

A script is a list of moves, each a table with one field: `{ program = "..." }`, `{ go = "end" }`,
`{ answer = "7" }`. One table says what each of them takes; `lessons.take.in_session` and
`lessons.take.in_training` make them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lessons.fields.answers import AnswerError, parse_number
from lessons.fields.event_words import event_problem
from microcrad.files.types import FLAG, TABLE, TEXT, WHOLE, Type
from microcrad.language.parser import parse
from microcrad.records import Record
from microcrad.run.faults import FAULTS
from microcrad.session.moves import PLACES
from microcrad.text.near import did_you_mean
from microcrad.timeline.log import View

__all__ = ["ATTEMPT", "MOVES", "NO_FAULT", "Script", "ScriptMove", "read_script"]

NO_FAULT = "none"
"""What a script and a check call running right."""
ATTEMPT = ("answer", "choose")
"""The moves that say something, rather than doing something to the playground."""
MOST_STEPS = 5000
"""How many steps of training one move takes at most, so that a script ends soon."""
_PLACES = re.compile(rf"{'|'.join(PLACES)}|backward( [1-9]\d{{0,3}})?|(line|event) \d{{1,6}}", re.ASCII)


class ScriptMove(Record):
    """One move of a script."""

    name: str
    value: Any


Script = tuple[ScriptMove, ...]


@dataclass(frozen=True, slots=True)
class MoveKind:
    """What a move takes and means."""

    takes: Type
    about: str
    """What it does, for the documentation."""
    example: str
    problem: Callable[[Any], str] = lambda value: ""
    """What is wrong with a value, in a sentence; empty if nothing is."""
    modes: tuple[str, ...] = ("playground",)


def _program(text: str) -> str:
    errors = parse(text).errors
    return f"the program cannot be read: {errors[0]}" if errors else ""


def _number(text: str) -> str:
    try:
        parse_number(text)
    except AnswerError as error:
        return str(error)
    return ""


def _word(words: list[str]) -> Callable[[str], str]:
    def problem(text: str) -> str:
        return "" if text in words else f"{text!r} is none of {', '.join(words)}.{did_you_mean(text, words)}"

    return problem


def _place(text: str) -> str:
    word, _, event = text.partition(" ")
    if word == "event" and event and not event.strip().isdigit():
        return event_problem(event)
    expected = "start, end, next, previous, backward, backward 2, line 4, event 7 or event send y to x"
    return "" if _PLACES.fullmatch(text) else f"{text!r} is no place to go. Write {expected}."


def _settings(values: dict[str, Any]) -> str:
    from lessons.fields.training_settings import (
        settings_problem,
    )  # Training needs numpy, which most lessons do without.

    return settings_problem(values)


def _numbered(text: str) -> str:
    number, _, _ = text.partition(" ")
    return "" if re.fullmatch("[1-9][0-9]{0,3}", number) else f"{text!r} begins with no number of a line."


def _from_one(count: int) -> str:
    return "" if 1 <= count <= MOST_STEPS else f"{count} is not a number from 1 to {MOST_STEPS}."


_BOTH = ("playground", "train")
_TRAIN = ("train",)
MOVES: Mapping[str, MoveKind] = {
    "program": MoveKind(TEXT,
        "Open a whole program. It runs, and one stands just before its first `backward`, or at its end.",
        'program = "x = 3\\ny = x*x\\nbackward(y)"', _program),
    "append": MoveKind(TEXT, "Add lines to the program there is, and go to its new end.",
        'append = "backward(y)"'),
    "line": MoveKind(TEXT,
        "Write another text on a line of the program: its number, a space, the text. Without a text, the "
        "line is taken out. One then stands at the end.",
        'line = "2 y = x*x*x"', _numbered),
    "insert": MoveKind(TEXT, "Write a line before the one of that number.", 'insert = "3 zero_grad()"',
        _numbered),
    "go": MoveKind(TEXT,
        "Stand somewhere else: `start`, `end`, `next`, `previous` (by the view), `backward` (just before the "
        "first), `backward 2`, `line 4` (where it starts first), `event send y to x` (after the first such "
        "event, written as in checks), `event 7` (after so many of all events).",
        'go = "end"', _place),
    "select": MoveKind(TEXT, "Select a node.", 'select = "y"'),
    "fault": MoveKind(TEXT, "Switch a fault on, or off with `none`.", 'fault = "overwrite"', modes=_BOTH),
    "ownership": MoveKind(TEXT, "Switch to `auto` or `manual` ownership.", 'ownership = "manual"',
        _word(["auto", "manual"])),
    "view": MoveKind(TEXT, "Walk by another view: `math`, `memory` or `all`.", 'view = "memory"',
        _word([*View])),
    "answer": MoveKind(TEXT, "Answer with a number.", 'answer = "7"', _number, _BOTH),
    "choose": MoveKind(TEXT, "Choose one of the choices, by its id.", 'choose = "b"', modes=_BOTH),
    "train": MoveKind(TABLE, "Set training up anew: micrograd's demo, with these settings in this order.",
        'train = { data = "xor", hidden = "4", seed = "1" }', _settings, _TRAIN),
    "set": MoveKind(TABLE, "Change settings and go on.", 'set = { rate = "0.1" }', _settings, _TRAIN),
    "steps": MoveKind(WHOLE, "Take so many steps, or as many as there are left.", "steps = 50", _from_one,
        _TRAIN),
    "epoch": MoveKind(WHOLE, "Take so many epochs.", "epoch = 1", _from_one, _TRAIN),
    "rewind": MoveKind(FLAG, "Back to the same initial weights.", "rewind = true", modes=_TRAIN),
}  # fmt: skip
"""Every move, by its name."""


def read_script(value: object, mode: str, report: Callable[[str], None]) -> Script:
    """A script from TOML: a table of one move, or a list of such. Mistakes are reported and left out."""
    tables = value if isinstance(value, list) else [value]
    moves = []
    for table in tables:
        if not isinstance(table, dict) or len(table) != 1:
            report(
                "expected a table with one move, or a list of such tables: "
                '{ program = "..." } or [{ fault = "none" }, { go = "end" }].'
            )
            continue
        ((name, given),) = table.items()
        kind = _moves(mode).get(name)
        if kind is None:
            report(f"there is no move {name!r} in {mode} lessons.{did_you_mean(name, _moves(mode))}")
        elif not kind.takes.accepts(given):
            report(f"{name} is {given!r}, expected {kind.takes.name}.")
        elif problem := _fault(given, mode) if name == "fault" else kind.problem(given):
            report(f"{name}: {problem}")
        else:
            moves.append(ScriptMove(name, given))
    return tuple(moves)


def _moves(mode: str) -> dict[str, MoveKind]:
    return {name: kind for name, kind in MOVES.items() if mode in kind.modes}


def _fault(name: str, mode: str) -> str:
    if mode == "train":
        return _settings({"fault": name})
    return _word([NO_FAULT, *FAULTS])(name)
