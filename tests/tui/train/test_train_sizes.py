"""Training in every size, with every kind of data: nothing breaks, nothing important is cut."""

from __future__ import annotations

import random
import re

import pytest
from samples import always
from screens import MakeApp, last_rows, screen_rows, screen_text
from training import boundary_of, open_train, train_of, training_of

from tui.train.setup import Setup
from tui.widgets.dialogs import Help

PANES = ["setup", "boundary", "loss", "accuracy", "weights", "memory", "step"]
ALWAYS = (("blobs", "ascii"),)
"""A plane, and pictures."""
TITLES = ("Setup", "Decision boundary", "Loss", "Scores", "Weights", "Memory", "One step, opened")


@pytest.mark.slow
async def test_all_panes_side_by_side_from_80_columns(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_train(pilot)
        await pilot.press("s", "s")
        for size in ((80, 24), (100, 30), (120, 36), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            text, rows = screen_text(app), screen_rows(app)
            assert all(f" {title} " in text for title in TITLES)
            assert {len(row) for row in rows} == {size[0]}
            assert "paused at step   2 of 100   all finite   986 live  0 leaked   tape" in last_rows(app)
            assert "? Help" in last_rows(app)
            for needed in (
                "train ",
                "986 nodes recorded",
                "l0 ",
                "l2 ",
                "reversed: wrong",
                "* starts anew",
            ):
                assert needed in text, needed
            rates = [row for row in rows if "rate      1 to 0.1" in row or "rate             1 to 0.1" in row]
            assert len(rates) == (size[1] > 24)  # At 80x24 the list scrolls.


async def test_a_setting_stands_apart_from_its_value_where_the_pane_is_narrow(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_train(pilot)
        training_of(app).set("data", "names")
        await pilot.press("r")
        setup, seen = train_of(app).query_one(Setup), set[str]()
        assert "positions" in [row.name for row in setup.rows]
        for row in setup.rows:
            setup.choose(row.name)
            await pilot.pause()
            (chosen,) = [line[:20] for line in screen_rows(app) if line.startswith("> ")]
            assert re.search(r"\w( \*)? +\S+", chosen), chosen
            assert not re.search(r"\*\S", chosen), chosen
            seen.add(chosen)
        assert len(seen) > 15


async def test_tab_goes_round_and_every_pane_explains_itself(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await open_train(pilot)
        for pane in [*PANES[1:], "setup"]:
            await pilot.press("tab")
            assert app.focused is train_of(app).query_one(f"#{pane}")
            explained = " ".join(str(app.focused.HELP).split())
            await pilot.press("question_mark")
            assert isinstance(app.screen, Help)
            text = " ".join(screen_text(app).replace("│", " ").split())
            assert explained[:50] in text
            assert "Train on, or pause." in text or pane in ("setup", "boundary")
            await pilot.press("escape")


@pytest.mark.slow
async def test_one_pane_at_a_time_below_80_columns_and_when_zoomed(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        await open_train(pilot)
        await pilot.press("s")
        for pane, title in zip([*PANES[1:], "setup"], [*TITLES[1:], "Setup"], strict=True):
            await pilot.press("tab")
            await pilot.pause()
            shown = [other for other in TITLES if f"─ {other} ─" in screen_text(app)]
            if pane == "loss":
                assert "─ Loss  train" in screen_text(app)
            else:
                assert shown == [title]
            assert "paused at step   1 of 100" in last_rows(app)
        await pilot.resize_terminal(100, 30)
        await pilot.press("tab", "z")
        await pilot.pause()
        assert "Setup" not in screen_text(app)
        assert boundary_of(app).size.width == 100
        assert len(boundary_of(app).render_line(0).text) == 100
        await pilot.press("escape")
        await pilot.pause()
        assert "Setup" in screen_text(app)


DRAWN = [
    pytest.param(data, glyphs, marks=[] if (data, glyphs) in ALWAYS else pytest.mark.slow)
    for data in ("xor", "blobs", "sine", "iris", "digits")
    for glyphs in ("unicode", "ascii")
]


@pytest.mark.slow
@pytest.mark.parametrize(("data", "glyphs"), DRAWN)
async def test_any_size_at_any_time(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, data: str, glyphs: str
) -> None:
    """From 20x6 to 200x60, with keys between, in plain ASCII too."""
    monkeypatch.setenv("MICROCRAD_GLYPHS", glyphs)
    chance = random.Random(f"{data}{glyphs}")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_train(pilot)
        training_of(app).set("data", data)
        for _ in range(5):
            width, height = chance.choice([20, 40, 79, 80, 100, 120, 200]), chance.choice([6, 10, 24, 36, 60])
            await pilot.resize_terminal(width, height)
            keys = ["s", "tab", "right", "up", "left", "down", "z", "c", "r", "shift+tab", "j", "G"]
            await pilot.press(*chance.choices(keys, k=4))
            await pilot.pause()
            rows = screen_rows(app)
            assert (len(rows), {len(row) for row in rows}) == (height, {width})
            assert app.focused is not None
            assert rows[-2].startswith((" paused", " ready", " complete")), (width, height, rows)
            if glyphs == "ascii":
                assert not {sign for row in rows for sign in row if not sign.isascii()}


@pytest.mark.slow
@pytest.mark.parametrize("data", always(1, ["blobs", "moons"]))
async def test_the_plane_is_legible_without_colour(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, data: str
) -> None:
    """Each class has a ground of its own, where it is decided."""
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        training.set("data", data)
        for _ in range(40):
            training.take_step()
        train_of(app).showing.show()
        await pilot.pause()
        boundary = boundary_of(app)
        drawn = "".join(boundary.render_line(y).text for y in range(boundary.size.height))
        for ground in app.glyphs.grounds[: len(training.moment.classes)]:
            assert drawn.count(ground) > 50
