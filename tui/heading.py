"""What the header says besides the modes: what is open, by which rules, and whether it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.app_commands import with_keys
from tui.desk import Desks
from tui.lessons.place import LessonPlace
from tui.stage import Stage

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.take.lesson_view import LessonView

__all__ = ["heading"]


def heading(stage: Stage, desks: Desks, place: LessonPlace) -> tuple[str, str]:
    """The name of what is open, and what there is to say about it."""
    desk, train = desks.top, stage.train
    ownership = desk.session.run.ownership
    if stage.mode == "lessons":
        return "", ""
    if place.in_front and place.taking is not None:
        return _of_lesson(place.taking.view), ownership
    if stage.mode == "train" and train is not None:
        return train.heading
    if desks.visiting:
        return desk.program.name, f"{ownership}  {with_keys('{give_back} goes back')}"
    saved = "saved" if desk.saved else "example" if desk.is_example else "not saved"
    return desk.program.name, f"{ownership}  {saved}"


def _of_lesson(view: LessonView) -> str:
    """Which lesson is open and which of its tasks."""
    name = "practice" if view.lesson.made else f"lesson {view.lesson.ordinal}".strip()
    return f"{name}, {view.place}"
