"""Checks of memory: counts of references, what is live, freed and leaked, and where a program was stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lessons.kinds.base import (
    COUNT,
    Check,
    CheckField,
    CheckKind,
    Here,
    count_problem,
    counted,
    named,
    unlike_count,
)
from microcrad.files.types import TEXT, WHOLE
from microcrad.timeline.log import Kind
from microcrad.timeline.snapshot import Snapshot

__all__ = ["KINDS"]

_ONE = CheckField(TEXT, "the one node that is meant, by its name or expression, or by the name it had last")
_STOPS = ("use after free", "double free")


def _refcount(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    node = named(at, check["node"])
    row = at.row(node)
    if check["by"] == "names":
        names = at.names_of(node)
        listed = f": {', '.join(names)}" if names else ""
        return unlike_count(f"{check['node']} has {counted(len(names), 'name')}{listed}", len(names), check,
                            "Look at who holds it.")  # fmt: skip
    found = "is freed" if not row.live else f"has {counted(row.refs, 'reference')}"
    return unlike_count(f"{check['node']} {found}", row.refs, check, "Look at who holds it.")


def _refcount_problem(fields: Mapping[str, Any]) -> str:
    if fields.get("by", "names") != "names":
        return f"by is {fields['by']!r}, expected 'names', or nothing for all owners."
    return count_problem(fields)


def _node_or_count(fields: Mapping[str, Any]) -> str:
    if "node" in fields:
        return "node is one node, which needs no count." if fields.keys() & COUNT.keys() else ""
    return count_problem(fields)


def _live(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    if check["node"] is not None:
        row = at.row(named(at, check["node"]))
        return "" if row.live else f"{check['node']} is freed. It has to be live at this moment."
    return unlike_count(f"{counted(at.heap.live, 'node')} live", at.heap.live, check, "Look at the heap.")


def _freed(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    if check["node"] is not None:
        row = at.row(named(at, check["node"]))
        return "" if not row.live else f"{check['node']} is still live. Look at who holds it."
    if check["by"] is not None:
        found, last = _freed_last(at)
        said = f"The last line, {last}, frees {counted(found, 'node')}"
        return unlike_count(said, found, check, "Walk its events, by the view memory.")
    return unlike_count(f"{counted(at.heap.freed, 'node')} freed", at.heap.freed, check, "Look at the heap.")


def _freed_last(at: Snapshot) -> tuple[int, int]:
    """How many nodes are freed from where the last line of the run begins, and which line that is."""
    begins = at.last_line.position
    freed = sum(event.index >= begins for event in at.events(Kind.FREE))
    return freed, at.event(begins).span.line if begins < at.event_count else 0


def _freed_problem(fields: Mapping[str, Any]) -> str:
    if fields.get("by", "last line") != "last line":
        return f"by is {fields['by']!r}, expected 'last line', or nothing for the whole run."
    if "by" in fields and "node" in fields:
        return "by counts nodes. Leave node out."
    return _node_or_count(fields)


def _leaks(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    if not at.ended:
        return "What leaks is known at the end of the program. Go there with >."
    if check["node"] is not None:
        return "" if named(at, check["node"]) in at.leaks else f"{check['node']} is not leaked."
    found = len(at.leaks)
    return unlike_count(f"{counted(found, 'node')} leaked", found, check, "Look at the heap at the end.")


def _stopped(here: Here, check: Check) -> str:
    moment = here.playground
    stop = moment.run.memory_stop
    if stop is None:
        return "No touch of freed memory has stopped the program."
    if check["kind"] not in (None, stop.kind):
        return f"The program was stopped by a {stop.kind}, and another stop is asked for."
    if check["line"] not in (None, stop.place.line):
        return f"The program was stopped on line {stop.place.line}, and it should be elsewhere."
    if check["node"] is not None and named(moment.snapshot.end, check["node"]) != stop.node:
        return f"It was {stop.name} that was touched, and another node is meant."
    return ""


def _stopped_problem(fields: Mapping[str, Any]) -> str:
    if fields.get("kind", _STOPS[0]) in _STOPS:
        return ""
    return f"kind is {fields['kind']!r}, expected {' or '.join(map(repr, _STOPS))}."


def _ownership(here: Here, check: Check) -> str:
    found = here.playground.ownership
    return "" if found == check["rules"] else f"Ownership is {found}. Switch it."


def _ownership_problem(fields: Mapping[str, Any]) -> str:
    rules = fields["rules"]
    return "" if rules in ("auto", "manual") else f"rules is {rules!r}, expected 'auto' or 'manual'."


KINDS = (
    CheckKind("refcount", "A node has so many references; a freed one has 0.",
        'is = "refcount", node = "x", equals = 4', _refcount,
        {"node": CheckField(TEXT, _ONE.about, required=True),
         "by": CheckField(TEXT, "`names`, to count its names only"), **COUNT}, problem=_refcount_problem,
        panes=("graph", "heap")),
    CheckKind("live", "A node is live, or so many nodes are.", 'is = "live", at = "end", equals = 3', _live,
        {"node": _ONE, **COUNT}, problem=_node_or_count, panes=("graph", "heap")),
    CheckKind("freed", "A node is freed, or so many nodes were.", 'is = "freed", node = "c"', _freed,
        {"node": _ONE, "by": CheckField(TEXT, "`last line`, to count what that line frees"), **COUNT},
        problem=_freed_problem, panes=("graph", "heap")),
    CheckKind("leaks", "A node is leaked, or so many nodes are. It fails until the program has ended.",
        'is = "leaks", at = "end", equals = 0', _leaks, {"node": _ONE, **COUNT}, problem=_node_or_count,
        panes=("graph", "heap")),
    CheckKind("stopped", "A touch of freed memory has stopped the program.",
        'is = "stopped", kind = "use after free", node = "c"', _stopped,
        {"kind": CheckField(TEXT, "`use after free` or `double free`"),
         "line": CheckField(WHOLE, "the line on which it was stopped"),
         "node": CheckField(TEXT, "the freed node that was touched")}, moments=False,
        problem=_stopped_problem, panes=("program", "graph")),
    CheckKind("ownership", "The program runs by these rules.", 'is = "ownership", rules = "manual"',
        _ownership, {"rules": CheckField(TEXT, "`auto` or `manual`", required=True)}, moments=False,
        problem=_ownership_problem, panes=("program",)),
)  # fmt: skip
