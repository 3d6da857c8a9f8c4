"""Draws the pictures of the documentation from the app itself: `make pictures`.

Each is what a person sees after the keys named here, as an SVG in `docs/images`.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from microcrad.examples import examples
from tui.app import PlaygroundApp
from tui.state_file import Kept, StateKeeper
from tui.widgets.themes import THEMES

FOLDER = Path(__file__).parent / "images"
TEXTS = {example.slug: example.text for example in examples()}

PICTURES: tuple[tuple[str, str, tuple[int, int], str, tuple[str, ...]], ...] = (
    # Name, example, size, theme, keys.
    ("playground", "shared", (120, 36), "dark", ("n", "n", "n", "n")),
    ("first-screen", "neuron", (80, 24), "dark", ()),
    ("use-after-free", "use-after-free", (120, 36), "dark", ("c", "i")),
    ("fault", "shared", (120, 36), "dark", ("f", "enter", "n", "n", "n", "n", "n")),
    ("light", "descent", (120, 36), "light", ("n", "n", "n", "i")),
    ("diagram", "two-inputs", (120, 36), "dark", ("d", *["n"] * 4)),
    ("train", "neuron", (120, 36), "dark", ("2", "right", "right", *["s"] * 420, "tab")),
    ("lesson", "neuron", (120, 36), "dark", ("3", *["down"] * 4, "enter", "6", "enter", "escape", "h")),
    ("lessons", "neuron", (80, 24), "light", ("3", "down", "down")),
)


async def draw(name: str, example: str, size: tuple[int, int], theme: str, keys: tuple[str, ...]) -> None:
    """Open the app on an example, press some keys, and save what it shows."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MICROCRAD_PROGRESS"] = str(Path(folder) / "progress.toml")
        program = Kept(TEXTS[example], f"{example}.mc")
        app = PlaygroundApp(program, StateKeeper(Path(folder) / "state.toml"))
        async with app.run_test(size=size) as pilot:
            app.choose_theme(THEMES[theme].name)
            await pilot.pause()
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
            await pilot.pause(0.5)  # A lesson looks where it stands once one rests.
            app.save_screenshot(f"{name}.svg", str(FOLDER))
    print(f"docs/images/{name}.svg")


if __name__ == "__main__":
    os.environ.pop("NO_COLOR", None)
    FOLDER.mkdir(exist_ok=True)
    for picture in PICTURES:
        asyncio.run(draw(*picture))
