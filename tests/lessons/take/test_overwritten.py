"""Numbers that are written over, and those that may be written."""

from __future__ import annotations

from pathlib import Path

import pytest
from planted import changed
from takings import shipped

from lessons.catalogue import catalogue
from lessons.fields.scripts import ScriptMove
from lessons.format.lesson import Step
from lessons.format.loader import read_lesson
from lessons.take.copied import _leaves, copied
from lessons.take.overwritten import overwritten
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing
from microcrad.session.session import Session

CHECK = '{ is = "grad", node = "x", near = 3, rel = 1e-9 }'
LOOP = "w = 3\nfor i in range(2):\n  loss = w*w\n  backward(loss)\n  w.data = w.data - 0.1*w.grad\n"
GRAPH = "x = 3\ny = x*x\n"


def step(check: str, solution: str) -> Step:
    """A step with one check and a solution."""
    text = changed(('  { is = "fault", name = "merged" },\n', ""), (CHECK, check))
    text = text.replace('solution = [{ fault = "merged" }, { go = "end" }]', f"solution = {solution}")
    return read_lesson(text, Path("sound.md")).steps[2]


GRAD = step(CHECK, '{ append = "backward(y)" }')
ZERO = step('{ is = "grad", node = "x", near = 0, abs = 0 }', '{ append = "zero_grad()" }')
BY_HAND = step(CHECK, '{ append = "x.grad = y.grad * 2" }')
CLEARED = step('{ is = "data", node = "w", near = 1, abs = 0 }', '{ append = "  zero_grad()" }')
MOVED = step('{ is = "data", node = "x", near = 1, abs = 0 }', '{ append = "x.data = 5" }')
SUMMED = step(
    '{ is = "data", node = "total", near = 6, abs = 0 }', '{ append = "  total.data = total.data + w.data" }'
)
SUMS = "w = 3\ntotal = 0\nfor i in range(2):\n  total = total + w\n"
BUILT = step('{ is = "live", equals = 1, at = "end" }', '{ append = "z = 1" }')

ROWS = [
    (GRAD, GRAPH, "backward(y)\n", ""),
    (GRAD, GRAPH, "x.grad = 3\n", "line 3 sets x.grad by hand. Leave that to backward."),
    (GRAD, GRAPH, "x.grad = y.data / 3\n", "line 3 sets x.grad by hand"),
    (GRAD, GRAPH, "for i in range(2):\n  y.grad += 1\n", "line 4 sets y.grad by hand"),
    (GRAD, GRAPH, "backward(y)\nx = 5\n", "Line 4 makes x anew"),
    (GRAD, GRAPH, "backward(y)\nx = x*2\n", "Line 4 makes x anew"),
    (GRAD, GRAPH, "del x\nx = 5\n", "Line 4 makes x anew"),  # By the way of taking its name away, too.
    (GRAD, GRAPH, "z = 1\nz = 2\n", ""),  # Of z no number is looked at.
    (GRAD, GRAPH, "x.grad = 0\nbackward(y)\n", ""),  # That clears.
    (ZERO, GRAPH, "x.grad = 0\n", "line 3 sets x.grad by hand"),  # And that is the goal.
    (BY_HAND, GRAPH, "x.grad = 2*y.grad\n", ""),
    (BY_HAND, GRAPH, "x.grad = 2\n", "what line 3 sets x.grad to has to be worked out from a grad"),
    (BY_HAND, GRAPH, "x.grad = 2*y.data\n", "what line 3 sets x.grad to has to be worked out from a grad"),
    (BY_HAND, GRAPH, "z = y*2\nz.grad = y.grad\n", ""),  # A name of their own.
    (CLEARED, LOOP, "  w.grad = 0\n", ""),
    (CLEARED, LOOP, "w.data = 0.78\n", "what line 6 sets w.data to has to be worked out from"),
    (CLEARED, LOOP, "v = w\nv.data = 0.78\n", "what line 7 sets v.data to has to be worked out from"),
    (CLEARED, LOOP, "w = 0.78\n", "Line 6 makes w anew"),
    (CLEARED, LOOP, "def f(k):\n  w.data = k\nf(0.5)\n", "sets w.data to has to be worked out from"),
    (SUMMED, SUMS, "  total.data = total.data + w.data\n", ""),
    (SUMMED, SUMS, "  total = total + w.data\n", ""),
    (SUMMED, SUMS, "  total = 6\n", "Line 5 makes total anew"),  # The loop makes it anew, and works it out.
    (MOVED, GRAPH, "x.data = 7\n", ""),  # The solution writes a number too.
    (MOVED, GRAPH, "x.data = y.data\n", ""),
    (BUILT, GRAPH, "x.grad = 3\n", ""),  # No number is looked at.
]  # fmt: skip


@pytest.mark.parametrize(("task", "begun", "more", "said"), ROWS, ids=[repr(row[2]) for row in ROWS])
def test_what_is_written_over_is_told(task: Step, begun: str, more: str, said: str) -> None:
    found = overwritten(task, begun, begun + more)
    assert found == "" if not said else said in found


def by_hand(name: str) -> Step:
    """The task of a lesson in which a backward pass is written by hand."""
    return next(step for lesson in catalogue().lessons for step in lesson.steps if step.slug == name)


BEGUN = (
    "a = 2\nb = -3\nc = 10\nf = -5\ne = a*b\nd = e + c\nL = d*f\nL.grad = 1\nd.grad = f.data * L.grad\n"
    + ("f.grad = d.data * L.grad\ne.grad = 1 * d.grad\nc.grad = 1 * d.grad\n")
)
COPIES = [
    ("a.grad = b.data * e.grad\nb.grad = a.data * e.grad\n", ""),
    ("a.grad = -3 * e.grad\nb.grad = e.grad + e.grad\n", ""),  # The local slope as a number, and what came.
    ("k = b.data\na.grad = e.grad * k\nb.grad = a.data * f.data\n", ""),
    ("a.grad = 15 + 0*e.grad\nb.grad = a.data * e.grad\n", "what line 13 sets a.grad to stays the same"),
    ("a.grad = b.data * e.grad\nb.grad = e.grad - 5\n", ""),  # It moves; only the check can say more.
    (
        "a.grad = b.data * e.grad\nb.grad = e.grad - e.grad - 10\n",
        "what line 14 sets b.grad to stays the same",
    ),
    ("a.grad = b.data * e.grad\nb.grad = -10 + 1e-9*e.grad\n", "what line 14 sets b.grad to stays the same"),
    ("for i in range(15):\n  a.grad = a.grad + 1\nb.grad = a.data*e.grad\n", "what line 14 sets a.grad to"),
]


@pytest.mark.parametrize(("more", "said"), COPIES, ids=[repr(row[0]) for row in COPIES])
def test_what_is_worked_out_moves_with_the_numbers_it_is_worked_out_from(more: str, said: str) -> None:
    found = copied(by_hand("by-hand"), BEGUN, BEGUN + more, "auto")
    assert found == "" if not said else said in found


def test_a_program_runs_again_from_numbers_that_somebody_wrote() -> None:
    """And not from each of a net's: nothing would be left of the line that makes it."""
    program = 'net = GPT("ab", positions=2, size=2, heads=1, seed=1)\na = 2\nb = -3\nc = a*b\n'
    assert [leaf.name for leaf in _leaves(program)] == ["a", "b"]


def test_a_copied_number_passes_no_task() -> None:
    """And the lesson says so, rather than that the number was wrong."""
    lesson = shipped("chain-rule")
    taking = Taking(lesson, Session(), step="by-hand")
    ways = (
        "a.grad = 15 + 0*e.grad\nb.grad = a.data * e.grad",
        "a.grad = b.data*e.grad\nb.grad = a.data*e.grad",
    )
    found = [taking.attempted((ScriptMove("append", way), ScriptMove("go", "end"))) for way in ways]
    assert [each.verdict for each in found] == [Standing.NOT_YET, Standing.PASSED]
    assert "stays the same whatever the program begins with" in found[0].sentence


def test_a_sum_that_is_typed_in_or_copied_passes_no_task() -> None:
    lesson = next(each for each in catalogue().lessons if each.id == "outlive")
    taking = Taking(lesson, Session(), step="number")
    ways = ("18.4464", "18.4464 + 0*loss.data", "total + loss.data")
    found = [
        taking.attempted((ScriptMove("line", f"8   total = {way}"), ScriptMove("go", "end"))) for way in ways
    ]
    assert [each.verdict for each in found] == [Standing.NOT_YET, Standing.NOT_YET, Standing.PASSED]
    assert found[0].sentence.startswith("Line 8 makes total anew")
    assert "what line 8 sets total to stays the same" in found[1].sentence


def test_a_number_in_an_expression_moves_what_is_worked_out_from_it() -> None:
    """A part that is cut by itself is copied, by which function ever; a part of the whole is not."""
    lesson = next(each for each in catalogue().lessons if each.id == "explode")
    taking = Taking(lesson, Session(), step="clip")
    norm = "n = (a.grad**2 + b.grad**2)**0.5\n"
    ways = {
        "a.grad = a.grad / 100\nb.grad = min(b.grad, 4)": Standing.NOT_YET,
        "a.grad = 3 + 0*a.grad\nb.grad = 4 + 0*b.grad": Standing.NOT_YET,
        f"{norm}a.grad = 5*a.grad/n.data\nb.grad = 5*b.grad/n.data": Standing.PASSED,
        "k = 5/500\na.grad *= k\nb.grad *= k": Standing.PASSED,
    }
    for way, verdict in ways.items():
        found = taking.attempted((ScriptMove("append", way), ScriptMove("go", "end")))
        assert found.verdict is verdict, (way, found.sentence)
