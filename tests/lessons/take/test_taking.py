"""Taking a lesson: verdicts, feedback, hints, solutions, and what is hidden until it may be seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from planted import changed, lesson
from samples import share

from lessons.catalogue import catalogue
from lessons.fields.problems import BrokenLessonError
from lessons.fields.scripts import ScriptMove
from lessons.format.loader import read_lesson
from lessons.kinds import kinds_for, read_check, sentence
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing
from microcrad.session.moves import MOVES, make_move
from microcrad.session.session import Session
from microcrad.timeline.log import View
from microcrad.timeline.telling import EVERYTHING


def taking(step: str | None = None) -> Taking:
    return Taking(lesson(), Session("left = 1\n"), step=step)


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


def test_a_wrong_number_says_what_it_means_and_a_right_one_passes() -> None:
    it = taking()
    assert it.answer("3") == (it.view.judgement)
    assert (it.view.judgement.verdict, it.view.judgement.sentence) == (
        Standing.NOT_YET,
        "3 is one slot. There are two.",
    )
    assert it.view.judgement.why == "1"
    assert it.view.may_run
    assert it.view.telling.field  # It stays hidden until a pass.
    assert "6" not in it.answer("17").sentence
    assert it.view.tries == 2
    passed = it.answer(" 12/2 ")
    assert (passed.verdict, passed.sentence) == (Standing.PASSED, "3 and 3.")
    view = it.view
    assert (view.telling, view.result, view.answer, view.tries) == (EVERYTHING, 6.0, "12/2", 3)
    assert view.passed
    assert view.may_continue


def test_a_look_after_each_action_is_no_try_and_waits_for_what_is_asked() -> None:
    it = taking()
    session = it.ground.session  # type: ignore[union-attr]
    session.select(0)
    assert it.look().verdict is Standing.NOT_TRIED
    assert "Predict first" in it.check().sentence
    assert it.view.tries == 1
    it.answer("3")
    make_move(session, "last")
    assert it.look().sentence == "3 is one slot. There are two."
    assert it.view.tries == 2


def test_nothing_on_the_way_to_a_number_is_told_before_it_is_predicted() -> None:
    """`x**2 = 9.006` would leave only `+ 1` to predict of `y = x**2 + 1`."""
    nudge = catalogue().find("nudge")
    assert nudge is not None
    it = Taking(nudge, Session(), step="nudge")
    session = it.ground.session  # type: ignore[union-attr]
    assert len(session.log) == 0
    it.answer("10.001")
    assert len(session.log) == 0
    it.answer("10.006")
    assert len(session.log) > 0


def test_what_was_said_of_a_moment_goes_once_one_has_moved_on() -> None:
    """Where one checks for oneself: the sentence was about that moment, and would lead astray at another."""
    road = catalogue().find("chain-rule")
    assert road is not None
    it = Taking(road, Session(), step="watch")
    session = it.ground.session  # type: ignore[union-attr]
    make_move(session, "next")
    assert "has not arrived" in it.check().sentence
    assert "has not arrived" in it.look().sentence  # To look is not to move.
    make_move(session, "next")
    make_move(session, "next")
    assert (it.look().sentence, it.view.judgement.verdict) == ("", Standing.NOT_TRIED)
    assert it.check().verdict is Standing.PASSED
    make_move(session, "next")
    assert it.look().verdict is Standing.PASSED


def test_what_is_no_number_is_no_try() -> None:
    it = taking()
    said = it.answer("six")
    assert said.verdict is Standing.NOT_YET
    assert "Found 'six'" in said.sentence
    assert it.view.tries == 0
    assert it.view.answer == ""
    assert not it.view.may_run


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
    session = it.ground.session  # type: ignore[union-attr]
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


def test_choices_are_made_by_id() -> None:
    it = taking("choose")
    assert it.choose("node").sentence == "All nodes stay."
    assert it.view.choice == "node"
    with pytest.raises(KeyError):
        it.choose("corner")
    assert it.choose("edge").verdict is Standing.PASSED


def test_doing_is_judged_by_what_is_on_screen() -> None:
    it = taking("do")
    session = it.ground.session  # type: ignore[union-attr]
    assert it.check().verdict is Standing.NOT_TRIED
    session.switch_fault("overwrite")
    assert it.check().sentence.startswith("The fault overwrite is on. Switch to the one that the task names.")
    session.switch_fault("merged")
    make_move(session, "first")
    assert it.check().sentence == "Nothing was sent yet."
    make_move(session, "last")
    assert it.check().verdict is Standing.PASSED
    assert it.view.last
    assert it.view.done
    assert not it.view.may_continue


def test_what_holds_only_later_is_said() -> None:
    grad = '{ is = "grad", node = "x", near = 3, rel = 1e-9 }'
    it = Taking(
        lesson(('id = "start", when = { is = "fault", name = "merged" }', 'when = { is = "error" }')),
        Session(),
    )
    assert grad in changed()
    it = Taking(it.lesson, Session(), step="do")
    session = it.ground.session  # type: ignore[union-attr]
    session.switch_fault("merged")
    session.go(session.log.seeds[0])
    assert it.check().sentence == "Not at this moment, but at the end of the run: go there with >."


def test_a_program_that_cannot_be_read_is_said_first() -> None:
    it = taking("do")
    it.ground.session.set_text("x = = 3\n")  # type: ignore[union-attr]
    said = it.check()
    assert said.verdict is Standing.NOT_YET
    assert said.sentence.startswith("The program cannot be read: line 1:")


def test_what_stops_the_program_is_said_rather_than_what_then_is_not_there() -> None:
    """A use after free, and a double free; where the stop itself is asked for, the check speaks."""
    leak = catalogue().find("leak")
    assert leak is not None
    it = Taking(leak, Session(), step="repair")
    early = "# ownership: manual\na = 2\nb = 3\nc = 10\np = a*b\nrelease(p)\nd = p + c\n"
    said = it.attempted((ScriptMove("program", early),)).sentence
    assert said.startswith("The program stops on line 7: p is used: ")
    assert "retain" not in said  # How to repair it is for the learner to find.
    dangling = catalogue().find("dangling")
    assert dangling is not None
    for step in dangling.steps:
        if any(check.sees("stopped") for check in step.checks):
            it = Taking(dangling, Session(), step=step.slug)
            for why in step.whys:
                assert it.attempted(why.attempt).sentence == why.say


def test_a_run_that_was_stopped_is_no_program_that_cannot_be_read() -> None:
    it = taking("do")
    session = it.ground.session  # type: ignore[union-attr]
    next(session.running(f"{session.text}for i in range(5000):\n  k = x*x\n"))  # And no further.
    assert not session.up_to_date
    assert session.errors == ()
    assert it.check().sentence == "The program was not run as it is now. Run it fully: F9."
    assert it.look() == it.view.judgement
    session.set_text(f"{session.text}k = \n")
    assert it.check().sentence.startswith("The program cannot be read: line ")
    session.set_text("x = 3\n")
    said = it.look().sentence
    session.set_text("x = \n")
    assert it.look().sentence == said  # While one types, nothing is judged.


def test_an_answer_that_lacks_digits_is_told_so_and_another_one_is_not() -> None:
    found = catalogue().find("softmax")
    assert found is not None
    it = Taking(found, Session())
    assert it.answer("0.664").sentence == "0.664 is near, and not near enough: work it out more exactly."
    assert it.answer("0.6652").verdict is Standing.PASSED
    assert "near enough" not in Taking(found, Session()).answer("0.66").sentence


def test_checking_before_anything_was_done_says_what_is_to_be_done() -> None:
    assert taking("choose").check().sentence == "Choose one first."
    assert taking("do").check().sentence == "Everything is as it was when the task began."
    assert taking().check().sentence == "Predict first: answer with a number."


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
    session = it.ground.session  # type: ignore[union-attr]
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
    session = it.ground.session  # type: ignore[union-attr]
    it.solution()
    session.set_text("a = 1\n")
    it.next()
    assert it.view.index == 1
    assert session.text.startswith("x = 3")
    assert session.position == len(session.log)


def test_skip_runs_the_solution_so_that_later_steps_stand_right() -> None:
    it = taking()
    session = it.ground.session  # type: ignore[union-attr]
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
    session = it.ground.session  # type: ignore[union-attr]
    before = it.ground.keep()
    session.switch_fault("leak")
    session.set_text("q = 1\n")
    session.select(0)
    it.check()
    it.reset()
    assert it.ground.keep() == before
    assert it.check().verdict is Standing.NOT_TRIED


def test_a_prediction_alone_is_enough_where_nothing_checks_it() -> None:
    check = ('{ is = "answer", near = 6, abs = 1e-6 }', '{ is = "grad", node = "x", near = 6, abs = 1e-6 }')
    whys = [
        (f'  {{ answer = {n}, say = "{s}" }},\n', "")
        for n, s in ((3, "3 is one slot. There are two."), (9, "9 is the product itself."))
    ]
    it = Taking(lesson(check, *whys), Session())
    session = it.ground.session  # type: ignore[union-attr]
    assert it.check().sentence == "Predict first: answer with a number."
    assert it.view.telling.field
    assert session.snapshot.event_count == session.position < session.whole.snapshot.event_count
    assert it.answer("1").verdict is Standing.NOT_YET
    make_move(session, "last")
    assert it.check().verdict is Standing.PASSED
    assert it.view.telling == EVERYTHING
    assert it.view.result == 6


def test_a_lesson_that_cannot_be_judged_is_called_broken_and_not_the_learner() -> None:
    def fail(*_: object) -> str:
        raise ZeroDivisionError("of all things")

    whole = lesson()
    first, *others = whole.steps[2].checks
    broken = replace(first, kind=replace(first.kind, fails=fail))
    steps = (*whole.steps[:2], replace(whole.steps[2], checks=(broken, *others)))
    it = Taking(replace(whole, steps=steps), Session(), step="do")
    make_move(it.ground.session, "first")  # type: ignore[union-attr]
    said = it.check()
    assert said.verdict is Standing.BROKEN
    assert said.sentence == f"sound.md:{first.line}: fault: ZeroDivisionError: of all things"
    assert not it.view.may_continue


def test_a_step_may_be_about_an_error() -> None:
    whole = lesson()
    (check, _) = whole.steps[2].checks
    error = replace(check, kind=kinds_for("playground")["error"], fields={})
    steps = (*whole.steps[:2], replace(whole.steps[2], checks=(error,), whys=()))
    it = Taking(replace(whole, steps=steps), Session(), step="do")
    it.ground.session.set_text("x = = 3\n")  # type: ignore[union-attr]
    assert it.check().verdict is Standing.PASSED


def test_a_lesson_keeps_its_ownership_and_returns_to_its_view() -> None:
    setup = (
        'solution = { choose = "edge" }',
        'solution = { choose = "edge" }\nsetup = [{ program = "a = 1\\nb = a*2" }, { view = "math" }]',
    )
    it = Taking(lesson(("minutes = 2", 'ownership = "manual"'), setup), Session(), step="choose")
    session = it.ground.session  # type: ignore[union-attr]
    assert session.run.ownership == "manual"
    assert session.view is View.MATH
    make_move(session, "view")
    session.open("q = 1\n", ownership="auto")
    it.reset()
    assert (session.run.ownership, session.view) == ("manual", View.MATH)


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


class Walks(RuleBasedStateMachine):
    """Whatever is done in whatever order: the promises of a view hold, and each step can be returned to."""

    def __init__(self) -> None:
        super().__init__()
        self.it = taking()
        self.session = self.it.ground.session  # type: ignore[union-attr]
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


def test_a_sentence_tells_the_number_that_stands_in_braces_in_it() -> None:
    it = Taking(catalogue().find("bigram"), Session(), step="descend")  # type: ignore[arg-type]
    start = it.ground.keep()[0]  # type: ignore[index]
    for rate, said in (
        (
            "0.1",
            "The last loss is 0.5847 (> goes there), and not yet below 0.563. The rate is too small still.",
        ),
        ("10", "The last loss is 2.1287 (> goes there): the rate is too large, so the steps jump"),
    ):
        it.ground.session.set_text(start.replace("r = 0.01", f"r = {rate}"))  # type: ignore[union-attr]
        assert it.check().sentence.startswith(said)


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


def test_editing_begins_on_the_line_that_a_task_names_or_where_it_wants_one() -> None:
    step = lesson().steps[2]
    assert step.line_to_edit(3) is None
    assert replace(step, task="Change the number on line 2.").line_to_edit(3) == 2
    assert replace(step, task="Change the number on line 5.").line_to_edit(3) is None
    assert replace(step, task="Line 2 is like line 1: change line 3, and line 2.").line_to_edit(3) is None
    assert replace(step, solution=(ScriptMove("append", "z = 1"),)).line_to_edit(4) == 4


def test_one_goes_to_an_event_by_its_words() -> None:
    it = taking("do")
    session = it.on
    assert isinstance(session, Session)
    for words, event in (("send y to x", "send y to x"), ("set-grad", None), ("backward y", "backward y")):
        if event is None:
            with pytest.raises(BrokenLessonError, match="no event set-grad to go to"):
                it.ground.perform(ScriptMove("go", f"event {words}"))
            continue
        it.ground.perform(ScriptMove("go", f"event {words}"))
        check = read_check(
            {"is": "event", "event": event, "now": True}, "playground", "check", 1, pytest.fail
        )
        assert check is not None
        assert sentence(it.here, check) == ""
    with pytest.raises(BrokenLessonError, match="event send q"):
        it.ground.perform(ScriptMove("go", "event send q"))
