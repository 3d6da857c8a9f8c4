"""Taking a lesson: from step to step and back, hints, solutions, and what is hidden until it may be seen."""

from __future__ import annotations

from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from planted import changed, lesson
from samples import share
from takings import session_of, shipped, taking

from lessons.format.loader import read_lesson
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing
from microcrad.session.moves import MOVES, make_move
from microcrad.session.session import Session
from microcrad.timeline.telling import EVERYTHING


def test_a_lesson_begins_with_its_setup_and_nothing_tried() -> None:
    it = taking()
    assert it.ground.keep()[0].startswith("x = 3\n")  # type: ignore[index]
    view = it.view
    assert (view.index, view.step.slug, view.tries, view.hints, view.answer) == (0, "predict", 0, (), "")
    assert {view.passed, view.may_continue, view.may_run, view.done, view.last} == {False}
    assert view.telling.field == "grad"
    assert view.result is None
    assert it.check().verdict is Standing.NOT_TRIED
    assert it.view.tries == 0


def test_nothing_on_the_way_to_a_number_is_told_before_it_is_predicted() -> None:
    """`x**2 = 9.006` would leave only `+ 1` to predict of `y = x**2 + 1`."""
    nudge = shipped("nudge")
    it = Taking(nudge, Session(), step="nudge")
    session = session_of(it)
    assert len(session.log) == 0
    it.answer("10.001")
    assert len(session.log) == 0
    it.answer("10.006")
    assert len(session.log) > 0


def test_of_a_program_of_ones_own_all_may_be_told_before_anything_is_predicted() -> None:
    it = taking()
    session = session_of(it)
    assert not it.view.telling.later
    session.set_text("a = 1\nb = a*2\n")
    it.look()
    assert it.view.telling.later
    make_move(session, "last")
    assert session.snapshot.ended


def test_a_pass_stays_whatever_is_tried_later() -> None:
    it = taking()
    it.answer("6")
    assert it.answer("3").verdict is Standing.NOT_YET
    assert it.view.passed
    assert it.view.may_continue
    assert it.view.telling == EVERYTHING


def test_next_waits_for_a_pass_and_back_returns_to_where_a_step_began() -> None:
    it = taking()
    assert not it.next()
    assert not it.back()
    it.answer("6")
    session = session_of(it)
    make_move(session, "last")
    assert it.next()
    assert it.view.step.slug == "choose"
    stood = session.position
    session.set_text("a = 1\n")
    assert it.back()
    assert session.text.startswith("x = 3")
    assert session.position == session.log.seeds[0]
    assert it.view.passed
    assert it.next()
    assert (session.text[:5], session.position) == ("x = 3", stood)


def test_who_has_a_task_done_for_them_has_said_nothing() -> None:
    it = taking()
    assert it.skip().verdict is Standing.PASSED
    assert it.view.answer == ""


def test_hints_come_one_by_one_and_the_last_one_stays() -> None:
    it = taking()
    assert [it.hint(), it.hint(), it.hint()] == ["Count slots.", "3 for each.", "3 for each."]
    assert it.view.hints == ("Count slots.", "3 for each.")
    it.reset()
    assert it.view.hints == ("Count slots.", "3 for each.")  # What was read stays to be read.
    assert taking("choose").hint() == ""


def test_a_solution_that_was_seen_lets_one_go_on_and_is_run_on_the_way() -> None:
    it = taking("do")
    it.back()
    it.solution()
    view = it.view
    assert view.solution_seen
    assert view.may_continue
    assert not view.passed
    session = session_of(it)
    session.set_text("a = 1\n")
    assert it.next()
    assert it.view.index == 2
    assert session.text.startswith("x = 3")


def test_skip_passes_a_step_that_began_as_it_is_to_end() -> None:
    """What was done in the steps before may leave nothing for the solution to change."""
    session = Session("")
    it = Taking(lesson(), session)
    assert it.skip().verdict is Standing.PASSED
    session.switch_fault("merged")
    for _ in range(2):
        it.next()
        assert it.skip().verdict is Standing.PASSED
        assert it.view.passed


def test_a_solution_that_was_only_seen_is_run_before_going_on() -> None:
    it = taking()
    session = session_of(it)
    it.solution()
    session.set_text("a = 1\n")
    it.next()
    assert it.view.index == 1
    assert session.text.startswith("x = 3")
    assert session.position == len(session.log)


def test_skip_runs_the_solution_so_that_later_steps_stand_right() -> None:
    it = taking()
    session = session_of(it)
    session.set_text("x = 4\n")
    assert it.skip().verdict is Standing.PASSED
    assert session.position == len(session.log) > 0
    assert it.view.solution_seen
    assert it.view.result == 6
    it.next()
    it.skip()
    it.next()
    it.skip()
    assert it.view.done


def test_reset_returns_to_the_beginning_of_the_step() -> None:
    it = taking("do")
    session = session_of(it)
    before = it.ground.keep()
    session.switch_fault("leak")
    session.set_text("q = 1\n")
    session.select(0)
    it.check()
    it.reset()
    assert it.ground.keep() == before
    assert it.check().verdict is Standing.NOT_TRIED


def test_a_mystery_is_named_only_once_it_is_solved() -> None:
    text = changed(
        ("## Do {#do}\n", "## Do {#do}\n"),
        (
            "Switch `merged` on and go to the end.\n\n```toml step\n",
            "Find it.\n\n```toml step\nmystery = true\n",
        ),
    )
    it = Taking(read_lesson(text, Path("sound.md")), Session(), step="do")
    assert not it.view.telling.fault
    it.skip()
    assert it.view.telling == EVERYTHING


def test_what_was_said_another_day_is_said_and_no_new_try() -> None:
    before = taking()
    before.answer(" 12/2 ")
    it = taking()
    it.said_before(before.view.answer)
    assert (it.view.passed, it.view.answer, it.view.tries) == (True, "12/2", 0)
    it = taking()
    it.said_before("3")
    assert it.view.judgement.sentence == "3 is one slot. There are two."
    assert it.view.answer == "3"
    it.said_before("seven apples")
    assert it.view.answer == "3"
    before = taking("choose")
    before.choose("edge")
    it = taking("choose")
    it.said_before("nothing")
    assert not it.view.choice
    it.said_before(before.view.choice or "")
    assert it.view.passed


class Walks(RuleBasedStateMachine):
    """Whatever is done in whatever order: the promises of a view hold, and each step can be returned to."""

    def __init__(self) -> None:
        super().__init__()
        self.it = taking()
        self.session = session_of(self.it)
        self.began = {0: self.it.ground.keep()}
        self.passed: set[int] = set()

    @rule(text=st.sampled_from(["3", "6", "9", "six", ""]))
    def answer(self, text: str) -> None:
        self.it.answer(text)

    @rule(id_=st.sampled_from(["edge", "node"]))
    def choose(self, id_: str) -> None:
        if self.it.view.step.choices:
            self.it.choose(id_)

    @rule(text=st.sampled_from(["x = 3\ny = x*x\nbackward(y)\n", "a = 1\n", "x = = 1\n", ""]))
    def write(self, text: str) -> None:
        self.session.set_text(text)

    @rule(name=st.sampled_from([None, "merged", "leak"]))
    def fault(self, name: str | None) -> None:
        self.session.switch_fault(name)

    @rule(walk=st.sampled_from([MOVES[name].go for name in ("next", "previous", "first", "last", "view")]))
    def walk(self, walk: object) -> None:
        walk(self.session)  # type: ignore[operator]

    @rule()
    def hint(self) -> None:
        self.it.hint()

    @rule()
    def check(self) -> None:
        self.it.check()

    @rule()
    def reset(self) -> None:
        self.it.reset()
        assert self.it.ground.keep() == self.began[self.it.index]

    @rule()
    def skip(self) -> None:
        assert self.it.skip().verdict is Standing.PASSED

    @precondition(lambda self: self.it.view.may_continue)
    @rule()
    def next(self) -> None:
        assert self.it.next()
        assert self.it.ground.keep() == self.began.setdefault(self.it.index, self.it.ground.keep())

    @rule()
    def back(self) -> None:
        before = self.it.index
        assert self.it.back() is (before > 0)
        if before:
            assert self.it.ground.keep() == self.began[self.it.index]

    @invariant()
    def the_view_keeps_its_promises(self) -> None:
        view = self.it.view
        assert view.step is view.lesson.steps[view.index]
        assert (view.result is None) or not view.telling.field
        assert not (view.telling != EVERYTHING and view.passed)
        assert view.may_continue == ((view.passed or view.solution_seen) and not view.last)
        if view.passed:
            self.passed.add(view.index)
        assert view.passed == (view.index in self.passed)
        assert len(view.hints) <= len(view.step.hints)


Walks.TestCase.settings = settings(max_examples=share(60), stateful_step_count=25)
TestWalks = Walks.TestCase
