"""`microcrad train` on words, and what a model of them completes and writes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from commands import microcrad

from microcrad.gpt import GPT
from microcrad.train import saved
from microcrad.train.configuration import recipe
from microcrad.train.trainer import Trainer


def test_a_model_of_words_completes_writes_and_is_exported(here: Path) -> None:
    Path("own.txt").write_text("anna\nhanna\nana\nnana\nan\n")
    small = ("--size", "4", "--heads", "1", "--test", "0", "--validation", "0", "--rate", "0.05")
    trained = microcrad("train", "own.txt", *small, "--steps", "150", "--save", "model.json")
    assert trained.exit_code == 0
    assert (
        "own.txt: 5 different words of up to 5 letters; 3 letters: ahn" in microcrad("data", "own.txt").stdout
    )
    assert "To beat: 1.386, all letters alike; " in trained.stdout
    wrote = microcrad("sample", "model.json", "--count", "4", "--seed", "7", "--beginning", "an")
    assert wrote.exit_code == 0
    assert len(wrote.stdout.splitlines()) == 4
    assert all(word.startswith("an") for word in wrote.stdout.splitlines())
    again = json.loads(
        microcrad("sample", "model.json", "--count", "4", "--seed", "7", "--beginning", "an", "--json").stdout
    )
    assert again["words"] == wrote.stdout.splitlines()
    told = microcrad("predict", "model.json", "--complete", "an").stdout
    rows = json.loads(microcrad("predict", "model.json", "--complete", "an", "--json").stdout)["next"]
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    best = rows[0]
    assert told.startswith(f"{best['letter'] or 'end':<5}{100 * best['share']:>6.3g} %")
    script: dict[str, object] = {"__name__": "script"}
    exec(microcrad("export", "model.json", "--to", "python").stdout, script)
    assert script["following"]("an") == pytest.approx({row["letter"]: row["share"] for row in rows})  # type: ignore[operator]


def test_the_five_likeliest_letters_are_said_and_the_likeliest_word(here: Path) -> None:
    model = GPT(size=4, heads=1, seed=3)
    Path("model.json").write_text(saved.to_json(saved.SavedText(model, "words")))
    *rows, word = microcrad("predict", "model.json", "--complete", "em", "--plain").stdout.splitlines()
    shares = model.next("em")
    best = sorted(shares, key=lambda letter: -shares[letter])[:5]
    assert rows == [f"{letter or 'end'}: {100 * shares[letter]:.3g} %" for letter in best]
    assert word.startswith(f"likeliest, letter by letter: em{best[0]}")


@pytest.fixture(scope="module")
def words_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of words, one of points, and the words."""
    folder = tmp_path_factory.mktemp("words")
    (folder / "own.txt").write_text("anna\nana\nnana\n")
    at = replace(recipe("moons"), hidden=(2,), points=10, steps=1)
    (folder / "moons.json").write_text(saved.to_json(saved.saved(Trainer(at))))
    at = replace(recipe("names"), data=str(folder / "own.txt"), size=4, heads=1, test=0.0, validation=0.0)
    (folder / "model.json").write_text(saved.to_json(saved.saved(Trainer(at))))
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("predict", "model.json", "--complete", "x"), "letter 1 of 'x' is 'x', which is not one of"),
        (("predict", "model.json", "--complete", "a" * 40), "40 letters, and 16 positions are for at most"),
        (("predict", "model.json", "own.txt"), "is a model of words. Say how one begins"),
        (("predict", "model.json"), "is a model of words."),
        (("export", "model.json", "--to", "c"), "--to: a model of words is not written as C: choose python"),
        (("predict", "model.json", "own.txt", "--complete", "a"), "--complete takes no FILE"),
        (("sample", "model.json", "--temperature", "0"), "must be a number above 0, not 0.0."),
        (("sample", "model.json", "--temperature", "nan"), "must be a number above 0, not nan."),
        (("sample", "model.json", "--temperature", "-1"), "must be a number above 0, not -1.0."),
        (("sample", "model.json", "--count", "0"), "--count"),
        (("sample", "moons.json"), "was trained on moons, which has no words. Train one with"),
        (("predict", "moons.json", "--complete", "a"), "which has no words"),
        (("predict", "moons.json"), "name a FILE with samples"),
    ],
)  # fmt: skip
def test_what_a_model_of_words_cannot_do_is_said(
    words_model: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(words_model)
    result = microcrad(*arguments)
    assert result.exit_code != 0
    assert said in " ".join(result.stderr.split())
