"""The curve of one node over another, where one stands on it, and its tangent: read from the moment."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lessons.format.lesson import CurveOver
from lessons.kinds.expressions import function_of
from microcrad.session.session import Session
from microcrad.timeline.log import Kind
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Plot", "plotted"]

_POINTS = 81


@dataclass(frozen=True, slots=True)
class Plot:
    """A curve that was worked out. All numbers are finite, but for gaps in the curve, which are nan."""

    curve: CurveOver
    values: tuple[float, ...]
    """At even distances, from the curve's `low` to its `high`."""
    x: float
    """Where one stands."""
    y: float
    slope: float | None
    """The grad of the node below, once a gradient has arrived; none once it was cleared, or one moved."""


def plotted(session: Session, curve: CurveOver) -> Plot | None:
    """The curve at this moment; None before both nodes are there, and while anything is kept back."""
    if session.telling.refusal or session.telling.events is not None:
        return None
    at = session.snapshot
    node, over = at.node_called(curve.node), at.node_called(curve.over)
    if node is None or over is None or (x := at.data(over)) is None or at.data(node) is None:
        return None
    found = function_of(at, node)
    step = (curve.high - curve.low) / (_POINTS - 1)
    values = [found({over: curve.low + place * step}) for place in range(_POINTS)]
    y = found({over: x})
    slope = at.grad(over) if _is_slope(at, over, node) else None
    if not all(map(math.isfinite, (x, y, *filter(None, [slope])))) or not any(map(math.isfinite, values)):
        return None
    return Plot(curve, tuple(value if math.isfinite(value) else math.nan for value in values), x, y, slope)


def _is_slope(at: Snapshot, node: int, root: int) -> bool:
    """Whether a node's grad is what arrived there last from a root, at the number that the node still has."""
    begun = at.backwards and [event.node for event in at.events(Kind.SEED)]
    if not begun or begun[-1] != root:
        return False
    written = at.events(Kind.EDGE, Kind.WRITE_GRAD, Kind.WRITE_DATA, Kind.SEED)
    last = [event.kind for event in written if event.node == node]
    return bool(last) and last[-1] in (Kind.EDGE, Kind.SEED)
