"""Which lessons the commands mean: ours, a folder of one's own, a language, an id, a number or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from microcrad.text.near import did_you_mean
from tui.commands.reading import Failed, Wrong
from tui.commands.saying import say

if TYPE_CHECKING:
    from lessons.catalogue import Catalogue
    from lessons.format.lesson import Lesson

__all__ = ["catalogue_of", "folder_of", "language_option", "lesson_called", "own_lessons"]

own_lessons = click.option(
    "--lessons",
    "own",
    metavar="DIR",
    envvar="MICROCRAD_LESSONS",
    help="A folder of your own lessons, which come after the others.",
)
language_option = click.option(
    "--language",
    default="",
    metavar="CODE",
    envvar="MICROCRAD_LANGUAGE",
    help="Lessons in a language, such as de, where there is a translation.",
)


def folder_of(own: str | None) -> Path | None:
    """The folder of one's own lessons."""
    if own and not Path(own).is_dir():
        raise Wrong(f"--lessons: there is no folder {own!r}.")
    return Path(own) if own else None


def catalogue_of(own: str | None, language: str = "") -> Catalogue:
    """All lessons; what is wrong with those left out is said."""
    from lessons.catalogue import catalogue
    from microcrad.text.visible import visible

    found = catalogue(folder_of(own), language)
    say((visible(str(problem)) for problem in found.problems), error=True)
    return found


def lesson_called(name: str, own: str | None, language: str) -> Lesson:
    """A lesson by its id, its number, or as a file."""
    from lessons.fields.problems import LessonError
    from lessons.format.loader import load
    from lessons.format.translations import is_translation, original_of, read_translation, translate

    if name.endswith(".md") or "/" in name:
        if not Path(name).is_file():
            raise Wrong(f"There is no file {name!r}.")
        try:
            path = Path(name)
            lesson = load(original_of(path))
            return read_translation(lesson, path) if is_translation(path) else translate(lesson, language)
        except LessonError as error:
            raise Failed(str(error)) from None
    found = catalogue_of(own, language)
    chosen = found.find(name)
    if chosen is None:
        raise Wrong(f"There is no lesson {name!r}.{did_you_mean(name, [each.id for each in found.lessons])}")
    return chosen
