"""What is saved is refused in the same words, be it of another sort, newer, or damaged at a named place."""

from __future__ import annotations

import pytest

from microcrad.errors import ContentError, NewerError
from microcrad.files.saved_things import SavedFormat
from microcrad.files.types import COUNT, FINITE, FLAG, TEXT, one_of

JSON = SavedFormat("a saved cup", 2, "cup")
TOML = SavedFormat("the tea", 2, choose="", again="")
HEAD = '{"format": "cup", "version": 2'


def refused(form: SavedFormat, text: str) -> str:
    with pytest.raises(ContentError) as caught:
        form.read(text, "it").take("x", TEXT)
    assert isinstance(caught.value, NewerError) == ("newer microcrad" in str(caught.value))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "line 1, column 2 is not JSON (Expecting property name enclosed in double quotes)"),
        ("[" * 100_000, "its numbers or brackets are beyond all measure"),
        (HEAD + ', "x": ' + "9" * 5000 + "}", "its numbers or brackets are beyond all measure"),
        ("[]", 'expected an object with "format": "cup"'),
        ('{"format": "jug", "version": 2}', 'expected an object with "format": "cup"'),
    ],
    ids=["cut", "brackets", "digits", "list", "format"],
)
def test_another_sort(text: str, why: str) -> None:
    assert refused(JSON, text) == f"it is not a saved cup: {why}. Choose a file that microcrad saved."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("version", "it is not TOML ("),
        ("x = " + "[" * 20_000, "its numbers or brackets are beyond all measure."),
        ("x = " + "9" * 5000, "its numbers or brackets are beyond all measure."),
        ("x = 2026-02-31", "it is not TOML ("),
    ],
    ids=["cut", "brackets", "digits", "date"],
)
def test_what_is_no_toml(text: str, why: str) -> None:
    assert refused(TOML, text).startswith(f"it is not the tea: {why}")


def test_what_a_newer_version_saved_is_not_damaged() -> None:
    said = (
        "it was saved by a newer microcrad: its version is 3, and this one reads up to 2. "
        "Update microcrad; the file stays as it is."
    )
    assert refused(JSON, '{"format": "cup", "version": 3}') == refused(TOML, "version = 3") == said


@pytest.mark.parametrize("version", ["1", "0", "-1", "true", '"2"', "2.0", "[]"])
def test_versions_that_never_were(version: str) -> None:
    assert "it is damaged: version is " in refused(TOML, f"version = {version}")
    assert "expected 2. Save it again." in refused(JSON, f'{{"format": "cup", "version": {version}}}')


def test_the_place_of_what_is_damaged_is_named() -> None:
    assert refused(JSON, HEAD + "}") == "it is damaged: x is missing, expected a text. Save it again."
    assert refused(TOML, "version = 2\nx = 2026-01-01") == (
        'it is damaged: x is "2026-01-01", expected a text.'
    )
    top = JSON.read(HEAD + ', "rows": [{"n": 1}, {"n": -1}, 3], "of": {"a": {"n": 2}, "b": 1}}', "it")
    with pytest.raises(ContentError, match=r"rows\[2\] is 3, expected an object"):
        top.rows("rows")
    with pytest.raises(ContentError, match=r"of\.b is 1, expected an object"):
        top.tables("of")
    with pytest.raises(ContentError, match=r"rows is a list of 3, expected an object"):
        top.inner("rows")
    with pytest.raises(ContentError, match=r"of is a object of 2, expected a list"):
        top.rows("of")
    rows = JSON.read(HEAD + ', "rows": [{"n": 1}, {"n": -1}]}', "it").rows("rows")
    assert rows[0].take("n", COUNT) == 1
    with pytest.raises(ContentError, match=r"rows\[1\]\.n is -1, expected a whole number from 0"):
        rows[1].take("n", COUNT)
    table = TOML.read("version = 2\n[a]\nb = 1", "it")
    with pytest.raises(ContentError, match=r"a\.b is 1, expected a table"):
        table.tables("a")
    assert table.maybe("none", TEXT, "default") == "default"
    with pytest.raises(ContentError, match=r"version is 2, expected a text"):
        table.maybe("version", TEXT, "default")


def test_lists_of_numbers() -> None:
    top = JSON.read(HEAD + ', "n": [1, 2.5, 1e400]}', "it")
    assert top.numbers("n", [1, 2.5], 2, FINITE) == [1.0, 2.5]
    with pytest.raises(ContentError, match=r"n is 3 numbers, expected a list of 2 numbers"):
        top.numbers("n", top.found["n"], 2, FINITE)
    with pytest.raises(ContentError, match=r"n\[2\] is Infinity, expected a finite number"):
        top.numbers("n", top.found["n"], 3, FINITE)


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        (COUNT, [0, 2**53 - 1], [-1, 2**53, True, 1.0, "1", None]),
        (FINITE, [0, -1.5, 10**300], [float("inf"), float("nan"), 10**400, True, "1"]),
        (FLAG, [True, False], [0, 1, "true"]),
        (one_of(["a", "b"]), ["a", "b"], ["c", "", None, [], {}]),
    ],
    ids=["count", "finite", "flag", "one of"],
)
def test_types(type_: object, good: list[object], bad: list[object]) -> None:
    accepts = type_.accepts  # type: ignore[attr-defined]
    assert all(map(accepts, good))
    assert not any(map(accepts, bad))
