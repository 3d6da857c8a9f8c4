"""Trained networks in files: back again bit for bit, as Python, as PyTorch, and what is damaged."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exported import compiled

from microcrad.data import read_inputs
from microcrad.data.dataset import InputColumn
from microcrad.errors import ContentError, DataError
from microcrad.export.c_expressions import c_number
from microcrad.train import saved
from microcrad.train.c_code import c_model
from microcrad.train.configuration import Configuration, recipe
from microcrad.train.model_code import python_model, pytorch_model
from microcrad.train.trainer import Trainer

TORCH = json.loads((Path(__file__).parents[2] / "data" / "torch_model.json").read_text())
SMALL = {
    "moons": Configuration(points=20, hidden=(3,)),
    "iris": replace(recipe("iris"), hidden=(4, 3), activation="sigmoid tanh"),
    "sine": replace(recipe("sine"), hidden=(4,), normalise=True),
    "blobs": replace(
        recipe("blobs"),
        points=30,
        hidden=(3,),
        activation="leaky_relu",
        normalise=True,
        seed=3,
        features=("y", "x*x", "x*y", "sin x", "sin y"),
    ),
}


def trained(data: str, steps: int = 5) -> Trainer:
    trainer = Trainer(SMALL[data])
    for _ in range(steps):
        trainer.step()
    return trainer


@pytest.mark.parametrize("data", SMALL)
def test_a_saved_network_says_what_the_trained_one_does(data: str) -> None:
    trainer = trained(data)
    text = saved.to_json(saved.saved(trainer))
    again = saved.from_json(text)
    assert saved.to_json(again) == text
    said = saved.predict(again, trainer.samples.points)
    outputs = trainer.outputs(trainer.prepared.scale.seen(trainer.samples.points))
    if data == "sine":
        numbers = outputs[:, 0] * trainer.samples.labels.std() + trainer.samples.labels.mean()
        assert [float(each.said) for each in said] == pytest.approx(numbers.tolist(), rel=1e-9)
    else:
        decided = trainer.teaching.objective.decide(outputs)
        assert [each.said for each in said] == [trainer.samples.classes[i] for i in decided]
        if data == "moons":  # Hinge has no probabilities.
            margins = [f"margin {abs(output):.3g}" for output in outputs[:, 0]]
            assert [(each.share, each.sure) for each in said] == [(None, margin) for margin in margins]
        else:
            assert all(1 / 3 <= (each.share or 0) <= 1 for each in said)
            assert [each.sure for each in said] == [f"{100 * (each.share or 0):.0f} %" for each in said]


@pytest.mark.parametrize("data", SMALL)
def test_the_python_script_gives_the_same_numbers(data: str, tmp_path: Path) -> None:
    trainer = trained(data)
    network = saved.saved(trainer)
    script = tmp_path / "model.py"
    script.write_text(python_model(network))
    module = runpy.run_path(str(script))
    points = trainer.samples.points[:7]
    scaled = network.reading.scale.seen(points)
    for row, point in zip(scaled.tolist(), points.tolist(), strict=True):
        made = network.model(row)
        outputs = made if isinstance(made, list) else [made]
        assert module["outputs"](point) == [output.data for output in outputs]
    said = [module["predict"](row) for row in points.tolist()]
    assert [module["predict"](row) for row in points] == said  # A row of an array is what one has.
    expected = [each.said for each in saved.predict(network, points)]
    assert said == (pytest.approx(list(map(float, expected))) if data == "sine" else expected)


_OUTPUTS = """
int main(void)
{
    const double points[][INPUTS] = {%s};
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        double out[OUTPUTS];
        outputs(points[i], out);
        for (int k = 0; k < OUTPUTS; k++)
            printf("%%a\\n", out[k]);
    }
    return 0;
}
"""


@pytest.mark.parametrize("data", SMALL)
def test_the_c_file_gives_the_same_numbers(data: str, tmp_path: Path) -> None:
    trainer = trained(data)
    network = saved.saved(trainer)
    points = trainer.samples.points[:7]
    rows = ", ".join(f"{{{', '.join(map(c_number, row))}}}" for row in points.tolist())
    text = c_model(network)
    inside = f"#define main alone\n{text}\n#undef main\nint main(void);{_OUTPUTS % rows}"
    printed = subprocess.run([compiled(tmp_path, "inside", [inside])], capture_output=True, text=True).stdout
    made = [network.model(row) for row in network.reading.scale.seen(points).tolist()]
    expected = [output.data for each in made for output in (each if isinstance(each, list) else [each])]
    assert list(map(float.fromhex, printed.split())) == expected
    alone = str(compiled(tmp_path, "alone", [text]))
    for point, wanted in zip(points.tolist(), saved.predict(network, points), strict=True):
        said = subprocess.run([alone, *map(repr, point)], capture_output=True, text=True).stdout.strip()
        assert said == wanted.said if data != "sine" else float(said) == pytest.approx(float(wanted.said))
    for words in (
        ["1"] * (points.shape[1] + 1),
        *([each] * points.shape[1] for each in ("x", "nan", "1e400")),
        [],
    ):
        refused = subprocess.run([alone, *words], capture_output=True, text=True)
        asked = f"Give a number for each of: {', '.join(trainer.samples.inputs)}\n"
        assert (refused.returncode, refused.stderr) == (1, asked)


def test_pytorch_gives_the_same_outputs() -> None:
    """The module as PyTorch ran it once; `make_torch_model.py` made the file."""
    for model in TORCH:
        network = saved.from_json(json.dumps(model["network"]))
        assert pytorch_model(network) == model["module"]
        points = np.array(model["points"])
        scaled = network.reading.scale.seen(points)
        np.testing.assert_allclose(saved.outputs_of(network.model, scaled), model["outputs"], rtol=1e-12)


@pytest.mark.parametrize("data", ["iris", "blobs"])
def test_the_pytorch_module_runs_where_pytorch_is(data: str, tmp_path: Path) -> None:
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed; its numbers are committed")
    trainer = trained(data)
    network = saved.saved(trainer)
    script = tmp_path / "model.py"
    script.write_text(pytorch_model(network))
    outputs = runpy.run_path(str(script))["Model"]()(torch.tensor(trainer.samples.points))
    scaled = trainer.prepared.scale.apply(trainer.samples).points
    # Some outputs are near 0, where what was added up in another order differs by more than their last bits.
    wanted = saved.outputs_of(network.model, scaled)
    np.testing.assert_allclose(outputs.detach().numpy(), wanted, rtol=1e-12, atol=1e-14)


def test_a_script_says_what_it_wants(tmp_path: Path) -> None:
    script = tmp_path / "net.py"
    script.write_text(python_model(saved.saved(trained("moons"))))
    for words in ([], ["1"], ["1", "2", "3"], ["1", "x"]):
        run = subprocess.run([sys.executable, str(script), *words], capture_output=True, text=True)
        assert (run.returncode, run.stderr) == (1, "Give a number for each of: x, y\n")
    run = subprocess.run([sys.executable, str(script), "1", "-2"], capture_output=True, text=True)
    assert run.stdout.strip() in ("upper", "lower")


def test_names_from_a_file_do_no_harm_in_a_script(tmp_path: Path) -> None:
    hostile = 'a"""; import os; os.abort() #\n\\'
    table = tmp_path / "x.csv"
    table.write_text('"w ""\'{}",h,kind\n' + "".join(f'{i},{i % 3},"q""\'{{}}{i % 2}"\n' for i in range(8)))
    trainer = Trainer(replace(recipe(str(table)), hidden=(2,), loss="bce"))
    network = saved.saved(trainer)
    network = saved.Saved(network.model, replace(network.reading, data=hostile))
    for write in (python_model, pytorch_model):
        compile(write(network), "model.py", "exec")
    ran = subprocess.run([compiled(tmp_path, "hostile", [c_model(network)])], capture_output=True, text=True)
    assert ran.stderr == "Give a number for each of: w \"'{}, h\n"
    reading = replace(network.reading, inputs=("\x1b]0;hi\x07", "h"), classes=("\x1b[2J", "b"))
    text = c_model(replace(network, reading=reading))
    ran = subprocess.run([compiled(tmp_path, "codes", [text])], capture_output=True, text=True)
    assert ran.stderr == "Give a number for each of: \\x1b]0;hi\\x07, h\n"
    script = tmp_path / "model.py"
    script.write_text(python_model(network))
    assert runpy.run_path(str(script))["CLASSES"] == ["q\"'{}0", "q\"'{}1"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("kind", "triple", 'reading.kind is "triple", expected binary or classes or regression'),
        ("loss", "hinge", 'reading.loss is "hinge", expected a loss for classes'),
        ("loss", None, "reading.loss is missing, expected a loss for classes"),
        ("means", [1.0], "reading.means is 1 numbers, expected a list of 4 numbers"),
        ("deviations", [1, 1, 1, 0], "reading.deviations is a list of 4, expected numbers above 0"),
        ("deviations", [1, 1, 1, "1"], 'reading.deviations[3] is "1", expected a finite number'),
        ("classes", ["a", "b"], "expected as many names as the network's 3 outputs need"),
        ("classes", "abc", 'reading.classes is "abc", expected a list of names'),
        ("inputs", ["a"], "expected a list of 4 names"),
        ("label_mean", True, "reading.label_mean is true, expected a finite number"),
        ("label", 4, "reading.label is 4, expected a text"),
    ],
)
def test_what_is_damaged_is_named(field: str, value: object, words: str) -> None:
    content = json.loads(saved.to_json(saved.saved(trained("iris", 0))))
    content["reading"][field] = value
    with pytest.raises(ContentError) as error:
        saved.from_json(json.dumps(content), "iris.json")
    assert str(error.value).startswith("iris.json is damaged: reading.")
    assert words in str(error.value)
    assert str(error.value).endswith("Save the network again.")


def test_a_network_without_its_reading_is_said_to_be_one() -> None:
    content = json.loads(saved.to_json(saved.saved(trained("iris", 0))))
    del content["reading"]
    with pytest.raises(ContentError, match="is a network without its reading"):
        saved.from_json(json.dumps(content))
    content["reading"] = [1]
    with pytest.raises(ContentError, match="reading is a list of 1, expected an object"):
        saved.from_json(json.dumps(content))


def test_other_inputs_are_refused() -> None:
    with pytest.raises(DataError, match=r"found 2 inputs: expected 4, sepal length, .*, as in iris"):
        saved.predict(saved.saved(trained("iris", 0)), np.zeros((3, 2)))


# --- tables to be predicted ----------------------------------------------------------------------------


def read(tmp_path: Path, text: str) -> tuple[list[list[float]], tuple[str, ...] | None]:
    (tmp_path / "x.csv").write_text(text)
    found = read_inputs(tmp_path / "x.csv", (InputColumn("a"), InputColumn("b")), "y")
    return found.points.tolist(), found.labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("1,2\n3,4\n", None),
        ("1,2,u\n3,4,v\n", ("u", "v")),
        ("a,b\n1,2\n3,4\n", None),
        ("y,b,a\nu,2,1\nv,4,3\n", ("u", "v")),
        ("b;more;a\n2;x;1\n\n4;z;3\n", None),
    ],
)
def test_columns_go_by_name_or_else_by_order(
    tmp_path: Path, text: str, labels: tuple[str, ...] | None
) -> None:
    assert read(tmp_path, text) == ([[1, 2], [3, 4]], labels)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty: expected a line for each sample."),
        ("a,b\n", "has names and no samples"),
        ("1\n", "has 1 column: expected the network's 2 inputs ('a', 'b'), and the label behind them"),
        ("p,q,r\n1,2,u\n3,4,v\n", "has no column 'a', which the network reads: found 'p', 'q', 'r'."),
        ("a,q,y\n1,2,u\n3,4,v\n", "has no column 'b', which the network reads: found 'a', 'q', 'y'."),
        ("1,2,3,4\n", "has 4 columns"),
        ("1,2\n1,2,3\n", "line 2: found 3 columns, expected 2, as in the first line."),
        ("a,b\n1,tall\n", "line 2, column 2 ('b'): found 'tall', expected a finite number."),
        ("a,b\n1,\n", "line 2, column 2 ('b'): found nothing, expected a finite number."),
        ("1,nan\n", "line 1, column 2 ('b'): found 'nan', expected a finite number."),
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataError) as error:
        read(tmp_path, text)
    assert words in str(error.value)


def test_features_are_kept_whatever_inputs_are_called(tmp_path: Path) -> None:
    """An input may be called as a product of others."""
    path = tmp_path / "q.csv"
    rows = [f"{i},{i % 3},{i % 5},{i % 7}" for i in range(12)]
    path.write_text("\n".join(['x,y,"x*y",target', *rows]) + "\n")
    at = replace(
        recipe(str(path)), kind="number", loss="mse", features=("products",), hidden=(2,), test=0.0, batch=0
    )
    trainer = Trainer(at)
    trainer.step()
    found = saved.from_json(saved.to_json(saved.saved(trainer)))
    assert isinstance(found, saved.Saved)
    assert found.reading.scale.features == trainer.prepared.scale.features
    said = [float(each.said) for each in saved.predict(found, trainer.samples.points)]
    own = trainer.prepared.scale.own_label(trainer.outputs(trainer.prepared.train.points)[:, 0])
    assert said == pytest.approx(own.tolist())
    with pytest.raises(DataError, match="sample 1: its numbers are so large"):
        saved.predict(found, np.full((1, 3), 1e300))


@pytest.mark.parametrize("row", [[9], [], [0, 1, 2], ["sine"], [0, 1, "sine"], [True], "x"])
def test_features_that_are_none_are_refused(row: object) -> None:
    at = replace(recipe("moons"), features=("x", "x*y"), hidden=(2,), points=8)
    content = json.loads(saved.to_json(saved.saved(Trainer(at))))
    content["reading"]["features"][1] = row
    with pytest.raises(ContentError, match=r"reading\.features"):
        saved.from_json(json.dumps(content))
