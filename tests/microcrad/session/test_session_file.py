"""Sessions in files: one goes on exactly where one was, and what is damaged or newer is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcrad.errors import ContentError
from microcrad.nn import MLP
from microcrad.session.breakpoints import read_breakpoint
from microcrad.session.file import SavedSession, from_json, restore, saved, to_json
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.state import save
from microcrad.timeline.log import View

SHARED = "x = 3\ny = x*x\nz = y + x\nbackward(z)\n"
COUNTS = st.integers(0, 2**53 - 1)
SESSIONS = st.builds(
    SavedSession,
    name=st.text(),
    program=st.text(),
    ownership=st.sampled_from([None, "auto", "manual"]),
    fault=st.sampled_from([None, "overwrite", "leak"]),
    view=st.sampled_from([view.value for view in View]),
    position=COUNTS,
    selected=st.none() | COUNTS,
    folded=st.lists(COUNTS).map(tuple),
    cursor=st.tuples(COUNTS, COUNTS),
    lesson=st.text(),
    task=COUNTS,
    stops=st.lists(st.sampled_from(["line 5", "node w", "grad w - 2"])).map(tuple),
)


@given(SESSIONS)
def test_a_file_gives_back_what_was_saved(session: SavedSession) -> None:
    assert from_json(to_json(session)) == session


@pytest.mark.parametrize("fault", [None, "overwrite"])
@pytest.mark.parametrize("ownership", [None, "manual"])
def test_one_goes_on_where_one_was(fault: str | None, ownership: str | None) -> None:
    session = Session(SHARED, ownership=ownership)
    session.switch_fault(fault)
    make_move(session, "view")
    for _ in range(3):
        make_move(session, "next")
    session.select(session.snapshot.names["x"])
    session.breakpoints = (read_breakpoint("line 3"), read_breakpoint("grad x"))
    other = Session("a = 1\n")
    restore(other, from_json(to_json(saved(session, "shared.mc", cursor=(2, 4)))))
    mine, theirs = session.moment, other.moment
    for name in ("view", "selected", "current", "next", "progress", "ownership", "text", "fault", "stops"):
        assert getattr(mine, name) == getattr(theirs, name), name
    assert other.position == session.position
    assert [other.snapshot.row(n) for n in other.snapshot.nodes] == [
        session.snapshot.row(n) for n in session.snapshot.nodes
    ]


def test_a_text_with_errors_and_places_that_do_not_exist_are_no_harm() -> None:
    session = Session()
    restore(session, SavedSession("x.mc", "y = (", position=10**9, selected=10**9))
    assert session.errors
    assert session.text == "y = ("
    restore(session, SavedSession("x.mc", SHARED, position=10**9, selected=10**9))
    assert session.position == len(session.log)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 2}, "was saved by a newer microcrad: its version is 2, and this one reads up to 1."),
        ({"version": "1"}, 'version is "1", expected 1'),
        ({"format": "x"}, 'expected an object with "format": "microcrad session"'),
        ({"program": None}, "program is missing, expected a text"),
        ({"fault": "gremlin"}, 'fault is "gremlin", expected one of overwrite'),
        ({"fault": []}, "fault is a list of 0, expected one of overwrite"),
        ({"view": "sideways"}, "expected math, memory or all"),
        ({"ownership": "shared"}, "expected auto, manual or null"),
        ({"position": -1}, "position is -1, expected a count of events"),
        ({"position": True}, "position is true, expected a count of events"),
        ({"folded": [1, "2"]}, "folded is a list of 2, expected a list of nodes' numbers"),
        ({"cursor": [1]}, "cursor is a list of 1, expected a line and a column"),
    ],
)
def test_what_is_damaged_is_named(change: dict[str, Any], words: str) -> None:
    content = json.loads(to_json(SavedSession("x.mc", SHARED)))
    with pytest.raises(ContentError) as error:
        from_json(json.dumps({**content, **change}), "mine.mcs")
    assert str(error.value).startswith("mine.mcs ")
    assert words in str(error.value)


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_other_texts_are_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ContentError, match="is not a saved session"):
        from_json(text)


def test_an_earlier_text_with_errors_leaves_the_last_good_run() -> None:
    """Where it is asked for, as by undo, and under the same rules; else nothing is there to look at."""
    session = Session("x = 3\ny = x*x\nbackward(y)")
    broken = saved(session, "a.mc")._replace(program="x = 3\ny = x*\nbackward(y)")
    session.go(4)
    restore(session, broken, keep_run=True)
    assert session.text == broken.program
    assert session.errors
    assert (session.snapshot.names, session.position) != ({}, 0)
    assert not session.up_to_date
    session.go(len(session.log))
    restore(session, broken._replace(program=session.run.program.text), keep_run=True)
    assert (session.up_to_date, session.position) == (True, len(session.log))  # Not where the text was saved.
    restore(session, broken._replace(ownership="manual"), keep_run=True)
    assert session.snapshot.names == {}
    session.open("x = 3\n")
    restore(session, broken)
    assert session.snapshot.names == {}


def test_an_earlier_text_that_loads_a_network_is_no_error(tmp_path: Path) -> None:
    """Its file is looked for where the program's is."""
    save(MLP(2, [1]), tmp_path / "net.json")
    text = 'net = load("net.json")\ny = net([1, 2])\nbackward(y)\n'
    session = Session(text, folder=str(tmp_path))
    session.go(3)
    before = saved(session, "a.mc")
    session.set_text(text + "z = 1\n")
    session.go(len(session.log))
    restore(session, before, keep_run=True)
    assert (session.errors, session.position) == ((), 3)
