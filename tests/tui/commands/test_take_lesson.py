"""`microcrad lessons take`: a lesson in plain text, a line in and some lines out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from both_modes import BOTH
from commands import microcrad
from conversations import LESSON, answers, taken
from takings import session_of

from lessons.catalogue import ours
from lessons.format.loader import read_lesson
from lessons.progress.progress import from_toml
from lessons.take.taking import Taking
from microcrad.session.session import Session
from microcrad.train.training import Training
from tui.commands.spoken_training import SpokenTraining
from tui.commands.written_program import WrittenProgram
from tui.lessons.lesson_commands import LESSON as LESSON_KEYS
from tui.playground.playground_commands import PLAYGROUND
from tui.train.train_commands import COMMANDS

pytestmark = pytest.mark.usefixtures("kept", "only_few")


def test_a_lesson_is_taken_from_its_beginning_to_its_end(kept: Path) -> None:
    text = taken(
        "6", "7", "go end", "next",
        "fault overwrite", "go end", "next",
        "answer 20", "next",
        "line 5 zero_grad()", "backward(z)", "next",
        "p = 2", "out = p + p", "backward(out)", "next", "quit",
    )  # fmt: skip
    assert text.startswith("Lesson 05 Two roads to x\n")
    assert [f"Task {n} of 5" in text for n in range(1, 6)] == [True] * 5
    assert text.count("Passed.") == 5
    assert "Your answer: 7. The run has 7." in text
    ending = text[text.index("What this lesson has shown:\n- ") :]
    assert "Your graph, at the end of its run:\n  " in ending
    assert ending.endswith(
        "Next: 7 Is backward right?, 6 minutes.\nThat was the last task. quit leaves.\nLeft.\n"
    )
    assert text.count("That was the last task.") == 2
    done = from_toml(kept.read_text(), "").of(LESSON)
    assert done.finished is not None
    assert {slug for slug, step in done.steps.items() if step.passed} == {
        "predict", "bug", "twice", "repair", "make",
    }  # fmt: skip
    assert not any(step.seen for step in done.steps.values())


def test_a_wrong_answer_is_met_with_its_misconception_and_not_with_the_number() -> None:
    said = answers("6", "hint", "100")
    assert said[0] == "Not yet. 6 is the road through y. x also enters z directly: count both."
    assert said[1].startswith("Hint 1 of 3:")
    assert said[-1] == "Not yet. 100 is not it. Read the task once more, or ask for a hint."


def test_the_number_asked_for_is_a_question_mark_until_it_was_found() -> None:
    before = answers("show", "6", "go end", "show")
    rows = [line for line in before if line.startswith("x: leaf")]
    assert rows == ["x: leaf, data 3, grad ?, refs 4"] * 2
    assert not any("7" in line for line in before if "grad" in line)
    assert "x: leaf, data 3, grad 7, refs 4" in answers("7", "go end", "show")


def test_nothing_runs_before_the_prediction() -> None:
    assert answers("next event", "go end", "backward start") == ["Predict first, with: answer NUMBER"] * 3
    said = answers("w = 1", "show")
    assert "event 2 of 7 in the math view, auto ownership" in said
    assert not any(line.startswith("w:") for line in said)


def test_moves_are_those_of_scripts_and_say_where_they_led() -> None:
    said = answers(
        "7",
        "next event",
        "previous event",
        "go line 9",
        "go nowhere",
        "select q",
        "view maths",
        "backward start",
    )
    assert "line 4: backward(z): dz/dz = 1" in said
    assert any("there is no line 9 to go to" in line for line in said)
    assert any("'nowhere' is no place to go" in line for line in said)
    assert any("no node is called 'q'" in line for line in said)
    assert any("Did you mean math?" in line for line in said)


KEYS = re.compile(r"\bF\d\b|[Pp]ress |\barrows\b|\b[a-zA-Z<>]:? (opens|rewinds|takes|switches|start of)")
"""How the screen's keys are spoken of."""


def test_text_speaks_of_no_keys_of_the_screen(tmp_path: Path) -> None:
    """Where moves end, where a run does, and in what a check finds; the lessons' own words apart."""
    (tmp_path / "ends.md").write_text(
        '+++\nformat = 1\nid = "ends"\ntitle = "Ends"\n+++\n## Go {#go}\nGo on.\n\n```toml step\n'
        'setup = { program = "x = 3\\ny = x*x\\nbackward(y)" }\n'
        'check = [{ is = "fault", name = "merged" }, { is = "ownership", rules = "manual" }]\n'
        'miss = [{ fails = 1, attempt = { ownership = "manual" } }, '
        '{ fails = 2, attempt = { fault = "merged" } }]\n'
        'solution = [{ fault = "merged" }, { ownership = "manual" }]\n```\n'
    )
    assert microcrad("lessons", "check", "ends.md").exit_code == 0
    said = taken("go end", "next event", "check", "fault merged", "check", lesson="ends.md")
    assert "Last event." in said
    assert "No fault is on. Switch on the one that the task names." in said
    assert "Ownership is auto. Switch it." in said
    assert not KEYS.search(said)
    (tmp_path / "steps.md").write_text(
        '+++\nformat = 1\nid = "steps"\ntitle = "Steps"\nmode = "train"\n'
        'setup = { train = { data = "xor", hidden = "4", points = "20", steps = "5" } }\n+++\n'
        "## Go {#go}\nTrain wrong.\n\n```toml step\n"
        'check = [{ is = "steps", at_least = 4 }, { is = "fault", name = "stale" }]\n'
        'solution = [{ fault = "stale" }, { steps = 5 }]\n```\n'
    )
    said = taken("step", "check", "step 4", "check", "step", lesson="steps.md")
    assert "1 step taken, which is too few." in said
    assert "The fault is none, not the one that the task names." in said
    assert "Step 5 of 5." in said
    assert not KEYS.search(said)


def test_lines_of_the_program_are_added_replaced_and_deleted() -> None:
    said = answers(
        "clear", "a = 2", "for i in range(2):", "  a = a*a", "line 1 a = 3", "line 2", "line 9 b = 1", "show"
    )
    assert "Say line, its number from 1 to 3, and its new text. No text deletes it." in said
    assert [line for line in said if line.startswith("line ")] == [
        "line 1: a = 3",
        "line 2: for i in range(2):",
        "line 3:   a = a*a",
    ]
    assert any(
        line.startswith("Nothing was changed.") for line in said
    )  # Without its loop, a body is nothing.
    assert "a: mul, data 81, grad 0, refs 1" in said


def test_lines_are_put_between_others_and_moved() -> None:
    said = answers("insert 4 k = 1", "move 1 5", "insert 9 q = 1", "insert 2", "move 3", "move 1 9", "show")
    assert "Say insert, the number from 1 to 6 that the line shall have, and its text." in said
    assert "Say move, the number of a line, and the one it shall have, both from 1 to 5." in said
    # Without x above it, y is nothing: the move changed nothing.
    assert any(line.startswith("Nothing was changed.") for line in said)
    assert [line for line in said if line.startswith("line ")][-5:] == [
        "line 1: x = 3", "line 2: y = x*x", "line 3: z = y + x", "line 4: k = 1", "line 5: backward(z)",
    ]  # fmt: skip
    assert "line 5: k = 1" in answers("insert 4 k = 1", "move 4 5", "show")
    for said in answers("line " + "9" * 5000 + " x", "insert ²  x", "move 1 " + "9" * 5000)[-3:]:
        assert said.startswith("Say ")


def test_one_node_is_told_of_without_what_is_asked_for() -> None:
    said = answers("node x", "node nobody")
    assert any("held by" in line for line in said)
    assert not any(line.startswith("grad: 7") for line in said)
    assert any("nobody" in line for line in said[-2:])


def test_choices_are_letters_and_their_ids_stay_untold() -> None:
    lines = [*["skip", "next"] * 4, "solution", "solution"]
    said = taken(*lines, "choose right", "choose c", "choose b", lesson=str(ours() / "06-order.md"))
    task = said.split("Task 5 of 6")[1]
    assert "choose b: e, d, c, b, a" in task
    assert "The choices are a, b, c, d." in task
    assert "choose right" not in task
    assert "choose: e, d, c, b, a" in task
    assert "Not yet. c uses b" in task
    assert "Passed." in task


def test_what_cannot_be_read_changes_nothing() -> None:
    said = answers("w = = 3", "y = qq", "hnt", "show")
    assert said[0] == "Nothing was changed. line 5: There is one = too many here. Write name = expression."
    assert said[1].startswith("Nothing was changed. line 5: qq has no value yet.")
    assert (
        said[2]
        == "hnt is neither a node nor anything one can say here. Did you mean hint? help lists it all."
    )
    assert "line 4: backward(z)" in said
    assert not any(line.startswith("line 5") for line in said)


def test_a_solution_is_shown_only_if_it_is_asked_for_twice(kept: Path) -> None:
    said = answers("solution", "task", "solution", "solution", "next")
    assert said[0].startswith("Say solution again to see it.")
    assert said.index("  answer: 7") > said.index("Do: Before backward runs: what is dz/dx at x = 3?")
    assert "Because: 3 + 3 + 1: two slots of x*x, and the direct edge." in " ".join(said)
    assert "Task 2 of 5: See the bug" in said
    assert answers("solution")[0].startswith("Say solution again")


def test_one_like_it_is_asked_with_other_numbers(kept: Path) -> None:
    """An answer to it is judged and explained, and nothing of it is kept; what is no answer goes on."""
    said = taken("other", "1e9", "7")
    assert "Answer with a number, or go on with anything else: " in said
    assert "Not this time: it is " in said
    assert "It will be asked again" not in said
    assert "Passed. 3 + 3 + 1" in said
    assert "recall" not in kept.read_text()
    assert "Task 1 of 5: Predict" in taken("other", "task", options=("--again",))


def test_skip_back_reset_and_a_next_too_early() -> None:
    said = answers("next", "back", "skip", "next", "fault leak", "reset", "check", "back", "quit", "7")
    assert said[:2] == [
        "Not before this task is passed. hint helps, skip does it for you.",
        "This is the first task.",
    ]
    assert "Everything is as it was when the task began." in said
    assert "Not tried yet. Everything is as it was when the task began." in said
    assert said[-1] == "Left."


def test_a_lesson_goes_on_where_it_was_left() -> None:
    taken("7", "next", "hint")
    assert "Task 1 of 5" in taken("hint")
    taken("7", "next", "fault merged")
    assert "Task 2 of 5" in taken()
    assert "Task 1 of 5" in taken(options=("--again",))
    taken("skip", "next", "skip", "next", "skip", "next", "skip", options=("--again",))
    taken("skip", "next", "skip")
    assert "Task 1 of 5" in taken()  # Once it is done, it begins again.


def test_help_names_every_command_once() -> None:
    said = answers("help")
    words = [line.partition(" ")[0].rstrip(":") for line in said]
    assert len(words) == len(set(words)) > 20


def test_gradients_are_checked_in_a_lesson_without_naming_what_is_to_be_found() -> None:
    lines = answers(
        "gradcheck", "6.1", "gradcheck", "next", "gradcheck", "select c", "check", "gradcheck",
        lesson="gradcheck",
    )  # fmt: skip
    assert lines[0].startswith(
        "Answer first: this would show the number that is asked for. Say: answer NUMBER"
    )
    assert "leaf x: value 3, grad 6, difference 6, agrees" in lines
    wrong = [line for line in lines if line.startswith("leaf c: value 4, grad 32, difference 64, ")]
    assert wrong[0].endswith(", differs")
    assert "The fault merged is on" in wrong[1]  # It was found in between.


def test_a_lesson_goes_to_where_a_nan_comes_from() -> None:
    lines = taken(
        "diagnose", *["skip", "next"] * 3, "diagnose", "skip", "next", "diagnose", "K", "next",
        lesson="decompose",
    ).splitlines()  # fmt: skip
    assert "Every number and every grad is finite" not in " ".join(lines)
    assert (
        sum(
            line.startswith("Answer first: this would show the number that is asked for. Say: answer NUMBER")
            for line in lines
        )
        == 2
    )
    found = next(
        place for place, line in enumerate(lines) if line.startswith("line 2: e = exp(2*n) is the first inf")
    )
    assert lines[found + 1].startswith("Passed.")  # The node that was to be found is selected.


def test_a_lesson_says_if_nothing_is_wrong_and_if_there_is_nothing_to_check() -> None:
    answered = taken("7", "diagnose", "clear", "x = 3", "gradcheck")
    assert "Every number and every grad is finite" in answered
    assert "This program never calls backward" in answered


def test_a_lesson_about_training_is_taken_too(tmp_path: Path) -> None:
    (tmp_path / "my-steps.md").write_text(
        '+++\nformat = 1\nid = "my-steps"\ntitle = "Steps"\nmode = "train"\n'
        'setup = { train = { data = "xor", hidden = "4", points = "20", steps = "50" } }\n+++\n'
        "## Go {#go}\nTake 5 steps with rate 0.5.\n\n```toml step\n"
        'check = [{ is = "settings", are = { rate = "0.5" } }, { is = "steps", at_least = 5 }]\n'
        "miss = [{ fails = 1, attempt = { steps = 5 } }, "
        '{ fails = 2, attempt = { set = { rate = "0.5" } } }]\n'
        'solution = [{ set = { rate = "0.5" } }, { steps = 5 }]\n```\n'
    )
    assert microcrad("lessons", "check", "my-steps.md").exit_code == 0
    said = answers(
        "step 2", "set rate 0.5", "set rate fast", "epoch", "step 9", "show", "jump", lesson="my-steps.md"
    )
    assert any(line.startswith("step 2 of 50") for line in said)
    assert any("rate: found 'fast'" in line for line in said)
    assert "Passed." in " ".join(said)
    assert "hidden: 4" in said
    assert any(line.startswith("'jump' is nothing one can say here") for line in said)


@pytest.mark.parametrize("name", ["accumulate", "5", "05"])
def test_a_lesson_is_named_by_its_id_or_its_number(name: str) -> None:
    assert taken(lesson=name).startswith("Lesson 05")


def test_there_is_no_such_lesson() -> None:
    for command in ("take", "start"):
        result = microcrad("lessons", command, "acumulate")
        assert result.exit_code == 2
        assert result.stderr.startswith(
            "microcrad: error: There is no lesson 'acumulate'. Did you mean accumulate?"
        )
        assert microcrad("lessons", command, "none.md").exit_code == 2
    assert "microcrad lessons take" in microcrad("lessons", "start", LESSON).stderr  # Here is no terminal.


def test_keys_that_a_text_names_may_be_said() -> None:
    """Those of the playground do what they do there; in a task that is predicted, only once it is."""
    assert answers("n", "b") == ["Predict first, with: answer NUMBER"] * 2
    said = answers("7", "n", "p", "v", "H", "T")
    assert "line 4: backward(z): dz/dz = 1" in said
    assert any(line.startswith("Task 2 of 5") for line in said)
    assert sum(line.startswith("line 4: z") for line in said) == 0
    shown = answers("7", "v", "show")
    assert any("in the memory view" in line for line in shown)


IN_WORDS = {
    "next": "next event", "previous": "previous event", "start_of_backward": "backward start",
    "check": "gradcheck", "diagnose": "diagnose", "view": "view memory", "faults": "fault",
    "take_step": "step", "take_epoch": "epoch", "rewind": "rewind",
}  # fmt: skip
"""What is said instead of a key, by the command that has the key on screen."""


def test_a_key_means_in_words_what_it_means_on_screen() -> None:
    both = Taking(read_lesson(BOTH, Path("both.md")), Session())
    program = WrittenProgram(both, session_of(both), lambda: iter(()))
    both.skip()
    both.next()
    assert isinstance(both.on, Training)
    training = SpokenTraining(both, both.on, lambda: iter(()))
    for on, table, count in ((program, PLAYGROUND, 7), (training, COMMANDS, 4)):
        found = {row.id: said for row in table if (said := on.said_by(row.keys.split(",")[0]))}
        assert found == {id_: said for id_, said in IN_WORDS.items() if id_ in found}
        assert len(found) == count
        assert {said.split()[0] for said in found.values()} <= {"next", *on.commands}
    for row in LESSON_KEYS:
        key = row.keys.split(",")[0]
        if len(key) == 1 and row.id not in ("answer", "other"):  # One wants a number; one draws numbers.
            assert answers(key) == answers(row.id) != answers("nothing"), row.id


def test_the_program_is_said_with_each_task() -> None:
    said = taken("quit").splitlines()
    assert said.index("line 1: x = 3") > said.index("Do: Before backward runs: what is dz/dx at x = 3?")
    assert "line 4: backward(z)" in said


def test_a_node_that_is_to_be_found_counts_where_one_checks() -> None:
    """Walking over it says nothing; checked, it passes, or is told what it is."""
    lines = ["skip", "next"] * 3
    said = taken(*lines, "select u", "select v", "check", "select u", "K", lesson=f"{ours()}/21-explode.md")
    task = said[said.index("Task 4") :]
    assert task.count("Passed.") == 1
    assert task.index("It is infinite because its operand is.") < task.index("Passed.")
