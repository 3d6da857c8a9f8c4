"""Names that are spelled alike, and the question that names them."""

from __future__ import annotations

from microcrad.text.near import did_you_mean, near


def test_the_likest_comes_first_and_only_as_many_as_asked_for() -> None:
    names = ["retain", "release", "relu", "backward"]
    assert near("relese", names) == ["release"]
    assert near("rel", names) == ["relu"]
    assert near("rel", names, most=2, alike=0.4) == ["relu", "release"]
    assert near("rel", names, most=3, alike=0.7) == ["relu"]
    assert near("xyz", names) == []


def test_two_letters_that_changed_places_are_still_meant() -> None:
    """And what is spelled alike by half is not: a wrong guess leads away."""
    assert did_you_mean("gard", ["grad", "data"]) == " Did you mean grad?"
    assert did_you_mean("tehta", ["theta"]) == " Did you mean theta?"
    assert did_you_mean("weight", ["height_of_a_tree"]) == did_you_mean("total", ["tanh"]) == ""


def test_a_question_follows_a_sentence_or_is_not_there() -> None:
    assert did_you_mean("relese", {"release": 1, "tanh": 2}) == " Did you mean release?"
    assert did_you_mean("rel", ["relu", "release"], most=2, alike=0.4) == " Did you mean relu or release?"
    assert did_you_mean("xyz", ["relu"]) == ""
