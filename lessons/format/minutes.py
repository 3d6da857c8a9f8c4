"""How long a lesson takes, worked out from what there is to read, to type and to think about.

Reading: 238 words a minute, the mean for silent reading of English non-fiction in a review of 190 studies
(Brysbaert, "How many words do we read per minute?", Journal of Memory and Language 109, 2019). Acting: 0.28
seconds a keystroke and 1.35 seconds of preparation an action, from the keystroke-level model (Card, Moran and
Newell, Communications of the ACM 23(7), 1980). Thinking: half a minute a task, our own allowance.
"""

from __future__ import annotations

import re

from lessons.format.lesson import Lesson

__all__ = ["minutes_of"]

WORDS_A_MINUTE = 238
SECONDS_A_KEY, SECONDS_AN_ACTION = 0.28, 1.35
SECONDS_A_TASK = 30
_WORD = re.compile(r"\S+")


def minutes_of(lesson: Lesson) -> int:
    """The whole minutes that it takes: everything read once, every task done as its solution does it."""
    read = [lesson.intro]
    seconds = 0.0
    for step in lesson.steps:
        read += [step.prose, step.task, step.explain, *(choice.text for choice in step.choices)]
        typed = sum(len(move.value) for move in step.solution if isinstance(move.value, str))
        seconds += SECONDS_A_TASK + SECONDS_AN_ACTION * len(step.solution) + SECONDS_A_KEY * typed
    words = sum(len(_WORD.findall(text)) for text in read)
    return max(round(words / WORDS_A_MINUTE + seconds / 60), 1)
