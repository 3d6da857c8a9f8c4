"""Whether a task that is done in the program is judged the same wherever one stands in the run afterwards.

On screen an edit leaves the moment where it was, and the program may have gone on behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lessons.format.lesson import Step
from lessons.kinds import sentence
from lessons.take.in_session import SessionGround
from lessons.take.program_moves import WRITING
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing

__all__ = ["judged_at_one_place"]


def judged_at_one_place(taking: Taking, step: Step) -> Iterator[str]:
    """What is wrong where a solution passes at the place where it ends, and elsewhere does not."""
    ground = taking.ground
    writes = any(move.name in WRITING for move in step.solution)
    selects = any(check.sees("selected") for check in step.checks)
    if not isinstance(ground, SessionGround) or not writes or selects or step.commit:
        return
    if taking.attempted(step.solution).verdict is not Standing.PASSED:
        return
    session = ground.session
    for place, position in (
        ("at its start", 0),
        ("before its first backward", session.snapshot.launch.position),
    ):
        session.go(position)
        if any(sentence(taking.here, check) for check in step.checks):
            yield f'after the solution it fails {place}. Add at = "end" to the checks of what was written.'
            return
