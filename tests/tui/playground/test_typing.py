"""Typing in the editor: mistakes and what is said about them, how one leaves it, and pasted rubbish."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from rich.cells import cell_len
from samples import always
from screens import NEURON, MakeApp, last_rows, paste, screen_rows, screen_text, until

from microcrad.examples import examples
from microcrad.run.interpreter import Limits
from tui.playground import runner
from tui.widgets import work


@pytest.mark.slow
async def test_a_mistake_is_made_read_and_mended(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said while one types; then the error, below its line; the graph waits; then all is well."""
    monkeypatch.setattr(runner, "ERROR_SECONDS", 60)
    app = make_app("weight = 2\n", "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "end", "enter", *"y = 2*wieght")
        await app.workers.wait_for_complete()
        await pilot.pause()
        half_typed = screen_text(app)
        assert "graph: last good run" in last_rows(app)
        assert "no value" not in half_typed
        assert "^" not in half_typed
        assert "leaf     2" in half_typed

        monkeypatch.setattr(runner, "ERROR_SECONDS", 0.001)
        await pilot.press("1", "backspace")
        await until(pilot, lambda: "no value" in screen_text(app))
        rows = [row.split("│")[0].rstrip() for row in screen_rows(app)]
        at = next(i for i, row in enumerate(rows) if row.startswith("! 2 y = 2*wieght"))
        assert rows[at + 1] == " " * rows[at].index("w") + "^" * 6
        spoken = " ".join(row.strip() for row in rows[at + 2 : at + 6])
        assert spoken.startswith("wieght has no value yet. Did you mean weight (line 1)?")
        assert "graph: last good run" in last_rows(app)
        assert "leaf     2" in screen_text(app)
        bad = app.playground.editor.get_line(1)
        assert [(span.start, span.end) for span in bad.spans if getattr(span.style, "underline", False)] == [
            (6, 12)
        ]

        await pilot.press(*["backspace"] * 6, *"weight")
        await until(pilot, lambda: "up to date" in last_rows(app))
        mended = screen_text(app)
        assert "no value" not in mended
        assert "^" not in mended
        assert "*        4" in mended
        assert app.desks.own.session.errors == ()


@pytest.mark.slow
async def test_an_error_of_a_long_run_is_shown_as_well(
    make_app: MakeApp, no_rest: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys rest before the run comes to its error; it is shown below its line all the same."""
    monkeypatch.setattr(work, "SLICE_SECONDS", 0)
    app = make_app("", "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        await paste(pilot, "a = 1\nfor i in range(2000):\n  b = a*a\nrelease(b)\nc = b*b\n")
        assert app.desks.own.session.run.errors
        await until(pilot, lambda: "^" in screen_text(app))
        assert app.playground.editor._note


@pytest.mark.slow
async def test_a_run_that_typing_stops_says_how_to_go_on(
    make_app: MakeApp, no_rest: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound on work while typing is an error like others, and F9 runs past it from within the editor."""
    monkeypatch.setattr(runner, "TYPING", Limits(events=1000))
    monkeypatch.setattr(work, "SLICE_SECONDS", 0.001)
    app = make_app("", "typed.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("e")
        await paste(pilot, "a = 1\nfor i in range(6000):\n  b = a*a\n")
        await until(pilot, lambda: "F9 runs it to its end." in screen_text(app))
        await until(pilot, lambda: "^" in screen_text(app))
        assert "up to date" in last_rows(app)
        await pilot.press("f9")
        await until(pilot, lambda: "event 6001/6001" in last_rows(app) or not app.desks.own.session.errors)
        await pilot.pause()
        assert "F9 runs" not in "\n".join(screen_rows(app)[:-2])
        assert "^" not in screen_text(app)
        assert app.desks.own.session.errors == ()


@pytest.mark.slow
async def test_enter_after_a_colon_indents(make_app: MakeApp) -> None:
    """And the lines after it keep the indent, which backspace takes as a whole; enter elsewhere does not."""
    app = make_app("", "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", *"a=1", "enter", *"for i in range(3):  # thrice", "enter", *"a = a*a", "enter")
        assert app.playground.editor.text == "a=1\nfor i in range(3):  # thrice\n  a = a*a\n  "
        await pilot.press("backspace")
        assert app.playground.editor.text.endswith("a = a*a\n")
        await pilot.press(*"def f(x):", "enter", *"return x", "enter", *"b = 2", "backspace")
        assert app.playground.editor.text.endswith("def f(x):\n  return x\nb = ")


async def test_a_step_that_makes_a_node_is_told_after_the_line_and_the_editor_are_left(
    make_app: MakeApp,
) -> None:
    app = make_app("w = 2\nloss = w*w\nbackward(loss)\n", "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        app.playground.editor.move_cursor(app.playground.editor.document.end)
        await pilot.press(*"w-=w.grad", "enter", *"a=2", "enter")
        await until(pilot, lambda: "up to date" in last_rows(app))
        assert "Line 4 makes w a new node" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "Line 4 makes w a new node" in screen_text(app)
        await pilot.press("p")
        await until(pilot, lambda: "makes w a new node" not in screen_text(app))


@pytest.mark.parametrize(
    ("key", "pane"), always(1, [("escape", "graph"), ("shift+tab", "inspector"), ("tab", "graph")])
)
async def test_the_editor_is_left(make_app: MakeApp, key: str, pane: str) -> None:
    """Letters are typed until then, and are keys afterwards; the text is as it was."""
    app = make_app("x = 2\n", "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "n", "p", "q")
        assert app.playground.editor.text == "x = 2npq\n"
        await pilot.press("backspace", "backspace", "backspace", key)
        assert app.focused is not None
        assert app.focused.id == pane
        await pilot.press("n", "p", "v")
        assert app.playground.editor.text == "x = 2\n"


async def test_undo_takes_back_what_was_typed(make_app: MakeApp) -> None:
    """In the text and in the graph."""
    app = make_app("x = 2\n", "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        await paste(pilot, "34")
        await until(pilot, lambda: "leaf   234" in screen_text(app))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "leaf     2" in screen_text(app))
        assert app.playground.editor.text == "x = 2\n"


async def test_a_dotted_name_has_one_colour_and_what_is_called_on_it_another(make_app: MakeApp) -> None:
    """As the reader takes them: digits and words inside a name are part of the name."""
    app = make_app("l0.n3.w1 = 0.5\nl0.n3 = l0.n3.w1.tanh()\nl0.tanh_2 = relu(l0.n3)\nprint(l0.n3.grad)\n")
    async with app.run_test(size=(80, 24)):
        assert app.desks.own.session.errors == ()
        editor = app.playground.editor
        coloured = [
            [line.plain[span.start : span.end] for span in line.spans]
            for line in map(editor.get_line, range(4))
        ]
        assert coloured == [["0.5"], ["tanh"], ["relu"], ["grad"]]
        grad = editor.get_line(3).spans[0].style
        assert grad == editor.look("grad") != editor.get_line(2).spans[0].style


# --- rubbish ---

HOSTILE = {
    "markup": "[red]x[/]\n[link=http://example.com]b[/link]\n[@click=app.quit]c[/]\n[/]\n",
    "control": "x = \x00\x1b[31m2\x1b]0;title\x07\x1b\\ \x7f\x9b31m\n",
    "directions": "# \u202egnp\u2066.exe\u200b\n",
    "separators": "a = 1\x0bb = 2\x0cc = 3\x1cd = 4\x85e = 5\u2028f = 6\rg = 7\r\nh = 8",
    "parentheses": "(" * 10_000,
    "minus": "a = " + "-" * 10_000 + "1",
    "long line": "x" * 100_000,
    "long sum": "y = 1" + "+1" * 2_000,
    "many lines": "a = 1\n" * 10_000,
    "wide": "重 = 1\ń = 2\n👩‍👩‍👧 = 3\n",
    "surrogate": "a = \ud800\n",
    "huge number": "a = " + "9" * 5_000 + "\nb = 10**400\nc = 2**2**2**2**2**2\n",
    "tabs": "\tx = 2\n\t\ty\t=\t3\n",
}


LARGE = {"parentheses", "minus", "long line", "long sum", "many lines", "huge number"}


@pytest.mark.parametrize(
    "kinds",
    [
        {"markup", "control", "directions", "huge number"},
        *(pytest.param(kinds, marks=pytest.mark.slow) for kinds in (HOSTILE.keys() - LARGE, LARGE)),
    ],
    ids=["few", "small", "large"],
)
async def test_pasted_rubbish_is_shown_as_it_is_or_not_at_all(
    make_app: MakeApp, no_rest: None, kinds: set[str]
) -> None:
    """Nothing crashes, is obeyed by the terminal, or is read as markup; one undo brings the program back."""
    app = make_app(NEURON, "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        for kind in sorted(kinds):
            pasted = HOSTILE[kind]
            await pilot.press("e", "ctrl+end")
            await paste(pilot, pasted)
            await until(pilot, lambda: app.playground.rests and app.playground.editor.text != NEURON)
            await pilot.press("ctrl+home", "down", "ctrl+end")
            text = screen_text(app)
            assert [c for c in text if (not c.isprintable() and c not in "\n\u200b\u200d\ud800")] == [], kind
            for sample in ("[red]", "[/link]", "[@click=app.quit]"):
                assert (sample in text) == (sample in pasted), kind
            assert all(cell_len(row) == 80 for row in screen_rows(app)), kind
            await pilot.press("escape", "n", "p", "j", "e", "ctrl+z")
            await until(
                pilot, lambda: app.desks.own.session.up_to_date and app.playground.editor.text == NEURON
            )
            await pilot.press("escape")


async def test_a_programs_first_line_in_the_action_list_is_not_markup(make_app: MakeApp) -> None:
    """What was set aside is shown there as it was typed."""
    app = make_app("# [/] [red]mine[/red]\nx = 2\n", "mine[bold].mc")
    async with app.run_test(size=(100, 40)) as pilot:
        app.programs.new()
        await pilot.press("escape", "colon")
        await pilot.press(*"bring")
        await until(pilot, lambda: "# [/] [red]mine[/red]" in screen_text(app))
        assert re.search(r"Bring back  +mine\[bold\].mc", screen_text(app))


@pytest.mark.slow
@pytest.mark.parametrize("then", always(1, ["example", "m"]))
async def test_a_run_that_goes_on_ends_with_what_takes_its_place(make_app: MakeApp, then: str) -> None:
    """Other rules, another program: the old run may not come to its end and take over."""
    left = []

    def endless() -> Iterator[int]:
        """A run that is never over, so that it surely goes on when something else takes its place."""
        try:
            while True:
                yield 1
        finally:
            left.append("left")

    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        app.playground.runner.run(endless())
        await pilot.pause()
        assert app.playground.runner.work.going
        if then == "m":
            await pilot.press("m")
        else:
            app.programs.open_example(next(each for each in examples() if each.slug == "square"))
        await until(pilot, lambda: not app.playground.runner.work.going and app.playground.session.up_to_date)
        assert left == ["left"]
        session = app.playground.session
        assert session.up_to_date
        assert session.run.ownership == ("manual" if then == "m" else "auto")
        assert session.moment.ownership in screen_rows(app)[0]


async def test_a_number_is_nudged_where_it_stands_and_all_follows(make_app: MakeApp) -> None:
    """The selected leaf's, or where the cursor was left; in the editor the same keys are typed."""
    loop = "for k in range(2):\n  print(y)\n"
    app = make_app(f"x = 2\ny = 3*x - 1\nbackward(y)\n{loop}", "nudged.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        session, editor = app.desks.own.session, app.playground.editor
        await pilot.press("greater_than_sign")
        session.select(session.snapshot.names["x"])
        await pilot.press("plus", "plus", "minus", "plus")
        await until(pilot, lambda: session.up_to_date and session.text.startswith("x = 2.2\n"))
        at = session.snapshot
        assert (at.row(at.names["x"]).data, at.row(at.names["y"]).data) == (2.2, 3 * 2.2 - 1)
        assert session.selected == at.names["x"]
        assert app.focused is app.playground.graph
        await pilot.press("e", "down", "home", "right", "right", "right", "right", "escape", "minus")
        await until(pilot, lambda: session.text == f"x = 2.2\ny = 2.9*x - 1\nbackward(y)\n{loop}")
        await pilot.press(*["minus"] * 21, *["plus"] * 22)  # Over a power of ten, and one further.
        await until(pilot, lambda: session.text == f"x = 2.2\ny = 3*x - 1\nbackward(y)\n{loop}")
        await pilot.press("minus", "e")
        editor.move_cursor((3, 15))  # A line that makes no node.
        await pilot.press("escape", "minus")
        await until(pilot, lambda: "range(1)" in session.text and session.up_to_date)
        await pilot.press("greater_than_sign")
        session.select(session.snapshot.names["x"])
        await pilot.press("plus")  # Who walks sees what is selected, not the cursor.
        await until(pilot, lambda: session.text.startswith("x = 2.3\n") and "range(1)" in session.text)
        editor.move_cursor((1, 0))
        session.select(session.snapshot.names["y"])
        await pilot.press("plus")
        assert "No number to nudge: choose a leaf" in screen_text(app)
        await pilot.press("e", "end", "plus", "minus")
        assert "+-\n" in editor.text


async def test_esc_leaves_the_editor_while_a_run_goes_on_and_then_stops_it(make_app: MakeApp) -> None:
    """Who presses esc after the last letter is out of the program, however long it runs."""
    app = make_app("x = 2\n")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        app.playground.runner.run(itertools.count())
        await until(pilot, lambda: "esc stops" in last_rows(app))
        await pilot.press("escape")
        assert app.playground.runner.work.going
        assert not app.playground.editor.has_focus
        await pilot.press("escape")
        await until(pilot, lambda: not app.playground.runner.work.going)
        assert "Stopped. The graph is that of the last run." in screen_text(app)
