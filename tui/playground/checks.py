"""What is said of a diagnosis and of a gradient check: lines for the commands, rows for the app."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from microcrad.diagnosis.diagnosis import Finding
from microcrad.diagnosis.graph_check import GraphCheck, LeafCheck, Verdict
from microcrad.errors import ProgramError
from microcrad.session.moment import Moment
from microcrad.text.numbers import aligned, full
from microcrad.timeline.snapshot import Snapshot
from tui.playground.editor import told
from tui.widgets.glyphs import Glyphs
from tui.widgets.wrap import cell_len, clip, fit

__all__ = [
    "FOR_WRONG_GRADS", "NO_BACKWARD", "check_options", "check_question", "diagnosis", "error_options",
    "finding_options", "grads", "not_run", "nothing_found", "saying",
]  # fmt: skip

_NOTHING_FOUND = (
    "Every number and every grad is finite. No gradient was found to explode, to vanish or to stop."
)
_NOTHING_COMPUTED = "Nothing has been computed yet, so there is no number to look at."
FOR_WRONG_GRADS = "{check} compares each grad with its finite difference: a finite one can be wrong too."
"""Advice where nothing was found, with what the command is called in braces."""
NO_BACKWARD = "This program never calls backward, so no grad can be checked. Add a line: backward(name)."
MAX_NAME = 28
"""The widest the column of names gets, in cells."""
MOST_LISTED = 200
"""Checked leaves in the app's list; those that do not agree come first."""


def nothing_found(at: Snapshot) -> str:
    """What is said where nothing is found to be wrong: that all is well, or that there is nothing yet."""
    return _NOTHING_FOUND if at.node_count else _NOTHING_COMPUTED


def not_run(moment: Moment) -> tuple[str, str] | None:
    """That the program on screen has not run, and why, and what lists more; None if it has."""
    if moment.up_to_date or not moment.errors:
        return None
    first, count = moment.errors[0], len(moment.errors)
    more = "" if count == 1 else f"{{findings}} lists all {count} errors."
    return f"This program has not run. Line {first.line}: {told(first)}", more


# --- plain lines ---------------------------------------------------------------------------------------


def diagnosis(at: Snapshot, findings: Sequence[Finding], *, plain: bool = False) -> Iterator[str]:
    """Each finding with its place, what happened and what to do."""
    if not findings:
        yield f"found: nothing. {nothing_found(at)}" if plain else nothing_found(at)
    for place, finding in enumerate(findings):
        where = f"line {finding.line}, event {finding.event + 1}"
        if plain:
            node = f", node #{finding.node} {at.label(finding.node)}" if finding.node >= 0 else ""
            yield f"found: {finding.kind}, {where}{node}: {finding.text}"
            continue
        if place:
            yield ""
        yield f"{where}: {finding.kind}"
        yield f"  {finding.sentence}"
        yield f"  {finding.repair}"


def grads(check: GraphCheck, leaves: Sequence[LeafCheck], *, plain: bool = False) -> Iterator[str]:
    """Each leaf's grad beside its finite difference, and all of them in a sentence."""
    root = check.at.label(check.root)
    about = f"backward({root}) on line {check.line}"
    if plain:
        for leaf in leaves:
            says = f": {leaf.says}" if leaf.says else ""
            numbers = f"value {full(leaf.value)}, grad {full(leaf.grad)}, difference {full(leaf.numeric)}"
            yield f"leaf {leaf.name}: {numbers}, {leaf.verdict}{says}"
        yield f"{about}: {check.said(leaves)}"
        return
    width = _width(leaves)
    yield f"{'name':<{width}}  {'value':>6}      {'grad':>6}      difference"
    for leaf in leaves:
        yield f"{_numbers(leaf, width, '...')}  {leaf.verdict}"
        if leaf.says:
            yield f"  {leaf.says}"
    yield ""
    yield f"{about}: {check.said(leaves)}"


def _numbers(leaf: LeafCheck, width: int, ellipsis: str) -> str:
    name = fit(leaf.name, width, ellipsis)
    return f"{name}  {aligned(leaf.value)}  {aligned(leaf.grad)}  {aligned(leaf.numeric)}"


# --- rows for the app ----------------------------------------------------------------------------------


def saying(finding: Finding, place: int, count: int, room: int) -> str:
    """A finding in as many characters as there is room for: the repair gives way first."""
    which = f"{place + 1} of {count}, line {finding.line}: " if count > 1 else f"line {finding.line}: "
    more = " w: the next." if count > 1 else ""
    for text in (f"{finding.text}{more}", f"{finding.sentence} W says what to do."):
        if cell_len(which + text) <= room:
            return which + text
    rest = " ... W says all."
    return clip(which + finding.sentence, room - len(rest), "") + rest


def finding_options(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """Every finding as a row to choose: its place among them, a title, and what there is to say."""
    return [
        (str(place), f"line {finding.line}: {finding.kind}", finding.text)
        for place, finding in enumerate(findings)
    ]


def error_options(errors: Sequence[ProgramError]) -> list[tuple[str, str, str]]:
    """Every error of a program that cannot be read, as a row to choose."""
    return [(str(place), f"line {error.line}: error", told(error)) for place, error in enumerate(errors)]


def check_question(check: GraphCheck, leaves: Sequence[LeafCheck]) -> str:
    """What stands above the checked leaves: all of them in a sentence, and the names of the columns."""
    about = f"backward({check.at.label(check.root)}), line {check.line}: {check.said(leaves)}"
    return f"{about}\n\n    {'name':<{_width(leaves)}}  {'value':>6}      {'grad':>6}      difference"


def check_options(
    leaves: Sequence[LeafCheck], glyphs: Glyphs
) -> list[tuple[str, str | tuple[str, str], str]]:
    """Every checked leaf as a row to choose, by its node: what does not agree first, marked and coloured."""
    order = sorted(leaves, key=lambda leaf: (leaf.verdict.good, leaf.verdict is Verdict.AGREES))
    width = _width(leaves)
    options: list[tuple[str, str | tuple[str, str], str]] = []
    for leaf in order[:MOST_LISTED]:
        mark, look = _mark(leaf.verdict, glyphs)
        row = f"{fit(mark, 2)}{_numbers(leaf, width, glyphs.ellipsis)}  {leaf.verdict}"
        options.append((str(leaf.node), (row, look), leaf.says))
    if len(order) > MOST_LISTED:
        options.append(("more", f"and {len(order) - MOST_LISTED:,} more", ""))
    return options


def _mark(verdict: Verdict, glyphs: Glyphs) -> tuple[str, str]:
    """The glyph and the colour of a verdict."""
    if verdict is Verdict.AGREES:
        return "", ""
    if verdict is Verdict.UNSURE:
        return glyphs.unknown, "$quiet"
    if verdict is Verdict.KINK:
        return glyphs.caret, "$grad"
    return glyphs.error if verdict is Verdict.NO_SLOPE else glyphs.fault, "$error-text"


def _width(leaves: Sequence[LeafCheck]) -> int:
    return max(4, *(min(cell_len(leaf.name), MAX_NAME) for leaf in leaves))
