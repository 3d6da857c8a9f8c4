"""What a lesson hides: a secret of every kind is looked for in all that can be said of the playground."""

from __future__ import annotations

import re

import pytest
from kept_back import SECRETS, Secret, everything_said, kept
from planted import lesson
from samples import share
from takings import session_of

from lessons.take.taking import Taking
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.timeline.telling import EVERYTHING, Telling


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_nowhere_to_be_read(secret: Secret) -> None:
    """At no moment (of few samples, at one of ten), by no reader; once everything may be told it is there."""
    session, form = kept(secret), re.compile(secret[2])
    found = [line for line in everything_said(session, 60 // share(60)).split("\n") if form.search(line)]
    assert found == []
    session.veil(EVERYTHING)
    assert form.search(everything_said(session, 12))


def test_who_judges_sees_everything() -> None:
    for secret in SECRETS.values():
        session = kept(secret)
        position = session.position
        whole = session.whole
        assert re.search(secret[2], everything_said(whole, 24))
        assert (session.telling, session.position) == (secret[0], position)  # And changes nothing by it.


def hiding(*hides: str) -> Taking:
    """A lesson whose step "do" hides something of a program that leaks."""
    setup = 'setup = { program = "# ownership: manual\\nx = 3\\ny = x*x\\nbackward(y)" }\n'
    step = lesson(("Switch `merged` on and go to the end.\n\n```toml step\n",
                   f"Do.\n\n```toml step\n{setup}hides = {list(hides)}\n"))  # fmt: skip
    return Taking(step, Session(), step="do")


@pytest.mark.parametrize(
    ("hides", "telling"),
    [
        ("findings", Telling(findings=False)),
        ("repairs", Telling(repairs=False)),
        ("later", Telling(events=7)),
    ],
)
def test_a_step_hides_what_it_names_until_it_is_over(hides: str, telling: Telling) -> None:
    it = hiding(hides)
    session = session_of(it)
    assert it.view.telling == session.telling == telling
    it.reset()
    assert session.telling == telling
    assert it.skip().verdict == "passed"
    assert it.view.telling == session.telling == EVERYTHING
    assert it.back()
    assert session.telling == Telling(ahead=False)  # A choice is wanted there.


def test_later_events_come_when_they_may_be_told() -> None:
    """Until then the run ends where the step began: one cannot walk on, and nothing is leaked."""
    it = hiding("later")
    session = session_of(it)
    make_move(session, "last")
    assert (session.position, session.next_event, session.snapshot.ended) == (7, None, False)
    assert not session.snapshot.leaks
    it.skip()
    assert session.snapshot.ended
    assert session.snapshot.leaks


def test_a_check_sees_what_the_learner_does_not() -> None:
    it = hiding("later", "findings", "repairs")
    moment = it.ground.here(None, None).moment
    assert moment is not None
    assert moment.snapshot.telling == EVERYTHING
    assert moment.snapshot.moved(len(moment.snapshot.log)).ended


def test_going_back_leads_to_where_the_step_before_began() -> None:
    """Even if that is further on than what may be told of in this one."""
    it = hiding("later")
    session = session_of(it)
    assert it.back()
    assert session.position == len(session.log) > 7
