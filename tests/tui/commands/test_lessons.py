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
from conversations import LESSON, taken

from lessons.catalogue import files_in, ours
from lessons.check.validate import validate
from lessons.format.loader import load
from lessons.progress.progress import from_toml
from tui.commands.lesson_files import watched

pytestmark = pytest.mark.usefixtures("kept", "only_few")


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
    long = tmp_path / "a-name-that-goes-on-and-on-and-on-and-on.md"
    assert microcrad("lessons", "new", long.stem).exit_code == 0
    assert validate([long]) == []  # Of its words there are as many in the title as it has room for.


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
        "Quick question again, with some of its numbers:",
        "what is dy/dx?",
        "is one slot of x*x. x stands in two.",
    ):
        assert said in result.stdout
    assert re.search(r"right, (\d+): (\d+) for each of the two slots: \1\.", result.stdout)
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
