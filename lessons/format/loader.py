"""Reads lesson files: all mistakes of a file are found at once, each with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lessons.fields.answers import AnswerError, parse_number
from lessons.fields.problems import LessonError, Problem
from lessons.fields.schema import ANYTHING, FLAG, TABLE, TABLES, TEXT, TEXTS, WHOLE, Report, TableReader, Type
from lessons.fields.scripts import Script, ScriptMove, read_script
from lessons.format.lesson import FIELDS, HIDES, PARTS, Asked, Choice, Lesson, Question, Step, Why
from lessons.format.markdown import Block, Document, Section, split
from lessons.format.on_disk import text_of
from lessons.format.plain_text import prose_and_task, unshown
from lessons.format.questions import read_question
from lessons.kinds import Check, kinds_for, read_check

__all__ = ["FORMAT", "load", "read_lesson"]

FORMAT = 1


def _is_answer(value: object) -> bool:
    try:
        return isinstance(value, int | float | str) and parse_number(str(value)) is not None
    except AnswerError:
        return False


_ANSWER = Type('a number, or a text such as "2/3"', _is_answer)
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_NAME = re.compile(r"(?:\d+-)?(?P<id>.+)")


def load(path: Path) -> Lesson:
    """Read a lesson file. Raises `LessonError` with all that is wrong with it."""
    return read_lesson(text_of(path), path)


def read_lesson(text: str, path: Path) -> Lesson:
    """Read a lesson's text. Raises `LessonError` with all that is wrong with it."""
    reader = _Reader(path)
    lesson = reader.lesson(split(text, reader.report))
    if reader.problems:
        raise LessonError(sorted(reader.problems, key=lambda problem: problem.line))
    return lesson


class _Reader:
    """One file while it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.mode = "playground"

    def report(self, line: int, message: str) -> None:
        self.problems.append(Problem(str(self.path), line, message))

    def at(self, line: int) -> Report:
        """Reports at a line."""
        return lambda message, key="": self.report(line, message)

    def fields(self, block: Block) -> TableReader:
        """A block's fields, each reported at its own line."""
        return TableReader(block.table, "", lambda message, key="": self.report(block.line_of(key), message))

    # --- the header ---

    def lesson(self, document: Document) -> Lesson:
        """The whole lesson, as far as it is sound."""
        block = document.header
        for line, said in unshown(document.intro):
            self.report(document.intro_line + line, said)
        if block.broken:
            return Lesson(self.path, "", "", "", ())
        header = self.fields(block)
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
        self.mode = header.one_of("mode", ("playground", "train"), "playground")
        part = header.take("part", WHOLE, 0)
        if part not in (0, *PARTS):
            header.say(f"part is {part}, expected one of {', '.join(map(str, PARTS))}.", "part")
        ownership = header.one_of("ownership", ("auto", "manual"), "auto")
        setup = self.script(header, block, "setup")
        questions = header.take("question", TABLES, [])
        lesson = Lesson(
            self.path,
            id_,
            header.take("title", TEXT, "", required=True),
            document.intro,
            tuple(self.steps(document)),
            part,
            tuple(header.take("needs", TEXTS, [])),
            tuple(header.take("teaches", TEXTS, [])),
            header.take("misconception", TEXT, ""),
            header.take("minutes", WHOLE, 0),
            self.mode,
            ownership if "ownership" in block.table else None,
            setup or (),
            tuple(self.questions(block, questions)),
            tuple(header.take("words", TEXTS, [])),
            line={key: block.line_of(key) for key in block.table},
        )
        header.end()
        return lesson

    def questions(self, block: Block, tables: list[dict[str, Any]]) -> list[Question]:
        """The quick questions."""
        found: list[Question] = []
        for index, table in enumerate(tables):
            line = block.line_of("question", index)
            question = read_question(TableReader(table, f"question {index + 1}", self.at(line)), line)
            if question is not None:
                if any(other.id == question.id for other in found):
                    self.report(
                        line, f"question {index + 1}: another question has the id {question.id!r} too."
                    )
                found.append(question)
        return found

    # --- steps ---

    def steps(self, document: Document) -> list[Step]:
        """Every step that has a block."""
        if not document.sections:
            self.report(
                document.header.line, "there is no step. Write: ## Title {#slug}, its text, its block."
            )
        steps = []
        for section in document.sections:
            if section.block is None:
                self.report(section.line, "the step has no block. Write one that begins with ```toml step")
            elif not section.block.broken:
                steps.append(self.step(section, section.block))
        return steps

    def step(self, section: Section, block: Block) -> Step:
        """One step."""
        fields = self.fields(block)
        prose, task = prose_and_task(section.prose)
        if not task:
            self.report(section.line, "the step has no text. Its last paragraph says what to do.")
        for line, said in unshown(section.prose, task=True):
            self.report(section.prose_line + line, said)
        choices = self.choices(fields, block)
        checks = self.checks(fields, block, choices)
        step = Step(
            section.slug,
            section.title,
            prose,
            task,
            checks,
            self.script(fields, block, "solution", required=True) or (),
            section.line,
            self.script(fields, block, "setup"),
            fields.take("predict", FLAG, False),
            self.asked(fields, block),
            self.whys(fields, block, checks, choices),
            tuple(fields.take("hint", TEXTS, [])),
            choices,
            fields.take("explain", TEXT, ""),
            fields.take("mystery", FLAG, False),
            tuple(fields.take("hides", TEXTS, [])),
        )
        if step.predict and "asked" not in block.table and self.mode == "playground":
            fields.say(
                "predict needs asked: the number that is asked for, such as asked = { node = ... }.",
                "predict",
            )
        if step.asked is not None and self.mode == "train":
            fields.say(
                "asked hides a number of a node, and in train lessons there is none. Delete it.", "asked"
            )
        elif step.mystery and self.mode == "train":
            fields.say("mystery is for lessons in the playground. Delete it.", "mystery")
        elif step.hides and self.mode == "train":
            fields.say("hides is for lessons in the playground. Delete it.", "hides")
        elif any(each not in HIDES for each in step.hides):
            fields.say(f"hides takes {', '.join(HIDES)}; found {', '.join(step.hides)}.", "hides")
        elif step.asked is not None and not step.predict:
            fields.say("asked hides a number until it is predicted. Add predict = true.", "asked")
        if choices and not any(check.sees("choice") for check in checks):
            fields.say(
                'choices need a check that says which is right: { is = "choice", id = "..." }.', "choices"
            )
        fields.end()
        return step

    def script(self, fields: TableReader, block: Block, key: str, *, required: bool = False) -> Script | None:
        """A field that is a script; None if it is missing."""
        if key not in block.table:
            fields.take(key, TABLE, required=required)
            return None
        fields.take(key, ANYTHING)
        line = block.line_of(key)
        return read_script(block.table[key], self.mode, lambda said: self.report(line, f"{key}: {said}"))

    def checks(self, fields: TableReader, block: Block, choices: tuple[Choice, ...]) -> tuple[Check, ...]:
        """The checks, all of which must hold."""
        tables = fields.take("check", TABLES, [], required=True)
        if "check" in block.table and not tables:
            fields.say("check is empty. A step needs at least one.", "check")
        checks = []
        for index, table in enumerate(tables):
            line = block.line_of("check", index)
            check = self.check(table, f"check {index + 1}", line, choices)
            if check is not None:
                checks.append(check)
        return tuple(checks)

    def check(self, table: dict[str, Any], what: str, line: int, choices: tuple[Choice, ...]) -> Check | None:
        """One check."""
        check = read_check(table, self.mode, what, line, self.at(line))
        ids = [choice.id for choice in choices]
        for each in check.flat() if check is not None else ():
            if each.kind.name == "choice" and each["id"] not in ids:
                self.report(
                    line, f"{what}: id is {each['id']!r}, expected one of the choices: {', '.join(ids)}."
                )
        return check

    def choices(self, fields: TableReader, block: Block) -> tuple[Choice, ...]:
        """The choices of a step."""
        found: list[Choice] = []
        for index, table in enumerate(fields.take("choices", TABLES, [])):
            one = TableReader(table, f"choices {index + 1}", self.at(block.line_of("choices", index)))
            id_, text = one.take("id", TEXT, "", required=True), one.take("text", TEXT, "", required=True)
            if any(choice.id == id_ for choice in found):
                one.say(f"another choice has the id {id_!r} too.")
            found.append(Choice(id_, text, one.take("why", TEXT, "")))
            one.end()
        return tuple(found)

    def asked(self, fields: TableReader, block: Block) -> Asked | None:
        """The number that is asked for."""
        table = fields.take("asked", TABLE)
        if table is None:
            return None
        one = TableReader(table, "asked", self.at(block.line_of("asked")))
        node = one.take("node", TEXT, "", required=True)
        field = one.one_of("field", FIELDS, "grad", required=True)
        at = one.one_of("at", ("end", "backward", "here"), "end")
        one.end()
        return Asked(node, field, at) if one.sound else None

    def whys(
        self, fields: TableReader, block: Block, checks: tuple[Check, ...], choices: tuple[Choice, ...]
    ) -> tuple[Why, ...]:
        """What wrong answers and wrong states mean."""
        found = []
        for index, table in enumerate(fields.take("why", TABLES, [])):
            line = block.line_of("why", index)
            one = TableReader(table, f"why {index + 1}", self.at(line))
            id_, say = one.take("id", TEXT, ""), one.take("say", TEXT, "", required=True)
            if "answer" in table:
                when, attempt = self.wrong_answer(one, checks, line)
            else:
                when, attempt = self.wrong_state(one, line, choices)
            one.end()
            if when is not None and one.sound:
                found.append(Why(when, say, attempt, id_, line))
        return tuple(found)

    def wrong_answer(
        self, one: TableReader, checks: tuple[Check, ...], line: int
    ) -> tuple[Check | None, Script]:
        """`answer = 6`, short for a check and an attempt, with the tolerance of the step's own answer."""
        value = one.take("answer", _ANSWER)
        right = next((c for check in checks for c in check.flat() if c.kind.name == "answer"), None)
        if value is None:
            return None, ()
        if right is None or right["near"] is None:
            one.say(
                'answer takes its tolerance from a check { is = "answer", near = ... }, and there is none.'
            )
            return None, ()
        near = parse_number(value) if isinstance(value, str) else float(value)
        tolerance = {key: right[key] for key in ("abs", "rel") if right[key] is not None}
        kind = kinds_for(self.mode)["answer"]
        return Check(kind, {"near": near, **tolerance}, line=line), (ScriptMove("answer", str(value)),)

    def wrong_state(
        self, one: TableReader, line: int, choices: tuple[Choice, ...]
    ) -> tuple[Check | None, Script]:
        """`when` and `attempt`, spelled out."""
        when = one.take("when", TABLE, required=True)
        attempt: Script = ()
        if "attempt" in one.table:
            one.take("attempt", ANYTHING)
            attempt = read_script(one.table["attempt"], self.mode, lambda said: one.say(f"attempt: {said}"))
        else:
            one.say("attempt is missing. Add what a learner does to get there: attempt = { ... }.")
        return (None if when is None else self.check(when, f"{one.what}, when", line, choices)), attempt
