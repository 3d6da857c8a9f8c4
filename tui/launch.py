"""Opening the app: on a file, on a program that is in none, or on what was left; then at a lesson."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver

    from lessons.format.lesson import Lesson
    from tui.app import PlaygroundApp
    from tui.state_file import Kept

__all__ = ["launch", "settle"]

_LESSONS = "MICROCRAD_LESSONS"
"""The variable that names a folder of one's own lessons."""


def launch(
    path: Path | None = None,
    *,
    program: Kept | None = None,
    lesson: Lesson | None = None,
    lessons_folder: Path | None = None,
    language: str = "",
    theme: str = "",
    warning: str = "",
) -> int:
    """Open the app on a file, on a program that is in none, or on what was left last time; then at a lesson.

    A folder of the person's own lessons and a language are those of the environment, if none are given; the
    theme is the one chosen last. A `warning` is said first.
    Returns the exit code.
    """
    # Until the first frame nothing that is loaded and made is garbage, and looking for it takes a while.
    gc.disable()
    try:
        app = _app(path, program, lesson, lessons_folder, language, theme, warning)
        app.run()
    finally:
        gc.enable()
    return app.return_code or 0


def _app(
    path: Path | None,
    program: Kept | None,
    lesson: Lesson | None,
    lessons_folder: Path | None,
    language: str,
    theme: str,
    warning: str,
) -> PlaygroundApp:
    """Load the app and make it."""
    from microcrad.errors import FileError
    from microcrad.files.door import folder_of
    from microcrad.files.state_place import state_file
    from microcrad.session.on_disk import SESSION_SUFFIX, read_session
    from tui.app import PlaygroundApp
    from tui.app_commands import with_keys
    from tui.files import opened
    from tui.state_file import StateKeeper

    language = language or os.environ.get("MICROCRAD_LANGUAGE", "")
    if lessons_folder is None and not warning:
        try:
            lessons_folder = folder_of(os.environ.get(_LESSONS), _LESSONS)
        except FileError as error:  # The other lessons are there, and so is the person's program.
            warning = str(error)
    keeper = StateKeeper(state_file())
    current, saying = keeper.state.current, ""
    if program is None:
        program, saying = opened(path, keeper)
    else:
        saying = with_keys("Opened from a training run. {actions_letter} brings back what you had before.")
        if current is not None:
            keeper.set_aside(current)
    session = path is not None and path.suffix == SESSION_SUFFIX and os.path.lexists(path)
    place = read_session(str(path)) if session else None
    return PlaygroundApp(
        program, keeper, saying=f"{warning} {saying}".strip(), place=place,
        lesson=lesson, lessons_folder=lessons_folder, language=language, theme=theme, driver_class=_driver(),
        then=settle,
    )  # fmt: skip


def settle() -> None:
    """Tell Python's collector that what the app is made of stays, so that it need not walk it again."""
    gc.enable()
    gc.freeze()
    # A graph of 10,000 nodes is tens of thousands of objects, none of them in a cycle. The less often the
    # collector looks at them the longer it takes: this many, and three times as many that stayed, are looked
    # through within the time of a key.
    gc.set_threshold(20_000, 2, 150)


def _driver() -> type[Driver] | None:
    """What reads the keyboard and draws; None where Textual knows better."""
    if sys.platform == "win32" or os.environ.get("TEXTUAL_DRIVER"):
        return None
    from tui.terminal import TerminalDriver

    return TerminalDriver
