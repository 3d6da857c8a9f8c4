"""A sound lesson, and what tests change in it."""

from __future__ import annotations

from pathlib import Path

from lessons.check.validate import validate_lesson
from lessons.fields.problems import LessonError, Problem
from lessons.format.lesson import Lesson
from lessons.format.loader import read_lesson

SOUND = '''\
+++
format = 1
id = "sound"
title = "A sound lesson"
minutes = 2
setup = { program = """
x = 3
y = x*x
backward(y)
""" }

[[question]]
id = "square"
ask = "What is dy/dx at `x = {x}`?"
program = """
x = {x}
y = x*x
backward(y)
"""
numbers = { x = [2, 9] }
node = "x"
field = "grad"
abs = 1e-6
why = [{ answer = "{x}", say = "{x} is one slot of `x*x`." }]
explain = "Two slots of {x} each: {answer}."
+++
About `x` and `y`.

## Predict {#predict}
Two slots.

What is `x.grad` at the end?

```toml step
predict = true
asked = { node = "x", field = "grad" }
check = [
  { is = "answer", near = 6, abs = 1e-6 },
]
why = [
  { answer = 3, say = "3 is one slot. There are two." },
  { answer = 9, say = "9 is the product itself." },
]
hint = ["Count slots.", "3 for each."]
solution = [{ answer = "6" }, { go = "end" }]
explain = "3 and 3."
```

## Choose {#choose}
What does the fault `merged` lose?

```toml step
choices = [
  { id = "edge", text = "an edge" },
  { id = "node", text = "a node", why = "All nodes stay." },
]
check = [{ is = "choice", id = "edge" }]
solution = { choose = "edge" }
```

## Do {#do}
Switch `merged` on and go to the end.

```toml step
check = [
  { is = "fault", name = "merged" },
  { is = "grad", node = "x", near = 3, rel = 1e-9 },
]
why = [
  { id = "start", when = { is = "fault", name = "merged" }, attempt = [{ fault = "merged" }, { go = "start" }], say = "Nothing was sent yet." },
]
miss = [{ fails = 1, attempt = { go = "end" } }]
solution = [{ fault = "merged" }, { go = "end" }]
```
'''  # noqa: E501 - an inline table stands on one line.


def changed(*changes: tuple[str, str]) -> str:
    """The sound lesson with some texts replaced, each of which has to be there once."""
    text = SOUND
    for old, new in changes:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    return text


def lesson(*changes: tuple[str, str]) -> Lesson:
    """The sound lesson, changed, read."""
    return read_lesson(changed(*changes), Path("sound.md"))


def problems(text: str) -> list[Problem]:
    """Everything wrong with a lesson's text."""
    try:
        return validate_lesson(read_lesson(text, Path("sound.md")))
    except LessonError as error:
        return error.problems
