"""What the plain commands say, as lines of text. Nothing here prints, reads files or knows of click."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from microcrad.diagnosis.comparison import Comparison, compare
from microcrad.errors import ProgramError
from microcrad.run.result import Run
from microcrad.text.near import did_you_mean
from microcrad.text.numbers import aligned, full
from microcrad.timeline.inspection import inspect
from microcrad.timeline.leaks import Leak, leak_report
from microcrad.timeline.log import Kind, View
from microcrad.timeline.sentences import sentence
from microcrad.timeline.snapshot import HeapState, NodeRow, Snapshot
from tui.commands.beside import banner, differences, first_wrong, verdict
from tui.widgets.wrap import cell_len, clip, fit

__all__ = [
    "diagnostic",
    "diagnostics",
    "events",
    "exactly",
    "explanation",
    "no_such_node",
    "outcome",
]

MAX_NAME = 40
"""The widest a table's first column gets, in cells."""
MAX_SOURCE = 90
"""How many characters of a source line are shown around an error."""


def exactly(at: Snapshot, *, plain: bool) -> Snapshot:
    """A moment, of which sentences give every digit if they are said `plain`; what is kept back stays so."""
    return replace(at, telling=at.telling._replace(exact=True)) if plain else at


# --- errors and warnings -------------------------------------------------------------------------------


def diagnostics(file: str, run: Run, *, plain: bool = False) -> Iterator[str]:
    """What was passed over, a run's warnings, each place once, and then its errors."""
    if run.program.notice:
        yield f"{file}: note: {run.program.notice}"
    warnings: dict[tuple[int, int, str], ProgramError] = {}
    for event in run.end.events(Kind.WARNING):
        span = event.span
        end = span.end_column if span.end_line == span.line else 0
        warning = ProgramError(event.text, span.line, span.column, end)
        warnings.setdefault((span.line, span.column, event.text), warning)
    for problem in warnings.values():
        yield from diagnostic(file, run.program.text, problem, "warning", plain=plain)
    for problem in run.errors:
        yield from diagnostic(file, run.program.text, problem, plain=plain)
    if run.memory_stop is not None:
        indent = "" if plain else "  "
        yield from (f"{indent}{line}" for line in run.memory_stop.report)


def diagnostic(
    file: str, text: str, error: ProgramError, kind: str = "error", *, plain: bool = False
) -> Iterator[str]:
    """`file:line:column: error: message hint`, then, unless `plain`, the source line and a caret below it."""
    said = f"{error.message} {error.hint}".strip()
    yield f"{file}:{error.line}:{error.column}: {kind}: {said}"
    if not plain:
        lines = text.split("\n")
        yield from _pointed(lines[error.line - 1] if error.line <= len(lines) else "", error)


def _pointed(line: str, error: ProgramError) -> Iterator[str]:
    """The part of a source line around an error, and carets below the characters it is about."""
    start, end = error.column - 1, error.end_column - 1
    left = max(0, min(start - MAX_SOURCE // 2, len(line) - MAX_SOURCE))
    right = left + MAX_SOURCE
    before, after = "..." if left else "", "..." if right < len(line) else ""
    indent = cell_len(before + _source(line[left:start]))
    carets = max(1, cell_len(_source(line[start : min(end, right)])))
    yield f"  {before}{_source(line[left:right])}{after}"
    yield f"  {' ' * indent}{'^' * carets}"


def _source(text: str) -> str:
    return text.replace("\t", "    ")


# --- run -----------------------------------------------------------------------------------------------


def outcome(run: Run, *, plain: bool = False) -> Iterator[str]:
    """Where a run ended: its live nodes, what it printed, its leaks and the state of its heap."""
    end = run.end
    rows = [end.row(node) for node in end.nodes if end.is_live(node)]
    beside = _beside(run)
    report = leak_report(end)
    if plain:
        for row in rows:
            yield f"node {row.label}: {_plain_row(row, beside)}"
        yield from (f"printed: {text}" for text in end.output)
        for leak in report.leaks:
            held = "; ".join(leak.owners)
            yield f"leaked: {leak.label}, line {leak.line}, held by {held}"
            if leak.missing:
                yield f"repair: {leak.repair}"
        for over in report.over_released:
            yield f"released too often: {over.label}, line {over.line}: {over.says}"
    else:
        yield from _table(rows, beside)
        yield from _section("printed", end.output)
        yield from _section(
            "leaked",
            (line for leak in report.leaks for line in _leak(leak)),
        )
        yield from _section(
            "released too often",
            (f"{over.label} (line {over.line}): {over.says}" for over in report.over_released),
        )
        yield ""
    yield f"heap: {_heap(end.heap, ended=end.ended)}"
    if run.fault is not None and beside is not None:
        yield from () if plain else ("",)
        yield from verdict(run.fault, beside)


def _beside(run: Run) -> Comparison | None:
    """The end of a run with a fault beside the right run."""
    return None if run.right is None else compare(run).at(run.end.position)


def _leak(leak: Leak) -> Iterator[str]:
    yield f"{leak.label} (line {leak.line}), held by {'; '.join(leak.owners)}"
    if leak.missing:
        yield f"  {leak.repair}"


def _plain_row(row: NodeRow, beside: Comparison | None) -> str:
    data = "not computed yet" if row.data is None else full(row.data)
    right = differs = ""
    if beside is not None:
        grad, found = beside.right_grad(row.id), differences(beside, row.id)
        right = f", right {'not known' if grad is None else full(grad)}"
        differs = f", differs: {found}" if found else ""
    return f"{row.op}, data {data}, grad {full(row.grad)}{right}, refs {row.refs}, line {row.line}{differs}"


def _table(rows: Sequence[NodeRow], beside: Comparison | None) -> Iterator[str]:
    if not rows:
        yield "no live nodes"
        return
    labels = [clip(row.label, MAX_NAME, "...") for row in rows]
    width = max(4, *(cell_len(label) for label in labels))
    right = "" if beside is None else f"{'right':>6}      "
    yield f"{fit('name', width)}  op    {'data':>6}      {'grad':>6}      {right}refs  line"
    for label, row in zip(labels, rows, strict=True):
        numbers, mark = f"{aligned(row.data)}  {aligned(row.grad)}", ""
        if beside is not None:
            numbers += f"  {aligned(beside.right_grad(row.id))}"
            found = differences(beside, row.id)
            mark = f"  != {found}" if found else ""
        yield f"{fit(label, width)}  {row.symbol:<4}  {numbers}  {row.refs:>4}  {row.line:>4}{mark}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield title
        yield from (f"  {line}" for line in found)


def _heap(heap: HeapState, *, ended: bool) -> str:
    leaked = f", {heap.leaked} leaked" if ended else ", stopped before the end"
    return (
        f"{heap.live} live, {heap.peak} at the peak, {heap.allocated} allocated, {heap.freed} freed{leaked}"
    )


# --- run --step ----------------------------------------------------------------------------------------


def events(
    run: Run, view: View, first: int = 1, *, until: int | None = None, plain: bool = False
) -> Iterator[str]:
    """The events of a view in sentences, from its `first` one on (counted from 1), with number and line.

    `until` is the position at which they end.

    A fault is said before them, and the first wrong thing where it happens.
    """
    beside = _beside(run)
    wrong = None if beside is None else beside.first_wrong
    if run.fault is not None:
        yield banner(run.fault)
    end = exactly(run.end, plain=plain)
    shown = end.in_view(view)
    wide, deep = len(str(len(shown))), len(str(max(1, end.program.text.count("\n"))))
    for count in range(first, len(shown) + 1):
        event = end.event(shown[count - 1])
        if until is not None and event.index >= until:
            return
        if wrong is not None and wrong.position <= event.index:
            yield first_wrong(wrong)
            wrong = None
        said = sentence(end, event)
        if plain:
            yield f"event {count}, line {event.span.line}: {said}"
        else:
            yield f"{count:>{wide}}  line {event.span.line:<{deep}}  {said}"
    if wrong is not None:
        yield first_wrong(wrong)


# --- explain -------------------------------------------------------------------------------------------


def no_such_node(at: Snapshot, wanted: str) -> str:
    """Why nothing was found, and what may have been meant."""
    if not at.nodes:
        return f"There are no nodes at event {at.position}."
    if wanted.startswith("#"):
        return f"There is no node {wanted!r} at event {at.position}: they are #0 to #{len(at.nodes) - 1}."
    later = at.next_naming(wanted)
    if later is not None:
        return f"{wanted} names no node at event {at.position}; it does after event {later + 1}."
    labels = dict.fromkeys([*at.names, *(at.label(node) for node in at.nodes)])
    names = list(at.names)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    hint = did_you_mean(wanted, labels, most=3, alike=0.4)
    hint = hint or (f" The names are {', '.join(names[:5])}{more}." if names else "")
    return f"No node is called {wanted!r} at event {at.position}.{hint}"


def explanation(at: Snapshot, node: int, *, plain: bool = False) -> Iterator[str]:
    """Everything there is to say about a node at a moment, one fact a line."""
    facts = list(_facts(exactly(at, plain=plain), node))
    if plain:
        yield from (f"{label}: {text}" for label, text in facts)
        return
    width = max(len(label) for label, _ in facts)
    for label, group in groupby(facts, key=lambda fact: fact[0]):
        for place, (_, text) in enumerate(group):
            yield f"{'' if place else label:<{width}}  {text}"


def _facts(at: Snapshot, node: int) -> Iterator[tuple[str, str]]:
    told = inspect(at, node)
    row = told.row

    def shown(field: str, number: str) -> str:
        return "?" if row.hidden == field else number

    yield "node", f"#{node} {row.label}"
    yield "made by", f"{row.op} on line {row.line}: {told.source}"
    if row.data is None and row.hidden != "data":
        yield "data", "not computed yet"
    else:
        yield "computed", told.computation
        yield "data", shown("data", full(row.data or 0.0))
    yield "grad", shown("grad", full(row.grad))
    if told.numeric is not None:
        yield "nudged", f"{full(told.numeric)}, the slope of {told.root} by finite differences"
    yield from (("largest", said.removeprefix("largest of ")) for said in told.largest)
    yield from (("added up", contribution.text) for contribution in told.contributions)
    for slope in told.slopes:
        numbers = [text for text in (slope.numbers, full(slope.value)) if text != slope.formula]
        because = f", because {slope.condition}" if slope.condition else ""
        formula = " = ".join(dict.fromkeys([slope.formula, *numbers]))
        yield "slope", f"to {slope.operand} (slot {slope.slot}): {formula}{because}"
    yield "why", told.why
    if row.live:
        yield "refs", shown("refs", str(row.refs))
        yield from (("held by", text) for text in told.owners)
    else:
        gone = at.freed_by(node)
        yield "held by", f"nobody: freed on line {gone.line} by {at.program.source(gone)}"
