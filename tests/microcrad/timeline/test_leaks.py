"""The leak report: what is leaked, who holds it, and that the repair leaves nothing."""

from __future__ import annotations

import pytest
from programs import random_program
from samples import seeds, share

from microcrad.engine import FreedValue, Value
from microcrad.language.parser import parse
from microcrad.run.interpreter import Interpreter, Limits
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.timeline.leaks import leak_report
from microcrad.timeline.snapshot import Snapshot

SEEDS = seeds(400)


def ran(text: str, ownership: str) -> tuple[Snapshot, list[Value], bool]:
    """The end of a run, its nodes by number, and whether it came to its end."""
    program = parse(text)
    run = Interpreter(program, ownership, Limits())
    for _ in run.steps():
        pass
    return Snapshot(program, run.log, len(run.log)), run.recorder.values, not run.errors


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_the_repair_leaves_nothing(ownership: str) -> None:
    """Giving back what the report says is missing, and in auto the names, frees every node."""
    leaking = 0
    for seed in SEEDS:
        end, values, finished = ran(random_program(seed, ownership), ownership)
        report = leak_report(end)
        if not finished or report.over_released:
            continue
        leaking += bool(report.leaks)
        for leak in report.leaks:
            for _ in range(leak.missing):
                values[leak.node].release()
        if ownership == "auto":
            for node in end.names.values():
                values[node].release()
        assert all(isinstance(value, FreedValue) for value in values), seed
    assert leaking > share(20)


def test_one_release_less_leaves_something() -> None:
    """Every release that the report asks for is needed."""
    shown = 0
    for seed in SEEDS:
        end, values, finished = ran(random_program(seed, "manual"), "manual")
        report = leak_report(end)
        missing = [leak.node for leak in report.leaks for _ in range(leak.missing)]
        if not finished or report.over_released or not missing:
            continue
        shown += 1
        for node in missing[1:]:
            values[node].release()
        assert not isinstance(values[missing[0]], FreedValue)
    assert shown > share(20)


def test_the_report_names_line_expression_owners_and_repair() -> None:
    """A literal that nobody named, a rebound name, and a result that only needs its release."""
    session = Session("# ownership: manual\na = 2\nb = a*3\na = 5\n")
    make_move(session, "last")
    leaks = {leak.node: leak for leak in leak_report(session.snapshot).leaks}
    assert [leaks[node].expression for node in sorted(leaks)] == ["2", "3", "a*3", "5"]
    assert leaks[0].repair == "Write release(a) before a lets go of it."
    assert leaks[1].repair == "Give 3 a name on line 3, and release it after its last use."
    assert leaks[2].repair == "Write release(b) after line 3."
    assert "slot 1 of b since line 3" in leaks[1].owners
    assert all(leak.missing == 1 for leak in leaks.values())


def test_a_node_that_had_two_names_is_released_by_the_last_that_let_go_of_it() -> None:
    """Before that there was still a name to use it by."""
    session = Session("# ownership: manual\na = 2\nb = a\na = 3\nb = 4\n")
    make_move(session, "last")
    first = min(leak_report(session.snapshot).leaks, key=lambda leak: leak.node)
    assert first.repair == "Write release(b) before b lets go of it."


def test_a_robbed_slot_is_an_over_release_and_not_a_leak() -> None:
    """Where a count is too low there is nothing to add."""
    session = Session("# ownership: manual\na = 2\nb = a*a\nrelease(a)\nrelease(a)\n")
    make_move(session, "last")
    report = leak_report(session.snapshot)
    assert [over.label for over in report.over_released] == ["a"]
    assert [leak.label for leak in report.leaks] == ["b"]


def test_nothing_is_leaked_before_the_end() -> None:
    """Until the program has ended a node is live."""
    session = Session("# ownership: manual\na = 2\nb = a*3\n")
    for position in range(len(session.log)):
        session.go(position)
        assert leak_report(session.snapshot).leaks == ()
    make_move(session, "last")
    assert leak_report(session.snapshot).leaks
