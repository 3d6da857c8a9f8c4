"""Which groups a run begins with as one box."""

from __future__ import annotations

from functools import partial

import pytest
from pictures import UNICODE

from microcrad.session.session import Session
from microcrad.slices import finish
from tui.playground.diagram.folds import Folds
from tui.playground.diagram.picture import Wanted, picturing


@pytest.mark.parametrize(("nodes", "folded"), [(0, False), (19, False), (20, True), (500, True)])
def test_from_twenty_nodes_on_groups_are_folded_unless_they_were_opened(nodes: int, folded: bool) -> None:
    folds = Folds()
    assert folds.folded(("l0",), nodes) == folded
    folds.open_or_close(("l0",), opened=folded)
    assert folds.folded(("l0",), nodes) != folded
    assert folds.folded(("l1",), nodes) == folded


@pytest.mark.parametrize(("after", "folded"), [("", False), ("z = 3*y + 1\n", True)])
def test_a_group_around_everything_stands_open(after: str, folded: bool) -> None:
    """Folded it would be one box, and nothing to look at."""
    at = Session(f"net = MLP(3, [4, 4, 1])\ny = net([1, 2, 3])\n{after}").snapshot
    folds = Folds()
    finish(folds.finding_paths(at))
    assert folds.folded(("net",), at.node_count) == folded
    assert folds.folded(("net", "l0"), at.node_count)
    folds.open_or_close(("net",), opened=folded)
    assert folds.folded(("net",), at.node_count) != folded


def test_the_current_turn_stands_open_unless_it_was_turned_by_hand() -> None:
    """Where all are opened, or closed, the same stands open at every moment, and no picture is made anew."""
    session = Session("y = 1\nfor i in range(9):\n    y = y*0.9 + 1\nbackward(y)\n")
    folds, loop = Folds(), "for i (line 2)"
    assert folds.follow(session.moment) == (), "before the groups have been found"
    finish(folds.finding_paths(session.snapshot))
    turns = [(loop, f"for i={number} (line 2)") for number in range(9)]
    session.go(len(session.log) - 1)
    assert folds.follow(session.moment) == (turns[0],)
    folds.opened = dict.fromkeys(turns, True)
    assert folds.follow(session.moment) == ()
    folds.opened = {(loop,): False}
    assert folds.follow(session.moment) == ()


@pytest.mark.parametrize(("turns", "room"), [(100, True), (70, False)])
def test_many_boxes_have_room_for_grads_before_the_first_one(turns: int, room: bool) -> None:
    session = Session(f"y = 1\nfor i in range({turns}):\n    y = tanh(y)*0.9\nbackward(y)\n")
    session.go(session.log.seeds[0])
    folds = Folds()
    folds.opened = {("for i (line 2)", f"for i={i} (line 2)"): True for i in range(turns)}
    wanted = Wanted(
        session.snapshot, partial(folds.grouping, session.snapshot), (), None, None, False, 80, 24, None
    )
    assert not session.snapshot.graded
    assert finish(picturing(wanted, UNICODE)).room.grads == room
