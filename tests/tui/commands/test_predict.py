"""`microcrad predict` and `sample`: what saved networks make of samples, and of the beginnings of words."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from commands import microcrad

from microcrad.gpt import GPT
from microcrad.train import saved
from microcrad.train.configuration import recipe
from microcrad.train.trainer import Trainer


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def trees(here: Path) -> Path:
    """The same, with a network that was trained on a table without gaps."""
    rows = [f"{i % 7},{i % 3},{'Erle' if i % 3 else 'Birke'}" for i in range(30)]
    (here / "trees.csv").write_text("\n".join(["height,leaves,tree", *rows]) + "\n")
    done = microcrad("train", "trees.csv", "--steps", "60", "--test", "0", "--save", "trees.json")
    assert done.exit_code == 0
    return here


def said(*options: str) -> tuple[list[str], str]:
    """What is predicted of `new.csv`, as `number class`, and what is said of how it was read."""
    done = microcrad("predict", "trees.json", "new.csv", "--json", *options)
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    rows = [f"{each['sample']} {each['prediction']}" for each in found["predictions"]]
    plain = microcrad("predict", "trees.json", "new.csv", "--plain", *options)
    assert [" ".join(line.split()[:2]) for line in plain.stdout.splitlines()[: len(rows)]] == rows
    assert plain.stderr.splitlines() == found["notes"]
    return rows, " ".join(found["notes"])


def refused(*options: str) -> str:
    done = microcrad("predict", "trees.json", "new.csv", *options)
    assert (done.exit_code in (1, 2), done.stdout) == (True, "")
    return " ".join(done.stderr.split())


def test_columns_are_known_by_their_names_and_others_left_out(trees: Path) -> None:
    (trees / "new.csv").write_text("id,leaves,place,height\n7,0,north,3\n8,1,south,4\n")
    assert said() == (
        ["1 Birke", "2 Erle"],
        "Left out: 'id', 'place', which the network does not read.",
    )
    (trees / "new.csv").write_text("id,leafs,height\n7,0,3\n8,1,4\n")
    told = refused()
    assert "new.csv has no column 'leaves', which the network reads: found 'id', 'leafs', 'height'." in told
    assert "Did you mean leafs?" in told
    assert "remove that line: then columns count by their order, which is 'height', 'leaves'." in told


def test_without_names_columns_count_by_their_order_and_that_is_said(trees: Path) -> None:
    (trees / "new.csv").write_text("3,0\n4,1\n")
    order = "Columns count by their order, as its first line is a sample and holds no names."
    assert said() == (["1 Birke", "2 Erle"], order)
    (trees / "new.csv").write_text("3,0,Birke\n4,1,Birke\n")
    done = microcrad("predict", "trees.json", "new.csv")
    assert done.stdout.endswith("1 of 2 right, 50 %.\n")


def test_whether_there_are_names_can_be_said(trees: Path) -> None:
    (trees / "new.csv").write_text("height,leaves\n3,0\n")
    assert said("--header", "yes")[0] == said()[0] == ["1 Birke"]
    assert "line 1, column 1 ('height'): found 'height', expected a finite number" in refused(
        "--header", "no"
    )
    (trees / "new.csv").write_text("3,0\n4,1\n")
    assert "has no column 'height', which the network reads: found '3', '0'" in refused("--header", "yes")


def test_gaps_are_left_out_or_filled_and_numbers_stay_those_of_the_table(trees: Path) -> None:
    (trees / "new.csv").write_text("height,leaves\n3,0\n,1\n4,1\n5,NA\n6,2\n")
    told = refused()
    assert "line 3, column 1 ('height'): found nothing, expected a finite number. Set gaps to skip to" in told
    assert said("--gaps", "skip") == (
        ["1 Birke", "3 Erle", "5 Erle"],
        "2 lines lacked something, and were left out.",
    )
    filled, _ = said("--gaps", "mean")
    assert filled == ["1 Birke", "2 Erle", "3 Erle", "4 Erle", "5 Erle"]
    (trees / "new.csv").write_text("height,leaves\n3,1.0\n3,?\n")
    rows = json.loads(microcrad("predict", "trees.json", "new.csv", "--json", "--gaps", "mean").stdout)
    one, other = (each["share"] for each in rows["predictions"])
    assert math.isclose(one, other, rel_tol=1e-12)


def test_a_mean_that_is_not_known_is_not_made_up(trees: Path) -> None:
    microcrad("train", "trees.csv", "--steps", "2", "--normalise", "no", "--save", "trees.json")
    (trees / "new.csv").write_text("height,leaves\n3,\n4,1\n")
    assert "The network knows no mean of it. Set gaps to skip to leave such lines out." in refused(
        "--gaps", "mean"
    )
    assert len(said("--gaps", "skip")[0]) == 1


def test_a_table_of_another_country_is_read_as_in_training(trees: Path) -> None:
    (trees / "new.csv").write_bytes("height;leaves;Größe\n3,5;0,0;1\n4,25;1;1\n".encode("latin-1"))
    assert "is not UTF-8 text" in refused()
    assert said("--encoding", "latin-1")[0] == ["1 Birke", "2 Erle"]
    (trees / "new.csv").write_text("height;leaves\n1,234;0\n3,456;1\n")
    assert (
        "its commas may stand before decimals or between thousands. Set decimal to comma or to point"
        in refused()
    )
    assert said("--decimal", "comma")[0] == ["1 Birke", "2 Erle"]
    assert "--decimal: found 'dot', expected one of auto, point, comma" in refused("--decimal", "dot")


def test_what_is_no_table_has_no_settings_of_one(trees: Path) -> None:
    (trees / "pictures").mkdir()
    done = microcrad("predict", "trees.json", "pictures", "--gaps", "skip")
    assert "--gaps: pictures, a folder, has no such setting. Leave it out." in done.stderr
    done = microcrad("predict", "trees.json", "--complete", "a", "--decimal", "comma")
    assert "--decimal: --complete has no such setting. Leave it out." in done.stderr


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
