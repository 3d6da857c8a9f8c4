"""The settings as options of commands: of `train`, of `data`, and of `predict` those of reading a table."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from microcrad.data.remedies import said_otherwise
from microcrad.errors import DataError, FileError, SettingError
from microcrad.text.near import did_you_mean
from microcrad.train.configuration import BUILT_IN, Configuration, recipe
from microcrad.train.settings import SETTINGS, changed, value_of
from tui.commands.reading import Failed, Wrong

__all__ = ["configured", "in_options", "setting_options", "unreadable", "values", "wrong_option"]


def setting_options(names: Iterable[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option for each of some rows of the table of settings."""

    def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(tuple(names)):
            row = SETTINGS[name]
            help_ = f"{row.does} {_capital(row.expects)}."
            command = click.option(_option(name), name, metavar="TEXT", help=help_)(command)
        return command

    return with_options


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def configured(named: str, given: Mapping[str, str | None]) -> Configuration:
    """The settings that suit the data, with those that were given."""
    if named not in BUILT_IN and not _is_there(named):
        raise Wrong(
            f"there is no data set or file {named!r}: choose from {', '.join(BUILT_IN)}, or name a CSV file, "
            f"a text file or a folder with IDX files.{did_you_mean(named, BUILT_IN)}"
        )
    configuration = recipe(named)
    for name, row in SETTINGS.items():  # In their order: some decide whether later ones apply.
        text = given.get(name)
        if text is not None:
            if not row.applies(configuration):
                raise Wrong(f"{_option(name)}: {named} has no such setting with the others. Leave it out.")
            try:
                configuration = changed(configuration, name, text)
            except SettingError as error:
                raise wrong_option(error) from None
    return configuration


def _is_there(path: str) -> bool:
    """Whether there is something of that name. Raises `Failed` for a name that nothing can have."""
    try:
        os.lstat(os.path.expanduser(path))
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise Failed(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    return True


def values(given: Mapping[str, str | None]) -> dict[str, Any]:
    """What those mean that were given."""
    found = {}
    for name, text in given.items():
        if text is not None:
            try:
                found[name] = value_of(name, text)
            except SettingError as error:
                raise wrong_option(error) from None
    return found


def wrong_option(error: SettingError) -> Wrong:
    """What is wrong with a setting, said of its option."""
    name, colon, wrong = str(error).partition(":")
    return Wrong(f"{_option(name)}{colon}{wrong}")


def unreadable(error: DataError | FileError) -> Failed:
    """That data cannot be had, with the options that mend it."""
    name, colon, wrong = str(error).partition(":")
    told = f"{_option(name)}{colon}{wrong}" if name in SETTINGS else str(error)
    return Failed(*in_options([told]))


def in_options(told: Iterable[str]) -> list[str]:
    """What is said of a table, with options where it speaks of settings."""
    return [
        said_otherwise(text, lambda name, value: f"say {_option(name)} {shlex.quote(value)}") for text in told
    ]


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
