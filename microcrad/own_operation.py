"""Operations that a program brings: what stands in a node in the place of a row of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

from microcrad.ops import Operation, divide

__all__ = ["OwnOperation", "own_edges"]


class OwnOperation(Operation):
    """An operation that a program brings: a name, and a function that sends one node's grad to its operands.

    It is no row, and each of its nodes has one. No rule is known of it, so it cannot be computed again,
    copied, recorded or written in another language.
    """

    __slots__ = ("backward", "operands")
    operands: tuple[Any, ...]  # type: ignore[misc]  # Here they are the node's.
    """The operands of its node, any number of them."""
    backward: Callable[[], object]
    """Adds to the grads of the operands, as micrograd's `_backward` does."""

    def __init__(self, name: str, operands: tuple[Any, ...], backward: Callable[[], object]) -> None:
        super().__init__(name, name, 9, "", (), "", why="It is not one of the table's.")
        object.__setattr__(self, "operands", operands)
        object.__setattr__(self, "backward", backward)

    @classmethod
    def of(cls, name: str, children: Iterable[Any], kind: type) -> OwnOperation:
        """What makes a node with some children, nodes of a kind, each of which it retains.

        It sends nothing on until the node is given a `_backward`.
        """
        operands = tuple(children) if isinstance(children, Iterable) else (children,)
        if isinstance(children, (str, kind)) or not all(isinstance(child, kind) for child in operands):
            wanted = "the children of a Value are a tuple of Values"
            raise TypeError(f"{wanted}, not {children!r}; a name to show is given as label=")
        if not isinstance(name, str):
            raise TypeError(f"the _op of a Value is a text, not {type(name).__name__}")
        for child in operands:
            child._data  # noqa: B018  A freed one is refused before any count has changed.
        for child in operands:
            child.ref_count += 1
        return cls(name, operands, lambda: None)

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


def own_edges(node: Any) -> Iterator[tuple[Any, int, float, float, float, float]]:
    """Run the function of a node's own operation, and tell what it changed as edges of the engine.

    What reached an operand is told in its first slot.
    """
    operands, upstream = node.prev, node._grad
    before = [operand._grad for operand in operands]
    node._backward()
    for operand in node._prev:
        slot = operands.index(operand)
        local = divide(operand._grad - before[slot], upstream)
        yield node, slot, local, upstream, before[slot], operand._grad
