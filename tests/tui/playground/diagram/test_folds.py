"""Which groups a run begins with as one box."""

from __future__ import annotations

import pytest

from microcrad.session.session import Session
from tui.playground.diagram.folds import Folds


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
    folds.paths(at)
    assert folds.folded(("net",), at.node_count) == folded
    assert folds.folded(("net", "l0"), at.node_count)
    folds.open_or_close(("net",), opened=folded)
    assert folds.folded(("net",), at.node_count) != folded
