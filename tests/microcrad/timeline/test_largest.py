"""The largest terms of a sum, and the largest contributions to a grad."""

from __future__ import annotations

import pytest
from programs import snapshot

from microcrad.session.session import Session
from microcrad.timeline.inspection import inspect
from microcrad.timeline.largest import contributors, terms
from microcrad.timeline.snapshot import Snapshot
from microcrad.timeline.telling import Telling

DOT = """\
w = [1, -2, 3, 0.5, 4]
x = [2, 1, 0.1, 8, -1]
y = dot(w, x) + 1
z = y + w[0] + w[1]
s = x[0]*x[0] + x[0]*w[1] + relu(x[0]) + x[1]*x[1] + relu(x[1])
backward(s)
"""


def test_a_sum_s_terms_are_those_that_were_added() -> None:
    """Through partial sums without names, and not through what has one."""
    at = snapshot(DOT)
    labels = [at.label(node) for node in terms(at, at.names["y"])]
    assert labels == [*(f"w[{i}]*x[{i}]" for i in range(5)), "1"]
    assert [at.label(node) for node in terms(at, at.names["z"])] == ["y", "w[0]", "w[1]"]
    assert terms(at, at.names["x[1]"]) == [at.names["x[1]"]]


def test_the_largest_are_named_by_their_size() -> None:
    at = snapshot(DOT)
    said = inspect(at, at.names["y"]).largest
    assert said == ("largest of 6 terms: w[3]*x[3]: 4, w[4]*x[4]: -4, w[0]*x[0]: 2",)
    assert inspect(at, at.names["z"]).largest == (), "three are seen at a glance"
    said = inspect(at, at.names["x[0]"]).largest
    assert said == ("largest of 4 contributions: from x[0]*w[1]: -2, from x[0]*x[0]: 2, from x[0]*x[0]: 2",)
    assert inspect(at, at.names["x[1]"]).largest == (), "and so are three contributions"


def test_of_very_many_only_the_largest_are_asked_what_they_are_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A number that a loop uses ten thousand times is looked at within the time of a key."""
    at = snapshot("x = 2\ny = x\nfor i in range(400):\n    y = y*0.5 + x*0.5\nbackward(y)\n")
    asked: list[int] = []
    label = Snapshot.label

    def noting(self: Snapshot, node: int) -> str:
        asked.append(node)
        return label(self, node)

    monkeypatch.setattr(Snapshot, "label", noting)
    said = inspect(at, at.names["x"]).largest
    assert said == ("largest of 401 contributions: from x*0.5: 0.5, from x*0.5: 0.25, from x*0.5: 0.125",)
    assert len(asked) < 100


def test_before_a_number_is_there_nothing_is_said() -> None:
    at = snapshot(DOT)
    made = at.log.born[at.names["y"]]
    assert inspect(at.moved(made + 1), at.names["y"]).largest == ()


def test_what_contributed_most_comes_first() -> None:
    """Terms by their size; operands by slope times data, and of two alike the one that was computed."""
    at = snapshot(DOT + "p = 3 * (w[0] + 1)\nq = w[1] * (w[0] + 1)\nr = w[3] ** 2\n")
    names = at.names

    def said(name: str) -> list[str]:
        return [at.label(node) for node in contributors(at, names[name])]

    assert said("y") == ["w[3]*x[3]", "w[4]*x[4]", "w[0]*x[0]", "w[1]*x[1]", "1", "w[2]*x[2]"]
    assert said("p") == ["w[0] + 1", "3"]
    assert said("q") == ["w[0] + 1", "w[1]"]
    assert said("r") == ["w[3]"]
    assert said("w[0]") == []
    assert contributors(at.moved(at.log.born[names["y"]] + 1), names["y"]) == [], "it has no number yet"


def test_what_is_kept_back_has_no_order() -> None:
    session = Session("a = 2\nb = 3\ny = a + b")
    session.go(len(session.log))
    y = session.snapshot.names["y"]
    assert len(contributors(session.snapshot, y)) == 2
    session.veil(Telling(node="a", field="data"))
    assert contributors(session.snapshot, y) == []
