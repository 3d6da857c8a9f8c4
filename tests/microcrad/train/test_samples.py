"""Samples: what is said of one, which is next to it, and the model's looks that the screen needs."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from samples import always

from microcrad.export import python_program
from microcrad.files.state_place import MOST_NETWORKS, keep_network, networks_folder
from microcrad.language.network_files import NetworkFiles
from microcrad.language.parser import parse
from microcrad.run.result import run_program
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.slices import finish
from microcrad.train import views
from microcrad.train.configuration import BUILT_IN, Configuration, recipe
from microcrad.train.engines import PHASES
from microcrad.train.objectives import OBJECTIVES
from microcrad.train.opened import open_sample, opened
from microcrad.train.samples import neighbour, probe, sample
from microcrad.train.settings import SETTINGS, changed, nudged, restored, written
from microcrad.train.trainer import Trainer
from microcrad.train.training import Training
from microcrad.train.views import Bounds, Points


@pytest.mark.parametrize("data", always(3, ["moons", "sine", "iris", "digits"]))
def test_a_sample_says_what_the_network_says(data: str) -> None:
    """Its loss is the one that its own program computes."""
    training = Training(replace(recipe(data), test=0.3))
    for _ in range(3):
        training.take_step()
    for tested in (False, True):
        about = sample(training.trainer, 5, tested=tested)
        session = Session(open_sample(training.trainer, training.trainer.state, 5, tested=tested))
        assert session.errors == ()
        make_move(session, "last")
        at = session.snapshot
        loss = next(at.row(node).data for node in at.nodes if at.row(node).label == "loss")
        assert loss == pytest.approx(about.loss, rel=1e-12)
        assert about.sentence.startswith("test sample 5: " if tested else "sample 5: ")
        assert ("Wrong: " in about.sentence) == about.wrong
        part = training.trainer.prepared.part(tested=tested)
        assert len(about.inputs) == part.points.shape[1]


@pytest.mark.parametrize(
    ("data", "loss"),
    [
        ("moons", "hinge"),
        ("moons", "bce"),
        ("moons", "softmax"),
        ("iris", "softmax"),
        ("iris", "mse"),
        ("sine", "mse"),
    ],
)
def test_its_program_is_the_graph_that_is_trained_node_for_node(data: str, loss: str) -> None:
    """The same operations on the same numbers in the same slots, and so the same grads, to the last bit."""
    training = Training(replace(recipe(data), loss=loss, hidden=(5, 3)))
    training.take_step()
    session = Session(open_sample(training.trainer, training.trainer.state, 7))
    make_move(session, "last")
    log, end = session.log, len(session.log)

    def found(node: int) -> tuple[object, ...]:
        return log.operation(node), log.extras[node], log.data(node, end), log.grad(node, end)

    ours, pending, met = [], [session.snapshot.names["loss"]], set()
    while pending:
        node = pending.pop()
        ours.append(found(node))
        if node not in met:
            met.add(node)
            pending += reversed(log.operands(node))
    theirs: list[tuple[object, ...]] = []
    with opened(training.trainer, training.trainer.state, 7) as graph:
        graph.loss.backward()
        waiting, seen = [graph.loss], set()
        while waiting:
            value = waiting.pop()
            theirs.append((value.op, value.extra, value.data, value.grad))
            if value not in seen:
                seen.add(value)
                waiting += reversed(value.prev)
    assert ours == theirs


def test_a_network_is_kept_to_the_last_bit_and_found_from_anywhere(tmp_path: Path) -> None:
    """Weights that are not finite as well; another network has another file, and the oldest go."""
    training = Training(replace(recipe("moons"), hidden=(2,)))
    weights = training.trainer.state.weights
    weights[:6] = [np.nan, np.inf, -np.inf, -0.0, 5e-324, 1 / 3]
    text = open_sample(training.trainer, training.trainer.state, 0)
    for folder in (None, str(tmp_path)):
        at = run_program(text, folder=folder).end
        numbers = [at.data(at.names[name]) for name in at.names if name.startswith("net.")]
        assert [*map(repr, numbers)] == [*map(repr, weights.tolist())]
    files = NetworkFiles()
    files.read(text)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(python_program(parse(text, files), "auto"), {})
    told = dict(line.split(" ", 1) for line in out.getvalue().splitlines())
    exported = [float(told[f"net.l0.n{n}.{part}"].split()[0]) for n in (0, 1) for part in ("w0", "w1", "b")]
    assert [*map(repr, exported)] == [*map(repr, weights.tolist()[:6])]
    weights[0] = 1.0
    assert open_sample(training.trainer, training.trainer.state, 0).splitlines()[1] != text.splitlines()[1]
    files = NetworkFiles(str(tmp_path))
    ((name, path),) = files.sources(text)
    assert f'"{name}"' in text.splitlines()[1]
    for number in range(MOST_NETWORKS):
        keep_network("{}", f"other{number}")
    assert not Path(path).exists()
    assert len(list(networks_folder().iterdir())) == MOST_NETWORKS
    assert "There is no file moons" in run_program(text, folder=str(tmp_path)).errors[0].message
    assert "no folder" in run_program(text).errors[0].message


def test_a_neighbour_lies_in_the_direction_that_was_asked_for() -> None:
    grid = [(x, y) for y in range(5) for x in range(5)]
    points = Points(
        np.array([float(x) for x, _ in grid]),
        np.array([float(y) for _, y in grid]),
        np.zeros(25, dtype=np.intp),
        np.zeros(25, dtype=bool),
        np.zeros(25, dtype=bool),
        np.arange(25),
    )
    bounds, middle = Bounds(0, 4, 0, 4), grid.index((2, 2))
    steps = {(1, 0): (3, 2), (-1, 0): (1, 2), (0, 1): (2, 3), (0, -1): (2, 1)}
    for (right, up), where in steps.items():
        assert grid[neighbour(points, bounds, middle, right, up)] == where
    corner = grid.index((4, 4))
    assert neighbour(points, bounds, corner, 1, 0) == neighbour(points, bounds, corner, 0, 1) == corner


def test_every_sample_of_a_plane_can_be_reached() -> None:
    """Walking in all four directions from anywhere."""
    trainer = Training(recipe("spirals")).trainer
    points, bounds = views.points(trainer), views.bounds(trainer)
    reached, open_ = {0}, [0]
    while open_:
        at = open_.pop()
        for direction in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            there = neighbour(points, bounds, at, *direction)
            if there not in reached:
                reached.add(there)
                open_.append(there)
    assert len(reached) > 0.95 * len(points.x)


def test_the_cells_of_the_confusion_table_name_their_samples() -> None:
    training = Training(recipe("iris"))
    for _ in range(40):
        training.take_step()
    table = views.confusion(training.trainer)
    for label in range(3):
        for said in range(3):
            members = views.counted(training.trainer, label, said)
            assert len(members) == table.counts[label, said]
            for place in members:
                about = sample(training.trainer, place, tested=True)
                assert (about.label, about.said) == (table.classes[label], table.classes[said])


def test_pictures_in_their_order_or_mistakes_first_and_never_too_large() -> None:
    trainer = Training(recipe("digits")).trainer
    wall = views.pictures(trainer, 6, mistakes_first=False)
    assert [picture.sample for picture in wall] == list(range(6))
    by_place = {picture.sample: picture for picture in views.pictures(trainer, 10_000)}
    assert all(by_place[each.sample].prediction == each.prediction for each in wall)
    small = views.pictures(trainer, 6, mistakes_first=False, largest=3)
    for picture, whole in zip(small, wall, strict=True):
        assert picture.pixels.shape == (3, 3)
        assert picture.pixels[0, 0] == pytest.approx(whole.pixels[:3, :3].mean())
    assert views.first_layer(trainer, 4, largest=4).shape == (4, 4, 4)


@pytest.mark.parametrize("data", BUILT_IN)
def test_settings_are_written_and_read_again(data: str) -> None:
    plain = recipe(data)
    assert written(plain) == {"data": data}
    other = plain
    for name in SETTINGS:
        if name not in ("data", "label"):
            other = nudged(other, name, 1)
    other = changed(other, "rate", "0.5 to 0.01 cosine")
    assert restored(written(other)) == other
    assert restored(written(Configuration())) == Configuration()


def test_an_epoch_in_slices_can_be_left_in_the_middle() -> None:
    training = Training(replace(recipe("moons"), hidden=(4,), batch=20, engine="eager"))
    slices = sum(1 for _ in training.taking_epoch())
    assert training.step == training.trainer.batches.per_epoch == 5
    assert slices > 5
    going = training.taking_epoch()
    next(going)
    going.close()
    assert training.step <= 6
    assert training.moment.live == len(training.trainer.state.weights)


def test_leaked_nodes_are_told_from_live_ones() -> None:
    training = Training(replace(recipe("moons"), points=10))
    training.switch_fault("leak")
    counts = []
    for _ in range(3):
        training.take_step()
        counts.append(training.moment.leaked)
    assert counts[0] > 0
    assert counts == [counts[0], 2 * counts[0], 3 * counts[0]]
    assert training.moment.live == counts[-1] + len(training.trainer.state.weights)
    training.rewind()
    assert training.moment.leaked == 0


def test_a_run_counts_its_steps_and_ends_where_it_is_paused() -> None:
    training = Training(recipe("moons"))
    training.take_step()
    training.run()
    for taken in training.going_on():
        if taken == 3:
            training.pause()
    assert (taken, training.step, training.running) == (3, 4, False)


@pytest.mark.parametrize(("fault", "phase"), [("stale", "zero_grad"), ("leak", "release"), ("rate", "")])
def test_what_happens_in_a_phase_is_said_of_the_step_that_was_taken(fault: str, phase: str) -> None:
    """A fault that leaves a phase out is not told as if it did not."""
    training = Training(replace(recipe("moons"), points=6))
    assert training.moment.happening == ""
    training.switch_fault(fault)
    training.take_step()
    training.open_step()
    for place, each in enumerate(training.phases):
        training.phase = place
        said = training.moment.happening
        assert said.startswith(f"{each.name}: ")
        assert ("left out" in said) == (each.name == phase)
        assert (PHASES[each.name] in said) == (each.name != phase)


def test_a_sample_and_a_place_are_said_in_the_datas_own_units(tmp_path: Path) -> None:
    table = tmp_path / "fruit.csv"
    rows = [(100 + 3 * i, 5 + i / 7, "ab"[i % 2]) for i in range(20)]
    table.write_text("weight,width,kind\n" + "".join(f"{x},{y},{k}\n" for x, y, k in rows))
    trainer = Training(replace(recipe(str(table)), test=0.2, loss="softmax")).trainer
    known = {(round(x, 9), round(y, 9)): k for x, y, k in rows}
    for tested, count in ((False, 16), (True, 4)):
        for index in range(count):
            about = sample(trainer, index, tested=tested)
            (_, x), (_, y) = about.inputs
            assert known[round(x, 9), round(y, 9)] == about.label
    about = sample(trainer, 0)
    said = probe(trainer, about.inputs[0][1], about.inputs[1][1])
    assert said.startswith(
        f"weight {about.inputs[0][1]:.4g}, width {about.inputs[1][1]:.4g}. Said: {about.said}"
    )
    assert f"({about.sure}), outputs " in said


@pytest.mark.parametrize(
    ("loss", "outputs", "said"),
    [
        ("hinge", [-1.534], "margin 1.53"), ("bce", [0.0], "50 %"), ("softmax", [0.0, 0.0, 0.0], "33 %"),
        ("mse", [0.2, 0.931], "output 0.931"), ("mse", [0.4], "output 0.4"),
    ],
)  # fmt: skip
def test_only_probabilities_are_said_to_be_some(loss: str, outputs: list[float], said: str) -> None:
    assert OBJECTIVES[loss].sureness(np.array(outputs)) == said


def test_a_sample_opened_in_the_middle_of_a_step_leaves_the_step_as_it_is() -> None:
    at = Configuration(points=20, hidden=(4,), engine="eager", steps=5)
    whole, disturbed = Trainer(at), Trainer(at)
    first = disturbed.state
    for trainer in (whole, disturbed):
        trainer.step()
    whole.step()
    slices = disturbed.stepping()
    next(slices)
    with opened(disturbed, first, 3) as graph:
        assert graph.loss.data > 0
    finish(slices)
    assert disturbed.state.weights.tolist() == whole.state.weights.tolist()


def test_a_sample_is_opened_with_the_label_that_it_is_taught_with() -> None:
    """Which the fault `swapped` makes another one of every third."""
    wrong = Trainer(Configuration(points=12, hidden=(3,), fault="swapped"))
    data = wrong.prepared.train
    taught = [data.classes[int(label)] for label in wrong.teaching.labels(data)]
    assert sum(one != data.classes[int(label)] for one, label in zip(taught, data.labels, strict=True)) == 4
    for place, label in enumerate(taught):
        program = open_sample(wrong, wrong.state, place)
        assert f"({data.label} {label})" in program.split("\n")[0]
        assert sample(wrong, place).label == label
