"""A GPT in training: one recording serves all words, with the numbers of each word's own graph."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from samples import always, spread

from microcrad.data.word_list import data_of, word
from microcrad.errors import SettingError
from microcrad.gpt import GPT, PARTS
from microcrad.session.session import Session
from microcrad.slices import finish
from microcrad.train import saved
from microcrad.train.configuration import MODELS, Configuration, recipe
from microcrad.train.letters import next_letters
from microcrad.train.opened import open_sample
from microcrad.train.rate import Rate
from microcrad.train.resuming import resuming, to_json
from microcrad.train.settings import changed, nudged
from microcrad.train.source import prepare, suiting
from microcrad.train.trainer import Trainer
from microcrad.train.training import Training
from microcrad.train.training_faults import TRAINING_FAULTS

WORDS = ("anna", "nal", "al", "la", "b", "ban")
SMALL = replace(
    recipe("names"), positions=6, size=4, heads=2, batch=3, steps=20, test=0.0, validation=0.0, engine="tape"
)
TEXT_FAULTS = tuple(name for name, row in TRAINING_FAULTS.items() if row.texts)


def trainer(at: Configuration = SMALL) -> Trainer:
    return Trainer(at, prepare(data_of("some", WORDS), at.test, False, at.seed, at.validation))


def same(at: Configuration, other: Configuration, steps: int) -> None:
    one, two = trainer(at), trainer(other)
    for _ in range(steps):
        assert one.step().loss == pytest.approx(two.step().loss, rel=1e-9)
        assert one.taken is not None
        assert two.taken is not None
        np.testing.assert_allclose(*(each.taken.gradient for each in (one, two)), rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(one.state.weights, two.state.weights, rtol=1e-9, atol=1e-12)
    assert not np.array_equal(one.state.weights, trainer(at).state.weights)


EVERY = [*((name, None) for name in MODELS if name != "gpt"), *(("gpt", name) for name in TEXT_FAULTS)]


@pytest.mark.parametrize(
    ("model", "fault"),
    [("gpt", None), *spread(3, EVERY)],
)  # fmt: skip
def test_the_recording_has_the_numbers_of_every_words_own_graph(model: str, fault: str | None) -> None:
    at = replace(SMALL, model=model, fault=fault)
    same(at, replace(at, engine="eager"), 4)


@pytest.mark.slow
def test_a_hundred_steps_agree_in_all_engines() -> None:
    same(SMALL, replace(SMALL, engine="eager"), 100)
    same(SMALL, replace(SMALL, engine="compiled"), 100)


def test_compiled_steps_are_those_of_the_tape() -> None:
    pytest.importorskip("llvmlite")
    at = replace(SMALL, engine="compiled")
    same(at, SMALL, 3)


def test_the_loss_is_that_of_the_models_own_words() -> None:
    one = trainer(replace(SMALL, batch=0))
    model = one.sync()
    assert isinstance(model, GPT)
    losses = [model.loss(word).data for word in WORDS]
    assert one.score(one.prepared.train).loss == pytest.approx(np.mean(losses), rel=1e-12)
    assert one.step().loss == pytest.approx(np.mean(losses), rel=1e-12)


def test_accuracy_counts_letters_and_none_after_the_end() -> None:
    one = trainer()
    model = one.sync()
    assert isinstance(model, GPT)
    right = every = 0
    for each in WORDS:
        tokens = model.tokens(each)
        logits = model(tokens[:-1])
        said = [max(range(len(row)), key=lambda i, row=row: row[i].data) for row in logits]
        right += sum(a == b for a, b in zip(said, tokens[1:], strict=True))
        every += len(said)
    assert one.score(one.prepared.train).accuracy == pytest.approx(right / every)


def test_a_fault_of_texts_changes_the_numbers_and_goes_back() -> None:
    one = trainer()
    before = one.score(one.prepared.train).loss
    for fault in TEXT_FAULTS:
        one.change(replace(SMALL, fault=fault))
        assert one.score(one.prepared.train).loss != before
        assert isinstance(one.model, GPT)
        assert one.model.without == {TRAINING_FAULTS[fault].without}
    one.change(SMALL)
    assert one.score(one.prepared.train).loss == before
    assert {TRAINING_FAULTS[fault].without for fault in TEXT_FAULTS} <= set(PARTS)


def test_models_without_a_part_have_fewer_parameters() -> None:
    counts = [len(trainer(replace(SMALL, model=model)).state.weights) for model in MODELS]
    whole, head, network, bigram = counts
    attention, wide, places = 4 * 4 * 4, 2 * 4 * 16, 6 * 4
    assert (head, network) == (whole - wide, whole - attention)
    assert bigram == whole - wide - attention - places


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"positions": 4}, "has 4 letters and takes 5 positions, not 4. Choose 5 or more"),
        ({"heads": 3}, "heads: 3 do not share a size of 4 evenly. Choose a divisor of 4"),
        ({"size": 256, "heads": 1, "layers": 8}, "size: 6,"),
        ({"fault": "dead"}, "fault: dead is for a model that reads no text"),
        ({"loss": "hinge"}, "the labels of some are letters of words. Choose letters"),
    ],
)  # fmt: skip
def test_settings_that_make_no_model_are_said(settings: dict[str, object], said: str) -> None:
    with pytest.raises(SettingError) as error:
        trainer(replace(SMALL, **settings))  # type: ignore[arg-type]
    assert said in str(error.value)


def test_a_batch_beyond_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("microcrad.train.models.MOST_PRODUCTS", 5000)
    with pytest.raises(SettingError, match=r"batch: so many words at once .* Choose up to 3"):
        trainer(replace(SMALL, batch=7))


def test_only_what_suits_a_text_is_offered() -> None:
    at = recipe("names")
    seen = set()
    for _ in TRAINING_FAULTS:
        at = nudged(at, "fault", 1)
        seen.add(at.fault)
    assert seen == {None, "stale", "leak", "rate", *TEXT_FAULTS}
    assert nudged(recipe("names"), "loss", 1).loss == "letters"
    assert nudged(recipe("moons"), "loss", -1).loss == "mse"


def test_a_text_file_is_read_as_words_unless_it_is_said_to_be_a_table(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text("anna\nbea\nal\n")
    at = changed(Configuration(), "data", str(path))
    assert at.reads_text
    assert at.loss == "letters"
    assert not changed(at, "kind", "classes").reads_text
    training = Training(replace(at, positions=8, size=4, heads=1, test=0.0, validation=0.0, steps=2))
    training.take_step()
    assert training.moment.metrics is not None
    path.write_text("1,2,a\n3,4,b\n5,6,a\n7,8,b\n")
    assert not at.reads_text  # It is a table now.
    table = tmp_path / "own.csv"
    table.write_text("anna\nbea\n")
    assert changed(recipe(str(table)), "kind", "text").reads_text


@pytest.mark.parametrize("optimiser", always(1, ("adam", "momentum", "sgd")))
def test_a_saved_run_goes_on_exactly(tmp_path: Path, optimiser: str) -> None:
    data, path = tmp_path / "own.txt", tmp_path / "run.json"
    data.write_text("\n".join(WORDS))
    at = replace(SMALL, data=str(data), optimiser=optimiser, points=0)
    whole, half = Training(at), Training(at)
    for _ in range(3):
        half.take_step()
    path.write_text(to_json(half.trainer, str(tmp_path)))
    again = finish(resuming(str(path)))
    for _ in range(6):
        whole.take_step()
    for _ in range(3):
        again.take_step()
    assert np.array_equal(whole.trainer.state.weights, again.trainer.state.weights)


def test_a_saved_model_is_the_one_that_was_trained(tmp_path: Path) -> None:
    one = trainer()
    one.step()
    path = tmp_path / "model.json"
    path.write_text(saved.to_json(saved.saved(one)))
    found = saved.load(str(path))
    assert isinstance(found, saved.SavedText)
    assert found.data == "some"
    model = one.sync()
    assert isinstance(model, GPT)
    assert found.model.next("an") == model.next("an")


def test_a_letter_is_opened_with_the_loss_that_train_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MICROCRAD_STATE", str(tmp_path / "state.toml"))
    one = trainer()
    for _ in range(3):
        one.step()
    read = word(one.prepared.train, 1)
    expected = next_letters(one, 1)
    for position, name in ((None, "loss"), (len(read), "loss")):
        session = Session(open_sample(one, one.state, 1, position=position))
        moment = session.snapshot
        (loss,) = (node for node in moment.nodes if moment.label(node) == name)
        losses = [each.loss for each in expected]
        right = sum(losses) / len(losses) if position is None else losses[position]
        assert moment.row(loss).data == pytest.approx(right, rel=1e-9)
        if position is not None:
            told = re.findall(r"^# (.*) (\d+) % of \S+: (\S+)$", session.text, re.MULTILINE)
            likeliest, share = expected[position].likeliest[0]
            assert told[0][0].startswith(f"{expected[position].right or 'the end'} comes,")
            assert told[-1][:2] == (told[-1][0], f"{100 * share:.0f}")
            assert told[-1][0].startswith(likeliest or "the end")
            assert {name for _, _, name in told} <= set(map(moment.label, moment.nodes))
            (row,) = re.findall(
                rf"^# {read[-1]} was read last: net.letters\[(\d+)\]$", session.text, re.MULTILINE
            )
            assert one.prepared.train.classes[int(row)] == read[-1]
    own = open_sample(one, one.state, 1, position=1, written=read[::-1])
    assert f'net.loss("{read[::-1]}", 1)' in own
    with pytest.raises(SettingError, match="has a quote or a backslash"):
        quoted = Trainer(SMALL, prepare(data_of("some", ['a"b', "b"]), 0.0, False, 0))
        open_sample(quoted, quoted.state, 0)
        open_sample(quoted, quoted.state, 1)
    monkeypatch.setattr("microcrad.train.opened.MOST_NODES", 100)
    with pytest.raises(SettingError, match="Choose an earlier position, a shorter word or a smaller model"):
        open_sample(one, one.state, 1)


@pytest.mark.parametrize("fault", TEXT_FAULTS)
def test_a_run_with_a_fault_is_saved_and_goes_on(tmp_path: Path, fault: str) -> None:
    data, path = tmp_path / "own.txt", tmp_path / "run.json"
    data.write_text("\n".join(WORDS))
    training = Training(replace(SMALL, size=2, heads=1, data=str(data), points=0, fault=fault))
    training.take_step()
    path.write_text(to_json(training.trainer, str(tmp_path)))
    again = finish(resuming(str(path)))
    assert np.array_equal(again.trainer.state.weights, training.trainer.state.weights)
    again.take_step()
    assert again.step == 2


def test_long_words_are_given_positions_unless_others_were_chosen() -> None:
    samples = data_of("some", ["a" * 21, "b"])
    assert suiting(recipe("names"), samples).positions == 22
    assert suiting(recipe("names"), data_of("some", ["ab", "b"])).positions == 16
    assert suiting(replace(recipe("names"), positions=8), samples).positions == 8
    assert suiting(recipe("names"), samples, ["positions"]).positions == 16


def test_what_overflows_is_told_in_a_line(tmp_path: Path) -> None:
    data = tmp_path / "own.txt"
    data.write_text("\n".join(WORDS))
    training = Training(replace(SMALL, data=str(data), points=0, rate=Rate(1e6), optimiser="sgd", steps=50))
    for _ in range(50):
        training.take_step()
    assert training.stop is not None
    assert training.stop.reason == "not finite"
    assert len(training.stop.fact) < 600
    assert "Rewind, and train with a lower rate." in training.stop.fact


def test_a_change_that_is_left_while_it_is_recorded_changes_nothing() -> None:
    """Not the model, which is trained on meanwhile, nor what is recorded already."""
    one, other = trainer(), trainer()
    one.step()
    changing = one.changing(replace(SMALL, fault="no-mask", penalty=0.01))
    next(changing)
    one.step()
    next(changing)
    changing.close()
    assert (one.configuration, one.model.without) == (SMALL, other.model.without)  # type: ignore[union-attr]
    other.step()
    other.step()
    np.testing.assert_array_equal(one.state.weights, other.state.weights)
    one.change(replace(SMALL, fault="no-mask", penalty=0.01))
    assert one.configuration.fault == "no-mask"
    assert one.step().loss != other.step().loss


def test_a_run_goes_over_to_other_settings_in_slices() -> None:
    """A run goes on until all is there; left early, it goes on as it was."""
    training = Training(SMALL, prepare(data_of("some", WORDS), 0.0, False, SMALL.seed))
    training.take_step()
    wanted = replace(SMALL, size=8)
    left = training.taking_over(wanted, training.trainer.prepared, "size")
    share = next(share for share in left if share)
    left.close()
    assert (training.configuration, training.step) == (SMALL, 1)
    assert 0 < share < 1
    assert finish(training.taking_over(wanted, training.trainer.prepared, "size"))
    assert (training.configuration, training.step) == (wanted, 0)
    assert training.notice.endswith("starts anew from step 0, 1 steps gone.")
