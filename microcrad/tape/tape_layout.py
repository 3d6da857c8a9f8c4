"""Where everything of a recorded graph lies in memory, so that a replay is few calls on large blocks.

Nodes of one depth do not depend on each other, so those that share the operation too are one contiguous
block of rows, computed by one call; and the edges out of one slot of such a group are differentiated by one.

Only edges on a way from the loss to a parameter are differentiated. What is used once, in a sum, has the
gradient of that sum: it has no row of its own for its gradient, and its edge takes no time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microcrad.ops import LEAF, OPERATIONS
from microcrad.slices import Shares, finish, part
from microcrad.tape.numbering import Exponents, Nodes
from microcrad.tape.numpy_expressions import plain_ufunc
from microcrad.tape.record import Recording
from microcrad.tape.selection import Rows, Selection

__all__ = ["Edges", "Group", "TapeLayout", "lay_out", "laying_out"]

_SLICE = 300
"""How many groups are laid out in a slice: some milliseconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """All nodes of one depth and operation: `data[out] = text`."""

    text: str
    out: Selection
    operands: dict[str, Selection]
    """What the text's `a` and `b` are."""
    exponents: Exponents | None
    """The `k` of each node, shape (rows,), if the text uses it."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """All edges out of one slot of one group, by target: `grad[targets] += text * grad[users]`."""

    text: str
    operands: dict[str, Selection]
    """What the text's `a`, `b` and `out` are, for each edge."""
    exponents: Exponents | None
    users: Selection
    """For each edge, where the gradient of the node that uses the target is."""
    targets: Selection
    """Each target once."""
    starts: Rows
    """Which of the edges is each target's first."""
    each: int
    """How many edges every target has; 0 if not all have the same number."""
    adds: bool
    """Whether the targets already have a gradient, which these edges are added to."""


@dataclass(frozen=True, slots=True, eq=False)
class TapeLayout:
    """Where everything lies, and which calls compute it."""

    shared: NDArray[np.float64]
    """The shared rows' numbers when the graph was recorded: for constants, what they stay."""
    lane_rows: int
    """How many rows have a number a lane."""
    widest: int
    """The most rows or edges that one call is about."""
    rows: Rows
    """For each node, in the order of the recording, its row; the shared rows are counted first."""
    loss: Selection
    loss_gradient: Selection
    """Where the gradients start from."""
    outputs: Rows
    inputs: Rows | slice
    """The reached inputs' places among the inputs..."""
    input_rows: Rows | slice
    """...and the lane rows they lie in."""
    parameters: Rows | slice
    """The same for the parameters, whose rows are shared."""
    parameter_rows: Rows | slice
    runs: tuple[tuple[Group, ...], ...]
    """From the leaves up. In a run of several, each group's `a` is the group before it: a long sum."""
    edges: tuple[Edges, ...]
    """From the loss down."""
    cleared: tuple[Selection, ...]
    """Rows whose gradients have to be 0 before the first edge."""
    parameter_count: int
    """How many parameters there are, reached or not."""
    differentiated: Rows | slice
    """The places among the parameters of those that get a gradient..."""
    gradient_rows: Rows | slice
    """...and the rows where it is."""


def lay_out(recording: Recording) -> TapeLayout:
    """The layout of a recorded graph."""
    return finish(laying_out(recording))


def laying_out(recording: Recording) -> Shares[TapeLayout]:
    """`lay_out` in slices: a sum of thousands of terms is as many groups."""
    nodes = Nodes.of(recording)
    yield 0.1
    groups = yield from part(_groups(nodes), 0.1, 0.5)
    edges, cleared = yield from part(_edges(nodes, groups), 0.5, 1.0)
    rows = np.empty_like(nodes.recorded)
    rows[nodes.recorded] = np.arange(len(rows))
    inputs, input_rows = _reached(recording.inputs, rows)
    parameters, parameter_rows = _reached(recording.parameters, rows)
    has_gradient = nodes.needs[parameter_rows]
    numbers = np.array(recording.data)[nodes.recorded]
    return TapeLayout(
        shared=numbers[: nodes.shared],
        lane_rows=len(numbers) - nodes.shared,
        widest=max(
            itertools.chain((len(g.out.rows) for g in groups), (len(e.users.rows) for e in edges), [1])
        ),
        rows=rows,
        loss=nodes.select(rows[[recording.loss]]),
        loss_gradient=nodes.gradients(rows[[recording.loss]]),
        outputs=rows[np.array(recording.outputs, dtype=np.intp)],
        inputs=_compact(inputs),
        input_rows=_compact(input_rows - nodes.shared),
        parameters=_compact(parameters),
        parameter_rows=_compact(parameter_rows),
        runs=tuple(_runs(groups)),
        edges=tuple(edges),
        cleared=tuple(cleared),
        parameter_count=len(recording.parameters),
        differentiated=_compact(parameters[has_gradient]),
        gradient_rows=_compact(nodes.gradient[parameter_rows[has_gradient]]),
    )


def _reached(places: list[int], rows: Rows) -> tuple[Rows, Rows]:
    """Which of the leaves lie on the tape, and the rows they have there."""
    found = np.array(places, dtype=np.intp)
    reached = np.flatnonzero(found >= 0)
    return reached, rows[found[reached]]


def _compact(rows: Rows) -> Rows | slice:
    """Rows that follow one another as a slice, which is read and written faster."""
    first = int(rows[0]) if len(rows) else 0
    return slice(first, first + len(rows)) if np.array_equal(rows, np.arange(len(rows)) + first) else rows


def _groups(nodes: Nodes) -> Shares[list[Group]]:
    """All groups, operands before users."""
    changes = np.flatnonzero(np.diff(nodes.keys, axis=0).any(axis=1)) + 1
    groups = []
    for count, (first, last) in enumerate(itertools.pairwise([0, *changes.tolist(), len(nodes.codes)]), 1):
        operation = OPERATIONS[nodes.codes[first]]
        if operation is not LEAF:
            rows = np.arange(first, last)
            blocks = nodes.blocks(operation.forward, rows)
            groups.append(Group(operation.forward, nodes.select(rows), *blocks))
        if count % _SLICE == 0:
            yield count / (len(changes) + 1)
    return groups


def _edges(nodes: Nodes, groups: list[Group]) -> Shares[tuple[list[Edges], list[Selection]]]:
    """All edges on a way from the loss to a parameter, and what has to be cleared before the first."""
    edges, cleared = [], []
    written = np.zeros(len(nodes.codes), dtype=np.bool_)
    for count, group in enumerate(reversed(groups), 1):
        if count % _SLICE == 0:
            yield count / len(groups)
        out = group.out.rows if group.out.shared else group.out.rows + nodes.shared
        for slot, text in enumerate(OPERATIONS[nodes.codes[out[0]]].partials):
            targets = (nodes.left, nodes.right)[slot][out]
            chosen = nodes.needs[out] & nodes.needs[targets] & (nodes.gradient[targets] == targets)
            if not chosen.any():
                continue
            by_target = np.flatnonzero(chosen)[np.argsort(targets[chosen], kind="stable")]
            users, targets = out[by_target], targets[by_target]
            starts = np.flatnonzero(np.diff(targets, prepend=-1))
            distinct, each = targets[starts], len(targets) // len(starts)
            known = written[distinct]
            if known.any() and not known.all():
                cleared.append(nodes.gradients(distinct[~known]))
            written[distinct] = True
            operands, exponents = nodes.blocks(text, users)
            edges.append(
                Edges(
                    text=text,
                    operands=operands,
                    exponents=exponents,
                    users=nodes.gradients(nodes.gradient[users]),
                    targets=nodes.gradients(distinct),
                    starts=starts,
                    each=each if np.array_equal(starts, np.arange(0, len(targets), each)) else 0,
                    adds=bool(known.any()),
                )
            )
    return edges, cleared


def _runs(groups: list[Group]) -> Iterator[tuple[Group, ...]]:
    run: list[Group] = []
    for group in groups:
        if run and not _continues(run, group):
            yield tuple(run)
            run = []
        run.append(group)
    if run:
        yield tuple(run)


def _continues(run: list[Group], group: Group) -> bool:
    """Whether a shared group goes on with a sum (or product), of terms that were there before it began."""
    if group.text != run[0].text or plain_ufunc(group.text) is None or not group.out.shared:
        return False
    before, terms = run[-1].out.rows, group.operands["b"].rows
    return np.array_equal(group.operands["a"].rows, before) and terms.max() < run[0].out.rows[0]
