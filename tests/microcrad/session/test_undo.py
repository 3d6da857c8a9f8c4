"""Undo and redo, compared with a plain model of what they should do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from microcrad.session.undo import Undo


@given(st.lists(st.sampled_from(["undo", "redo"]) | st.integers(0, 5)))
def test_it_goes_back_and_on_as_a_pair_of_stacks_does(moves: list[str | int]) -> None:
    undo = Undo(0)
    back: list[int] = []
    ahead: list[int] = []
    at = 0
    for move in moves:
        if move == "undo":
            expected = back.pop() if back else None
            if expected is not None:
                ahead.append(at)
                at = expected
            assert undo.undo() == expected
        elif move == "redo":
            expected = ahead.pop() if ahead else None
            if expected is not None:
                back.append(at)
                at = expected
            assert undo.redo() == expected
        elif move != at:
            back.append(at)
            ahead, at = [], int(move)
            undo.record(int(move))
        assert undo.current == at


def test_a_stretch_is_one_situation() -> None:
    undo = Undo("")
    for text in ("a", "ab", "abc"):
        undo.record(text, stretch=True)
    undo.end_stretch()
    undo.record("abcd", stretch=True)
    undo.record("other")
    assert [undo.undo(), undo.undo(), undo.undo(), undo.undo()] == ["abcd", "abc", "", None]
    assert undo.redo() == "abc"
    undo.record("abx", stretch=True)  # After going back a stretch begins anew.
    assert (undo.redo(), undo.undo()) == (None, "abc")


def test_a_pause_begins_a_new_stretch() -> None:
    undo = Undo("")
    for text in ("a", "ab"):
        undo.record(text, stretch=True)
    undo.end_stretch()
    for text in ("abc", "abcd"):
        undo.record(text, stretch=True)
    assert [undo.undo(), undo.undo(), undo.undo()] == ["ab", "", None]


def test_the_oldest_are_forgotten() -> None:
    undo = Undo(0, most=3)
    for number in range(1, 6):
        undo.record(number)
    assert [undo.undo(), undo.undo(), undo.undo()] == [4, 3, None]


def test_two_hundred_situations_are_kept() -> None:
    undo = Undo(0)
    for number in range(1, 300):
        undo.record(number)
    back = 0
    while undo.undo() is not None:
        back += 1
    assert (back, undo.current) == (199, 100)
