"""Whether the first line of a table holds names: it is judged by all that stands below it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from microcrad.data.cells import FORMS, GAPS, PLAIN, finite, word_of
from microcrad.data.survey import Column, Survey

__all__ = ["holds_names"]


def holds_names(survey: Survey) -> bool:
    """Whether the first line is unlike the others, as names are."""
    first, columns = survey.first, survey.columns
    if not any(first) or not survey.rows:
        return any(first) and all(finite(cell) is None for cell in first)
    pairs = [(cell, column) for cell, column in zip(first, columns, strict=True) if column.cells]
    if any(column.form and cell.lower() not in GAPS and not _reads(column, cell) for cell, column in pairs):
        return True
    of_numbers = [
        (FORMS[PLAIN].read(cell), c) for cell, c in pairs if c.form == PLAIN and cell.lower() not in GAPS
    ]
    of_words = [(cell, column) for cell, column in pairs if not column.form]
    if not of_numbers:
        return all(finite(cell) is None and word_of(cell) not in column.words for cell, column in of_words)
    if not of_words:
        return len(pairs) == len(of_numbers) > 2 and _count_on(of_numbers)
    named = {number for number, _ in of_numbers if number.is_integer()}
    outside = any(not c.forms[PLAIN][0] <= number <= c.forms[PLAIN][1] for number, c in of_numbers)
    alone = any(
        word_of(cell) not in column.words and min(column.words.values()) > 1 for cell, column in of_words
    )
    return alone and outside and len(named) == len(of_numbers)


def _reads(column: Column, cell: str) -> bool:
    try:
        FORMS[column.form].read(cell)
    except ValueError:
        return False
    return True


def _count_on(cells: Sequence[tuple[float, Column]]) -> bool:
    """Whether a line goes on by the same whole step, as years do, and is far from all that is below it.

    One that numbers the columns need only be outside of it.
    """
    numbers = [number for number, _ in cells]
    steps = {after - before for before, after in pairwise(numbers)}
    ranges = [column.forms[PLAIN] for _, column in cells]
    far = all(
        number < 2 * low - high or number > 2 * high - low
        for number, (low, high) in zip(numbers, ranges, strict=True)
    )
    outside = all(not low <= number <= high for number, (low, high) in zip(numbers, ranges, strict=True))
    numbered = outside and steps == {1.0} and numbers[0] in (0.0, 1.0)
    counts = len(steps) == 1 and 0 not in steps and all(number.is_integer() for number in numbers)
    return numbered or (far and counts)
