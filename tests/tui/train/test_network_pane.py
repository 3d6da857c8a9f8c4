"""The network on screen: which tiles have room, walking over them, and the graph of one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from screens import MakeApp, screen_rows, screen_text, until
from training import open_train, train_of

from microcrad.train.configuration import Configuration
from microcrad.train.network_picture import NetworkRecording
from microcrad.train.trainer import Trainer
from tui.train.network_pane import NetworkPane, _flowing
from tui.train.network_places import NetworkPlaces, network_room
from tui.widgets.glyphs import Glyphs

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
            drawing = NetworkPlaces(picture, (width, height))
            rows = [row for row in range(room.rows) if drawing.is_edge(layer, row)]
            assert len(rows) == min(room.tile[1], room.rows)
            x = 7 + (layer + 1) * room.gap + layer * room.tile[0]
            assert drawing.at(x, rows[0] + 1) == (layer, place)
            assert drawing.at(x - 1, rows[0] + 1) is None


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (24, [" 0-2/16", " 0-2/16", " l2"]),
        (40, [" l0 0-2/16", " l1 0-2/16", " l2 linear"]),
        (54, [" l0 0-2 of 16", " l1 0-2 of 16", " l2 linear"]),
        (118, [" l0 relu 0-4 of 16", " l1 relu 0-4 of 16", " l2 linear"]),
    ],
)
def test_what_stands_above_a_column_is_not_cut_within_a_word(width: int, columns: list[str]) -> None:
    """Where there is less room it says less: of a layer, what it does, and which neurons are shown."""
    trainer = Trainer(Configuration(points=6, hidden=(16, 16)))
    drawing = NetworkPlaces(NetworkRecording(trainer).picture((0, 0), (1, 2), (1, 1)), (width, 12))
    heading = drawing.heading(Glyphs()).removeprefix("inputs")
    assert " ".join(heading.split()) == "".join(columns).strip()


def test_without_colour_the_chosen_neurons_lines_are_made_of_their_signs() -> None:
    trainer = Trainer(Configuration(points=6, hidden=(3,)))
    picture = NetworkRecording(trainer).picture((1, 0), (1, 2), (1, 1))
    picture = replace(picture, weights=(picture.weights[0], np.array([[-1.0, 1.0, -1.0]])))
    drawing = NetworkPlaces(picture, (54, 27))
    dots = drawing.lines(1, signs=True)
    starts = [(row, dots.cells(row)[0][0]) for row in range(drawing.room.rows)]
    assert [sign for _, sign in starts if sign != " "] == ["-", "+", "-"]


def test_what_is_told_of_a_neuron_stands_side_by_side_only_where_nothing_is_cut() -> None:
    told = ("l0.n0 relu", "bias 0.5", "x * -0.1234  grad 4.123e-05", "y * 0.5  grad 0.1")
    assert _flowing(told, 30) == [f" {told[0]}   {told[1]}", f" {told[2]}", f" {told[3]}"]
    assert _flowing(told, 80)[0] == f" {'   '.join(told)}"
    assert [_flowing(told, 70)[0]] == [f" {'   '.join(told[:3])}"]
    longest = "l0.n16 * -0.8736  grad -1.747e-04"
    assert [_flowing([longest], width)[0] for width in (34, 33, 32)] == [
        f" {longest}", longest, longest.replace("  ", " "),
    ]  # fmt: skip


async def test_the_network_is_walked_and_opened(make_app: MakeApp) -> None:
    """m, which is named, shows it, then both; arrows walk; enter opens the marked sample's graph there."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        training = await open_train(pilot)
        assert training.configure(replace(training.configuration, hidden=(4, 3), points=20))
        await pilot.press("s")
        await until(pilot, lambda: "m shows the network." in screen_text(app))
        await pilot.press("r", "m")
        await until(pilot, lambda: "l0.n0 relu" in screen_text(app))
        assert "Network: outputs" in screen_text(app)
        assert "Decision boundary" not in screen_text(app)
        assert app.focused is train_of(app).query_one(NetworkPane)
        assert "Arrows choose a neuron, enter opens the marked sample; m changes the view." in screen_text(
            app
        )
        await pilot.press("s", "right", "down", "down", "down")
        await pilot.pause()
        assert "l1.n2 relu" in screen_text(app)
        told = [row for row in screen_rows(app) if "  grad " in row]
        assert len(told) >= 2
        assert not any("…" in row.partition("  grad ")[2].partition("│")[0] for row in told)
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
        await until(pilot, lambda: "Drawing" in screen_text(app))
        await pilot.press("m")
        await until(pilot, lambda: "Decision boundary" in screen_text(app))
        assert "Network" not in screen_text(app).replace("Network as", "")
        assert "Arrows move the mark. m shows the network." in screen_text(app)


async def test_a_picture_for_another_size_is_not_drawn(make_app: MakeApp) -> None:
    """As right after a zoom, before the one that was asked for is there."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        training = await open_train(pilot)
        assert training.configure(replace(training.configuration, hidden=(4,), points=20))
        await pilot.press("m")
        await until(pilot, lambda: "l0.n0 relu" in screen_text(app))
        pane = train_of(app).query_one(NetworkPane)
        shown = pane.picture
        assert shown is not None
        pane.show(NetworkRecording(training.trainer).picture((0, 0), (4, 2), (1, 1)))
        assert not pane.render_line(3).text.strip()
        pane.show(shown)
        assert any(pane.render_line(row).text.strip() for row in range(1, 9))
