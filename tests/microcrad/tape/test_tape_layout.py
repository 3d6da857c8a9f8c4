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

from microcrad import Value
from microcrad.ops import OPERATIONS, Operation, as_python
from microcrad.ops import _compile as compile_python
from microcrad.tape import Tape
from microcrad.tape.numpy_expressions import Translation, constant, evaluate, names, plain_ufunc
from microcrad.tape.record import record
from microcrad.tape.selection import Selection, grid_for
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
        python = compile_python("a, b, k, out", as_python(text))
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


@given(st.data())
def test_a_view_is_the_rows_that_were_selected(data: st.DataObject) -> None:
    block = np.arange(60.0).reshape(20, 3)
    grid = data.draw(st.sampled_from([(), (1,), (5,), (2, 3), (3, 2), (1, 4), (4, 1)]))
    first, *steps = data.draw(st.tuples(st.integers(6, 8), st.integers(-1, 2), st.integers(-1, 2)))
    regular = first + sum(n * i for n, i in zip(steps, np.indices(grid), strict=False)) + np.zeros(grid, int)
    noise = data.draw(st.lists(st.sampled_from([0, 0, 0, 1]), min_size=regular.size, max_size=regular.size))
    for rows in (regular.ravel(), regular.ravel() + noise):
        view = Selection(shared=False, rows=rows).view(block, grid)
        if view is None:
            assert any(noise)
        else:
            assert view.tolist() == block[rows].reshape(*grid, 3).tolist()
            assert np.shares_memory(view, block)


@given(st.lists(st.lists(st.integers(0, 5), min_size=6, max_size=6), min_size=1, max_size=3))
def test_a_grid_has_a_place_for_every_row_and_finds_what_is_regular(lists: list[list[int]]) -> None:
    selections = [Selection(shared=False, rows=np.array(rows)) for rows in lists]
    grid = grid_for(selections)
    assert np.prod(grid) == 6
    found = sum(selection.strides(grid) is not None for selection in selections)
    assert found >= max(sum(s.strides(g) is not None for s in selections) for g in ((6,), (3, 2), (2, 3)))


def test_weights_and_inputs_of_a_layer_are_read_where_they_are() -> None:
    """Three neurons of four inputs, in the order in which a loop makes them: nothing is gathered."""
    weights = [Value(0.1 * i) for i in range(12)]

    def build(x: list[Value]) -> Value:
        sums = [sum(w * v for w, v in zip(weights[4 * j : 4 * j + 4], x, strict=True)) for j in range(3)]
        total = sums[0].tanh() * sums[1].tanh() * sums[2].tanh()
        assert isinstance(total, Value)
        return total

    tape = Tape.record(build, [1.0, 2.0, 3.0, 4.0], weights)
    tape.forward([[1.0, -2.0, 0.5, 4.0]] * 5)
    tape.backward()
    assert tape._last is not None
    calls = [call.func for call in (*tape._last.forward, *tape._last.backward)]  # type: ignore[attr-defined]
    assert np.multiply in calls
    assert np.take not in calls


def test_nodes_of_one_depth_and_operation_are_one_block() -> None:
    build, parameters = network("relu")
    groups = list(itertools.chain(*lay_out(record(build, points(1)[0], parameters, None)).runs))
    # A neuron of n inputs: products, n sums, an activation, a depth each; a layer's products are one block.
    # The label's negative has the depth of products, but not their kinds of operands.
    assert len(groups) == (1 + 2 + 1) + (1 + 5 + 1) + (1 + 4) + (1 + 3)
    rows = np.concatenate([group.out.rows for group in groups])
    assert (np.diff(rows) == 1).all()
