"""What is said to write instead works when it is written."""

from __future__ import annotations

import re

import pytest

from microcrad.language.parser import parse

GIVEN = """a = 2
b = 3
w = [1, 2, 3]
rows = [[1, 2], [3, 4]]
net = GPT("ab", positions=2, size=2, heads=1, layers=1)
mlp = MLP(2, [1])
"""


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("y = w.append(a*2)", "w.append(a*2)"),
        ("rows.append(rows)", "rows.append(rows[:])"),
        ("w.insert(1, a)", "w = w[:1] + [a] + w[1:]"),
        ("w.pop()", "w = w[:-1]"),
        ("w.pop(0)", "w = w[1:]"),
        ("w.reverse()", "w = w[::-1]"),
        ("w.clear()", "w = []"),
        ("w.sort()", "w = [w[2], w[0]]"),
        ("w *= 2", "w = [a * 2 for a in w]"),
        ("del w[1]", "w = w[:1] + w[2:]"),
        ("del w[-1]", "w = w[:-1]"),
        ("del rows[0]", "rows = rows[1:]"),
        ("del net.letters[0]", "w = net.letters[1:]"),
        ("mlp.parameters().append(a)", "w = mlp.parameters() + [a]"),
        ("y = zip(w, w)", "y = list(zip(w, w))"),
        ("y = np.array([1, 2])", "y = [1, 2]"),
        ("y = torch.tensor([1, 2])", "y = [1, 2]"),
        ("y = np.mean(w)", "y = sum(w) / len(w)"),
        ("y = np.matmul(w, w)", "y = dot(w, w)"),
        ("y = sorted(w)", "y = [w[1], w[0]]"),
        ("b._backward()", "backward(b)"),
        ("b.grad.zero_()", "b.grad = 0"),
        ("b.zero_grad()", "zero_grad(b)"),
        ("y = b.detach()", "y = b.data"),
        ("y = draw_dot(b)", "draw_dot(b)"),
        ("y = mlp + 1", "y = mlp([1, 2])"),
    ],
)
def test_a_hint_works_when_it_is_written(line: str, instead: str) -> None:
    """Where the rest of the line stays, it is in what is compared; the hint names what takes its place."""
    (error,) = parse(GIVEN + line).errors
    code = instead if instead in error.hint else instead.partition(" = ")[2]
    assert code in error.hint, error.hint
    assert re.search(rf"(?<![\w\[]){re.escape(code)}(?![\w\[(])", error.hint), error.hint
    assert parse(GIVEN + instead).errors == ()


def test_a_network_without_a_name_gets_one_and_the_rest_of_the_line() -> None:
    line = 'print(GPT("ab", positions=2, size=2, heads=1).loss("a"))'
    (error,) = parse(line).errors
    named = re.fullmatch(r"Give it a name on a line above: (.*), and write (.*) here.", error.hint)
    assert named is not None, error.hint
    assert parse(f"{named[1]}\nprint({named[2]})").errors == ()


@pytest.mark.parametrize(
    ("net", "said"),
    [
        ("MLP(2, [16, 1])", "MLP of 2 inputs: 16 relu, 1 linear"),
        ("nn.Neuron(1)", "Neuron of 1 input: 1 relu"),
        ('GPT("ab", positions=2, size=2, heads=1)', "GPT of 1 layer, 1 head, 64 parameters"),
    ],
)
def test_a_network_is_printed_by_its_sizes(net: str, said: str) -> None:
    program = parse(f"net = {net}\nprint(net)")
    assert program.errors == ()
    assert program.statements[-1].parts == (said,)  # type: ignore[union-attr]
