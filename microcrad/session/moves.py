"""The moves of a session: the one table of them, which keys, lessons' scripts and plain commands read.

A move leads from where one stands in the timeline to another place of it, or says why it does not.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

from microcrad.records import Record
from microcrad.timeline.log import Kind, View
from microcrad.timeline.output import prints

if TYPE_CHECKING:
    from microcrad.session.session import Session

__all__ = ["MOVES", "PLACES", "Move", "make_move"]


class Move(Record):
    """One way to go on or back in a session."""

    id: str
    does: str
    """A sentence for lists and help, without a full stop."""
    words: tuple[str, ...]
    """Other words people type for it."""
    go: Callable[[Session], None]
    place: str = ""
    """What lessons' scripts call where it leads; empty if they do not go there by it."""


def make_move(session: Session, name: str) -> None:
    """Make one move of the table, by its id."""
    MOVES[name].go(session)


def _next(session: Session) -> None:
    event, log = session.next_event, session.log
    if event is not None and log.kinds[event] == Kind.SEED and session.position < event:
        session.go(event)  # What the last lines allocated is there; the gradient comes next.
    elif event is not None:
        session.go(log.stop_after(event, session.view))
    elif session.position < len(log):
        session.go(len(log))
    elif session.errors and not len(log):
        session.tell(f"Line {session.errors[0].line} needs fixing.", "{edit} goes there.")
    elif not log.node_count:
        session.tell("There is no node yet.", "Press {edit} and write a line, such as a = 2.")
    elif not log.view_events(view := session.view):
        session.tell(f"There is no event in the {view} view.", "{view} shows others." if len(log) else "")
    else:
        session.tell("Last event.", "Press {start_of_backward}: start of backward." if log.seeds else "")


def _previous(session: Session) -> None:
    log, view = session.log, session.view
    event = session.current_event
    if event is not None and log.stop_after(event, view) >= session.position:
        event = log.last_before(event, view)
    stop = 0 if event is None else log.stop_after(event, view)
    # Where a backward starts is a stop of its own, even where only leaves come between.
    place = bisect_left(log.seeds, session.position) if view is not View.MEMORY else 0
    if session.position:
        session.go(max(stop, log.seeds[place - 1] if place else 0))
    else:
        session.tell("First event.")


def _next_touching(session: Session) -> None:
    _touching(session, forwards=True)


def _previous_touching(session: Session) -> None:
    _touching(session, forwards=False)


def _touching(session: Session, *, forwards: bool) -> None:
    node, log, view = session.selected, session.log, session.view
    if node is None:
        session.tell("No node is selected.", "Choose one with the arrows first.")
        return
    touches = [event for event in log.touches(node) if log.shown(event, view)]
    stops = [log.stop_after(event, view) for event in touches]
    place = bisect_right(stops, session.position) if forwards else bisect_left(stops, session.position) - 1
    if 0 <= place < len(stops):
        session.go(stops[place])
        session.selected = node
    else:
        end = "later" if forwards else "earlier"
        session.tell(f"No {end} event in this view touches {session.snapshot.label(node)}.")


def _next_line(session: Session) -> None:
    log = session.log
    place = bisect_right(log.lines, session.position)
    if session.position == len(log):
        session.tell("Last line.")
    else:
        session.go(log.lines[place] if place < len(log.lines) else len(log))


def _previous_line(session: Session) -> None:
    place = bisect_left(session.log.lines, session.position)
    if session.position == 0:
        session.tell("First line.")
    else:
        session.go(session.log.lines[place - 1] if place else 0)


def _first(session: Session) -> None:
    session.go(0)


def _last(session: Session) -> None:
    session.go(len(session.log))


def _start_of_backward(session: Session) -> None:
    """Just before the nearest earlier `backward`, or before the first if none is earlier."""
    seeds = session.log.seeds
    if not seeds:
        session.tell("This program never calls backward. Add a line: backward(name).")
        return
    place = bisect_left(seeds, session.position)
    if place == 0 and session.position == seeds[0]:
        session.tell("This is where the first backward starts.")
    else:
        session.go(seeds[max(place - 1, 0)])


def _next_print(session: Session) -> None:
    _print(session, forwards=True)


def _previous_print(session: Session) -> None:
    _print(session, forwards=False)


def _print(session: Session, *, forwards: bool) -> None:
    log, at = session.log, session.snapshot
    if at.telling.field:
        session.tell(at.telling.refusal)
        return
    stops = [log.stop_after(event, session.view) for event in prints(at.moved(len(log)))]
    place = bisect_right(stops, at.position) if forwards else bisect_left(stops, at.position) - 1
    if 0 <= place < len(stops):
        session.go(stops[place])
    else:
        session.tell(f"Nothing is printed {'later' if forwards else 'earlier'}.")


def _next_stop(session: Session) -> None:
    _stop(session, forwards=True)


def _previous_stop(session: Session) -> None:
    _stop(session, forwards=False)


def _stop(session: Session, *, forwards: bool) -> None:
    positions, at = list(session.moment.stops), session.position
    place = bisect_right(positions, at) if forwards else bisect_left(positions, at) - 1
    if not session.breakpoints:
        session.tell("No stop is set.", "{breakpoint} sets one.")
    elif 0 <= place < len(positions):
        session.go(positions[place])
    else:
        session.tell(f"No stop is {'later' if forwards else 'earlier'} in this run.")


def _view(session: Session) -> None:
    views = list(View)
    session.view = views[(views.index(session.view) + 1) % len(views)]


MOVES = {
    row.id: row
    for row in (
        Move("next", "Go to the next event of the view", ("step", "forward"), _next, "next"),
        Move(
            "previous", "Go back one event of the view", ("back", "before", "previous"), _previous, "previous"
        ),
        Move(
            "next_touching",
            "Go to the next event that touches the selected node",
            ("here", "touch", "node"),
            _next_touching,
        ),
        Move(
            "previous_touching",
            "Go back to an event that touches the selected node",
            ("here", "touch", "node"),
            _previous_touching,
        ),
        Move("next_line", "Go to where the next line starts", ("line", "over"), _next_line),
        Move("previous_line", "Go back to where a line starts", ("line", "step out"), _previous_line),
        Move(
            "first", "Go to before the first event",
            ("start", "home", "rewind", "restart", "reset"), _first, "start",
        ),
        Move("last", "Go to the end", ("end", "finish"), _last, "end"),
        Move("next_stop", "Go on to the next stop", ("breakpoint", "continue", "until"), _next_stop),
        Move("previous_stop", "Go back to the stop before", ("breakpoint", "reverse"), _previous_stop),
        Move("next_print", "Go on to the next print", ("output", "log"), _next_print),
        Move("previous_print", "Go back to the print before", ("output", "log"), _previous_print),
        Move(
            "start_of_backward", "Go back to the start of backward", ("grad", "gradient", "backprop"),
            _start_of_backward,
        ),
        Move("view", "Walk by other events: math, memory, all", ("memory", "math", "filter"), _view),
    )
}  # fmt: skip
"""Every move, by its id."""

PLACES = {row.place: row for row in MOVES.values() if row.place}
"""The moves that lessons' scripts make, by what they call where it leads."""
