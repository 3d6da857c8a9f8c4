"""What `lessons progress gather` prints: a class as text, as facts, as CSV or as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict

from lessons.progress.class_table import ClassRow, ClassTable, Often
from microcrad.text.visible import visible
from tui.widgets.wrap import cell_len, fit, wrap

__all__ = ["as_csv", "as_json", "facts", "table"]

WIDTH = 78
MOST = 10
"""How many misconceptions and wrong answers stand under the table; CSV and JSON have all."""
_NAME = 28
_COLUMNS = ("learner", "lesson", "passed", "tries", "hints", "last day")
_CSV = (
    "learner", "lesson", "passed", "tasks", "tries", "hints", "solutions seen", "last day", "misconceptions",
)  # fmt: skip


def table(found: ClassTable) -> Iterator[str]:
    """A class in columns, and what was met and answered most."""
    names = max(map(cell_len, [_COLUMNS[0], *(row.learner for row in found.rows)]))
    lessons = max(map(cell_len, [_COLUMNS[1], *(row.lesson for row in found.rows)]))
    name, lesson = min(names, _NAME), min(lessons, _NAME)
    yield _line(name, lesson, *_COLUMNS)
    before = ""
    for row in found.rows:
        learner = row.learner if row.learner != before else ""
        before = row.learner
        last = "" if row.last is None else row.last.isoformat()
        yield _line(
            name, lesson, learner, row.lesson, f"{row.passed} of {row.tasks}", row.tries, row.hints, last
        )
    for title, often in (("Met most often:", found.met), ("Wrong answers given most often:", found.wrong)):
        if often:
            yield from ("", title)
            for each in often[:MOST]:
                yield from wrap(_often(each), WIDTH)


def facts(found: ClassTable) -> Iterator[str]:
    """A class, one fact a line."""
    for row in found.rows:
        seen = f", {row.seen} with the solution seen" if row.seen else ""
        last = f", last on {row.last}" if row.last is not None else ""
        done = f"{row.passed} of {row.tasks} passed{seen}, {_times(row.tries, 'try', 'tries')}"
        yield f"{row.learner}, {row.lesson}: {done}, {_times(row.hints, 'hint', 'hints')}{last}"
        yield from (f"{row.learner}, {row.lesson}, met: {sentence}" for sentence in row.met)
    yield from (f"met: {_often(each)}" for each in found.met)
    yield from (f"wrong answer: {_often(each)}" for each in found.wrong)


def as_csv(found: ClassTable) -> str:
    """A line for each learner and lesson. What a spreadsheet would work out is text there as well."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(_CSV)
    for row in found.rows:
        cells = (*_of(row), "; ".join(row.met))
        lines.writerow([_cell(each) for each in cells])
    return text.getvalue()


def as_json(found: ClassTable) -> str:
    """All of it, as one object."""
    return json.dumps(asdict(found), indent=1, ensure_ascii=False, default=str) + "\n"


def _of(row: ClassRow) -> tuple[object, ...]:
    last = "" if row.last is None else row.last.isoformat()
    return (row.learner, row.lesson, row.passed, row.tasks, row.tries, row.hints, row.seen, last)


def _cell(value: object) -> object:
    """A cell; one that would begin a formula is text."""
    if not isinstance(value, str):
        return value
    return visible(f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value)


def _often(each: Often) -> str:
    return f"{each.lesson}, {each.task}, {_times(each.learners, 'learner', 'learners')}: {each.what}"


def _times(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _line(name: int, lesson: int, *cells: object) -> str:
    learner, id_, passed, tries, hints, last = map(str, cells)
    row = f"{fit(learner, name)}  {fit(id_, lesson)}  {passed:>8}  {tries:>5}  {hints:>5}  {last}"
    return row.rstrip()
