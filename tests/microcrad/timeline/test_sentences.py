"""Events in words."""

from __future__ import annotations

import pytest
from programs import end_of, random_program, run, snapshot
from samples import seeds

from microcrad.timeline.log import Kind, View
from microcrad.timeline.sentences import brief, result_first, sentence
from microcrad.timeline.snapshot import Snapshot


def said(text: str, *kinds: Kind) -> list[str]:
    """The sentences of a program's events of some kinds."""
    at = end_of(run(text))
    events = map(at.log.event, range(len(at.log)))
    return [sentence(at, event) for event in events if event.kind in kinds]


def test_a_program_told() -> None:
    """Every event of a small program, in order."""
    at = snapshot("a = 2\nb = a*3\nbackward(b)")
    assert [sentence(at, at.log.event(index)) for index in range(len(at.log))] == [
        "allocate the leaf a, 2",
        "a names node 0 and takes the reference it was born with",
        "allocate the leaf 3",
        "allocate b",
        "slot 0 of b retains a: 2 references",
        "slot 1 of b retains 3: 2 references",
        "b = a*3 = 2*3 = 6",
        "b names node 2 and takes the reference it was born with",
        "the temporary 3 is released: 1 reference",
        "backward(b): db/db = 1",
        "db/da += 3 * db/db = 3 * 1 = 3; a.grad = 3",
        "db/d3 += a * db/db = 2 * 1 = 2; 3.grad = 2",
        "the program ends: 3 live, 0 leaked",
    ]


def test_a_row_begins_with_what_changed_and_to_what() -> None:
    """So that what is cut off on the right is the working; a grad that is added to says what it is now."""
    at = end_of(run("x = 3\ny = x*x\n-y*2\nz = y + x\nbackward(z)\nx.data = 4"))
    shown = [at.log.event(index) for index in at.in_view(View.MATH)]
    assert [result_first(at, event) for event in shown] == [
        "y = 9 = x*x = 3*3",
        "-y = -9 = y*(-1) = 9*(-1)",
        "-y*2 = -18 = -9*2",
        "z = 12 = y + x = 9 + 3",
        "z.grad 1 = dz/dz: backward(z) starts",
        "y.grad 1 += 1 * dz/dz = 1 * 1 = 1",
        "x.grad 1 += 1 * dz/dz = 1 * 1 = 1",
        "x.grad 4 += x * dz/dy = 3 * 1 = 3",
        "x.grad 7 += x * dz/dy = 3 * 1 = 3",
        "x.data = 4",
    ]
    counts = [result_first(at, event) for event in map(at.log.event, at.in_view(View.MEMORY))
              if event.kind in (Kind.RETAIN, Kind.RELEASE)]  # fmt: skip
    assert counts[0] == "x: 2 references, slot 0 of y retains x"


def test_what_is_no_name_or_call_is_differentiated_in_brackets() -> None:
    """`d(x**2)`, for `dx**2` would be the square of dx; a name and a call need none."""
    assert said("x = [3]\ny = exp(x[0]**2)*2\nbackward(y)", Kind.EDGE)[0].startswith("dy/dexp(x[0]**2) += ")
    at = end_of(run("x = 3\nbackward(x**2)"))
    shown = [at.log.event(index) for index in range(len(at.log))]
    shown = [event for event in shown if event.kind in (Kind.SEED, Kind.EDGE)]
    assert [sentence(at, event) for event in shown] == [
        "backward(x**2): d(x**2)/d(x**2) = 1",
        "d(x**2)/dx += 2*x**(2 - 1) * d(x**2)/d(x**2) = 6 * 1 = 6; x.grad = 6",
    ]
    assert result_first(at, shown[0]) == "(x**2).grad 1 = d(x**2)/d(x**2): backward(x**2) starts"


def test_a_negative_factor_stands_in_parentheses() -> None:
    """On the right of a sign, where two signs would meet; on the left it needs none."""
    assert said("a = -2\nb = a * -3\nc = b * -4\nbackward(c)", Kind.COMPUTE, Kind.EDGE) == [
        "b = a*(-3) = -2*(-3) = 6",
        "c = b*(-4) = 6*(-4) = -24",
        "dc/db += -4 * dc/dc = -4 * 1 = -4; b.grad = -4",
        "dc/d(-4) += b * dc/dc = 6 * 1 = 6; (-4).grad = 6",
        "dc/da += -3 * dc/db = -3 * (-4) = 12; a.grad = 12",
        "dc/d(-3) += a * dc/db = -2 * (-4) = 8; (-3).grad = 8",
    ]


def test_names_come_and_go() -> None:
    """Rebinding retains for the name before it releases the old node; a free says why."""
    text = "a = 1\nb = a\nretain(a)\na = 2\ndel b\n"
    assert said(text, Kind.RETAIN) == [
        "name b retains a: 2 references",
        "the program retains a, b: 3 references",
    ]
    assert said(text, Kind.RELEASE)[0].startswith("name a releases ")
    releases = said("a = 1\nb = a\ndel a\ndel b", Kind.RELEASE)
    assert [one.partition(": ")[2] for one in releases] == ["1 reference", "0 references"]
    assert said(text, Kind.FORGET) == ["b names nothing any more"]
    (free,) = said("a = 1\na = 2", Kind.FREE)
    assert free == "free (a): nobody holds it any more"


def test_writes_warnings_errors_and_prints() -> None:
    """Say what was written or said."""
    text = "# ownership: manual\na = 1\na.data = 0.1\na.grad = -2\nb = a*2\n"
    text += "release(a)\nprint(a)\nrelease(a)\nc = a*2"
    assert said(text, Kind.WRITE_DATA, Kind.WRITE_GRAD) == ["a.data = 0.1", "a.grad = -2"]
    assert said(text, Kind.PRINT) == ["print: a = 0.1  (grad -2)"]
    assert all(one.startswith("warning: ") for one in said(text, Kind.WARNING))
    assert said(text, Kind.WARNING)
    assert said(text, Kind.ERROR)[0].startswith("error: a is used")
    leaked = "# ownership: manual\na = 1\nb = a*2"
    assert said(leaked, Kind.END) == ["the program ends: 3 live, 3 leaked"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.COMPUTE, "compute b"), (Kind.SEED, "backward(b)"), (Kind.EDGE, "b to a"),
        (Kind.WRITE_DATA, "set a.data"),
        (Kind.WRITE_GRAD, "set a.grad"), (Kind.BIND, "name b"), (Kind.FORGET, "forget b"),
        (Kind.PRINT, "print"),
        (Kind.END, "end of the program"), (Kind.ALLOCATE, "allocate b"), (Kind.FREE, "free (b)"),
    ],
)  # fmt: skip
def test_what_comes_next_in_a_few_words(kind: Kind, words: str) -> None:
    """As the status line says it, before it happens."""
    at = snapshot("a = 2\nb = a**2\nbackward(b)\na.data = 3\na.grad = 1\nprint(a)\ndel b")
    events = [event for event in map(at.log.event, range(len(at.log))) if event.kind is kind]
    found = [brief(Snapshot(at.program, at.log, event.index), event) for event in events]
    assert words in found


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_every_event_of_every_program_has_its_sentence(ownership: str) -> None:
    """One line each, with the node's name at that moment, and the same told from any position."""
    kinds = set()
    for seed in seeds(80):
        at = end_of(run(random_program(seed, ownership)))
        start = Snapshot(at.program, at.log, 0)
        for index in range(len(at.log)):
            event = at.log.event(index)
            kinds.add(event.kind)
            told = sentence(at, event)
            assert told == sentence(start, event)
            assert told == " ".join(told.split(" "))
            assert "\n" not in told
            assert brief(Snapshot(at.program, at.log, index), event)
            assert len(told) < 250
            row = result_first(start, event)
            assert len(row) < 250
            if event.kind is Kind.EDGE:
                assert row.partition(".grad ")[2].split()[0] == at.digits(event.value)
            elif event.kind is Kind.COMPUTE:
                assert at.digits(event.value) in row.split(" = ")[:2]
    assert kinds == set(Kind) - ({Kind.WARNING} if ownership == "auto" else set())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("a - b", "a - b"), ("-a", "-a"), ("a/b", "a/b"), ("a - (b - a)", "a - (b - a)"), ("-(-a)", "-(-a)"),
        ("a - (-b)", "a - (-b)"),
        ("-(a*b)", "-(a*b)"), ("(a + b)/(a*b)", "(a + b)/(a*b)"), ("a - 1", "a - 1"),
        ("a + b*(-1)", "a + b*(-1)"),
        ("a*b**-1", "a*b**-1"), ("a*(-1)", "a*(-1)"), ("a/b - 2*a", "a/b - 2*a"),
    ],
)  # fmt: skip
def test_what_nobody_named_is_called_as_it_was_written(text: str, label: str) -> None:
    """A minus sign and a division are shown as such, though each is built of other operations."""
    at = snapshot(f"a = 2\nb = 3\n{text}\nc = a\n", "manual")
    assert at.label(at.nodes[-1]) == label
