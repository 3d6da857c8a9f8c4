"""The choice of NumPy calls for a group of nodes or edges: what is read in place, gathered, added up.

Each call is bound to its blocks, so that making it again computes from what the blocks hold by then.
"""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np

from microcrad.tape.memory import Blocks
from microcrad.tape.numpy_expressions import Block, Call, Translation, plain_ufunc
from microcrad.tape.selection import Rows, Selection
from microcrad.tape.tape_layout import Edges, Group

__all__ = ["Calls", "added_up", "assign"]


class Calls:
    """The calls for one group of nodes or edges, while they are being chosen."""

    def __init__(self, memory: Blocks) -> None:
        self._memory = memory
        self._calls: list[Call] = []
        self._rooms = itertools.count()

    def group(self, group: Group) -> list[Call]:
        """Compute a group's rows."""
        out = self._read(self._memory.numbers(group.out), group.out)
        translation = Translation(self._blocks(group, out.shape[1]), self._room)
        translation.write(group.text, out)
        return self._calls + translation.calls

    def edges(self, edges: Edges) -> list[Call]:
        """Add what the edges carry to their targets' gradients, or assign it."""
        count, targets = len(edges.users.rows), len(edges.targets.rows)
        upstream = self._read(self._memory.grads(edges.users), edges.users)
        local = self._local(edges, upstream.shape[1])
        lanes = 1 if edges.targets.shared else self._memory.lanes
        into, store = self._destination(edges, (targets, lanes))
        if count == targets:
            self._carry(local, upstream, into)
            return self._calls + store
        terms = self._room((count, lanes))
        self._carry(local, upstream, terms)
        if edges.each:  # A sum over equal shares takes a fifth of reduceat's time.
            terms = terms.reshape(targets, edges.each, lanes)
            self._calls.append(partial(np.add.reduce, terms, 1, None, into))
        else:
            self._calls.append(partial(np.add.reduceat, terms, edges.starts, 0, None, into))
        return self._calls + store

    def _carry(self, local: Block | float, upstream: Block, into: Block) -> None:
        """`into = local * upstream`, added up over the lanes if `into` has only one."""
        if into.shape[1] == upstream.shape[1]:
            one = isinstance(local, float) and local == 1
            call = partial(np.copyto, into, upstream) if one else partial(np.multiply, local, upstream, into)
            self._calls.append(call)
            return
        upstream = np.broadcast_to(upstream, (len(into), upstream.shape[1]))
        if isinstance(local, float):
            self._calls.append(partial(np.add.reduce, upstream, -1, None, into, True))
            if local != 1:
                self._calls.append(partial(np.multiply, into, local, into))
        else:
            local = np.broadcast_to(local, upstream.shape)
            self._calls.append(partial(np.vecdot, local, upstream, into[:, 0]))

    def _local(self, edges: Edges, lanes: int) -> Block | float:
        """The local derivative of each edge, or the number that it is for all."""
        translation = Translation(self._blocks(edges, lanes), self._room)
        local = translation.value(edges.text)
        self._calls += translation.calls
        return local

    def _destination(self, edges: Edges, shape: tuple[int, int]) -> tuple[Block, list[Call]]:
        """Where to put what the targets receive, and the calls that bring it to their gradients."""
        grads = self._memory.grads(edges.targets)
        view = edges.targets.view(grads)
        if view is not None and not edges.adds:
            return view, []
        into = self._room(shape)
        if view is not None:
            return into, [partial(np.add, view, into, view)]
        return into, [partial(_add if edges.adds else assign, grads, edges.targets.rows, into)]

    def _blocks(self, texts: Group | Edges, lanes: int) -> dict[str, Block]:
        """What a text's names are."""
        blocks = {}
        for name, selection in texts.operands.items():
            block = self._read(self._memory.numbers(selection), selection)
            # The same number for everything, as a constant is: calls with a scalar are the fastest.
            same = selection.shared and lanes != 1 and selection.single
            blocks[name] = block.reshape(()) if same else block
        if texts.exponents is not None:
            # They fill their block: for one exponent NumPy would take shortcuts that are not C's pow.
            blocks["k"] = np.repeat(texts.exponents[:, None], lanes, axis=1)
        return blocks

    def _read(self, block: Block, selection: Selection) -> Block:
        """The rows, shape (rows, lanes), without a copy if they follow one another."""
        view = selection.view(block)
        if view is not None:
            return view
        gathered = self._room((len(selection.rows), block.shape[1]))
        # Rows are within bounds, which `clip` spares checking.
        self._calls.append(partial(np.take, block, selection.rows, 0, gathered, "clip"))
        return gathered

    def _room(self, shape: tuple[int, ...]) -> Block:
        return self._memory.room(next(self._rooms), shape)


def added_up(run: tuple[Group, ...], shared: Block) -> list[Call]:
    """A long sum (or product) in one call, which adds one term after the other as the graph does."""
    function = plain_ufunc(run[0].text)
    assert function is not None
    first, rows = run[0].operands["a"].rows, run[0].out.rows
    terms = np.concatenate([first, *(group.operands["b"].rows for group in run)])
    gathered, sums = np.empty((2, len(run) + 1, len(rows)))
    results = shared[rows[0] : run[-1].out.rows[-1] + 1].reshape(len(run), len(rows))
    return [
        partial(np.take, shared, terms, None, gathered.reshape(-1), "clip"),
        partial(function.accumulate, gathered, 0, None, sums),
        partial(np.copyto, results, sums[1:]),
    ]


def assign(block: Block, rows: Rows, numbers: Block | float) -> None:
    """Write to rows that are no block."""
    block[rows] = numbers


def _add(block: Block, rows: Rows, numbers: Block) -> None:
    block[rows] += numbers
