"""The report of a touch of freed memory: what happened, created, freed by what, held by whom, repair."""

from __future__ import annotations

import pytest
from programs import random_program

from microcrad.language.parser import parse
from microcrad.run.stops import MemoryStop
from microcrad.session.moves import make_move
from microcrad.session.session import Session


def stopped(text: str) -> MemoryStop:
    """The touch of freed memory that ends a program in manual ownership."""
    stop = Session(f"# ownership: manual\n{text}").run.memory_stop
    assert stop is not None
    return stop


def test_use_after_free() -> None:
    """Every fact of the report, and the same in the error."""
    stop = stopped("a = 2\nb = a*a\nrelease(b)\nd = b + 1\n")
    assert stop.report == (
        "use after free: line 5: d = b + 1   uses b, which is freed",
        "created: on line 3, as a*a",
        "freed: on line 4 by release(b)",
        "still pointed at by: the name b",
        "repair: Release b after line 5, not on line 4.",
    )
    assert str(stop.error) == (
        "line 5: b is used: it was created on line 3 and freed on line 4 by release(b). "
        "Release b after line 5, not on line 4."
    )


def test_double_free() -> None:
    """Two releases in a row, both named."""
    stop = stopped("a = 2\nrelease(a)\nrelease(a)\n")
    assert stop.kind == "double free"
    assert stop.repair == "Delete the release on line 3 or the one on line 4."


def test_freed_by_a_cascade() -> None:
    """What the program never released itself went with what held it; a retain before would save it."""
    stop = stopped("a = 2\nb = a*3\nrelease(a)\nrelease(b)\nc = a + 1\n")
    assert "which freed b, whose slot held it" in stop.freed
    assert stop.repair == "Write retain(a) before line 5, and release(a) after line 6."
    repaired = "a = 2\nb = a*3\nrelease(a)\nretain(a)\nrelease(b)\nc = a + 1\nrelease(a)\n"
    assert Session(f"# ownership: manual\n{repaired}").run.memory_stop is None


def test_a_cascade_that_reaches_a_freed_node() -> None:
    """The release that took a slot's reference is the one to delete."""
    stop = stopped("a = 2\nb = a*a\nrelease(a)\nrelease(a)\nrelease(a)\nrelease(b)\n")
    assert stop.kind == "double free"
    assert stop.held == "the name a"
    assert stop.repair.startswith("Delete the release on line 5")


@pytest.mark.parametrize("seed", range(0, 300, 3))
def test_places_and_lines_are_true(seed: int) -> None:
    """In random programs: created before freed before touched, and the place is the error's."""
    text = random_program(seed, "manual")
    session = Session(text, ownership="manual")
    stop, log = session.run.memory_stop, session.log
    if stop is None:
        assert not any("freed" in error.message for error in session.run.errors)
        return
    assert log.born[stop.node] < log.freed_at[stop.node] < len(log) - 1
    assert session.run.errors[0].line == stop.place.line
    assert f"line {log.span(log.freed_at[stop.node]).line} " in stop.freed
    assert parse(text).source(stop.place)
    assert len(stop.report) == 5


def test_the_session_stays_walkable_up_to_the_error() -> None:
    """After a stop every position can be visited, and nothing is called leaked."""
    session = Session("# ownership: manual\na = 2\nb = a*a\nrelease(b)\nd = b + 1\n")
    for position in range(len(session.log) + 1):
        session.go(position)
        assert session.snapshot.heap.leaked == 0
        assert all(session.snapshot.row(node).refs >= 0 for node in session.snapshot.nodes)
    make_move(session, "last")
    assert session.run.memory_stop is not None
    assert session.selected == session.run.memory_stop.node
