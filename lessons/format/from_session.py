"""The lesson that `microcrad lessons new --from` writes: one task, about a program and where one stood in it.

What is asked is the number of the node that was selected, or of the root: its grad, if the program goes
backward, or else its data. The task begins before the run has that number.
"""

from __future__ import annotations

import json
import math

from lessons.format.template import title_of
from microcrad.errors import ContentError
from microcrad.session.file import SavedSession, restore
from microcrad.session.session import Session
from microcrad.text.numbers import full
from microcrad.timeline.snapshot import NodeRow, Snapshot

__all__ = ["lesson_from"]


def lesson_from(saved: SavedSession, id_: str) -> str:
    """The text of a new lesson. Raises `ContentError` if the program has errors, or nothing to ask about."""
    session = Session()
    restore(session, saved)
    if not session.up_to_date or session.errors:
        raise ContentError(f"The program has an error, and a lesson needs one that runs: {session.errors[0]}")
    at, end = session.snapshot, session.snapshot.end
    node = saved.selected if saved.selected in end.nodes else (end.nodes[0] if end.nodes else None)
    if node is None:
        raise ContentError("At the end of the program no node is live, so there is nothing to ask about.")
    row = end.row(node)
    asked = "grad" if at.backwards and math.isfinite(row.grad) else "data"
    name = row.name or row.label
    number = row.grad if asked == "grad" else row.data or 0.0
    owned = f'ownership = "{saved.ownership}"\n' if saved.ownership else ""
    fault = f', {{ fault = "{saved.fault}" }}' if saved.fault else ""
    view = f', {{ view = "{saved.view}" }}'
    return _TEMPLATE.format(
        id=id_, title=title_of(id_), ownership=owned, program=_toml(session.text), fault=fault, view=view,
        place=_place(at, asked), name=name, node=json.dumps(name), asked=asked, number=_number(number),
        near=full(number), hides='hides = ["later"]\n' if asked == "data" else "", about=_about(row),
    )  # fmt: skip


def _place(at: Snapshot, asked: str) -> str:
    """Where the task begins: where one stood, if the number is not there by then."""
    if asked == "data":
        return "start"
    return f"event {at.position}" if 0 < at.position <= at.launch.position else "backward"


def _number(number: float) -> str:
    """A comparison with a number, within a tolerance."""
    return f"near = {full(number)}, {'abs' if abs(number) < 1 else 'rel'} = 1e-6"


def _about(row: NodeRow) -> str:
    return "a leaf" if row.op == "leaf" else f"made by {row.op}"


def _toml(program: str) -> str:
    """A program as a text of several lines in TOML."""
    text = program.strip("\n")
    quotes = "'''" if "'''" not in text else ""
    return f"{quotes}\n{text}\n{quotes}" if quotes else json.dumps(f"{text}\n")


_TEMPLATE = """\
+++
format = 1
id = "{id}"
title = "{title}"
misconception = "What do learners wrongly believe before this lesson?"
needs = []
{ownership}setup = [{{ program = {program} }}{fault}{view}]
+++
What this lesson is about, in two or three sentences.

## Predict {{#predict}}
What one has to know. `{name}` is {about}.

Before it runs on: what is the {asked} of `{name}` at the end?

```toml step
setup = {{ go = "{place}" }}
predict = true
asked = {{ node = {node}, field = "{asked}" }}
{hides}check = [
  {{ is = "answer", {number} }},
]
hint = ["A hint.", "A stronger hint."]
solution = [{{ answer = "{near}" }}, {{ go = "end" }}]
explain = "What the number means."
```
"""
