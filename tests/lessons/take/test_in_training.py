"""A lesson about training is taken as one in the playground is."""

from __future__ import annotations

from pathlib import Path

from lessons.format.lesson import Lesson
from lessons.format.loader import read_lesson
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing
from microcrad.train.training import Training

TRAIN = """\
+++
format = 1
id = "sound"
title = "Training"
mode = "train"
setup = { train = { data = "xor", hidden = "4", points = "20", steps = "200" } }
+++
## Steps {#steps}
Take 5 steps.

```toml step
check = [{ is = "steps", at_least = 5 }]
why = [{ when = { is = "steps", equals = 3 }, attempt = { steps = 3 }, say = "Two more." }]
solution = { steps = 5 }
```

## Rate {#rate}
Predict the number of parameters, then set `rate` to 0.5.

```toml step
predict = true
check = [{ is = "answer", near = 17, abs = 0 }, { is = "settings", are = { rate = "0.5" } }]
solution = [{ answer = "17" }, { set = { rate = "0.5" } }, { epoch = 1 }]
```

## Stale {#stale}
Switch `stale` on.

```toml step
setup = { rewind = true }
check = [{ is = "fault", name = "stale" }]
solution = { fault = "stale" }
```
"""


def train_lesson() -> Lesson:
    return read_lesson(TRAIN, Path("sound.md"))


def test_a_lesson_about_training_is_taken_the_same_way() -> None:
    training = Training()
    it = Taking(train_lesson(), training)
    assert it.check().verdict is Standing.NOT_TRIED
    assert training.configuration.data == "xor"
    for _ in range(3):
        training.take_step()
    assert it.check().sentence == "Two more."
    training.take_step()
    training.take_step()
    assert it.check().verdict is Standing.PASSED
    weights = training.trainer.state.weights.copy()
    training.take_step()
    it.next()
    assert it.view.step.predict
    assert it.answer("17").sentence.startswith("rate is ")
    training.rewind()
    it.back()
    assert training.step == 0
    for _ in range(5):
        training.take_step()
    assert (training.trainer.state.weights == weights).all()
    it.next()
    assert training.step == 6
    assert it.skip().verdict is Standing.PASSED
    it.next()
    assert training.step == 0
    assert it.skip().verdict is Standing.PASSED


def test_a_run_is_returned_to_with_its_weights_and_curves_whatever_was_changed_on_the_way() -> None:
    training = Training()
    it = Taking(train_lesson(), training)
    training.take_step()
    training.set("rate", "0.3")
    for _ in range(4):
        training.take_step()
    assert it.check().verdict is Standing.PASSED
    it.next()
    weights, losses = training.trainer.state.weights.copy(), list(training.history.loss.numbers)
    training.take_step()
    after = training.trainer.state.weights.copy()
    training.set("data", "moons")
    training.take_step()
    it.reset()
    assert it.check().verdict is Standing.NOT_TRIED
    assert training.step == 5
    assert (training.trainer.state.weights == weights).all()
    assert list(training.history.loss.numbers) == losses
    assert training.metrics is not None
    training.take_step()
    assert (training.trainer.state.weights == after).all()
    it.reset()
    assert list(training.history.loss.numbers) == losses


def test_a_setting_may_be_written_as_it_stands_on_screen() -> None:
    text = TRAIN.replace('rate = "0.5"', '"stop loss" = "0.01"')
    assert text.count("stop loss") == 2
    it = Taking(read_lesson(text, Path("sound.md")), Training(), step="rate")
    assert it.attempted(it.step.solution).verdict is Standing.PASSED
    assert it.ground.keep().configuration.stop_loss == 0.01  # type: ignore[union-attr]
