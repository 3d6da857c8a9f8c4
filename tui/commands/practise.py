"""Practice in plain text: made tasks, one after another, taken as lessons are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from random import Random

import click

from tui.commands.reading import Wrong

__all__ = ["practise_with"]


def practise_with(
    sort: str | None,
    level: int | None,
    seed: int | None,
    hear: Callable[[], str | None],
    say: Callable[[Iterable[str]], None],
) -> int:
    """Make tasks and take them until the learner leaves; gives how many were done.

    With a `seed` and always the same answers, the tasks are the same again.
    """
    from lessons.practice.choosing import next_task, recorded, stands
    from lessons.practice.made import SORTS
    from lessons.progress.progress_file import ProgressKeeper, progress_file
    from microcrad.session.session import Session
    from microcrad.text.near import did_you_mean
    from tui.commands.take_lesson import Conversation

    if sort is not None and sort not in SORTS:
        raise Wrong(f"There is no sort {sort!r}.{did_you_mean(sort, SORTS)} There are {', '.join(SORTS)}.")
    keeper = ProgressKeeper(progress_file())
    if keeper.problem:
        click.echo(keeper.problem, err=True)
    random, task, done = Random(seed), None, 0
    again: str | None = None
    while True:
        task = next_task(keeper.progress, random, task, sort=sort or again, level=level)
        talk, counted = Conversation(task, Session()), False
        say(talk.opening())
        while not talk.over:
            line = hear()
            if line is None:
                return done
            say(talk.said(line))
            view = talk.taking.view
            if view.done and not counted:
                counted, done = True, done + 1
                keeper.change(lambda progress, view=view: recorded(progress, view, datetime.now(UTC)))  # type: ignore[misc]
                say([stands(keeper.progress, task)] if level is None else [])
        if not talk.wants_another:
            return done
        again = task.sort if talk.taking.view.solution_seen else None  # The same, with other numbers.
        say([""])
