"""What a model of words can be looked at with agrees with the model's own numbers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from microcrad.data.word_list import data_of
from microcrad.gpt import GPT
from microcrad.train.configuration import recipe
from microcrad.train.letters import attention, baselines, next_letters, verdict, written
from microcrad.train.scores import Score
from microcrad.train.source import prepare
from microcrad.train.trainer import Trainer

WORDS = ("anna", "bea", "al", "eli")
AT = replace(
    recipe("names"), positions=6, size=4, heads=2, batch=0, steps=20, test=0.0, validation=0.0, engine="tape"
)


def trainer(**settings: object) -> tuple[Trainer, GPT]:
    at = replace(AT, **settings)  # type: ignore[arg-type]
    made = Trainer(at, prepare(data_of("some", WORDS), 0.0, False, at.seed))
    for _ in range(5):
        made.step()
    model = made.sync()
    assert isinstance(model, GPT)
    return made, model


def test_what_comes_next_is_what_the_model_says() -> None:
    made, model = trainer()
    found = next_letters(made, 1)
    assert [each.read for each in found] == ["", "b", "be", "bea"]
    assert [each.right for each in found] == ["b", "e", "a", ""]
    for position, each in enumerate(found):
        shares = model.next(each.read)
        assert each.loss == pytest.approx(model.loss("bea", position).data, rel=1e-9)
        best = sorted(shares.values(), reverse=True)[:5]
        assert [share for _, share in each.likeliest] == pytest.approx(best, rel=1e-9)
        assert [shares[letter] for letter, _ in each.likeliest] == pytest.approx(best, rel=1e-9)


@pytest.mark.parametrize("fault", [None, "no-mask"])
def test_attention_is_that_of_the_models_own_graph(fault: str | None) -> None:
    made, model = trainer(fault=fault)
    _, looked = model.reading(model.tokens("bea")[:-1])
    found = attention(made, 1)
    assert found is not None
    assert found.tokens == ("", "b", "e", "a")
    assert [name for name, _ in found.heads] == ["head 0", "head 1"]
    for head, (_, shares) in enumerate(found.heads):
        for place, heads in enumerate(looked[0]):
            own = [share.data for share in heads[head]]
            assert shares[place, : len(own)] == pytest.approx(own, rel=1e-9)
            assert not shares[place, len(own) :].any()
        np.testing.assert_allclose(shares.sum(axis=1), 1.0)


def test_a_model_without_attention_has_none_to_show() -> None:
    made, _ = trainer(model="bigram")
    assert attention(made, 0) is None


def test_it_writes_as_the_chances_say_and_the_same_for_a_seed() -> None:
    made, model = trainer(rate=replace(AT.rate, start=0.1, end=0.1), steps=200)
    for _ in range(60):
        made.step()
    words = written(made, 20, temperature=0.3, seed=3)
    assert words == written(made, 20, temperature=0.3, seed=3)
    assert words != written(made, 20, temperature=0.3, seed=4)
    assert set(words) & set(WORDS)
    assert all(len(word) <= 4 for word in words)
    assert set("".join(words)) <= set(model.vocabulary)


def test_a_model_whose_numbers_are_not_finite_writes_nothing() -> None:
    made, _ = trainer()
    made.stand_at(replace(made.state, weights=np.full_like(made.state.weights, np.nan)))
    assert written(made, 2) == ("", "")


def test_the_losses_to_beat_are_counted_by_hand() -> None:
    made, _ = trainer()
    found = baselines(made)
    tokens = len({*"".join(WORDS)}) + 1
    assert found.alike == pytest.approx(math.log(tokens))
    pairs = [pair for word in WORDS for pair in zip(f".{word}", f"{word}.", strict=True)]
    first = [pair[0] for pair in pairs]

    def surprise(word: str) -> float:
        each = [
            -math.log((pairs.count(pair) + 1) / (first.count(pair[0]) + tokens))
            for pair in zip(f".{word}", f"{word}.", strict=True)
        ]
        return sum(each) / len(each)

    assert found.pairs == pytest.approx(sum(map(surprise, WORDS)) / len(WORDS))


def test_a_score_is_set_beside_the_losses_to_beat() -> None:
    made, _ = trainer()
    found = baselines(made)
    middle = (found.alike + found.pairs) / 2
    assert verdict(made, {}) == ""
    for loss, said in (
        (found.pairs - 0.1, "beats both"),
        (middle, "beats the first"),
        (found.alike + 1, "beats neither"),
    ):
        sentence = f"On the train words it has {loss:.3g}, which {said}."
        assert verdict(made, {"train": Score(loss, None)}) == sentence
