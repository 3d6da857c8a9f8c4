"""Checks of the engine wrong on purpose: which fault is on, and what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lessons.fields.scripts import NO_FAULT
from lessons.kinds.base import (
    LESSON_LIMITS,
    TOLERANCE,
    Check,
    CheckField,
    CheckKind,
    Here,
    far,
    named,
    tolerance_problem,
)
from microcrad.files.types import TEXT
from microcrad.run.faults import FAULTS
from microcrad.run.result import run_program
from microcrad.text.near import did_you_mean
from microcrad.text.numbers import short

__all__ = ["KINDS"]


def _fault(here: Here, check: Check) -> str:
    moment = here.playground
    found = NO_FAULT if moment.fault is None else moment.fault.name
    if found == check["name"]:
        return ""
    if check["name"] == NO_FAULT:
        return f"The fault {found} is on, and it should run right. Switch it off."
    if found == NO_FAULT:
        return "No fault is on. Switch on the one that the task names."
    return f"The fault {found} is on. Switch to the one that the task names."


def _fault_problem(fields: Mapping[str, Any]) -> str:
    name, names = fields.get("name", NO_FAULT), [NO_FAULT, *FAULTS]
    return (
        ""
        if name in names
        else f"name is {name!r}, expected one of {', '.join(names)}.{did_you_mean(name, names)}"
    )


def _differs(here: Here, check: Check) -> str:
    moment = here.playground
    run = run_program(
        moment.snapshot.program.text, check["fault"], ownership=moment.ownership, limits=LESSON_LIMITS
    )
    assert run.right is not None
    right, wrong = run.right.end, run.end
    if check["field"] == "live":
        one, other, what = float(right.heap.live), float(wrong.heap.live), "the number of live nodes"
    else:
        node = named(right, check["node"])
        twin = wrong.find(check["node"])
        if twin is None:
            return ""
        rows, field = (right.row(node), wrong.row(twin)), check["field"] or "grad"
        found = [{"grad": row.grad, "data": row.data or 0.0, "refs": float(row.refs)}[field] for row in rows]
        one, other, what = *found, f"{check['node']}.{field}"
    if far(other, one, check):
        return ""
    numbers = f"{what} is {short(other)}, and without it {short(one)}"
    return f"With the fault {check['fault']} {numbers}. They should differ."


def _differs_problem(fields: Mapping[str, Any]) -> str:
    if fields["fault"] not in FAULTS:
        advice = did_you_mean(fields["fault"], FAULTS)
        return f"fault is {fields['fault']!r}, expected one of {', '.join(FAULTS)}.{advice}"
    field = fields.get("field", "grad")
    if field not in ("grad", "data", "refs", "live"):
        return f"field is {field!r}, expected grad, data, refs or live."
    if field != "live" and "node" not in fields:
        return "node is missing. Add the node whose numbers are compared."
    return tolerance_problem(fields)


KINDS = (
    CheckKind("fault", "A fault is on, or none is.", 'is = "fault", name = "overwrite"', _fault,
        {"name": CheckField(TEXT, "the fault's name, or `none`", required=True)}, moments=False,
        problem=_fault_problem),
    CheckKind("differs", "The program would end with another number if a fault were on.",
        'is = "differs", node = "p", fault = "overwrite", abs = 1e-9', _differs,
        {"fault": CheckField(TEXT, "the fault to run it with", required=True),
         "node": CheckField(TEXT, "the node whose numbers are compared"),
         "field": CheckField(TEXT,
             "`grad` (if left out), `data`, `refs`, or `live` for the number of live nodes"),
         **TOLERANCE},
        moments=False, problem=_differs_problem, panes=("program", "graph")),
)  # fmt: skip
