"""Operations that a program brings: what stands in a node in the place of a row of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from microcrad.ops import Operation

__all__ = ["OwnOperation"]


@dataclass(frozen=True, slots=True, eq=False)
class OwnOperation(Operation):
    """An operation that a program brings: a name, and a function that sends one node's grad to its operands.

    It is no row, and each of its nodes has one. No rule is known of it, so it cannot be computed again,
    copied, recorded or written in another language.
    """

    operands: tuple[Any, ...] = ()  # type: ignore[misc]  # Here they are the node's.
    """The operands of its node, any number of them."""
    backward: Callable[[], object] = lambda: None
    """Adds to the grads of the operands, as micrograd's `_backward` does."""

    @classmethod
    def called(cls, name: str, operands: tuple[Any, ...], backward: Callable[[], object]) -> OwnOperation:
        """The operation of one node."""
        why = "It is not one of the table's."
        return cls(name, name, 9, "", (), "", why, operands=operands, backward=backward)

    def __post_init__(self) -> None:
        for field_name in ("evaluate", "differentiate"):
            object.__setattr__(self, field_name, self.refuse)

    def refuse(self, *_: object) -> NoReturn:
        """Raise `TypeError`: the operation was handed to somebody who goes by the rows' texts."""
        raise TypeError(f"{self.name} is an operation of one's own: it has no rule to compute it by.")

    def refuse_copy(self) -> NoReturn:
        """Raise `TypeError`: a copy's function would speak of the nodes that it was made with."""
        raise TypeError(
            f"{self.name} is an operation of one's own: its _backward speaks of the nodes that it was made "
            "with, so a graph with it cannot be copied"
        )

    def __reduce__(self) -> NoReturn:
        self.refuse_copy()

    @property
    def arity(self) -> int:
        """How many operands its node has."""
        return len(self.operands)

    @property
    def infix(self) -> bool:
        """It is written as a call."""
        return False
