"""Dotted names: where they can stand, where they cannot, and that typos are still told."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programs import random_program, run, snapshot

from microcrad.language.core_expressions import FIELDS, FUNCTIONS
from microcrad.language.names import MAX_PARTS, Names, enclosing
from microcrad.language.parser import parse
from microcrad.language.statements import COMMANDS, RESERVED
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.text.near import near
from microcrad.timeline.sentences import sentence

BEFORE = "l0.n3.w1 = 0.5\nl0.n3.b = 2\nx = 3\n"

STATEMENTS = [
    "l0.n3 = relu(l0.n3.w1*x + l0.n3.b)",
    "l0.n3.w1 = l0.n3.w1 * 2",
    "l0.n3.w1 += x",
    "l0.n3.w1.data = l0.n3.w1.data - 0.1*l0.n3.w1.grad",
    "l0.n3.w1.grad = 0",
    "l0.n3.w1.data -= 0.1",
    "del l0.n3.w1",
    "del l0.n3.w1, x",
    "retain(l0.n3.b)",
    "retain(l0.n3.b)\nrelease(l0.n3.b)",
    "zero_grad(l0.n3.w1, x)",
    "print(l0.n3.b)",
    "print(l0.n3.b.data + 1)",
    "backward(l0.n3.b)",
    "l0.n3.b.backward()",
    "y = l0.n3.w1.tanh() ** l0.n3.b",
    "y = x ** l0.n3.b.data",
    "l0.n3.b",
    "l0 = l0.n3.b",
    "for i in range(2):\n    l0.n3.b = l0.n3.b + i",
    "l0 . n3 .b = l0.n3. b*2",
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_dotted_name_stands_wherever_a_name_can(text: str) -> None:
    """It does exactly what a plain name would."""

    def told(text: str) -> list[str]:
        at = snapshot(text)
        return [sentence(at, at.log.event(index)) for index in range(len(at.log))]

    plain = {"l0.n3.w1": "aaaaaaaa", "l0.n3.b": "bbbbbbb", "l0.n3": "ccccc"}
    dotted = BEFORE + re.sub(r" ?\. ?", ".", text) if " ." in text else BEFORE + text
    undotted = dotted
    for name, other in plain.items():
        undotted = undotted.replace(name, other)
    expected = told(undotted)
    for name, other in plain.items():
        expected = [line.replace(other, name) for line in expected]
    assert told(BEFORE + text) == expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("x = 1\nx.dta = 3", ".dta cannot be set.", "Did you mean x.data?"),
        ("x = 1\nx.foo = 3", ".foo cannot be set.", "Only x.data and x.grad can."),
        ("x = 1\ny = x.grd", "Nodes have no .grd here.", "Did you mean x.grad?"),
        ("x = 1\ny = x.foo", "Nodes have no .foo here.", "They have .data and .grad."),
        ("x = 1\ny = x.tanh", "Nodes have no .tanh here.", "Write x.tanh()."),
        ("a.w = 1\na.w.dat = 3", ".dat cannot be set.", "Did you mean a.w.data?"),
        (
            "a.w = 1\na = a.w*2\na.v = 3\n", ".v cannot be set.", "Only a.data and a.grad can.",
        ),
        (
            "a.b.w = 1\na.b = a.b.w*2\na.b.v = 3\n", ".v cannot be set.",
            "Only a.b.data and a.b.grad can. A name a.b.v has to be assigned above line 2.",
        ),
        ("a.b.w1 = 1\na.b = 2\nc = a.b.w2", "Nodes have no .w2 here.", "Did you mean a.b.w1 (line 1)?"),
        ("l0.n1.w = 1\nc = l0.n2.w", "l0.n2.w has no value yet.", "Did you mean l0.n1.w (line 1)?"),
        ("c = l0.n2.w", "l0.n2.w has no value yet.", "Write l0.n2.w = 1 on a line above."),
        ("retain(l0.n)", "l0.n has no value yet.", "Write l0.n = 1 on a line above."),
        ("l0.n.data = 1", "l0.n has no value yet.", "Write l0.n = 1 on a line above."),
        ("l0.n += 1", "l0.n has no value yet.", "Write l0.n = 1 on a line above."),
        ("y = q.tanh", "tanh cannot be a part of a name.", "Write q.tanh()."),
        ("l0.n = 1\ny.data = l0.n", "y has no value yet.", "Write y = 1 on a line above."),
        ("l0.n = 1\ny = 1\ny.data = l0.n", "A plain number is needed here, and l0.n is a node.",
         "Write l0.n.data."),
        ("x = 1\ny = (x*x).data", ".data stands behind a name.", "Give it a name on a line above."),
        ("l0.n = 1\nretain(l0.n.data)", "retain takes a name, not an expression.", "Write retain(a)."),
        ("for i in range(2):\n    i.w = 3", "i is the variable of the loop around this line.",
         "Assign another name."),
        ("for i in range(2):\n    3*i.w", "i is a loop variable, a plain number.", "Use the name of a node."),
        ("i.w = 3\nfor i in range(2):\n    2*i", "i is the first part of i.w (line 1).",
         "Choose another loop variable."),
        ("for i.w in range(2):\n    2", "A loop has one variable.", "Write for i in range(10):"),
        (".".join("a" * 11) + " = 2", "A name has at most 10 parts.", "Use fewer dots."),
    ],
)  # fmt: skip
def test_errors(text: str, message: str, hint: str) -> None:
    """Each says what is wrong, and what to do."""
    (error,) = parse(text).errors
    assert (error.message, error.hint) == (message, hint)


@pytest.mark.parametrize("word", sorted(RESERVED | set(FIELDS)))
def test_the_words_of_the_language_are_no_parts(word: str) -> None:
    """Neither first nor in the middle, and last they keep their meaning."""
    for name in (f"{word}.w", f"l0.{word}.w"):
        assert word in parse(f"{name} = 1").errors[0].message
        assert parse(f"b = {name}").errors
    text = f"l0.n = 1\nl0.n.{word}"
    if word in FIELDS:
        assert not parse(f"{text} = 3").errors
        assert parse(f"l0.{word} = 3").errors
    else:
        assert parse(f"{text} = 3").errors
        assert bool(parse(f"{text}()").errors) == (word not in FUNCTIONS and word != "backward")
        assert word in COMMANDS or word in FUNCTIONS or word in ("uniform", "range")


def test_a_bad_line_does_not_make_its_dotted_name_unknown() -> None:
    """Nor one that lies in it or that it lies in."""
    program = parse("l0.n.w = $\nl0.n.b = zz\nl0.n = l0.n.w + l0.n.b\nl0.n.w.data = ?\nl0.m.w = 2\n")
    assert [error.line for error in program.errors] == [1, 2, 4]
    assert [error.line for error in parse("l0.n.data = $\nb = l0.n*2").errors] == [1]


def test_the_ten_parts_of_the_longest_name() -> None:
    name = ".".join("a" * MAX_PARTS)
    assert not parse(f"{name} = 2\n{name}.data = 3").errors


@given(st.lists(st.sampled_from(["a", "a.b", "a.b.c", "a.c", "b", "b.a"]), max_size=8))
def test_a_dotted_name_comes_before_what_it_lies_in(order: list[str]) -> None:
    """Whatever the order of first assignments, exactly those that come too late are refused."""
    seen: list[str] = []
    names = Names()
    for line, name in enumerate(order, 1):
        late = name not in seen and any(outer in seen for outer in enclosing(name))
        assert (names.unassignable(name) is not None) == late
        if not late:
            names.assign(name, line)
            seen.append(name)
    program = parse("".join(f"{name} = 1\n" for name in order))
    assert bool(program.errors) == (set(order) != set(seen))


def test_a_name_and_what_lies_in_it_are_two_names() -> None:
    """Neither is freed, forgotten or written with the other."""
    at = snapshot("n.w = 2\nn = n.w*3\nn.data = 7\ndel n.w\nn.w = 5")
    assert {name: at.row(node).data for name, node in at.names.items()} == {"n": 7, "n.w": 5}


def test_nodes_are_found_by_dotted_names() -> None:
    at = snapshot(BEFORE + "l0.n3 = relu(l0.n3.w1*x + l0.n3.b)")
    assert at.node_called("l0.n3") == at.names["l0.n3"]
    assert at.node_called("l0.n3.w1") == at.names["l0.n3.w1"]
    assert at.node_called("l0.n3.w1*x") == at.log.operands(at.log.operands(at.names["l0.n3"])[0])[0]
    assert at.node_called("l0") is None


def test_a_session_finds_and_selects_by_dotted_names() -> None:
    """The name itself first; one that is misspelled has neighbours; a line selects what it made."""
    session = Session(BEFORE + "l0.n3 = relu(l0.n3.w1*x + l0.n3.b)")
    make_move(session, "last")
    names = session.snapshot.names
    assert session.find("l0.n3")[:3] == [names["l0.n3"], names["l0.n3.w1"], names["l0.n3.b"]]
    assert near("l0.n2.w1", names, alike=0.4) == ["l0.n3.w1"]
    session.select_line(1)
    assert session.selected == names["l0.n3.w1"]
    session.set_text(session.text.replace("0.5", "0.75"))
    assert session.selected == session.snapshot.names["l0.n3.w1"]


def test_random_programs_use_dotted_names() -> None:
    """So that everything that is tried on random programs is tried on dotted names as well."""
    texts = [random_program(seed, "auto") for seed in range(100)]
    dotted = [text for text in texts if re.search(r"^ *\w+\.n\d\S* = ", text, re.M)]
    assert len(dotted) > 25
    assert sum("l0.n0.w = " in text and re.search("^l0.n0 = ", text, re.M) is not None for text in dotted) > 3
    assert all(run(text).log for text in dotted)
