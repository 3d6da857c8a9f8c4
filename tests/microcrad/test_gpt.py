"""The GPT against PyTorch's numbers, and what it says of words."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest
from samples import always

from microcrad import Value
from microcrad.engine import topological_order
from microcrad.gpt import GPT
from microcrad.loss import cross_entropy, softmax_cross_entropy
from microcrad.nn import rmsnorm, softmax
from microcrad.optim import Adam, Optimizer

TORCH = json.loads((Path(__file__).parent.parent / "data" / "torch_gpt.json").read_text(encoding="utf-8"))
SMALL = {"positions": 4, "size": 4, "heads": 2, "seed": 3}


def small(**others: int) -> GPT:
    return GPT("abc", **{**SMALL, **others})


@pytest.mark.parametrize("steps", always(1, [2, len(TORCH["losses"])]))
def test_its_first_steps_are_pytorchs(steps: int) -> None:
    """Losses of one name a step, Adam with a falling rate; `make_torch_gpt.py` has the same with matrices."""
    model = GPT(seed=42)
    parameters = model.parameters()
    rule, total = Adam(*TORCH["betas"], TORCH["epsilon"]), len(TORCH["losses"])
    optimizer = Optimizer(parameters, rule, lambda step: TORCH["rate"] * (1 - step / total))
    for step in range(steps):
        optimizer.zero_grad()
        loss = model.loss(TORCH["names"][step % len(TORCH["names"])])
        loss.backward()
        assert loss.data == pytest.approx(TORCH["losses"][step], rel=1e-9)
        if not step:
            layer = model.layers[0]
            attention = [layer.query, layer.key, layer.value, layer.output]
            for matrix, (sum_of_all, corner, length) in zip(
                [model.letters, model.places, model.head, *attention, layer.widen, layer.narrow],
                TORCH["gradient"],
                strict=True,
            ):
                grads = [number.grad for row in matrix for number in row]
                assert sum(grads) == pytest.approx(sum_of_all, rel=1e-8, abs=1e-12)
                assert grads[0] == pytest.approx(corner, rel=1e-8, abs=1e-14)
                assert math.hypot(*grads) == pytest.approx(length, rel=1e-9)
        optimizer.step()


def test_its_parameters_are_those_of_the_published_sizes() -> None:
    model = GPT(seed=1)
    assert len(model.parameters()) == len(set(model.parameters())) == 4192
    assert len(topological_order(model.loss("emma"))) == 41_019
    assert len(GPT("ab", positions=3, size=2, heads=1, layers=2).parameters()) == 2 * 6 + 6 + 2 * (16 + 32)


def test_what_comes_later_changes_nothing_before() -> None:
    model = small(layers=2)
    one, two = model([3, 0, 1, 2]), model([3, 0, 1, 0])
    numbers = [[[logit.data for logit in logits] for logits in each] for each in (one, two)]
    assert numbers[0][:3] == numbers[1][:3]
    assert numbers[0][3] != numbers[1][3]


def test_a_loss_is_that_of_what_next_says() -> None:
    model = small()
    losses = [-math.log(model.next(word)[letter]) for word, letter in (("", "b"), ("b", "a"), ("ba", ""))]
    assert model.loss("ba").data == pytest.approx(sum(losses) / 3, rel=1e-12)
    assert [model.loss("ba", position).data for position in range(3)] == pytest.approx(losses, rel=1e-12)
    assert sum(model.next("ba").values()) == pytest.approx(1)
    assert list(model.next("")) == ["a", "b", "c", ""]


def test_samples_are_drawn_from_what_next_says() -> None:
    model = small()
    words = {model.sample(1.0, generator=random.Random(seed)) for seed in range(20)}
    assert all(set(word) <= set("abc") and len(word) < 4 for word in words)
    assert len(words) > 5
    again = [model.sample(0.5, beginning="c", generator=random.Random(1)) for _ in range(2)]
    assert again[0] == again[1]
    assert again[0].startswith("c")
    likeliest = max(model.next("").items(), key=lambda item: item[1])[0]
    assert model.sample(0.001, generator=random.Random(2))[:1] == likeliest


def test_one_name_is_learned_by_heart() -> None:
    model = small()
    optimizer = Optimizer(model.parameters(), Adam(), 0.05)
    for _ in range(60):
        optimizer.zero_grad()
        model.loss("cab").backward()
        optimizer.step()
    assert model.loss("cab").data < 0.01
    assert model.sample(0.5, generator=random.Random(1)) == "cab"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"vocabulary": ""}, "each once, not none"),
        ({"vocabulary": "aba"}, "not 'a' twice"),
        ({"size": 0}, "size must be 1 or more, not 0"),
        ({"positions": -1}, "positions must be 1 or more, not -1"),
        ({"layers": -1}, "layers must be 0 or more"),
        ({"heads": 3}, "3 heads do not share 16 numbers evenly"),
        ({"heads": 10_000}, "10000 heads do not share 16"),
    ],
)
def test_sizes_that_are_none(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        GPT(**arguments)  # type: ignore[arg-type]


def test_words_that_it_cannot_read() -> None:
    model = small()
    with pytest.raises(ValueError, match=r"letter 2 of 'aéb' is 'é', which is not one of 'abc'"):
        model.loss("aéb")
    with pytest.raises(ValueError, match="'abca' has 4 letters, and 4 positions are for at most 3"):
        model.loss("abca")
    with pytest.raises(ValueError, match="'ab' has the positions 0 to 2, not 3"):
        model.loss("ab", 3)
    with pytest.raises(ValueError, match="'abcabc' has 6 letters"):
        model.sample(beginning="abcabc")
    for temperature in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="the temperature must be a number above 0"):
            model.sample(temperature)
    assert sorted(model.next("a", 1e-310).values()) == [0.0, 0.0, 0.0, 1.0]
    model.head[0][0].data = math.nan
    with pytest.raises(ValueError, match="the logits are not finite numbers"):
        model.next("a")


# --- what it is made of --------------------------------------------------------------------------------


def test_softmax_and_its_loss_are_those_of_the_definition() -> None:
    logits = [Value(x) for x in (1.0, -2.0, 800.0, 799.0)]
    shares = [math.exp(logit.data - 800) for logit in logits]
    assert [p.data for p in softmax(logits)] == pytest.approx([share / sum(shares) for share in shares])
    cross_entropy(logits, 3).backward()
    grads = [logit.grad for logit in logits]
    others = [Value(x.data) for x in logits]
    softmax_cross_entropy(others, [0, 0, 0, 1]).backward()
    assert grads == pytest.approx([other.grad for other in others], rel=1e-12)
    assert softmax([]) == []
    with pytest.raises(ValueError, match="class 4 does not exist"):
        cross_entropy(logits, 4)


def test_rmsnorm_makes_the_mean_of_squares_1() -> None:
    normed = [value.data for value in rmsnorm([Value(x) for x in (3.0, -4.0, 0.0)])]
    assert sum(x * x for x in normed) / 3 == pytest.approx(1, abs=1e-5)
    assert normed[0] / normed[1] == pytest.approx(-0.75)
    assert [value.data for value in rmsnorm([Value(0.0)])] == [0.0]
    with pytest.raises(ValueError, match="at least one value"):
        rmsnorm([])
