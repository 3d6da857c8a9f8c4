"""Tiles: members of a loop that read the same row are computed together, so that it is read once.

The neurons of a layer each go over the same inputs. A row is many times as large as a parameter, and all rows
of a large layer do not fit into the processor's nearest cache: what takes time is reading them. Each member
keeps its own sum, in the order of the graph.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from microcrad.tape.tape_chains import Storage, Term
from microcrad.tape.tape_plan import Loop, Places

__all__ = ["TermRun", "Tile", "runs", "tile"]


@dataclass(frozen=True, slots=True)
class TermRun:
    """Like terms that follow one another in a chain."""

    term: Term
    count: int
    entry: int
    """Its first entry among those of a node."""


def runs(loop: Loop) -> Iterator[TermRun]:
    """The runs of a loop's chain."""
    entry = 0
    for term, terms in itertools.groupby(loop.terms):
        count = len(list(terms))
        yield TermRun(term, count, entry)
        entry += count * len(term.kinds)


@dataclass(frozen=True, slots=True)
class Tile:
    """How many members of a loop are computed together, and what they have in common."""

    members: int = 1
    common: frozenset[tuple[TermRun, int]] = frozenset()
    """The runs, and the slots of their terms, for which all members of a tile have the same operands."""
    consecutive: frozenset[tuple[TermRun, int]] = frozenset()
    """Those in which each member's operands are parameters that lie one after the other, while in the other
    slots all members of the loop, and not of a tile alone, have the same operands."""


def tile(loop: Loop, table: Places, most: int) -> Tile:
    """The largest tile of a loop with at most so many members; a single one if they have no row in common."""
    every = tuple(runs(loop))
    long = [run for run in every if run.count > 1]
    width = loop.entries
    rows = table[loop.table : loop.table + loop.count * width].reshape(loop.count, width)
    wide = [
        place for place, kind in enumerate(kind for term in loop.terms for kind in term.kinds) if kind.wide
    ]
    first, behind = loop.first, loop.first + loop.count
    if not long or loop.copies > 1 or not loop.kind.wide:
        return Tile()
    if ((first <= rows[:, wide]) & (rows[:, wide] < behind)).any():  # A member reads an earlier one's result.
        return Tile()
    slots = {(run, slot): kind for run in every for slot, kind in enumerate(run.term.kinds)}
    columns = {
        (run, slot): slice(run.entry + slot, run.entry + run.count * len(run.term.kinds), len(run.term.kinds))
        for run, slot in slots
    }
    everywhere = {each for each, place in columns.items() if (rows[:, place] == rows[0, place]).all()}
    consecutive = {
        (run, slot)
        for (run, slot), kind in slots.items()
        if kind is Storage.PARAMETER
        and run in long
        and (np.diff(rows[:, columns[run, slot]]) == 1).all()
        # Of another member's tile the rows may be others, as at another position of a word.
        and all((run, other) in everywhere for other in range(len(run.term.kinds)) if other != slot)
    }
    for members in range(min(most, loop.count), 1, -1):
        if loop.count % members:
            continue
        groups = rows.reshape(-1, members, width)
        same = (groups == groups[:, :1]).all(axis=(0, 1))
        common = {each for each, place in columns.items() if same[place].all()}
        if all(any(run == its and slots[run, slot].wide for run, slot in common) for its in long):
            return Tile(members, frozenset(common), frozenset(consecutive))
    return Tile()
