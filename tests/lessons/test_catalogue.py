"""Which lessons are offered, and when their files are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from planted import SOUND

from lessons import catalogue as catalogues
from lessons.catalogue import catalogue
from lessons.format.lesson import Lesson
from lessons.format.loader import OURS, load
from lessons.format.template import new_lesson
from lessons.format.translations import lesson_in


def test_a_file_is_read_again_only_once_it_is_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(path: Path) -> Lesson:
        read.append(path.name)
        return load(path)

    monkeypatch.setattr(catalogues, "load", reading)
    own = tmp_path / "sound.md"
    own.write_text(SOUND, encoding="utf-8")
    title = catalogue(tmp_path).lessons[-1].title
    assert catalogue(tmp_path).lessons[-1].title == title
    assert read.count("sound.md") == 1
    own.write_text(SOUND.replace(title, "Another one"), encoding="utf-8")
    assert catalogue(tmp_path).lessons[-1].title == "Another one"
    own.write_text("+++\n", encoding="utf-8")
    for _ in range(2):  # What is wrong with it is said each time.
        assert "the header has no end" in catalogue(tmp_path).problems[0].message


def test_an_added_folder_has_numbers_of_its_own(tmp_path: Path) -> None:
    """So that 1 is ours, and +1 the folder's first, however both are written."""
    (tmp_path / "01-sound.md").write_text(SOUND, encoding="utf-8")
    (tmp_path / "free.md").write_text(SOUND.replace('id = "sound"', 'id = "free"'), encoding="utf-8")
    found = catalogue(tmp_path)
    assert {lesson.id: lesson.number for lesson in found.lessons[-2:]} == {"sound": "+01", "free": ""}
    for name in ("+1", "+01", "sound"):
        chosen = found.find(name)
        assert chosen is not None
        assert (chosen.id, chosen.ordinal) == ("sound", "+1")
    for name in ("1", "01", "nudge"):
        chosen = found.find(name)
        assert chosen is not None
        assert (chosen.id, chosen.number) == ("nudge", "01")
    assert found.find("+2") is None
    assert found.find("+") is None


def test_a_file_of_ones_own_has_a_number_of_its_own_wherever_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "01-mine.md"
    path.write_text(new_lesson("mine"), encoding="utf-8")
    assert lesson_in(path).ordinal == catalogue(tmp_path).lessons[-1].ordinal == "+1"
    assert lesson_in(OURS / "01-nudge.md").ordinal == catalogue().lessons[0].ordinal == "1"
