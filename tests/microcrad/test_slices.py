"""Work in pieces."""

from __future__ import annotations

from microcrad.slices import Remembered, Slices, finish, listing


def test_what_was_asked_for_last_is_remembered() -> None:
    """Work is done again only once it was pushed out by others; to be asked for keeps it."""
    done: list[str] = []
    remembered = Remembered[str](2)

    def work(what: str) -> Slices[str]:
        done.append(what)
        yield
        return what.upper()

    for what in "abacab":
        assert finish(remembered.get(what, work(what))) == what.upper()
    assert done == [*"abcb"]


def test_items_are_listed_so_many_at_a_time() -> None:
    """None of the next ones is made before a pause."""
    made: list[int] = []
    work = listing((made.append(item) or item for item in range(5)), 2)  # type: ignore[func-returns-value]
    assert [len(made) for _ in work] == [2, 4, 5]
    assert finish(listing(iter("abc"), 2)) == [*"abc"]
    assert finish(listing(iter(()), 2)) == []
