"""How long things take by the clock: what is asked of the timers, since no test waits to see."""

from __future__ import annotations

from typing import Any

import pytest
from screens import MakeApp, screen_text, until
from textual.message_pump import MessagePump
from textual.timer import Timer


async def test_how_many_seconds_pass(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error is said 0.6 s after the last key, a text kept after 1 s, and two events play in a second."""
    asked: set[float] = set()

    def watch(name: str) -> None:
        true = getattr(MessagePump, name)

        def watched(pump: MessagePump, seconds: float, *arguments: Any, **more: Any) -> object:
            asked.add(seconds)
            return true(pump, seconds, *arguments, **more)

        monkeypatch.setattr(MessagePump, name, watched)

    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        watch("set_timer")
        watch("set_interval")
        await pilot.press("e", "end", "1")
        await pilot.pause()
        assert {0.6, 1.0} <= asked
        asked.clear()
        await pilot.press("escape", "less_than_sign", "space")
        assert 0.5 in asked


async def test_playing_ends_with_the_last_event(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes on by itself then: what is said next stays."""
    going: set[Timer] = set()
    begin, stop = MessagePump.set_interval, Timer.stop

    def began(pump: MessagePump, *arguments: Any, **more: Any) -> Timer:
        timer = begin(pump, *arguments, **more)
        going.add(timer)
        return timer

    def stopped(timer: Timer) -> None:
        going.discard(timer)
        stop(timer)

    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("greater_than_sign")
        monkeypatch.setattr(MessagePump, "set_interval", began)
        monkeypatch.setattr(Timer, "stop", stopped)
        await pilot.press("p", "space")
        assert len(going) == 1
        await pilot.press("greater_than_sign", "space")
        await until(pilot, lambda: "Last event." in screen_text(app))
        assert not going
