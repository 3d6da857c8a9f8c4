"""A whole session as one file (`.mcs`): the program, how it is run, and where its person stands in it.

The file is JSON with `format` ("microcrad session"), `version` (1) and the fields below. It can be sent to
someone else: it holds no paths.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from microcrad.errors import ContentError, NewerError
from microcrad.run.faults import FAULTS
from microcrad.run.interpreter import LIMITS, Limits
from microcrad.session.session import Session
from microcrad.text.json_text import brief, parsed
from microcrad.timeline.log import View

__all__ = ["FORMAT", "VERSION", "SavedSession", "from_json", "restore", "saved", "to_json"]

FORMAT = "microcrad session"
"""What a file calls itself."""
VERSION = 1
"""The newest version of the format, which is what is written; newer ones are refused politely."""


@dataclass(frozen=True, slots=True)
class SavedSession:
    """What is needed to go on where someone was."""

    name: str
    """What the program is called."""
    program: str
    """Its text, as it was written."""
    ownership: str | None = None
    """`auto` or `manual` by the switch; None if the program's own line decides."""
    fault: str | None = None
    """The name of the fault that is on; None if it runs right."""
    view: str = View.MATH.value
    """Which events a walk stops at: `math`, `memory` or `all`."""
    position: int = 0
    """After how many events of its run one stands."""
    selected: int | None = None
    """The selected node, by its number."""
    folded: tuple[int, ...] = ()
    """The nodes whose operands are hidden, by their numbers."""
    cursor: tuple[int, int] = (0, 0)
    """The line and column of the editor's cursor, counted from 0."""
    lesson: str = ""
    """The lesson that was open; empty without one."""
    task: int = 0
    """The task of it, counted from 0."""


def saved(session: Session, name: str, **place: Any) -> SavedSession:
    """A session as it stands; `place` has what only the screen knows: folds, cursor, lesson and task."""
    return SavedSession(
        name, session.text, session.ownership, session.fault, session.view.value, session.position,
        session.selected, **place,
    )  # fmt: skip


def restore(session: Session, found: SavedSession, *, limits: Limits = LIMITS) -> None:
    """Open the program as it was run, within the limits, and stand where its person stood."""
    session.fault = found.fault
    session.open(found.program, ownership=found.ownership, limits=limits)
    session.view = View(found.view)
    session.go(found.position)
    if found.selected is not None:
        session.select(found.selected)


def to_json(session: SavedSession) -> str:
    """The session as JSON text."""
    fields = {name: getattr(session, name) for name in SavedSession.__slots__}
    return json.dumps({"format": FORMAT, "version": VERSION, **fields}, indent=1) + "\n"


def from_json(text: str, name: str = "the text") -> SavedSession:
    """A session from JSON text, which messages call `name`.

    Raises `ContentError` if the text is not one that `to_json` could have written, or is of a newer version.
    """
    try:
        content = parsed(text)
    except ValueError as error:
        raise ContentError(
            f"{name} is not a saved session: {error}. Choose a file that microcrad saved."
        ) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ContentError(
            f'{name} is not a saved session: expected an object with "format": "{FORMAT}". Choose a file '
            "that microcrad saved."
        )
    version = content.get("version")
    if type(version) is int and version > VERSION:
        raise NewerError(
            f"{name} was saved by a newer microcrad: its version is {version}, and this one reads up to "
            f"{VERSION}. Update microcrad; the file stays as it is."
        )
    if type(version) is not int or version != VERSION:
        raise _damaged(name, "version", version, str(VERSION))
    values: dict[str, Any] = {}
    for field, (holds, expected) in _FIELDS.items():
        value = content.get(field)
        if not holds(value):
            raise _damaged(name, field, value, expected)
        values[field] = tuple(value) if isinstance(value, list) else value
    return SavedSession(**values)


def _damaged(name: str, field: str, found: object, expected: str) -> ContentError:
    return ContentError(f"{name} is damaged: {field} is {brief(found)}, expected {expected}. Save it again.")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**53


def _are_counts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_count, value))


_FIELDS = {
    "name": (_is_text, "a text"),
    "program": (_is_text, "a text"),
    "ownership": (lambda value: value in (None, "auto", "manual"), "auto, manual or null"),
    "fault": (
        lambda value: value is None or (_is_text(value) and value in FAULTS),
        f"one of {', '.join(FAULTS)}, or null",
    ),
    "view": (lambda value: value in [view.value for view in View], "math, memory or all"),
    "position": (_is_count, "a count of events"),
    "selected": (lambda value: value is None or _is_count(value), "a node's number, or null"),
    "folded": (_are_counts, "a list of nodes' numbers"),
    "cursor": (lambda value: _are_counts(value) and len(value) == 2, "a line and a column"),
    "lesson": (_is_text, "a text"),
    "task": (_is_count, "a count of tasks"),
}  # fmt: skip
"""What each field of a file must hold, and how that is said."""
