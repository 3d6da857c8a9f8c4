"""Steps that are taken in one call of compiled code, as nothing needs to be seen in between.

What a step comes to does not depend on how many are taken in one call. A stretch ends before the first step
that something follows from: the last of an epoch of several, the last of a run, one after which the run
stops, one whose numbers are not finite. That step is then taken alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from microcrad.slices import Slices
from microcrad.tape.descent import Descended, Descent, Turns
from microcrad.train.engines import TrainingState
from microcrad.train.history import History
from microcrad.train.scores import Best, Metrics, Score, StepColumns, Stretch, judged
from microcrad.train.stop_reason import MOST_LIVE, reached
from microcrad.train.taped import descended
from microcrad.train.trainer import Trainer

__all__ = ["StepPace", "stretching", "taking"]

Numbers = NDArray[np.float64]
_MOST_BYTES = 16_000_000
"""How much is written down of a stretch at most, or handed over for it; one step, if that is more."""


class StepPace:
    """How many steps are taken in one go, for that to take about so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._steps = seconds, 1

    def taking(self, take: Callable[[int], Slices[int]], most: int) -> Slices[None]:
        """Take steps, at most so many; `take` is given how many, and gives how many they were."""
        began = time.perf_counter()
        taken = yield from take(max(min(self._steps, most), 1))
        # What took less than it may is followed by more, but not by many more.
        share = self._seconds / max(time.perf_counter() - began, 1e-6)
        self._steps = max(int(taken * min(share, 4.0)), 1)


def taking(trainer: Trainer, history: History, most: int) -> Slices[tuple[TrainingState, Metrics]]:
    """Take at most so many steps: in one call all but the last, which is taken by itself.

    All but the last are written to the history. What is given is where the last one started, and its metrics.
    """
    stretch = yield from stretching(trainer, most - 1)
    before = trainer.state if stretch is None else stretch.state
    metrics = yield from trainer.stepping(stretch)
    if stretch is not None:
        history.extend(stretch.columns, trainer.batches.per_epoch)
    return before, metrics


def stretching(trainer: Trainer, most: int) -> Slices[Stretch | None]:
    """Steps from where the trainer stands, at most so many, in slices; None if there are none to take so.

    The trainer stays where it is.
    """
    count = min(most, trainer.configuration.steps - trainer.state.step - 1)
    if count < 1 or trainer.eager or trainer.live > MOST_LIVE:
        return None
    yield from trainer.preparing()
    descent = trainer.taped.descent()
    if descent is None:
        return None
    left, take = (_whole_sets if trainer.batches.whole else _batches)(trainer, descent)
    count = min(count, left)
    while count:
        taken = take(count)
        if not isinstance(taken, int):
            return taken
        count = taken
    return None


_Take = Callable[[int], "Stretch | int"]
"""Takes so many steps; or says after how many there is one that something follows from."""


def _batches(trainer: Trainer, descent: Descent) -> tuple[int, _Take]:
    """Steps of a batch each: how many there are before the last of the epoch, and how they are taken."""
    size, samples = trainer.batches.size, trainer.batches.samples
    taught = trainer.teaching.taught(trainer.prepared.train)
    unseen = samples - trainer.state.seen % samples
    handed_over = 1 if taught.kept else descent.inputs
    left = min(-(-unseen // size) - 1, _most(size * handed_over))

    def take(count: int) -> Stretch | int:
        rows, chosen = taught.gathered(trainer.batches.rows(trainer.state.seen, count))
        found = _descend(trainer, descent, Turns.steps(rows, chosen, np.full(count, size)))
        return _stretch(trainer, found, found.losses.reshape(count, size), slice(None))

    return left, take


def _whole_sets(trainer: Trainer, descent: Descent) -> tuple[int, _Take]:
    """Steps of all training samples each; after each, all parts of the data are scored. The same two.

    What a step computes of the training samples is their score after the step before; so they come last.
    """
    parts = trainer.prepared.parts
    names = sorted(parts, key=lambda name: name == "train")
    scored = {name: trainer.teaching.scored(parts[name]) for name in names}
    places = {name: place for place, name in enumerate(scored)}
    sizes = np.array([len(each.taught) for each in scored.values()])
    starts, every, last = np.cumsum(sizes) - sizes, int(sizes.sum()), len(sizes) - 1
    numbers = every * (1 + descent.outputs) + len(trainer.names)

    def take(count: int) -> Stretch | int:
        rows, chosen = zip(*(each.taught.gathered(None) for each in scored.values()), strict=True)
        source = np.append(last, np.tile(np.arange(len(sizes)), count))
        learns = source == last
        learns[-1] = False  # After the last step the training samples are only looked at.
        turns = Turns(
            rows,
            np.concatenate(chosen),
            source,
            starts[source],
            sizes[source],
            learns,
            outputs=True,
            kept=True,
        )
        found = _descend(trainer, descent, turns)
        before, losses = np.split(found.losses, [sizes[last]])
        losses = losses.reshape(count, every)
        stepwise = np.vstack([before, losses[:-1, starts[last] :]])
        outputs = trainer.network.learner.shaped(found.outputs[sizes[last] :])
        outputs = outputs.reshape(count, every, *outputs.shape[1:])
        scores = dict[str, list[Score]]()
        for name in parts:
            start, size = starts[places[name]], sizes[places[name]]
            part = slice(start, start + size)
            scores[name] = scored[name].scores(losses[:, part], outputs[:, part])
        return _stretch(trainer, found, stepwise, learns, scores)

    return _most(numbers), take


def _most(numbers: int) -> int:
    """How many steps a stretch has at most, if each takes so many numbers."""
    return max(_MOST_BYTES // (8 * numbers), 1)


def _descend(trainer: Trainer, descent: Descent, turns: Turns) -> Descended:
    state, network = trainer.state, trainer.network
    rates = map(trainer.rate, range(state.step, state.step + int(np.count_nonzero(turns.learns))))
    return descent.run(
        turns, state.weights, state.memory, rates, state.updates,
        gradient=state.grad if network.stale else None, clip=network.clip,
    )  # fmt: skip


def _stretch(
    trainer: Trainer,
    found: Descended,
    losses: Numbers,
    learns: NDArray[np.bool_] | slice,
    scores: Mapping[str, list[Score]] | None = None,
) -> Stretch | int:
    """What steps with such losses of their samples, and such scores after them, came to; or after how many
    there is one that something follows from."""
    with np.errstate(all="ignore"):
        objectives = np.add.reduce(losses, axis=1) / losses.shape[1] + found.penalty[learns]
        norms = found.length[learns]
    fine = found.measured[learns] & found.finite[learns] & np.isfinite(objectives) & np.isfinite(norms)
    if not fine.all():
        return int(fine.argmin())
    best = _judged(trainer, scores, found.kept) if scores else trainer.best
    if isinstance(best, int):
        return best
    share = trainer.network.share
    columns = StepColumns(
        trainer.state.step, objectives.tolist(), [x * share(x) for x in norms.tolist()], trainer.live,
        trainer.live, scores or {},
    )  # fmt: skip
    return Stretch(columns, descended(trainer.state, found, len(fine), losses.size), best)


def _judged(trainer: Trainer, scores: Mapping[str, list[Score]], weights: Numbers) -> Best | int | None:
    """The best weights after steps with such scores; or after how many there is one that ends the run."""
    best = trainer.best
    for place, row in enumerate(zip(*scores.values(), strict=True)):
        its = dict(zip(scores, row, strict=True))
        best = judged(best, trainer.state.step + place + 1, weights[place], its)
        if reached(trainer.configuration, its, best):
            return place
    if best is None or best is trainer.best:
        return best
    return replace(best, weights=best.weights.copy())  # All others may go.
