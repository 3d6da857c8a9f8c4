"""Which lessons there are: ours, and after them a teacher's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from lessons.fields.problems import LessonError, Problem
from lessons.format.lesson import Lesson
from lessons.format.loader import OURS, load
from lessons.format.translations import is_translation, translate

__all__ = ["Catalogue", "catalogue", "files_in", "ours"]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Lessons in the order in which they are offered, and what is wrong with those that are not."""

    lessons: tuple[Lesson, ...]
    problems: tuple[Problem, ...]

    def find(self, id_: str) -> Lesson | None:
        """The lesson of an id, or of a number as lessons give it (`5`, `05`, `+1`); None if there is none."""
        digits = id_.removeprefix("+")
        number = id_[: len(id_) - len(digits)] + digits.lstrip("0")
        for lesson in self.lessons:
            if id_ == lesson.id or (number and number == lesson.ordinal):
                return lesson
        return None

    def after(self, lesson: Lesson) -> Lesson | None:
        """The lesson that comes after one; None after the last, and after one that is not among these."""
        place = next((place for place, each in enumerate(self.lessons) if each.id == lesson.id), None)
        return None if place is None else next(iter(self.lessons[place + 1 : place + 2]), None)

    def told_in(self, language: str) -> str:
        """How many of the lessons there are in a language, and how much of those that are there in part."""
        found = [lesson for lesson in self.lessons if lesson.language == language]
        if not found:
            return f"None of the {len(self.lessons)} lessons is in {language} yet; all are in English."
        parts = [lesson for lesson in found if lesson.translated[0] < lesson.translated[1]]
        whole = (
            f"{len(found)} of {len(self.lessons)} lessons {'is' if len(found) == 1 else 'are'} in {language}"
        )
        in_part = ", ".join(
            f"{lesson.id} {lesson.translated[0]} of {lesson.translated[1]}" for lesson in parts
        )
        partly = f", not all of whose sentences: {in_part}" if parts else ""
        rest = "" if len(found) == len(self.lessons) else "; the others are in English"
        return f"{whole}{partly}{rest}."


def ours() -> Path:
    """The folder of the lessons that ship with microcrad."""
    return OURS


def files_in(folder: Path) -> list[Path]:
    """The lesson files of a folder, by name. Translations, whose names have one more part, are left out."""
    return sorted(path for path in folder.glob("*.md") if not is_translation(path) and path.stem != "README")


def catalogue(own: Path | None = None, language: str = "") -> Catalogue:
    """All lessons: ours, then those in a folder of one's own. A broken one is left out and reported.

    Those that have a translation into the language are in it; a broken translation is reported.
    """
    return _catalogue(files_in(ours()), [] if own is None else files_in(own), language)


def _read(path: Path) -> Lesson:
    """A file's lesson, which is read again only once the file is another one."""
    try:
        found = path.stat()
    except OSError:
        return load(path)  # It says what is wrong.
    return _loaded(path, found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=256)
def _loaded(path: Path, *_file: int) -> Lesson:
    return load(path)


def _in(language: str, lesson: Lesson, problems: list[Problem]) -> Lesson:
    try:
        return translate(lesson, language)
    except LessonError as error:
        problems += error.problems
        return lesson


def _catalogue(of_ours: Iterable[Path], added: Iterable[Path], language: str) -> Catalogue:
    lessons: list[Lesson] = []
    problems: list[Problem] = []
    for path, is_added in [*((path, False) for path in of_ours), *((path, True) for path in added)]:
        try:
            lesson = replace(_read(path), added=is_added)
        except LessonError as error:
            problems += error.problems
            continue
        other = next((other for other in lessons if other.id == lesson.id), None)
        if other is None:
            lessons.append(_in(language, lesson, problems))
        else:
            message = f"another lesson has the id {lesson.id!r} too: {other.path}."
            problems.append(Problem(str(path), lesson.line.get("id", 1), message))
    return Catalogue(tuple(lessons), tuple(problems))
