"""What there is to choose besides actions: programs that were set aside, files, examples, themes."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from microcrad.examples import examples
from tui.listed import to_choose
from tui.palette import ListEntry, answers
from tui.state_file import Kept, StateKeeper
from tui.widgets.themes import THEMES


@pytest.fixture
def keeper(tmp_path: Path) -> StateKeeper:
    """What a copy of the app remembers, in a directory of this test."""
    return StateKeeper(tmp_path / "state.toml")


class _Programs:
    """Says what it was asked to open."""

    def __init__(self) -> None:
        self.opened: list[object] = []

    def __getattr__(self, way: str) -> object:
        return lambda what: self.opened.append((way, what))


def rows(keeper: StateKeeper, programs: object = None) -> list[ListEntry]:
    """The rows in Train, where no pane of the playground is one."""
    stage = SimpleNamespace(mode="train")
    return list(to_choose(stage, programs or _Programs(), keeper, list))  # type: ignore[arg-type]


def called(label: str, listed: list[ListEntry]) -> list[ListEntry]:
    """The rows that are called so."""
    return [row for row in listed if row.label == label]


def test_what_was_set_aside_can_be_brought_back_newest_first(keeper: StateKeeper) -> None:
    """With its file's name, its length and the lines it begins and ends with; blank lines are none."""
    first = Kept("# mine\n\na = 2\nb = a*a\nbackward(b)\n", "mine.mc")
    second = Kept("x = 1\n", "neuron.mc")
    for each in (first, second):
        keeper.set_aside(each)
    programs = _Programs()
    back = called("Bring back", rows(keeper, programs))
    assert [(row.does, row.more) for row in back] == [
        ("neuron.mc", "1 line: x = 1"),
        ("mine.mc", "4 lines: # mine ... backward(b)"),
    ]
    back[1].run()
    assert programs.opened == [("bring_back", first)]


@pytest.mark.parametrize("query", ["set aside", "restore", "bring back", "mine", "backward(b)"])
def test_it_is_found_by_what_it_is_and_by_what_stands_in_it(keeper: StateKeeper, query: str) -> None:
    keeper.set_aside(Kept("a = 2\nbackward(b)\n", "mine.mc"))
    assert max(answers(rows(keeper), query))[1].label == "Bring back"


def test_nothing_is_brought_back_where_nothing_was_set_aside(keeper: StateKeeper) -> None:
    assert called("Bring back", rows(keeper)) == []


def test_a_file_is_opened_again_by_its_whole_path(keeper: StateKeeper, tmp_path: Path) -> None:
    """Two of one name are told apart by it."""
    paths = [str(tmp_path / folder / "a.mc") for folder in ("one", "two")]
    for path in paths:
        keeper.add_file(path)
    programs = _Programs()
    recent = called("Recent", rows(keeper, programs))
    assert [row.does for row in recent] == ["a.mc", "a.mc"]
    assert {row.more for row in recent} == set(paths)
    for row in recent:
        row.run()
    assert programs.opened == [("open_path", row.more) for row in recent]
    assert {row.label for _, row in answers(rows(keeper), "open")} >= {"Recent"}


def test_every_example_and_every_theme_is_one_row(keeper: StateKeeper) -> None:
    listed = rows(keeper)
    assert [row.does for row in called("Example", listed)] == [each.title for each in examples()]
    assert [row.does for row in called("Theme", listed)] == list(THEMES)
