"""The commands of a class: a learner's report, and a teacher's table of all that were handed in."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from microcrad.errors import ContentError, FileError
from microcrad.files.door import write_text
from tui.commands.lesson_files import catalogue_of
from tui.commands.options import own_lessons, plain_option
from tui.commands.reading import Failed, Wrong, saved_text_in
from tui.saying import say, write

if TYPE_CHECKING:
    from lessons.progress.handed_in import LearnerReport

__all__ = ["gather", "report"]


@click.command()
@click.argument("file", required=False, default="-")
@click.option("--name", default="", help="Your name, as the teacher's table is to have it.")
def report(file: str, name: str) -> int:
    """Write what you did in lessons to FILE, to hand it in.

    It has the lessons, their tasks, tries, hints, wrong answers and days, and a digest that shows whether it
    was changed. Without FILE it goes to standard output.

    \b
    microcrad lessons progress report --name "Ada" ada.json
    """
    from lessons.progress.handed_in import report_text
    from lessons.progress.progress_file import ProgressKeeper, progress_file

    keeper = ProgressKeeper(progress_file())
    if keeper.problem:
        raise Failed(keeper.problem)
    if not keeper.progress.lessons:
        raise Failed("No lesson was begun yet, so there is nothing to report. Try: microcrad lessons list")
    text = report_text(keeper.progress, name, datetime.now(UTC))
    if file == "-":
        write(text)
        return 0
    write_text(file, text)
    count = len(keeper.progress.lessons)
    whose = f" of {name.strip()}" if name.strip() else ""
    say([f"Wrote the report{whose} to {file}: {count} lesson{'' if count == 1 else 's'}."])
    return 0


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--csv", "csv_", is_flag=True, help="As CSV: a line for each learner and lesson.")
@click.option("--json", "json_", is_flag=True, help="As JSON: all of it.")
@plain_option
@own_lessons
def gather(files: tuple[str, ...], csv_: bool, json_: bool, plain: bool, own: str | None) -> int:
    """Set the reports of a class side by side.

    Each FILE is a report, or a folder of them. It says, by learner and lesson, what was passed, in how many
    tries and with how many hints, and on which day last; then the misconceptions that most learners met, and
    the wrong answers that most gave. Nothing comes into your own progress. A report that cannot be read,
    was changed or is there twice is named and left out, and the command exits with 1.

    \b
    microcrad lessons progress gather reports/
    microcrad lessons progress gather reports/*.json --csv > class.csv
    """
    from lessons.progress.class_table import gather as gathered
    from lessons.progress.handed_in import read_report
    from tui.commands import class_lines

    if csv_ + json_ + plain > 1:
        raise Wrong("--csv, --json and --plain each say how it is written. Choose one.")
    found: dict[str, LearnerReport] = {}
    problems = []
    for file in _reports(files):
        try:
            report = read_report(saved_text_in(file), repr(file))
            if (same := next((name for name, each in found.items() if each == report), None)) is not None:
                problems.append(f"{file!r} is the same report as {same!r}.")
                continue
            found[file] = report
        except (ContentError, FileError, click.ClickException) as error:
            problems.append(error.format_message() if isinstance(error, click.ClickException) else str(error))
    say((f"Left out: {problem}" for problem in problems), error=True)
    if found:
        table = gathered(_by_shortest_name(found), catalogue_of(own).lessons)
        if csv_ or json_:
            write(class_lines.as_csv(table) if csv_ else class_lines.as_json(table))
        else:
            say(class_lines.facts(table) if plain else class_lines.table(table))
    return 1 if problems or not found else 0


def _reports(files: tuple[str, ...]) -> list[str]:
    """The files that are named, and those in folders that are, each once."""
    found: list[str] = []
    for file in files:
        inside = sorted(str(each) for each in Path(file).glob("*.json")) if os.path.isdir(file) else [file]
        if not inside:
            raise Wrong(f"There is no report in {file!r}: reports are files whose names end in .json.")
        found += [each for each in inside if each not in found]
    return found


def _by_shortest_name(found: dict[str, LearnerReport]) -> dict[str, LearnerReport]:
    """By the names of the files, without their folders where those tell nothing."""
    names = [os.path.basename(file) for file in found]
    return dict(zip(names, found.values(), strict=True)) if len({*names}) == len(names) else found
