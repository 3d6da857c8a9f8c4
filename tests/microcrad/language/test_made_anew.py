"""Steps of gradient descent that make a new node: what is said of them, and what is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lessons
from microcrad.diagnosis.diagnosis import Trouble, diagnose
from microcrad.examples import examples
from microcrad.language.parser import parse
from microcrad.run.result import run_program

STEP = "w = 5\nlr = 0.1\nfor k in range(4):\n    loss = (w - 2)**2\n    backward(loss)\n    {}\n"


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("w -= lr*w.grad", "w.data -= lr.data*w.grad"),
        ("w = w - 0.1*w.grad", "w.data = w.data - 0.1*w.grad"),
        ("w = w - w.grad * lr.data  # down", "w.data = w.data - w.grad * lr.data"),
        ("w += -0.1 * w.grad", "w.data += -0.1 * w.grad"),
    ],
)
def test_what_it_makes_and_what_to_write(line: str, instead: str) -> None:
    """The notice and the diagnosis say so, and what they say to write has the same numbers and no finding."""
    run = run_program(STEP.format(line))
    fact = (
        "Line 6 makes w a new node of the old one: it is no leaf any more, and backward goes on into the old "
        f"one. To change its number, write {instead}."
    )
    assert run.program.notice == fact
    (found,) = [each for each in diagnose(run.end) if each.kind is Trouble.ANEW]
    assert (found.line, found.repair) == (
        6,
        f"Write {instead}, which changes the number and leaves the node.",
    )
    assert "the last backward went through 3 nodes that it made and on to the first" in found.sentence
    mended = run_program(STEP.format(instead + "\n    zero_grad(w)"))
    assert mended.program.notice == ""
    assert [each.kind for each in diagnose(mended.end)] == []
    assert mended.end.row(mended.end.names["w"]).data == pytest.approx(run.end.row(run.end.names["w"]).data)


@pytest.mark.parametrize(
    ("text", "name", "instead"),
    [
        (
            "for i in range(2):\n    w[i] = w[i] - 0.1*w[i].grad",
            "w[i]",
            "w[i].data = w[i].data - 0.1*w[i].grad",
        ),
        ("w = [e - 0.1*e.grad for e in w]", "w[0]", "for p in w: and below it p.data -= 0.1 * p.grad"),
    ],
)
def test_of_lists(text: str, name: str, instead: str) -> None:
    program = parse(f"w = [1, 2]\nbackward(w[0]*w[1])\n{text}\nbackward(w[0]*w[1])\n")
    (found,) = program.made_anew
    assert (found.name, found.instead) == (name, instead)
    loop = re.sub(" and below it", "\n   ", instead)
    assert (
        parse(f"w = [1, 2]\nfor i in range(2):\n    {loop.replace(chr(10), chr(10) + '    ')}\n").errors == ()
    )


def test_a_step_with_no_backward_after_it_is_no_finding() -> None:
    run = run_program("w = 5\nbackward(w*w)\nw -= 0.1*w.grad\n")
    assert run.program.notice.startswith("Line 3 makes w a new node")
    assert diagnose(run.end) == ()


@pytest.mark.parametrize(
    "line",
    [
        "w.data -= 0.1*w.grad",
        "v = w - 0.1*w.grad",
        "w = w*2",
        "w = w - 0.1*lr.grad",
        "g = w.grad\n    w = w - g",
    ],
)
def test_nothing_is_said_of_other_lines(line: str) -> None:
    assert parse(STEP.format(line)).made_anew == ()


def test_no_example_and_no_lesson_starts_with_one() -> None:
    texts = [example.text for example in examples()]
    for path in (Path(lessons.__file__).parent / "content").glob("*.md"):
        texts += re.findall(r'(?s)\bprogram = """(.*?)"""', path.read_text(encoding="utf-8"))
    assert len(texts) > 60
    assert [text for text in texts if parse(text).made_anew] == []
