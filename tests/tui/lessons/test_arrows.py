"""Arrows from owners to nodes, as rows of text."""

from __future__ import annotations

from lessons.take.owned import Owned
from tui.lessons.arrows import arrows
from tui.widgets.glyphs import Glyphs, choose

UNICODE, ASCII = Glyphs(), choose({"MICROCRAD_GLYPHS": "ascii"})
FOUND = (Owned("a", ("name a", "name n", "slot 0 of b")), Owned("b", ("name b",)))


def test_lines_from_all_owners_of_a_node_meet_in_one_arrow() -> None:
    assert arrows(FOUND, UNICODE) == (
        "  a           ─┬─► a   refs 3",
        "  n           ─┤",
        "  slot 0 of b ─┘",
        "  b           ───► b   refs 1",
    )
    assert arrows(FOUND, ASCII)[0] == "  a           -+-> a   refs 3"
    assert arrows((), UNICODE) == ()


def test_a_long_owner_leaves_room_for_the_arrow() -> None:
    rows = arrows((Owned("a", ("slot 0 of a_long_name_of_a_node", "name a")),), UNICODE)
    assert max(map(len, rows)) <= 34
    assert rows[0].startswith("  slot 0 of a_lon… ─┬─► a")
