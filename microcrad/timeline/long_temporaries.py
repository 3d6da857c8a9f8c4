"""What to call that which nobody named and whose expression is long: `t1`, `t2`, in order of appearance.

The names are those of a whole run, the same at each of its moments. What the program has named so is left
out.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from microcrad.ops import ADD, LEAF, MUL, OPERATIONS, POW
from microcrad.text.formulas import ATOM
from microcrad.text.numbers import short
from microcrad.timeline.log import Log

__all__ = ["MAX_LABEL", "called_for_short", "minus_of", "one_piece", "short_names"]

MAX_LABEL = 28
"""How long an expression may be that stands for what it makes."""


def called_for_short(log: Log, node: int) -> str | None:
    """A node's short name; None if it has a name, or is written out."""
    log = log.whole or log
    found = _found.get(log)
    if found is None:
        found = _found[log] = _ShortNames(log)
    return found.of(node)


def short_names(taken: set[str]) -> _Numbers:
    """Gives `t1`, `t2` and so on, but for what is taken."""
    return _Numbers(taken)


def one_piece(log: Log, node: int, operand: int) -> bool:
    """Whether an operand was made by the same operator as what is made of it, and nobody named it."""
    same = log.spans_at[log.born[node]] == log.spans_at[log.born[operand]]
    return same and operand not in log.names_of


def minus_of(log: Log, node: int) -> int | None:
    """The node that this one is minus of, if it was built for a minus sign; None if it was not."""
    one = log.right[node]
    if log.codes[node] != MUL.code or not one_piece(log, node, one):
        return None
    return log.left[node] if log.codes[one] == LEAF.code and log.values[log.born[one]] == -1 else None


class _Numbers:
    def __init__(self, taken: set[str]) -> None:
        self._taken, self._given = taken, 0

    def next(self) -> str:
        """The next one."""
        while True:
            self._given += 1
            if (name := f"t{self._given}") not in self._taken:
                return name


class _ShortNames:
    """The short names of a run, found as far as anybody has asked."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lengths: list[int] = []
        """How long each node is where another one is made of it."""
        self._binds: list[int] = []
        """How tightly the outermost operation of what is written for it binds."""
        self._names: dict[int, str] = {}
        self._numbers = short_names(set(log.bind_events))

    def of(self, node: int) -> str | None:
        for each in range(len(self._lengths), node + 1):
            length, binds = self._written(each)
            if length > MAX_LABEL and binds < _NAMED:
                self._names[each] = name = self._numbers.next()
                length, binds = len(name), ATOM
            self._lengths.append(length)
            self._binds.append(binds)
        return self._names.get(node)

    def _written(self, node: int) -> tuple[int, int]:
        """How long a node is and how tightly it binds; what has a name binds like one."""
        log = self._log
        if node in log.names_of:
            return len(log.names_of[node][0][1]), _NAMED
        if node in log.labels:
            return len(log.labels[node][0][1]), _NAMED
        left, right = log.left[node], log.right[node]
        if left < 0:
            return len(short(log.values[log.born[node]])), _NAMED
        op = OPERATIONS[log.codes[node]]
        if right < 0:
            if not op.infix:
                return len(op.symbol) + 2 + self._lengths[left], _CALL
            return self._inside(left, op.precedence + 1) + 2 + len(short(log.extras[node])), op.precedence
        if op is ADD:
            taken = minus_of(log, right) if one_piece(log, node, right) else None
            return self._inside(left, 1) + 3 + self._inside(right if taken is None else taken, 2), 1
        if (taken := minus_of(log, node)) is not None:
            return 1 + self._inside(taken, 3), 3
        if log.codes[right] == POW.code and log.extras[right] == -1 and one_piece(log, node, right):
            return self._inside(left, 2) + 1 + self._inside(log.left[right], 3), 2
        return self._inside(left, 2) + 1 + self._inside(right, 2), 2

    def _inside(self, node: int, binds: int) -> int:
        return self._lengths[node] + 2 * (self._binds[node] < binds)


_NAMED, _CALL = ATOM, ATOM - 1
_found: WeakKeyDictionary[Log, _ShortNames] = WeakKeyDictionary()
"""They go with their log."""
