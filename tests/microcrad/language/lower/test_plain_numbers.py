"""Names of plain numbers, such as `lr = 0.1` and `epochs = 20`, and names that loops make their variables."""

from __future__ import annotations

import pytest
from programs import snapshot

from microcrad.language import statements as st
from microcrad.language.parser import parse


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("x = 0\nn = 3\nm = n*1\nfor k in range(m):\n    x = x + m\nprint(x.data)", "x.data = 9"),
        ("x = 0\nn = 3\nm = n\nn += 1\nfor k in range(m*2 + n):\n    x = x + 1\nprint(x.data)",
         "x.data = 10"),
        ("v = [Value(0)]*2\nv[0].data = 3\nprint(v[1].data)", "v[1].data = 3"),
        ("v = [Value(0)]*2\nv[0] = v[0] + 1\nprint(v)", "v = [1, 0]"),
        ("lr = 0.1\nx = 2\ny = x*3\nbackward(y)\nx.data -= lr*x.grad\nprint(lr)", "lr = 0.1"),
        ("n = 4\nx = Value(2)\ny = x*n\ny.backward()\nprint(n*2)", "n*2 = 8"),
        ("x = 2\ny = x*3\nbackward(y)\nprint(x)", "x = 2  (grad 3)"),
        ("lr = 0.1\nx = 3\nx.grad = 2\nx.data -= lr * x.grad\nprint(x.data)", "x.data = 2.8"),
        ("lr = 1\nx = 3\nfor k in range(3):\n    x.data -= lr\n    lr = 1 + k\nprint(x.data)", "x.data = -1"),
        ("lr = 1\nx = 3\nfor k in range(3):\n    x.data -= lr\n    lr = lr*0.5\nprint(x.data)",
         "x.data = 1.25"),
        ("n = 3\nx = 0\nfor k in range(n):\n    x = x + n\nprint(x.data)", "x.data = 9"),
        ("n = 3\nw = [5, 6, 7]\nprint(w[n - 1].data)", "w[n - 1].data = 7"),
        ("n = 2\nw = [0.5] * n + [1] * (n - 1)\nprint(len(w))", "len(w) = 3"),
        ("n = 2\nw = [5, 6, 7][:n]\nprint(len(w))", "len(w) = 2"),
        ("n = 2\nnet = MLP(n, [n, 1])\nprint(len(net.parameters()))", "len(net.parameters()) = 9"),
        ("x = 0\nfor k in range(3):\n    n = k\n    for j in range(n):\n        x = x + 1\nprint(x.data)",
         "x.data = 3"),
        ("x = 0\nn = 1\nfor k in range(3):\n    for j in range(n):\n        x = x + 1\n    n = 2\n"
         "print(x.data)", "x.data = 5"),
        ("def f(x):\n    m = 2\n    for j in range(m):\n        x = x*n\n    return x\nn = 3\ny = f(n)\n"
         "print(y.data)", "y.data = 27"),
    ],
)  # fmt: skip
def test_a_name_of_a_number_is_one_where_a_number_is_wanted(text: str, output: str) -> None:
    assert snapshot(text).output[-1] == output


@pytest.mark.parametrize(
    "text",
    [
        "n = Value(3)\nfor k in range(n):\n    k*2",
        "n = 3\nn.data = 5\nfor k in range(n):\n    k*2",
        "n = 3\nv = n\nv.data = 5\nfor k in range(n):\n    k*2",
        "n = 3\nfor p in [n]:\n    p.data = 5\nfor k in range(n):\n    k*2",
        "n = 3\ndef f(x):\n    x.data = 5\n    return x\nf(n)\nfor k in range(n):\n    k*2",
        "n = 3\nfor k in range(2):\n    n = k\nfor j in range(n):\n    j*2",
        "n = 3\nfor k in range(0):\n    n = 5\nfor j in range(n):\n    j*2",
        "n = +3\nv = +n\nv.data = 5\nfor k in range(n):\n    k*2",
    ],
)
def test_what_may_have_changed_is_not_known_before_anything_runs(text: str) -> None:
    (error,) = parse(text).errors
    assert error.message.startswith("range takes whole numbers")


def test_a_name_of_which_data_is_asked_is_a_node() -> None:
    """As in `w.data = w - lr*w.grad`, where `.data` was forgotten."""
    (error,) = parse("lr = 0.1\nw = 2\nw.data = w - lr*w.grad").errors
    (other,) = parse("a = 2\nb = a*3\nbackward(b)\nx = 1\nx.data = b").errors
    assert (other.message, other.hint) == ("A plain number is needed here, and b is a node.", "Write b.data.")
    assert (error.message, error.hint) == ("A plain number is needed here, and w is a node.", "Write w.data.")


def test_a_number_that_is_computed_from_nodes_is_a_node() -> None:
    (error,) = parse("lr = Value(0.1)\nlr = lr*0.5\nx = 1\nx.data = lr").errors
    assert (error.message, error.hint) == (
        "A plain number is needed here, and lr is a node.",
        "Write lr.data.",
    )


def test_a_loop_that_changes_what_it_takes_for_a_number_is_unrolled() -> None:
    taken = "a = 1\nlr = 1\nfor k in range(3):\n    a.data -= lr\n    lr = {}"
    assert [type(each) for each in parse(taken.format("1")).statements[2:]] == [st.For]
    assert [type(each) for each in parse(taken.format("k*1")).statements[2:]] == [st.For]
    assert parse(taken.format("a*1")).errors  # In its second turn it is a node.
    assert [type(each) for each in parse(taken.format("lr*0.5")).statements[2:]] == [st.For]
    untaken = "a = 1\nfor k in range(1000000):\n    a = a*k"
    assert type(parse(untaken).statements[-1]) is st.For


def test_a_name_becomes_the_variable_of_a_loop() -> None:
    """What it meant before lets go of its node as the loop begins."""
    text = "p = 3\nx = 4\nw = [1, 2]\nfor p in w:\n    x = x + p\nfor x in range(2):\n    y = w[0]*x\n"
    at = snapshot(text)
    assert set(at.names) == {"w[0]", "w[1]", "y"}
    rows = snapshot("row = [5, 6]\nfor row in [[1, 2], [3, 4]]:\n    s = row[0] + row[1]\nprint(s.data)")
    assert list(rows.output) == ["s.data = 7"]
    (error,) = parse("p = 3\nfor p in [1, 2]:\n    y = p*2\nz = p\n").errors
    assert error.message == "p is the variable of the loop on line 2, and nothing after it."
    assert (
        parse(f"p = 3\nfor p in [1, 2]:\n    y = p*2\n    {error.hint.partition(': ')[2].rstrip('.')}").errors
        == ()
    )
    again = "for k in range(2):\n    for p in [1, 2]:\n        y = p*2\n    p = y + 1\nprint(p.data)"
    assert snapshot(again).output[-1] == "p.data = 5"
