"""The table of settings: reading, showing, turning, and what is refused with which words."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcrad.errors import SettingError
from microcrad.train.configuration import BUILT_IN, Configuration, recipe
from microcrad.train.rate import Rate
from microcrad.train.settings import SETTINGS, changed, differences, nudged

CONFIGURATIONS = [recipe(name) for name in BUILT_IN]


def test_the_table_has_a_row_for_every_field() -> None:
    assert set(SETTINGS) == {field.name for field in fields(Configuration)}


@pytest.mark.parametrize("row", SETTINGS.values(), ids=lambda row: row.name)
def test_what_is_shown_can_be_read_back(row: object) -> None:
    name = row.name  # type: ignore[attr-defined]
    setting = SETTINGS[name]
    values = [*setting.ladder, *(getattr(each, name) for each in CONFIGURATIONS)]
    assert values
    for value in values:
        if name != "label":
            assert setting.read(setting.show(value)) == value


def test_how_a_table_is_read_is_asked_of_tables_alone(tmp_path: Path) -> None:
    def asked(data: str) -> set[str]:
        at = recipe(data)
        return {"label", "kind", "encoding"} & {row.name for row in SETTINGS.values() if row.applies(at)}

    (tmp_path / "words.txt").write_text("anna\nbea\n")
    assert asked("mine.csv") == {"label", "kind", "encoding"}
    assert asked(str(tmp_path / "words.txt")) == {"kind", "encoding"}
    assert asked(str(tmp_path)) == asked("moons") == set()


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("hidden", "0", "'0'"),
        ("hidden", "1000000", "'1000000'"),
        ("hidden", "4 " * 9, "'4 4 4 4 4 4 4 4 4'"),
        ("hidden", "", "''"),
        ("hidden", "1_6", "'1_6'"),
        ("points", "3", "'3'"),
        ("points", "1e9", "'1e9'"),
        ("noise", "-0.1", "'-0.1'"),
        ("noise", "nan", "'nan'"),
        ("test", "95 %", "'95 %'"),
        ("test", "1000", "'1000'"),
        ("normalise", "perhaps", "'perhaps'"),
        ("seed", "-1", "'-1'"),
        ("loss", "huber", "'huber'"),
        ("batch", "0", "'0'"),
        ("steps", "0", "'0'"),
        ("penalty", "inf", "'inf'"),
        ("stop_loss", "0", "'0'"),
        ("stop_accuracy", "0", "'0'"),
        ("fault", "gremlins", "'gremlins'"),
        ("data", " ", "''"),
        ("engine", "warp", "'warp'"),
    ],
)
def test_a_bad_value_is_named_with_what_is_expected(name: str, text: str, found: str) -> None:
    with pytest.raises(SettingError) as error:
        changed(Configuration(), name, text)
    assert str(error.value) == f"{name}: found {found}, expected {SETTINGS[name].expects}."


def test_a_setting_that_does_not_exist_is_named() -> None:
    with pytest.raises(SettingError, match="there is no setting 'momentun': choose from data, "):
        changed(Configuration(), "momentun", "1")


@pytest.mark.parametrize("text", ["0", "-1", "inf", "nan", "1 to 0", "0 to 1", "0.1 x0 every 3", "1e999"])
def test_rates_are_above_zero(text: str) -> None:
    with pytest.raises(SettingError, match=r"^rate: found .*, expected a number above 0"):
        Rate.parse(text)


@pytest.mark.parametrize("text", ["", "fast", "1 to", "1 to 2 to 3", "0.1 x0.5", "0.1 x0.5 every 0.5", "١"])
def test_rates_have_four_forms(text: str) -> None:
    with pytest.raises(SettingError, match=r"^rate: found "):
        Rate.parse(text)


def test_a_rate_becomes_its_schedule() -> None:
    assert [Rate.parse("1 to 0.1").schedule(100)(step) for step in (0, 50, 100)] == pytest.approx(
        [1, 0.55, 0.1]
    )
    assert Rate.parse("1 to 0.1 cosine").schedule(100)(50) == pytest.approx(0.55)
    assert Rate.parse("1 to 0.1 cosine").schedule(100)(10) > Rate.parse("1 to 0.1").schedule(100)(10)
    assert [Rate.parse("0.4 x0.5 every 30").schedule(90)(step) for step in (29, 30, 60)] == [0.4, 0.2, 0.1]
    assert Rate.parse(" 5e-3 ").schedule(7)(6) == 0.005


@given(
    st.floats(1e-6, 1e3),
    st.none() | st.floats(1e-6, 1e3),
    st.booleans(),
)
def test_rates_can_be_read_back(start: float, end: float | None, cosine: bool) -> None:
    rate = Rate(float(f"{start:g}"), None if end is None else float(f"{end:g}"), cosine and end is not None)
    assert Rate.parse(str(rate)) == rate


@given(
    st.sampled_from(CONFIGURATIONS),
    st.lists(st.tuples(st.sampled_from([*SETTINGS]), st.sampled_from([1, -1]))),
)
def test_turning_stays_within_what_can_be_typed(start: Configuration, turns: list[tuple[str, int]]) -> None:
    at = start
    for name, direction in turns:
        at = nudged(at, name, direction)
        row = SETTINGS[name]
        if name != "label":
            assert row.read(row.show(getattr(at, name))) == getattr(at, name)


@pytest.mark.parametrize("name", ["data", "hidden", "batch", "rate", "seed", "loss", "stop_loss"])
def test_turning_up_and_down_comes_back(name: str) -> None:
    start = replace(Configuration(), stop_loss=0.1, batch=16)
    assert nudged(start, name, 1) != start
    there_and_back = nudged(nudged(start, name, 1), name, -1)
    assert getattr(there_and_back, name) == getattr(start, name)


@pytest.mark.parametrize(("value", "down", "up"), [(20, 16, 32), (3, 1, 4), (500, 128, 128)])
def test_a_value_between_two_notches_goes_to_the_nearest(value: int, down: int, up: int) -> None:
    at = replace(Configuration(), batch=value)
    assert (nudged(at, "batch", -1).batch, nudged(at, "batch", 1).batch) == (down, up)


def test_other_data_brings_what_suits_it_and_keeps_seed_engine_and_fault() -> None:
    at = replace(Configuration(), seed=7, engine="eager", fault="stale")
    digits = changed(at, "data", "digits")
    assert (digits.loss, digits.batch, digits.seed, digits.engine, digits.fault) == (
        "softmax", 32, 7, "eager", "stale",
    )  # fmt: skip
    assert [row.name for row in differences(at, replace(at, penalty=0.5, rate=Rate(2.0)))] == [
        "penalty",
        "rate",
    ]
