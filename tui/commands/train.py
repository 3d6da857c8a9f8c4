"""The command that trains a network."""

from __future__ import annotations

import itertools
import json
import math
import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from microcrad.errors import DataError, FileError, SettingError, StateError
from microcrad.files.door import write_text
from microcrad.slices import finish
from microcrad.train import source
from microcrad.train.configuration import BUILT_IN, Configuration, whole_path
from microcrad.train.opened import open_sample
from microcrad.train.resuming import resuming, run_in, to_json
from microcrad.train.settings import SETTINGS, changed, differences
from microcrad.train.stop_reason import out_of_patience
from microcrad.train.training import Training
from tui.commands import train_lines as words
from tui.commands.ctrl_c import CtrlC
from tui.commands.reading import Failed, Wrong
from tui.commands.run_table import add_run, check_table
from tui.commands.setting_options import configured, in_options, setting_options, unreadable, wrong_option
from tui.saying import say, write
from tui.state_file import Kept
from tui.train.table_lines import summary
from tui.widgets.glyphs import choose
from tui.widgets.path_dialog import why_not_write

__all__ = ["train"]

T = TypeVar("T")

BAR_SECONDS = 0.1
"""How often the bar is drawn anew."""
GO_SECONDS = 0.05
"""About how long steps go on at most before somebody is answered who wants to interrupt them."""
LINES = 10
"""How many lines of progress are printed where there is no terminal."""


@click.command()
@click.argument("named", metavar="[DATA]", required=False)
@setting_options(SETTINGS)
@click.option("--csv", "csv_file", metavar="FILE", help="Learn from a CSV file; the same as --data FILE.")
@click.option("--idx", "idx_folder", metavar="DIR", help="Learn from MNIST's files in a folder.")
@click.option("--from", "begun", metavar="MODEL", help="Go on with the run in a file that --save wrote.")
@click.option("--save", "save_to", metavar="MODEL", help="Write the trained network to a file.")
@click.option(
    "--log",
    "log_to",
    metavar="FILE",
    help="Add a line with settings, scores and seed to a CSV file, to compare runs.",
)
@click.option(
    "--open", "open_at", metavar="STEP:SAMPLE",
    help="After so many steps, open a training sample's graph in the playground; without a terminal, print "
    "its program.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for other programs.")
@click.option("--plain", is_flag=True, help="One fact a line: no table, no drawing, no progress bar.")
def train(
    named: str | None,
    csv_file: str | None,
    idx_folder: str | None,
    begun: str | None,
    save_to: str | None,
    log_to: str | None,
    open_at: str | None,
    as_json: bool,
    plain: bool,
    **given: str | None,
) -> int:
    """Train a small network and print how well it does.

    DATA is a data set, a CSV file, a text file (.txt) with a word a line, or a folder with IDX files; the
    same as --data. Each comes with settings that suit it; options change them. Ctrl+C stops the run, prints
    how far it came and saves that. Exits with 1 if numbers stop being finite.

    \b
    microcrad train --data moons --hidden 16,16 --loss hinge --steps 100 --seed 1337
    microcrad train --data digits --save digits.json
    microcrad train flowers.csv --label species --test 20%
    microcrad train names --save names.json
    microcrad train --data moons --fault rate
    microcrad train --from digits.json --steps 2000 --save digits.json
    microcrad train --data moons --open 41:17
    """
    sources = [text for text in (named, given.pop("data"), csv_file, idx_folder) if text is not None]
    if len(sources) > 1:
        raise click.UsageError("DATA, --data, --csv and --idx each name the data. Name it once.", _context())
    if as_json and plain:
        raise click.UsageError("--json prints an object and --plain lines. Choose one.", _context())
    if begun is not None and sources:
        raise click.UsageError("--from names a run, which has its data. Leave the data out.", _context())
    configuration = (
        run_in(begun).configuration
        if begun is not None
        else configured(sources[0] if sources else "moons", given)
    )
    place = _step_and_sample(open_at, configuration)
    if place is not None:
        configuration = replace(configuration, steps=max(configuration.steps, place[0]))
    _check_saving(save_to, configuration)
    if log_to is not None:
        check_table(log_to)
        _check_saving(log_to, configuration, "--log")
    try:
        training = _begun(configuration, given) if begun is None else _going_on(begun, given)
    except KeyboardInterrupt:
        raise click.Abort(f"stopped before the first step.{_unsaved(save_to)}") from None
    if place is not None:
        return _open(training, *place)
    origin = training.trainer.samples.origin
    if origin is not None and not as_json:
        say([summary(training.trainer.samples), *in_options(origin.notes)], error=True)
    failed, end, code = None, "", 0
    with CtrlC() as ctrl_c:
        seconds = _trained(training, ctrl_c, quiet=as_json, plain=plain)
        try:  # Before anything is printed: whoever reads that may go at any moment.
            if log_to is not None and training.step:
                add_run(log_to, training, seconds)
            end, code = _ended(save_to, training)
        except FileError as error:
            failed = error
    if as_json:
        say([json.dumps(words.report(training, seconds), allow_nan=False)])
    else:
        say(words.outcome(training, seconds, plain=plain))
        if not plain and training.step:
            say(["", *words.drawing(training.trainer, choose())])
    if failed is not None:
        raise failed
    say([end] if end else [], error=True)
    return code


def _ended(save_to: str | None, training: Training) -> tuple[str, int]:
    """Save what is to be saved; what is said in the end, and the exit code. Raises `FileError`."""
    if training.stop is None:
        stopped = f"Stopped at step {training.step} of {training.configuration.steps}."
        return stopped + _kept_as(save_to, training), 130
    if training.stop is not None and training.stop.reason == "not finite":
        return training.stop.fact + _unsaved(save_to), 1
    if save_to is None:
        return "", 0
    write_text(save_to, to_json(training.trainer, os.path.dirname(save_to), training.history))
    return f"Saved as {save_to}.", 0


def _kept_as(save_to: str | None, training: Training) -> str:
    """Save a network as far as it was trained; what came of it, as a sentence that follows another."""
    if save_to is None or not training.step:
        return _unsaved(save_to)
    try:
        text = to_json(training.trainer, os.path.dirname(save_to), training.history)
    except StateError:  # Its numbers are not finite.
        return _unsaved(save_to)
    write_text(save_to, text)
    return f" Saved as {save_to}, as far as it came."


def _context() -> click.Context:
    return click.get_current_context()


def _unsaved(save_to: str | None) -> str:
    return "" if save_to is None else f" {save_to} was not written."


def _begun(configuration: Configuration, given: dict[str, str | None]) -> Training:
    try:
        prepared = finish(source.preparing(configuration))
        chosen = [name for name, text in given.items() if text is not None]
        return Training(source.suiting(configuration, prepared.whole, chosen), prepared)
    except SettingError as error:
        raise wrong_option(error) from None
    except (DataError, FileError) as error:
        raise unreadable(error) from None


def _check_saving(save_to: str | None, configuration: Configuration, option: str = "--save") -> None:
    """Say before a run what would lose it at its end: that nothing can be saved there."""
    if save_to is None:
        return
    wrong = why_not_write(Path(save_to))
    if wrong:
        raise Failed(f"{option}: {wrong}")
    data = whole_path(configuration.data)
    if configuration.data not in BUILT_IN and os.path.exists(save_to) and os.path.samefile(save_to, data):
        raise Wrong(f"{option}: {save_to} is the data. Name another file.")


def _going_on(begun: str, given: dict[str, str | None]) -> Training:
    """The run in a file, with the settings that were given from now on."""
    try:
        training = finish(resuming(begun))
        wanted = training.configuration
        for name, text in given.items():
            wanted = wanted if text is None else changed(wanted, name, text)
        late = [row.name for row in differences(training.configuration, wanted) if row.needs_rewind]
        if late:
            said = f"--{late[0]}: a run that has begun cannot change it. Leave it out, or begin another run."
            raise Wrong(said)
        training.trainer.change(wanted)
    except SettingError as error:
        raise wrong_option(error) from None
    except (DataError, FileError) as error:
        raise unreadable(error) from None
    if out_of_patience(training.trainer.configuration, training.trainer.best):
        raise Wrong(
            f"--from: the run in {begun} has ended, as its loss had not fallen for "
            f"{_epochs(wanted.patience)}. Say --patience {2 * wanted.patience} or --patience none to go on."
        )
    if training.step >= wanted.steps:
        more = f"Say --steps {2 * training.step} to go on."
        raise Wrong(f"--from: the run in {begun} has taken its {training.step} steps. {more}")
    return training


def _epochs(count: int) -> str:
    return f"{count} epoch{'' if count == 1 else 's'}"


def _step_and_sample(text: str | None, configuration: Configuration) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,7}):([0-9]{1,9})", text)
    if found is None:
        raise Wrong(f"--open: found {text!r}, expected STEP:SAMPLE, such as 41:17.")
    return int(found[1]), int(found[2])


def _open(training: Training, step: int, sample: int) -> int:
    """Open a sample's graph after so many steps, or print its program."""
    samples = len(training.trainer.prepared.train)
    if sample >= samples:
        raise Wrong(f"--open: there is no sample {sample}: {samples} are trained on, counted from 0.")
    while training.step < step:
        before = training.step
        training.take_step()
        if training.step == before:
            raise Failed(f"--open: step {step} is not reached. {training.notice}")
    try:
        program = open_sample(training.trainer, training.trainer.state, sample)
    except (SettingError, FileError) as error:
        raise Failed(f"--open: {error}") from None
    if all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        from tui.launch import launch

        name = Path(training.configuration.data).stem
        launch(program=Kept(program, f"{name}-{step}-{sample}.mc"))
    else:
        write(program if program.endswith("\n") else f"{program}\n")
    return 0


def _trained(training: Training, ctrl_c: CtrlC, *, quiet: bool, plain: bool) -> float:
    """Run with progress, to the end or until Ctrl+C is pressed; the seconds it took."""
    start = time.monotonic()
    steps = training.configuration.steps
    console = Console(stderr=True)
    bar = not quiet and not plain and console.is_terminal
    training.run()
    if bar:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        with Progress(*columns, console=console, transient=True) as shown:
            task, drawn = shown.add_task("training", total=steps), start
            for _ in _until(ctrl_c, training.going_on(GO_SECONDS, lambda: steps)):
                if time.monotonic() - drawn >= BAR_SECONDS:
                    drawn, loss = time.monotonic(), training.metrics.loss if training.metrics else math.nan
                    shown.update(task, completed=training.step, description=f"loss {loss:.4g}")
    else:
        next_line = 0
        going = training.going_on(GO_SECONDS, lambda: _next_line(training) - training.step)
        for _ in _until(ctrl_c, going):
            if not quiet and training.step >= next_line and training.step:
                say([words.progress(training)], error=True)
                next_line = _next_line(training)
    if training.running:
        training.pause()
    return time.monotonic() - start


def _until(ctrl_c: CtrlC, slices: Iterator[T]) -> Iterator[T]:
    """As much of a job as there is before Ctrl+C is pressed."""
    return itertools.takewhile(lambda _: not ctrl_c.pressed, slices)


def _next_line(training: Training) -> int:
    """At which step a line of progress is printed next."""
    steps = training.configuration.steps
    return (training.step * LINES // steps + 1) * steps // LINES
