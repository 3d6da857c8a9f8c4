"""A whole session as one file (`.mcs`): the program, how it is run, and where its person stands in it.

The file is JSON with `format` ("microcrad session"), `version` (1) and the fields below. It can be sent to
someone else: it holds no paths.
"""

from __future__ import annotations

from typing import Any

from microcrad.files.saved_things import SavedFormat
from microcrad.files.types import COUNT, TEXT, TEXTS, Type, one_of
from microcrad.language.parser import parse, unix_lines
from microcrad.records import Record
from microcrad.run.faults import FAULTS
from microcrad.run.interpreter import LIMITS, Limits
from microcrad.session.breakpoints import read_breakpoint
from microcrad.session.session import Session
from microcrad.text.json_text import written
from microcrad.timeline.log import View

__all__ = ["FORMAT", "VERSION", "SavedSession", "from_json", "restore", "saved", "to_json"]

FORMAT = "microcrad session"
"""What a file calls itself."""
VERSION = 1
"""The newest version of the format, which is what is written; newer ones are refused politely."""


class SavedSession(Record):
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
    panes: tuple[str, ...] = ()
    """What the screen shows otherwise than at first, in its own words."""
    lesson: str = ""
    """The lesson that was open; empty without one."""
    task: int = 0
    """The task of it, counted from 0."""
    said: str = ""
    """What was answered in that task, or the id of what was chosen; empty if nothing was."""
    stops: tuple[str, ...] = ()
    """The stops that are set, such as `line 5`, `node w` and `grad w`."""


def saved(session: Session, name: str, **place: Any) -> SavedSession:
    """A session as it stands; `place` has what only the screen knows: folds, cursor, lesson and task."""
    return SavedSession(
        name, session.text, session.ownership, session.fault, session.view.value, session.position,
        session.selected, stops=tuple(map(str, session.breakpoints)), **place,
    )  # fmt: skip


def restore(
    session: Session, found: SavedSession, *, limits: Limits = LIMITS, keep_run: bool = False
) -> None:
    """Open the program as it was run, within the limits, and stand where its person stood.

    With `keep_run`, as where it is an earlier text of the same program, one with errors, or the one that ran
    last, leaves the last good run and the place in it, as if it had been typed.
    """
    same_rules = (session.fault, session.ownership) == (found.fault, found.ownership)
    text = unix_lines(found.program)
    same_run = text == session.run.program.text or parse(text, session.files).errors
    if keep_run and same_rules and same_run:
        session.set_text(found.program, limits=limits)
        return
    session.fault = found.fault
    session.open(found.program, ownership=found.ownership, limits=limits)
    session.breakpoints = tuple(map(read_breakpoint, found.stops))
    session.view = View(found.view)
    session.go(found.position)
    if found.selected is not None:
        session.select(found.selected)


def to_json(session: SavedSession) -> str:
    """The session as JSON text."""
    return written({"format": FORMAT, "version": VERSION, **session._asdict()}, indent=1) + "\n"


def from_json(text: str, name: str = "the text") -> SavedSession:
    """A session from JSON text, which messages call `name`.

    Raises `ContentError` if the text is not one that `to_json` could have written, `NewerError` if it is of a
    newer version.
    """
    fields = _SAVED.read(text, name)
    values = {field: fields.take(field, type_) for field, type_ in _FIELDS.items()}
    values["stops"] = fields.maybe("stops", _STOPS, [])  # Files from before there were any have none.
    values["panes"] = fields.maybe("panes", TEXTS, [])
    values["said"] = fields.maybe("said", TEXT, "")
    values |= {field: tuple(values[field]) for field in ("folded", "cursor", "stops", "panes")}
    return SavedSession(**values)


def _are_counts(value: object) -> bool:
    return isinstance(value, list) and all(map(COUNT.accepts, value))


def _are_stops(value: object) -> bool:
    try:
        return isinstance(value, list) and all(str(read_breakpoint(each)) == each for each in value)
    except (AttributeError, ValueError):
        return False


_STOPS = Type("a list of stops, such as 'line 5', 'node w' or 'grad w'", _are_stops)
_SAVED = SavedFormat("a saved session", VERSION, FORMAT)
_FIELDS = {
    "name": TEXT,
    "program": TEXT,
    "ownership": Type("auto, manual or null", lambda value: value in (None, "auto", "manual")),
    "fault": Type(
        f"one of {', '.join(FAULTS)}, or null",
        lambda value: value is None or (isinstance(value, str) and value in FAULTS),
    ),
    "view": Type("math, memory or all", one_of(view.value for view in View).accepts),
    "position": Type("a count of events", COUNT.accepts),
    "selected": Type("a node's number, or null", lambda value: value is None or COUNT.accepts(value)),
    "folded": Type("a list of nodes' numbers", _are_counts),
    "cursor": Type(
        "a line and a column",
        lambda value: isinstance(value, list) and len(value) == 2 and _are_counts(value),
    ),
    "lesson": TEXT,
    "task": Type("a count of tasks", COUNT.accepts),
}
"""What each field of a file must hold."""
