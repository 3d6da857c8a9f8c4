"""`microcrad lessons`: everything about lessons without a screen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import MODULE, microcrad, process

from lessons.catalogue import files_in, ours
from lessons.check.validate import validate
from lessons.format.loader import load
from lessons.progress.progress import from_toml
from tui.commands.lesson_files import watched

LESSON = "accumulate"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where progress is kept in these tests; the working directory is empty."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MICROCRAD_PROGRESS", str(tmp_path / "kept" / "progress.toml"))
    monkeypatch.delenv("MICROCRAD_LESSONS", raising=False)
    return tmp_path / "kept" / "progress.toml"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three of our lessons, which need no others here."""
    folder = tmp_path_factory.mktemp("few")
    for name in (f"05-{LESSON}.md", "07-gradcheck.md", "08-decompose.md"):
        text = (ours() / name).read_text(encoding="utf-8")
        (folder / name).write_text(re.sub(r"(?m)^needs = .*\n", "", text), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def only_few(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if only these shipped: reading all of them at each command takes longer than what is tested."""
    monkeypatch.setattr("lessons.catalogue.ours", lambda: few)


@pytest.fixture
def all_of_ours(only_few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lessons that ship."""
    monkeypatch.setattr("lessons.catalogue.ours", ours)


def taken(*lines: str, lesson: str = LESSON, options: tuple[str, ...] = ()) -> str:
    """What is said when a lesson is taken with these lines."""
    result = microcrad("lessons", "take", lesson, *options, stdin="".join(f"{line}\n" for line in lines))
    last = result.stdout.count("Task ") and "That was the last task." in result.stdout
    assert result.exit_code == (0 if last else 1), result.stderr
    return result.stdout


def answers(*lines: str, **settings: object) -> list[str]:
    """What is said after the opening."""
    said = taken(*lines, **settings)  # type: ignore[arg-type]
    return said.split("help lists what you can say.\n", 1)[1].splitlines()


# --- taking --------------------------------------------------------------------------------------------


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
    assert "Your graph, as you leave it:\n  " in ending
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
    assert said.index("  answer: 7") > said.index("Do: Before it runs: what is dz/dx at x = 3?")
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
    assert "Not tried yet. Nothing has changed since the task began." in said
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
        "gradcheck", "6.1", "gradcheck", "next", "gradcheck", "select c", "gradcheck", lesson="gradcheck"
    )
    assert lines[0].startswith(
        "Answer first: this would show the number that is asked for. Say: answer NUMBER"
    )
    assert "leaf x: value 3, grad 6, difference 6, agrees" in lines
    wrong = [line for line in lines if line.startswith("leaf c: value 4, grad 32, difference 64, ")]
    assert wrong[0].endswith(", differs")
    assert "The fault merged is on" in wrong[1]  # It was found in between.


def test_a_lesson_goes_to_where_a_nan_comes_from() -> None:
    lines = taken(
        "diagnose", *["skip", "next"] * 3, "diagnose", "skip", "next", "diagnose", "next", lesson="decompose"
    ).splitlines()
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
    assert lines[found + 1].startswith("Passed.")  # The node is selected, which was the task.


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


# --- lists and progress --------------------------------------------------------------------------------


def test_the_list_says_how_far_one_is() -> None:
    assert "Graphs and gradients" in microcrad("lessons", "list").stdout
    (row,) = [each for each in microcrad("lessons", "list").stdout.splitlines() if each.startswith("  05")]
    assert row.split()[:2] == ["05", LESSON]
    assert f"lesson {LESSON}: Two roads to x, 5 min, new" in microcrad("lessons", "list", "--plain").stdout
    taken("7", "next", "fault merged")
    assert (
        f"lesson {LESSON}: Two roads to x, 5 min, task 2 of 5"
        in microcrad("lessons", "list", "--plain").stdout
    )
    taken("skip", "next", "skip", "next", "skip", "next", "skip")
    assert f"{LESSON}: Two roads to x, 5 min, done" in microcrad("lessons", "list", "--plain").stdout
    assert f"{LESSON}: done, 5 passed" in microcrad("lessons", "progress").stdout


def test_progress_goes_from_one_machine_to_another(kept: Path, tmp_path: Path) -> None:
    assert microcrad("lessons", "progress").stdout == "No lesson was begun yet. Try: microcrad lessons list\n"
    taken("7")
    before = from_toml(kept.read_text(), "")
    assert microcrad("lessons", "progress", "export", "mine.toml").exit_code == 0
    assert microcrad("lessons", "progress", "export").stdout == Path("mine.toml").read_text()
    assert microcrad("lessons", "progress", "reset", LESSON).stdout == f"{LESSON} is as new.\n"
    assert from_toml(kept.read_text(), "").lessons == {}
    assert (
        microcrad("lessons", "progress", "import", "mine.toml").stdout == "Added the progress of 1 lesson.\n"
    )
    assert from_toml(kept.read_text(), "") == before
    assert microcrad("lessons", "progress", "reset").exit_code == 2
    assert microcrad("lessons", "progress", "reset", "--yes").exit_code == 0
    assert from_toml(kept.read_text(), "").lessons == {}
    assert microcrad("lessons", "progress", "reset", LESSON).exit_code == 2


def test_what_is_no_progress_is_not_imported(kept: Path) -> None:
    taken("7")
    before = kept.read_bytes()
    for text in ("", "version = 9\n", "{"):
        Path("other.toml").write_text(text)
        result = microcrad("lessons", "progress", "import", "other.toml")
        assert result.exit_code == 1
        assert "Nothing was changed." in result.stderr
    assert microcrad("lessons", "progress", "import", "none.toml").exit_code == 2
    assert kept.read_bytes() == before


def test_a_corrupt_progress_is_set_aside_and_named(kept: Path) -> None:
    kept.parent.mkdir()
    kept.write_text("nonsense")
    result = microcrad("lessons", "list")
    assert result.exit_code == 0
    assert "progress.unreadable-1.toml" in result.stderr
    assert (kept.parent / "progress.unreadable-1.toml").read_text() == "nonsense"


def test_quick_questions_come_days_later_with_new_numbers(kept: Path) -> None:
    taken("skip", "next", "skip", "next", "skip", "next", "skip", "next", "skip")
    kept.write_text(kept.read_text().replace("finished = 20", "finished = 19"))
    said = taken("nonsense", "answer 1e9")
    assert said.startswith("A quick question, from Two roads to x:\n    ")
    assert "expected a number such as" in said
    assert "Not this time: it is " in said
    assert "It will be asked again tomorrow." in " ".join(said.split())
    assert "Its run:\n    " in said  # What was missed is explained, and seen.
    assert not taken().startswith("A quick question")
    kept.write_text(kept.read_text().replace("asked = 20", "asked = 19"))
    assert taken("").startswith("A quick question")
    assert taken("").startswith("A quick question")  # What was skipped comes again.


# --- writing -------------------------------------------------------------------------------------------


def test_check_says_what_is_wrong_where(tmp_path: Path) -> None:
    text = (ours() / "05-accumulate.md").read_text(encoding="utf-8")
    (tmp_path / "05-accumulate.md").write_text(
        text.replace("near = 7, abs", "near = 8, abs", 1), encoding="utf-8"
    )
    result = microcrad("lessons", "check", "05-accumulate.md")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("05-accumulate.md:")
    assert "own solution does not pass it" in result.stderr
    assert microcrad("lessons", "check", "none.md").exit_code == 2
    microcrad("lessons", "new", "fine")
    both = microcrad("lessons", "check", "05-accumulate.md", "fine.md")
    assert (both.exit_code, both.stderr) == (1, result.stderr)
    assert microcrad("lessons", "check", "fine.md", "fine.md").stdout == "1 lesson checked: all good.\n"
    assert microcrad("lessons", "check", "fine.md", "none.md").exit_code == 2
    assert microcrad("lessons", "check").stdout == "3 lessons checked: all good.\n"


@pytest.mark.slow
def test_all_our_lessons_are_good(all_of_ours: None) -> None:
    count = len(files_in(ours()))
    assert microcrad("lessons", "check").stdout == f"{count} lessons checked: all good.\n"


def test_all_our_lessons_are_listed(all_of_ours: None) -> None:
    rows = microcrad("lessons", "list", "--plain").stdout.splitlines()
    assert len(rows) == len(files_in(ours())) > 20


def test_check_says_that_there_is_nothing_to_check(tmp_path: Path) -> None:
    (tmp_path / "circle.md").symlink_to("circle.md")
    assert "Too many levels of symbolic links" in microcrad("lessons", "check", "circle.md").stderr
    (tmp_path / "circle.md").unlink()
    empty = microcrad("lessons", "check", ".")
    assert (empty.exit_code, empty.stdout) == (2, "")
    assert "There is no lesson in" in empty.stderr
    (tmp_path / "mine.txt").write_text("no lesson")
    (tmp_path / "mine.md").write_text("another file")
    other = microcrad("lessons", "check", "mine.txt")
    assert "There is no lesson in 'mine.txt': lessons are files whose names end in .md." in other.stderr


def test_a_new_lesson_passes_the_check_and_is_never_overwritten(tmp_path: Path) -> None:
    assert microcrad("lessons", "new", "two-slots").exit_code == 0
    path = tmp_path / "two-slots.md"
    assert validate([path]) == []
    assert load(path).title == "Two slots"
    before = path.read_bytes()
    assert microcrad("lessons", "new", "two-slots").exit_code == 2
    assert path.read_bytes() == before
    for name in ("Two", "a--b", "../a", ""):
        assert microcrad("lessons", "new", name).exit_code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["two-slots.md"]


@pytest.mark.slow
def test_lessons_of_ones_own_come_after_the_others(
    tmp_path: Path, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").mkdir()
    microcrad("lessons", "new", "mine", "--lessons", "own")
    rows = microcrad("lessons", "list", "--plain", "--lessons", "own").stdout.splitlines()
    assert rows[-1].startswith("lesson mine: Mine")
    assert len(rows) == len(files_in(few)) + 1
    assert "mine" not in microcrad("lessons", "list").stdout
    monkeypatch.setenv("MICROCRAD_LESSONS", "own")
    assert "mine" in microcrad("lessons", "list").stdout
    assert taken("6", lesson="mine").count("Passed.") == 1
    (tmp_path / "own" / "broken.md").write_text("nothing")
    result = microcrad("lessons", "list")
    assert "broken.md:1: error:" in result.stderr
    assert "mine" in result.stdout
    assert microcrad("lessons", "check").exit_code == 1
    (tmp_path / "own" / "accumulate.md").write_text((ours() / "05-accumulate.md").read_text(encoding="utf-8"))
    assert "another lesson has the id 'accumulate' too" in microcrad("lessons", "check").stderr
    assert microcrad("lessons", "list", "--lessons", "none").exit_code == 2


def test_preview_shows_a_lesson_whole_and_what_is_wrong_with_it(tmp_path: Path) -> None:
    microcrad("lessons", "new", "mine")
    result = microcrad("lessons", "preview", "mine.md")
    assert result.exit_code == 0
    for said in (
        "Lesson Mine",
        "Task 1 of 2",
        "not yet: 9 is y itself",
        "hint 2: A stronger hint.",
        "answer: 6",
    ):
        assert said in result.stdout
    path = tmp_path / "mine.md"
    path.write_text(path.read_text().replace("near = 6", "near = 7"))
    result = microcrad("lessons", "preview", "mine.md")
    assert result.exit_code == 1
    assert "mine.md:" in result.stdout.splitlines()[-1]


def test_preview_looks_again_whenever_the_file_is_saved(tmp_path: Path) -> None:
    microcrad("lessons", "new", "mine")
    path, text = tmp_path / "mine.md", (tmp_path / "mine.md").read_text()

    def saves() -> Iterator[None]:
        yield  # Nothing was saved: nothing is shown.
        path.write_text(text.replace("stronger hint", "much better hint"))
        yield
        path.unlink()
        yield
        path.write_text("+++")
        yield

    saving = saves()
    shown = watched(path, lambda _: next(saving, None))
    assert "A stronger hint." in "".join(next(shown)[0])
    assert "A much better hint." in "".join(next(shown)[0])
    lines, good = next(shown)
    assert not good
    assert "the header has no end" in lines[-1]


def test_the_library_of_lessons_is_not_loaded_by_other_commands() -> None:
    probe = "import sys, tui.commands.main, tui.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert "tui.app" in done.stdout.split()
    assert not any(name.partition(".")[0] == "lessons" for name in done.stdout.split())


@pytest.mark.slow
def test_a_line_that_never_ends_is_not_read_on_and_bytes_that_are_no_text_are_an_answer(
    tmp_path: Path,
) -> None:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    command = [*MODULE, "lessons", "take", LESSON]
    done = subprocess.run(command, input=b"\xff\nquit\n", capture_output=True, env=environment)
    assert (done.returncode, done.stderr) == (1, b"")  # It was not passed.
    done = subprocess.run(command, input=b"9" * 200_000, capture_output=True, env=environment)
    assert done.returncode == 1
    assert done.stderr.endswith(b"error: A line of standard input is longer than 100,000 characters.\n")


@pytest.mark.slow
def test_a_reader_that_types_gets_a_prompt_only_in_a_terminal(tmp_path: Path) -> None:
    done = process("lessons", "take", LESSON, stdin="7\nquit\n", env={**os.environ, "PYTHONUTF8": "1"})
    assert "> " not in done.stdout
    assert done.returncode == 1  # It was not passed.
    assert done.stderr == ""


MINE_IN_GERMAN = """\
+++
title = "Meine"
misconception = "Was glaubt man vorher?"
ask = { again = "Was ist dy/dx?" }
explain = { again = "{x} für jeden Platz: {answer}." }
why = { again = ["{x} ist ein Platz von zweien."] }
+++
Worum es geht.

## Sag voraus {#predict}
Was ist `x.grad`?

```toml step
why = ["9 ist `y` selbst.", "3 ist ein Platz."]
hint = ["Ein Wink.", "Noch einer."]
explain = "So."
```

## Tu es {#do}
Mache `z`.

```toml step
why = ["Das ist `y` mal `y`."]
hint = ["Schreib `z = ...`"]
```
"""


def test_a_lesson_is_taken_in_another_language(tmp_path: Path) -> None:
    microcrad("lessons", "new", "mine")
    (tmp_path / "mine.de.md").write_text(MINE_IN_GERMAN, encoding="utf-8")
    assert microcrad("lessons", "check", "mine.md").exit_code == 0
    assert "9 ist y selbst." in taken("9", lesson="mine.md", options=("--language", "de"))
    assert "9 ist y selbst." in taken("9", lesson="mine.de.md")
    assert "9 is y itself." in taken("9", lesson="mine.md")
    listed = microcrad("lessons", "list", "--lessons", ".", "--language", "de").stdout
    assert "Meine" in listed
    assert "1 of 4 lessons is in de; the others are in English." in listed
    assert "None of the 3 lessons is in fr yet" in microcrad("lessons", "list", "--language", "fr").stdout
    assert "is not in fr yet" in taken("9", lesson="mine.md", options=("--language", "fr"))
    (tmp_path / "mine.de.md").write_text(MINE_IN_GERMAN.replace('"Ein Wink."', '""'), encoding="utf-8")
    missing = microcrad("lessons", "check", "mine.md")
    assert missing.exit_code == 1
    assert "mine.de.md:" in missing.stderr
    assert "hint 1 is missing" in missing.stderr
    said = taken("hint", "9", "hint", lesson="mine.md", options=("--language", "de"))
    assert "Noch einer." in said
    assert "9 ist y selbst." in said
    partly = microcrad("lessons", "list", "--lessons", ".", "--language", "de").stdout
    assert "not all of whose sentences: mine" in partly
    assert "Sag voraus" in microcrad("lessons", "preview", "mine.de.md").stdout
