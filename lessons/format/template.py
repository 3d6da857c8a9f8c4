"""The lesson that `microcrad lessons new` writes: sound as it is, and showing each sort of step."""

from __future__ import annotations

__all__ = ["new_lesson", "title_of"]


_WIDEST = 34
"""Columns that a title has beside the playground."""


def new_lesson(id_: str) -> str:
    """The text of a new lesson."""
    return _TEMPLATE.replace("ID", id_).replace("TITLE", title_of(id_))


def title_of(id_: str) -> str:
    """The title that a new lesson begins with: the words of its id, as many as there is room for."""
    return id_.replace("-", " ").capitalize()[:_WIDEST].rstrip()


_TEMPLATE = '''\
+++
format = 1
id = "ID"                       # permanent: progress is kept by it
title = "TITLE"
misconception = "What do learners wrongly believe before this lesson?"
needs = []
setup = { program = """
x = 3
y = x*x
backward(y)
""" }

[[question]]
id = "again"
ask = "With `x = {x}` and `y = x*x`: what is dy/dx?"
program = """
x = {x}
y = x*x
backward(y)
"""
numbers = { x = [2, 9] }
node = "x"
field = "grad"
abs = 1e-6
why = [{ answer = "{x}", say = "{x} is one slot of `x*x`. `x` stands in two." }]
explain = "{x} for each of the two slots: {answer}."
+++
What this lesson is about, in two or three sentences.

## Predict {#predict}
What one has to know. `x` and `y` are nodes; names in backticks have to be names in the program.

Before it runs: what is `x.grad` at the end?

```toml step
predict = true
asked = { node = "x", field = "grad" }
check = [
  { is = "answer", near = 6, abs = 1e-6 },
]
why = [
  { answer = 9, say = "9 is `y` itself. The question is how fast it moves." },
  { answer = 3, say = "3 is one slot of `x*x`. `x` stands in both." },
]
hint = ["A hint.", "A stronger hint."]
solution = [{ answer = "6" }, { go = "end" }]
explain = "What the number means."
```

## Do {#do}
Now something to do in the playground.

Add a node `z`, twice as much as `y`.

```toml step
check = [
  { is = "equivalent", node = "z", to = "2*y", rel = 1e-9, at = "end" },
]
why = [
  { when = { is = "equivalent", node = "z", to = "y*y", rel = 1e-9, at = "end" }, attempt = { append = "z = y*y" }, say = "That is `y` times itself." },
]
hint = ["Write `z = ...`"]
solution = { append = "z = 2*y" }
```
'''  # noqa: E501 - an inline table stands on one line.
