"""The command that says what becomes of a table before anything is learned from it."""

from __future__ import annotations

import json

import click

from microcrad.errors import DataError, FileError
from microcrad.slices import finish
from microcrad.train import source
from microcrad.train.settings import READING
from tui.commands.setting_options import configured, in_options, setting_options, unreadable
from tui.commands.train_lines import table_report
from tui.saying import say
from tui.train.table_lines import columns, divided, summary

__all__ = ["data"]


@click.command()
@click.argument("file")
@setting_options(READING)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for other programs.")
@click.option("--plain", is_flag=True, help="One fact a line: no tables, no alignment.")
def data(file: str, as_json: bool, plain: bool, **given: str | None) -> int:
    """Say what training would make of a table: its columns, the label and its classes, the split.

    FILE is a CSV file. Options say how it is to be read, as they do for `microcrad train`.

    \b
    microcrad data flowers.csv
    microcrad data people.csv --label age --drop name,id --gaps mean
    """
    configuration = configured(file, given)
    try:
        prepared = finish(source.preparing(configuration))
    except (DataError, FileError) as error:
        raise unreadable(error) from None
    samples = prepared.whole
    if as_json:
        say([json.dumps(table_report(prepared))])
        return 0
    say([summary(samples)])
    if samples.origin is not None:
        say(["", *columns(samples, plain=plain), "", *in_options(samples.origin.notes)])
    say([divided(prepared)])
    return 0
