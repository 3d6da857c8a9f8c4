"""Settings of training on screen: chosen, typed, refused with the reason."""

from __future__ import annotations

import pytest
from screens import MakeApp, screen_rows, screen_text, until
from training import choose, open_train, type_value

from tui.widgets.dialogs import Ask
from tui.widgets.several import Several

pytestmark = pytest.mark.usefixtures("as_fast_as_it_can")


@pytest.mark.slow
async def test_a_change_that_starts_anew_says_what_is_gone(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        training = await open_train(pilot)
        await pilot.press("s", "s", "s")
        await choose(pilot, "hidden")
        await pilot.press("left")
        await pilot.pause()
        assert "starts anew from step 0, 3 steps gone." in screen_text(app)
        assert training.trainer.sizes == (2, 8, 8, 1)
        assert "2-8-8-1" in screen_rows(app)[0]


BAD = [
    ("rate", "fast", "expected 0.1, or 1 to 0.1"),
    ("hidden", "16 x", "such as 16 16, or none"),
    ("points", "3", "expected a whole number from 4"),
    ("loss", "[bold]", "expected one of hinge"),
]


async def test_a_bad_value_stays_in_its_field_with_the_reason(make_app: MakeApp) -> None:
    """Nothing changes until it is repaired, or esc leaves it."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        before = training.configuration
        await pilot.press("s")
        for setting, typed, says in BAD:
            await choose(pilot, setting)
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, Ask))
            app.screen.query_one("#answer").value = typed  # type: ignore[attr-defined]
            await pilot.press("enter")
            await pilot.pause()
            shown = " ".join(screen_text(app).split()).replace("│ │", "")
            assert says in shown
            assert typed in shown
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(app.screen, Ask))
            assert (training.configuration, training.step) == (before, 1)


@pytest.mark.slow
async def test_values_are_typed(make_app: MakeApp) -> None:
    """Live for the rate, anew for the layers; what cannot be loaded leaves all as it was."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        await pilot.press("s")
        await choose(pilot, "rate")
        await type_value(pilot, "0.5 to 0.05 cosine")
        assert str(training.configuration.rate) == "0.5 to 0.05 cosine"
        assert training.step == 1
        await choose(pilot, "hidden")
        await type_value(pilot, "5 4 3")
        assert training.trainer.sizes == (2, 5, 4, 3, 1)
        await choose(pilot, "data")
        await type_value(pilot, "nowhere.csv")
        assert "There is no data set and no file 'nowhere.csv'." in screen_text(app)
        await pilot.press("escape")
        assert training.configuration.data == "moons"


@pytest.mark.slow
async def test_features_are_switched_one_by_one(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        training = await open_train(pilot)
        await choose(pilot, "features")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Several))
        assert "[x] y" in screen_text(app)
        await pilot.press("space", "down", "enter", "down", "space", "home")
        assert "Use these: x**2" in screen_text(app)
        await pilot.press("down", "down", "down", "space", "home", "enter")
        assert "A network reads something: switch one on." in screen_text(app)
        await pilot.press("end", "space", "home", "enter")
        await until(pilot, lambda: not isinstance(app.screen, Several))
        assert training.configuration.features == ("sin(y)",)
        assert training.trainer.sizes[0] == 1
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Several))
        await pilot.press("down", "down", "escape")
        await until(pilot, lambda: not isinstance(app.screen, Several))
        assert training.configuration.features == ("sin(y)",)
        await pilot.press("left", "left", "left", "left")
        await until(pilot, lambda: training.configuration.features == ())
