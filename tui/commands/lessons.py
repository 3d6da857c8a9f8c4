"""The commands about lessons: each is a few lines over `lessons`, which is imported when one is run.

What they print is worded in `tui.commands.lesson_lines`.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from microcrad.errors import ContentError, FileError
from microcrad.files.door import write_text
from microcrad.text.near import did_you_mean
from tui.commands.class_reports import gather, report
from tui.commands.lesson_files import catalogue_of, check, lesson_called, new, preview
from tui.commands.options import language_option, lessons_folder, own_lessons, theme_option
from tui.commands.reading import Failed, Wrong, saved_text_in
from tui.saying import say, write

if TYPE_CHECKING:
    from lessons.format.lesson import Lesson
    from lessons.progress.progress_file import ProgressKeeper
    from microcrad.session.session import Session
    from microcrad.train.training import Training

__all__ = ["lessons"]

_LONGEST_LINE = 100_000
"""More characters than any answer has: what never ends is not read on."""
_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _keeper() -> ProgressKeeper:
    """The progress; what is wrong with its file is said."""
    from lessons.progress.progress_file import ProgressKeeper, progress_file

    keeper = ProgressKeeper(progress_file())
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
@own_lessons
@language_option
def list_(plain: bool, own: str | None, language: str) -> int:
    """List the lessons, and how far you are."""
    from tui.commands.lesson_lines import listed

    found = catalogue_of(own, language)
    say(listed(found.lessons, _keeper().progress, one_fact=plain))
    if language:
        say([found.told_in(language)] if plain else ["", found.told_in(language)])
    return 0


# --- taking --------------------------------------------------------------------------------------------


@lessons.command()
@click.argument("lesson")
@click.option("--again", is_flag=True, help="Start at the first task, wherever you were.")
@own_lessons
@language_option
def take(lesson: str, again: bool, own: str | None, language: str) -> int:
    """Take a lesson in plain text.

    LESSON is an id, a number, or a lesson file. Say one thing a line: answer 7, hint, next, a line of the
    program; help lists it all. It ends with quit, or with the
    input, and exits with 0 if the last task was passed by then, or else with 1.

    \b
    microcrad lessons take accumulate
    """
    from lessons.fields.problems import BrokenLessonError
    from lessons.progress.progress import LessonProgress
    from tui.commands.take_lesson import Conversation

    chosen = lesson_called(lesson, own, language)
    of_a_file = lesson.endswith(".md")
    keeper = None if of_a_file else _keeper()
    done = LessonProgress() if keeper is None else keeper.progress.of(chosen.id)
    place = None if again or done.finished is not None else chosen.index(done.at)
    try:
        after = None if of_a_file else catalogue_of(own, language).after(chosen)
        slug = chosen.steps[place].slug if place else None
        talk = Conversation(chosen, _session(chosen), slug, after, done=None if of_a_file else done)
    except BrokenLessonError as error:
        raise Failed(f"The lesson {chosen.id} cannot begin: {error}") from None
    if keeper is not None:
        _quick_questions(own, language, keeper)
    if language and chosen.language != language:
        say([f"This lesson is not in {language} yet: it is in English."])
    say(talk.opening())
    while not talk.over and (line := _heard()) is not None:
        say(talk.said(line))
        view = talk.taking.view
        if keeper is not None and view.tries:
            keeper.saw(view, datetime.now(UTC))
            if keeper.problem:
                say([keeper.problem], error=True)
    return 0 if talk.taking.view.done else 1


def _session(lesson: Lesson) -> Session | Training:
    if lesson.mode == "playground":
        from microcrad.session.session import Session

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
    line = sys.stdin.readline(_LONGEST_LINE)
    if len(line) == _LONGEST_LINE and not line.endswith("\n"):
        raise Failed(f"A line of standard input is longer than {_LONGEST_LINE:,} characters.")
    return line.rstrip("\r\n") if line else None


def _quick_questions(own: str | None, language: str, keeper: ProgressKeeper) -> None:
    """Ask what is due, once each; an empty line skips it until the next time."""
    import random

    from lessons.catalogue import catalogue
    from lessons.fields.answers import AnswerError, parse_number
    from lessons.progress.recall import due
    from tui.commands.lesson_lines import answered, asking

    lessons_ = catalogue(lessons_folder(own), language).lessons
    for each in due(lessons_, keeper.progress, datetime.now().date(), random.Random()):
        say(asking(each))
        while line := (_heard() or "").strip():
            try:
                answer = parse_number(line.removeprefix("answer "))
            except AnswerError as error:
                say([str(error)])
                continue
            id_, right = each.lesson.id, each.asking.right(answer)
            keeper.change(lambda progress: progress.asked(id_, datetime.now(UTC), right=right))  # noqa: B023
            say(answered(each.asking, answer))
            break


@lessons.command()
@click.argument("sort", required=False)
@click.option(
    "--level", type=click.IntRange(1, 5), help="How hard, from 1 to 5; without it, by what you get right."
)
@click.option("--seed", type=int, help="Make the same tasks again.")
def practise(sort: str | None, level: int | None, seed: int | None) -> int:
    """Practise without end: tasks made as you go.

    SORT is one of nudge, stale, chain, gradient, order, references, freed, leak, fault; without it those come
    mixed whose lessons you know, and first what lessons 1 to 3 teach; what you miss comes more often. Say
    what you say in a lesson; next makes another task, quit leaves.

    \b
    microcrad lessons practise
    microcrad lessons practise gradient --level 3
    """
    from tui.commands.practise import practise_with

    done = practise_with(sort, level, seed, _heard, say)
    say([f"{done} task{'' if done == 1 else 's'} done. microcrad lessons progress tells how far you are."])
    return 0


@lessons.command()
@click.argument("lesson")
@theme_option
@own_lessons
@language_option
def start(lesson: str, theme: str, own: str | None, language: str) -> int:
    """Open the app at a lesson.

    LESSON is an id, a number, or a lesson file.
    """
    folder, gone = None, ""
    try:
        folder = lessons_folder(own)
    except FileError as error:
        own, gone = None, str(error)
    chosen = lesson_called(lesson, own, language)
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise Wrong(f"The app needs a terminal. Without one: microcrad lessons take {lesson}")
    from tui.launch import launch

    return launch(lesson=chosen, theme=theme, lessons_folder=folder, language=language, warning=gone)


# --- progress ------------------------------------------------------------------------------------------


@lessons.group(invoke_without_command=True, context_settings=_SETTINGS)
@own_lessons
@click.pass_context
def progress(ctx: click.Context, own: str | None) -> int:
    """Show what you have done, take it elsewhere, or start anew."""
    if ctx.invoked_subcommand is None:
        from tui.commands.lesson_lines import progressed

        say(progressed(catalogue_of(own).lessons, _keeper().progress, datetime.now().date()))
    return 0


@progress.command(name="export")
@click.argument("file", required=False, default="-")
def export_progress(file: str) -> int:
    """Write your progress to FILE, or to standard output."""
    from lessons.progress.progress import to_toml

    text = to_toml(_keeper().progress)
    if file == "-":
        write(text)
    else:
        write_text(file, text)
    return 0


@progress.command(name="import")
@click.argument("file")
def import_progress(file: str) -> int:
    """Add what FILE holds to your progress.

    Nothing is lost: of each lesson the most of both is kept.
    """
    from lessons.progress.handed_in import is_report
    from lessons.progress.progress import from_toml

    text = saved_text_in(file)
    if is_report(text):
        raise Failed(
            f"{file!r} is a report that somebody handed in, and is merged into nobody's progress. Nothing "
            f"was changed. To read it: microcrad lessons progress gather {file}"
        )
    try:
        found = from_toml(text, repr(file))
    except ContentError as error:
        raise Failed(f"{error} Nothing was changed.") from None
    keeper = _keeper()
    keeper.change(lambda progress: progress.merged(found))
    if keeper.problem:
        raise Failed(keeper.problem)
    say([f"Added the progress of {len(found.lessons)} lesson{'' if len(found.lessons) == 1 else 's'}."])
    return 0


for command in (report, gather):
    progress.add_command(command)


@progress.command()
@click.argument("lesson", required=False)
@click.option("--yes", is_flag=True, help="Forget all lessons, without asking.")
def reset(lesson: str | None, yes: bool) -> int:
    """Forget what you did in a LESSON, or with --yes in all of them."""
    from lessons.progress.progress import Progress

    keeper = _keeper()
    if lesson is None and not yes:
        raise Wrong("This forgets all lessons. Say --yes, or name one lesson.")
    if lesson is not None and lesson not in keeper.progress.lessons:
        raise Wrong(f"You have not begun a lesson {lesson!r}.{did_you_mean(lesson, keeper.progress.lessons)}")
    keeper.change(lambda progress: Progress() if lesson is None else progress.without(lesson))
    if keeper.problem:
        raise Failed(keeper.problem)
    say(["All lessons are as new." if lesson is None else f"{lesson} is as new."])
    return 0


for command in (check, new, preview):
    lessons.add_command(command)
