"""The plan of a compiled replay: what is stored where, and in which order loops over like nodes run.

Nodes whose chains are alike (the same rows of the table, on operands that are stored alike) are computed by
one loop over a table that says where each one's operands are. So the size of the code goes with the loops,
not with the nodes. A turn of a loop may read what an earlier one computed: like nodes that follow one
another, as the steps of a recurrence do, are one loop too.
"""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microcrad.ops import LEAF, OPERATIONS
from microcrad.tape.numpy_expressions import is_exact, names
from microcrad.tape.record import Recording
from microcrad.tape.tape_chains import Chain, Storage, Term, chains, kinds

__all__ = ["Loop", "Places", "TapePlan", "plan_for", "takes_parameter"]

Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Loop:
    """Stored nodes that one loop computes; they lie one after the other."""

    terms: tuple[Term, ...]
    """What each of them adds up."""
    kind: Storage
    """Of the nodes themselves."""
    first: int
    """Where the first one's number is stored."""
    count: int
    copies: int
    """How many nodes each of them stands for, itself included; all are stored, one after the other."""
    table: int
    """Where in the table the first one's entries begin: one for each operand, one for each parameter `k`."""

    @property
    def entries(self) -> int:
        """How many entries of the table each of them has."""
        return sum(len(term.kinds) for term in self.terms) + takes_parameter(self.terms[0])


@dataclass(frozen=True, slots=True, eq=False)
class TapePlan:
    """Where everything is.

    Numbers that all samples share are *scalars*: the parameters first, then constants, then results. What
    differs has a *row* with a lane a sample: results first, then the inputs. Gradients have the rows of the
    results, and then a row for each scalar result.
    """

    loops: tuple[Loop, ...]
    table: Places
    constants: NDArray[np.float64]
    parameters: int
    """How many parameters there are, reached or not."""
    scalars: int
    rows: int
    results: int
    """How many rows are results."""
    inputs: Places
    """The reached inputs' places among the inputs: they have the rows after the results."""
    place: Places
    """For each node of the recording where its number is: a row, or a scalar; -1 if it is not stored."""
    kinds: tuple[Storage, ...]
    """For each node of the recording."""
    loss: int
    outputs: tuple[int, ...]
    """These two are nodes of the recording."""

    @property
    def first_result(self) -> int:
        """The first scalar that is a result."""
        return self.parameters + len(self.constants)

    @property
    def gradient_rows(self) -> int:
        """How many rows gradients have."""
        return self.results + self.scalars - self.first_result


def plan_for(recording: Recording) -> TapePlan:
    """The plan of a recorded graph."""
    kind = kinds(recording)
    found, copies = _without_copies(chains(recording, kind), recording)
    order = _by_loop(found, kind, copies)
    place, constants = _leaf_places(recording, kind)
    exponents: dict[float, int] = {}
    for node, chain in found.items():
        if takes_parameter(chain.terms[0]) and recording.extra[node] not in exponents:
            exponents[recording.extra[node]] = len(recording.parameters) + len(constants)
            constants.append(recording.extra[node])
    rows, scalars = itertools.count(), itertools.count(len(recording.parameters) + len(constants))
    for first in itertools.chain.from_iterable(order):
        for node in copies[first]:
            place[node] = next(rows if kind[node].wide else scalars)
    results = next(rows)
    reached = [i for i, node in enumerate(recording.inputs) if node >= 0]
    for row, i in enumerate(reached, results):
        place[recording.inputs[i]] = row
    loops, table = [], list[int]()
    for nodes in order:
        chain = found[nodes[0]]
        first, each = place[nodes[0]], len(copies[nodes[0]])
        loops.append(Loop(chain.terms, kind[nodes[0]], first, len(nodes), each, len(table)))
        for node in nodes:
            table += (place[operand] for operand in found[node].operands)
            if takes_parameter(chain.terms[0]):
                table.append(exponents[recording.extra[node]])
    return TapePlan(
        loops=tuple(loops),
        table=np.array(table, dtype=np.int32),
        constants=np.array(constants, dtype=np.float64),
        parameters=len(recording.parameters),
        scalars=next(scalars),
        rows=results + len(reached),
        results=results,
        inputs=np.array(reached, dtype=np.intp),
        place=np.array(place, dtype=np.intp),
        kinds=tuple(kind),
        loss=recording.loss,
        outputs=tuple(recording.outputs),
    )


def takes_parameter(term: Term) -> bool:
    """Whether the operation's parameter `k` is among what a term needs."""
    operation = OPERATIONS[term.code]
    return any("k" in names(text) for text in (operation.forward, *operation.partials))


def _leaf_places(recording: Recording, kind: Sequence[Storage]) -> tuple[list[int], list[float]]:
    """Where parameters and constants are, -1 for all else; and the constants."""
    place, constants = [-1] * len(kind), list[float]()
    for i, node in enumerate(recording.parameters):
        if node >= 0:
            place[node] = i
    for node, code in enumerate(recording.codes):
        if code == LEAF.code and not kind[node].wide and place[node] < 0:
            place[node] = len(recording.parameters) + len(constants)
            constants.append(recording.data[node])
    return place, constants


def _without_copies(
    found: dict[int, Chain], recording: Recording
) -> tuple[dict[int, Chain], dict[int, list[int]]]:
    """The nodes that are computed, and for each of them all that are the same function of the same operands.

    Shares of a sum, as softmax has them, each divide by it: one reciprocal, and as many nodes as shares. Only
    what takes long is looked at, as a call of the C library does.
    """
    first: dict[object, int] = {}
    copies: dict[int, list[int]] = {}
    for node in sorted(found):
        chain = found[node]
        calls = not is_exact(OPERATIONS[chain.terms[0].code].forward)
        computed = first.setdefault((chain, recording.extra[node]), node) if calls else node
        copies.setdefault(computed, []).append(node)
    return {node: found[node] for node in copies}, copies


def _by_loop(
    found: dict[int, Chain], kind: Sequence[Storage], copies: dict[int, list[int]]
) -> list[list[int]]:
    """The nodes that are computed by loop, operands first."""
    computed = {copy: node for node, each in copies.items() for copy in each}
    users: dict[int, list[int]] = defaultdict(list)
    waiting: dict[int, int] = {}
    for node in sorted(found):
        operands = {computed[operand] for operand in found[node].operands if operand in computed}
        waiting[node] = len(operands)
        for operand in operands:
            users[operand].append(node)
    depth = dict.fromkeys(found, 0)
    ready: dict[object, deque[int]] = defaultdict(deque)
    turns: list[tuple[int, int]] = []  # A depth and a node: the next loop is that of the first of these.

    def is_ready(node: int) -> None:
        ready[found[node].terms, kind[node], len(copies[node])].append(node)
        heapq.heappush(turns, (depth[node], node))

    for node, count in waiting.items():
        if not count:
            is_ready(node)
    loops = []
    while turns:
        _, node = heapq.heappop(turns)
        members = ready[found[node].terms, kind[node], len(copies[node])]
        loop = []
        while members:
            done = members.popleft()
            loop.append(done)
            for user in users[done]:
                depth[user] = max(depth[user], depth[done] + 1)
                waiting[user] -= 1
                if not waiting[user]:
                    is_ready(user)
        if loop:
            loops.append(loop)
    return loops
