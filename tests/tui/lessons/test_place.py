"""Where esc leads in a lesson, one thing at a time, where text and panes have no room at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from textual.geometry import Size

from tui.lessons.place import LessonPlace


def led_to(focus: str, *, alone: bool) -> str:
    """Where it leads from the lesson's field, `answer`, from its text, `lesson`, or from `graph`."""
    done: list[str] = []
    pane = SimpleNamespace(is_attached=True, focus_text=lambda: done.append("text"))
    focused = SimpleNamespace(id=focus, ancestors_with_self=[pane] if focus != "graph" else [])
    stage: Any = SimpleNamespace(
        mode="playground",
        app=SimpleNamespace(
            size=Size(60, 20), focused=focused, screen_stack=[SimpleNamespace(focused=focused)]
        ),
        playground=SimpleNamespace(focus_pane=lambda name: done.append("panes")),
        show_mode=done.append,
    )
    place: Any = LessonPlace(stage, stage)
    lesson = SimpleNamespace(id="nudge", mode="playground")
    place.taking, place.pane, place.alone = (
        SimpleNamespace(lesson=lesson, index=0, step=SimpleNamespace(mode="playground")),
        pane,
        alone,
    )
    assert place.name == ("alone" if alone else "below")
    assert place.give_back()
    (there,) = done
    return there


@pytest.mark.parametrize(
    ("alone", "focus", "there"),
    [
        (True, "answer", "text"),
        (True, "lesson", "lessons"),
        (False, "answer", "panes"),  # The text is not there to go to.
        (False, "graph", "lessons"),
    ],
)
def test_esc_leaves_the_field_and_then_the_lesson(alone: bool, focus: str, there: str) -> None:
    assert led_to(focus, alone=alone) == there


def test_without_a_lesson_there_is_nothing_to_leave() -> None:
    stage: Any = SimpleNamespace(app=SimpleNamespace(focused=None))
    assert not LessonPlace(stage, stage).give_back()
