"""`docs/writing-lessons.md`: its lesson is sound, and its reference is that of the tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import microcrad
from takings import session_of

from lessons.catalogue import files_in, ours
from lessons.check.fitting import DOCK, PAGE, SENTENCE, TASK
from lessons.check.validate import validate, validate_lesson
from lessons.fields.event_words import EVENTS
from lessons.fields.scripts import MOVES, read_script
from lessons.format.lesson import Lesson, Question, Step
from lessons.format.loader import load, read_lesson
from lessons.format.translations import translate
from lessons.kinds import KINDS, CheckKind, kinds_for, read_check
from lessons.kinds.base import COUNT, VALUE, CheckField
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing
from microcrad.session.file import SavedSession, to_json
from microcrad.session.session import Session

PAGE_TEXT = (Path(__file__).parents[2] / "docs" / "writing-lessons.md").read_text(encoding="utf-8")
EXAMPLE, TRANSLATION = re.findall(r"^`````markdown\n(.*?)^`````$", PAGE_TEXT, re.MULTILINE | re.DOTALL)


def test_the_lesson_on_the_page_is_sound() -> None:
    assert validate_lesson(read_lesson(EXAMPLE, Path("two-slots.md"))) == []


def test_the_translation_on_the_page_is_sound(tmp_path: Path) -> None:
    (tmp_path / "two-slots.md").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "two-slots.de.md").write_text(TRANSLATION, encoding="utf-8")
    assert validate([tmp_path / "two-slots.md"]) == []
    assert translate(load(tmp_path / "two-slots.md"), "de").title == "Beide Plätze von x*x"


def test_the_page_has_every_check_and_every_move() -> None:
    assert check_reference() in PAGE_TEXT
    assert move_reference() in PAGE_TEXT
    assert " ".join(f"`{event}`" for event in EVENTS) in PAGE_TEXT.replace("\n", " ")


def test_the_page_has_every_field() -> None:
    header = {"format", "question"} | Lesson.__dataclass_fields__.keys()
    header -= {"path", "intro", "steps", "questions", "language", "line", "level", "added", "translated"}
    step = {"check", "why", "hint", "miss"} | Step.__dataclass_fields__.keys()
    step -= {"slug", "title", "prose", "task", "line", "checks", "whys", "hints", "misses", "setup_line"}
    question = Question.__dataclass_fields__.keys() - {"line", "whys"}
    for field in header | step | question:
        assert re.search(rf"^\| [^|]*`(\[\[)?{field}(\]\])?`", PAGE_TEXT, re.MULTILINE), field


def test_the_page_says_how_much_room_there_is() -> None:
    said = PAGE_TEXT.replace("\n", " ")
    assert f"fit {PAGE[1]} rows of {PAGE[0]} columns and {DOCK[1]} rows of {DOCK[0]}" in said
    assert f"two rows of {TASK[0]}" in said
    assert TASK == SENTENCE == (74, 2)


@pytest.mark.parametrize("kind", KINDS, ids=[f"{kind.name} ({kind.modes[0]})" for kind in KINDS])
def test_the_example_of_a_kind_is_a_check_of_that_kind(kind: object) -> None:
    assert kind in KINDS
    said: list[str] = []
    for each in [each for each in KINDS if each is kind]:
        table = tomllib.loads(f"check = {{ {each.example} }}")["check"]
        check = read_check(table, each.modes[0], "", 1, lambda message, key="": said.append(message))
        assert said == []
        assert check is not None
        assert check.kind is each
        assert table.keys() - {"is", "at", "say", "of"} <= each.fields.keys()


@pytest.mark.parametrize("name", MOVES)
def test_the_example_of_a_move_is_that_move(name: str) -> None:
    said: list[str] = []
    (move,) = read_script(tomllib.loads(MOVES[name].example), MOVES[name].modes[0], said.append)
    assert said == []
    assert move.name == name


def test_no_mode_has_two_kinds_of_one_name() -> None:
    for mode in ("playground", "train"):
        assert len(kinds_for(mode)) == sum(mode in kind.modes for kind in KINDS)


@pytest.mark.slow  # `make check` does the same, and what ships is taken from start to end elsewhere.
def test_our_lessons_are_sound() -> None:
    paths = files_in(ours())
    assert paths
    assert [str(problem) for problem in validate(paths)] == []
    assert all(re.fullmatch(r"\d\d-[a-z-]+\.md", path.name) for path in paths)


def move_reference() -> str:
    """Every move of scripts, as a Markdown table."""
    rows = ["| move | what it does |", "|---|---|"]
    for kind in MOVES.values():
        where = " (train)" if kind.modes == ("train",) else ""
        rows.append(f"| `{{ {kind.example} }}`{where} | {kind.about} |")
    return "\n".join(rows)


def check_reference() -> str:
    """Every kind of check with its fields and an example, as Markdown."""
    return "\n".join(line for kind in KINDS for line in _kind(kind)).strip()


def _kind(kind: CheckKind) -> Iterator[str]:
    mode = " (train)" if kind.modes == ("train",) else ""
    yield f"**`{kind.name}`**{mode} {kind.about}"
    yield ""
    for name, field in kind.fields.items():
        if not (_shared(kind, COUNT) and name in COUNT) and not (_shared(kind, VALUE) and name in VALUE):
            needed = ", required" if field.required else ""
            yield f"- `{name}` ({field.type.name}{needed}): {field.about}"
    if _shared(kind, COUNT):
        yield "- a count: `equals`, `at_least`, `at_most`"
    if _shared(kind, VALUE):
        yield "- a number: `near` with `abs` or `rel`, `above`, `below`"
    if kind.name in ("all", "any", "not"):
        yield "- `of` (a list of tables, required): the checks"
    yield from ("", "```toml", f"check = [{{ {kind.example} }}]", "```", "")


def _shared(kind: CheckKind, fields: dict[str, CheckField]) -> bool:
    return fields.keys() <= kind.fields.keys()


SESSIONS = [
    SavedSession("a", "x = 3\ny = x*x\nz = y + x\nbackward(z)\n", selected=0),
    SavedSession("b", "x = 3\ny = x*x\nz = y + x\nbackward(z)\n", position=3, selected=None),
    SavedSession("c", "x = 3\ny = x*x\nz = y + x\nbackward(z)\n", fault="overwrite", view="all", position=99),
    SavedSession("d", "a = 2\nb = a*1.5\n", selected=1),
    SavedSession("e", "# ownership: manual\nw = 3\ny = tanh(w)\nbackward(y)\n", ownership="manual"),
    SavedSession("f", "w = 3  # it's '''quoted''' and \\ escaped\ny = w*w\nbackward(y)\n"),
]


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.name)
def test_a_lesson_from_a_session_is_sound_and_begins_with_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: SavedSession
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.mcs").write_text(to_json(session), encoding="utf-8")
    result = microcrad("lessons", "new", "mine", "--from", "there.mcs")
    assert result.exit_code == 0, result.stderr
    path = tmp_path / "mine.md"
    assert validate([path]) == []
    taking = Taking(load(path), Session())
    begun = session_of(taking)
    assert begun.text == session.program
    assert begun.fault == session.fault
    assert begun.view == session.view
    assert taking.attempted(taking.step.solution).verdict is Standing.PASSED


def test_a_lesson_from_a_program_that_does_not_run_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for text, said in (("a = b\n", "The program has an error"), ("# nothing\n", "nothing to ask about")):
        (tmp_path / "p.mc").write_text(text)
        result = microcrad("lessons", "new", "mine", "--from", "p.mc")
        assert result.exit_code == 1
        assert said in result.stderr
        assert not (tmp_path / "mine.md").exists()
    (tmp_path / "p.mc").write_text("a = 2\nb = a*a\nbackward(b)\n")
    assert microcrad("lessons", "new", "mine", "--from", "p.mc").exit_code == 0
    assert microcrad("lessons", "new", "other", "--from", "gone.mcs").exit_code == 2
