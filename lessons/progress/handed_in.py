"""What a learner hands in: one file with what was done in lessons, which no other progress is merged with.

A digest stands at its end. It shows that a file was changed by hand or damaged on its way; it is no
signature, and keeps nobody from making a file anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lessons.progress.progress import COUNTS, LessonProgress, Progress, StepProgress
from lessons.take.tried import Tried
from microcrad.files.saved_things import Fields, SavedFormat
from microcrad.files.types import COUNT, FLAG, TEXT, Type

__all__ = ["LearnerReport", "is_report", "read_report", "report_text"]

MOST_NAME = 80
"""How many characters of a learner's name are kept."""


@dataclass(frozen=True, slots=True)
class LearnerReport:
    """What one learner handed in."""

    name: str
    """As the learner gave it; may be empty."""
    made: datetime
    progress: Progress
    """What was done in lessons; practice is no part of it."""


def report_text(progress: Progress, name: str, now: datetime) -> str:
    """A report as the text of a file."""
    document: dict[str, Any] = {
        "format": _SAVED.name,
        "version": _SAVED.version,
        "name": name.strip()[:MOST_NAME],
        "made": now.isoformat(timespec="seconds"),
        "lessons": {id_: _lesson(each) for id_, each in sorted(progress.lessons.items())},
    }
    return json.dumps({**document, "digest": _digest(document)}, indent=1, ensure_ascii=False) + "\n"


def is_report(text: str) -> bool:
    """Whether a text is meant to be a report, sound or not."""
    return text.lstrip().startswith("{") and f'"{_SAVED.name}"' in text


def read_report(text: str, called: str) -> LearnerReport:
    """The report in the text of a file, which messages call `called`.

    Raises `ContentError` if it is none, is damaged or was changed; `NewerError` for one of a newer version.
    """
    fields = _SAVED.read(text, called)
    digest = fields.take("digest", TEXT)
    if digest != _digest({key: value for key, value in fields.found.items() if key != "digest"}):
        raise fields.damaged("digest", "that of another file", "the digest of what stands above it")
    lessons = {id_: _read_lesson(each) for id_, each in fields.tables("lessons").items()}
    made = datetime.fromisoformat(fields.take("made", _TIME))
    return LearnerReport(fields.take("name", TEXT)[:MOST_NAME], made, Progress(lessons))


def _digest(document: Mapping[str, Any]) -> str:
    """The digest of a document, however it is laid out."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _lesson(done: LessonProgress) -> dict[str, Any]:
    tasks = {
        slug: {
            "passed": _written(step.passed), "seen": step.seen, "tries": step.tries, "hints": step.hints,
            "met": dict(step.tried.met), "wrong": dict(step.tried.wrong),
        }
        for slug, step in sorted(done.steps.items())
    }  # fmt: skip
    return {"left": _written(done.left), "finished": _written(done.finished), "tasks": tasks}


def _written(when: datetime | None) -> str:
    return "" if when is None else when.isoformat(timespec="seconds")


def _read_lesson(fields: Fields) -> LessonProgress:
    steps = {slug: _read_task(task) for slug, task in fields.tables("tasks").items()}
    return LessonProgress(steps, "", _when(fields, "left"), _when(fields, "finished"))


def _read_task(fields: Fields) -> StepProgress:
    tried = Tried(fields.take("tries", COUNT), fields.take("met", COUNTS), fields.take("wrong", COUNTS))
    return StepProgress(
        _when(fields, "passed"), fields.take("seen", FLAG), tried, fields.take("hints", COUNT)
    )


def _when(fields: Fields, key: str) -> datetime | None:
    text = fields.take(key, _TIME_OR_NONE)
    return datetime.fromisoformat(text) if text else None


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


_TIME = Type("a time such as 2026-03-04T12:30:00+00:00", _is_time)
_TIME_OR_NONE = Type(f"{_TIME.name}, or nothing", lambda value: value == "" or _is_time(value))
_SAVED = SavedFormat(
    "a report of what was done in lessons", 1, "microcrad-report",
    choose="Choose a file that microcrad lessons progress report wrote.",
    again="Ask for it once more.",
)  # fmt: skip
