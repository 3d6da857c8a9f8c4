"""What esc does: it leaves what is nearest, one thing at a time, and never changes the mode by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.app_commands import with_keys

if TYPE_CHECKING:
    from tui.app import PlaygroundApp

__all__ = ["leave_nearest"]

_NOTHING = with_keys(
    "Nothing is open here to leave. {playground}, {train}, {lessons} change the mode; {quit_letter} quits."
)


def leave_nearest(app: PlaygroundApp) -> None:
    """Leave the nearest of: a run going on, a zoomed pane, a field, a lesson, a sample that was opened.

    Fields of the program and dialogs leave themselves. Where there is nothing it says which keys lead on.
    """
    stage, train = app.stage, app.stage.train
    if app.programs.stop_reading():
        return
    if stage.mode == "train" and train is not None and (train.going.stop_work() or train.panes.unzoom()):
        return
    if stage.mode == "playground" and (app.playground.stop_run() or app.playground.panes.unzoom()):
        return
    if app.place.give_back():
        return
    if stage.mode == "playground" and app.desks.visiting:
        stage.show_mode(app.desks.top.leaves_to)
    elif stage.mode == "playground":
        app.playground.notice(_NOTHING)
    else:
        app.clear_notifications()  # Said once, however often it is asked.
        app.notify(_NOTHING)
