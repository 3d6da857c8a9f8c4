"""Recording: one sample's graph as plain columns, and the reasons why some graphs cannot be replayed.

A tape holds what does not change between samples: which operation is applied to which nodes. Whether a
graph is like that cannot be read off one graph, so it is built for two samples and the two are compared.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microcrad import heap
from microcrad.collector import resting
from microcrad.engine import Value, topological_order
from microcrad.errors import TapeError
from microcrad.ops import LEAF, OPERATIONS
from microcrad.own_operation import OwnOperation
from microcrad.real_numbers import Number
from microcrad.slices import Slices, finish
from microcrad.tape.numpy_expressions import evaluate, is_exact

__all__ = ["PAUSES", "Build", "Recording", "TapeError", "record", "recording"]

PAUSES = 8
"""How often a recording pauses: three times within each of the two graphs, and after each."""
Numbers = NDArray[np.float64]
Build = Callable[[list[Value]], "Value | tuple[Value, Sequence[Value]]"]
"""Builds one sample's graph from its input leaves; returns the loss, or the loss and the outputs."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One sample's graph. The columns have an entry a node, operands before users.

    What the loss depends on comes first, then what only the outputs need.
    """

    codes: list[int]
    """The operation's place in the table."""
    left: list[int]
    """The node in slot 0, -1 for a leaf."""
    right: list[int]
    """The node in slot 1, -1 where there is none."""
    extra: list[float]
    """The operation's parameter."""
    data: list[float]
    """The number that the node had; for a constant, the number that it keeps."""
    loss: int
    """The node to differentiate: the last of those that it depends on."""
    outputs: list[int]
    inputs: list[int]
    """For each input its node, -1 if nothing depends on it."""
    parameters: list[int]
    """For each parameter its node, -1 if nothing depends on it."""

    def made_of(self, leaves: Iterable[int]) -> list[bool]:
        """For each node whether it is one of some leaves, or made of one; then once more False, for -1."""
        found = [False] * (len(self.codes) + 1)
        for leaf in leaves:
            found[leaf] = leaf >= 0
        for node, (left, right) in enumerate(zip(self.left, self.right, strict=True)):
            found[node] = found[node] or found[left] or found[right]
        return found


def record(
    build: Build, inputs: Sequence[Number], parameters: Sequence[Value], other: Sequence[Number] | None
) -> Recording:
    """The graph that `build` makes, which is the same for `inputs` and for `other`; else a `TapeError`."""
    return finish(recording(build, inputs, parameters, other))


def recording(
    build: Build, inputs: Sequence[Number], parameters: Sequence[Value], other: Sequence[Number] | None
) -> Slices[Recording]:
    """`record` with `PAUSES` pauses, between which it takes no longer than `build` does, by much."""
    _check_parameters(parameters)
    other = [_another(float(x), i) for i, x in enumerate(inputs)] if other is None else other
    if len(other) != len(inputs):
        raise ValueError(f"the two samples have {len(inputs)} and {len(other)} inputs")
    first = yield from _build_and_walk(build, inputs, parameters)
    yield
    second = yield from _build_and_walk(build, other, parameters)
    _compare(first, second)
    yield
    return first


def _check_parameters(parameters: Sequence[Value]) -> None:
    if len(set(parameters)) < len(parameters):
        raise TapeError("a parameter is listed twice: its gradient would be counted twice")
    for index, parameter in enumerate(parameters):
        if parameter.prev:
            raise TapeError(
                f"parameter {index} is the result of {parameter.op.name}: only a leaf can be a parameter, "
                "as a result is computed again at every replay"
            )


def _another(x: float, index: int) -> float:
    """A number of the other sign, so that a branch on `x` shows; the index keeps equal inputs apart."""
    step = 0.625 + index / 1024
    return step if math.isnan(x) else -x - math.copysign(step, x)


def _build_and_walk(build: Build, sample: Sequence[Number], parameters: Sequence[Value]) -> Slices[Recording]:
    # Where a heap counts nodes, what was built only to be looked at is released again.
    with contextlib.nullcontext() if heap.active() is None else heap.scope():
        leaves = [Value(x) for x in sample]
        numbers = [leaf.data for leaf in leaves]
        weights = [parameter.data for parameter in parameters]
        with resting():
            loss, outputs = _loss_and_outputs(build(leaves))
        for kind, before, nodes in (("input", numbers, leaves), ("parameter", weights, parameters)):
            kept = _same(np.array(before), np.array([node.data for node in nodes]))
            for index, node in enumerate(nodes):
                if node.prev or not kept[index]:
                    raise TapeError(f"build changed {kind} {index}, which a replay would not do")
        yield
        return (yield from _walk(loss, outputs, leaves, parameters))


def _loss_and_outputs(built: object) -> tuple[Value, list[Value]]:
    """What `build` returned, in either form."""
    loss, outputs = built if isinstance(built, tuple) and len(built) == 2 else (built, [])
    if not isinstance(loss, Value):
        raise TapeError(
            f"build must return one Value, the sample's loss, not {type(loss).__name__}; "
            "or (loss, outputs), where outputs is a list of Values whose numbers are wanted too"
        )
    if not isinstance(outputs, Sequence) or not all(isinstance(output, Value) for output in outputs):
        found = type(outputs).__name__ if not isinstance(outputs, Sequence) else "a list with something else"
        raise TapeError(
            f"the outputs that build returns beside the loss must be a list of Values, not {found}"
        )
    return loss, list(outputs)


def _walk(
    loss: Value, outputs: Sequence[Value], inputs: Sequence[Value], parameters: Sequence[Value]
) -> Slices[Recording]:
    place: dict[Value, int] = {}
    for root in (loss, *outputs):
        if root not in place:
            for node in topological_order(root):
                place.setdefault(node, len(place))
    yield
    nodes = list(place)
    for i, node in enumerate(nodes):
        if isinstance(node.op, OwnOperation):
            raise TapeError(
                f"node {i} is made by {node.op.name or 'a _backward'}, an operation of one's own: "
                "a replay has no rule to compute it by"
            )
    recording = Recording(
        codes=[node.op.code for node in nodes],
        left=[-1 if node.left is None else place[node.left] for node in nodes],
        right=[-1 if node.right is None else place[node.right] for node in nodes],
        extra=[node.extra for node in nodes],
        data=[node.data for node in nodes],
        loss=place[loss],
        outputs=[place[node] for node in outputs],
        inputs=[place.get(node, -1) for node in inputs],
        parameters=[place.get(node, -1) for node in parameters],
    )
    yield
    for i in np.flatnonzero(~_same(np.array(recording.data), _computed(recording))).tolist():
        raise TapeError(
            f"node {i} holds {nodes[i].data!r}, which is not the {nodes[i].op.name} of its operands: its "
            "data was set, or an operand's after it was computed, and a replay would compute it again"
        )
    return recording


def _computed(recording: Recording) -> Numbers:
    """What each node's operation makes of its operands' numbers; a leaf's own number."""
    codes, data, extra = np.array(recording.codes), np.array(recording.data), np.array(recording.extra)
    numbers = data.copy()
    for code in np.unique(codes).tolist():
        operation, rows = OPERATIONS[code], np.flatnonzero(codes == code)
        if operation is LEAF:
            continue
        a, b = (data[np.array(column)[rows]] for column in (recording.left, recording.right))
        if is_exact(operation.forward):
            numbers[rows] = evaluate(operation.forward, a=a, b=b, k=extra[rows], out=a)
        else:
            every = zip(a.tolist(), b.tolist(), extra[rows].tolist(), strict=True)
            numbers[rows] = [operation.evaluate(*each) for each in every]
    return numbers


def _same(x: Numbers, y: Numbers) -> NDArray[np.bool_]:
    """Where two numbers are one: nan is nan, and -0.0 is not 0.0."""
    equal = (x == y) & (np.signbit(x) == np.signbit(y))
    return np.asarray(equal | (np.isnan(x) & np.isnan(y)))


def _compare(one: Recording, two: Recording) -> None:
    """Refuse a graph that is not the same for both samples, with the first difference."""
    names, others = _leaf_names(one), _leaf_names(two)
    count = min(len(one.codes), len(two.codes))
    for i in _suspects(one, two, count, {i for i, _ in names.items() ^ others.items()}):
        operation, another = OPERATIONS[one.codes[i]].name, OPERATIONS[two.codes[i]].name
        here, there = names.get(i, operation), others.get(i, another)
        if here != there:
            _refuse_shape(f"node {i} is {_named(here)} for one and {_named(there)} for the other")
        if (one.left[i], one.right[i]) != (two.left[i], two.right[i]):
            _refuse_shape(f"node {i}, {_named(here)}, has other operands for one than for the other")
        if not _same(np.array(one.extra[i]), np.array(two.extra[i])):
            raise TapeError(
                f"the parameter of node {i}, {_named(here)}, is {one.extra[i]!r} for one sample and "
                f"{two.extra[i]!r} for another: it may not depend on the inputs' data or on chance"
            )
        if here == "leaf" and not _same(np.array(one.data[i]), np.array(two.data[i])):
            raise TapeError(
                f"the constant in node {i} is {one.data[i]!r} for one sample and {two.data[i]!r} for "
                "another: what changes from sample to sample must be an input, such as a label, and a "
                "constant may not depend on chance"
            )
    if len(one.codes) != len(two.codes):
        _refuse_shape(f"it has {len(one.codes)} nodes for one and {len(two.codes)} for the other")
    if (one.loss, one.outputs) != (two.loss, two.outputs):
        _refuse_shape(f"the outputs are nodes {one.outputs} for one and {two.outputs} for the other")


def _suspects(one: Recording, two: Recording, count: int, named: Iterable[int]) -> list[int]:
    """Of the first so many nodes those in which the two may differ, with those that are `named` apart."""
    differ = np.zeros(count, dtype=np.bool_)
    for column, other in ((one.codes, two.codes), (one.left, two.left), (one.right, two.right)):
        differ |= np.array(column[:count]) != np.array(other[:count])
    differ |= ~_same(np.array(one.extra[:count]), np.array(two.extra[:count]))
    leaves = np.array(one.codes[:count]) == LEAF.code
    differ |= leaves & ~_same(np.array(one.data[:count]), np.array(two.data[:count]))
    differ[[node for node in named if node < count]] = True
    return np.flatnonzero(differ).tolist()


def _leaf_names(recording: Recording) -> dict[int, str]:
    """What the leaves that are not constants are called in a reason."""
    named = {node: f"input {i}" for i, node in enumerate(recording.inputs)}
    return named | {node: f"parameter {i}" for i, node in enumerate(recording.parameters)}


def _named(name: str) -> str:
    return "a constant" if name == "leaf" else name


def _refuse_shape(difference: str) -> None:
    raise TapeError(
        f"the graph is not the same for two samples, so its shape depends on the data: {difference}"
    )
