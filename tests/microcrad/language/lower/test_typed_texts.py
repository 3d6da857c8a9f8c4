"""A text that is typed is read as it would be alone, whatever was typed before it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from changing_lists import changing_lists
from plain_programs import plain_program
from programs import HOSTILE, NEURON, random_program
from samples import seeds
from surface import surface_program

from microcrad import state
from microcrad.errors import ProgramError
from microcrad.examples import examples
from microcrad.language.lower.body import Body
from microcrad.language.lower.lowering import Lowerer
from microcrad.language.parser import parse, parse_next
from microcrad.nn import MLP
from microcrad.session.session import Session

MORE = (
    "net = MLP(2, [2, 1], seed=3)\nx = [1, 2]\nout = net(x)\nfor p in net.parameters():\n  p.data = 0.5\nnet",
    "n = 3\nw = [0]*n\nfor i in range(n):\n  w[i] = i\nprint(w[n - 1])\nw.append(4)\nsum(w)",
    'net = GPT(embedding=4, heads=2, layers=1, seed=1)\nloss = net.loss("ab")\nbackward(loss)\n',
    "import math as m\nrandom.seed(4)\na = Value(2.0)\nb = a*m.pi\nb.backward()\nplt.show()\nb",
    "def f(v):\n  return v[0]*u\na = [1, 2]\nb = f(a)\nc = f([3])\nif 1 > 0:\n  d = c\nelse:\n  d = b\nd",
    "# seed: 4\nä = uniform(0, 1)\n%timeit\nl.w = 3\nfor i in range(3):\n  k = l.w*i\n  print(k, k.data)",
)  # fmt: skip
PIECES = (
    "\n", " ", "  ", "(", ")", "[", "]", "a", "b", "w", "x", "=", "*", "+1", "2", ".", ",", "# ", ":", "'",
    "%", "ä", "\t", "backward(a)\n", "a.data", "def f(x):\n  return x*x\n", "w = [1, 2, 3]\n", "n = 2\n",
    "for i in range(3):\n  a = a*i\n", "w[0] = w[1]\n", "Value(3)", "z = a*b\n", "del a\n", "w.append(a)\n",
    "import numpy as np\n", "print(a)\n", "    ", "v = w\n", "f(a)\n", "# ownership: manual\n",
    "random.seed(3)\n", "rows = [w, w]\n",
)  # fmt: skip
"""What is typed or pasted."""


def typed(text: str, dice: random.Random, edits: int) -> Iterator[str]:
    """A text after each of some edits, most of them near the one before; now and then some are undone."""
    done, place = [text], len(text)
    for _ in range(edits):
        text = done[-1]
        place = min(place, len(text)) if dice.random() < 0.7 else dice.randrange(len(text) + 1)
        chance = dice.random()
        if chance < 0.1 and len(done) > 3:
            del done[-dice.randrange(1, 3) :]
        elif chance < 0.35:
            start = max(place - dice.choice((1, 1, 1, 2, 12, 60)), 0)
            done.append(text[:start] + text[place:])
            place = start
        elif chance < 0.45:
            lines = text.split("\n")
            row = dice.randrange(len(lines))
            lines[row : row + 2] = dice.choice(([], lines[row : row + 2][::-1], [*lines[row : row + 1]] * 2))
            done.append("\n".join(lines))
        else:
            piece = dice.choice(PIECES)
            done.append(text[:place] + piece + text[place:])
            place += len(piece)
        yield done[-1]


def read(error: ProgramError) -> tuple[object, ...]:
    """All that an error says."""
    return error.message, error.hint, error.advice, error.line, error.column, error.end_column


def agree(texts: Iterator[str]) -> None:
    """Read some texts one after the other, and each by itself."""
    lowerer = Lowerer()
    for text in texts:
        alone, after = parse(text), parse_next(text, None, lowerer)
        assert list(map(read, after.errors)) == list(map(read, alone.errors)), text
        for name in ("statements", "pieces", "passed_over", "made_anew", "ownership", "seed", "drawn"):
            # Numbers may be nan, which nothing equals.
            assert repr(getattr(after, name)) == repr(getattr(alone, name)), (name, text)


@pytest.mark.parametrize("seed", seeds(60))
def test_texts_with_lists_functions_and_loops(seed: int) -> None:
    dice = random.Random(seed)
    start = (changing_lists, surface_program, plain_program)[seed % 3](seed)
    agree(typed(start, dice, 60))


@pytest.mark.parametrize("seed", seeds(60))
def test_any_text(seed: int) -> None:
    dice = random.Random(1_000 + seed)
    known = [each.text for each in examples() if len(each.text) < 3_000]
    start = dice.choice([*known, *MORE * 3, NEURON, random_program(seed, "auto"), *HOSTILE])
    agree(typed(start[:3_000], dice, 60))


@pytest.mark.parametrize(
    "line",
    [
        "import math as m", "random.seed(4)", "plt.show()", "b", "%timeit", "def f(v):",
        "a.requires_grad = False",
        "w = [w[1], w[0]]", "for w[0] in w:", "rows = [w, w]", "rows[0], rows[1] = rows[1], rows[0]", "del w",
    ],
)  # fmt: skip
def test_a_line_that_is_taken_out_again_leaves_nothing_behind(line: str) -> None:
    above = ["a = 2", "b = a*a", "w = [a, b]", "rows = [[a, b], [b, a]]"]
    below = ["c = m.exp(a)", "d = uniform(0, 1)", "e = rows[0][1] + w[0]", "rows[1] = [c, d]", "f(a)", "c"]
    texts = [[*above, each, *below] for each in ("", "z", line, "", line, "y = 1")]
    agree(iter(["\n".join(lines) for lines in (*texts, above, texts[0])]))


def test_a_turn_of_which_only_the_second_needs_its_number() -> None:
    """In the first one the line that cannot be read has given its name nothing yet."""
    program = parse("for j in range(-2, 2):\n    for k in range(j, 2):\n        y = j*k)\n")
    assert [error.line for error in program.errors] == [3]


def test_what_stands_above_a_typed_line_is_not_lowered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lowered = []
    statement = Body.statement

    def noted(self: Body, node: object) -> None:
        lowered.append(node)
        statement(self, node)  # type: ignore[arg-type]

    monkeypatch.setattr(Body, "statement", noted)
    lines = [f"a{i} = {i}\nb{i} = a{i}*2" for i in range(100)]
    session = Session("\n".join(lines))
    assert len(lowered) == 200
    for line in ("c = b99", "c = b9", "c = b9*2", "c = b9*2\nd = (", "c = b9*2\nd = (c)"):
        session.set_text("\n".join([*lines, line]))  # The first one finds where it is typed.
    lowered.clear()
    session.set_text("\n".join([*lines, "c = b9*2\nd = (c)*3"]))
    assert len(lowered) <= 2
    assert session.snapshot.names.keys() >= {"a0", "b99", "c", "d"}


def test_a_network_whose_file_is_another_one_is_another_one(tmp_path: Path) -> None:
    """Also where all that was typed stands far below the line that loads it."""
    state.save(MLP(2, [1], generator=random.Random(3)), tmp_path / "net.json")
    lines = ['net = load("net.json")', "y = net([1, 2])", "z = y*y"]
    session = Session("\n".join(lines), folder=str(tmp_path))
    for line in ("a = z", "a = z*z"):
        session.set_text("\n".join([*lines, line]))
    before = session.snapshot.born_as(session.snapshot.names["net.l0.n0.w0"])
    state.save(MLP(2, [1], generator=random.Random(4)), tmp_path / "net.json")
    session.files.read(session.text, again=True)
    session.set_text(session.text)
    assert session.snapshot.born_as(session.snapshot.names["net.l0.n0.w0"]) != before
