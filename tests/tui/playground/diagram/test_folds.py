"""Which groups a run begins with as one box."""

from __future__ import annotations

import pytest

from tui.playground.diagram.folds import Folds


@pytest.mark.parametrize(("nodes", "folded"), [(0, False), (19, False), (20, True), (500, True)])
def test_from_twenty_nodes_on_groups_are_folded_unless_they_were_opened(nodes: int, folded: bool) -> None:
    folds = Folds()
    assert folds.folded(("l0",), nodes) == folded
    folds.open_or_close(("l0",), opened=folded)
    assert folds.folded(("l0",), nodes) != folded
    assert folds.folded(("l1",), nodes) == folded
