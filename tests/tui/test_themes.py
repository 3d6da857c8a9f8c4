"""Themes and signs: chosen, remembered, and all in ASCII where that is asked for."""

from __future__ import annotations

import pytest
from screens import EXAMPLES, MakeApp, choose_action, screen_text, until

from tui.widgets.themes import THEMES


@pytest.mark.slow
async def test_themes_switch_and_are_remembered(make_app: MakeApp) -> None:
    """From the action list; the next launch has it, and every pane is drawn anew."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        for name, theme in THEMES.items():
            await choose_action(pilot, f"Theme: {name}")
            await until(pilot, lambda theme=theme: app.theme == theme.name)  # type: ignore[misc]
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            grounds = {
                segment.style.bgcolor.name for strip in strips[:20] for segment in strip if segment.style
            }
            assert theme.background.lower() in grounds
            others = {other.background.lower() for other in THEMES.values()} - {theme.background.lower()}
            assert not grounds & (others - {str(theme.surface).lower()})
    assert make_app().theme == theme.name


@pytest.mark.parametrize("name", THEMES)
def test_a_theme_that_is_chosen_is_named(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As the action list calls it: two themes may look alike where there are few colours."""
    app, said = make_app(), list[str]()
    monkeypatch.setattr(app, "notify", lambda message, **_: said.append(message))
    app.choose_theme(name)
    assert said == [f"Theme: {name}. The next start has it too."]
    assert make_app().theme == THEMES[name].name


async def test_an_unknown_theme_is_not_a_problem(make_app: MakeApp) -> None:
    """A theme of another version falls back on the dark one."""
    app = make_app()
    app.keeper.set_theme("gone")
    assert make_app().theme == THEMES["dark"].name


async def test_ascii_is_all_that_is_shown_where_it_is_asked_for(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the playground, at every layout, through a whole walk, a fold, an error and manual ownership."""
    monkeypatch.setenv("MICROCRAD_GLYPHS", "ascii")
    app = make_app(EXAMPLES["shared"], "shared.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        for keys in (
            ["less_than_sign"], *[["n"]] * 8, ["i"], ["i"], ["g", "h"], ["h"], ["m"], ["greater_than_sign"],
            ["z"], ["z"], ["e", "end", "q"],
        ):  # fmt: skip
            await pilot.press(*keys)
            assert screen_text(app).isascii(), [c for c in screen_text(app) if not c.isascii()]
        await until(pilot, lambda: "^" in screen_text(app))
        assert screen_text(app).isascii()
        for size in ((80, 24), (60, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert screen_text(app).isascii(), [c for c in screen_text(app) if not c.isascii()]
