"""A run with a fault beside the right one: corresponding moments, what differs, and what is wrong first."""

from __future__ import annotations

import functools

import pytest
from programs import DOUBLINGS, ORDER, TWO_ROADS, random_program, smooth_program, tree_program
from samples import seeds, share

from microcrad.diagnosis.comparison import Beside, compare
from microcrad.diagnosis.departures import same
from microcrad.language.parser import parse
from microcrad.run.faults import FAULTS
from microcrad.run.interpreter import Limits
from microcrad.run.result import running
from microcrad.slices import finish
from microcrad.timeline.log import Kind, Log

DESCENT = (
    "w = 5\nfor step in range(3):\n    loss = (w - 2)**2\n    zero_grad()\n    backward(loss)\n"
    "    w.data = w.data - 0.1 * w.grad\n"
)

DOUBLED = "x = 5\na = x*1\nz = a + a\nbackward(z)"
CLEARED = ORDER + "zero_grad(z)"
TWICE = "x = 3\ny = -x\nbackward(y)\nbackward(y)"
LEAKED = "the temporary 1 should have been released at the end of its line; nothing happened."


@functools.cache
def beside(text: str, fault: str, events: int = 1_000_000) -> Beside:
    """A program run both ways."""
    program = parse(text)
    return compare(finish(running(program, program.ownership, Limits(events=events), FAULTS[fault])))


def first(text: str, fault: str) -> str:
    """What is wrong first, in words."""
    wrong = beside(text, fault).first_wrong
    return "" if wrong is None else wrong.sentence


def differing(both: Beside, position: int) -> set[str]:
    """The labels of what differs at a moment."""
    at = both.at(position)
    return {at.snapshot.label(node) for node in at.snapshot.nodes if at.differs(node)}


def state(log: Log, position: int) -> list[tuple[float, int, bool]]:
    """Every node's grad, count and life, read from a log alone."""
    return [
        (log.grad(node, position), log.ref_count(node, position), log.is_live(node, position))
        for node in range(log.allocated(position))
    ]


def agree(one: list[tuple[float, int, bool]], other: list[tuple[float, int, bool]]) -> bool:
    return len(one) == len(other) and all(
        same(a[0], b[0]) and a[1:] == b[1:] for a, b in zip(one, other, strict=True)
    )


# --- what is wrong first, in words ---


@pytest.mark.parametrize(
    ("text", "fault", "sentence"),
    [
        (TWO_ROADS, "overwrite", "y to x should have added 3 to 1; it wrote 3 over it."),
        (TWO_ROADS, "merged", "y to x, slot 1, should have added 3 to 4; nothing happened."),
        (TWO_ROADS, "recursion", ""),
        (ORDER, "overwrite", "z to y should have added 4 to 6; it wrote 4 over it."),
        (ORDER, "recursion", "y to x should have added 20; it added 12, because z to y was still to come."),
        (ORDER, "merged", "y to x, slot 1, should have added 20 to 24; nothing happened."),
        (DOUBLED, "recursion", "a to x had been sent already; it added 2 to 2 once more."),
        (CLEARED, "stale", "zero_grad should have cleared z.grad, which is 4; nothing happened."),
        (ORDER, "stale", ""),
        (DESCENT, "stale", "zero_grad should have cleared w.grad, which is 6; nothing happened."),
        ("a = 2\nb = a*3 + 1\n", "leak", LEAKED),
        (TWO_ROADS, "leak", ""),
        # A second backward adds to the first, which is right, and not what = does.
        (TWICE, "overwrite", "y to x should have added -1 to -1; it wrote -1 over it."),
    ],
)  # fmt: skip
def test_what_is_wrong_first(text: str, fault: str, sentence: str) -> None:
    assert first(text, fault) == sentence


def test_the_first_wrong_edge_is_named_by_its_parts() -> None:
    both = beside(TWO_ROADS, "overwrite")
    assert both.first_wrong is not None
    what = both.first_wrong.what
    event = both.log.event(both.first_wrong.position - 1)
    assert (what.event, what.missing, what.line) == (event.index, None, 4)
    assert (what.node, what.source, what.slot) == (0, 1, 0) == (event.node, event.source, event.slot)

    both = beside(TWO_ROADS, "merged")
    assert both.first_wrong is not None
    what = both.first_wrong.what
    assert (what.event, what.node, what.source, what.slot) == (None, 0, 1, 1)
    assert both.right.event(what.missing or 0).slot == 1

    both = beside(DESCENT, "stale")
    assert both.first_wrong is not None
    what = both.first_wrong.what
    assert (what.source, what.slot, what.line) == (None, None, 4)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x = 0\ny = x*x\nbackward(y)", "merged"),  # The missing edge would have brought 0.
        ("x = -1\na = relu(x)\nz = a + a\nbackward(z)", "recursion"),  # What is sent twice is 0.
        ("x = 3\nzero_grad(x)\nzero_grad()", "stale"),  # There was nothing to clear.
        ("a = -1\nx = log(a)\ny = x*x\nz = y + x\nbackward(z)", "merged"),  # nan on both sides.
        ("a = -1\nx = log(a)\ny = x*x\nz = y + x\nbackward(z)", "overwrite"),
    ],
)
def test_what_changes_nothing_is_not_wrong(text: str, fault: str) -> None:
    both = beside(text, fault)
    assert both.first_wrong is None
    assert all(not differing(both, position) for position in range(len(both.log) + 1))


def test_another_right_order_is_not_wrong() -> None:
    """s sends before m does, unlike in the right run, but after all its users; its second time is wrong."""
    text = "x = 2\ny = 3\ns = x*5\nm = y*7\nu = m + s\nr = s*u\nbackward(r)\n"
    both = beside(text, "recursion")
    assert both.first_wrong is not None
    assert both.first_wrong.sentence == "s to x had been sent already; it added 205 to 205 once more."
    edges = [both.log.event(index) for index in range(both.first_wrong.position)]
    order = [event.source for event in edges if event.kind is Kind.EDGE]
    right = [both.right.event(index) for index in range(len(both.right))]
    assert order != [event.source for event in right if event.kind is Kind.EDGE][: len(order)]
    assert not differing(both, both.first_wrong.position - 1)
    assert differing(both, both.first_wrong.position) >= {"x"}


# --- a walk beside the right run ---


def test_a_walk_with_overwrite_stays_beside_the_right_run() -> None:
    """Both have the same events, so the right column shows the same moment of the right run."""
    both = beside(ORDER, "overwrite")
    assert both.first_wrong is not None
    assert list(both.positions) == list(range(len(both.log) + 1))
    for position in range(len(both.log) + 1):
        at = both.at(position)
        for node in at.snapshot.nodes:
            assert at.right_grad(node) == both.right.grad(node, position)
    assert differing(both, both.first_wrong.position - 1) == set()
    assert differing(both, both.first_wrong.position) == {"y"}
    assert differing(both, len(both.log)) == {"x", "y"}


def test_a_missing_edge_is_felt_where_it_should_have_been() -> None:
    text = "x = 3\na = x*2\ny = a*a\nz = tanh(y / 9)\nbackward(z)\n"
    both = beside(text, "merged")
    assert both.first_wrong is not None
    event = both.log.event(both.first_wrong.position - 1)
    assert (event.kind, both.at(len(both.log)).snapshot.label(event.node), event.slot) == (Kind.EDGE, "a", 0)
    assert differing(both, both.first_wrong.position) == {"a"}
    assert differing(both, len(both.log)) == {"a", "x", "2"}
    at = both.at(len(both.log))
    names = at.snapshot.names
    assert at.right_grad(names["x"]) == 2 * at.snapshot.row(names["x"]).grad


def test_stale_and_the_moments_after_it() -> None:
    """Moments of later statements correspond, though the right run has more events."""
    both = beside(DESCENT, "stale")
    end = both.at(len(both.log))
    assert end.right is not None
    assert (end.right.position, end.right.ended) == (len(both.right), True)
    assert len(both.right) > len(both.log)
    for start, right_start in zip(both.log.starts, both.right.starts, strict=True):
        if both.log.starts.count(start) == 1:
            assert both.positions[start] == right_start


def test_leak_differs_in_references_only() -> None:
    both = beside("a = 2\nb = tanh(a*3 + 1)\nbackward(b)\n", "leak")
    end = both.at(len(both.log))
    nodes = {end.snapshot.label(node): node for node in end.snapshot.nodes}
    assert not any(end.grad_differs(node) for node in nodes.values())
    assert {label for label, node in nodes.items() if end.refs_differ(node)} == {"a*3", "3", "1", "a*3 + 1"}
    assert (end.snapshot.row(nodes["a*3"]).refs, end.right_refs(nodes["a*3"])) == (2, 1)


# --- properties ---


PROGRAMS = [
    *(random_program(seed, "auto") for seed in range(120)),
    *(random_program(seed, "manual") for seed in range(50)),
    *(smooth_program(seed) for seed in range(25)),
][:: min(100 // share(100), 4)]


@pytest.mark.parametrize("fault", FAULTS)
def test_first_wrong_is_where_the_runs_part(fault: str) -> None:
    """Up to it both runs are alike; there something differs; without it nothing ever does."""
    wrongs = 0
    for text in PROGRAMS:
        both = beside(text, fault)
        log, right, wrong = both.log, both.right, both.first_wrong
        until = len(log) if wrong is None else wrong.position
        for position in range(until + (wrong is None)):
            assert not differing(both, position), (text, position)
        # The statements before it left the same state behind, by the logs alone.
        for start, right_start in zip([*log.starts, len(log)], [*right.starts, len(right)], strict=True):
            if start < until or wrong is None:
                assert agree(state(log, start), state(right, right_start)), (text, start)
        if fault != "recursion" and wrong is not None:  # Recursion may take another right order.
            what = wrong.what
            mine, its = (
                (until, what.missing) if what.event is None else (until - 1, both.positions[until - 1])
            )
            assert told(log, mine) == told(right, its or 0), text
        if wrong is not None:
            wrongs += 1
            assert differing(both, until), (text, wrong)
    assert wrongs > share(10), (wrongs, "the programs hardly show this fault")


def told(log: Log, until: int) -> str:
    """All that happened, but for edges that brought nothing."""
    events = [log.event(index) for index in range(until)]
    told = [
        (e.kind, e.node, e.value, e.source, e.slot, e.reference, e.text)
        for e in events
        if e.value != e.before or e.kind != Kind.EDGE
    ]
    return repr(told)


@pytest.mark.parametrize("fault", FAULTS)
def test_nodes_and_moments_correspond(fault: str) -> None:
    """The same nodes in the same order, and moments that never go back."""
    for text in PROGRAMS:
        both = beside(text, fault)
        assert (both.log.codes, both.log.left, both.log.right) == (
            both.right.codes, both.right.left, both.right.right,
        )  # fmt: skip
        assert len(both.positions) == len(both.log) + 1
        assert list(both.positions) == sorted(both.positions)
        assert both.positions[-1] == len(both.right)
        assert both.note == ""


@pytest.mark.parametrize("fault", ["overwrite", "recursion", "merged", "stale"])
def test_trees_show_no_fault_of_the_gradients(fault: str) -> None:
    for seed in seeds(60):
        both = beside(tree_program(seed), fault)
        assert both.first_wrong is None
        assert list(both.positions) == list(range(len(both.log) + 1))


# --- runs that were stopped ---


def test_a_run_with_a_fault_that_is_stopped_stands_beside_the_end_of_its_line() -> None:
    both = beside(DOUBLINGS + "y = 2\n", "recursion", 20_000)
    end = both.at(len(both.log))
    assert both.note.startswith("The run with the fault was stopped on line 4; ")
    assert end.right is not None
    assert end.right_grad(0) == 2**30
    assert end.differs(0)
    assert len(end.right.nodes) == 31
    assert first_sentence(both).startswith("(x) to (x) had been sent already; it added ")


def first_sentence(both: Beside) -> str:
    assert both.first_wrong is not None
    return both.first_wrong.sentence


def test_where_the_right_run_was_stopped_there_is_nothing_to_compare_with() -> None:
    """Without releases the run with the leak has fewer events, and gets further under the same limit."""
    text = "a = 2\nfor i in range(12):\n    b = a*3 + 1\n"
    both = beside(text, "leak", 200)
    end = both.at(len(both.log))
    assert end.snapshot.ended
    assert end.right is None
    assert both.note.startswith("The right run was stopped on line 3; ")
    assert not any(end.differs(node) for node in end.snapshot.nodes)
    assert (end.right_grad(0), end.right_refs(0)) == (None, None)
    assert differing(both, len(both.positions) - 1)


def test_what_a_stopped_run_did_not_come_to_is_not_missing() -> None:
    """Everything is sent 2**30 times and brings 0: nothing was wrong, when the limit came."""
    text = DOUBLINGS.replace("backward(x)", "backward(x*0 + 1)")
    both = beside(text, "recursion", 20_000)
    assert both.first_wrong is None
    assert both.note != ""


def test_where_both_were_stopped_on_a_line_their_ends_are_compared() -> None:
    both = beside("x = 3\ny = x*x\nbackward(y)\ndel y\nz = y\n", "merged")
    assert (both.note, differing(both, len(both.log))) == ("", {"x"})


def test_a_program_of_nothing() -> None:
    both = beside("# nothing", "stale")
    assert (both.first_wrong, both.note, list(both.positions)) == (None, "", [0, 1])
