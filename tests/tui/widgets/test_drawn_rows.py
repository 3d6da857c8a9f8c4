"""Rows that a widget draws itself are those that Textual would have made of them."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from samples import always
from screens import NEURON, MakeApp
from textual._styles_cache import StylesCache
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.drawn_rows import DrawnRows
from tui.widgets.looks import Looks
from tui.widgets.themes import THEMES


def cells(strips: list[Strip]) -> list[list[tuple[str, object]]]:
    """Each character of each row, with its look."""
    return [[(sign, style) for text, style, _ in strip for sign in text] for strip in strips]


def shown(app: App[object]) -> list[Widget]:
    """The widgets on screen that draw their own rows, and have any."""
    return [
        each
        for each in app.screen.walk_children(Widget)
        if isinstance(each._styles_cache, DrawnRows) and each.region
    ]


async def go_around(pilot: Pilot[None], no_colour: bool) -> set[str]:
    """Compare every widget's rows with Textual's, in each mode; those that were compared."""
    compared = set()
    for key in ("n", "c", "e", "escape", "2", "3"):
        await pilot.press(key)
        await pilot.pause()
        for each in shown(pilot.app):
            whole = each.outer_size.region
            drawn = each.render_lines(whole)
            assert cells(drawn) == cells(StylesCache().render_widget(each, whole))
            part = whole.shrink((0, 2, 0, 1))
            assert cells(each.render_lines(part)) == cells(
                [strip.crop(1, whole.width - 2) for strip in drawn]
            )
            compared.add(type(each).__name__)
            if no_colour:
                looks = [style for strip in drawn for _, style, _ in strip if style and style.color]
                assert all(len(set(style.color.triplet or ())) == 1 for style in looks if style.color)
    return compared


@pytest.mark.parametrize("name", always(1, THEMES))
async def test_rows_are_those_that_textual_would_have_made(make_app: MakeApp, name: str) -> None:
    """In every theme: the same signs in the same looks, whole and in part."""
    app = make_app(f"{NEURON}s = 1 +\n")
    async with app.run_test(size=(120, 36)) as pilot:
        app.choose_theme(name)
        await pilot.pause()
        compared = await go_around(pilot, no_colour=False)
    assert compared >= {"Header", "Title", "Editor", "NodeTree", "Events", "HeapPane", "Inspector", "Status"}
    assert compared >= {"CPane", "Setup", "Boundary", "Loss", "Footer"}


async def test_without_colour_there_is_none(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an app does to every row it does to these."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with make_app().run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        await go_around(pilot, no_colour=True)


async def test_a_row_is_made_once_until_it_is_to_be_drawn_anew() -> None:
    """Another width is another row; the ground of the widget fills what has none and what is left."""
    made: list[int] = []

    class Rows(Widget):
        def __init__(self) -> None:
            super().__init__()
            self.look = Looks(self)

        def render_line(self, y: int) -> Strip:
            made.append(y)
            return Strip([Segment(f"row {y}")])

    class Alone(App[None]):
        CSS = "Rows { width: 12; height: 3; background: #102030; }"

        def compose(self):  # type: ignore[no-untyped-def]
            yield Rows()

    app = Alone()
    async with app.run_test(size=(20, 5)) as pilot:
        rows = app.query_one(Rows)
        await pilot.pause()
        made.clear()
        rows.refresh()
        strips = rows.render_lines(rows.outer_size.region)
        assert [strip.text for strip in strips] == [f"row {y}".ljust(12) for y in range(3)]
        assert {str(style.bgcolor.triplet.hex) for strip in strips for _, style, _ in strip} == {"#102030"}  # type: ignore
        rows.render_lines(rows.outer_size.region)
        assert made == [0, 1, 2]
        rows.refresh(rows.outer_size.region.split_horizontal(1)[0])
        rows.render_lines(rows.outer_size.region)
        assert made == [0, 1, 2, 0]
