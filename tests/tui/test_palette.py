"""The action list finds what a person asks for, in the words in which they ask."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pytest

from microcrad.examples import examples
from tui.app_commands import APP
from tui.lessons.lesson_list import LessonsMode
from tui.lessons.pane import LessonPane
from tui.palette import ListEntry, answers, entries
from tui.playground.diagram.diagram_commands import DIAGRAM
from tui.playground.editor_commands import EDITING
from tui.playground.playground_commands import PLAYGROUND
from tui.train.train_commands import COMMANDS

MODES = {"playground": (PLAYGROUND, EDITING, APP), "train": (COMMANDS, APP),
         "lessons": (LessonsMode.TABLE, APP),
         "a lesson": (LessonPane.TABLE, PLAYGROUND, APP)}  # fmt: skip
ELSEWHERE = {
    "quit": "Quit", "w": "Save", "wq": "Quit", "new": "New", "open": "Open", "save": "Save", "redo": "Redo",
    "undo": "Undo", "help": "Help", "zoom": "Zoom", "search": "Find", "find": "Find", "fault": "Faults",
    "faults": "Faults", "leak": "Diagnose", "run": "Run", "step": "Next", "export": "Export",
    "gradcheck": "Check grads", "how do I quit the app": "Quit", "close": "Quit", "ctrl+z": "Undo",
    "?": "Help", "shortcuts": "Help", "undo my last change": "Undo", "full screen": "Zoom",
    "make it bigger": "Zoom",
    "find a node": "Find", "look for a name": "Find", "wrong grads": "Faults", "break the engine": "Faults",
    "first nan": "Diagnose", "check gradients": "Check grads", "save picture": "Export",
    "free memory": "Ownership",
    "comment out": "Comment", "find and replace": "Replace", "restart": "First", "previous": "Back",
}  # fmt: skip


def listed(mode: str) -> list[ListEntry]:
    """What is listed in a mode."""
    return list(chain.from_iterable(entries(table, None) for table in MODES[mode]))  # type: ignore[arg-type]


def found(mode: str, query: str) -> list[ListEntry]:
    """What is found, best first; what is as good stays in order."""
    return [entry for _, entry in sorted(answers(listed(mode), query), key=lambda pair: -pair[0])]


def asked() -> Iterator[tuple[str, str, str]]:
    """For each action its label, two words that people have for it, and the beginning of what it does."""
    for mode in MODES:
        for entry in listed(mode):
            assert len(entry.words) >= 2, entry.name
            for query in (entry.label, entry.label.upper(), *entry.words[:2]):
                yield mode, query, entry.name


def test_each_action_is_found_in_three_ways() -> None:
    """By its label first, and by other words before what only has their letters."""
    for mode, query, name in asked():
        names = [entry.name for entry in found(mode, query)]
        assert name in names[:4], (mode, query, names[:4])
    for mode in MODES:
        for entry in listed(mode):
            best = found(mode, entry.label)[0]
            assert best.label == entry.label, (mode, entry.label, best.name)


@pytest.mark.parametrize(("query", "label"), ELSEWHERE.items(), ids=ELSEWHERE)
def test_words_from_elsewhere_find_what_they_mean_there(query: str, label: str) -> None:
    assert found("playground", query)[0].label == label


@pytest.mark.parametrize("query", ["csv", "table", "data", "file"])
def test_in_train_a_table_is_opened_by_the_words_for_it(query: str) -> None:
    assert found("train", query)[0].label == "Open data"


def test_whole_words_come_before_scattered_letters() -> None:
    """And several words are looked for together, in any order and case."""
    assert found("playground", "SESSION  file")[0].label == "Open"
    assert found("playground", "whole screen")[0].label == "Zoom"
    assert found("playground", "bckwrd")[0].label == "Backward"
    assert found("playground", "back")[0].label == "Back"
    assert found("playground", "qqqq") == []
    assert found("playground", "delete") == []


def test_another_word_for_it_counts_more_than_the_beginning_of_its_label() -> None:
    """And less than the label itself: who types `w` means what is called so elsewhere."""
    save = ListEntry("Save", "to its file  (ctrl+s)", lambda: None, ("w", "write"))
    walk = ListEntry("Walk", "to the next event", lambda: None)
    assert save.score("W") > walk.score("w") > save.score("file") > 0
    assert walk.score("walk") > save.score("w") > 4


def test_a_name_of_any_length_is_looked_through_at_once() -> None:
    """Such as the first line of a program that can be brought back; of its letters the first few count."""
    entry = ListEntry("Bring back", f"a.mc {'descentdescen' * 100_000}", lambda: None)
    assert entry.score("descentx") == 0
    assert entry.score("bckamc") == 0
    assert entry.score("brngback") > 0


@pytest.mark.parametrize("width", [80, 120])
def test_rows_stand_in_columns(width: int) -> None:
    """What they are called, what that does, and on the right the key, or what is known besides."""
    rows = [
        ListEntry("Save", "to its file", lambda: None, key="ctrl+s"),
        ListEntry("Recent", "a.mc", lambda: None, more="/home/" + 200 * "a"),
        ListEntry("Bring back", 200 * "a", lambda: None, more="x = 1"),
    ]
    shown = [entry.row(width, "…") for entry in rows]
    assert {row.cell_length for row in shown} == {width - 6}
    assert [row.plain[:13].rstrip() for row in shown] == ["Save", "Recent", "Bring back"]
    assert [row.plain[13:16] for row in shown] == ["to ", "a.m", "aaa"]
    assert shown[0].plain.endswith("  ctrl+s")
    assert shown[1].plain.endswith("a…")
    assert shown[2].plain.endswith("a…  x = 1")


def test_what_an_action_does_is_read_to_its_end_at_80_columns() -> None:
    """In every mode, of what is done in a lesson or in the diagram, and of each example what it is of."""
    rows = [*chain.from_iterable(listed(mode) for mode in MODES)]
    rows += entries(LessonPane.TABLE, None, "in the lesson, ")  # type: ignore[type-var]
    rows += entries(DIAGRAM, None, "in the diagram, ")  # type: ignore[type-var]
    rows += [ListEntry("Example", each.title, lambda: None, more=f"{each.slug}.mc") for each in examples()]
    assert [entry.name for entry in rows if "…" in entry.row(80, "…").plain] == []


def test_letters_alone_count_where_no_words_are_found() -> None:
    """Who types undo does not mean the playground, which has its letters."""
    assert [entry.label for entry in found("playground", "undo")] == ["Undo", "Redo"]
    assert "Playground" in [entry.label for entry in found("playground", "plygrnd")]
