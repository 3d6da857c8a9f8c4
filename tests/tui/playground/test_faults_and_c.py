"""Wrong on purpose beside right, and the program as C, as a person meets them."""

from __future__ import annotations

import pytest
from samples import always
from screens import EXAMPLES, MakeApp, screen_rows, screen_text, until

from microcrad.run.faults import FAULTS
from tui.playground.c_pane import CPane
from tui.widgets.dialogs import Choose

TWO_ROADS = "x = 3\ny = x*x\nz = y + x\nbackward(z)\n"


async def test_a_fault_is_chosen_seen_and_switched_off(make_app: MakeApp) -> None:
    """The banner stands until it is off; both grads are shown, the wrong one marked, the first edge named."""
    app = make_app(TWO_ROADS, "two.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        assert all(f"{fault.name}: {fault.title}" in screen_text(app) for fault in FAULTS.values())
        await pilot.press("enter")
        await pilot.pause()
        assert screen_rows(app)[1].strip().startswith("≠ FAULT overwrite: = instead of +=.")
        assert "right" in screen_text(app)
        while "First wrong" not in screen_text(app):
            assert app.desks.own.session.position < len(app.desks.own.session.log)
            await pilot.press("n")
        assert "should have added 3 to 1" in screen_text(app)
        await pilot.press("greater_than_sign")
        row = next(row for row in screen_rows(app) if "x ≡" in row)
        assert row.split("leaf")[1].split() == ["3", "≠", "3", "7", "4"]
        for mode, on in (("2", False), ("3", False), ("1", True)):  # It is this mode's fault, and its f.
            await pilot.press(mode)
            await pilot.pause()
            assert ("FAULT" in screen_text(app)) is on
        await pilot.press("f")
        await pilot.pause()
        assert "FAULT" not in screen_text(app)
        assert app.desks.own.session.snapshot.row(0).grad == 7


async def test_a_fault_that_makes_no_difference_says_so(make_app: MakeApp) -> None:
    """Until another text is one to which it does."""
    app = make_app("x = 3\ny = x*2\nbackward(y)\n", "one.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        app.playground.rules.switch_fault("overwrite")
        await until(
            pilot, lambda: "FAULT overwrite: It makes no difference to this program." in screen_text(app)
        )
        app.playground.editor.text = TWO_ROADS
        await until(pilot, lambda: "FAULT overwrite: = instead of +=." in screen_text(app))


async def test_esc_leaves_the_choice_and_nothing_is_wrong(make_app: MakeApp) -> None:
    app = make_app(TWO_ROADS, "two.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        for width in (80, 60, 100):  # What is said of each stands further in than its name.
            await pilot.resize_terminal(width, 24)
            await until(pilot, lambda: "│ > overwrite: = instead" in screen_text(app))
            rows = [row.partition("│ ")[2] for row in screen_rows(app) if row.count("│") > 1]
            first, second = (
                next(at for at, row in enumerate(rows) if row[2:].startswith(name))
                for name in ("overwrite:", "recursion:")
            )
            assert second - first > 3
            assert all(row.startswith("    ") for row in rows[first + 1 : second]), rows
        await pilot.press("down", "escape")
        await pilot.pause()
        assert app.desks.own.session.fault is None
        assert "FAULT" not in screen_text(app)


async def test_a_fault_stays_on_while_one_types(make_app: MakeApp) -> None:
    """Another program is run with it as well, and the banner stays."""
    app = make_app(TWO_ROADS, "two.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("enter")
        await pilot.press("e", *"+x")
        await until(pilot, lambda: app.desks.own.session.up_to_date)
        assert app.desks.own.session.run.fault is not None
        assert "FAULT overwrite" in screen_text(app)


@pytest.mark.slow
async def test_the_c_of_the_current_event_is_lit_and_lines_select(make_app: MakeApp) -> None:
    """c shows C in the program's place; walking lights its lines; choosing a line selects what it made."""
    app = make_app(EXAMPLES["neuron"])
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        assert "─ C ─" in screen_text(app)
        lit = next(row for row in screen_rows(app) if row.startswith("»"))
        assert "v_o = value_tanh(v_n);" in lit
        await pilot.press("n")
        assert any(row.startswith("«") and "value_backward(v_o)" in row for row in screen_rows(app))
        app.playground.focus_pane("c")
        pane = app.query_one(CPane)
        await pilot.press("g")
        for _ in range(60):
            await pilot.press("down")
            if "v_b = value_create" in pane._rows[pane.cursor]:
                break
        await pilot.pause()
        assert app.desks.own.session.snapshot.label(app.desks.own.session.selected or 0) == "b"
        assert "Inspector: b" in screen_text(app)
        await pilot.press("c")
        await pilot.pause()
        assert "─ Program ─" in screen_text(app).replace(" Program ", "─ Program ─", 1)
        assert "5 n = x*w + b" in screen_text(app)


@pytest.mark.parametrize("example", always(1, ["neuron", "descent", "use-after-free"]))
async def test_every_line_of_the_c_can_be_stood_on(make_app: MakeApp, example: str) -> None:
    """The last one too, by either way."""
    app = make_app(EXAMPLES[example], f"{example}.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("c", "shift+tab")
        pane = app.query_one(CPane)
        await until(pilot, lambda: app.focused is pane)
        await pilot.press("end")
        await pilot.pause()
        last = pane.cursor
        assert pane._rows[last] == "}"
        await pilot.press("home", "pagedown", *["down"] * (last + 3))
        await pilot.pause()
        assert pane.cursor == last


async def test_to_edit_one_leaves_the_c(make_app: MakeApp) -> None:
    """The cursor is in the program, which is there again to be seen."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("c", "e", "x")
        await pilot.pause()
        assert app.focused is app.playground.editor
        assert not app.playground.fronts.in_c
        assert "x" in screen_rows(app)[7]


async def test_without_a_program_there_is_no_c_yet(make_app: MakeApp) -> None:
    app = make_app("a = = 2\n", "broken.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        left = [row.partition("│")[0].strip() for row in screen_rows(app)[2:4]]
        assert " ".join(left) == "C appears once the program has no errors."
