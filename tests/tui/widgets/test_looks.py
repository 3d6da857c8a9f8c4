"""The looks of the panes: readable in every theme, and worked out anew in another one."""

from __future__ import annotations

import pytest
from rich.style import Style
from screens import MakeApp
from textual.color import Color

from tui.widgets.looks import _EVERYWHERE, _OF_PANES, Looks, _style
from tui.widgets.themes import THEMES

WITHOUT_LETTERS = {"minus", "plus", "third", "fourth", "nothing", "ink", "paper", "hovered", "point"}
"""Grounds, and what is drawn on the plane of a decision boundary."""
IDEAS = ("data", "grad", "owner", "shared", "leaked", "error-text", "current", "fault")
PLAIN = {
    "footer": ["key"], "header": ["name"], "setup": ["mark"], "task": ["word"], "text": ["code", "task"],
    "title": ["focused", "lit", "name"],
}  # fmt: skip
"""What points at something, or names it, and is no number, gradient or owner."""
LINES = {"frame", "group", "wire", "ruler", "map"}
"""Lines, which need less contrast than letters do."""


@pytest.mark.parametrize("name", THEMES)
def test_what_is_read_stands_out_from_its_ground(name: str) -> None:
    """By 4.5 to 1 for letters and 3 to 1 for lines, as WCAG 2.1 has it, also in a row that is selected."""
    theme = THEMES[name]
    colours = {**theme.variables, "foreground": theme.foreground, "background": theme.background}
    colours |= {"surface": theme.surface, "panel": theme.panel, "block-hover-background": theme.panel}
    grounds = {str(theme.background), str(theme.surface), theme.variables["select"]}
    for pane, words in {"": _EVERYWHERE, **_OF_PANES}.items():
        for word, described in words.items():
            if word in WITHOUT_LETTERS or "$" not in described:
                continue
            style = _style(described, colours)
            for ground in grounds:
                contrast = _contrast(style, str(theme.foreground), ground)
                assert contrast >= (3 if word in LINES else 4.5), (name, pane, word, ground, contrast)


@pytest.mark.parametrize("name", THEMES)
def test_a_colour_means_one_thing(name: str) -> None:
    """No two ideas have the same one, and what is no idea, such as a key, a title or the focus, has none."""
    theme = THEMES[name]
    ideas = [theme.variables[idea] for idea in IDEAS]
    assert len(set(ideas)) == len(ideas)
    for pane, words in PLAIN.items():
        for word in words:
            assert _style(
                _OF_PANES[pane][word], {**theme.variables, "foreground": str(theme.foreground)}
            ).color
            assert "$foreground" in _OF_PANES[pane][word], (pane, word)
    assert theme.variables["footer-key-foreground"] == theme.primary == theme.accent == theme.foreground


def _contrast(style: Style, letters: str, ground: str) -> float:
    front = Color.parse(letters) if style.color is None else Color.from_rich_color(style.color)
    back = Color.parse(ground) if style.bgcolor is None else Color.from_rich_color(style.bgcolor)
    light, dark = sorted((_luminance(front), _luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized]
    return sum(part * weight for part, weight in zip(parts, (0.2126, 0.7152, 0.0722), strict=True))


async def test_another_theme_gives_other_looks_and_a_word_that_is_none_is_told(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        look = Looks(app.screen, "tree")
        before = look("data")
        assert look("data") is before
        assert look("freed").strike
        assert not Looks(app.screen)("freed").strike
        with pytest.raises(KeyError):
            look("no such word")
        app.choose_theme("light")
        await pilot.pause()
        assert look("data") != before
