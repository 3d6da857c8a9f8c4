"""What a lesson keeps secret: one `Telling` for each state of a step, which every reader of a moment obeys.

A step hides the number that it asks for (`asked`), the fault that is to be found (`mystery`), and what
`hides` names. One that wants an answer or a choice tells no number of what lies ahead of where one stands,
for that may be what one is to walk to and read. Nothing is hidden any more once the step is passed or its
solution was seen.
"""

from __future__ import annotations

from lessons.format.lesson import Asked, Step
from lessons.kinds.base import placed
from microcrad.session.session import Session
from microcrad.timeline.telling import Telling

__all__ = ["asked_number", "telling"]


def telling(step: Step, begun: int, *, said: bool, answered: bool, over: bool) -> Telling:
    """What may be told in a step that began at the position `begun`.

    `said` is whether what it asks one to predict was answered at all, before which nothing that comes later
    in its own program is told; `answered` whether the number may be seen; `over` whether it was passed, or
    given away.
    """
    asked = None if answered else step.asked
    hides = () if over else step.hides
    return Telling(
        node="" if asked is None else asked.node,
        field="" if asked is None else asked.field,
        fault=over or not step.mystery,
        findings="findings" not in hides,
        repairs="repairs" not in hides,
        events=begun if "later" in hides or not said else None,
        ahead=over or not (step.answers or step.choices),
    )


def asked_number(session: Session, asked: Asked) -> float | None:
    """The number that is asked for, as the run has it; None if there is no such node or number."""
    at = placed(session.whole.snapshot, asked.at)
    node = at.find(asked.node)
    if node is None:
        return None
    row = at.row(node)
    return {"grad": row.grad, "data": row.data, "refs": float(row.refs)}[asked.field]
