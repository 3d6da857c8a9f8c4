"""What a tape refuses to record, and why."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from tape_graphs import (
    Build,
)

from microcrad import Value
from microcrad.tape import Tape, TapeError


def stateful(make: Callable[[int, list[Value]], Value]) -> Build:
    calls = itertools.count()
    return lambda x: make(next(calls), x)


W = Value(2.0)
STALE = Value(2.0) * 3
STALE.data = 7.0


def set_data(node: Value, x: float) -> Value:
    node.data = x
    return node


REFUSED: list[tuple[str, Build]] = [
    ("node 2 is mul for one and add for the other", lambda x: W * x[0] if x[0].data > 0 else W + x[0]),
    ("it has 3 nodes for one and 4", lambda x: (W * x[0], (W * x[0]).exp())[x[0].data < 0]),
    ("has other operands", lambda x: W + x[0] + (W if x[0].data > 0 else x[0])),
    ("input 0 for one and input 1 for the other", lambda x: x[0] if x[0].data > x[1].data else x[1]),
    ("the parameter of node 1, pow, is 1.0 for one sample", lambda x: x[0] ** x[0].data),
    ("the constant in node 1 is 1.0 for one sample and -1.625", lambda x: x[0] * x[0].data),
    ("the constant in node 1 is 0.0 for one sample and 1.0", stateful(lambda call, x: x[0] * call)),
    ("is 0.0 for one sample and -0.0 for", stateful(lambda call, x: x[0] * (-0.0 if call else 0.0))),
    ("must return one Value, the sample's loss, not list", lambda x: [x[0]]),  # type: ignore[list-item, return-value]
    ("must be a list of Values, not Value", lambda x: (x[0], x[1])),  # type: ignore[arg-type, return-value]
    ("not a list with something else", lambda x: (x[0], [x[1], 2.0])),  # type: ignore[arg-type, list-item, return-value]
    ("the outputs are nodes [0] for one and [1]", lambda x: (x[0] + x[1], [x[x[0].data < 0]])),  # type: ignore[arg-type, return-value]
    ("holds 7.0, which is not the mul of its operands", lambda x: STALE + x[0]),
    ("build changed input 1", lambda x: x[0] * set_data(x[1], 5.0)),
    ("build changed parameter 0", stateful(lambda call, x: set_data(W, W.data + 1.0) * x[0])),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "build"), REFUSED, ids=[reason for reason, _ in REFUSED])
def test_what_cannot_be_replayed_is_refused_with_a_reason(reason: str, build: Build) -> None:
    with pytest.raises(TapeError) as caught:
        Tape.record(build, [1.0, 0.25], [W])
    assert reason in str(caught.value)


def test_parameters_must_be_leaves_and_listed_once() -> None:
    with pytest.raises(TapeError, match="parameter 1 is the result of exp"):
        Tape.record(lambda x: x[0], [1.0], [W, W.exp()])
    with pytest.raises(TapeError, match="listed twice"):
        Tape.record(lambda x: x[0], [1.0], [W, W])


def test_the_second_sample_can_be_given() -> None:
    def build(x: list[Value]) -> Value:
        if x[0].data <= 0:
            raise ValueError("only numbers above 0")
        return x[0].log() if x[0].data < 10 else x[0]

    with pytest.raises(ValueError, match="only numbers above 0"):
        Tape.record(build, [1.0], [])
    assert Tape.record(build, [1.0], [], other=[2.0]).forward([[1.0]]).tolist() == [0.0]
    with pytest.raises(TapeError, match="shape"):
        Tape.record(build, [1.0], [], other=[11.0])
    with pytest.raises(ValueError, match="1 and 2 inputs"):
        Tape.record(build, [1.0], [], other=[1.0, 2.0])


def test_a_recording_in_slices_is_the_same_and_can_be_left() -> None:
    """It says how far it is, and builds the second graph only once the first one is done with."""
    built: list[float] = []

    def build(leaves: list[Value]) -> Value:
        built.append(leaves[0].data)
        return (W * leaves[0]).tanh() + 1

    slices, shares = Tape.recording(build, [0.5], [W]), list[float]()
    while True:
        try:
            shares.append(next(slices))
        except StopIteration as end:
            tape = end.value
            break
    assert shares == sorted({share for share in shares if 0 < share < 1})
    assert len(shares) > 6
    assert tape.forward([[0.25]]) == Tape.record(build, [0.5], [W]).forward([[0.25]])
    built.clear()
    left = Tape.recording(build, [0.5], [W])
    next(left)
    left.close()
    assert built == [0.5]
