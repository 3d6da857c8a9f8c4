"""Diagnosing and checking on screen: w goes round what is wrong, W lists it, C is the table of grads."""

from __future__ import annotations

import asyncio

import pytest
from samples import always
from screens import MakeApp, paste, screen_rows, screen_text, selected, until
from textual.widgets import OptionList

from tui.widgets import work
from tui.widgets.bars import Status
from tui.widgets.dialogs import Choose

TROUBLE = "a = 800\nb = exp(a)\nc = b - b\nr = relu(-a)\ny = r*a\nbackward(y)\n"


async def test_w_goes_round_what_is_wrong(make_app: MakeApp) -> None:
    """The most serious first, what it was made of and what to do below the graph, and then the next one."""
    app = make_app(TROUBLE, "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: selected(app) == "b" and "1 of 2" in screen_text(app))
        text = " ".join(" ".join(screen_rows(app)[-6:]).split())
        assert "1 of 2, line 2: b = exp(a) is the first inf; a = 800, exp needs a < 709.78." in text
        assert "Keep a small" in text
        await pilot.press("w")
        said = "2 of 2, line 6: The only relu node passes nothing back"
        await until(pilot, lambda: selected(app) == "r" and said in screen_text(app))
        await pilot.press("w")
        await until(pilot, lambda: selected(app) == "b" and "is the first inf" in screen_text(app))
        await pilot.press("n")
        await until(pilot, lambda: "is the first inf" not in screen_text(app))


async def test_the_list_of_findings_leads_to_each(make_app: MakeApp) -> None:
    app = make_app(TROUBLE, "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("W")
        await until(pilot, lambda: isinstance(app.screen, Choose) and "2 things" in screen_text(app))
        text = screen_text(app)
        assert "2 things are wrong" in text
        assert "line 2: non-finite number" in text
        assert "line 6: silent nodes" in text
        await pilot.press("j", "enter")
        await until(pilot, lambda: selected(app) == "r")


@pytest.mark.parametrize("size", always(1, [((80, 24),), ((120, 36),), ((60, 20),)]))
async def test_the_check_is_a_table_that_leads_to_its_leaves(
    make_app: MakeApp, size: tuple[int, int]
) -> None:
    """What does not agree stands first, marked by a glyph and a word; enter goes to its node."""
    app = make_app("x = 3\nk = 0\ny = x**2 + relu(k)\nbackward(y)\nbackward(y)\n", "typed.mc")
    async with app.run_test(size=size) as pilot:
        await pilot.press("greater_than_sign", "C")
        await until(pilot, lambda: isinstance(app.screen, Choose) and "≠ " in screen_text(app))
        rows = [row for row in screen_rows(app) if "≠ " in row or "^ " in row]
        assert rows[0].replace("│ >", "│  ").split()[1:6] == ["≠", "x", "3", "18", "6"]
        assert rows[1].split()[1:4] == ["^", "k", "0"]
        assert "2 backward passes added up; this one alone" in screen_text(app)
        assert "enter goes to the leaf" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: selected(app) == "x")


async def test_a_long_check_can_be_stopped_and_says_how_far_it_is(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "SLICE_SECONDS", 0)
    said: list[str] = []
    say = Status.work
    monkeypatch.setattr(Status, "work", lambda self, far: (said.append(far), say(self, far)))
    app = make_app("x = 1\ny = x\nfor i in range(400):\n  y = y*1.01\nbackward(y)\n", "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        app.playground.checker.check()
        while not any("of 401 grads   esc stops" in line for line in said):
            await asyncio.sleep(0)
        app.give_back()  # What esc does.
        await until(pilot, lambda: "Stopped. Not every grad was checked." in screen_text(app))
        assert not isinstance(app.screen, Choose)
        monkeypatch.setattr(work, "SLICE_SECONDS", 1)
        await pilot.press("C")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await until(pilot, lambda: "401 grads checked: all agree" in screen_text(app))
        assert app.screen.query_one(OptionList).option_count == 201


async def test_without_trouble_and_without_backward_that_is_said(make_app: MakeApp) -> None:
    """Where there are grads, the key that finds a wrong one among finite ones is named."""
    app = make_app("a = 2\n", "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        for key, said in (("w", "Every number"), ("W", "Every number"), ("C", "never calls backward")):
            await pilot.press(key)
            await until(pilot, lambda said=said: said in screen_text(app))
            assert "C compares each grad" not in screen_text(app)
        await pilot.press("e", "end", *"*3")
        await paste(pilot, "\nbackward(a)")
        await pilot.press("escape", "w")
        said = "C compares each grad with its finite difference: a finite one can be wrong too."
        await until(pilot, lambda: said in " ".join(screen_text(app).split()))


async def test_rules_meet_where_a_longer_sentence_has_moved_them(make_app: MakeApp) -> None:
    app = make_app(TROUBLE, "typed.mc")
    async with app.run_test(size=(120, 36)) as pilot:

        def meets() -> bool:
            row = next(row for row in screen_rows(app) if "─ Timeline" in row)
            return "├─ Timeline" in row and sum("├" in each for each in screen_rows(app)) == 1

        await until(pilot, meets)
        lower = app.playground.query_one("#lower")
        before = lower.region.height
        await pilot.press("w")
        await until(pilot, lambda: lower.region.height < before)
        await until(pilot, meets)


async def test_a_program_that_cannot_be_read_has_its_errors_listed_and_is_neither_diagnosed_nor_checked(
    make_app: MakeApp,
) -> None:
    """Neither speaks of a run that there is not; enter on an error stands at it in the editor."""
    app = make_app("a = 1\nb = ]\nclass A:\n", "typed.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        for key in ("w", "C"):
            await pilot.press(key)
            await until(pilot, lambda: "This program has not run. Line 2: " in screen_text(app))
            assert "finite" not in screen_text(app)
            assert "never calls backward" not in screen_text(app)
            app.desks.own.session.go(0)
        await pilot.press("W")
        count = len(app.desks.own.session.errors)
        await until(pilot, lambda: isinstance(app.screen, Choose))
        assert count == app.screen.query_one(OptionList).option_count == 2
        assert "2 things are wrong in this program" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.playground.editor.has_focus)
        assert app.playground.editor.cursor_location[0] == 1
