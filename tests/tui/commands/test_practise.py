"""Practice in plain text: tasks one after another, kept as they are done."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import microcrad

from lessons.practice.made import SORTS
from lessons.progress.progress import Practised, from_toml


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where progress is kept."""
    path = tmp_path / "progress.toml"
    monkeypatch.setenv("MICROCRAD_PROGRESS", str(path))
    return path


def practised(*lines: str, args: tuple[str, ...] = ()) -> str:
    """What is said to some lines."""
    result = microcrad("lessons", "practise", *args, stdin="".join(f"{line}\n" for line in lines))
    assert result.exit_code == 0, result.output
    return result.stdout


def of(kept: Path, sort: str) -> Practised:
    return from_toml(kept.read_text(encoding="utf-8"), "it").of_practice(sort)


def test_a_right_answer_leads_on_and_is_kept(kept: Path) -> None:
    said = practised("24", "11", "next", "quit", args=("gradient", "--level", "2", "--seed", "11"))
    assert "Not yet. That is y itself. How far does it move when b does?" in said
    assert "Passed." in said
    assert "together 11." in said
    assert "Go on with: next" in said
    assert said.count("Practice: predict a gradient") == 2
    assert "1 task done." in said
    assert (of(kept, "gradient").right, of(kept, "gradient").missed) == (0, 1)  # At the second try.
    practised("11", "quit", args=("gradient", "--level", "2", "--seed", "11"))
    assert of(kept, "gradient").right == 1
    assert "practice gradient: level 1, 1 right at once, 1 not" in microcrad("lessons", "progress").stdout


def test_after_each_task_it_is_said_how_hard_the_next_is(kept: Path) -> None:
    """Where the level goes by what one gets right; where one has said it, nothing has to be."""
    said = practised("skip", "next", "quit", args=("gradient", "--seed", "11"))
    assert (
        "To predict a gradient: level 1 of 5 comes next. 2 right at the first try in a row lead on." in said
    )
    said = practised("skip", "quit", args=("gradient", "--level", "2", "--seed", "11"))
    assert "level 1 of 5" not in said
    assert "level 2 of 5" not in said


def test_before_it_is_done_nothing_leads_on(kept: Path) -> None:
    said = practised("next", "hint", args=("leak", "--seed", "3"))
    assert "Not before this task is passed." in said
    assert "0 tasks done." in said
    assert not kept.exists()


def test_help_is_no_right_answer(kept: Path) -> None:
    practised("hint", "11", "quit", args=("gradient", "--level", "2", "--seed", "11"))
    assert (of(kept, "gradient").right, of(kept, "gradient").owed) == (0, 2)


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_can_be_skipped_through(kept: Path, sort: str) -> None:
    said = practised("skip", "next", "quit", args=(sort, "--seed", "5"))
    assert "Passed." in said
    assert of(kept, sort).missed == 1


def test_the_same_seed_makes_the_same_tasks(kept: Path) -> None:
    said = practised("skip", "next", "quit", args=("--seed", "8"))
    kept.unlink()
    assert practised("skip", "next", "quit", args=("--seed", "8")) == said


def test_what_there_is_not_is_said() -> None:
    result = microcrad("lessons", "practise", "gradent")
    assert result.exit_code == 2
    assert "There is no sort 'gradent'. Did you mean gradient?" in result.stderr
    assert microcrad("lessons", "practise", "--level", "9").exit_code == 2
