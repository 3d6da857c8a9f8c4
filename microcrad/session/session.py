"""The playground as a state machine: text in, frozen snapshots out. No screen needed.

A session holds one program's text, its last good run, and where someone stands in it: a position in the
timeline, a view that says which events a walk stops at, and a selected node. The app, the commands and the
lessons all drive this one model.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from microcrad.errors import ProgramError
from microcrad.language.lower.lowering import Lowerer
from microcrad.language.network_files import NetworkFiles
from microcrad.language.parser import parse, parse_next, unix_lines
from microcrad.language.statements import Program
from microcrad.run.faults import FAULTS
from microcrad.run.interpreter import LIMITS, Limits
from microcrad.run.result import Run, running
from microcrad.run.told import told
from microcrad.session.breakpoints import Breakpoint, moved_along
from microcrad.session.moment import Moment
from microcrad.slices import finish
from microcrad.text.notices import Notices
from microcrad.timeline.leaks import forgotten
from microcrad.timeline.log import Log, View
from microcrad.timeline.search import search
from microcrad.timeline.snapshot import Snapshot
from microcrad.timeline.telling import EVERYTHING, Telling

if TYPE_CHECKING:  # Loaded when they are first asked for: the app's first frame does not wait for them.
    from microcrad.diagnosis.comparison import Beside
    from microcrad.diagnosis.diagnosis import Finding
    from microcrad.diagnosis.graph_check import GraphCheck

__all__ = ["Session"]


_NOTHING = Run(parse(""), Log(), "auto", ())
_BY_ITS_LINE = {
    "auto": "The program no longer asks for manual ownership: names hold references now.",
    "manual": "The program asks for manual ownership now: names own nothing, retain and release count.",
}
"""What is said where the text has changed the rules that it runs by."""


class Session(Notices):
    """One program and one person's place in it.

    `errors` are those of the text as it is now. `run` is the last program that could be read, run to its
    end or to its first error while running; it stays when a later text cannot be read. What of it is kept
    back, as `telling` says, is not in it.
    """

    def __init__(
        self,
        text: str = "",
        *,
        ownership: str | None = None,
        limits: Limits = LIMITS,
        folder: str | None = None,
    ) -> None:
        self.files = NetworkFiles(folder)
        """What the program loads, from the folder where its file is."""
        self._lowerer = Lowerer()
        """Has lowered the text before this one."""
        self.text = ""
        self.program = parse("")
        self.run = self._whole = _NOTHING
        self.telling = EVERYTHING
        """What may be told of the run; see `veil`."""
        self.position = 0
        self._snapshot = _NOTHING.at(0)
        self._moment: Moment | None = None
        self._stood: tuple[object, ...] = ()
        """What the moment was made of."""
        self.view = View.MATH
        self.selected: int | None = None
        self.ownership: str | None = None
        """`auto` or `manual` by the switch; None follows the program's first line."""
        self.breakpoints: tuple[Breakpoint, ...] = ()
        self.fault: str | None = None
        """The name of the fault that runs have from now on; None runs right."""
        self._beside: Beside | None = None
        """The run beside the right one, once it was asked for."""
        self._findings: tuple[Finding, ...] | None = None
        """What was found wrong with the run's numbers, once it was asked for."""
        self._found: tuple[int, int, int] | None = None
        """The finding gone to last, and where: its place among the findings, the position and the node."""
        self.notice = ""
        self._ruled_by = ""
        """The ownership that the person knows to hold: that of when they moved last."""
        self._announced: set[str] = set()
        """What was passed over and has been told."""
        self.open(text, ownership=ownership, limits=limits)

    # --- text and runs ---

    @property
    def errors(self) -> tuple[ProgramError, ...]:
        """What is wrong with the text as it is now; empty if it ran."""
        return self.program.errors or (self.run.errors if self.up_to_date else ())

    @property
    def up_to_date(self) -> bool:
        """Whether the run is of the text as it is now."""
        return self.run.program.text == self.text

    def open(self, text: str, *, ownership: str | None = None, limits: Limits = LIMITS) -> None:
        """Start on another program: nothing selected, standing just before its first `backward`.

        It goes by its own ownership unless one is given.
        """
        self.ownership = ownership
        self._whole = _NOTHING
        self._put(_NOTHING)
        self.breakpoints = self.breakpoints if unix_lines(text) == self.text else ()
        self.selected, self.position, self.notice = None, 0, ""
        self.set_text(text, limits=limits)

    def set_text(self, text: str, *, limits: Limits = LIMITS) -> None:
        """Take a new text and run it; with a fault on twice, wrong and right, each within the limits."""
        finish(self.running(text, limits=limits))

    def running(self, text: str | None = None, *, limits: Limits = LIMITS) -> Generator[int, None, None]:
        """Run a text (the current one if None) in pieces, yielding the number of events so far.

        The new run takes the old one's place when it is complete; stopping early leaves the session as it
        was, but for the text. A text with errors is not run.
        """
        before, self.text = self.text, self.text if text is None else unix_lines(text)
        self.breakpoints = moved_along(self.breakpoints, before, self.text)
        self.files.read(self.text)
        self.program = parse_next(self.text, self.files, self._lowerer)
        if not self.program.errors:
            yield from self._running(self.program, limits)

    def _running(self, program: Program, limits: Limits) -> Generator[int, None, None]:
        fault = None if self.fault is None else FAULTS[self.fault]
        self._replace((yield from running(program, self.ownership or program.ownership, limits, fault)))

    def _replace(self, run: Run) -> None:
        """Put a new run in place, standing in it where the person stood in the old one."""
        old, stood = self.run, self.position
        label = self._selected_name()
        self._whole = run
        self._put(told(run, self.telling))
        if not self._announced.issuperset(run.program.announced):
            self._announced.update(run.program.announced)
            self.tell(run.program.notice, run.program.advice)
        log = self.log
        self._ruled_by = self._ruled_by if old.log.node_count else run.ownership
        if self.ownership is None and self._ruled_by != run.ownership:
            self.tell(_BY_ITS_LINE[run.ownership], "{ownership} switches.")
        if not old.log.node_count:
            self.position = self.run.launch
            self.view = View.ALL if run.ownership == "manual" else View.MATH
        elif stood == len(old.log):
            self.position = len(log)
        elif stood in old.log.seeds and log.seeds:
            self.position = log.seeds[min(bisect_left(old.log.seeds, stood), len(log.seeds) - 1)]
        else:
            self.position = min(stood, len(log))
        names = self.snapshot.names
        if label in names:
            self.selected = names[label]
        elif self.selected is None or self.selected not in self.snapshot.nodes:
            self.selected = None
            self.select_current()

    def _put(self, run: Run) -> None:
        """Have another run, of which nothing was looked at yet."""
        self.run, self._beside, self._findings, self._found = run, None, None, None

    def _selected_name(self) -> str | None:
        names = () if self.selected is None else self.snapshot.names_of(self.selected)
        return next(iter(names), None)

    def switch_fault(self, name: str | None, *, limits: Limits = LIMITS) -> None:
        """Run the program with a fault, or right for None, staying where one stands."""
        finish(self.switching_fault(name, limits=limits))

    def switching_fault(self, name: str | None, *, limits: Limits = LIMITS) -> Generator[int, None, None]:
        """`switch_fault` in pieces, as `running` does it. A text with errors leaves the last good one to run.

        Raises `KeyError` if there is no such fault.
        """
        self.fault = None if name is None else FAULTS[name].name
        yield from self._running(self.run.program if self.program.errors else self.program, limits)

    def switch_ownership(self, *, limits: Limits = LIMITS) -> None:
        """Run the program under the other ownership rules, from where it launches."""
        other = "auto" if self.run.ownership == "manual" else "manual"
        self.open(self.text, ownership=other, limits=limits)

    # --- what may be told ---

    def veil(self, telling: Telling) -> None:
        """From now on give only what may be told: whoever looks at the session cannot see more."""
        if telling == self.telling:
            return
        self.telling = telling
        run = told(self._whole, telling)
        if run.log is self.log:
            self.run = run  # What was found in it stays.
        else:
            self._put(run)
            self.position = min(self.position, len(self.log))
            if self.selected not in self.snapshot.nodes:
                self.selected = None

    @property
    def whole(self) -> Session:
        """The session with everything told, for who has to judge what may not be seen."""
        whole = copy(self)
        whole.veil(EVERYTHING)
        return whole

    # --- looking ---

    @property
    def log(self) -> Log:
        """The timeline of the last good run, as far as it may be told."""
        return self.run.log

    @property
    def snapshot(self) -> Snapshot:
        """The moment of the run where the session stands: one object until it stands elsewhere."""
        at = self._snapshot
        if (at.log, at.position, at.telling) != (self.run.log, self.position, self.telling):
            at = self._snapshot = Snapshot(self.run.program, self.run.log, self.position, self.telling)
        return at

    @property
    def moment(self) -> Moment:
        """Where the session stands, frozen, with all there is to say of it: one object until it changes."""
        now = (
            self.run, self.snapshot, self.view, self.selected, self.text, self.errors,
            self.notice, self.advice, self._compared, self.breakpoints,
        )  # fmt: skip
        stands = (id(self.run), id(self.snapshot), *now[2:])  # They are large: being alike is not enough.
        if self._moment is None or stands != self._stood:
            self._moment, self._stood = Moment(*now), stands
        return self._moment

    @property
    def _compared(self) -> Beside | None:
        """The run beside the right one, where a fault was on."""
        run = self.run
        if run.right is None:
            return None
        if self._beside is None:
            from microcrad.diagnosis.comparison import compare

            self._beside = compare(self.run)
        return self._beside

    @property
    def current_event(self) -> int | None:
        """The last event of the view that has happened: the one the screen marks."""
        return self.log.last_before(self.position, self.view)

    @property
    def next_event(self) -> int | None:
        """The event of the view that comes next."""
        return self.log.first_from(self.position, self.view)

    # --- moving ---

    def go(self, position: int) -> None:
        """Stand after the first `position` events."""
        self.notice, self._ruled_by = "", self.run.ownership
        self.position = max(0, min(position, len(self.log)))
        if self.selected is not None and self.selected not in self.snapshot.nodes:
            self.selected = None
        self.select_current()

    # --- selecting ---

    def select(self, node: int) -> None:
        """Select a node that exists at this moment."""
        if node in self.snapshot.nodes:
            self.selected = node

    def select_current(self) -> None:
        """Select the node that the current event changed, if it changed one."""
        event = self.current_event
        node = -1 if event is None else self.log.subjects[event]
        if node >= 0:
            self.selected = node
        elif self.snapshot.leaks:  # The program has ended just now.
            self.selected = forgotten(self.snapshot)
        elif self.selected is None and self.snapshot.nodes:
            self.selected = self.snapshot.nodes[-1]

    def select_line(self, line: int) -> None:
        """Select the node that a line's statement produced last, of those that exist at this moment."""
        made = [node for node in self.snapshot.nodes if self.snapshot.span(node).line == line]
        if made:
            self.selected = made[-1]

    def find(self, text: str) -> list[int]:
        """The nodes whose name or expression contains `text`, in the order of `search`."""
        return search(self.snapshot, text, self.selected)

    # --- checking ---

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the numbers and grads of the whole run, the most serious first."""
        if self.telling.refusal:
            return ()
        if self._findings is None:
            from microcrad.diagnosis.diagnosis import diagnose

            self._findings = diagnose(self.run.end, self.run.memory_stop, self.run.errors)
        found = self._findings
        return found if self.telling.repairs else tuple(replace(each, repair="") for each in found)

    def go_to_finding(self, place: int) -> Finding:
        """Go to where a finding shows and select its node."""
        finding = self.findings[place]
        self.go(self.log.stop_after(finding.event, self.view))
        self.select(finding.node)
        self._found = place, self.position, finding.node
        return finding

    def next_finding(self) -> int | None:
        """The place of the finding after that on which one stands, else of the first; None without any."""
        if not self.findings:
            return None
        found = self._found
        stands = found is not None and found[1:] == (self.position, self.selected)
        return (found[0] + 1) % len(self.findings) if found is not None and stands else 0

    @property
    def graph_check(self) -> GraphCheck | None:
        """The gradient check of the last backward that has begun, else of the first; None without any.

        None, too, where it may not be told.
        """
        from microcrad.diagnosis.graph_check import GraphCheck

        return None if self.telling.refusal else GraphCheck.of(self.snapshot, self.run.fault)
