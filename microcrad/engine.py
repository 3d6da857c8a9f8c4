"""The engine: `Value`, one scalar node of a graph, and `backward`, which applies the chain rule to it.

A node remembers the operation and the operands that made it, so a graph is nothing but nodes pointing at
their operands. It holds no closures and no reference cycles: when the last handle to a node goes, Python
frees it, and what only it used, at once. What each operation computes is in `microcrad.ops`; who owns the
nodes, when the program and not Python does, is in `microcrad.heap`: a node tells the region it lives in what
happens to it, so these two speak of each other, as no other files do. Nothing here uses recursion: a chain
of a million nodes is built, differentiated and freed like any other graph.

It reads from top to bottom: `Value` and its operations, how one of them makes a node, and the backward pass.
What does not belong to the idea stands elsewhere: which numbers may meet a `Value` in `real_numbers`,
operations of one's own in `own_operation`, copies in `copies`, what Python's garbage collector has to do with
nodes in `collector`; and what a freed node becomes, at the end.
`docs/how-it-works.md` starts with the same engine in 60 lines and says why this one is longer.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, KeysView, Sequence
from functools import partial
from typing import Any, NoReturn

from microcrad import copies, heap
from microcrad.collector import PutOff, collected
from microcrad.errors import DoubleFreeError, UseAfterFreeError
from microcrad.ops import ADD, COS, EXP, LEAF, LEAKY_RELU, LOG, MUL, POW, RELU, SIN, TANH, Operation, divide
from microcrad.own_operation import OwnOperation, own_edges
from microcrad.real_numbers import Number, real_number, real_number_or_none
from microcrad.slices import Slices, finish

__all__ = ["FREED", "LIVE", "Edge", "FreedValue", "Value", "backward_edges", "ordering", "topological_order"]

LIVE = 0x56414C55
"""The canary of a live node: the letters VALU."""


class Value:
    """One scalar of a graph: a number, its gradient, and the operation and operands that made it.

    Operators and methods build new nodes. Numbers that meet a `Value` become leaves. Only `+`, `*`, `**`
    with a number, `exp`, `log`, `relu`, `leaky_relu`, `tanh`, `sin` and `cos` are operations of their own;
    everything else is made of those, so that the graph shows it.
    """

    __slots__ = ("_data", "_grad", "extra", "label", "left", "op", "ref_count", "right")

    op: Operation
    """The row of the operation table that computed this node."""
    left: Value | None
    """The operand in slot 0, or None for a leaf. Read `prev` instead; two fields rather than a stored tuple
    leave Python's garbage collector half as many objects to walk, which halves a training step's time."""
    right: Value | None
    """The operand in slot 1, or None where there is at most one."""
    extra: float
    """The operation's parameter, such as the exponent of a power; 0 if it takes none."""
    ref_count: int
    """Whoever created the node holds one reference, each slot that uses it one, each `retain` one."""
    label: str
    """A name to show; it means nothing to the engine."""

    magic = LIVE  # A class attribute: freeing swaps the class, so the canary costs a node nothing.
    __array_ufunc__ = None  # Let NumPy's scalars hand their arithmetic to our reflected operators.

    def __init__(self, data: Number, _children: Iterable[Value] = (), _op: str = "", label: str = "") -> None:
        """A leaf; with `_children` or an `_op`, the result of an operation of one's own (see `_backward`)."""
        self._data = real_number(data)
        self._grad = 0.0
        self.op = LEAF
        self.left = self.right = None
        self.extra = 0.0
        self.ref_count = 1
        self.label = label
        if _children or _op:
            self.op = OwnOperation.of(_op, _children, Value)
        if heap.entered:
            heap.allocated(self)

    @property
    def data(self) -> float:
        """The number itself. What is assigned must be one real number: else `TypeError`."""
        return self._data

    @data.setter
    def data(self, number: Number) -> None:
        self._data = number if type(number) is float else real_number(number)

    @property
    def grad(self) -> float:
        """The derivative of the last root differentiated with respect to this node, summed over its uses.

        What is assigned must be one real number: else `TypeError`.
        """
        return self._grad

    @grad.setter
    def grad(self, number: Number) -> None:
        self._grad = number if type(number) is float else real_number(number)

    @property
    def prev(self) -> tuple[Value, ...]:
        """The operands in slot order, repeats kept: `x * x` has `(x, x)`, a leaf has `()`."""
        left, right = self.left, self.right
        return self.op.operands if left is None else (left,) if right is None else (left, right)

    # --- what programs written for micrograd read ---

    @property
    def _prev(self) -> KeysView[Value]:
        """The operands as a set: each once, in slot order."""
        return dict.fromkeys(self.prev).keys()

    @property
    def _op(self) -> str:
        """micrograd's sign for what made the node: `+`, `*`, `**2`, `ReLU`; of a leaf it is empty."""
        op = self.op
        return (
            ""
            if op is LEAF
            else f"{op.symbol}{self.extra:g}"
            if op.takes_parameter
            else op.micrograd or op.symbol
        )

    @property
    def _backward(self) -> Callable[[], object]:
        """Sends this node's grad on to its operands, once.

        What is assigned is done instead of the operation's own rule: this is how one adds an operation.
        `out = Value(x.data**2, (x,), "square")` with an `out._backward` that adds to `x.grad` is enough.
        """
        op = self.op
        return op.backward if isinstance(op, OwnOperation) else partial(_send, self)

    @_backward.setter
    def _backward(self, function: Callable[[], object]) -> None:
        if not callable(function):
            raise TypeError(f"_backward is a function without arguments, not {type(function).__name__}")
        self.op = OwnOperation(self._op, self.prev, function)
        self.left = self.right = None

    # --- the native operations ---

    def __add__(self, other: Value | Number) -> Value:
        """The sum of two nodes."""
        return _binary(ADD, self, other) if isinstance(other, Value) else _with_number(ADD, self, other)

    def __mul__(self, other: Value | Number) -> Value:
        """The product of two nodes."""
        return _binary(MUL, self, other) if isinstance(other, Value) else _with_number(MUL, self, other)

    def __pow__(self, exponent: Value | Number) -> Value:
        """A number is the operation's parameter; a `Value` exponent makes `exp(exponent * log(self))`."""
        if not isinstance(exponent, Value):
            k = real_number_or_none(exponent)
            return NotImplemented if k is None else _unary(POW, self, k)
        logarithm = self.log()
        product = exponent * logarithm
        return _release_after(product.exp(), product, logarithm)

    def exp(self) -> Value:
        """e raised to this node; infinity where C's `exp` overflows."""
        return _unary(EXP, self)

    def log(self) -> Value:
        """The natural logarithm; -inf at zero and nan below it."""
        return _unary(LOG, self)

    def relu(self) -> Value:
        """This node where it is positive, else 0."""
        return _unary(RELU, self)

    def leaky_relu(self) -> Value:
        """This node where it is positive, else a hundredth of it."""
        return _unary(LEAKY_RELU, self)

    def tanh(self) -> Value:
        """The hyperbolic tangent, between -1 and 1."""
        return _unary(TANH, self)

    def sin(self) -> Value:
        """The sine, of radians."""
        return _unary(SIN, self)

    def cos(self) -> Value:
        """The cosine, of radians."""
        return _unary(COS, self)

    # --- gradients and ownership ---

    def backward(self) -> None:
        """Set every reached node's grad to this node's derivative with respect to it, added to what is there.

        This node's own grad is assigned 1 first. Nothing is zeroed: a second call adds to the first.
        Raises `UseAfterFreeError`, before anything is written, if the graph reaches a freed node.
        """
        deque(backward_edges(self), maxlen=0)

    def retain(self) -> Value:
        """Take one more reference to this node, and return it."""
        self.ref_count += 1
        region = heap.active()
        if region is not None:
            region.retained(self)
        return self

    def release(self) -> None:
        """Give one reference back; at zero the node is freed and its slots release its operands in turn.

        Raises `DoubleFreeError` where that reaches a node that was freed before.
        """
        region = heap.active() if heap.entered else None
        # What is still to be released, nearest last: (node, the freed node whose slot held it, slot).
        pending: list[tuple[Value, Value | None, int]] = [(self, None, 0)]
        while pending:
            node, holder, slot = pending.pop()
            if isinstance(node, FreedValue):
                node.refuse_second_free(holder)
            node.ref_count = count = node.ref_count - 1
            if region is not None:
                region.released(node, holder, slot)
            if count:
                continue
            left, right = node.left, node.right
            if left is None:
                operands = node.op.operands
                pending += [(operands[i], node, i) for i in range(len(operands) - 1, -1, -1)]
            else:
                if right is not None:
                    pending.append((right, node, 1))
                pending.append((left, node, 0))
            _bury(node, region.freed(node) if region is not None else "")

    # --- operations made of others ---

    def __neg__(self) -> Value:
        """`self * -1`."""
        return self * -1.0

    def __sub__(self, other: Value | Number) -> Value:
        """`self + -other`; a number is negated before it becomes a leaf."""
        if not isinstance(other, Value):
            number = real_number_or_none(other)
            return NotImplemented if number is None else _with_number(ADD, self, -number)
        negated = -other
        return _release_after(self + negated, negated)

    def __truediv__(self, other: Value | Number) -> Value:
        """`self * other**-1`; of a number the inverse becomes a leaf."""
        if not isinstance(other, Value):
            number = real_number_or_none(other)
            return NotImplemented if number is None else _with_number(MUL, self, divide(1.0, number))
        inverse = other**-1.0
        return _release_after(self * inverse, inverse)

    def sqrt(self) -> Value:
        """The square root, as the power 0.5; nan below zero."""
        return self**0.5

    def sigmoid(self) -> Value:
        """`1 / (1 + exp(-self))`, between 0 and 1, built of its parts."""
        negated = -self
        exponential = negated.exp()
        denominator = 1.0 + exponential
        return _release_after(1.0 / denominator, denominator, exponential, negated)

    # --- the same with a number on the left ---

    def __radd__(self, other: Number) -> Value:
        leaf = _leaf_or_none(other)
        return NotImplemented if leaf is None else _release_after(leaf + self, leaf)

    def __rmul__(self, other: Number) -> Value:
        leaf = _leaf_or_none(other)
        return NotImplemented if leaf is None else _release_after(leaf * self, leaf)

    def __rsub__(self, other: Number) -> Value:
        leaf = _leaf_or_none(other)
        return NotImplemented if leaf is None else _release_after(leaf - self, leaf)

    def __rtruediv__(self, other: Number) -> Value:
        leaf = _leaf_or_none(other)
        return NotImplemented if leaf is None else _release_after(leaf / self, leaf)

    def __rpow__(self, other: Number) -> Value:
        leaf = _leaf_or_none(other)
        return NotImplemented if leaf is None else _release_after(leaf**self, leaf)

    # --- copies ---

    def __copy__(self) -> Value:
        """A second node of the same operation over the same operands, which it retains."""
        if isinstance(self.op, OwnOperation):
            self.op.refuse_copy()
        return copies.twin(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """For `pickle` and `deepcopy`: a graph of any depth is copied whole, with its counts as they are."""
        return copies.blank, (type(self), copies.below(self, topological_order)), self.__getstate__()

    def __repr__(self) -> str:
        name = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data}, grad={self.grad}{name})"


# --- making a node -------------------------------------------------------------------------------------

_new = Value.__new__


def _unary(op: Operation, operand: Value, parameter: float = 0.0) -> Value:
    node = _new(Value)
    node._data = op.evaluate(operand._data, 0.0, parameter)
    node._grad = 0.0
    node.op = op
    node.left = operand
    node.right = None
    node.extra = parameter
    node.ref_count = 1
    node.label = ""
    operand.ref_count += 1
    if heap.entered:
        heap.allocated(node)
    return node


def _binary(op: Operation, left: Value, right: Value) -> Value:
    node = _new(Value)
    node._data = op.evaluate(left._data, right._data, 0.0)
    node._grad = 0.0
    node.op = op
    node.left = left
    node.right = right
    node.extra = 0.0
    node.ref_count = 1
    node.label = ""
    left.ref_count += 1
    right.ref_count += 1
    if heap.entered:
        heap.allocated(node)
    if collected:  # Here alone: there is a sum or a product among any few nodes.
        _put_off()
    return node


def _with_number(op: Operation, left: Value, number: object) -> Value:
    leaf = _leaf_or_none(number)
    return NotImplemented if leaf is None else _release_after(_binary(op, left, leaf), leaf)


def _leaf_or_none(data: object) -> Value | None:
    number = real_number_or_none(data)
    return None if number is None else Value(number)


def _release_after(result: Value, *temporaries: Value) -> Value:
    """`result`, once what was made only to build it is released: the result's slots keep it alive."""
    for temporary in temporaries:
        temporary.release()
    return result


# --- the backward pass ---------------------------------------------------------------------------------

Edge = tuple[Value, int, float, float, float, float]
"""One application of the chain rule: `(node, slot, local, upstream, before, after)`.

`node` sent `local * upstream` to the operand in `slot`, whose grad went from `before` to `after`.
"""


def topological_order(root: Value) -> list[Value]:
    """Every node that `root` depends on, operands before users, `root` last.

    It is the depth-first post-order with slot 0 visited first, which is micrograd's order.
    Raises `UseAfterFreeError` if a freed node is reached.
    """
    return finish(ordering(root))


def ordering(root: Value) -> Slices[list[Value]]:
    """`topological_order` in slices of some milliseconds."""
    order: list[Value] = []
    met: set[Value] = set()
    stack: list[Value | None] = [root]
    while stack:
        for _ in range(_ORDERED_AT_ONCE):
            if not stack:
                break
            node = stack.pop()
            if node is None:  # The operands of the node below are done.
                order.append(stack.pop())  # type: ignore[arg-type]
            elif node not in met:
                met.add(node)
                left, right = node.left, node.right
                if left is not None:
                    stack.append(node)
                    stack.append(None)
                    if right is not None:
                        stack.append(right)
                    stack.append(left)
                elif node.op is LEAF:
                    order.append(node)
                else:
                    stack += [node, None, *reversed(node.op.operands)]
        yield
    return order


_ORDERED_AT_ONCE = 20_000
"""How many of its turns, of which a node takes two or three, an ordering does in a slice."""


def backward_edges(root: Value, order: Sequence[Value] | None = None) -> Iterator[Edge]:
    """Differentiate `root`, one edge of the graph at a time: the stepper that `backward` runs to its end.

    Every reached node's operands get `local * upstream` added to their grad, slot by slot, in reverse
    topological order; an edge with zero upstream counts as any other. The root's grad is assigned 1 before
    the first edge. The whole graph is checked before that: a freed node raises `UseAfterFreeError`.
    `order` is the root's `topological_order`, if it is known already.
    """
    order = topological_order(root) if order is None else order
    root._grad = 1.0
    for node in reversed(order):
        operand, right = node.left, node.right
        if operand is None:
            if node.op is not LEAF:
                yield from own_edges(node)
            continue
        upstream = node._grad
        b = 0.0 if right is None else right._data
        slot = 0
        for local in node.op.differentiate(operand._data, b, node.extra, node._data):
            before = operand._grad  # type: ignore[union-attr]  # A row has one partial per operand.
            operand._grad = after = before + local * upstream  # type: ignore[union-attr]
            yield node, slot, local, upstream, before, after
            slot, operand = 1, right


def _send(node: Value) -> None:
    """Send a node's grad to its operands by the rule of its operation."""
    a, b = (*(operand._data for operand in node.prev), 0.0, 0.0)[:2]
    for operand, local in zip(node.prev, node.op.differentiate(a, b, node.extra, node._data), strict=True):
        operand._grad += local * node._grad


# --- tombstones ----------------------------------------------------------------------------------------

FREED = 0xDEADDEAD
"""The canary of a freed node."""


class FreedValue(Value):
    """What a node becomes when it is freed: every way to use it raises `UseAfterFreeError`.

    Freeing swaps the node's class for this one, so that live nodes pay nothing for the check.
    """

    __slots__ = ()
    magic = FREED

    def refuse(self, *_: object) -> NoReturn:
        """Raise the error that any use of a freed node gets."""
        raise UseAfterFreeError(f"use after free: {self._story()}", self)

    def refuse_second_free(self, holder: Value | None) -> NoReturn:
        """Raise the error that releasing a freed node gets, directly or from a freed holder's slot."""
        by = "" if holder is None else " (a slot of a node being freed still pointed at it)"
        raise DoubleFreeError(f"double free{by}: {self._story()}", self)

    def release(self) -> NoReturn:
        """Raise `DoubleFreeError`."""
        self.refuse_second_free(None)

    def __repr__(self) -> str:
        return f"<freed Value: {self._story()}>"

    def _story(self) -> str:
        name, epitaph = _label_of(self) or "a node", _epitaph_of(self)
        return f"{name} was freed" + (f": {epitaph}" if epitaph else "; Heap(site=caller) records where")


_label_of = Value.label.__get__  # type: ignore[attr-defined, misc]
_epitaph_of = Value.extra.__get__  # type: ignore[attr-defined, misc]


def _bury(node: Value, epitaph: str) -> None:
    """Turn a node whose count reached zero into a tombstone that keeps only its label and epitaph."""
    node.left = node.right = None
    node.op = LEAF
    node.extra = epitaph  # type: ignore[assignment]
    node.__class__ = _freed[type(node)]


class _FreedKinds(dict[type[Value], type[FreedValue]]):
    """What a node of a class becomes: a class can only be swapped for one that derives from it."""

    def __missing__(self, kind: type[Value]) -> type[FreedValue]:
        refusing = {name: each for name, each in vars(FreedValue).items() if name != "__doc__"}
        self[kind] = freed = type(f"Freed{kind.__name__}", (kind, FreedValue), refusing)
        return freed


_freed = _FreedKinds({Value: FreedValue})


for _name in ("_data", "_grad", "op", "left", "right", "extra", "ref_count", "label"):
    setattr(FreedValue, _name, property(FreedValue.refuse, FreedValue.refuse))
for _name in ("add", "mul", "pow", "neg", "sub", "truediv", "radd", "rmul", "rsub", "rtruediv", "rpow"):
    setattr(FreedValue, f"__{_name}__", FreedValue.refuse)

_put_off = PutOff(Value)
gc.callbacks.append(collected.__setitem__)
