"""How much of a graph a diagram has in sight with its numbers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pictures import UNICODE, painted, wanted_of, words
from rich.cells import cell_len
from samples import always
from screens import EXAMPLES

from microcrad.drawing.layout import Layout
from microcrad.drawing.sight import centred
from microcrad.drawing.zooming import Zoom
from microcrad.session.session import Session
from microcrad.slices import finish
from microcrad.text.numbers import brief
from tui.playground.diagram.picture import Picture, Wanted, picturing


@pytest.mark.parametrize("example", ["mlp", "descent", "two-inputs"])
@pytest.mark.parametrize(("width", "height"), [(200, 60), (110, 40), (74, 16), (46, 15), (30, 9)])
def test_a_picture_fits_as_close_as_it_can(example: str, width: int, height: int) -> None:
    """In one direction or the other; where none fits, most of it is in sight around what matters."""
    session = Session(EXAMPLES[example])
    wanted = wanted_of(session, width, height)
    picture = finish(picturing(wanted, UNICODE))
    drawn = picture.layout
    fits = drawn.width <= width and drawn.height <= height
    for zoom in Zoom:
        for down in (False, True):
            one = finish(picturing(replace(wanted, zoom=zoom, down=down), UNICODE)).layout
            if one.width <= width and one.height <= height:
                assert fits or zoom is Zoom.SIGNS
                assert picture.way.zoom >= zoom
            if not fits and zoom is not Zoom.SIGNS:
                assert _seen(one, wanted, picture) <= _seen(drawn, wanted, picture)


def _seen(drawn: Layout, wanted: Wanted, picture: Picture) -> int:
    """How many boxes of a layout are in sight with the node that matters in the middle."""
    part = picture.shown.part(wanted.around)
    assert part is not None
    view = centred(drawn.boxes[part], (drawn.width, drawn.height), (wanted.width, wanted.height))
    return sum(view.has(box) for box in drawn.boxes)


TWO_INPUTS = "x1 = 2\nx2 = 0\nw1 = -3\nw2 = 1\nb = 6.88\nn = x1*w1 + x2*w2 + b\no = tanh(n)\nbackward(o)\n"


def test_a_neuron_of_two_inputs_is_whole_in_a_third_of_120x36() -> None:
    """Every name, data and grad of its ten nodes."""
    session = Session(TWO_INPUTS)
    session.go(len(session.log))
    picture = finish(picturing(wanted_of(session, 74, 16), UNICODE))
    assert (picture.way.zoom, picture.way.down) == (Zoom.CARDS, False)
    rows, _ = painted(session, picture)
    assert len(rows) <= 16
    assert max(map(cell_len, rows)) <= 75
    cards = "".join(words(rows).split())
    names = ["x1", "w1", "x2", "w2", "b", "n", "o", "x1*w1", "x2*w2"]
    assert [name for name in names if not re.search(rf"[╭┏][ «]{re.escape(name)} ", words(rows))] == []
    assert all(f"→{brief(row.data or 0.0)}" in cards for row in map(session.snapshot.row, range(10)))
    assert all(f"←{brief(row.grad)}" in cards for row in map(session.snapshot.row, range(10)))


TANH = "h = tanh(w*x + b)\n"
UNITS = "".join(
    [
        "x0 = 0.5\nx1 = -1.25\n",
        *(f"w{unit}{i} = {unit - 0.37 * i - 0.8}\n" for unit in range(3) for i in range(2)),
        *(f"h{unit} = tanh(w{unit}0*x0 + w{unit}1*x1)\n" for unit in range(3)),
        "v0 = 0.9\nv1 = -1.1\nv2 = 0.4\n",
        "loss = (v0*h0 + v1*h1 + v2*h2 - 1)**2\nbackward(loss)\n",
    ]
)


def dense(inputs: int, units: int) -> str:
    """A layer of units that each take every input, their sum and a loss, all with names of their own."""
    lines = [f"x{i} = {0.5 * i - 0.3:.2f}" for i in range(inputs)]
    lines += [f"w{h}{i} = {0.3 * h - 0.2 * i + 0.1:.2f}" for h in range(units) for i in range(inputs)]
    lines += [f"b{h} = {0.1 * h:.1f}" for h in range(units)]
    for h in range(units):
        lines.append(f"h{h} = tanh({' + '.join(f'w{h}{i}*x{i}' for i in range(inputs))} + b{h})")
    lines += [f"v{h} = {0.4 - 0.3 * h:.2f}" for h in range(units)]
    lines += [f"o = {' + '.join(f'v{h}*h{h}' for h in range(units))}", "loss = (o - 1)**2", "backward(loss)"]
    return "\n".join([*lines, ""])


BARS = {
    "dense": dense(3, 2),
    "broad": dense(1, 4),
    "sums of exponentials": (
        "a = 1\nb = 2\nc = 0.5\nea = exp(a)\neb = exp(b)\nec = exp(c)\ns = ea + eb + ec\npa = ea/s\n"
        "pb = eb/s\npc = ec/s\nloss = -log(pb) + 0.1*(pa**2 + pb**2 + pc**2)\nt = 0.3\n"
        "u = loss*t + pa*pc - pb\nv = tanh(u)\nbackward(v)\n"
    ),
    "cells": "x = 0.7\nw = 1.3\nb = -0.4\n"
    + TANH
    + 4 * TANH.replace("x", "h")
    + "l = h*h - 1\nbackward(l)\n",
    "deep": "x = 0.7\nw = 1.3\nb = -0.4\n" + TANH + 9 * TANH.replace("x", "h") + "backward(h)\n",
    "loss of two": (
        "x = 0.5\nw1 = 2\nw2 = -1\nw3 = 0.3\nb1 = 0.1\nh1 = tanh(w1*x + b1)\nh2 = tanh(w2*x + b1)\n"
        "h3 = sigmoid(w3*h1 - h2)\nloss = (h3 - 1)**2 + (h1 - h2)**2\nbackward(loss)\n"
    ),
    "units": UNITS,
    "one by one": (
        "x = 1.5\ny = -0.5\na = 0.25\nb = 2\nc = x*a + y\nd = tanh(c*b + x)\ne = sigmoid(d*a - y)\n"
        "f = relu(e + d*c)\ni = f*e + d\nj = tanh(i - c*0.1)\nloss = (j - i)**2\nbackward(loss)\n"
    ),
}


@pytest.mark.parametrize(
    ("program", "nodes", "numbered", "whole"),
    always(
        2,
        [
            ("units", 33, 24, 33),
            ("dense", 35, 22, 35),
            ("deep", 33, 21, 33),
            ("loss of two", 33, 27, 33),
            ("one by one", 36, 23, 36),
            ("broad", 37, 21, 37),
            ("sums of exponentials", 33, 22, 33),
            ("cells", 23, 23, 23),
        ],
    ),
)
def test_how_much_is_in_sight_with_its_numbers(program: str, nodes: int, numbered: int, whole: int) -> None:
    """In the diagram's part of 120x36 and of 200x60, before backward and at the end."""
    session = Session(BARS[program])
    assert session.snapshot.node_count == nodes
    for position in (session.position, len(session.log)):
        session.go(position)
        for (width, height), least in (((74, 19), numbered), ((104, 27), whole)):
            wanted = wanted_of(session, width, height)
            picture = finish(picturing(wanted, UNICODE))
            assert picture.way.zoom > Zoom.SIGNS
            assert _seen(picture.layout, wanted, picture) >= least
