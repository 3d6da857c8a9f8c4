"""Whether the names in a lesson's text are names in its programs: a misspelt node teaches nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import suppress

from lessons.fields.event_words import EVENTS
from lessons.fields.problems import BrokenLessonError
from lessons.fields.scripts import NO_FAULT, Script
from lessons.format.lesson import Lesson
from lessons.format.questions import ask
from lessons.kinds.base import LESSON_LIMITS
from lessons.take.program_moves import WRITING
from microcrad.language.vocabulary import ATTRIBUTES, WORDS
from microcrad.ops import OPERATIONS
from microcrad.run.faults import FAULTS
from microcrad.run.result import run_program
from microcrad.text.near import did_you_mean
from microcrad.timeline.log import View

__all__ = ["misspelt"]

_WORD = re.compile(r"(?<!\w)[^\W\d]\w*")
_OF_A_NEURON = re.compile(r"\.[wb]\b")
"""As Python writes them: `net.layers[0].neurons[3].w[1]` is `net.l0.n3.w1`."""
_CODE = re.compile(r"```.*?```|`([^`]+)`", re.DOTALL)
_LANGUAGE = {
    *WORDS, *ATTRIBUTES, *FAULTS, *View, *(op.name for op in OPERATIONS), NO_FAULT, "import",
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
    made: set[str] | None = None
    for line, text in texts:
        for code in _CODE.findall(text):
            for word in dict.fromkeys(_WORD.findall(_OF_A_NEURON.sub("", code))):
                if _has(known, word):
                    continue
                made = _made(lesson) if made is None else made  # Runs every program: only if one has to know.
                if not _has(made, word):
                    advice = (
                        did_you_mean(word, known | made) or " Correct it, or add it to words in the header."
                    )
                    yield line, f"`{code}`: no program of this lesson has the name {word}.{advice}"


def _has(known: set[str], word: str) -> bool:
    return word in known or (word.startswith("d") and word[1:] in known)


def _made(lesson: Lesson) -> set[str]:
    """The words of the names that its programs give to nodes, such as the parameters of a network."""
    runs = [run_program(text, limits=LESSON_LIMITS) for text in dict.fromkeys(_programs(lesson))]
    return {word for run in runs for name in run.end.names for word in _WORD.findall(name)}


def _programs(lesson: Lesson) -> Iterator[str]:
    text = _written("", lesson.setup)
    yield text
    for step in lesson.steps:
        begun = _written(text, step.setup or ())
        text = _written(begun, step.solution)
        yield from (begun, text, *(_written(begun, why.attempt) for why in step.whys))
    for question in lesson.questions:
        with suppress(ValueError):  # It is told elsewhere.
            yield ask(question, random.Random(0)).program


def _written(text: str, script: Script) -> str:
    """A program after the moves of a script that write."""
    for move in script:
        with suppress(BrokenLessonError):  # It is told where the script is run.
            text = WRITING[move.name](text, move.value) if move.name in WRITING else text
    return text


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
