"""What a step says of itself."""

from __future__ import annotations

from dataclasses import replace

from planted import lesson

from lessons.fields.scripts import ScriptMove


def test_editing_begins_on_the_line_that_a_task_names_or_where_it_wants_one() -> None:
    step = lesson().steps[2]
    assert step.line_to_edit(3) is None
    assert replace(step, task="Change the number on line 2.").line_to_edit(3) == 2
    assert replace(step, task="Change the number on line 5.").line_to_edit(3) is None
    assert replace(step, task="Line 2 is like line 1: change line 3, and line 2.").line_to_edit(3) is None
    assert replace(step, solution=(ScriptMove("append", "z = 1"),)).line_to_edit(4) == 4
