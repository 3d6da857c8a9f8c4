"""Reads lesson files: all mistakes of a file are found at once, each with its line."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from lessons.fields.problems import LessonError, Problem
from lessons.fields.schema import TableReader
from lessons.format.lesson import MODES, PARTS, Lesson, Question, Step
from lessons.format.markdown import Block, Document, split
from lessons.format.minutes import minutes_of
from lessons.format.mistakes import Mistakes
from lessons.format.questions import read_question
from lessons.format.steps import StepReader
from microcrad.errors import FileError
from microcrad.files.door import read_bytes
from microcrad.files.types import TABLES, TEXT, TEXTS, WHOLE

__all__ = ["FORMAT", "OURS", "load", "read_lesson", "text_of"]

FORMAT = 1
OURS = Path(str(files("lessons"))) / "content"
"""The folder of the lessons that ship with microcrad; a file elsewhere is one that was added."""


_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_NAME = re.compile(r"(?:\d+-)?(?P<id>.+)")


def load(path: Path) -> Lesson:
    """Read a lesson file. Raises `LessonError` with all that is wrong with it."""
    added = os.path.realpath(path.parent) != os.path.realpath(OURS)
    return replace(read_lesson(text_of(path), path), added=added)


def read_lesson(text: str, path: Path) -> Lesson:
    """Read a lesson's text. Raises `LessonError` with all that is wrong with it."""
    mistakes = Mistakes(path)
    lesson = _LessonReader(mistakes).lesson(split(text, mistakes.report))
    mistakes.raise_any()
    return lesson


class _LessonReader:
    """One file while it is read."""

    def __init__(self, mistakes: Mistakes) -> None:
        self.mistakes, self.path = mistakes, mistakes.path

    def lesson(self, document: Document) -> Lesson:
        """The whole lesson, as far as it is sound."""
        block = document.header
        if block.broken:
            return Lesson(self.path, "", "", "", ())
        header = self.mistakes.fields(block)
        if header.take("format", WHOLE, FORMAT, required=True) != FORMAT:
            header.say(
                f"format is {block.table['format']}; this version of microcrad reads format {FORMAT}.",
                "format",
            )
        id_ = header.take("id", TEXT, "", required=True)
        if id_ and not _ID.fullmatch(id_):
            header.say(f"id is {id_!r}, expected small letters, digits and single dashes.", "id")
        named = _NAME.fullmatch(self.path.name.partition(".")[0])
        if id_ and named and named["id"] != id_:
            header.say(f"id is {id_!r}, but the file is called {self.path.name}. They have to agree.", "id")
        mode = header.one_of("mode", MODES, "playground")
        part = header.take("part", WHOLE, 0)
        if part not in (0, *PARTS):
            header.say(f"part is {part}, expected one of {', '.join(map(str, PARTS))}.", "part")
        ownership = header.one_of("ownership", ("auto", "manual"), "auto")
        setup = self.mistakes.script(header, block, "setup", mode)
        questions = header.take("question", TABLES, [])
        lesson = Lesson(
            self.path, id_, header.take("title", TEXT, "", required=True),
            self.mistakes.intro(document.intro, document.intro_line), tuple(self.steps(document, mode)), part,
            tuple(header.take("needs", TEXTS, [])), tuple(header.take("teaches", TEXTS, [])),
            header.take("misconception", TEXT, ""), tuple(header.take("shown", TEXTS, [])),
            header.take("minutes", WHOLE, 0), mode,
            ownership if "ownership" in block.table else None, setup or (),
            tuple(self.questions(block, questions)), tuple(header.take("words", TEXTS, [])),
            line={key: block.line_of(key) for key in block.table},
        )  # fmt: skip
        header.end()
        return lesson if lesson.minutes else replace(lesson, minutes=minutes_of(lesson))

    def questions(self, block: Block, tables: list[dict[str, Any]]) -> list[Question]:
        """The quick questions."""
        found: list[Question] = []
        for index, table in enumerate(tables):
            line = block.line_of("question", index)
            question = read_question(
                TableReader(table, f"question {index + 1}", self.mistakes.at(line)), line
            )
            if question is not None:
                if any(other.id == question.id for other in found):
                    self.mistakes.report(
                        line, f"question {index + 1}: another question has the id {question.id!r} too."
                    )
                found.append(question)
        return found

    def steps(self, document: Document, mode: str) -> list[Step]:
        """Every step that has a block."""
        if not document.sections:
            self.mistakes.report(
                document.header.line, "there is no step. Write: ## Title {#slug}, its text, its block."
            )
        steps: list[Step] = []
        begun = {mode}
        for section in document.sections:
            if section.block is None:
                self.mistakes.report(
                    section.line, "the step has no block. Write one that begins with ```toml step"
                )
            elif not section.block.broken:
                step = StepReader(self.mistakes, mode, section, section.block).step()
                if step.mode not in begun and step.setup is None:
                    self.mistakes.report(
                        section.line,
                        f"the first step in {step.mode} needs a setup: nothing stands there yet.",
                    )
                begun.add(step.mode)
                steps.append(step)
        return steps


def text_of(path: Path) -> str:
    """The text of a file. Raises `LessonError` if it cannot be read."""
    line = 1
    try:
        data = read_bytes(path, name="it")
        return data.decode("utf-8-sig")
    except FileError as error:
        message = str(error)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"byte {error.start} is not UTF-8 text. Save the file as UTF-8."
    raise LessonError([Problem(str(path), line, message)])
