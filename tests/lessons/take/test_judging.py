"""How an attempt stands: passed, not yet and why, or broken; and what is said to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planted import changed, lesson
from takings import session_of, shipped, taking

from lessons.fields.scripts import ScriptMove
from lessons.kinds import kinds_for
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.timeline.telling import EVERYTHING


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
    session = session_of(it)
    session.select(0)
    assert it.look().verdict is Standing.NOT_TRIED
    assert "Predict first" in it.check().sentence
    assert it.view.tries == 1
    it.answer("3")
    make_move(session, "last")
    assert it.look().sentence == "3 is one slot. There are two."
    assert it.view.tries == 2


def test_what_was_said_of_a_moment_goes_once_one_has_moved_on() -> None:
    """Where one checks for oneself: the sentence was about that moment, and would lead astray at another."""
    road = shipped("chain-rule")
    it = Taking(road, Session(), step="watch")
    session = session_of(it)
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


def test_choices_are_made_by_id() -> None:
    it = taking("choose")
    assert it.choose("node").sentence == "All nodes stay."
    assert it.view.choice == "node"
    with pytest.raises(KeyError):
        it.choose("corner")
    assert it.choose("edge").verdict is Standing.PASSED


def test_doing_is_judged_by_what_is_on_screen() -> None:
    it = taking("do")
    session = session_of(it)
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
    session = session_of(it)
    session.switch_fault("merged")
    session.go(session.log.seeds[0])
    assert it.check().sentence == "Not at this moment, but at the end of the run: go there with >."


def test_a_program_that_cannot_be_read_is_said_first() -> None:
    it = taking("do")
    session_of(it).set_text("x = = 3\n")
    said = it.check()
    assert said.verdict is Standing.NOT_YET
    assert said.sentence.startswith("The program cannot be read: line 1:")


def test_what_stops_the_program_is_said_rather_than_what_then_is_not_there() -> None:
    """A use after free, and a double free; where the stop itself is asked for, the check speaks."""
    leak = shipped("leak")
    it = Taking(leak, Session(), step="repair")
    early = "# ownership: manual\na = 2\nb = 3\nc = 10\np = a*b\nrelease(p)\nd = p + c\n"
    said = it.attempted((ScriptMove("program", early),)).sentence
    # And no word of how to repair it, which is for the learner to find.
    assert said == (
        "The program stops on line 7: p is used: it was created on line 5 and freed on line 6 by release(p)."
    )
    dangling = shipped("dangling")
    for step in dangling.steps:
        if any(check.sees("stopped") for check in step.checks):
            it = Taking(dangling, Session(), step=step.slug)
            for why in step.whys:
                assert it.attempted(why.attempt).sentence == why.say


def test_a_run_that_was_stopped_is_no_program_that_cannot_be_read() -> None:
    it = taking("do")
    session = session_of(it)
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
    found = shipped("softmax")
    it = Taking(found, Session())
    assert it.answer("0.664").sentence == "0.664 is near, and not near enough: work it out more exactly."
    assert it.answer("0.6652").verdict is Standing.PASSED
    assert "near enough" not in Taking(found, Session()).answer("0.66").sentence


def test_a_sentence_tells_the_number_that_stands_in_braces_in_it() -> None:
    it = Taking(shipped("bigram"), Session(), step="descend")
    start = session_of(it).text
    for rate, said in (
        (
            "0.1",
            "The last loss is 0.5847 (> goes there), and not yet below 0.563. The rate is too small still.",
        ),
        ("10", "The last loss is 2.1287 (> goes there): the rate is too large, so the steps jump"),
    ):
        session_of(it).set_text(start.replace("r = 0.01", f"r = {rate}"))
        assert it.check().sentence.startswith(said)


def test_checking_before_anything_was_done_says_what_is_to_be_done() -> None:
    assert taking("choose").check().sentence == "Choose one first."
    assert taking("do").check().sentence == "Everything is as it was when the task began."
    assert taking().check().sentence == "Predict first: answer with a number."


def test_a_prediction_alone_is_enough_where_nothing_checks_it() -> None:
    check = ('{ is = "answer", near = 6, abs = 1e-6 }', '{ is = "grad", node = "x", near = 6, abs = 1e-6 }')
    whys = [
        (f'  {{ answer = {n}, say = "{s}" }},\n', "")
        for n, s in ((3, "3 is one slot. There are two."), (9, "9 is the product itself."))
    ]
    it = Taking(lesson(check, *whys), Session())
    session = session_of(it)
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
    make_move(session_of(it), "first")
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
    session_of(it).set_text("x = = 3\n")
    assert it.check().verdict is Standing.PASSED
