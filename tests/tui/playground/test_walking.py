"""Moving through the tree and through time; what is selected or current in one pane is so in all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from programs import network_program
from rich.segment import Segment
from screens import EXAMPLES, NEURON, MakeApp, last_rows, screen_rows, screen_text, until
from textual.document._wrapped_document import WrappedDocument
from textual.pilot import Pilot
from textual.widget import Widget

from microcrad.timeline.log import Kind, View
from tui.app import PlaygroundApp
from tui.playground.heap_pane import HeapPane

LARGE = (120, 36)


def selected(app: PlaygroundApp) -> str:
    """The selected node's label; every pane that shows one must agree on it."""
    session, graph = app.desks.own.session, app.playground.graph
    assert session.selected is not None
    label = session.snapshot.label(session.selected)
    assert f" Inspector: {label} " in screen_text(app)
    assert graph.rows[graph.cursor].node in (session.selected, -1)
    assert app.playground.editor.selected_line == session.snapshot.span(session.selected).line
    return label


async def press_until(pilot: Pilot[None], key: str, condition: Callable[[], bool]) -> None:
    """Press a key again and again."""
    for _ in range(100):
        if condition():
            return
        await pilot.press(key)
    raise AssertionError("it never happened")


def cursor_row(app: PlaygroundApp) -> str:
    """The row of the tree that is selected, as it is drawn: underlined."""
    graph = app.playground.graph
    strip = graph.render_line(graph.cursor - graph.scroll_offset.y)
    assert any(segment.style and segment.style.underline for segment in strip)
    return strip.text.strip()


@pytest.mark.parametrize(
    ("down", "up", "close", "open_"), [("down", "up", "left", "right"), ("j", "k", "h", "l")]
)
async def test_keys_of_the_tree(make_app: MakeApp, down: str, up: str, close: str, open_: str) -> None:
    """Rows one by one, operands shown and hidden, to the user and to the first operand, to the ends."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        assert selected(app) == "o"
        seen = []
        for _ in range(7):
            await pilot.press(down)
            seen.append(selected(app))
        assert seen == ["n", "x*w", "x", "w", "b", "b", "b"]
        await pilot.press(up, up)
        assert selected(app) == "x"
        await pilot.press(close)
        assert selected(app) == "x*w"
        await pilot.press(close)
        assert "▸ x*w" in cursor_row(app)
        assert not any(re.search(r"│ +x +leaf", row) for row in screen_rows(app))
        await pilot.press(down)
        assert selected(app) == "b"
        await pilot.press(up, open_)
        assert "▾ x*w" in cursor_row(app)
        await pilot.press(open_)
        assert selected(app) == "x"
        await pilot.press("G")
        assert selected(app) == "b"
        await pilot.press("g")
        assert selected(app) == "o"
        await pilot.press("enter")
        assert "▸ o" in cursor_row(app)
        assert len(app.playground.graph.rows) == 1
        await pilot.press("enter", "end")
        assert selected(app) == "b"


async def test_places_of_a_shared_node(make_app: MakeApp) -> None:
    """s goes round them; enter goes to where the node is spelled out; elsewhere s says so."""
    app = make_app(EXAMPLES["shared"], "shared.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        graph = app.playground.graph
        await pilot.press("g", "j", "j")
        assert selected(app) == "x"
        assert "x ≡" in cursor_row(app)
        places = []
        for _ in range(3):
            await pilot.press("s")
            places.append(graph.cursor)
        assert places == [3, 4, 2]
        await pilot.press("s")
        assert cursor_row(app).startswith("≡ x   the same node")
        await pilot.press("enter")
        assert graph.cursor == 2
        await pilot.press("k", "s")
        assert "This node stands in one place only." in screen_text(app)


def cells_row(heap: Widget) -> int:
    """The row of the heap pane on which its cells begin."""
    return next(y for y in range(heap.size.height) if heap.render_line(y).text.startswith((" ■ ", " □ ")))


async def test_a_fold_opens_for_what_happens_inside(make_app: MakeApp) -> None:
    """Walking on selects a hidden node: it comes into sight."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("h")
        assert len(app.playground.graph.rows) == 1
        await pilot.press("n", "n")
        assert selected(app) == "n"
        assert "« ▾ n" in cursor_row(app)


@pytest.mark.slow
async def test_a_neuron_is_one_row_until_it_is_opened(make_app: MakeApp) -> None:
    """What comes out of a dotted group starts folded, and tells how many nodes are below it."""
    app = make_app(network_program(2, 2, 1), "network.mc")
    async with app.run_test(size=LARGE) as pilot:
        graph, names = app.playground.graph, app.desks.own.session.snapshot.names
        assert cursor_row(app).startswith("»▾ loss ")
        assert graph.folded == {names["l0.n0"], names["l0.n1"], names["l1.n0"]}
        assert len(graph.rows) == 6
        await pilot.press("j", "j")
        assert selected(app) == "l1.n0"
        below = len([node for node in app.desks.own.session.snapshot.nodes if node < names["l1.n0"]])
        row = cursor_row(app)
        assert row.startswith(f"▸ l1.n0 [{below}] ")
        await pilot.press("l")
        assert cursor_row(app).split() == row.replace("▸", "▾").replace(f"[{below}]", "").split()
        await pilot.press("h", "k", "k")
        await pilot.press("n", "n")  # The seed, and into the loss: nothing of a neuron.
        assert graph.folded == {names["l0.n0"], names["l0.n1"], names["l1.n0"]}
        await press_until(pilot, "n", lambda: selected(app) == "l0.n1")
        # The way there leads through the last neuron alone.
        assert graph.folded == {names["l0.n0"], names["l0.n1"]}
        assert "▸ l0.n1 [" in cursor_row(app)
        await pilot.press("less_than_sign")
        await press_until(pilot, ".", lambda: "l0.n0" in app.desks.own.session.snapshot.names)
        assert "▸ l0.n0 [" in cursor_row(app)  # As soon as it is there.


async def test_a_narrow_row_keeps_the_name_and_not_the_number(make_app: MakeApp) -> None:
    """The columns stay where they are."""
    app = make_app(
        "every_network.w = 2\nevery_network = every_network.w*3\nb.w = 2\nb = tanh(b.w*3 + 1)\n", "narrow.mc"
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        tree = [row.split("│")[1] for row in screen_rows(app)[2:4]]
        assert tree[0].startswith("»▸ b [5]  ")
        assert tree[1].startswith(" ▸ every_network  ")
        assert tree[0].index("tanh") == tree[1].index("*")


@pytest.mark.slow
async def test_walking_does_not_wrap_the_program_again(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the inspector takes more rows or fewer as one goes; another width does."""
    app = make_app(network_program(4, 4, 1), "network.mc")
    async with app.run_test(size=LARGE) as pilot:
        heights = set()
        wrapped: list[int] = []
        wrap = WrappedDocument.wrap
        monkeypatch.setattr(
            WrappedDocument, "wrap", lambda *args, **options: (wrapped.append(1), wrap(*args, **options))[1]
        )
        for _ in range(12):
            await pilot.press("n")
            heights.add(app.playground.editor.size.height)
        assert len(heights) > 1
        assert not wrapped
        await pilot.resize_terminal(100, 36)
        await until(pilot, lambda: wrapped)
        assert app.playground.editor.wrapped_document.height > 30


async def test_selecting_anywhere_selects_everywhere(make_app: MakeApp) -> None:
    """From the tree, the editor's cursor, the heap and the mouse."""
    app = make_app()
    async with app.run_test(size=LARGE) as pilot:
        heap, graph, editor = (
            app.playground.query_one("#heap"), app.playground.graph, app.playground.editor
        )  # fmt: skip
        await pilot.press("j", "j", "j")
        assert selected(app) == "x"
        underlined = [s for s in heap.render_line(cells_row(heap)) if s.style and s.style.underline]
        assert len(underlined) == 1

        await pilot.press("e", "down")
        assert app.focused is editor
        assert selected(app) == "w"
        await pilot.press("down")
        assert selected(app) == "b"
        await pilot.press("escape", "tab", "tab")
        assert app.focused is heap
        await pilot.press("home")
        assert selected(app) == "x"
        await pilot.press("right")
        assert selected(app) == "w"
        await pilot.press("end")
        assert selected(app) == "o"
        await pilot.press("left", "left", "left", "up", "down", "k", "j", "h", "l", "g", "G")
        assert selected(app) == "o"

        await pilot.click("#heap", offset=(3, cells_row(heap)))
        assert selected(app) == "w"
        await pilot.click("#graph", offset=(12, 1))
        assert selected(app) == "n"
        assert "▾ n" in cursor_row(app)
        await pilot.click("#program", offset=(8, 1))
        assert selected(app) == "x"
        assert graph.rows[graph.cursor].node == app.desks.own.session.selected


async def test_the_current_event_is_marked_in_every_pane(make_app: MakeApp) -> None:
    """The editor's line, the tree's row, the heap's cell and the timeline's row are of the same event."""
    app = make_app()
    async with app.run_test(size=LARGE) as pilot:
        playing = app.playground
        heap, timeline = playing.query_one(HeapPane), playing.query_one("#timeline")
        await pilot.press("less_than_sign")
        while True:
            await pilot.press("n")
            log, event = app.desks.own.session.log, app.desks.own.session.current_event
            if app.desks.own.session.notice:
                break
            assert event is not None
            line = playing.editor.render_line(log.span(event).line - 1).text
            sign = "«" if log.kinds[event] in (Kind.SEED, Kind.EDGE) else "»"
            assert line.startswith(sign)
            node = log.subjects[event]
            row = next(i for i, row in enumerate(playing.graph.rows) if row.node == node)
            assert playing.graph.render_line(row).text.startswith(sign)
            at = app.desks.own.session.moment.progress[0] - 1
            assert timeline.render_line(at).text.split()[:2] == [sign, str(at + 1)]
            marked = [
                i for i, s in enumerate(heap.render_line(cells_row(heap))) if _has_look(heap, s, "current")
            ]
            assert marked == [2 * node, 2 * node + 1, 2 * node + 2]  # With the blanks around it.


def _has_look(pane: HeapPane, segment: Segment, name: str) -> bool:
    """Whether a piece of a row stands on the ground that a name of its pane's styles has."""
    return bool(segment.style and segment.style.bgcolor == pane.look(name).bgcolor)


async def walked(pilot: Pilot[None], app: PlaygroundApp, *keys: str) -> int:
    """Where the session stands after some keys."""
    await pilot.press(*keys)
    happened, total = app.desks.own.session.moment.progress
    assert last_rows(app).startswith(f"event {happened}/{total} {app.desks.own.session.view}")
    return app.desks.own.session.position


async def test_keys_of_the_walk(make_app: MakeApp) -> None:
    """To the ends, by lines, by the node's own events, to backward, and by another view."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        log = app.desks.own.session.log
        assert await walked(pilot, app, "less_than_sign") == 0
        assert "No nodes" in screen_text(app) or "Nothing has happened yet" in screen_text(app)
        assert await walked(pilot, app, "greater_than_sign") == len(log)
        assert await walked(pilot, app, "b") == log.seeds[0]
        line = await walked(pilot, app, "comma")
        assert line < log.seeds[0]
        assert await walked(pilot, app, "full_stop") == log.seeds[0]

        await pilot.press("g", "j", "j", "j")
        assert selected(app) == "x"
        await walked(pilot, app, "N")
        assert selected(app) == "x"
        assert "x.grad" in screen_rows(app)[-3]
        await walked(pilot, app, "N")
        assert "touches x" in screen_text(app)
        await walked(pilot, app, "P")
        assert selected(app) == "x"

        for view in (View.MEMORY, View.ALL, View.MATH):
            await pilot.press("v")
            assert app.desks.own.session.view is view
            assert f"n and p now walk the {view} events." in screen_text(app)
        await pilot.press("w")
        assert "Every number and every grad is finite" in screen_text(app)


async def test_i_shows_the_inspector_in_full_and_back(make_app: MakeApp) -> None:
    """The rule, the numbers put in, the finite difference, and every owner."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("greater_than_sign", "g", "j", "j", "j")
        await pilot.press("i")
        text = screen_text(app)
        assert "finite difference of o" in text
        assert "& name x since line 2" in text
        assert "& slot 0 of x*w since line 5" in text
        assert "▾ o" in text, "the tree is still in sight"
        await pilot.press("i")
        assert "since line 2" not in screen_text(app)


SUM = """\
w = [1, 2, 3, 4]
x = [5, 0.5, 4, 1]
a_sum_with_a_long_name_for_a_narrow_screen = dot(w, x)
a_leaf_with_a_long_name_for_a_narrow_screen = 2
y = a_leaf_with_a_long_name_for_a_narrow_screen*a_sum_with_a_long_name_for_a_narrow_screen
"""


async def test_down_by_what_contributed_most(make_app: MakeApp) -> None:
    """The largest term and the next, down to a leaf; the number stands before what it was computed of."""
    app = make_app(SUM)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("greater_than_sign", "G", "g")
        assert "\n y = 44 = a_leaf_with_a_long_name_for_a_narrow_screen*a_sum" in screen_text(app)
        await pilot.press("S")
        assert "a goes down to what contributed most" in screen_text(app)
        await pilot.press("a")
        assert selected(app) == "a_sum_with_a_long_name_for_a_narrow_screen"
        assert "largest of 4 terms: w[2]*x[2]: 12, w[0]*x[0]: 5" in screen_text(app)
        for key, label in (("a", "w[2]*x[2]"), ("S", "w[0]*x[0]"), ("S", "w[3]*x[3]"), ("a", "w[3]")):
            await pilot.press(key)
            assert selected(app) == label
        await pilot.press("a")
        assert "w[3] is a leaf: it was made of nothing else." in screen_text(app)


async def test_m_changes_who_owns(make_app: MakeApp) -> None:
    """And back; header, view and counts follow."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("m")
        assert "neuron.mc  manual" in screen_rows(app)[0]
        assert "Manual: C's rules." in screen_text(app)
        assert " all " in last_rows(app).splitlines()[0]
        await pilot.press("greater_than_sign")
        assert "leaked" in last_rows(app)
        assert "▲" in screen_text(app)
        await pilot.press("m")
        assert "neuron.mc  auto" in screen_rows(app)[0]
        assert "event 3/9 math" in last_rows(app)


@pytest.mark.parametrize("inside", [False, True], ids=["in the tree", "in the editor"])
async def test_function_keys_work_everywhere(make_app: MakeApp, inside: bool) -> None:
    """F8 goes on, F9 runs, also while one types."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        if inside:
            await pilot.press("e")
        focused = app.focused
        await pilot.press("f8")
        assert "event 4/9" in last_rows(app)
        await pilot.press("f8")
        assert "event 5/9" in last_rows(app)
        run = app.desks.own.session.run
        await pilot.press("f9")
        await app.workers.wait_for_complete()
        assert app.desks.own.session.run is not run
        assert app.focused is focused
        assert app.playground.editor.text == NEURON


async def test_e_puts_the_cursor_where_the_node_was_made(make_app: MakeApp) -> None:
    """At the end of its line; what could not be done before is not said any more."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G", "escape")
        assert "Nothing is open here to leave." in screen_text(app)
        await pilot.press("e")
        assert "Typing in the program. esc or tab leaves it." in screen_text(app)
        assert app.focused is app.playground.editor
        assert app.playground.editor.cursor_location == (3, len("b = 7"))
        assert "esc Leave field" in screen_rows(app)[-1]


@pytest.mark.slow
async def test_in_ascii_a_number_not_computed_yet_is_ascii_too(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between a node's allocation and its computation its column shows a sign of the chosen glyphs."""
    monkeypatch.setenv("MICROCRAD_GLYPHS", "ascii")
    app = make_app("a = 2\nb = a*a\n", "a.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v", "v", "less_than_sign")
        waiting = 0
        while app.desks.own.session.position < len(app.desks.own.session.log):
            await pilot.press("n")
            at = app.desks.own.session.snapshot
            waiting += any(at.row(node).data is None for node in at.nodes)
            assert screen_text(app).isascii()
        assert waiting
