"""Lessons taken in plain text."""

from __future__ import annotations

from commands import microcrad

__all__ = ["LESSON", "answers", "taken"]

LESSON = "accumulate"


def taken(*lines: str, lesson: str = LESSON, options: tuple[str, ...] = ()) -> str:
    """What is said when a lesson is taken with these lines."""
    result = microcrad("lessons", "take", lesson, *options, stdin="".join(f"{line}\n" for line in lines))
    last = result.stdout.count("Task ") and "That was the last task." in result.stdout
    assert result.exit_code == (0 if last else 1), result.stderr
    return result.stdout


def answers(*lines: str, **settings: object) -> list[str]:
    """What is said after the opening."""
    said = taken(*lines, **settings)  # type: ignore[arg-type]
    return said.split("such as n, may be said too.\n", 1)[1].splitlines()
