"""Where progress is kept: one TOML file in the user's data directory, which no accident may cost anybody.

It is written whole, under a lock, and what another copy of the app wrote meanwhile is read first, so every
change is made to the newest state. A file that cannot be read is set aside under another name and never
overwritten; one of a newer version is left alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from lessons.progress.progress import Progress, StepProgress, from_toml, to_toml
from microcrad.files.kept import KeptFile, KeptForm

if TYPE_CHECKING:  # The app looks for progress as it starts.
    from lessons.take.lesson_view import LessonView

__all__ = ["ProgressKeeper", "progress_file"]

_VARIABLE = "MICROCRAD_PROGRESS"


def progress_file() -> Path:
    """Where progress is kept; `MICROCRAD_PROGRESS` names another file."""
    named = os.environ.get(_VARIABLE)
    return Path(named) if named else platformdirs.user_data_path("microcrad") / "progress.toml"


class ProgressKeeper:
    """Reads the progress, and changes it as the file has it by then."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = KeptFile(path, Progress(), _form(path))

    @property
    def progress(self) -> Progress:
        """The progress as it was read or changed last."""
        return self._file.value

    @property
    def problem(self) -> str:
        """What went wrong last, in a sentence; empty if nothing did."""
        return self._file.problem

    def change(self, changing: Callable[[Progress], Progress]) -> Progress:
        """Change the progress as the file has it now. What cannot be kept counts until the app ends."""
        return self._file.change(changing)

    def saw(self, view: LessonView, now: datetime) -> None:
        """Keep where a lesson that is being taken stands."""
        passed = now if view.passed else None
        step = StepProgress(passed, view.solution_seen, view.tried, len(view.hints))
        self.change(
            lambda progress: progress.at_step(view.lesson.id, view.step.slug, now, step, done=view.done)
        )


def _form(path: Path) -> KeptForm[Progress]:
    return KeptForm(
        from_toml,
        lambda progress: to_toml(progress).encode(),
        Progress.merged,
        "Your progress cannot be read and starts anew.",
        f"Progress cannot be kept in {path}",
        _VARIABLE,
    )
