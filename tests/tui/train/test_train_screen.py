"""Training as a person does it: run, change, look, break, repair."""

from __future__ import annotations

import subprocess
import sys

import pytest
from screens import MakeApp, last_rows, screen_rows, screen_text, until
from textual.pilot import Pilot
from training import boundary_of, choose, open_train, step_to, train_of, training_of, type_value

from microcrad.train.training import Training
from tui.train.loss_curve import Loss
from tui.train.meters import Meter
from tui.train.plane import Plane
from tui.widgets.dialogs import Choose

pytestmark = pytest.mark.usefixtures("as_fast_as_it_can")


def test_numpy_waits_until_the_mode_is_shown() -> None:
    """The first frame does not pay for it."""
    probe = "import sys, tui.app; sys.exit('numpy' in sys.modules or 'microcrad.train' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


@pytest.mark.slow
async def test_spirals_are_chosen_trained_changed_and_rewound(make_app: MakeApp) -> None:
    """With the keys that the screen names."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        assert "Press space to train." in screen_text(app)
        assert "ready, step   0 of 100" in last_rows(app)
        while training.configuration.data != "spirals":
            await pilot.press("right")
            await pilot.pause()
        assert screen_rows(app)[0].rstrip().endswith("spirals  2-16-16-1  seed 1337")
        await choose(pilot, "steps")
        await type_value(pilot, "90000")
        await pilot.press("space")
        await until(pilot, lambda: training.step > 5)
        assert "running, step" in last_rows(app)
        await choose(pilot, "rate")
        assert training.running
        await pilot.press("left")
        assert (str(training.configuration.rate), training.running) == ("0.015", True)
        assert "rate 0.015, from step" in screen_text(app)
        here = training.step
        await until(pilot, lambda: training.step > here)
        await pilot.press("space")
        await pilot.pause()
        assert not training.running
        assert f"paused at step {training.step:>5} of 90000" in last_rows(app)
        here = training.step
        await pilot.press("s")
        await pilot.pause()
        assert training.step == here + 1
        await pilot.press("r")
        await pilot.pause()
        assert "Rewound to the same initial weights." in screen_text(app)
        assert training.step == 0
        await pilot.press("S")
        await pilot.pause()
        assert training.step == training.trainer.batches.per_epoch


async def running_long(pilot: Pilot[None]) -> Training:
    """A run under way that does not end by itself."""
    training = await open_train(pilot)
    await choose(pilot, "steps")
    await type_value(pilot, "90000")
    await pilot.press("space")
    await until(pilot, lambda: training.step > 2)
    return training


@pytest.mark.slow
async def test_what_was_said_of_a_pause_stays(make_app: MakeApp) -> None:
    """When the run has come to its end behind it as well."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await running_long(pilot)
        await pilot.press("space")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert not training.running
        assert "Paused. space goes on, n opens the last step." in screen_text(app)


@pytest.mark.slow
async def test_what_to_look_for_stays_where_a_fault_ends_the_run(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        training = await running_long(pilot)
        train_of(app).changes.switch_fault("dead")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert (training.running, training.step) == (False, 0)
        said = " ".join(screen_text(app).split())
        assert "Look: The gradient of the first layer is exactly 0" in said
        assert "starts anew from step 0" in said


@pytest.mark.slow
async def test_a_run_that_ends_by_itself_says_why_over_what_was_said_before(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await running_long(pilot)
        await choose(pilot, "seed")
        assert "Left and right change it" in screen_text(app)
        training.set("steps", str(training.step + 1))
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert training.stop is not None
        assert training.stop.fact in screen_text(app)


async def test_a_leak_climbs_in_the_memory_pane_and_stops_when_it_is_off(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        training = await open_train(pilot)
        await choose(pilot, "points")
        await type_value(pilot, "12")
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        assert "leak: no release" in screen_text(app)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "≠ FAULT leak: The graph of a step is never released. f switches off." in screen_text(app)
        assert "Look: The memory curve climbs" in screen_text(app)
        memory = train_of(app).query_one("#memory", Meter)
        heights = []
        for wanted in (4, 12, 24):
            while training.step < wanted - 1:
                training.take_step()
            await pilot.press("s")
            await until(pilot, lambda wanted=wanted: training.step == wanted)
            await pilot.pause()
            bars = [memory.render_line(y).text for y in range(1, memory.size.height)]
            heights.append(sum(row.count("█") for row in bars))
        assert heights[0] < heights[1] < heights[2]
        leaked = training.moment.leaked
        assert f"{leaked:,} leaked" in last_rows(app)
        await pilot.press("f")
        await pilot.pause()
        assert "FAULT" not in screen_text(app)
        await pilot.press("s")
        assert training.moment.leaked == leaked
        await pilot.press("r")
        await pilot.pause()
        assert " 0 leaked" in last_rows(app)


async def test_what_is_not_finite_stops_the_run_and_is_marked(make_app: MakeApp) -> None:
    """The sentence names the place; the run waits for a rewind or a change; w opens the sample."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        for setting, value in (("data", "iris"), ("act", "relu"), ("optimiser", "sgd"), ("rate", "1e200")):
            name = {"act": "activation"}.get(setting, setting)
            await choose(pilot, name)
            await type_value(pilot, value)
        assert str(training.configuration.rate) == "1e+200"
        await pilot.press("space")
        await until(pilot, lambda: not training.running)
        await pilot.pause()
        assert "not finite" in last_rows(app)
        assert training.stop is not None
        assert training.stop.fact[:30] in " ".join(screen_text(app).split())
        loss = train_of(app).query_one(Loss)
        assert "!" in loss.render_line(0).text
        await pilot.press("space")
        await pilot.pause()
        assert not training.running
        if training.stop.sample is not None:
            await pilot.press("w")
            await until(pilot, lambda: app.stage.mode == "playground")
            assert f"sample-{training.stop.sample}" in screen_rows(app)[0]
            await pilot.press("2")
        await pilot.press("r")
        await pilot.pause()
        assert "all finite" in last_rows(app)


async def test_a_step_is_opened_into_its_phases(make_app: MakeApp) -> None:
    """With the tape it is taken again with real nodes; the counts are the model's."""
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        training = await open_train(pilot)
        assert training.set("points", "12")
        await pilot.press("n")
        await pilot.pause()
        assert "s takes one" in screen_text(app)
        await pilot.press("s", "n")
        await until(pilot, lambda: training.phases)
        await until(pilot, lambda: "[zero_grad]" in screen_text(app))
        for phase in training.phases[1:4]:
            await pilot.press("n")
            await pilot.pause()
            assert f"[{phase.name}]" in screen_text(app)
            assert f"paused in step   1 of 100, {phase.name}" in last_rows(app)
            assert f"{phase.live:,} live" in last_rows(app)
            (counts,) = [row for row in screen_rows(app) if row.rstrip().endswith(" live")]
            assert counts.split() == [*(f"{each.live:,}" for each in training.phases), "live"]
        await pilot.press("p")
        await pilot.pause()
        assert "[loss]" in screen_text(app)
        assert training.step == 1


@pytest.mark.slow
async def test_a_curve_is_kept_to_compare_with(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        training = await open_train(pilot)
        await pilot.press("c")
        await pilot.pause()
        assert "No curve yet" in screen_text(app)
        await step_to(pilot, 30)
        await pilot.press("c", "r")
        await pilot.pause()
        assert "kept ╌╌" in screen_text(app)
        assert len(training.runs) == 1
        loss = train_of(app).query_one(Loss)
        assert any("⠀" < c <= "⣿" for y in range(loss.size.height) for c in loss.render_line(y).text)
        assert training.set("loss", "bce")  # Its curve has another scale.
        train_of(app).showing.done()
        await pilot.pause()
        assert "kept" not in screen_rows(app)[1]
        await pilot.press("C")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.pause()
        (kept,) = training.runs
        assert f"{kept.said} Set otherwise: loss" in screen_text(app)
        await pilot.press("enter")
        await until(
            pilot, lambda: f"Back at moons 16 16 sgd 1 to 0.1, step {kept.state.step}." in screen_text(app)
        )
        assert (training.step, training.configuration.loss) == (kept.state.step, "hinge")


@pytest.mark.slow
async def test_training_goes_on_behind_another_mode_and_ends_with_the_app(make_app: MakeApp) -> None:
    """Nothing is drawn there; leaving in the middle of a run is clean."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        await choose(pilot, "steps")
        await type_value(pilot, "1000000")
        await pilot.press("space")
        await until(pilot, lambda: training.step > 3)
        await pilot.press("1")
        here, view = training.step, boundary_of(app).view
        await until(pilot, lambda: training.step > here + 20)
        assert boundary_of(app).view is view
        await pilot.press("n")
        assert "event 4/9" in last_rows(app)
        await pilot.press("2")
        await pilot.pause()
        assert "running, step" in last_rows(app)
        assert isinstance(boundary_of(app).view, Plane)
        await pilot.press("ctrl+q")
    assert not training_of(app).running if app.stage.train is not None else True


@pytest.mark.slow
async def test_a_mode_that_is_left_before_its_panes_are_there(make_app: MakeApp) -> None:
    """Keys and themes that come while the mode is being made find nothing missing."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        app.stage.show_mode("train")
        assert app.stage.train is not None
        app.stage.show_mode("playground")
        app.stage.show_mode("train")
        app.choose_theme("light")
        app.stage.show_mode("playground")
        await until(pilot, lambda: app.stage.train is not None and app.stage.train.query("#setup"))
        await pilot.pause()
        assert app.focused is app.playground.graph
        app.stage.show_mode("train")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "setup")
