"""Every lesson that ships: taken from start to end, its known mistakes made, its numbers kept hidden."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from planted import SOUND
from samples import spread

from lessons.catalogue import catalogue
from lessons.format.lesson import PARTS, Lesson
from lessons.format.loader import read_lesson
from lessons.format.minutes import minutes_of
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing
from microcrad.session.session import Session
from microcrad.text.numbers import full, short
from microcrad.timeline.inspection import inspect
from microcrad.timeline.log import View
from microcrad.timeline.sentences import sentence
from microcrad.train.training import Training

FOUND = catalogue()
LESSONS = {lesson.id: lesson for lesson in FOUND.lessons}
CURRICULUM = [
    *(
        "nudge",
        "graph",
        "chain-rule",
        "local-rules",
        "accumulate",
        "order",
        "gradcheck",
        "decompose",
        "mutate",
    ),
    *("refcount", "cascade", "leak", "dangling", "outlive"),
    *("mlp", "loss", "descent", "zero-grad", "loop"),
    *("silent-units", "explode", "xor", "pytorch", "mystery"),
    *("softmax", "bigram", "embedding", "attention", "residual", "gpt"),
]

lessons = pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
some = pytest.mark.parametrize("lesson", spread(6, LESSONS.values()), ids=lambda lesson: lesson.id)


def begun(lesson: Lesson) -> Taking:
    """A lesson, begun in a session of its own."""
    return Taking(lesson, Session() if lesson.mode == "playground" else Training())


def test_the_curriculum_is_complete_and_in_order() -> None:
    assert FOUND.problems == ()
    assert list(LESSONS) == CURRICULUM
    parts = [lesson.part for lesson in LESSONS.values()]
    assert sorted(parts) == parts
    assert set(parts) == set(PARTS)


@lessons
def test_a_lesson_from_start_to_end(lesson: Lesson) -> None:
    """No step is passed as it begins, each is by its solution, and only then does it go on."""
    taking = begun(lesson)
    for place, step in enumerate(lesson.steps):
        assert taking.step is step
        assert taking.check().verdict is not Standing.PASSED
        assert not taking.next()
        assert taking.attempted(step.solution).verdict is Standing.PASSED, step.slug
        assert taking.view.done == (place == len(lesson.steps) - 1)
        assert taking.next() != taking.view.done
    assert taking.view.done


def test_minutes_are_worked_out_unless_they_were_measured() -> None:
    """More to read and to do takes longer; what a header says stands."""
    assert {lesson.minutes for lesson in LESSONS.values()} == {4, 5, 6}
    measured = read_lesson(SOUND, Path("sound.md"))
    assert measured.minutes == 2
    free = SOUND.replace("minutes = 2\n", "")
    assert read_lesson(free, Path("sound.md")).minutes == 2
    longer = free.replace("Two slots.", "Two slots and more. " * 60)  # 237 words more.
    assert read_lesson(longer, Path("sound.md")).minutes == 3


@some
def test_every_known_mistake_is_recognised(lesson: Lesson) -> None:
    """What a mistake does fails, and is told what it means; afterwards the solution still passes."""
    taking = begun(lesson)
    for step in lesson.steps:
        for why in step.whys:
            judgement = taking.attempted(why.attempt)
            assert judgement.verdict is Standing.NOT_YET, step.slug
            said = re.escape(why.say).replace(r"\{", "{").replace(r"\}", "}")  # A number may stand in it.
            assert re.fullmatch(re.sub(r"\{.*?\}", "[^ ]+", said), judgement.sentence), step.slug
        for choice in step.choices:
            if choice.why:
                taking.reset()
                assert taking.choose(choice.id).sentence == choice.why
        assert taking.attempted(step.solution).verdict is Standing.PASSED, step.slug
        taking.next()


@lessons
def test_every_step_has_what_a_learner_needs(lesson: Lesson) -> None:
    """Hints and a task in every step; a lesson says what it is about, and ends with what was learned."""
    assert lesson.misconception
    assert 3 <= len(lesson.steps) <= 6
    assert lesson.minutes == minutes_of(lesson) <= 6
    assert all(step.hints and step.task for step in lesson.steps)
    assert lesson.steps[-1].explain
    assert any(step.whys or step.choices for step in lesson.steps)


def told(session: Session, node: int) -> set[str]:
    """Every text that says the numbers of a node, at every moment of the run."""
    texts = set()
    for position in range(len(session.log) + 1):
        at = session.snapshot.moved(position)
        if node not in at.nodes:
            continue
        about = inspect(at, node)
        texts |= {
            about.computation,
            *(each.text for each in about.contributions),
            *about.owners,
            *about.largest,
        }
        if about.numeric is not None:
            texts.add(f"numeric {full(about.numeric)}")
    texts |= {sentence(session.snapshot, session.log.event(index)) for index in range(len(session.log))}
    return texts


@some
def test_the_number_that_is_asked_for_is_nowhere_to_be_read(lesson: Lesson) -> None:
    """Before it is answered, and after a wrong answer; once it is answered it is."""
    taking = begun(lesson)
    for step in lesson.steps:
        session, asked = taking.ground.session if lesson.mode == "playground" else None, step.asked
        if session is not None and asked is not None:
            whole = session.whole
            node = whole.snapshot.moved(len(whole.log)).find(asked.node)
            assert node is not None
            hidden, end = told(session, node), session.snapshot.moved(len(session.log))
            if (
                step.predict or "later" in step.hides
            ):  # What comes later is not told of before it is predicted.
                assert len(session.log) == session.position <= len(whole.log)
            if node in end.nodes:
                row = end.row(node)
                assert row.hidden == asked.field
                number = {"grad": row.grad, "data": row.data, "refs": float(row.refs)}[asked.field]
                assert number is None or number != number or number == -1  # Who forgets to look has nothing.
            wrong = next((why.attempt for why in step.whys if why.attempt[0].name == "answer"), None)
            if wrong is not None:
                assert taking.attempted(wrong).verdict is Standing.NOT_YET
                hidden = told(session, node)
                assert node not in end.nodes or session.snapshot.row(node).hidden == asked.field
            assert taking.attempted(step.solution).verdict is Standing.PASSED
            assert session.snapshot.moved(len(session.log)).row(node).hidden == ""
            row = session.snapshot.moved(len(session.log)).row(node)
            shown = told(session, node) - hidden
            number = {"grad": row.grad, "data": row.data, "refs": float(row.refs)}[asked.field]
            assert number is not None
            if asked.field == "grad":
                assert any(f".grad = {short(number)}" in text for text in shown)
                assert not any(f"numeric {full(row.grad)}" == text for text in hidden)
            else:
                assert shown
        else:
            taking.attempted(step.solution)
        taking.next()


@pytest.mark.parametrize("id_", ["graph", "cascade", "dangling", "silent-units"])
def test_a_lesson_that_is_gone_on_with_stands_where_it_stood(id_: str) -> None:
    """At every step: also behind one that keeps back what comes later."""
    lesson = LESSONS[id_]
    through = begun(lesson)
    for step in lesson.steps:
        taking = Taking(lesson, Session(), step=step.slug)
        on, there = taking.on, through.on
        assert isinstance(on, Session)
        assert isinstance(there, Session)
        assert (on.text, on.position, on.telling) == (there.text, there.position, there.telling), step.slug
        through.skip()
        through.next()


@some
def test_what_lies_ahead_is_told_without_its_numbers_while_an_answer_is_wanted(lesson: Lesson) -> None:
    """No row of the timeline gives away what one is to walk to and read; afterwards they say it."""
    taking = begun(lesson)
    for step in lesson.steps:
        session = taking.on
        if isinstance(session, Session) and (step.answers or step.choices):
            session.view = View.ALL
            moment = session.moment
            ahead = [row for row in moment.rows(0, 10_000) if not row.happened]
            assert not [row.sentence for row in ahead if "=" in row.sentence.replace("'=='", "")], step.slug
            live, here = moment.live_curve(40)
            assert not any(live[here + 1 :])
        taking.attempted(step.solution)
        if isinstance(taking.on, Session):
            assert taking.on.telling.ahead or not taking.view.passed
        taking.next()
