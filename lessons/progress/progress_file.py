"""Where progress is kept: one TOML file in the user's data directory, which no accident may cost anybody.

It is written whole, under a lock, and what another copy of the app wrote meanwhile is read first, so every
change is made to the newest state. A file that cannot be read is set aside under another name and never
overwritten; one of a newer version is left alone.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from lessons.progress.progress import VERSION, Progress, from_document, to_toml
from microcrad.files.door import replace_file
from microcrad.files.kept import locked, put_aside

if TYPE_CHECKING:  # The app looks for progress as it starts.
    from lessons.take.taking import LessonView

__all__ = ["Keeper", "progress_file", "read_progress"]


def progress_file() -> Path:
    """Where progress is kept; `MICROCRAD_PROGRESS` names another file."""
    named = os.environ.get("MICROCRAD_PROGRESS")
    return Path(named) if named else platformdirs.user_data_path("microcrad") / "progress.toml"


def read_progress(path: Path) -> Progress:
    """The progress in a file. Raises `OSError`, or `ValueError` if it is none of ours."""
    return from_document(tomllib.loads(path.read_text(encoding="utf-8")))


class Keeper:
    """Reads the progress, and changes it. `problem` says in a sentence what went wrong last, or nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""
        self._progress = Progress()
        self._unkept = False
        """Whether there is something in it that could not be written."""
        self.change(lambda progress: progress)

    @property
    def progress(self) -> Progress:
        """The progress as it was read or changed last."""
        return self._progress

    def change(self, changing: Callable[[Progress], Progress]) -> Progress:
        """Change the progress as the file has it now. What cannot be kept counts until the app ends."""
        self.problem = ""
        try:
            with locked(self.path.with_suffix(".lock")):
                found = self._read()
                before = found or Progress()
                self._progress = changing(before.merged(self._progress) if self._unkept else before)
                if self._progress != found and not (found is None and self._progress == Progress()):
                    self._write()
                self._unkept = False
        except OSError as error:
            self._progress, self._unkept = changing(self._progress), True
            self.problem = f"Progress cannot be kept in {self.path}: {error.strerror or error}."
        return self._progress

    def saw(self, view: LessonView, now: datetime) -> None:
        """Keep where a lesson that is being taken stands."""
        self.change(
            lambda progress: progress.at_step(
                view.lesson.id, view.step.slug, now,
                passed=view.passed, seen=view.solution_seen, tries=view.tries, done=view.done,
            )
        )  # fmt: skip

    def _read(self) -> Progress | None:
        """What the file holds; None if there is none that can be used."""
        try:
            return read_progress(self.path)
        except FileNotFoundError:
            return None
        except ValueError as error:
            if _is_newer(self.path):
                raise OSError(0, "it was written by a newer microcrad, and is left as it is") from None
            aside = put_aside(self.path)
            self.problem = (
                "Your progress cannot be read and starts anew. "
                f"The old file is now {aside.name} in {aside.parent}. ({error}.)"
            )
            return None

    def _write(self) -> None:
        replace_file(self.path, to_toml(self._progress).encode(), private=True)


def _is_newer(path: Path) -> bool:
    try:
        version = tomllib.loads(path.read_text(encoding="utf-8")).get("version")
    except ValueError:
        return False
    return isinstance(version, int) and version > VERSION
