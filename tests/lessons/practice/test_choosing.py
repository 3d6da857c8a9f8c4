"""Which made task comes next, and how what was done moves the levels."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lessons.practice.choosing import next_task, stands, weights
from lessons.practice.made import FIRST, SORTS, make
from lessons.progress.progress import HARDEST, Practised, Progress, StepProgress, from_toml, to_toml
from lessons.take.tried import Tried

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
ALL = Progress(practice={sort: Practised() for sort in SORTS})


def test_what_is_missed_comes_more_often_and_what_is_mastered_seldom() -> None:
    missed = ALL.practised("leak", NOW, 1, right=False, seen=False)
    mastered = replace(missed, practice={**missed.practice, "order": Practised(HARDEST, streak=1)})
    found = weights(mastered)
    assert found["leak"] > 2 * found["gradient"] > 4 * found["order"] > 0
    random_, before, came = random.Random(1), None, []
    for _ in range(90):
        before = next_task(mastered, random_, before)
        came.append(before.sort)
    assert came.count("leak") > came.count("gradient") > came.count("order") > 0


def test_no_two_in_a_row_are_alike() -> None:
    random_, before = random.Random(2), None
    for _ in range(60):
        task = next_task(ALL, random_, before)
        assert before is None or task.sort != before.sort
        before = task
    for _ in range(60):
        task = next_task(ALL, random_, before, sort="order", level=1)
        assert before is None or task.setup != before.setup
        before = task


def test_two_in_a_row_lead_to_the_next_level_and_a_miss_is_owed() -> None:
    done = Practised()
    for level in range(1, HARDEST):
        for _ in range(2):
            assert done.level == level
            done = done.after(NOW, level, right=True, seen=False)
    assert (done.level, done.right, done.missed) == (HARDEST, 2 * (HARDEST - 1), 0)
    assert done.after(NOW, HARDEST, right=True, seen=False).level == HARDEST
    tried = done.after(NOW, HARDEST, right=False, seen=False)
    assert (tried.level, tried.owed, tried.streak) == (HARDEST, 2, 0)
    assert done.after(NOW, HARDEST, right=False, seen=True).level == HARDEST - 1
    made_up = tried.after(NOW, HARDEST, right=True, seen=False).after(NOW, HARDEST, right=True, seen=False)
    assert made_up.owed == 0
    assert Practised(3).after(NOW, 1, right=True, seen=False).streak == 0  # Easier ones prove nothing.


def test_it_is_said_how_hard_the_next_one_is_and_what_leads_on() -> None:
    task = make("leak", 1, 3)
    said = [stands(ALL, task)]
    progress = ALL
    for _ in range(2 * (HARDEST - 1)):
        progress = progress.practised("leak", NOW, progress.of_practice("leak").level, right=True, seen=False)
        said.append(stands(progress, task))
    assert said[0] == "To mend a leak: level 1 of 5 comes next. 2 right at the first try in a row lead on."
    assert said[1] == "To mend a leak: level 1 of 5 comes next. One more right at the first try leads on."
    assert said[2].startswith("To mend a leak: level 2 of 5 comes next. 2 right")
    assert said[-1] == "To mend a leak: level 5 of 5 comes next. That is the hardest."


def test_it_begins_with_what_the_first_lessons_teach_and_goes_on_with_what_was_learned() -> None:
    assert [SORTS[sort].after for sort in FIRST] == ["nudge", "graph", "chain-rule"]
    assert set(weights(Progress())) == set(FIRST)
    assert set(weights(Progress(), FIRST[0])) == set(FIRST[1:])
    one = Progress().at_step("leak", "free", NOW, StepProgress(NOW, tried=Tried(1)), done=True)
    assert set(weights(one)) == {*FIRST, "leak"}
    progress = Progress()
    for lesson in ("accumulate", "refcount"):
        progress = progress.at_step(lesson, "make", NOW, StepProgress(NOW, tried=Tried(1)), done=True)
    assert set(weights(progress)) == {"gradient", "references"}


practised = st.builds(
    Practised, st.integers(1, HARDEST), st.integers(0, 3), st.integers(0, 2), st.integers(0, 9),
    st.integers(0, 9), st.none() | st.integers(0, 3).map(lambda days: NOW + timedelta(days=days)),
)  # fmt: skip
kept = st.dictionaries(st.sampled_from([*SORTS]), practised).map(lambda done: Progress(practice=done))


@given(kept, kept, kept)
def test_merging_loses_nothing_however_they_meet(one: Progress, two: Progress, three: Progress) -> None:
    assert one.merged(one) == one
    assert one.merged(two) == two.merged(one)
    assert one.merged(two).merged(three) == one.merged(two.merged(three))
    assert from_toml(to_toml(one), "it") == one
