"""The largest terms of a sum, and the largest contributions to a grad."""

from __future__ import annotations

from programs import snapshot

from microcrad.timeline.inspection import inspect
from microcrad.timeline.largest import terms

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


def test_before_a_number_is_there_nothing_is_said() -> None:
    at = snapshot(DOT)
    made = at.log.born[at.names["y"]]
    assert inspect(at.moved(made + 1), at.names["y"]).largest == ()
