"""Draws the pictures of the documentation from the app itself: `make pictures`.

Each is what a person sees after the keys named here, as an SVG in `docs/images`; one of them moves.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from moving_picture import Frame, moving_picture

from microcrad.examples import examples
from tui.app import PlaygroundApp
from tui.state_file import Kept, StateKeeper

FOLDER = Path(__file__).parent / "images"
TEXTS = {example.slug: example.text for example in examples()}
TEXTS["gpt"] = 'net = GPT(seed=42)\nloss = net.loss("emma", 3)\nbackward(loss)\n'

PICTURES: tuple[tuple[str, str, tuple[int, int], tuple[str, ...]], ...] = (
    # Name, example, size, keys.
    ("playground", "shared", (120, 36), ("n", "n", "n", "n")),
    ("use-after-free", "use-after-free", (120, 36), ("c", "i")),
    ("diagram", "two-inputs", (120, 36), ("d", *["n"] * 4)),
    ("train", "neuron", (120, 36), ("2", "right", "right", *["s"] * 420, "tab")),
    (
        "gpt-next",
        "neuron",
        (120, 36),
        ("2", "left", "left", *["s"] * 500, "tab", "right", "down", "down", "down"),
    ),
    (
        "gpt-attention",
        "neuron",
        (120, 36),
        ("2", "left", "left", *["s"] * 500, "tab", "m", "right", "down", "down", "down"),
    ),
    ("gpt-graph", "gpt", (120, 36), ("d", "z")),
    ("lesson", "neuron", (120, 36), ("3", *["down"] * 4, "enter", "6", "enter", "escape", "h")),
)

FILM = "x = 3\ny = x*x\nz = y + x\nbackward(z)\n"
SCENES: tuple[tuple[tuple[str, ...], float, str, str], ...] = (
    # Keys, seconds that each is shown, what is said to be pressed, and what there is to see.
    ((), 2.5, "", "A program on the left, the graph that it is on the right"),
    (("n", "n", "n", "n"), 0.9, "n", "sends the gradient back, one edge at a time"),
    (("p", "p", "p"), 0.6, "p", "goes back: every step can be undone"),
    (("e", "up"), 0.5, "e", "edits: it runs as one types"),
    (tuple("*2"), 0.6, "e", "edits: it runs as one types"),
    (("escape", "n", "n", "n"), 0.8, "n", "the chain rule again, with other numbers"),
    (("f",), 1.5, "f", "makes the engine wrong on purpose"),
    (("enter", "greater_than_sign"), 1.8, "f", "wrong and right side by side, the wrong one marked"),
    (("f",), 1.0, "f", "right again"),
    (("2",), 1.2, "2", "trains a network, every number of which can be opened"),
    (("s",) * 8, 0.4, "s", "takes a step: the field is what the network says of each place"),
)
SKIPPED = 6
"""Steps of training that are taken between two frames."""
STILL = 4
"""The frame for who sees no motion."""


async def film(name: str, size: tuple[int, int] = (100, 28)) -> None:
    """Open the app, play the scenes, and save them as a picture that moves."""
    frames: list[Frame] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MICROCRAD_PROGRESS"] = str(Path(folder) / "progress.toml")
        app = PlaygroundApp(Kept(FILM, "roads.mc"), StateKeeper(Path(folder) / "state.toml"))
        async with app.run_test(size=size) as pilot:
            app.choose_theme("dark")
            for keys, seconds, key, says in SCENES:
                for pressed in keys or ("",):
                    if pressed:
                        await pilot.press(*[pressed] * (SKIPPED if pressed == "s" else 1))
                    await pilot.pause(0.3)
                    rows = tuple(tuple(strip) for strip in app.screen._compositor.render_strips())
                    frames.append(Frame(rows, seconds, key, says))
    (FOLDER / f"{name}.svg").write_text(moving_picture(frames, STILL, "microcrad at work"), encoding="utf-8")
    print(f"docs/images/{name}.svg")


async def draw(name: str, example: str, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    """Open the app on an example, press some keys, and save what it shows."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MICROCRAD_PROGRESS"] = str(Path(folder) / "progress.toml")
        program = Kept(TEXTS[example], f"{example}.mc")
        app = PlaygroundApp(program, StateKeeper(Path(folder) / "state.toml"))
        async with app.run_test(size=size) as pilot:
            app.choose_theme("dark")
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
    asyncio.run(film("at-work"))
