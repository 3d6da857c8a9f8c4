"""A frame in which only what is in front is drawn is the frame that Textual would have drawn."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rich.style import Style
from samples import always
from screens import EXAMPLES, MakeApp
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.front_compositor import FrontCompositor

Cell = tuple[str, Style | None]


def cells(strips: Sequence[Strip | None]) -> list[Cell]:
    """Each character of a row, with its look."""
    return [(sign, style) for strip in strips for text, style, _ in strip or () for sign in text]


def as_textual_draws(compositor: Compositor) -> list[list[Cell]]:
    """The screen as Textual's own compositor has it."""
    chops = Compositor._render_chops(compositor, compositor.size.region, lambda y: True)
    return [cells(list(row.values())) for row in chops]


class Terminal:
    """What a terminal shows that is told what a compositor draws."""

    def __init__(self, compositor: FrontCompositor, patch: pytest.MonkeyPatch) -> None:
        self.screen = as_textual_draws(compositor)
        compositor._dirty_regions.clear()
        self._whole, self._part = compositor.render_full_update, compositor.render_partial_update
        patch.setattr(compositor, "render_full_update", self._draw_all)
        patch.setattr(compositor, "render_partial_update", self._draw_some)

    def _draw_all(self, simplify: bool = False) -> LayoutUpdate:
        update = self._whole(simplify)
        self.screen = [cells(list(row)) for row in update.strips]
        return update

    def _draw_some(self) -> ChopsUpdate | None:
        update = self._part()
        for y, left, right in () if update is None else update.spans:
            for x, strip in update.chops[y].items():
                drawn = cells([strip])
                for at in range(max(x, left), min(x + len(drawn), right)):
                    self.screen[y][at] = drawn[at - x]
        return update


WALK = (
    "n", "n", "down", "n", "p", "enter", "end", "home", "v", "greater_than_sign", "less_than_sign",
    "full_stop", "tab", "pagedown", "e", "down", "x", "f9", "escape", "i", "o", "z", "z", "c", "c",
    "question_mark", "escape",
)  # fmt: skip


@pytest.mark.parametrize(("width", "height"), always(2, [(120, 36), (60, 14), (80, 24), (200, 60)]))
async def test_what_is_drawn_anew_is_what_has_changed(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, width: int, height: int
) -> None:
    """Key by key, the screen stays as if all of it were drawn, under dialogs and with long lines too."""
    text = f"{EXAMPLES['shared']}z = {' + '.join(['x*y'] * 30)}\n"
    async with make_app(text).run_test(size=(width, height)) as pilot:
        await pilot.pause()
        compositor = pilot.app.screen._compositor
        assert isinstance(compositor, FrontCompositor)
        terminal = Terminal(compositor, monkeypatch)
        for key in WALK:
            await pilot.press(key)
            compositor.render_update()
            if pilot.app.screen._compositor is compositor:  # No dialog lies upon it.
                assert terminal.screen == as_textual_draws(compositor), key


async def test_nobody_is_asked_for_what_is_not_to_be_drawn(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the program two rows change as the tree's cursor moves; boxes behind panes are not seen."""
    asked: dict[str | None, Region] = {}
    render_lines = Widget.render_lines

    def noted(self: Widget, crop: Region) -> list[Strip]:
        asked[self.id] = crop
        return render_lines(self, crop)

    async with make_app("a = 2\nb = a*a\n" + "# more\n" * 20).run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        compositor = pilot.app.screen._compositor
        compositor._dirty_regions.clear()
        monkeypatch.setattr(Widget, "render_lines", noted)
        compositor.render_full_update()
        assert asked.keys() >= {"program", "graph", "inspector", "status"}
        assert asked.keys().isdisjoint(
            {"_default", "work", "modes", "upper", "program-box", "right", "inspector-box"}
        )
        asked.clear()
        await pilot.press("down")
        compositor.render_partial_update()  # type: ignore[attr-defined]
        assert asked["program"] == Region(0, 0, asked["program"].width, 2)
        assert "program-title" not in asked
