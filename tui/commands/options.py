"""The options that several commands have, and how they are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from microcrad.files.door import folder_of

if TYPE_CHECKING:
    from microcrad.session.breakpoints import Breakpoint

__all__ = [
    "at_option",
    "json_option",
    "language_option",
    "lessons_folder",
    "own_lessons",
    "plain_option",
    "theme_option",
    "until_option",
    "whole",
]


def whole(
    least: int, most: int | None = None
) -> Callable[[click.Context, click.Parameter, str | None], int | None]:
    """Reads an option that is a whole number, `least` to `most`; a usage error for anything else."""
    wanted = f"a whole number from {least}" + ("" if most is None else f" to {most}")

    def number(ctx: click.Context, param: click.Parameter, text: str | None) -> int | None:
        if text is None:
            return None
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1
        if value < least or (most is not None and value > most):
            raise click.BadParameter(f"expected {wanted}, found {text!r}.", ctx, param)
        return value

    return number


at_option = click.option(
    "--at",
    callback=whole(0),
    metavar="EVENT",
    help="The moment after so many events of the view `all`. [the end]",
)


def _stop(ctx: click.Context, param: click.Parameter, text: str | None) -> Breakpoint | None:
    """The stop that was typed; what reads it is loaded only where one is."""
    if text is None:
        return None
    from microcrad.session.breakpoints import read_breakpoint

    try:
        return read_breakpoint(text)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


until_option = click.option(
    "--until",
    callback=_stop,
    metavar="STOP",
    help="The first moment at a stop: 'line 5' before that line, 'node w' or 'grad w' after an event of it.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object, for other programs."
)


def _theme(ctx: click.Context, param: click.Parameter, name: str | None) -> str:
    """The theme of that name; the themes are loaded only where one is named."""
    if name is None:
        return ""
    from tui.widgets.themes import THEMES

    if name not in THEMES:
        raise click.BadParameter(f"expected {', '.join(THEMES)}, found {name!r}.", ctx, param)
    return THEMES[name].name


theme_option = click.option(
    "--theme", callback=_theme, metavar="NAME", help="dark, light or high (contrast), for this time only."
)
plain_option = click.option("--plain", is_flag=True, help="One fact a line: no tables, no alignment.")
_LESSONS = "MICROCRAD_LESSONS"
own_lessons = click.option(
    "--lessons",
    "own",
    metavar="DIR",
    envvar=_LESSONS,
    help="A folder of your own lessons, which come after the others.",
)


def lessons_folder(own: str | None) -> Path | None:
    """The folder that `own_lessons` names to the command that runs; None without one.

    Raises `FileError`, which names the option or the variable it comes from, if there is no such folder.
    """
    if not own:
        return None
    source = click.get_current_context().get_parameter_source("own")
    return folder_of(own, _LESSONS if source is ParameterSource.ENVIRONMENT else "--lessons")


language_option = click.option(
    "--language",
    default="",
    metavar="CODE",
    envvar="MICROCRAD_LANGUAGE",
    help="Lessons in a language, such as de, where there is a translation.",
)
