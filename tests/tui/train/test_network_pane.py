"""The network on screen: which tiles have room, walking over them, and the graph of one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from screens import MakeApp, screen_rows, screen_text, until
from training import open_train, train_of

from microcrad.train.configuration import Configuration
from microcrad.train.network_picture import NetworkRecording
from microcrad.train.trainer import Trainer
from tui.train.network_pane import NetworkPane, _Drawing, network_room

SIZES = [(32, 16), (54, 27), (54, 12), (118, 30), (20, 6), (200, 50)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("hidden", [(), (3,), (16, 16), (256,), (8,) * 8])
def test_every_neuron_can_be_brought_into_sight_and_pointed_at(
    hidden: tuple[int, ...], width: int, height: int
) -> None:
    trainer = Trainer(Configuration(points=6, hidden=hidden))
    room = network_room(trainer.sizes, width, height)
    assert room.rows + 1 <= height
    recording = NetworkRecording(trainer)
    for layer, count in enumerate(trainer.sizes[1:]):
        for place in {0, count // 2, count - 1}:
            picture = recording.picture((layer, place), (1, 2), (1, 1))
            drawing = _Drawing(picture, (width, height))
            rows = [row for row in range(room.rows) if drawing.is_edge(layer, row)]
            assert len(rows) == min(room.tile[1], room.rows)
            x = 7 + (layer + 1) * room.gap + layer * room.tile[0]
            assert drawing.at(x, rows[0] + 1) == (layer, place)
            assert drawing.at(x - 1, rows[0] + 1) is None


async def test_the_network_is_walked_and_opened(make_app: MakeApp) -> None:
    """m shows it, then both; arrows walk; enter opens the marked sample's graph at the neuron."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        training = await open_train(pilot)
        assert training.configure(replace(training.configuration, hidden=(4, 3), points=20))
        train_of(app).showing.done()
        await pilot.press("m")
        await until(pilot, lambda: "l0.n0 relu" in screen_text(app))
        assert "Network: outputs" in screen_text(app)
        assert "Decision boundary" not in screen_text(app)
        assert app.focused is train_of(app).query_one(NetworkPane)
        await pilot.press("s", "right", "down", "down", "down")
        await pilot.pause()
        assert "l1.n2 relu" in screen_text(app)
        assert any(row.count("l0.n") == 2 and "grad" in row for row in screen_rows(app))
        await pilot.press("m")
        await until(
            pilot, lambda: "Decision boundary" in screen_text(app) and "l1.n2 relu" in screen_text(app)
        )
        await pilot.press("enter")
        await until(pilot, lambda: "Inspector: net.l1.n2" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Decision boundary" in screen_text(app))
        await pilot.resize_terminal(80, 24)  # Both have no room there.
        await until(pilot, lambda: "Decision boundary" not in screen_text(app))
        assert "l1.n2 relu" in screen_text(app)
        await pilot.press("m")
        await until(pilot, lambda: "Decision boundary" in screen_text(app))
        assert "Network" not in screen_text(app).replace("Network as", "")
