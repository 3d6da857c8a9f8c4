"""`microcrad diagnose` and `microcrad gradcheck`."""

from __future__ import annotations

import json
import math
import re

import pytest
from commands import NEURON, microcrad

from microcrad.examples import examples

NAN = "w = -0.5\nu = tanh(w)\nl = log(u)\nbackward(l)\n"
TWICE = "x = 3\ny = x**2\nbackward(y)\nbackward(y)\n"


def test_diagnose_says_what_where_and_what_to_do() -> None:
    result = microcrad("diagnose", "-", stdin=NAN)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "line 3, event 9: non-finite number",
        "  l = log(u) is the first nan; u = -0.4621, log needs u > 0.",
        "  Keep u above 0, as exp(u) + 1e-6 always is.",
    ]
    (line,) = microcrad("diagnose", "-", "--plain", stdin=NAN).stdout.splitlines()
    assert line.startswith(
        "found: non-finite number, line 3, event 9, node #2 l: l = log(u) is the first nan;"
    )


def test_diagnose_counts_events_as_explain_does() -> None:
    assert "data      nan" in microcrad("explain", "-", "l", "--at", "10", stdin=NAN).stdout
    assert microcrad("diagnose", "-", "--at", "9", stdin=NAN).exit_code == 1
    assert microcrad("diagnose", "-", "--at", "8", stdin=NAN).exit_code == 0
    assert microcrad("diagnose", "-", "--at", "99", stdin=NAN).exit_code == 2


def test_only_numbers_that_are_not_finite_fail() -> None:
    silent = microcrad("diagnose", "-", stdin="x = -2\ny = relu(x)\nbackward(y)\n")
    assert silent.exit_code == 0
    assert "silent nodes" in silent.stdout
    assert microcrad("diagnose", "-", stdin="z = 0\ny = sqrt(z)\nbackward(y)\n").exit_code == 1
    assert microcrad("diagnose", "-", stdin=NEURON).stdout.startswith("Every number and every grad is finite")


def test_json_of_a_diagnosis_is_strict() -> None:
    told = json.loads(
        microcrad("diagnose", "-", "--json", stdin="x = 2\ny = x*2000000\nbackward(y)\n").stdout
    )
    (found,) = told["findings"]
    assert (found["kind"], found["name"], found["line"], found["path"]) == ("exploding grad", "x", 3, [2, 0])
    assert told["event"] >= found["event"]


def test_gradcheck_prints_a_table_and_why() -> None:
    result = microcrad("gradcheck", "-", stdin=TWICE)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "name   value        grad      difference",
        "x         3          12           6       added up",
        "  grad is twice the slope: 2 backward passes added up. Call zero_grad first.",
        "",
        "backward(y) on line 4: 1 grad checked: 1 does not agree (x).",
    ]
    plain = microcrad("gradcheck", "-", "--plain", stdin=TWICE).stdout.splitlines()
    assert plain[0] == (
        "leaf x: value 3, grad 12, difference 6, added up: "
        "grad is twice the slope: 2 backward passes added up. Call zero_grad first."
    )
    assert len(plain) == 2


def test_gradcheck_at_an_earlier_moment_checks_the_pass_before() -> None:
    told = json.loads(microcrad("gradcheck", "-", "--json", stdin=TWICE).stdout)
    assert (told["line"], told["good"], told["leaves"][0]["grad"]) == (4, False, 12)
    result = microcrad("gradcheck", "-", "--json", "--at", "1", stdin=TWICE)
    told = json.loads(result.stdout)
    assert (told["line"], told["good"], told["leaves"][0]["grad"], result.exit_code) == (3, True, 6, 0)


def test_numbers_that_json_lacks_are_strings() -> None:
    told = json.loads(microcrad("gradcheck", "-", "--json", stdin=NAN).stdout)
    assert (told["leaves"][0]["difference"], told["leaves"][0]["verdict"]) == ("nan", "no slope")


def test_a_kink_is_no_failure_and_a_fault_is_named() -> None:
    kink = microcrad("gradcheck", "-", stdin="x = 0\ny = relu(x)\nbackward(y)\n")
    assert kink.exit_code == 0
    assert "kink" in kink.stdout
    fault = microcrad("gradcheck", "-", "--fault", "merged", stdin="x = 3\ny = x*x\nbackward(y)\n")
    assert fault.exit_code == 1
    assert "The fault merged is on, x*x as one edge; 6 is right." in fault.stdout


def test_without_backward_or_without_a_program_there_is_nothing_to_check() -> None:
    result = microcrad("gradcheck", "-", stdin="x = 3\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "never calls backward" in result.stderr
    for command in ("gradcheck", "diagnose"):
        broken = microcrad(command, "-", stdin="x = 3 +\n")
        assert (broken.exit_code, broken.stdout) == (1, "")
        assert "error" in broken.stderr


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.slug)
def test_every_example_can_be_diagnosed_and_its_grads_are_slopes(example: object) -> None:
    text = getattr(example, "text")  # noqa: B009
    assert "Traceback" not in microcrad("diagnose", "-", stdin=text).output
    if "backward" in text:
        told = json.loads(microcrad("gradcheck", "-", "--json", stdin=text).stdout)
        assert told["leaves"]


def test_plain_has_every_digit_in_sentences_too() -> None:
    """Of a diagnosis, a gradient check and what is largest; without it numbers are rounded as on screen."""
    steps = "w = 3\nfor i in range(3):\n  loss = w*w/7\n  backward(loss)\n  w.data = w.data - 0.1*w.grad\n"
    left = f"{3 * 2 / 7!r}"
    assert f"still {left}, from" in microcrad("diagnose", "-", "--plain", stdin=steps).stdout
    assert "still 0.8571, from" in microcrad("diagnose", "-", stdin=steps).stdout
    one_alone = r"this one alone brings (0\.7844|0\.784[0-9]{8,})\. "
    plain = microcrad("gradcheck", "-", "--plain", stdin=steps).stdout
    found = [re.search(one_alone, said) for said in (plain, microcrad("gradcheck", "-", stdin=steps).stdout)]
    assert [each[1] == "0.7844" for each in found if each] == [False, True]
    assert "from w*w: 0.42857142857142855" in microcrad("explain", "-", "w", "--plain", stdin=steps).stdout
    stop = microcrad("diagnose", "-", "--plain", stdin="w = -0.5\nu = tanh(w)\nl = log(u)\n").stdout
    assert f"u = {math.tanh(-0.5)!r}, log needs u > 0" in stop
