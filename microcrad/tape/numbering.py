"""The numbering of a recorded graph's nodes, and what each node needs of a replay.

Nodes that no sample's inputs reach (parameters, constants and what is computed of them) are *shared*: they
have one number for all samples, and come first. The others have a number a lane. Within these two, nodes are
numbered by (depth, operation), a leaf's depth being 0 and a result's one more than its deepest operand's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microcrad.ops import LEAF, OPERATIONS
from microcrad.tape.numpy_expressions import constant, names
from microcrad.tape.record import Recording
from microcrad.tape.selection import Rows, Selection

__all__ = ["Exponents", "Nodes"]

Exponents = NDArray[np.float64]
"""The parameter of each of some nodes."""


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """The recorded columns by row, with what follows from them."""

    recorded: Rows
    """Each row's place in the recording."""
    shared: int
    """How many rows are shared; they come first."""
    codes: Rows
    left: Rows
    right: Rows
    extra: Exponents
    keys: Rows
    """Shape (rows, ...): what is the same for nodes that one call computes."""
    needs: NDArray[np.bool_]
    """Which nodes' gradients a parameter's gradient depends on."""
    gradient: Rows
    """The row in which a node's gradient is: its own, or that of the sum whose term it is, and only there."""

    @classmethod
    def of(cls, recording: Recording) -> Nodes:
        depth, lanes, needs, gradient = _walk(recording)
        codes, left, right = (np.array(c) for c in (recording.codes, recording.left, recording.right))
        # What one call reads and differentiates has to be in one block: see `select` and `gradients`.
        kind = np.append(np.where(lanes, 2, codes == LEAF.code), -1)
        keys = np.column_stack([lanes, depth, codes, kind[left], kind[right]])
        # Within a group, in the order in which the nodes are used: most can then be read in place.
        user = np.full(len(codes), len(codes))
        for slot in (left, right):
            np.minimum.at(user, slot[slot >= 0], np.flatnonzero(slot >= 0))
        user_depth = np.append(depth, 0)[user]
        recorded = np.lexsort((user, user_depth, *keys.T[::-1]))
        row = np.empty_like(recorded)
        row[recorded] = np.arange(len(recorded))
        row = np.append(row, -1)  # No operand stays no operand.
        return cls(
            recorded=recorded,
            shared=int(np.count_nonzero(~lanes)),
            codes=codes[recorded],
            left=row[left[recorded]],
            right=row[right[recorded]],
            extra=np.array(recording.extra)[recorded],
            keys=keys[recorded],
            needs=needs[recorded],
            gradient=row[gradient[recorded]],
        )

    def select(self, rows: Rows) -> Selection:
        """Rows that are all shared or all not."""
        shared = bool(rows[0] < self.shared)
        return Selection(shared, rows if shared else rows - self.shared)

    def gradients(self, rows: Rows) -> Selection:
        """Where the gradients of rows are that are all leaves or all results.

        Parameters' are added up over the samples. Shared results have a gradient a lane all the same: to add
        up over the samples and then multiply is not the same where a derivative is infinite.
        """
        return Selection(bool(self.codes[rows[0]] == LEAF.code), rows)

    def blocks(self, text: str, rows: Rows) -> tuple[dict[str, Selection], Exponents | None]:
        """What a text's names are for these rows of one group."""
        used = names(text)
        operands = {"a": self.left, "b": self.right}
        blocks = {name: self.select(operands[name][rows]) for name in sorted(used & operands.keys())}
        if "out" in used:
            blocks["out"] = self.select(rows)
        return blocks, self.extra[rows] if "k" in used else None


def _walk(recording: Recording) -> tuple[Rows, NDArray[np.bool_], NDArray[np.bool_], Rows]:
    """For each node: depth, whether it has a number a lane, whether it needs a gradient, and whose it has."""
    count, end = len(recording.codes), recording.loss + 1
    slots = list(zip(recording.left, recording.right, strict=True))
    depth = [-1] * (count + 1)  # No operand is -1, which is the last place: one more than there are nodes.
    for node, (left, right) in enumerate(slots):
        depth[node] = 1 + max(depth[left], depth[right])
    lanes = recording.made_of(recording.inputs)
    needs = np.array(recording.made_of(recording.parameters)[:count])
    needs[end:] = False
    uses = np.bincount(np.array(slots[:end]).ravel() + 1, minlength=count + 1)[1:].tolist()
    gradient = list(range(count))
    ones = [[constant(text) == 1 for text in operation.partials] for operation in OPERATIONS]
    for user in range(recording.loss, -1, -1):
        for operand, one in zip(slots[user], ones[recording.codes[user]], strict=False):
            if one and uses[operand] == 1 and recording.codes[operand] != LEAF.code:
                gradient[operand] = gradient[user]
    return np.array(depth[:count]), np.array(lanes[:count]), needs, np.array(gradient)
