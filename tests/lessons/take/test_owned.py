"""Who owns which node: for the picture with arrows."""

from __future__ import annotations

from takings import shipped

from lessons.take.owned import Owned, owned
from lessons.take.taking import Taking
from microcrad.session.session import Session
from microcrad.timeline.telling import Telling

LESSON = shipped("refcount")
STEP = LESSON.steps[0]


def at_end(text: str) -> Session:
    session = Session(text)
    session.go(10_000)
    return session


def test_each_reference_of_each_live_node_has_its_owner() -> None:
    session = at_end("a = 2\nn = a\nb = a*a\nc = b + 1\ndel c\n")
    assert owned(STEP, session) == (
        Owned("a, n", ("name a", "name n", "slot 0 of b", "slot 1 of b")),
        Owned("b", ("name b",)),
    )
    at = session.snapshot
    assert [len(each.owners) for each in owned(STEP, session)] == [at.row(node).refs for node in (0, 1)]


def test_it_tells_nothing_that_is_kept_back_and_nothing_of_many_nodes() -> None:
    session = at_end("a = 2\nb = a*a\n")
    session.veil(Telling(node="a", field="refs"))
    assert owned(STEP, session) == ()
    session.veil(Telling(events=1))
    assert owned(STEP, session) == ()
    session.veil(Telling(node="a", field="grad"))
    session.go(10_000)
    assert len(owned(STEP, session)) == 2
    assert owned(STEP, at_end("".join(f"x{n} = {n}\n" for n in range(9)))) == ()


def test_a_task_draws_it_once_its_count_was_found() -> None:
    it = Taking(LESSON, Session())
    assert it.step.owners
    assert owned(it.step, it.on) == ()
    it.attempted(it.step.solution)
    assert any("name a" in each.owners for each in owned(it.step, it.on))
    assert owned(shipped("nudge").steps[0], it.on) == ()
