"""What esc does: it leaves what is nearest, one thing at a time, and never changes the mode by itself."""

from __future__ import annotations

from tui.app_commands import with_keys
from tui.desk import Desks
from tui.lessons.place import LessonPlace
from tui.programs import Programs
from tui.stage import Stage

__all__ = ["leave_nearest"]

_NOTHING = with_keys(
    "Nothing is open here to leave. {playground}, {train}, {lessons} change the mode; {quit_letter} quits."
)


def leave_nearest(stage: Stage, desks: Desks, programs: Programs, place: LessonPlace) -> None:
    """Leave the nearest of: a run going on, a zoomed pane, a field, a lesson, a sample that was opened.

    Fields of the program and dialogs leave themselves. Where there is nothing it says which keys lead on.
    """
    train, playground = stage.train, stage.playground
    if programs.stop_reading():
        return
    if stage.mode == "train" and train is not None and (train.going.stop_work() or train.panes.unzoom()):
        return
    if stage.mode == "playground" and (playground.stop_run() or playground.panes.unzoom()):
        return
    if place.give_back():
        return
    if stage.mode == "playground" and desks.visiting:
        stage.show_mode(desks.top.leaves_to)
    elif stage.mode == "playground":
        playground.notice(_NOTHING)
    else:
        stage.app.notify(_NOTHING)
