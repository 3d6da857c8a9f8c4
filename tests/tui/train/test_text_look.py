"""A model of words on screen: what comes next, where it looks, what it writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from screens import MakeApp, screen_text, until
from training import open_train, train_of

from microcrad.data.word_list import data_of
from microcrad.train.configuration import recipe
from microcrad.train.history import Curve
from microcrad.train.source import prepare
from microcrad.train.trainer import Trainer
from tui.help import help_on
from tui.train.boundary import Boundary
from tui.train.loss_curve import _axis
from tui.train.text_look import TextLook, TextView
from tui.train.text_painting import position_at
from tui.widgets import work

WORDS = ("anna", "nal", "al", "la", "b", "ban")
SMALL = replace(
    recipe("names"), positions=6, size=4, heads=2, steps=20, test=0.0, validation=0.0, engine="tape"
)


def look(**settings: object) -> tuple[TextLook, Trainer]:
    at = replace(SMALL, **settings)  # type: ignore[arg-type]
    return TextLook(), Trainer(at, prepare(data_of("some", WORDS), 0.0, False, at.seed))


def moved(one: TextLook, trainer: Trainer, right: int, up: int) -> TextView:
    one.move(right, up)
    return one.look(trainer, moving=False)


def test_arrows_go_to_words_and_to_positions_and_stay_within_them() -> None:
    one, trainer = look()
    first = one.look(trainer, moving=False)
    assert (first.face, first.position) == ("next", 0)
    assert moved(one, trainer, 0, 1).position == 0
    assert moved(one, trainer, 0, -1).position == 1
    assert f"After {first.word[:1]!r} it expects " in one.sentence
    for _ in range(9):
        last = moved(one, trainer, 0, -1)
    assert last.position == len(first.word)
    assert one.sentence.endswith(f"It is the end, loss {last.expected[-1].loss:.3g}.")
    second = moved(one, trainer, 1, 0)
    assert (second.position, second.word == first.word) == (0, False)
    assert "At the beginning it expects " in one.sentence
    assert moved(one, trainer, -1, 0).word == first.word
    assert {moved(one, trainer, 1, 0).word for _ in WORDS} == set(WORDS)


def test_in_attention_they_go_to_heads_and_what_is_said_is_in_the_picture() -> None:
    one, trainer = look()
    one.turn()
    view = one.look(trainer, moving=False)
    assert view.attention is not None
    while len(view.word) < 2:
        one.place += 1
        view = one.look(trainer, moving=False)
    view = moved(one, trainer, 1, -1)
    assert (view.head, view.position) == (1, 1)
    shares = view.attention.heads[1][1][1]
    most = int(shares.argmax())
    said = view.word[0] if most else "the beginning"
    assert one.sentence == (
        f"After {view.word[0]!r}, head 1 looks most at {said}, position {most}: {100 * shares[most]:.0f} %."
    )
    assert moved(one, trainer, 1, 0).head == 0  # Round again.


def test_a_model_without_attention_is_still_told_of() -> None:
    one, trainer = look(model="network")
    one.turn()
    view = one.look(trainer, moving=False)
    assert view.attention is None
    assert "it expects" in one.sentence


def test_what_it_writes_follows_the_temperature() -> None:
    one, trainer = look()
    one.turn(), one.turn()
    view = one.look(trainer, moving=False)
    assert (view.face, len(view.written), view.temperature) == ("samples", 10, 0.5)
    for _ in range(9):
        cold = moved(one, trainer, -1, 0)
    assert cold.temperature == 0.1
    assert len(set(cold.written)) < 10
    assert one.sentence == "Temperature 0.1: nearly always the likeliest letter."
    assert one.look(trainer, moving=True).written == cold.written  # Not at every frame.


def test_a_click_goes_to_the_position_of_its_row() -> None:
    one, trainer = look()
    view = one.look(trainer, moving=False)
    assert [position_at(view, y) for y in (1, 2, 3)] == [None, 0, 1]
    assert position_at(view, 3 + len(view.word)) is None


def test_losses_to_beat_have_room_beside_the_curve() -> None:
    curve = Curve()
    curve.extend([0], [0.3])
    axis = _axis([curve], [3.3, 2.4])
    assert axis is not None
    assert axis.low <= 0.3
    assert axis.high >= 3.3
    assert _axis([], [3.3]) is None


async def test_words_are_learned_looked_at_and_opened_by_keyboard(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "own.txt"
    data.write_text("\n".join(WORDS))
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        training = await open_train(pilot)
        await pilot.press("m")  # The network is of no use to who reads words.
        assert training.configure(replace(SMALL, data=str(data), size=2, heads=1, points=0))
        await pilot.press("s")
        await until(pilot, lambda: "What comes next" in screen_text(app))
        text = screen_text(app)
        assert "so far  next   loss  expected" in text
        assert "To beat: 1.61 with all letters alike" in text
        assert "Network" not in text.partition("One step")[0]
        await pilot.press("m")
        await until(pilot, lambda: "─ Attention ─" in screen_text(app))
        assert "head 0" in screen_text(app)
        await pilot.press("m")
        await until(pilot, lambda: "─ What it writes ─" in screen_text(app))
        assert "temperature 0.5" in screen_text(app)
        boundary = app.query_one(Boundary)
        assert help_on(boundary, app.stage, ())._title == "What it writes"
        await pilot.press("f")
        await until(pilot, lambda: "no mask" in screen_text(app))
        assert "labels swapped" not in screen_text(app)  # It is for others.
        await pilot.press("escape")
        changes = train_of(app).changes
        monkeypatch.setattr(work, "SLICE_SECONDS", 0.0)
        changes.switch_fault("no-mask")
        assert "recording own.txt: " in screen_text(app)
        assert training.configuration.fault is None
        await pilot.press("escape")
        assert "Stopped. Training stands where it stood." in screen_text(app)
        changes.switch_fault("no-mask")
        changes.turn("clip", 1)  # While that is recorded.
        await until(pilot, lambda: training.configuration.fault == "no-mask")
        assert training.configuration.clip is not None
        changes.turn("clip", -1)
        changes.switch_fault(None)
        changes.switch_fault("no-mask")
        await until(pilot, lambda: "stays; r begins anew." in screen_text(app))
        assert training.set("steps", "1")
        changes.switch_fault(None)
        await until(pilot, lambda: "This run is complete: r rewinds, then space." in screen_text(app))
        await pilot.press("m", "right", "down", "enter")
        await until(pilot, lambda: "net.loss(" in screen_text(app))
        assert ", 1)" in app.playground.session.text


def test_a_word_of_its_own_is_chosen_and_its_last_letter_is_opened() -> None:
    one, trainer = look()
    for _ in range(2):
        one.turn()
    first = one.look(trainer, moving=False)
    assert (first.face, first.chosen, first.own) == ("samples", 0, first.written[0])
    second = moved(one, trainer, 0, -1)
    assert (second.own, second.written) == (first.written[1], first.written)
    assert moved(one, trainer, 0, 1).chosen == 0
    assert moved(one, trainer, 0, 1).chosen == 0
    one.turn()
    assert one.look(trainer, moving=False).own == ""
