"""What a node's number is mostly made of, and its grad: the largest terms of a sum, and what arrived.

A sum of many terms is a chain of additions. The partial sums, which nobody has named, say little; what was
added does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nsmallest

from microcrad.ops import ADD, LEAF, MUL
from microcrad.timeline.long_temporaries import called_for_short
from microcrad.timeline.sentences import data_hidden, slope
from microcrad.timeline.snapshot import Snapshot

__all__ = ["FEW", "contributors", "largest_sent", "largest_terms", "terms"]

FEW = 3
"""How many are named; where there are no more, nothing is said of which are the largest."""
MOST = 10_000
"""A chain is followed so far."""


def terms(at: Snapshot, node: int) -> list[int]:
    """What a node is the sum of, in order: itself where it is none.

    Partial sums are gone through on the left, where a sum of many has them, unless they have a name.
    """
    log, found = at.log, list[int]()
    while log.operation(node) is ADD and len(found) < MOST:
        if found and at.named(node):
            break
        node, right = log.operands(node)
        found.append(right)
    return [node, *reversed(found)]


def largest_terms(at: Snapshot, node: int) -> str:
    """The largest terms of a sum of more than a few, in a sentence; empty for any other node."""
    added = terms(at, node)
    if len(added) <= FEW or data_hidden(at, node, *added):
        return ""
    sizes = [(number, each) for each in added if (number := at.data(each)) is not None]
    said = ", ".join(f"{_spelled(at, each)}: {at.digits(number)}" for number, each in _largest(sizes))
    return f"largest of {len(added)} terms: {said}"


def contributors(at: Snapshot, node: int) -> list[int]:
    """What a node got its number from, what contributed most first; empty for a leaf and for what is hidden.

    Of a sum they are its terms, and of another operation its operands, by how much of the number would go
    with each: its slope times its data. Of two alike the one that was computed itself comes first.
    """
    operands = at.log.operands(node)
    parts = terms(at, node) if at.log.operation(node) is ADD else list(dict.fromkeys(operands))
    if not operands or at.data(node) is None or data_hidden(at, node, *parts):
        return []
    slopes = dict.fromkeys(parts, 1.0)
    if at.log.operation(node) is not ADD:
        slopes = dict.fromkeys(parts, 0.0)
        for slot, operand in enumerate(operands):
            slopes[operand] += slope(at, node, slot)[2]

    def size(part: int) -> tuple[bool, float, bool]:
        brought = abs(slopes[part] * (at.data(part) or 0.0))
        known = brought == brought
        # To so many digits: what the operands of a product contribute is the same but for rounding.
        return not known, -float(f"{brought:.6e}") if known else 0.0, at.log.operation(part) is LEAF

    return sorted(dict.fromkeys(parts), key=size)


def largest_sent(at: Snapshot, arrived: Sequence[int]) -> str:
    """The largest of more than a few contributions to a grad, by their edges' events; empty for fewer."""
    if len(arrived) <= FEW:
        return ""
    log = at.log
    edges = [log.details[event] for event in arrived]
    sizes = [(log.edge_local[edge] * log.edge_upstream[edge], log.edge_source[edge]) for edge in edges]
    said = ", ".join(f"from {at.label(source)}: {at.digits(number)}" for number, source in _largest(sizes))
    return f"largest of {len(arrived)} contributions: {said}"


def _spelled(at: Snapshot, node: int) -> str:
    """What a term is called: a product that is only numbered, by what is multiplied."""
    if (
        at.log.operation(node) is not MUL
        or at.named(node)
        or at.label(node) != called_for_short(at.log, node)
    ):
        return at.label(node)
    return "*".join(at.written(operand).inside(2) for operand in at.log.operands(node))


def _largest(sizes: Iterable[tuple[float, int]]) -> list[tuple[float, int]]:
    """The few largest of some numbers with their nodes, what is no number before all.

    Only these are then asked what they are called, which takes longer than finding them among thousands.
    """
    return nsmallest(FEW, sizes, key=lambda each: -abs(each[0]) if each[0] == each[0] else float("-inf"))
