"""Whether a lesson's text has room under the panes, so that both are in sight on a small screen.

It takes the rows that program and graph leave empty. How many those are is settled as a task begins, so that
nothing jumps while one types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.format.lesson import Step
    from lessons.take.taking import Taking

__all__ = ["answer_rows", "pane_rows", "rows_with", "text_rows"]

NARROWEST = 80
"""The width from which the panes stand side by side."""
_AROUND_PANES = 5
"""Their titles, the inspector's title and row, what is said, and the status."""
_AROUND_TEXT = 3
"""The titles of lesson and answer, and a row of what was made of the last attempt."""
_HEADER_AND_FOOTER = 2
_FEWEST, _MOST = 4, 10
"""How many rows program and graph need at least, and after how many they may as well scroll."""
_TRAINING = 14
"""How many rows training needs."""
_LEAST_TEXT = 2
"""How many rows of the text are left beside long feedback."""
_SPARE = 1
"""How many of the rows that are left are kept for longer feedback; the panes have the others."""


def pane_rows(taking: Taking, width: int, height: int, *, intro: bool) -> int:
    """The rows that a lesson's pane has under the panes for a task; 0 if there is no room for both.

    `intro` is whether what stands above the first task has to have room as well.
    """
    if width < NARROWEST:
        return 0
    wanted = _AROUND_TEXT + text_rows(taking, width, intro=intro) + answer_rows(taking.step, width)
    left = height - _HEADER_AND_FOOTER - _AROUND_PANES - _work_rows(taking) - wanted
    return wanted + min(left, _SPARE) if left >= 0 else 0


def rows_with(rows: int, feedback: str, step: Step, width: int) -> int:
    """The rows of a lesson's pane that was given some, once it says something long.

    The text gives up its own, but for two; the panes give the rest.
    """
    from lessons.check.fitting import rows as wrapped

    said = sum(wrapped(line, width - 2) for line in feedback.split("\n"))
    return max(rows, _AROUND_TEXT - 1 + _LEAST_TEXT + answer_rows(step, width) + said)


def text_rows(taking: Taking, width: int, *, intro: bool) -> int:
    """The rows of a task's text: its title, what is explained, and what to do."""
    from lessons.check.fitting import rows

    step, columns = taking.step, width - 4
    text = f"{step.prose}\n\n{step.task}" if step.prose else step.task
    above = taking.lesson.intro if intro and taking.index == 0 else ""
    return (rows(above, columns) + 1 if above else 0) + 1 + rows(text, columns)


def answer_rows(step: Step, width: int) -> int:
    """The rows of the field or of the choices."""
    from lessons.check.fitting import rows

    return sum(rows(choice.text, width - 6) for choice in step.choices) + step.answers


def _work_rows(taking: Taking) -> int:
    """The rows that the panes need: those of the program, with what the solution adds, and of a banner."""
    if taking.step.mode == "train":
        return _TRAINING
    begun = taking.here.begun.rstrip("\n").count("\n") + 1
    solution = taking.step.solution
    added = sum(str(move.value).strip("\n").count("\n") + 1 for move in solution if move.name == "append")
    added += sum(move.name == "insert" for move in solution)
    whole = [str(move.value).strip("\n").count("\n") + 1 for move in solution if move.name == "program"]
    lines = max(begun + added, *whole, 0)
    lines += bool(added or whole)  # One more where one writes, for the cursor after the last.
    faulty = taking.step.mystery or any(move.name == "fault" for move in solution)
    return min(max(lines, _FEWEST), _MOST) + faulty
