"""Playing on by itself: to the end, to where one wants, and with a pause."""

from __future__ import annotations

import pytest
from screens import EXAMPLES, MakeApp, last_rows, screen_rows, screen_text, until

from tui.playground import player

LARGE = (120, 36)


async def test_play_stops_where_one_wants(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a line and where a grad changes, marked in every pane; x goes from one to the next."""
    monkeypatch.setattr(player, "PLAY_SECONDS", 0.001)
    app = make_app(EXAMPLES["descent"], "descent.mc")
    async with app.run_test(size=LARGE) as pilot:
        session, rows = app.desks.own.session, lambda: screen_rows(app)
        await pilot.press("less_than_sign", "u")
        assert "No stop is set. B sets one." in screen_text(app)
        await pilot.press("B")  # Before anything has happened there is the cursor's line.
        assert "Stop at line 1" in screen_text(app)
        await pilot.press("escape")
        await pilot.press(*["n"] * 3, "B", "enter")
        assert "Play stops at line 7." in screen_text(app)
        await pilot.press("j", "j", "B", "down", "enter")
        assert "Play stops at line 7; w: its grad changes." in screen_text(app)
        assert list(map(str, session.breakpoints)) == ["line 7", "grad w"]
        assert sum(" ●7 " in row for row in rows()) == 1
        assert any("│●    w " in row for row in rows())
        assert any("│ ●  6 w.grad 6 " in row for row in rows())
        assert app.desks.place().stops == ("line 7", "grad w")
        await pilot.press("space")
        await until(pilot, lambda: "Stopped at w: its grad changes." in screen_text(app))
        assert session.moment.progress[0] == 6
        await pilot.press("space")
        await until(pilot, lambda: "Stopped at line 7." in screen_text(app))
        assert session.moment.progress[0] == 8
        await pilot.press("u")
        assert session.moment.told.endswith("w.grad = 0")
        await pilot.press("U", "U", "B", "end", "enter")
        assert "Play stops nowhere now." in screen_text(app)
        assert "●" not in screen_text(app)
        last = len(session.text.splitlines())
        await pilot.press("B", "end", "enter", *str(last + 1), "enter")
        assert f"Expected a whole number from 1 to {last}" in screen_text(app)
        await pilot.press("ctrl+u", "4", "enter")
        assert "Play stops at line 4." in screen_text(app)
        for _ in range(2):
            await pilot.press("g")
            await pilot.pause()
        assert "This is the first row. In the timeline g goes to the event of a number;" in screen_text(app)


async def test_space_plays_to_the_end_and_pauses(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """One event at a time; a second press pauses, and so does walking."""
    monkeypatch.setattr(player, "PLAY_SECONDS", 60)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        assert "event 4/9" in last_rows(app)
        await pilot.press("space")
        assert "Paused." in screen_text(app)
        monkeypatch.setattr(player, "PLAY_SECONDS", 0.001)
        await pilot.press("space")
        await until(pilot, lambda: "Last event. Press b: start of backward." in screen_text(app))
        assert "event 9/9" in last_rows(app)
        await pilot.press("b")
        app.playground.player._tick()  # One that was on its way.
        await pilot.pause()
        assert "event 3/9" in last_rows(app), "it plays no more"
