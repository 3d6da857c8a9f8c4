"""Questions to a person, for `push_screen`. What asks them is loaded with the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.widgets.dialogs import Ask, Choose

__all__ = ["YES", "ask", "choose", "replacing", "whole_number"]

YES = "yes"
"""What is typed where something would be lost."""


def ask(question: str, answer: str = "", **options: Any) -> Ask:
    """The question for a line of text, with the options of `Ask`."""
    from tui.widgets.dialogs import Ask

    return Ask(question, answer, **options)


def choose(question: str, options: Any, **more: Any) -> Choose:
    """The question which of a few things it is to be, with the options of `Choose`."""
    from tui.widgets.dialogs import Choose

    return Choose(question, options, **more)


def whole_number(question: str, least: int, most: int) -> Ask:
    """The question for a whole number between two."""
    wanted = f"a whole number from {least} to {most}"

    def refuse(text: str) -> str:
        number = text.strip()
        digits = number.isascii() and number.isdigit() and len(number) < 16
        return "" if digits and least <= int(number) <= most else f"Expected {wanted}, found '{text}'."

    return ask(question, hint=f"{wanted}; {{leave}} leaves", refuse=refuse)


def replacing(path: str, doubt: str) -> Ask:
    """The question before a file is replaced that holds something else; only `YES` means yes."""
    return ask(f"{path} {doubt}. Type {YES} to replace it.", hint="anything else keeps it; {leave} leaves")
