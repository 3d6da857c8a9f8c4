"""What is done in a lesson, in sentences: its keys on screen and its words in plain text mean the same."""

from __future__ import annotations

__all__ = ["DOES"]

DOES = {
    "check": "Check where things stand",
    "next": "Go on to the next task, once this is passed",
    "hint": "Ask for the next hint",
    "answer": "Go to where the task is answered",
    "reset": "Return to where the task began",
    "skip": "See the solution, or have it done for you",
    "other": "Ask one like it; nothing of it is kept",
    "back": "Go back to the task before",
}
"""By command."""
