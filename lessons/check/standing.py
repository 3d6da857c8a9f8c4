"""Whether where one stands in a run counts as it should.

A task that is done in the program is judged the same wherever one stands afterwards: on screen an edit leaves
the moment where it was, and the program may have gone on behind it. A node or a moment that is to be found
counts where one checks: on the way there one walks past others, and past the right one without seeing it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lessons.format.lesson import Step
from lessons.kinds import sentence
from lessons.take.in_session import SessionGround
from lessons.take.program_moves import WRITING
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing

__all__ = ["judged_at_one_place", "passed_on_the_way"]


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


def passed_on_the_way(taking: Taking, step: Step) -> Iterator[str]:
    """What is wrong where one who only goes through the rows, or the moments, comes past what is sought."""
    ground = taking.ground
    if step.commit or step.answers or step.choices or not isinstance(ground, SessionGround):
        return
    add = "Add commit = true, and say in the task that one checks there."
    for check in (each for top in step.checks for each in top.flat()):
        if check.kind.name == "selected" and f"`{check['node']}`" not in step.task:
            yield f"the node that is to be found is passed as the cursor walks over it. {add}"
            return
    if not any(check.kind.moments and check.at == "here" for top in step.checks for check in top.flat()):
        return
    if taking.attempted(step.solution).verdict is not Standing.PASSED:
        return
    session = ground.session
    for position in range(session.position, session.snapshot.event_count + 1):
        session.go(position)
        if any(sentence(taking.here, check) for check in step.checks):
            yield f"the moment that is to be found is passed as one walks past it. {add}"
            return
