"""The diagram as a test looks at it and walks in it."""

from __future__ import annotations

from collections.abc import Callable

from screens import screen_text, selected
from textual.pilot import Pilot

from microcrad.drawing.diagram import Part
from microcrad.drawing.zooming import Zoom
from tui.app import PlaygroundApp
from tui.playground.diagram.diagram_pane import DiagramPane
from tui.playground.diagram.paint import Painter

__all__ = ["NETWORK", "painter", "pane", "press_to", "to_the_right", "walk"]

NETWORK = "\n".join(
    [
        "x0 = 1", "x1 = -2",
        *(f"l0.n{j}.w{i} = 0.5" for j in range(3) for i in range(2)),
        *(f"l0.n{j} = tanh(l0.n{j}.w0*x0 + l0.n{j}.w1*x1)" for j in range(3)),
        "l1.b = 1",
        "l1 = l0.n0 + l0.n1 + l0.n2 + l1.b",
        "loss = (l1 - 1)**2",
        "backward(loss)",
    ]
)  # fmt: skip


def pane(app: PlaygroundApp) -> DiagramPane:
    """The diagram."""
    return app.playground.diagram


def painter(app: PlaygroundApp) -> Painter:
    """What paints the picture that is there."""
    found = pane(app).drawing.painter
    assert found is not None
    return found


def to_the_right(app: PlaygroundApp, zoom: Zoom | None = None) -> None:
    """Have the diagram lead from left to right, whatever there is room for."""
    pane(app).drawing.down, pane(app).drawing.zoom = False, zoom


async def press_to(pilot: Pilot[None], app: PlaygroundApp, key: str, there: Callable[[Part], bool]) -> None:
    """Press a key until the selected box is one that is looked for."""
    for _ in range(9):
        if there(painter(app).picture.shown.parts[painter(app).selected or 0]):
            return
        await pilot.press(key)
    raise AssertionError(screen_text(app))


async def walk(pilot: Pilot[None], app: PlaygroundApp, keys: str) -> list[str]:
    """What is selected after each of some keys."""
    found = []
    for key in keys.split():
        await pilot.press(key)
        found.append(selected(app))
    return found
