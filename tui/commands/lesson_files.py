"""The commands for who writes lessons: check, new and preview."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from microcrad.files.door import write_text
from microcrad.text.near import did_you_mean
from tui.commands.options import lessons_folder, own_lessons
from tui.commands.reading import Failed, Wrong, read
from tui.saying import say

if TYPE_CHECKING:
    from lessons.catalogue import Catalogue
    from lessons.format.lesson import Lesson

__all__ = ["catalogue_of", "check", "lesson_called", "new", "preview", "watched"]

_LOOK_SECONDS = 0.3
"""How often `preview` looks whether the file was saved."""


def catalogue_of(own: str | None, language: str = "") -> Catalogue:
    """All lessons; what is wrong with those left out is said."""
    from lessons.catalogue import catalogue

    found = catalogue(lessons_folder(own), language)
    say((str(problem) for problem in found.problems), error=True)
    return found


def lesson_called(name: str, own: str | None, language: str) -> Lesson:
    """A lesson by its id, its number, or as a file."""
    from lessons.fields.problems import LessonError
    from lessons.format.translations import lesson_in

    if name.endswith(".md") or "/" in name:
        if not os.path.isfile(name):
            raise Wrong(f"There is no file {name!r}.")
        try:
            return lesson_in(Path(name), language)
        except LessonError as error:
            raise Failed(str(error)) from None
    found = catalogue_of(own, language)
    chosen = found.find(name)
    if chosen is None:
        raise Wrong(f"There is no lesson {name!r}.{did_you_mean(name, [each.id for each in found.lessons])}")
    return chosen


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@own_lessons
def check(paths: tuple[str, ...], own: str | None) -> int:
    """Check lesson files like a compiler.

    Each PATH is a file or a folder; without any, all lessons are checked. Every step is taken by its own
    solution and by every wrong attempt it names. Exits with 1 if something is wrong.

    \b
    microcrad lessons check
    microcrad lessons check 05-accumulate.md mine/
    """
    from lessons.catalogue import catalogue, files_in, ours
    from lessons.check.validate import validate

    folder = lessons_folder(own)
    found: list[Path] = []
    if not paths:
        found = files_in(ours()) + ([] if folder is None else files_in(folder))
    for path in paths:
        inside = files_in(Path(path)) if os.path.isdir(path) else [Path(path)]
        if not os.path.lexists(path):
            raise Wrong(f"There is no file or folder {path!r}.")
        if not inside or any(each.suffix != ".md" for each in inside):
            raise Wrong(f"There is no lesson in {path!r}: lessons are files whose names end in .md.")
        found += [each for each in inside if each not in found]
    if not found:
        raise Wrong("There is no lesson here: lessons are files whose names end in .md.")
    problems = validate(found, catalogue(folder).lessons)
    say((str(problem) for problem in problems), error=True)
    if not problems:
        say([f"{len(found)} lesson{'' if len(found) == 1 else 's'} checked: all good."])
    return 1 if problems else 0


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--from", "from_", metavar="FILE", help="Begin with what stands in a saved session (.mcs).")
@own_lessons
def new(id_: str, from_: str | None, own: str | None) -> int:
    """Write a new lesson to change.

    It is called ID.md and put into the folder of your own lessons, or where you are. It passes the check as
    it is. From a session that was saved in the app, or a program, it takes the program, the rules, the fault
    and the place, and asks for the number of the node that was selected.

    \b
    microcrad lessons new two-slots
    microcrad lessons new two-slots --from session.mcs
    """
    from lessons.format.template import new_lesson

    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", id_):
        raise Wrong(f"{id_!r} is no id: write small letters, digits and single dashes, such as two-slots.")
    path = (lessons_folder(own) or Path()) / f"{id_}.md"
    if path.exists():
        raise Wrong(f"There is a file {str(path)!r} already. Choose another id.")
    text = new_lesson(id_) if from_ is None else _begun_from(from_, id_)
    write_text(path, text)
    say([f"Wrote {path}. Try: microcrad lessons preview {path}"])
    return 0


def _begun_from(file: str, id_: str) -> str:
    """A lesson about what stands in a file: a session, or a program."""
    from lessons.format.from_session import lesson_from
    from microcrad.errors import ContentError
    from microcrad.session.file import SavedSession
    from microcrad.session.on_disk import SESSION_SUFFIX, read_session

    saved = read_session(file) if file.endswith(SESSION_SUFFIX) else SavedSession(file, read(file))
    try:
        return lesson_from(saved, id_)
    except ContentError as error:
        raise Failed(f"{error} Nothing was written.") from None


@click.command()
@click.argument("file")
@click.option("--screen", is_flag=True, help="In the app, as it is taken on screen.")
def preview(file: str, screen: bool) -> int:
    """Show a lesson file as learners see it.

    It is shown again whenever it is saved. Problems stand at the end, as `check` says them. ctrl+c ends it;
    without a terminal it is shown once. With --screen it is taken in the app, which takes over what is saved
    at the task that one is at.
    """
    if not os.path.isfile(file):
        raise Wrong(f"There is no file {file!r}.")
    if screen:
        return _on_screen(file)
    once = sys.stdout is None or not sys.stdout.isatty()
    for lines, good in watched(Path(file), time.sleep):
        if not once:
            click.clear()
        say(lines)
        if once:
            return 0 if good else 1
    return 0


def _on_screen(file: str) -> int:
    """Open the app at a lesson file."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise Wrong(f"The app needs a terminal. Without one: microcrad lessons preview {file}")
    from tui.launch import launch

    return launch(lesson=lesson_called(file, None, ""))


def watched(path: Path, wait: Callable[[float], None]) -> Iterator[tuple[list[str], bool]]:
    """What a lesson file looks like, and whether it is sound: now, and each time it is saved."""
    from lessons.check.validate import validate
    from lessons.fields.problems import LessonError
    from lessons.format.translations import lesson_in
    from tui.commands.lesson_lines import whole

    seen: object = None
    while True:
        try:
            now = path.stat()
            stamp: object = (now.st_mtime_ns, now.st_size, now.st_ino)
        except OSError:  # Editors replace a file by another one: it comes back.
            stamp = seen
        if stamp != seen:
            seen = stamp
            try:
                lines = list(whole(lesson_in(path)))
            except LessonError:
                lines = []
            problems = validate([path], catalogue_of(None).lessons)
            yield [*lines, *(str(problem) for problem in problems)] or [""], not problems
        wait(_LOOK_SECONDS)
