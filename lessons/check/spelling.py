"""Whether the names in a lesson's text are names in its programs: a misspelt node teaches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lessons.fields.scripts import NO_FAULT, Script
from lessons.format.lesson import Lesson
from lessons.kinds.event_checks import EVENTS
from microcrad.language.statements import RESERVED
from microcrad.ops import OPERATIONS
from microcrad.run.faults import FAULTS
from microcrad.text.near import did_you_mean
from microcrad.timeline.log import View

__all__ = ["misspelt"]

_WORD = re.compile(r"(?<!\w)[^\W\d]\w*")
_CODE = re.compile(r"```.*?```|`([^`]+)`", re.DOTALL)
_LANGUAGE = {
    *RESERVED, *FAULTS, *View, *(op.name for op in OPERATIONS), NO_FAULT, "for", "in", "del",
    "data", "grad", "refs", "ref_count",
    "ownership", "auto", "manual", "seed", "inf", "nan", "i", "n", "d", "free", "malloc",
}  # fmt: skip


def misspelt(lesson: Lesson) -> Iterator[tuple[int, str]]:
    """The names in backticks that no program of the lesson has: the line of their step, and what is wrong."""
    known = _known(lesson)
    texts = [(1, lesson.intro), *((lesson.line.get("shown", 1), line) for line in lesson.shown)]
    for step in lesson.steps:
        pieces = [step.prose, step.task, step.explain, *step.hints, *(why.say for why in step.whys)]
        pieces += [text for choice in step.choices for text in (choice.text, choice.why)]
        texts += [(step.line, text) for text in pieces]
    for question in lesson.questions:
        said = [question.ask, question.explain, *(means for _, means in question.whys)]
        texts += [(question.line, text) for text in said]
    for line, text in texts:
        for code in _CODE.findall(text):
            for word in dict.fromkeys(_WORD.findall(code)):
                if word not in known and not (word.startswith("d") and word[1:] in known):
                    advice = did_you_mean(word, known) or " Correct it, or add it to words in the header."
                    yield line, f"`{code}`: no program of this lesson has the name {word}.{advice}"


def _known(lesson: Lesson) -> set[str]:
    known = {*_LANGUAGE, *lesson.words, *EVENTS}
    if any(mode == "train" for mode in (lesson.mode, *(step.mode for step in lesson.steps))):
        from microcrad.train.settings import SETTINGS

        known |= {word for row in SETTINGS.values() for word in _WORD.findall(f"{row.name} {row.expects}")}
    scripts: list[Script] = [lesson.setup]
    for step in lesson.steps:
        scripts += [step.setup or (), step.solution, *(why.attempt for why in step.whys)]
        for check in step.checks:
            for part in check.flat():
                known |= {word for value in part.fields.values() for word in _WORD.findall(str(value))}
    programs = [str(move.value) for script in scripts for move in script]
    programs += [f"{question.program} {' '.join(question.numbers)}" for question in lesson.questions]
    for program in programs:
        known |= set(_WORD.findall(re.sub(r"#.*", "", program)))
    return known
