"""Work in pieces."""

from __future__ import annotations

from microcrad.slices import Remembered, Slices, finish


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
