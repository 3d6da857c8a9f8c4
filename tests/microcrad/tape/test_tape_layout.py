"""How a tape is laid out and computed: expressions in NumPy, selections of rows, blocks and calls."""

from __future__ import annotations

import itertools
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tape_graphs import (
    INF,
    NAN,
    SPECIAL,
    network,
    points,
)

from microcrad.ops import OPERATIONS, Operation
from microcrad.ops import _compile as compile_python
from microcrad.ops import _floats as floats
from microcrad.tape import Tape
from microcrad.tape.numpy_expressions import Translation, constant, evaluate, names, plain_ufunc
from microcrad.tape.record import record
from microcrad.tape.selection import Selection
from microcrad.tape.tape_layout import lay_out

every_row = pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)


@every_row
def test_every_text_means_in_numpy_what_it_means_in_python(row: Operation) -> None:
    """Elementwise on special numbers: equal, the same sign of zero, nan where nan."""
    k = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, 3.0, -3.0, INF, -INF, NAN] if row.takes_parameter else [0.0]
    cases = np.array(list(itertools.product(SPECIAL, SPECIAL if row.arity == 2 else [0.0], k)))
    results = [row.evaluate(*case) for case in cases.tolist()]
    blocks = dict(zip(("a", "b", "k"), cases.T[:, :, None], strict=True)) | {
        "out": np.array(results)[:, None]
    }
    for text in (row.forward, *row.partials):
        python = compile_python(("a", "b", "k", "out"), floats(text))
        wanted: list[Any] = [python(*case, out) for case, out in zip(cases.tolist(), results, strict=True)]
        with np.errstate(all="ignore"):
            value = np.broadcast_to(evaluate(text, **blocks), (len(cases), 1))[:, 0]
            into = np.full((len(cases), 1), 99.0)
            translation = Translation(blocks, np.empty)
            translation.write(text, into)
            for call in translation.calls:
                call()
        for got in (value, into[:, 0]):
            np.testing.assert_allclose(got, wanted, rtol=1e-13)
            numbers = ~np.isnan(got)
            assert (np.signbit(got) == np.signbit(wanted))[numbers].all()


def test_the_translator_knows_the_whole_language_of_the_texts() -> None:
    a, b, k = np.array([1.0, 3.0]), np.array([4.0, 5.0]), np.array([2.0, 0.5])
    assert np.asarray(evaluate("-a * 2 - b / k", a=a, b=b, k=k)).tolist() == [-4.0, -16.0]
    assert np.asarray(evaluate("0 if a == 1 else pow(a, k)", a=a, k=k)).tolist() == [0.0, 3.0**0.5]
    assert names("exp(a) + out") == {"a", "out"}
    assert (constant("1"), constant("a"), constant("-2 * 3")) == (1.0, None, -6.0)
    assert (plain_ufunc("a + b"), plain_ufunc("b + a"), plain_ufunc("exp(a)")) == (np.add, None, None)
    with pytest.raises(AssertionError, match="no NumPy form"):
        evaluate("a ** b", a=a, b=b)


def test_calls_compute_again_what_their_blocks_hold_by_then() -> None:
    a, into = np.array([1.0, -2.0]), np.zeros(2)
    translation = Translation({"a": a}, np.empty)
    translation.write("0 if a < 0 else a * a", into)
    for numbers, wanted in (([3.0, -1.0], [9.0, 0.0]), ([-3.0, 4.0], [0.0, 16.0])):
        a[:] = numbers
        for call in translation.calls:
            call()
        assert into.tolist() == wanted


def test_importing_microcrad_does_not_import_numpy() -> None:
    probe = "import sys, microcrad, microcrad.nn; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


@given(st.integers(0, 15), st.integers(1, 5), st.sampled_from([-1, 0, 1, 2]), st.booleans())
def test_a_view_is_the_rows_that_were_selected(first: int, count: int, step: int, bent: bool) -> None:
    block = np.arange(90.0).reshape(30, 3)
    rows = 5 + first + step * np.arange(count)
    rows[-1] += bent
    view = Selection(shared=False, rows=rows).view(block)
    in_order, single = [*rows] == [*range(rows[0], rows[0] + count)], len({*rows}) == 1
    assert (view is not None) == (in_order or single)
    if view is not None:
        assert np.broadcast_to(view, (count, 3)).tolist() == block[rows].tolist()
        assert np.shares_memory(view, block)


def test_the_sums_of_a_layer_are_added_up_where_they_are() -> None:
    """Five neurons of four inputs: what is gathered is what products are made of, and nothing else."""
    build, parameters = network("relu")
    tape = Tape.record(build, points(1)[0], parameters)
    tape.forward(points(5))
    assert tape._last is not None
    calls = [call.func for call in tape._last.forward]  # type: ignore[attr-defined]
    layers = 3
    assert calls.count(np.take) <= 2 * layers
    assert calls.count(np.add) > calls.count(np.take)


def test_nodes_of_one_depth_and_operation_are_one_block() -> None:
    build, parameters = network("relu")
    groups = list(itertools.chain(*lay_out(record(build, points(1)[0], parameters, None)).runs))
    # A neuron of n inputs: products, n sums, an activation, a depth each; a layer's products are one block.
    # The label's negative has the depth of products, but not their kinds of operands.
    assert len(groups) == (1 + 2 + 1) + (1 + 5 + 1) + (1 + 4) + (1 + 3)
    rows = np.concatenate([group.out.rows for group in groups])
    assert (np.diff(rows) == 1).all()
