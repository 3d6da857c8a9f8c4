"""Where a person stands in the panes: it is found again, and `e` goes back to where they typed."""

from __future__ import annotations

from screens import MakeApp, screen_text, until

from microcrad.session.session import Session
from tui.app import PlaygroundApp
from tui.desk import Desk
from tui.files import opened
from tui.playground.inspector import Inspector
from tui.state_file import Kept, StateKeeper


async def test_quitting_and_coming_back_finds_all_as_it_was(make_app: MakeApp) -> None:
    """The moment, the view, the selection, the fault, what is in front and in focus, the speed of play."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "n", "v", "i", "d", "right_parenthesis", "f")
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: app.playground.rests and app.playground.session.fault is not None)
        app.playground.focus_pane("heap")
        await pilot.press("home")
        await pilot.pause()
        before = app.playground.session
        await pilot.press("Q")
    program, saying = opened(None, StateKeeper(app.keeper.path))
    again = PlaygroundApp(program, StateKeeper(app.keeper.path), saying=saying)
    async with again.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        session, playground = again.playground.session, again.playground
        assert (session.position, session.view, session.selected) == (before.position, before.view, 0)
        assert session.fault == before.fault
        assert playground.fronts.in_diagram
        assert playground.query_one(Inspector).in_full
        assert (playground.panes.active, playground.player.speed) == ("heap", 1)
        assert "is as you left it." in screen_text(again)


async def test_e_goes_back_to_where_one_typed(make_app: MakeApp) -> None:
    """First to the selected node's line; then where one was, whatever is walked to; after a choice there."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        editor = app.playground.editor
        await pilot.press("e")
        assert editor.cursor_location == (5, len("o = tanh(n)"))
        await pilot.press("up", "up", "home", "right", "escape", "n", "n", "e")
        assert editor.cursor_location == (3, 1)
        await pilot.press("escape", "down", "e")
        await pilot.pause()
        line = app.playground.session.moment.selected_line
        assert editor.cursor_location == (line - 1, len(editor.document.get_line(line - 1)))


async def test_a_lesson_has_the_panes_that_it_tells_of_and_leaves_ones_own(make_app: MakeApp) -> None:
    """Tree, program and heap, side by side; where one stood before one stands again."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        playground = app.playground
        await pilot.press("e", "up", "escape", "d", "o", "c", "i", "z")
        own = playground.whereabouts.saved("")
        assert set(own.panes) == {"c", "diagram", "output", "full", "alone", "at diagram"}
        session = Session("a = 1\n")
        app.desks.visit(Desk(Kept(session.text, "lesson.mc"), session, leaves_to="lessons", holder=app.walk))
        await pilot.pause()
        assert playground.whereabouts.saved("").panes == ()
        assert '"alone"' in app.desks.own_place()  # Where one leaves off in a lesson, too.
        app.desks.take_off(app.desks.top)
        await pilot.pause()
        assert playground.whereabouts.saved("") == own


async def test_what_clicks_do(make_app: MakeApp) -> None:
    """A slope leads to its operand, the heap's curve to its moment; two clicks take a word, three a line."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        session = app.playground.session
        inspector = app.query_one(Inspector)
        row = "".join(segment.text for segment in inspector.render_line(0))
        await pilot.click(inspector, offset=(row.index("slope to n") + 2, 0))
        await pilot.pause()
        assert session.moment.selected_label == "n"
        heap = app.playground.query_one("#heap")
        await pilot.click(heap, offset=(1, heap.size.height - 1))
        await pilot.pause()
        assert session.position == 0
        await pilot.click(heap, offset=(heap.size.width - 2, heap.size.height - 1))
        await pilot.pause()
        assert session.position == len(session.log)
        editor = app.playground.editor
        await pilot.click(editor, offset=(editor.gutter_width + 5, 5), times=2)
        assert editor.selected_text == "tanh"
        await pilot.click(editor, offset=(editor.gutter_width + 5, 5), times=3)
        assert editor.selected_text == "o = tanh(n)"
