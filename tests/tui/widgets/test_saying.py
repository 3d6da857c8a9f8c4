"""The sentence above the status line: its height stays as it is while one walks."""

from __future__ import annotations

from screens import MakeApp

from tui.widgets import bars
from tui.widgets.bars import Saying

LONG = "a sentence that needs more than one row " * 4


async def test_a_row_that_a_long_sentence_took_is_kept_for_a_while(make_app: MakeApp) -> None:
    """The screen is not laid out anew each time that a long and a short one take turns."""
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        saying = app.query_one(Saying)
        await pilot.pause()
        assert saying.size.height == 1
        for turn in range(bars._PATIENCE - 1):
            saying.say(LONG)
            await pilot.pause()
            assert saying.size.height == 2
            saying.say(f"short {turn}")
            await pilot.pause()
            assert saying.size.height == 2
            assert [row.plain.strip() for row in saying.rows] == ["", f"short {turn}"]


async def test_it_is_given_back_after_many_short_ones(make_app: MakeApp) -> None:
    """Shown again, a sentence counts once."""
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        saying = app.query_one(Saying)
        saying.say(LONG)
        for turn in range(bars._PATIENCE - 1):
            for _ in range(3):
                saying.say(f"short {turn}")
        assert len(saying.rows) == 2
        saying.say("the last one")
        await pilot.pause()
        assert saying.size.height == len(saying.rows) == 1


async def test_of_three_rows_one_is_given_back_at_once(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 40)):
        saying = app.query_one(Saying)
        saying.say("one\ntwo\nthree")
        assert [row.plain for row in saying.rows] == [" one", " two", " three"]
        for long in (LONG * 2, "one\ntwo\nthree\nfour", f"one\n{LONG}\nfour"):
            saying.say(long)
            assert len(saying.rows) == 3
            assert saying.rows[-1].plain.endswith("…"), "what has no room is not left out without a sign"
        saying.say("short")
        assert len(saying.rows) == 2


async def test_where_rows_are_scarce_none_is_kept(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)):
        saying = app.query_one(Saying)
        saying.say(LONG)
        assert len(saying.rows) > 1
        saying.say("short")
        assert len(saying.rows) == 1
