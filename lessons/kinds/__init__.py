"""The table of checks: what a lesson can ask of a playground, of training, or of an answer.

Each theme has a file with its rows. `read_check` makes a `Check` of a TOML table; `sentence` judges one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lessons.fields.schema import Report, TableReader
from lessons.kinds import attempts, event_checks, faulty, graph_checks, memory_checks, program_checks, trained
from lessons.kinds.attempts import JOINS, sentence
from lessons.kinds.base import PLACES, Check, CheckKind, Here
from microcrad.files.types import TABLES, TEXT
from microcrad.text.near import did_you_mean

__all__ = ["KINDS", "Check", "CheckKind", "Here", "kinds_for", "read_check", "sentence"]

KINDS = (
    *graph_checks.KINDS, *memory_checks.KINDS, *event_checks.KINDS, *program_checks.KINDS, *faulty.KINDS,
    *attempts.KINDS, *trained.KINDS, *JOINS,
)  # fmt: skip
"""Every kind of check. `finite` and `fault` have two rows: one for each mode."""


def kinds_for(mode: str) -> Mapping[str, CheckKind]:
    """The kinds that a lesson of a mode may use, by name."""
    return {kind.name: kind for kind in KINDS if mode in kind.modes}


def read_check(table: Mapping[str, Any], mode: str, what: str, line: int, report: Report) -> Check | None:
    """A check from TOML; None where something is wrong with it, which is reported."""
    reading = TableReader(table, what, report)
    kinds = kinds_for(mode)
    name = reading.take("is", TEXT, required=True)
    kind = kinds.get(name)
    if kind is None:
        if name is not None:
            reading.say(f"there is no check {name!r} in {mode} lessons.{did_you_mean(name, kinds)}")
        return None
    fields = {
        key: value
        for key, field in kind.fields.items()
        if (value := reading.take(key, field.type, required=field.required)) is not None
    }
    say = reading.take("say", TEXT, "")
    at = reading.one_of("at", PLACES, "here") if kind.moments else "here"
    parts = _parts(reading, mode, what, line, report) if kind in JOINS else ()
    reading.end()
    if reading.sound and (problem := kind.problem(fields)):
        reading.say(f"{name}: {problem}")
    if kind.name == "not" and not say:
        reading.say("not needs say: what should be otherwise.")
    return Check(kind, fields, say, at, parts, line) if reading.sound else None


def _parts(reading: TableReader, mode: str, what: str, line: int, report: Report) -> tuple[Check, ...]:
    tables = reading.take("of", TABLES, [], required=True)
    if not tables:
        reading.say("of is empty. List the checks it joins.")
    parts = [read_check(table, mode, what, line, report) for table in tables]
    if None in parts:
        reading.sound = False  # What is wrong with the part was said.
    return tuple(part for part in parts if part is not None)
