"""`microcrad predict` and `sample`: what saved networks make of samples, and of the beginnings of words."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from commands import microcrad


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
    assert "line 3, column 1 ('height'): found nothing, expected a finite number. Say --gaps skip to" in told
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
    assert "The network knows no mean of it. Say --gaps skip to leave such lines out." in refused(
        "--gaps", "mean"
    )
    assert len(said("--gaps", "skip")[0]) == 1


def test_a_table_of_another_country_is_read_as_in_training(trees: Path) -> None:
    (trees / "new.csv").write_bytes("height;leaves;Größe\n3,5;0,0;1\n4,25;1;1\n".encode("latin-1"))
    assert "is not UTF-8 text" in refused()
    assert said("--encoding", "latin-1")[0] == ["1 Birke", "2 Erle"]
    (trees / "new.csv").write_text("height;leaves\n1,234;0\n3,456;1\n")
    assert "between thousands. Say --decimal comma or say --decimal point" in refused()
    assert said("--decimal", "comma")[0] == ["1 Birke", "2 Erle"]
    assert "--decimal: found 'dot', expected one of auto, point, comma" in refused("--decimal", "dot")


def test_what_is_no_table_has_no_settings_of_one(trees: Path) -> None:
    (trees / "pictures").mkdir()
    done = microcrad("predict", "trees.json", "pictures", "--gaps", "skip")
    assert "--gaps: pictures, a folder, has no such setting. Leave it out." in done.stderr
    done = microcrad("predict", "trees.json", "--complete", "a", "--decimal", "comma")
    assert "--decimal: --complete has no such setting. Leave it out." in done.stderr
