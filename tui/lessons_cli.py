"""The commands about lessons: each is a few lines over `lessons`, which is imported when one is run.

What they print is worded in `tui.lesson_plain`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.reading import Failed, Wrong, near
from tui.saying import say

if TYPE_CHECKING:
    from lessons.catalogue import Catalogue
    from lessons.keeping import Keeper
    from lessons.lesson import Lesson
    from microcrad.session import Session
    from microcrad.train.training import Training

__all__ = ["lessons", "watched"]

_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_own = click.option(
    "--lessons",
    "own",
    metavar="DIR",
    envvar="MICROCRAD_LESSONS",
    help="A folder of your own lessons, which come after the others.",
)
_LOOK_SECONDS = 0.3
"""How often `preview` looks whether the file was saved."""


def _folder(own: str | None) -> Path | None:
    """The folder of one's own lessons."""
    if own and not Path(own).is_dir():
        raise Wrong(f"--lessons: there is no folder {own!r}.")
    return Path(own) if own else None


def _catalogue(own: str | None) -> Catalogue:
    """All lessons; what is wrong with those left out is said."""
    from lessons.catalogue import catalogue
    from microcrad.visible import visible

    found = catalogue(_folder(own))
    say((visible(str(problem)) for problem in found.problems), error=True)
    return found


def _lesson(name: str, own: str | None) -> Lesson:
    """A lesson by its id, its number, or as a file."""
    from lessons.loader import load
    from lessons.problems import LessonError

    if name.endswith(".md") or "/" in name:
        if not Path(name).is_file():
            raise Wrong(f"There is no file {name!r}.")
        try:
            return load(Path(name))
        except LessonError as error:
            raise Failed(str(error)) from None
    found = _catalogue(own)
    lesson = found.find(name)
    if lesson is None:
        raise Wrong(f"There is no lesson {name!r}.{near(name, [each.id for each in found.lessons])}")
    return lesson


def _keeper() -> Keeper:
    """The progress; what is wrong with its file is said."""
    from lessons.keeping import Keeper, progress_file

    keeper = Keeper(progress_file())
    if keeper.problem:
        say([keeper.problem], error=True)
    return keeper


@click.group(context_settings=_SETTINGS)
def lessons() -> None:
    """Learn in the playground: short lessons, checked against what you really do.

    \b
    microcrad lessons list
    microcrad lessons start accumulate
    microcrad lessons take accumulate      in plain text
    """


@lessons.command(name="list")
@click.option("--plain", is_flag=True, help="One fact a line: no tables, no alignment.")
@_own
def list_(plain: bool, own: str | None) -> int:
    """List the lessons, and how far you are."""
    from tui.lesson_plain import listed

    found = _catalogue(own)
    say(listed(found.lessons, _keeper().progress, one_fact=plain))
    return 0


# --- taking --------------------------------------------------------------------------------------------


@lessons.command()
@click.argument("lesson")
@click.option("--again", is_flag=True, help="Start at the first task, wherever you were.")
@_own
def take(lesson: str, again: bool, own: str | None) -> int:
    """Take a lesson in plain text.

    LESSON is an id, a number, or a lesson file. Say one thing a line: answer 7, hint, next, a line of the
    program; help lists it all. It ends with quit, or with the input.

    \b
    microcrad lessons take accumulate
    """
    from lessons.problems import BrokenLessonError
    from tui.lesson_take import Conversation

    chosen = _lesson(lesson, own)
    of_a_file = lesson.endswith(".md")
    keeper = None if of_a_file else _keeper()
    place = chosen.index(keeper.progress.of(chosen.id).at) if keeper is not None and not again else None
    if keeper is not None and keeper.progress.of(chosen.id).finished is not None:
        place = None
    try:
        talk = Conversation(chosen, _session(chosen), chosen.steps[place].slug if place else None)
    except BrokenLessonError as error:
        raise Failed(f"The lesson {chosen.id} cannot begin: {error}") from None
    if keeper is not None:
        _quick_questions(own, keeper)
    say(talk.opening())
    while not talk.over and (line := _heard()) is not None:
        say(talk.said(line))
        if keeper is not None and talk.taking.view.tries:
            keeper.saw(talk.taking.view, datetime.now(UTC))
            if keeper.problem:
                say([keeper.problem], error=True)
    return 0


def _session(lesson: Lesson) -> Session | Training:
    if lesson.mode == "playground":
        from microcrad.session import Session

        return Session()
    from microcrad.train.training import Training

    return Training()


def _heard() -> str | None:
    """A line of standard input, with a prompt where a person types it; None at its end."""
    if sys.stdin is None:
        return None
    if sys.stdin.isatty() and sys.stdout is not None:
        sys.stdout.write("> ")
    if sys.stdout is not None:
        sys.stdout.flush()
    line = sys.stdin.readline()
    return line.rstrip("\r\n") if line else None


def _quick_questions(own: str | None, keeper: Keeper) -> None:
    """Ask what is due, once each; an empty line skips it until the next time."""
    import random

    from lessons.answers import AnswerError, parse_number
    from lessons.catalogue import catalogue
    from lessons.recall import due
    from tui.lesson_plain import answered, asking

    for each in due(catalogue(_folder(own)).lessons, keeper.progress, datetime.now().date(), random.Random()):
        say(asking(each))
        while line := (_heard() or "").strip():
            try:
                right = each.asking.right(parse_number(line.removeprefix("answer ")))
            except AnswerError as error:
                say([str(error)])
                continue
            id_ = each.lesson.id
            keeper.change(lambda progress: progress.asked(id_, datetime.now(UTC), right=right))  # noqa: B023
            say(answered(each, right=right))
            break


@lessons.command()
@click.argument("lesson")
@_own
def start(lesson: str, own: str | None) -> int:
    """Open the app at a lesson.

    LESSON is an id, a number, or a lesson file.
    """
    chosen = _lesson(lesson, own)
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise Wrong(f"The app needs a terminal. Without one: microcrad lessons take {lesson}")
    from lessons.problems import BrokenLessonError
    from tui.app import launch

    if chosen.mode == "train":
        raise Failed(
            f"{chosen.id} is about training, which is taken in plain text: microcrad lessons take {lesson}"
        )
    try:
        launch(lesson=chosen)
    except BrokenLessonError as error:
        raise Failed(f"The lesson {chosen.id} cannot begin: {error}") from None
    return 0


# --- writing -------------------------------------------------------------------------------------------


@lessons.command()
@click.argument("path", required=False)
@_own
def check(path: str | None, own: str | None) -> int:
    """Check lesson files like a compiler.

    PATH is a file or a folder; without it, all lessons are checked. Every step is taken by its own solution
    and by every wrong attempt it names. Exits with 1 if something is wrong.

    \b
    microcrad lessons check
    microcrad lessons check 05-accumulate.md
    """
    from lessons.catalogue import catalogue, files_in, ours
    from lessons.validate import validate
    from microcrad.visible import visible

    folder = _folder(own)
    if path is None:
        paths = files_in(ours()) + ([] if folder is None else files_in(folder))
    elif Path(path).is_dir():
        paths = files_in(Path(path))
    elif Path(path).exists():
        paths = [Path(path)]
    else:
        raise Wrong(f"There is no file or folder {path!r}.")
    problems = validate(paths, catalogue(folder).lessons)
    say((visible(str(problem)) for problem in problems), error=True)
    if not problems:
        say([f"{len(paths)} lesson{'' if len(paths) == 1 else 's'} checked: all good."])
    return 1 if problems else 0


@lessons.command()
@click.argument("id_", metavar="ID")
@_own
def new(id_: str, own: str | None) -> int:
    """Write a new lesson to change.

    It is called ID.md and put into the folder of your own lessons, or where you are. It passes the check as
    it is.
    """
    import re

    from lessons.template import new_lesson
    from tui.writing import write

    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", id_):
        raise Wrong(f"{id_!r} is no id: write small letters, digits and single dashes, such as two-slots.")
    path = (_folder(own) or Path()) / f"{id_}.md"
    if path.exists():
        raise Wrong(f"There is a file {str(path)!r} already. Choose another id.")
    write(str(path), new_lesson(id_))
    say([f"Wrote {path}. Try: microcrad lessons preview {path}"])
    return 0


@lessons.command()
@click.argument("file")
def preview(file: str) -> int:
    """Show a lesson file as learners see it, again whenever it is saved.

    Problems stand at the end, as `check` says them. ctrl+c ends it; without a terminal it is shown once.
    """
    if not Path(file).is_file():
        raise Wrong(f"There is no file {file!r}.")
    once = sys.stdout is None or not sys.stdout.isatty()
    for lines, good in watched(Path(file), time.sleep):
        if not once:
            click.clear()
        say(lines)
        if once:
            return 0 if good else 1
    return 0


def watched(path: Path, wait: Callable[[float], None]) -> Iterator[tuple[list[str], bool]]:
    """What a lesson file looks like, and whether it is sound: now, and each time it is saved."""
    from lessons.loader import load
    from lessons.problems import LessonError
    from lessons.validate import validate
    from microcrad.visible import visible
    from tui.lesson_plain import whole

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
                lines = list(whole(load(path)))
            except LessonError:
                lines = []
            problems = validate([path], _catalogue(None).lessons)
            yield [*lines, *(visible(str(problem)) for problem in problems)] or [""], not problems
        wait(_LOOK_SECONDS)


# --- progress ------------------------------------------------------------------------------------------


@lessons.group(invoke_without_command=True, context_settings=_SETTINGS)
@_own
@click.pass_context
def progress(ctx: click.Context, own: str | None) -> int:
    """Show what you have done, take it elsewhere, or start anew."""
    if ctx.invoked_subcommand is None:
        from tui.lesson_plain import progressed

        say(progressed(_catalogue(own).lessons, _keeper().progress, datetime.now().date()))
    return 0


@progress.command(name="export")
@click.argument("file", required=False, default="-")
def export_progress(file: str) -> int:
    """Write your progress to FILE, or to standard output."""
    from lessons.progress import to_toml
    from tui.writing import write

    text = to_toml(_keeper().progress)
    if file == "-":
        say(text.splitlines())
    else:
        write(file, text)
    return 0


@progress.command(name="import")
@click.argument("file")
def import_progress(file: str) -> int:
    """Add what FILE holds to your progress.

    Nothing is lost: of each lesson the most of both is kept.
    """
    import tomllib

    from lessons.progress import from_document
    from tui.reading import read

    try:
        found = from_document(tomllib.loads(read(file)))
    except ValueError as error:
        raise Failed(f"{file!r} is no progress of microcrad: {error}. Nothing was changed.") from None
    keeper = _keeper()
    keeper.change(lambda progress: progress.merged(found))
    if keeper.problem:
        raise Failed(keeper.problem)
    say([f"Added the progress of {len(found.lessons)} lesson{'' if len(found.lessons) == 1 else 's'}."])
    return 0


@progress.command()
@click.argument("lesson", required=False)
@click.option("--yes", is_flag=True, help="Forget all lessons, without asking.")
def reset(lesson: str | None, yes: bool) -> int:
    """Forget what you did in a LESSON, or with --yes in all of them."""
    from lessons.progress import Progress

    keeper = _keeper()
    if lesson is None and not yes:
        raise Wrong("This forgets all lessons. Say --yes, or name one lesson.")
    if lesson is not None and lesson not in keeper.progress.lessons:
        raise Wrong(f"You have not begun a lesson {lesson!r}.{near(lesson, keeper.progress.lessons)}")
    keeper.change(lambda progress: Progress() if lesson is None else progress.without(lesson))
    if keeper.problem:
        raise Failed(keeper.problem)
    say(["All lessons are as new." if lesson is None else f"{lesson} is as new."])
    return 0
