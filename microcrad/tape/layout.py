"""Where everything of a recorded graph lies in the arrays, so that a replay is few calls on large blocks.

Nodes are numbered by (depth, operation), a leaf's depth being 0 and a result's one more than its deepest
operand's. Nodes of one depth do not depend on each other, so those that share the operation too are one
contiguous block of rows, computed by one call. Edges, one an operand slot, are sorted by the operand that
they lead to, so that what the nodes of one depth receive is one contiguous block of edges.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from microcrad.ops import LEAF, OPERATIONS
from microcrad.tape.numpy_expressions import Block, compile_into, compile_value, names
from microcrad.tape.record import Recording

__all__ = ["Gather", "Layout", "Level", "Slopes", "lay_out"]

Rows = NDArray[np.intp]
Gather = dict[str, "Rows | slice"]
"""For each of `a`, `b` and `out` that a text uses, the rows of `data` that it stands for."""


@dataclass(frozen=True, slots=True)
class Group:
    """All nodes of one depth and operation: `compute(data[rows], a=..., b=..., k=...)`."""

    compute: Callable[..., None]
    rows: slice
    gather: Gather
    exponents: NDArray[np.float64] | None
    """The parameter of each node, shape (rows,), if the operation takes one."""


@dataclass(frozen=True, slots=True)
class Slopes:
    """All edges out of one slot of one operation: `local[edges] = compute(a=..., b=..., k=..., out=...)`."""

    compute: Callable[..., Block | float]
    edges: Rows
    gather: Gather
    exponents: NDArray[np.float64] | None
    constant: bool
    """Whether the local derivative is a number, which is written once and for all."""


@dataclass(frozen=True, slots=True)
class Level:
    """The chain rule for nodes of one depth: `grad[targets]` are sums of `local[edges] * grad[users]`."""

    targets: slice
    edges: slice
    users: Rows | slice
    each: int
    """How many edges every target has; 0 if not all have the same number."""
    starts: Rows
    """Where in `edges` each target's begin."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The plan of a tape."""

    numbers: NDArray[np.float64]
    """Shape (nodes,): what each row holds before the first replay; for a constant, what it keeps."""
    edge_count: int
    loss: int
    """The loss's row: the last of those that it depends on, as it is the only deepest of them."""
    outputs: Rows
    """The outputs' rows."""
    inputs: Rows
    """The reached inputs' places among the inputs..."""
    input_rows: Rows
    """...and the rows they lie in."""
    parameters: Rows
    parameter_rows: Rows
    groups: tuple[Group, ...]
    """From the leaves up."""
    slopes: tuple[Slopes, ...]
    levels: tuple[Level, ...]
    """From the loss down."""


_MOST_RUNS = 4
"""Into how many runs of nodes with as many uses a depth is split, before unequal sums are faster."""

_into = cache(compile_into)
_value = cache(compile_value)


def lay_out(recording: Recording) -> Layout:
    """The layout of a recorded graph."""
    depth = _depths(recording)
    beside = np.arange(len(depth)) > recording.loss  # What the loss does not depend on.
    end = recording.loss + 1
    slots_used = np.array(recording.left[:end] + recording.right[:end], dtype=np.intp)
    uses = np.bincount(slots_used[slots_used >= 0], minlength=len(depth))
    # Nodes with as many uses lie together, so that most levels are sums over equal shares.
    order = np.lexsort((uses, np.array(recording.codes), depth, beside))
    row = np.empty_like(order)
    row[order] = np.arange(len(order))
    depth, codes = depth[order], np.array(recording.codes)[order]
    extra, numbers = np.array(recording.extra)[order], np.array(recording.data)[order]
    # Operands by row. Without an operand the place is -1, which selects some row and is put back.
    places = (np.array(recording.left)[order], np.array(recording.right)[order])
    left, right = (np.where(place < 0, -1, row[place]) for place in places)

    has_left, has_right = np.flatnonzero(left[:end] >= 0), np.flatnonzero(right[:end] >= 0)
    users = np.concatenate([has_left, has_right])
    slots = np.repeat([0, 1], [len(has_left), len(has_right)])
    targets = np.where(slots == 0, left[users], right[users])
    by_target = np.lexsort((slots, users, targets))
    users, slots, targets = users[by_target], slots[by_target], targets[by_target]

    inputs, input_rows = _reached(recording.inputs, row)
    parameters, parameter_rows = _reached(recording.parameters, row)
    return Layout(
        numbers=numbers,
        edge_count=len(users),
        loss=recording.loss,
        outputs=row[recording.outputs] if recording.outputs else np.empty(0, dtype=np.intp),
        inputs=inputs,
        input_rows=input_rows,
        parameters=parameters,
        parameter_rows=parameter_rows,
        groups=tuple(_groups(depth, codes, left, right, extra)),
        slopes=tuple(_slopes(codes, left, right, extra, users, slots)),
        levels=tuple(_levels(depth[:end], users, targets)),
    )


def _depths(recording: Recording) -> Rows:
    depths: list[int] = []
    for left, right in zip(recording.left, recording.right, strict=True):
        below = -1 if left < 0 else depths[left]
        depths.append(1 + (below if right < 0 else max(below, depths[right])))
    return np.array(depths, dtype=np.intp)


def _reached(places: list[int], row: Rows) -> tuple[Rows, Rows]:
    """Which of the leaves lie on the tape, and the rows they have there."""
    found = np.array(places, dtype=np.intp)
    reached = np.flatnonzero(found >= 0)
    return reached, row[found[reached]]


def _compact(rows: Rows) -> Rows | slice:
    """Rows that follow one another as a slice: that is a view, where a list of rows is a copy."""
    first = int(rows[0])
    if np.array_equal(rows, np.arange(first, first + len(rows))):
        return slice(first, first + len(rows))
    return rows


def _gather(text: str, nodes: Rows, left: Rows, right: Rows) -> Gather:
    rows = {"a": left[nodes], "b": right[nodes], "out": nodes}
    return {name: _compact(rows[name]) for name in rows.keys() & names(text)}


def _groups(depth: Rows, codes: Rows, left: Rows, right: Rows, extra: NDArray[np.float64]) -> list[Group]:
    groups = []
    changes = np.flatnonzero((np.diff(depth) != 0) | (np.diff(codes) != 0)) + 1
    for nodes in np.split(np.arange(len(codes)), changes):
        op = OPERATIONS[codes[nodes[0]]]
        if op is not LEAF:
            rows = slice(int(nodes[0]), int(nodes[-1]) + 1)
            exponents = extra[nodes] if op.takes_parameter else None
            groups.append(Group(_into(op.forward), rows, _gather(op.forward, nodes, left, right), exponents))
    return groups


def _slopes(
    codes: Rows, left: Rows, right: Rows, extra: NDArray[np.float64], users: Rows, slots: Rows
) -> list[Slopes]:
    slopes = []
    for op in OPERATIONS:
        for slot, text in enumerate(op.partials):
            edges = np.flatnonzero((codes[users] == op.code) & (slots == slot))
            if len(edges):
                nodes = users[edges]
                exponents = extra[nodes] if "k" in names(text) else None
                gather = _gather(text, nodes, left, right)
                slopes.append(Slopes(_value(text), edges, gather, exponents, constant=not names(text)))
    return slopes


def _levels(depth: Rows, users: Rows, targets: Rows) -> list[Level]:
    levels: list[Level] = []
    for d in range(int(depth[-1]) - 1, -1, -1):
        # Every node but the loss has a user, so the targets are all rows of this depth.
        top, bottom = np.searchsorted(depth, [d, d + 1])
        uses = np.bincount(targets[slice(*np.searchsorted(targets, [top, bottom]))] - top)
        changes = top + np.flatnonzero(np.diff(uses)) + 1
        bounds = [top, *changes, bottom] if len(changes) < _MOST_RUNS else [top, bottom]
        levels.extend(_level(users, targets, first, last) for first, last in itertools.pairwise(bounds))
    return levels


def _level(users: Rows, targets: Rows, first: int, last: int) -> Level:
    """What the rows from `first` up to `last`, all of one depth, receive."""
    begin, end = np.searchsorted(targets, [first, last])
    starts = np.searchsorted(targets[begin:end], np.arange(first, last))
    each = (end - begin) // len(starts)
    uniform = np.array_equal(starts, np.arange(0, end - begin, each))
    return Level(
        targets=slice(int(first), int(last)),
        edges=slice(int(begin), int(end)),
        users=_compact(users[begin:end]),
        each=int(each) if uniform else 0,
        starts=starts,
    )
