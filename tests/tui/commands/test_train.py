"""`microcrad train`, `predict`, and the exports of a saved network."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from commands import MODULE, NEURON, microcrad, process
from samples import spread

from microcrad.session.session import Session
from microcrad.train.configuration import BUILT_IN, recipe
from microcrad.train.trainer import Trainer
from microcrad.train.training import Training
from tui.commands import predict
from tui.commands import train as train_module
from tui.commands import train_lines as train_plain

FEW = ("--points", "20", "--hidden", "3", "--steps", "4")


def flowers(folder: Path, rows: int = 30) -> Path:
    path = folder / "flowers.csv"
    lines = [f"{i % 7},{i % 3},{'rose' if i % 3 else 'tulip'}" for i in range(rows)]
    path.write_text("\n".join(["height,petals,name", *lines]) + "\n")
    return path


@pytest.mark.parametrize("data", spread(2, BUILT_IN))
def test_every_data_set_trains_and_is_drawn(data: str) -> None:
    result = microcrad("train", "--data", data, "--steps", "2")
    assert result.exit_code == 0
    assert f"{data}, {len(Trainer(recipe(data)).prepared.train)} samples to train on" in result.stdout
    assert "steps      2 of 2" in result.stdout
    assert result.stderr.splitlines()[-1].startswith("step 2 of 2  loss ")
    drawn = result.stdout.splitlines()[result.stdout.splitlines().index("") + 3 :]
    if data in ("iris", "digits"):
        classes = len(Trainer(recipe(data)).samples.classes)
        place = drawn.index("test samples: a row a label, a column what it was taken for")
        assert len(drawn) == place + 2 + classes
    elif data == "names":
        assert drawn[-2].startswith("To beat: 3.296, all letters alike; 2.363, pairs of letters counted.")
        assert len(drawn[-1].split()) >= 3
    else:
        assert len(drawn) == 1 + train_plain.ROWS + 2
        train = Trainer(recipe(data)).samples
        across, up = (*train.inputs, train.label)[:2]
        assert re.fullmatch(rf"{across} from \S+ to \S+ across, {up} from \S+ to \S+ up", drawn[-2])


def test_json_holds_the_numbers_of_the_run() -> None:
    result = microcrad("train", *FEW, "--test", "25%", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["sizes"] == [2, 3, 1]
    assert (found["steps"], found["parameters"], found["settings"]["test"]) == (4, 13, "25 %")
    assert found["stop"] == {"reason": "steps", "sentence": "Step 4 of 4: the run is complete."}
    assert found["curves"]["loss"]["steps"] == [0, 1, 2, 3]
    assert 0 <= found["test"]["accuracy"] <= 1
    assert result.stderr == ""
    assert found["settings"]["seed"] == "1337"


def test_plain_says_one_fact_a_line() -> None:
    result = microcrad("train", *FEW, "--plain", "--engine", "eager", "--fault", "leak")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert all(": " in line for line in lines)
    assert "fault: no release. The graph of a step is never released." in result.stdout
    assert lines[-1].startswith("train accuracy: ")


def test_what_is_saved_predicts_and_is_exported(here: Path) -> None:
    path = flowers(here)
    done = microcrad("train", "--csv", str(path), "--steps", "60", "--save", "flowers.json")
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (0, "Saved as flowers.json.")
    told = microcrad("predict", "flowers.json", str(path))
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert len(lines) == 31
    assert lines[-1] == "30 of 30 right, 100 %."
    assert lines[0].split()[:2] == ["1", "tulip"]
    (here / "new.csv").write_text("petals,height\n0,3\n1,3\n")
    (here / "some.csv").write_text("petals,height,name\n0,3,\n1,3,rose\n1,3,tulip\n")
    told = microcrad("predict", "flowers.json", "some.csv")  # One of which the label is unknown.
    assert [line.endswith("wrong: tulip") for line in told.stdout.splitlines()[:3]] == [False, False, True]
    assert (told.stdout.count("wrong"), told.stdout.splitlines()[-1]) == (1, "1 of 2 right, 50 %.")
    plain = microcrad("predict", "--plain", "flowers.json", "new.csv")
    assert [line.split()[:2] for line in plain.stdout.splitlines()] == [["1", "tulip"], ["2", "rose"]]
    told = microcrad("predict", "--json", "flowers.json", "new.csv")
    assert [each["prediction"] for each in json.loads(told.stdout)["predictions"]] == ["tulip", "rose"]
    for form, word in (
        ("json", "microcrad model"),
        ("python", "def predict"),
        ("pytorch", "import torch"),
        ("c", "int main"),
    ):
        exported = microcrad("export", "flowers.json", "--to", form)
        assert exported.exit_code == 0
        assert word in exported.stdout
    whole = json.loads((here / "flowers.json").read_text())
    assert whole.pop("training")["step"] == 60
    assert json.loads(microcrad("export", "flowers.json", "--to", "json").stdout) == whole  # Without the run.
    refused = microcrad("export", "flowers.json", "--to", "dot")
    assert refused.exit_code == 2
    assert "a network has no form dot: choose from json, python, pytorch, c." in refused.stderr


def test_a_saved_run_is_gone_on_with(here: Path) -> None:
    """As if it had not ended; its settings may be others from there on."""
    few = ("--points", "20", "--hidden", "4", "--optimiser", "adam", "--rate", "0.01", "--plain")
    microcrad("train", "moons", *few, "--steps", "8", "--save", "whole.json")
    microcrad("train", "moons", *few, "--steps", "5", "--save", "part.json")
    gone_on = microcrad("train", "--from", "part.json", "--steps", "8", "--save", "on.json")
    assert (gone_on.exit_code, (here / "on.json").read_text()) == (0, (here / "whole.json").read_text())
    for arguments, code, words in [
        (("--from", "part.json"), 2, "has taken its 5 steps. Say --steps 10 to go on."),
        (("--from", "part.json", "moons"), 2, "--from names a run, which has its data."),
        (
            ("--from", "part.json", "--hidden", "3", "--steps", "9"),
            2,
            "--hidden: a run that has begun cannot change it.",
        ),
        (("--from", "gone.json"), 2, "gone.json cannot be read"),
    ]:
        refused = microcrad("train", *arguments)
        assert (refused.exit_code, words in refused.stderr) == (code, True), refused.stderr


def test_where_nothing_can_be_saved_is_said_before_anything_is_trained(here: Path) -> None:
    (here / "d.csv").write_text("a,b\n1,x\n2,y\n3,x\n")
    os.mkfifo("pipe")
    for to, code, words in [
        ("nowhere/z.json", 1, "--save: There is no folder 'nowhere' for z.json."),
        ("pipe", 1, "--save: 'pipe' is no file but a pipe or a device."),
        (".", 1, "is a directory. Name a file in it."),
        ("d.csv", 2, "--save: d.csv is the data. Name another file."),
        ("n" * 300, 1, "cannot be written: File name too long."),
    ]:
        refused = microcrad("train", "d.csv", "--test", "0", "--steps", "2", "--save", to)
        assert (refused.exit_code, words in refused.stderr) == (code, True), refused.stderr
        assert "step" not in refused.stderr
    assert (here / "d.csv").read_text().startswith("a,b")


def test_a_program_is_no_network(here: Path) -> None:
    (here / "neuron.mc").write_text(NEURON)
    result = microcrad("export", "neuron.mc", "--to", "pytorch")
    assert result.exit_code == 2
    assert (
        "--to pytorch is for networks that microcrad train --save wrote; neuron.mc is none." in result.stderr
    )


def test_a_sample_is_printed_as_a_program_where_there_is_no_terminal() -> None:
    result = microcrad("train", *FEW, "--open", "6:17")
    assert result.exit_code == 0
    assert result.stdout.startswith("# moons, sample 17 (class lower), 2-3-1, after step 6\nnet = load(")
    assert Session(result.stdout).errors == ()


def test_a_step_that_is_not_reached_is_said_without_the_screens_keys() -> None:
    result = microcrad("train", "--data", "sine", "--optimiser", "sgd", "--rate", "1e200", "--open", "40:0")
    assert result.exit_code == 1
    assert "--open: step 40 is not reached. step " in result.stderr
    assert not re.search(r"\b[a-z] (opens|rewinds)", result.stderr)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--hidden", "0"), 2, "--hidden: found '0', expected up to 8 layers of 1 to 256 neurons"),
        (("--hidden", "1000000"), 2, "--hidden: found '1000000'"),
        (("--rate", "0"), 2, "--rate: found 0, expected a number above 0"),
        (("--rate", "-1"), 2, "--rate: found -1, expected a number above 0"),
        (("--rate", "inf"), 2, "--rate: found inf"),
        (("--stop-loss", "x"), 2, "--stop-loss: found 'x', expected a number above 0, or none."),
        (("--data", "moon"), 2, "there is no data set or file 'moon': choose from xor, moons"),
        (("--data", "moon"), 2, "Did you mean moons?"),
        (
            ("--data", "iris", "--points", "5"),
            2,
            "--points: iris has no such setting with the others. Leave it out.",
        ),
        (("--data", "iris", "--loss", "hinge"), 2, "--loss: hinge learns two classes"),
        (
            ("--data", "iris", "--csv", "x.csv"),
            2,
            "DATA, --data, --csv and --idx each name the data. Name it once.",
        ),
        (("--json", "--plain"), 2, "Choose one."),
        (("--open", "3"), 2, "--open: found '3', expected STEP:SAMPLE, such as 41:17."),
        (("--open", "3:100"), 2, "--open: there is no sample 100: 100 are trained on, counted from 0."),
        (("--idx", "."), 1, "has no pair of IDX files"),
        (
            ("--data", "sine", "--optimiser", "sgd", "--rate", "1e200", "--save", "x.json"),
            1,
            "x.json was not",
        ),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], code: int, words: str, here: Path) -> None:
    result = microcrad("train", *arguments)
    assert (result.exit_code, words in result.stderr) == (code, True), result.stderr
    assert not (here / "x.json").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b\n1,tall\n2,small\nx,small\n", "line 4, column 1 ('a'): found 'x', expected a finite number."),
        ("a,b\n1,u\n,v\n", "line 3, column 1 ('a'): found nothing, expected a finite number."),
        ("a,b\n1,u\n2,u\n", "every label (b) is 'u'; expected at least 2 classes."),
        ("a,b\n1,u\n", "has 1 sample: expected at least 2"),
        ("a,b\nnan,u\n2,v\n", "line 2, column 1 ('a'): found 'nan', expected a finite number."),
        ("", "is empty: expected a line for each sample."),
    ],
)
def test_a_table_that_cannot_be_learned_says_where(content: str, words: str, here: Path) -> None:
    (here / "x.csv").write_text(content)
    result = microcrad("train", "--csv", "x.csv")
    assert result.exit_code == 1
    assert words in result.stderr


def test_a_model_that_is_none_is_said_to_be_none(here: Path) -> None:
    path = flowers(here)
    (here / "no.json").write_text('{"format": "microcrad model", "version": 1')
    (here / "graph.json").write_text("{}")
    for name, words in (
        ("no.json", "is not JSON"),
        ("graph.json", "is not a saved network"),
        ("q", "cannot be read"),
    ):
        result = microcrad("predict", name, str(path))
        assert result.exit_code == 1
        assert words in result.stderr
    microcrad("train", *FEW, "--save", "moons.json")
    (here / "wide.csv").write_text("1,2,3,4\n1,2,3,5\n")
    result = microcrad("predict", "moons.json", "wide.csv")
    assert (result.exit_code, "has 4 columns: expected the network's 2 inputs" in result.stderr) == (1, True)


def test_interrupting_says_how_far_it_came_and_saves_that(here: Path) -> None:
    command = [*MODULE, "train", "--steps", "1000000", "--save", "x.json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert running.stderr.readline().startswith("step ")
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "steps      " in out
    assert err.splitlines()[-1].endswith("of 1000000. Saved as x.json, as far as it came.")
    (here / "x.csv").write_text("0,1,0\n1,0,1\n")
    assert microcrad("predict", "x.json", "x.csv").exit_code == 0


@pytest.mark.parametrize("steps", [0, 1])
def test_interrupting_keeps_an_earlier_network_where_there_is_none_to_save(
    here: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """Before the first step there is nothing to save, and numbers that are not finite are no network."""

    def interrupted(training: Training, *_: object) -> Iterator[int]:
        for _ in range(steps):
            training.take_step()
            state = training.trainer.state
            training.trainer.state = replace(state, weights=state.weights * float("nan"))
        yield 0
        for _ in range(3):  # Once is enough, and more often does no harm.
            signal.raise_signal(signal.SIGINT)
        yield 0
        raise AssertionError("It went on.")

    (here / "x.json").write_text("before")
    monkeypatch.setattr(Training, "going_on", interrupted)
    result = microcrad("train", "--save", "x.json")
    assert result.exit_code == 130
    assert result.stderr.endswith(f"Stopped at step {steps} of 100. x.json was not written.\n")
    assert (here / "x.json").read_text() == "before"


@pytest.mark.parametrize("at", ["source.preparing", "Training", "resuming"])
def test_interrupting_before_the_first_step_is_one_line(
    here: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """While data is read, a graph recorded, a run taken up: nothing was trained, and nothing is lost."""
    assert microcrad("train", *FEW, "--save", "before.json").exit_code == 0
    before = (here / "before.json").read_text()

    def interrupted(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(f"tui.commands.train.{at}", interrupted)
    begun = ("--from", "before.json", "--steps", "9") if at == "resuming" else ("moons",)
    result = microcrad("train", *begun, "--save", "before.json")
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "microcrad: stopped before the first step. before.json was not written.\n"
    assert (here / "before.json").read_text() == before


def test_interrupting_while_it_compiles_ends_there(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def compiling(*_: object) -> Iterator[None]:
        signal.raise_signal(signal.SIGINT)
        while True:
            yield

    monkeypatch.setattr("microcrad.train.compiling.Compiling.preparing", compiling)
    result = microcrad("train", *FEW, "--save", "x.json")
    assert (result.exit_code, result.stderr) == (130, "Stopped at step 0 of 4. x.json was not written.\n")


def test_what_is_being_saved_is_saved_whatever_is_pressed(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = train_module.write_text

    def interrupted(path: str, text: str) -> None:
        signal.raise_signal(signal.SIGINT)
        written(path, text)

    monkeypatch.setattr(train_module, "write_text", interrupted)
    result = microcrad("train", *FEW, "--save", "x.json")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, "Saved as x.json.")
    assert json.loads((here / "x.json").read_text())["training"]["step"] == 4


def test_every_form_of_a_network_can_be_asked_for() -> None:
    told = process("export", "--help").stdout
    assert all(form in told for form in predict.MODEL_FORMS)


@pytest.mark.parametrize("engine", ["compiled", "tape", "eager"])
def test_a_run_says_what_took_its_steps(engine: str) -> None:
    said = microcrad("train", *FEW, "--engine", engine, "--plain").stdout
    assert re.search(rf"^steps: 4 of 4, .* s, {engine}$", said, re.MULTILINE)
    assert "not compiled" not in said


def test_a_run_that_could_not_be_compiled_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    said = microcrad("train", *FEW, "--engine", "compiled", "--plain").stdout
    assert re.search(r"^steps: .*, tape$", said, re.MULTILINE)
    assert "\nnot compiled: it takes llvmlite, of the extra jit" in said


def test_no_run_is_lost_where_several_are_added_at_once(tmp_path: Path) -> None:
    table = tmp_path / "runs.csv"
    program = (
        "import sys\nfrom microcrad.train.configuration import Configuration\n"
        "from microcrad.train.training import Training\nfrom tui.commands.run_table import add_run\n"
        "training = Training(Configuration(points=4, hidden=(), seed=int(sys.argv[1])))\n"
        "training.take_step()\nprint(end='ready', flush=True)\nsys.stdin.read()\n"
        "for _ in range(25):\n    add_run(sys.argv[2], training, 1.0)\n"
    )
    adding = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(seed), str(table)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for seed in range(4)
    ]  # fmt: skip
    for each in adding:
        assert each.stdout is not None
        assert each.stdout.read(5) == b"ready"
    for each in adding:  # All at once.
        assert each.stdin is not None
        each.stdin.close()
    assert [each.wait() for each in adding] == [0, 0, 0, 0]
    for each in adding:
        assert each.stdout is not None
        each.stdout.close()
    seeds = [row["seed"] for row in csv.DictReader(table.read_text().splitlines())]
    assert {seed: seeds.count(seed) for seed in "0123"} == dict.fromkeys("0123", 25)
    assert len(seeds) == 100


def test_a_run_that_is_out_of_patience_says_how_to_go_on(tmp_path: Path) -> None:
    model = str(tmp_path / "m.json")
    begun = microcrad("train", *FEW, "--steps", "400", "--patience", "1", "--rate", "1", "--save", model)
    assert "The train loss has not fallen for 1 epoch." in begun.stdout
    before = Path(model).read_text()
    again = microcrad("train", "--from", model, "--save", model)
    assert again.exit_code == 2
    assert "has ended, as its loss had not fallen for 1 epoch. Say --patience 2 or --patience none" in (
        " ".join(again.stderr.split())
    )
    assert Path(model).read_text() == before
    assert microcrad("train", "--from", model, "--patience", "none", "--save", model).exit_code == 0
    found = json.loads(Path(model).read_text())["training"]["history"]["loss"]["steps"]
    assert found == list(range(400))  # The curve is that of the whole run.


def test_runs_are_added_to_a_table_to_compare_them(tmp_path: Path) -> None:
    table = tmp_path / "runs.csv"
    for rate in ("0.1", "0.2"):
        assert microcrad("train", *FEW, "--test", "25%", "--rate", rate, "--log", str(table)).exit_code == 0
    first, second = csv.DictReader(table.read_text().splitlines())
    assert (first["data"], first["step"], second["step"]) == ("moons", "4", "4")
    assert "rate 0.1" in first["settings"].split("; ")
    assert "rate 0.2" in second["settings"].split("; ")
    found = json.loads(microcrad("train", *FEW, "--test", "25%", "--rate", "0.2", "--json").stdout)
    for part in ("train", "test"):
        assert float(second[f"{part} loss"]) == pytest.approx(found[part]["loss"], rel=1e-5)
        assert float(second[f"{part} accuracy"]) == pytest.approx(found[part]["accuracy"], rel=1e-5)
    assert (second["validation loss"], second["test rmse"]) == ("", "")
    table.write_text(table.read_text().rstrip("\n"))
    assert microcrad("train", *FEW, "--log", str(table)).exit_code == 0
    assert len(table.read_text().splitlines()) == 4
    table.write_text("")
    assert microcrad("train", *FEW, "--log", str(table)).exit_code == 0
    assert [row["step"] for row in csv.DictReader(table.read_text().splitlines())] == ["4"]
    table.write_text("a,b\n1,2\n")
    refused = microcrad("train", *FEW, "--log", str(table))
    assert refused.exit_code == 2
    assert "holds no table of runs, as --log writes it: name another file." in refused.stderr
    assert table.read_text() == "a,b\n1,2\n"
