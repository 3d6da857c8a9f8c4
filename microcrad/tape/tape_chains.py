"""Chains: which nodes of a recorded graph are never stored, because their only user takes them as they come.

A neuron adds up products, one after the other. Each product and each partial sum is used once, by the next
sum, so a replay can keep them in a register: it reads two numbers, multiplies, adds, and stores the last sum
only. Nothing is added up in another order than the graph's, so the result is the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from microcrad.ops import LEAF, OPERATIONS
from microcrad.tape.numpy_expressions import constant, names
from microcrad.tape.record import Recording

__all__ = ["Chain", "Storage", "Term", "chains", "kinds"]

_MOST_RUNS = 16
"""How often the kind of term may change along one chain; each change takes code of its own."""


class Storage(Enum):
    """Where a node's number is, and where its gradient."""

    CONSTANT = "one number for all samples, which is not differentiated"
    PARAMETER = "one number for all samples, and one gradient, added up over the samples"
    SHARED = "one number for all samples, made of parameters, with a gradient a lane"
    LANES = "a number a lane, which is not differentiated"
    DIFFERENTIATED = "a number and a gradient a lane"

    @property
    def wide(self) -> bool:
        """Whether samples have numbers of their own."""
        return self in (Storage.LANES, Storage.DIFFERENTIATED)

    @property
    def differentiated(self) -> bool:
        """Whether a gradient is sent on to it."""
        return self in (Storage.PARAMETER, Storage.SHARED, Storage.DIFFERENTIATED)


@dataclass(frozen=True, slots=True)
class Term:
    """What a chain adds: a node that is stored, or (with a row of the table) one that is not."""

    code: int
    """The row that computes it of its operands; `LEAF`'s for a node that is read as it is."""
    kinds: tuple[Storage, ...]
    """Of the operands, or of the node that is read."""


@dataclass(frozen=True, slots=True)
class Chain:
    """How a stored node is computed: the sum of some terms, or of a single one."""

    terms: tuple[Term, ...]
    operands: tuple[int, ...]
    """Of all terms, one after the other."""


def kinds(recording: Recording) -> list[Storage]:
    """Each node's kind."""
    wide, above = recording.made_of(recording.inputs), recording.made_of(recording.parameters)
    found = []
    for node, code in enumerate(recording.codes):
        if not above[node] or node > recording.loss:  # What comes after the loss is for the outputs only.
            found.append(Storage.LANES if wide[node] else Storage.CONSTANT)
        elif wide[node]:
            found.append(Storage.DIFFERENTIATED)
        else:
            found.append(Storage.PARAMETER if code == LEAF.code else Storage.SHARED)
    return found


def chains(recording: Recording, kind: Sequence[Storage]) -> dict[int, Chain]:
    """The chain of every node that is stored and no leaf."""
    codes, left, right = recording.codes, recording.left, recording.right
    uses = [0] * (len(codes) + 1)
    for column in (left, right, recording.outputs, [recording.loss]):
        for node in column:
            uses[node] += 1
    inline, found = [False] * len(codes), {}

    def term(node: int) -> tuple[Term, tuple[int, ...]]:
        if uses[node] == 1 and _forgets_its_result(codes[node]):
            inline[node] = True
            a, b = left[node], right[node]
            return Term(codes[node], (kind[a], kind[b])), (a, b)
        return Term(LEAF.code, (kind[node],)), (node,)

    for last in range(len(codes) - 1, -1, -1):  # Users before what they use.
        if inline[last] or codes[last] == LEAF.code:
            continue
        if not _is_sum(codes[last]):
            operands = tuple(node for node in (left[last], right[last]) if node >= 0)
            found[last] = Chain((Term(codes[last], tuple(kind[node] for node in operands)),), operands)
            continue
        added, runs = [term(right[last])], 1
        first = left[last]
        while _is_sum(codes[first]) and uses[first] == 1 and runs < _MOST_RUNS and kind[first] is kind[last]:
            inline[first] = True
            added.append(term(right[first]))
            runs += added[-1][0] != added[-2][0]
            first = left[first]
        added.append(term(first))
        added.reverse()
        found[last] = Chain(
            tuple(each for each, _ in added), tuple(node for _, nodes in added for node in nodes)
        )
    return found


@cache
def _is_sum(code: int) -> bool:
    """Whether a row adds its two operands, and so hands its gradient on to both unchanged."""
    partials = OPERATIONS[code].partials
    return len(partials) == 2 and all(constant(text) == 1 for text in partials)


@cache
def _forgets_its_result(code: int) -> bool:
    """Whether a row needs nothing but two operands, also to be differentiated, as a product does."""
    operation = OPERATIONS[code]
    used = frozenset().union(*map(names, (operation.forward, *operation.partials)))
    return operation.arity == 2 and used <= {"a", "b"}
