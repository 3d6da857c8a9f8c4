"""The timeline: walked, clicked, dragged, and the window of events that it shows."""

from __future__ import annotations

from screens import MakeApp, last_rows, screen_text

from microcrad.session.moves import make_move
from microcrad.session.session import Session
from tui.playground.events import Events

LARGE = (120, 36)


async def test_the_timeline_is_walked_and_clicked(make_app: MakeApp) -> None:
    """Its rows are the view's events; its arrows are n and p; a click goes there."""
    app = make_app()
    async with app.run_test(size=LARGE) as pilot:
        await pilot.press("tab")
        assert app.focused is app.playground.query_one("#timeline")
        await pilot.press("down")
        assert "event 4/9" in last_rows(app)
        await pilot.press("up", "left")
        assert "event 2/9" in last_rows(app)
        await pilot.press("end")
        assert "event 9/9" in last_rows(app)
        await pilot.press("home")
        assert "event 0/9" in last_rows(app)
        for row in range(9):
            await pilot.click("#timeline", offset=(20, row))
            assert f"event {row + 1}/9 math" in last_rows(app)
            timeline = app.playground.query_one("#timeline")
            assert timeline.render_line(row).text.startswith(("»", "«"))
        await pilot.click("#timeline", offset=(20, 9))
        assert "event 9/9 math" in last_rows(app)


async def test_the_timelines_window_is_about_the_current_event(make_app: MakeApp) -> None:
    """In the middle row, except near the ends, where the first and the last row are full; a ruler below."""
    app = make_app()
    async with app.run_test(size=LARGE):
        timeline = app.playground.query_one("#timeline", Events)
        session, height = Session("a = 1\n" + "a = a*1\n" * 40), timeline.page
        assert height == timeline.size.height - 1
        _, total = session.moment.progress
        assert total > 2 * height
        make_move(session, "first")
        for happened in range(total + 1):
            timeline.show(session.moment)
            rows = [timeline.render_line(y).text for y in range(height)]
            first = min(max(happened - (height - 1) // 2, 1), total - height + 1)
            ruler = timeline.render_line(height).text
            assert (ruler[:2], ruler.split()[-1]) == (" 1", str(total))
            assert [int(row[1:].split()[0]) for row in rows] == list(range(first, first + height))
            assert [y for y in range(height) if rows[y][0] != " "] == ([happened - first] if happened else [])
            make_move(session, "next")
        timeline.read(-3)
        assert timeline.reads_from is not None
        timeline.show(Session("a = 1\nb = a*2\n").moment)
        timeline.read(3)
        assert timeline.reads_from is None  # All is in sight: there is nothing to read elsewhere.


async def test_the_timeline_is_read_dragged_and_jumped_in(make_app: MakeApp) -> None:
    """Reading moves the window alone; the mouse drags the present, on rows and ruler; g goes to a number."""
    app = make_app("a = 1\n" + "a = a*1\n" * 40, "long.mc")
    async with app.run_test(size=LARGE) as pilot:
        timeline, session = app.playground.query_one(Events), app.desks.own.session
        await pilot.press("less_than_sign", "n")
        timeline.focus()

        def first() -> int:
            return int(timeline.render_line(0).text[1:].split()[0])

        await pilot.press("pagedown")
        assert (session.moment.progress[0], first()) == (1, 1 + timeline.page)
        assert f"reading {first()} to {first() + timeline.page - 1} of 40" in screen_text(app)
        await pilot.press("escape")
        assert first() == 1
        assert "reading" not in screen_text(app)

        await pilot.mouse_down(timeline, offset=(9, 4))
        await pilot.hover(timeline, offset=(9, 6))
        assert (session.moment.progress[0], first()) == (7, 1)
        await pilot.mouse_up(timeline, offset=(9, 6))
        await pilot.hover(timeline, offset=(9, 2))
        assert session.moment.progress[0] == 7
        await pilot.click(timeline, offset=(timeline.size.width - 1, timeline.page))
        assert session.moment.progress[0] == 40
        await pilot.click(timeline, offset=(1, timeline.page))
        assert session.position == 0

        await pilot.press("g", "4", "1", "enter")
        assert "Expected a whole number from 0 to 40, found '41'." in screen_text(app)
        await pilot.press("backspace", "0", "enter")
        assert session.moment.progress[0] == 40
        assert timeline.render_line(timeline.page - 1).text.startswith("»  40 a = 1")

        for said in ("4 events", "8 events", "16 events", "32 events", "as fast as it goes"):
            await pilot.press("right_parenthesis")
            assert said in screen_text(app)
        await pilot.press(*["left_parenthesis"] * 5)
        assert "space plays an event a second." in screen_text(app)
