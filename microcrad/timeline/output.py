"""What a program has printed by a moment, and the numbers that one line printed several times."""

from __future__ import annotations

from microcrad.records import Record
from microcrad.timeline.log import Kind
from microcrad.timeline.snapshot import Snapshot

__all__ = ["PrintedCurve", "curve", "prints"]

_PRINT = bytes([Kind.PRINT])


class PrintedCurve(Record):
    """The numbers that one `print` has printed, in order."""

    line: int
    what: str
    """What was printed last, without a grad."""
    numbers: tuple[float, ...]


def prints(at: Snapshot) -> list[int]:
    """The events so far that printed something; none while a number is kept back, which may be among it."""
    if at.telling.field:
        return []
    kinds, found = at.log.kinds[: at.position].tobytes(), []
    index = kinds.find(_PRINT)
    while index >= 0:
        found.append(index)
        index = kinds.find(_PRINT, index + 1)
    return found


def curve(at: Snapshot, printed: list[int]) -> PrintedCurve | None:
    """The numbers of the `print` that printed last, of those that have printed several; None without one."""
    places: dict[tuple[int, int], list[int]] = {}  # Where the text stands: turns may be separate statements.
    for index in printed:
        span = at.log.span(index)
        here = span.line, span.column
        if at.log.values[index] == at.log.values[index] or places.get(here):
            places.setdefault(here, []).append(index)
    several = [indices for indices in places.values() if len(indices) > 1]
    if not several:
        return None
    indices = max(several, key=lambda each: each[-1])
    last = at.event(indices[-1])
    what = last.text.rpartition("  (grad ")[0] or last.text
    return PrintedCurve(last.span.line, what, tuple(at.log.values[index] for index in indices))
