"""What a model that reads words can be looked at with: what comes next, where it looks, what it writes.

Each takes a `Trainer` as it stands and returns frozen numbers; nothing here draws.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from microcrad.data.dataset import DataSet
from microcrad.data.word_list import word
from microcrad.gpt import chances
from microcrad.train.learners import TextLearner
from microcrad.train.scores import Score
from microcrad.train.trainer import Trainer

__all__ = [
    "Attention",
    "Baselines",
    "NextLetter",
    "attention",
    "baselines",
    "levels",
    "next_letters",
    "verdict",
    "written",
]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NextLetter:
    """What a model expects after the first letters of a word."""

    read: str
    """The letters so far."""
    right: str
    """The one that comes next; empty for the word's end."""
    loss: float
    """How surprised it is by that, in nats."""
    likeliest: tuple[tuple[str, float], ...]
    """The letters it expects most, and their probabilities, the likeliest first."""


@dataclass(frozen=True, slots=True, eq=False)
class Attention:
    """Where the heads of a model look in a word."""

    tokens: tuple[str, ...]
    """What is read at each position; empty for the token before a word."""
    heads: tuple[tuple[str, Numbers], ...]
    """What each is called, and its shares, shape (positions, positions): a row for each that looks, a column
    for each that is looked at."""


@dataclass(frozen=True, slots=True)
class Baselines:
    """The losses of two models that need no gradient."""

    alike: float
    """All tokens are equally likely."""
    pairs: float
    """How often each token follows each was counted in what is trained on, once more for those that never
    do; the loss is of what is judged by."""


def next_letters(
    trainer: Trainer, place: int, *, tested: bool = False, count: int = 5
) -> tuple[NextLetter, ...]:
    """For each position of a word what the model expects there now."""
    part = trainer.prepared.part(tested=tested)
    (outputs,) = trainer.outputs(part.points[place : place + 1])
    read, names = word(part, place), trainer.prepared.train.classes
    found = []
    for position in range(len(read) + 1):
        shares = trainer.teaching.objective.likelihoods(outputs[position : position + 1])[0]
        right = int(part.labels[place, position])
        with np.errstate(all="ignore"):
            loss = float(-np.log(shares[right]))
        order = np.argsort(-np.nan_to_num(shares), kind="stable")[:count].tolist()
        likeliest = tuple((_letter(names, i), float(shares[i])) for i in order)
        found.append(NextLetter(read[:position], _letter(names, right), loss, likeliest))
    return tuple(found)


def _letter(names: tuple[str, ...], token: int) -> str:
    return "" if token == len(names) - 1 else names[token]


def attention(trainer: Trainer, place: int, *, tested: bool = False) -> Attention | None:
    """Where every head looks in a word now; None for a model that has no attention."""
    part = trainer.prepared.part(tested=tested)
    point, target = trainer.teaching.sample(part, place)
    learner = trainer.network.learner
    assert isinstance(learner, TextLearner)
    row = learner.rows(point[None], target[None])
    found = learner.attention(trainer.taped.looking(row, trainer.state.weights)[1], 0)
    if not found:
        return None
    read = word(part, place)
    count, several = len(read) + 1, len(found) > 1
    heads = [
        (f"layer {layer}, head {head}" if several else f"head {head}", shares[:count, :count])
        for layer, each in enumerate(found)
        for head, shares in enumerate(each)
    ]
    return Attention(("", *read), tuple(heads))


def written(trainer: Trainer, count: int, *, temperature: float = 0.5, seed: int = 0) -> tuple[str, ...]:
    """Words of the model's own, as it stands: letter by letter, all of them at once.

    They are as long as the longest it was trained on at most. Where its numbers are not finite, they end.
    """
    draw = random.Random(seed)
    train = trainer.prepared.train
    end, longest = len(train.classes) - 1, train.points.shape[1]
    points = np.full((count, longest), -1.0)
    points[:, 0] = end
    words, going = [""] * count, set(range(count))
    for position in range(longest):
        outputs = trainer.outputs(points)[:, position]
        for row in sorted(going):
            shares = chances(outputs[row].tolist(), temperature)
            token = end if shares is None else draw.choices(range(end + 1), shares)[0]
            if token == end or position + 1 == longest:
                going.discard(row)
            else:
                words[row] += train.classes[token]
                points[row, position + 1] = token
        if not going:
            break
    return tuple(words)


def levels(trainer: Trainer) -> tuple[tuple[str, float], ...]:
    """The losses of `baselines` with what has them; none where no words are read."""
    if trainer.prepared.train.kind != "text":
        return ()
    found = baselines(trainer)
    return ("all letters alike", found.alike), ("pairs of letters counted", found.pairs)


def baselines(trainer: Trainer) -> Baselines:
    """The losses that a model has to beat."""
    prepared = trainer.prepared
    return _counted(prepared.train, prepared.validation or prepared.test or prepared.train)


def verdict(trainer: Trainer, scores: Mapping[str, Score]) -> str:
    """How a model's last score stands beside `baselines`, in a sentence; empty before there is one."""
    prepared, found = trainer.prepared, baselines(trainer)
    part = "validation" if prepared.validation else "test" if prepared.test else "train"
    score = scores.get(part)
    if score is None:
        return ""
    beaten = "beats neither"
    if score.loss < found.alike:
        beaten = "beats both" if score.loss < found.pairs else "beats the first"
    return f"On the {part} words it has {score.loss:.3g}, which {beaten}."


@lru_cache(maxsize=2)
def _counted(train: DataSet, judged: DataSet) -> Baselines:
    size = len(train.classes)
    counts = np.ones((size, size))
    first, second = (each[train.labels >= 0].astype(np.intp) for each in (train.points, train.labels))
    np.add.at(counts, (first, second), 1.0)
    surprise = -np.log(counts / counts.sum(axis=1, keepdims=True))
    seen = judged.labels >= 0
    pairs = np.where(seen, surprise[judged.points.astype(np.intp), judged.labels.astype(np.intp)], 0.0)
    return Baselines(float(np.log(size)), float((pairs.sum(axis=1) / seen.sum(axis=1)).mean()))
