"""A moment: all that is shown and said of a session at once, so that everything on screen agrees.

One is made for each change of a session, and every reader is handed that one. Making it costs nothing: what
takes work is worked out when it is first asked for, and kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from microcrad.errors import ProgramError
from microcrad.records import Record
from microcrad.run.faults import Fault
from microcrad.run.result import Run
from microcrad.run.stops import MemoryStop
from microcrad.session.breakpoints import Breakpoint, BreakpointKind, nodes_of, stops
from microcrad.timeline.inspection import Inspection, inspect
from microcrad.timeline.log import Event, Kind, View
from microcrad.timeline.output import PrintedCurve, curve, prints
from microcrad.timeline.sentences import brief, result_first, sentence, spoils
from microcrad.timeline.snapshot import NodeState, Snapshot

if TYPE_CHECKING:  # The app's first frame does not wait for it.
    from microcrad.diagnosis.comparison import Beside, Comparison

__all__ = ["Direction", "EventRow", "HeapCell", "Moment", "PrintedRow"]


class Direction(StrEnum):
    """Which way something goes in an event: data forward, or a gradient backward."""

    NONE = ""
    FORWARD = "forward"
    BACKWARD = "backward"


class EventRow(Record):
    """One row of the timeline."""

    place: int
    """The event's place in the view, from 0."""
    kind: Kind
    sentence: str
    """The event, what changed and to what first: the end may be cut off."""
    is_current: bool
    happened: bool
    stops: bool
    """Whether play stops once it has happened."""


class PrintedRow(Record):
    """Something that the program has printed."""

    place: int
    """The event's place in the view, from 0."""
    line: int
    text: str
    is_current: bool


class HeapCell(Record):
    """Some neighbouring nodes of the heap."""

    state: NodeState
    is_selected: bool
    """Whether the selected node is among them."""
    is_touched: bool
    """Whether the node that the current event changed is among them."""


@dataclass(frozen=True)
class Moment:
    """Where a session stands, and what there is to say of it."""

    run: Run
    snapshot: Snapshot
    view: View
    selected: int | None
    text: str
    """The text as it is now, which may be newer than the run."""
    errors: tuple[ProgramError, ...]
    notice: str
    """What the last command did or could not do, in a sentence; or nothing."""
    advice: str
    """What commands help, their ids in braces; or nothing."""
    beside: Beside | None
    """The whole run beside the right one, where a fault was on that may be named."""
    breakpoints: tuple[Breakpoint, ...] = ()
    """The stops that are set."""

    def looks_like(self, other: Moment | None) -> bool:
        """Whether the same is to be seen of the run as at another moment: text and notices may differ.

        Where there is no node to be seen, the errors are seen as well.
        """
        if other is None or self.run is not other.run or self.snapshot is not other.snapshot:
            return False
        mine, others = (
            (each.view, each.selected, each.breakpoints, () if each.snapshot.nodes else each.errors)
            for each in (self, other)
        )
        return self.beside is other.beside and mine == others

    # --- the run ---

    @property
    def ownership(self) -> str:
        """The rules that the run went by: `auto` or `manual`."""
        return self.run.ownership

    @property
    def fault(self) -> Fault | None:
        """The fault that was on in the run, if one was; `UNKNOWN` if it may not be named."""
        return self.run.fault

    @property
    def fault_does(self) -> str:
        """What the fault does to the run, in a sentence; empty without one."""
        if self.fault is None:
            return ""
        if self.beside is None or self.beside.first_wrong is not None or self.snapshot.telling.field:
            return self.fault.what_is_wrong
        return f"It makes no difference to this program{', as far as it ran' if self.beside.note else ''}."

    @property
    def up_to_date(self) -> bool:
        """Whether the run is of the text as it is now."""
        return self.run.program.text == self.text

    @property
    def memory_stop(self) -> MemoryStop | None:
        """The touch of freed memory that ended the run, at its end."""
        return self.run.memory_stop if self.snapshot.position == self.snapshot.event_count else None

    @cached_property
    def comparison(self) -> Comparison | None:
        """The run beside the right one, where a fault was on."""
        if self.beside is None:
            return None
        found = self.beside.at(self.snapshot.position)
        return replace(found, first_wrong=None) if self.snapshot.telling.field else found  # It says numbers.

    # --- the current event ---

    @cached_property
    def current(self) -> int | None:
        """The last event of the view that has happened: the one the screen marks."""
        return self.snapshot.log.last_before(self.snapshot.position, self.view)

    @cached_property
    def next(self) -> int | None:
        """The event of the view that comes next."""
        return self.snapshot.log.first_from(self.snapshot.position, self.view)

    @cached_property
    def progress(self) -> tuple[int, int]:
        """How many events of the view have happened, and how many there are."""
        at = self.snapshot
        return at.log.count_before(at.position, self.view), len(at.in_view(self.view))

    @cached_property
    def event(self) -> Event | None:
        """The current event, spelled out."""
        return None if self.current is None else self.snapshot.event(self.current)

    @property
    def touched(self) -> int:
        """The node that the current event changed, or -1."""
        return -1 if self.event is None else self.event.node

    @property
    def line(self) -> int:
        """The line that the current event came from; 0 without one."""
        return 0 if self.event is None else self.event.span.line

    @property
    def direction(self) -> Direction:
        """Which way the current event goes."""
        if self.event is None:
            return Direction.NONE
        backward = self.event.kind in (Kind.SEED, Kind.EDGE)
        return Direction.BACKWARD if backward else Direction.FORWARD

    @property
    def spoils(self) -> bool:
        """Whether the current event's numbers would show what is hidden."""
        return self.event is not None and spoils(self.snapshot, self.event)

    @property
    def goes_wrong(self) -> bool:
        """Whether this is where the run departs from the right one."""
        first_wrong = None if self.comparison is None else self.comparison.first_wrong
        return first_wrong is not None and first_wrong.position == self.snapshot.position

    # --- where play stops ---

    @cached_property
    def stops(self) -> dict[int, Breakpoint]:
        """The positions where play stops, in order, each with the stop that is met there."""
        return stops(self._end, self.view, self.breakpoints)

    @cached_property
    def stop_nodes(self) -> frozenset[int]:
        """The nodes that stops are set on."""
        return frozenset(node for each in self.breakpoints for node in nodes_of(self._end, each))

    @cached_property
    def stop_lines(self) -> frozenset[int]:
        """The lines that stops are set on."""
        return frozenset(int(each.what) for each in self.breakpoints if each.kind is BreakpointKind.LINE)

    @property
    def _end(self) -> Snapshot:
        return self.snapshot.moved(self.snapshot.event_count)

    @property
    def stop_places(self) -> list[int]:
        """The places in the view of the events after which play stops."""
        log = self.snapshot.log
        return [max(log.count_before(position, self.view) - 1, 0) for position in self.stops]

    def stop_between(self, after: int, position: int) -> int | None:
        """The first position where play stops after one position, up to another; None without one."""
        return next((stop for stop in self.stops if after < stop <= position), None)

    # --- in words ---

    @cached_property
    def told(self) -> str:
        """The current event in a sentence; empty without one."""
        return "" if self.event is None else sentence(self.snapshot, self.event)

    @cached_property
    def sentence(self) -> str:
        """What just happened, and what went wrong in it for the first time; empty if nothing has happened."""
        first_wrong = None if self.comparison is None else self.comparison.first_wrong
        if first_wrong is not None and self.goes_wrong:
            return f"{self.told}. First wrong: {first_wrong.sentence}"
        return self.told

    @cached_property
    def coming(self) -> str:
        """The next event in a few words; empty without one."""
        if self.next is None:
            return ""
        return brief(self.snapshot.moved(self.next), self.snapshot.event(self.next))

    # --- what was printed ---

    @cached_property
    def prints(self) -> list[int]:
        """The events so far that printed something; none while a number is kept back."""
        return prints(self.snapshot)

    def printed(self, first: int, count: int) -> list[PrintedRow]:
        """So many of them, from one on."""
        at, rows = self.snapshot, []
        for index in self.prints[first : first + count]:
            event, place = at.event(index), at.log.count_before(index, self.view)
            rows.append(PrintedRow(place, event.span.line, event.text, index == self.current))
        return rows

    @cached_property
    def printed_curve(self) -> PrintedCurve | None:
        """The numbers of the `print` that printed last, of those that have printed several."""
        return curve(self.snapshot, self.prints)

    # --- the selected node ---

    @cached_property
    def selected_label(self) -> str:
        """What to call the selected node; empty if none is selected."""
        return "" if self.selected is None else self.snapshot.label(self.selected)

    @property
    def selected_line(self) -> int:
        """The line that made the selected node; 0 if none is selected."""
        return 0 if self.selected is None else self.snapshot.span(self.selected).line

    @cached_property
    def about(self) -> Inspection | None:
        """The selected node explained."""
        return None if self.selected is None else inspect(self.snapshot, self.selected)

    # --- rows on request ---

    def rows(self, first: int, count: int) -> list[EventRow]:
        """So many events of the view, what changed first, from a place in it on."""
        at, current = self.snapshot, self.current
        rows = []
        for place, index in enumerate(at.in_view(self.view)[first : first + count], first):
            event = at.event(index)
            happened = current is not None and index <= current
            after = at.log.stop_after(index, self.view)
            stopped = bool(self.breakpoints) and self.stop_between(index, after) is not None
            told = happened or at.telling.ahead
            said = result_first(at, event) if told else brief(at.moved(index), event)
            rows.append(EventRow(place, event.kind, said, index == current, happened, stopped))
        return rows

    def stop_at(self, place: int) -> int | None:
        """The position just after the event at a place of the view; None if there is none there."""
        events = self.snapshot.in_view(self.view)
        return self.snapshot.log.stop_after(events[place], self.view) if 0 <= place < len(events) else None

    def cells(self, first: int, count: int, size: int) -> list[HeapCell]:
        """So many cells of the heap from one on, of `size` neighbouring nodes each."""
        nodes, selected, touched = self.snapshot.nodes, self.selected, self.touched
        every = (nodes[cell * size : (cell + 1) * size] for cell in range(first, first + count))
        return [HeapCell(self.state(some), selected in some, touched in some) for some in every if some]

    def state(self, nodes: range) -> NodeState:
        """What became of some neighbouring nodes: of the one that most needs to be seen."""
        at, leaks = self.snapshot, self.snapshot.leaks
        if leaks and any(node in leaks for node in nodes):
            return NodeState.LEAKED
        freed_at = at.log.freed_at[nodes.start : nodes.stop]
        return NodeState.LIVE if any(not 0 <= freed < at.position for freed in freed_at) else NodeState.FREED

    def curve_position(self, point: int, points: int) -> int:
        """The position that a point of `live_curve` stands for."""
        return -(-point * self.snapshot.event_count // max(points - 1, 1))

    def live_curve(self, points: int) -> tuple[list[int], int]:
        """How many nodes were live at so many moments all along the run, and which of these is now."""
        at = self.snapshot
        curve, here = at.log.live_curve(points), at.position * (points - 1) // max(at.event_count, 1)
        return curve if at.telling.ahead else [*curve[: here + 1], *[0] * (points - here - 1)], here
