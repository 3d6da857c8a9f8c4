"""A log that ends early: what has happened is the same, and what came later is nowhere in it."""

from __future__ import annotations

import pytest
from programs import random_program, run

from microcrad.timeline.log import View
from microcrad.timeline.snapshot import Snapshot
from microcrad.timeline.telling import until


@pytest.mark.parametrize("seed", range(6))
def test_a_cut_log_is_the_log_as_it_was(seed: int) -> None:
    done = run(random_program(seed, "manual" if seed % 2 else "auto"))
    program, log = done.program, done.log
    for end in {0, 1, len(log) // 3, len(log) // 2, len(log) - 1, len(log)}:
        cut = until(log, end)
        assert len(cut) == end
        assert repr([*map(cut.event, range(end))]) == repr([*map(log.event, range(end))])
        for position in {0, end // 2, end}:
            here, there = Snapshot(program, cut, position), Snapshot(program, log, position)
            assert repr([*map(here.row, here.nodes)]) == repr([*map(there.row, there.nodes)])
            assert (here.names, here.heap, here.output) == (there.names, there.heap, there.output)
            for view in View:
                assert cut.last_before(position, view) == log.last_before(position, view)
        later = [
            *(index for view in View for index in cut.view_events(view)),
            *(index for events in cut.ref_events for index in events),
            *(index for node in range(cut.node_count) for index in cut.touches(node)),
            *cut.seeds, *cut.starts, *cut.frees, *cut.freed_at,
        ]  # fmt: skip
        assert all(index < end or (index == end and index in cut.starts) for index in later)
        assert cut.leaks == (log.leaks if end == len(log) else frozenset())
