"""Reads one step of a lesson file: its section's text and the fields of its block."""

from __future__ import annotations

from typing import Any

from lessons.fields.answers import is_number, parse_number
from lessons.fields.schema import TableReader
from lessons.fields.scripts import Script, ScriptMove, read_script
from lessons.format.lesson import FIELDS, HIDES, MODES, Asked, Choice, CurveOver, Miss, Step, Why
from lessons.format.markdown import Block, LessonSection
from lessons.format.mistakes import Mistakes
from lessons.kinds import Check, kinds_for, read_check
from microcrad.files.types import ANYTHING, FLAG, NUMBER, TABLE, TABLES, TEXT, TEXTS, WHOLE, Type

__all__ = ["StepReader"]


def _is_answer(value: object) -> bool:
    return isinstance(value, int | float | str) and is_number(str(value))


_ANSWER = Type('a number, or a text such as "2/3"', _is_answer)


class StepReader:
    """One step while it is read."""

    def __init__(self, mistakes: Mistakes, mode: str, section: LessonSection, block: Block) -> None:
        self._mistakes = mistakes
        self._section, self._block = section, block
        self._fields = mistakes.fields(block)
        self._mode = self._fields.one_of("mode", MODES, mode)
        self._choices: tuple[Choice, ...] = ()

    def step(self) -> Step:
        """The whole step, as far as it is sound."""
        section, fields = self._section, self._fields
        prose, task = self._mistakes.prose(section)
        choices = self._choices = self._read_choices()
        checks = self._read_checks()
        step = Step(
            section.slug, section.title, prose, task, checks,
            self._script("solution", required=True) or (), section.line, self._script("setup"),
            fields.take("predict", FLAG, False), self._asked(), self._whys(checks),
            tuple(fields.take("hint", TEXTS, [])), choices, fields.take("explain", TEXT, ""),
            fields.take("mystery", FLAG, False), tuple(fields.take("hides", TEXTS, [])),
            self._misses(), fields.take("commit", FLAG, False), self._curve(),
            fields.take("owners", FLAG, False), self._mode, self._block.line_of("setup"),
        )  # fmt: skip
        self._agree(step)
        fields.end()
        return step

    def _curve(self) -> CurveOver | None:
        """What is drawn with the step."""
        table = self._fields.take("curve", TABLE)
        if table is None:
            return None
        fields = TableReader(table, "curve", self._mistakes.at(self._block.line_of("curve")))
        low = fields.take("from", NUMBER, 0, required=True)
        high = fields.take("until", NUMBER, 1, required=True)
        found = CurveOver(
            fields.take("node", TEXT, "", required=True), fields.take("over", TEXT, "", required=True),
            float(low), float(high),
        )  # fmt: skip
        if not low < high:
            fields.say(f"from is {low} and until {high}: the first has to be less.")
        if self._mode == "train":
            fields.say("it is for lessons in the playground. Delete it.")
        fields.end()
        return found

    def _agree(self, step: Step) -> None:
        """Report what of a step does not go with something else of it."""
        fields = self._fields
        if step.predict and "asked" not in self._block.table and self._mode == "playground":
            fields.say(
                "predict needs asked: the number that is asked for, such as asked = { node = ... }.",
                "predict",
            )
        if step.asked is not None and self._mode == "train":
            fields.say(
                "asked hides a number of a node, and in train lessons there is none. Delete it.", "asked"
            )
        elif step.mystery and self._mode == "train":
            fields.say("mystery is for lessons in the playground. Delete it.", "mystery")
        elif step.owners and self._mode == "train":
            fields.say("owners is for the playground. Delete it.", "owners")
        elif step.hides and self._mode == "train":
            fields.say("hides is for lessons in the playground. Delete it.", "hides")
        elif any(each not in HIDES for each in step.hides):
            fields.say(f"hides takes {', '.join(HIDES)}; found {', '.join(step.hides)}.", "hides")
        elif step.asked is not None and not step.predict:
            fields.say("asked hides a number until it is predicted. Add predict = true.", "asked")
        if step.choices and not any(check.sees("choice") for check in step.checks):
            fields.say(
                'choices need a check that says which is right: { is = "choice", id = "..." }.', "choices"
            )

    def _script(self, key: str, *, required: bool = False) -> Script | None:
        return self._mistakes.script(self._fields, self._block, key, self._mode, required=required)

    def _read_checks(self) -> tuple[Check, ...]:
        """The checks, all of which must hold."""
        fields, block = self._fields, self._block
        tables = fields.take("check", TABLES, [], required=True)
        if "check" in block.table and not tables:
            fields.say("check is empty. A step needs at least one.", "check")
        checks = []
        for index, table in enumerate(tables):
            line = block.line_of("check", index)
            check = self._check(table, f"check {index + 1}", line)
            if check is not None:
                checks.append(check)
        return tuple(checks)

    def _check(self, table: dict[str, Any], what: str, line: int) -> Check | None:
        """One check."""
        check = read_check(table, self._mode, what, line, self._mistakes.at(line))
        ids = [choice.id for choice in self._choices]
        for each in check.flat() if check is not None else ():
            if each.kind.name == "choice" and each["id"] not in ids:
                self._mistakes.report(
                    line, f"{what}: id is {each['id']!r}, expected one of the choices: {', '.join(ids)}."
                )
        return check

    def _read_choices(self) -> tuple[Choice, ...]:
        """The choices of a step."""
        found: list[Choice] = []
        for index, table in enumerate(self._fields.take("choices", TABLES, [])):
            one = TableReader(
                table, f"choices {index + 1}", self._mistakes.at(self._block.line_of("choices", index))
            )
            id_, text = one.take("id", TEXT, "", required=True), one.take("text", TEXT, "", required=True)
            if any(choice.id == id_ for choice in found):
                one.say(f"another choice has the id {id_!r} too.")
            found.append(Choice(id_, text, one.take("why", TEXT, "")))
            one.end()
        return tuple(found)

    def _asked(self) -> Asked | None:
        """The number that is asked for."""
        table = self._fields.take("asked", TABLE)
        if table is None:
            return None
        one = TableReader(table, "asked", self._mistakes.at(self._block.line_of("asked")))
        node = one.take("node", TEXT, "", required=True)
        field = one.one_of("field", FIELDS, "grad", required=True)
        at = one.one_of("at", ("end", "backward", "here"), "end")
        one.end()
        return Asked(node, field, at) if one.sound else None

    def _whys(self, checks: tuple[Check, ...]) -> tuple[Why, ...]:
        """What wrong answers and wrong states mean."""
        found = []
        for index, table in enumerate(self._fields.take("why", TABLES, [])):
            line = self._block.line_of("why", index)
            one = TableReader(table, f"why {index + 1}", self._mistakes.at(line))
            id_, say = one.take("id", TEXT, ""), one.take("say", TEXT, "", required=True)
            if "answer" in table:
                when, attempt = self._wrong_answer(one, checks, line)
            else:
                when, attempt = self._wrong_state(one, line)
            one.end()
            if when is not None and one.sound:
                found.append(Why(when, say, attempt, id_, line))
        return tuple(found)

    def _misses(self) -> tuple[Miss, ...]:
        """The near misses."""
        found = []
        tables = self._block.table.get("check")
        checks = len(tables) if isinstance(tables, list) else 0  # Also those that are not sound.
        for index, table in enumerate(self._fields.take("miss", TABLES, [])):
            line = self._block.line_of("miss", index)
            one = TableReader(table, f"miss {index + 1}", self._mistakes.at(line))
            fails = one.take("fails", WHOLE, 0, required=True)
            if one.sound and checks and not 1 <= fails <= checks:
                one.say(f"fails is {fails}, expected the number of a check, from 1 to {checks}.")
            attempt = self._attempt(one, "what a learner does to come near: attempt = { ... }.")
            one.end()
            if one.sound:
                found.append(Miss(fails, attempt, line))
        return tuple(found)

    def _attempt(self, one: TableReader, what: str) -> Script:
        """What a learner does."""
        if "attempt" not in one.table:
            one.say(f"attempt is missing. Add {what}")
            return ()
        one.take("attempt", ANYTHING)
        return read_script(one.table["attempt"], self._mode, lambda said: one.say(f"attempt: {said}"))

    def _wrong_answer(
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
        kind = kinds_for(self._mode)["answer"]
        return Check(kind, {"near": near, **tolerance}, line=line), (ScriptMove("answer", str(value)),)

    def _wrong_state(self, one: TableReader, line: int) -> tuple[Check | None, Script]:
        """`when` and `attempt`, spelled out."""
        when = one.take("when", TABLE, required=True)
        attempt = self._attempt(one, "what a learner does to get there: attempt = { ... }.")
        return (None if when is None else self._check(when, f"{one.what}, when", line)), attempt
