"""Translations: siblings such as `05-accumulate.de.md`, which hold a lesson's prose and nothing else.

What is checked, and every program and number, comes from the original. A translation has every piece of text
that the original has, and no other: what is missing would be in two languages, what is left over in none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lessons.fields.schema import TableReader
from lessons.format.lesson import Lesson, Step
from lessons.format.loader import load, text_of
from lessons.format.markdown import Block, LessonSection, split
from lessons.format.mistakes import Mistakes
from lessons.kinds import Check
from microcrad.files.types import TABLE, TEXT, TEXTS
from microcrad.text.near import did_you_mean

__all__ = ["is_translation", "language_of", "original_of", "read_translation", "translate", "translations_of"]

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


def is_translation(path: Path) -> bool:
    """Whether a file's name has a language in it, as `05-accumulate.de.md` has."""
    return path.name.count(".") == 2 and _LANGUAGE.fullmatch(language_of(path)) is not None


def language_of(path: Path) -> str:
    """The language in a translation's name."""
    return path.name.split(".")[1]


def original_of(path: Path) -> Path:
    """The lesson that a file is a translation of."""
    return path.with_name(f"{path.name.partition('.')[0]}.md")


def translations_of(path: Path) -> list[Path]:
    """The translations beside a lesson, by language."""
    return sorted(path.parent.glob(f"{path.stem}.*.md"))


def lesson_in(path: Path, language: str = "") -> Lesson:
    """The lesson in a file: a translation, or an original in a language. Raises `LessonError`."""
    lesson = load(original_of(path))
    return read_translation(lesson, path) if is_translation(path) else translate(lesson, language)


def translate(lesson: Lesson, language: str) -> Lesson:
    """A lesson in a language, or as it is without a translation. Raises `LessonError` for a broken one."""
    path = lesson.path.with_name(f"{lesson.path.stem}.{language}.md")
    return read_translation(lesson, path) if language and path.is_file() else lesson


def read_translation(lesson: Lesson, path: Path) -> Lesson:
    """A lesson with the prose of one of its translations. Raises `LessonError` with all that is wrong."""
    mistakes = Mistakes(path)
    translated = _TranslationReader(mistakes).lesson(lesson, text_of(path))
    mistakes.raise_any()
    return translated


class _TranslationReader:
    """One translation while it is read."""

    def __init__(self, mistakes: Mistakes) -> None:
        self.mistakes, self.path = mistakes, mistakes.path

    def lesson(self, lesson: Lesson, text: str) -> Lesson:
        document = split(text, self.mistakes.report)
        header = self.mistakes.fields(document.header)
        title = self.one(header, "title", lesson.title)
        misconception = self.one(header, "misconception", lesson.misconception)
        shown = self.in_order(header, "shown", lesson.shown)
        asks = self.by_id(header, "ask", {question.id: question.ask for question in lesson.questions})
        explained = self.by_id(
            header, "explain", {question.id: question.explain for question in lesson.questions}
        )
        meant = self.lists(
            header, "why", {each.id: [said for _, said in each.whys] for each in lesson.questions}
        )
        header.end()
        if bool(document.intro) != bool(lesson.intro):
            found = "has" if document.intro else "lacks"
            self.mistakes.report(1, f"it {found} a text above the first step, unlike the original.")
        return replace(
            lesson,
            path=self.path,
            title=title,
            intro=self.mistakes.intro(document.intro, document.intro_line),
            misconception=misconception,
            shown=tuple(shown),
            questions=tuple(
                replace(
                    each,
                    ask=asks.get(each.id, each.ask),
                    explain=explained.get(each.id, each.explain),
                    whys=tuple(
                        (wrong, said) for (wrong, _), said in zip(each.whys, meant[each.id], strict=True)
                    ),
                )
                for each in lesson.questions
            ),
            steps=self.steps(lesson, document.sections),
            language=language_of(self.path),
            line={key: document.header.line_of(key) for key in document.header.table},
        )

    def steps(self, lesson: Lesson, sections: Sequence[LessonSection]) -> tuple[Step, ...]:
        """Every step of the original, in its order, with the prose of its section."""
        by_slug = {section.slug: section for section in sections}
        slugs = [step.slug for step in lesson.steps]
        for section in sections:
            if section.slug and section.slug not in slugs:
                advice = did_you_mean(section.slug, slugs)
                self.mistakes.report(section.line, f"the original has no step {section.slug!r}.{advice}")
        for slug in slugs:
            if slug not in by_slug:
                self.mistakes.report(
                    1, f"the step {slug!r} is missing. Write: ## Title {{#{slug}}}, and its text."
                )
        return tuple(
            self.step(step, by_slug[step.slug]) if step.slug in by_slug else step for step in lesson.steps
        )

    def step(self, step: Step, section: LessonSection) -> Step:
        prose, task = self.mistakes.prose(section)
        fields = self.mistakes.fields(section.block or Block({}, "", section.line))
        said = [each.say for check in step.checks for each in check.flat() if each.say]
        says = iter(self.in_order(fields, "say", said))
        whys = self.in_order(fields, "why", [why.say for why in step.whys])
        choices = self.by_id(fields, "choices", {choice.id: choice.text for choice in step.choices})
        of_choices = {choice.id: choice.why for choice in step.choices if choice.why}
        choice_whys = self.by_id(fields, "choice_why", of_choices)
        translated = replace(
            step,
            title=section.title,
            prose=prose,
            task=task,
            line=section.line,
            checks=tuple(_saying(check, says) for check in step.checks),
            whys=tuple(replace(why, say=say) for why, say in zip(step.whys, whys, strict=True)),
            hints=tuple(self.in_order(fields, "hint", step.hints)),
            choices=tuple(
                replace(each, text=choices.get(each.id, each.text), why=choice_whys.get(each.id, each.why))
                for each in step.choices
            ),
            explain=self.one(fields, "explain", step.explain),
        )
        fields.end()
        return translated

    # --- pieces of text, each of which is there if it is in the original ---

    def one(self, fields: TableReader, key: str, original: str) -> str:
        text: str = fields.take(key, TEXT, "", required=bool(original))
        if text and not original:
            fields.say(f"{key} is not in the original. Delete it.", key)
        return text or original

    def in_order(self, fields: TableReader, key: str, originals: Sequence[str]) -> Sequence[str]:
        texts: list[str] = fields.take(key, TEXTS, [], required=bool(originals))
        if key in fields.table and len(texts) != len(originals):
            fields.say(f"{key} has {len(texts)} texts, and the original {len(originals)}.", key)
        return texts if len(texts) == len(originals) else originals

    def lists(
        self, fields: TableReader, key: str, originals: Mapping[str, Sequence[str]]
    ) -> Mapping[str, Sequence[str]]:
        """Lists of texts by id, each as long as the original's; what has none in the original is left out."""
        wanted = {id_: texts for id_, texts in originals.items() if texts}
        given: dict[str, Any] = fields.take(key, TABLE, {}, required=bool(wanted))
        for id_ in given.keys() - wanted.keys():
            fields.say(f"{key}: the original has no {id_!r}.{did_you_mean(id_, wanted)}", key)
        found = dict(originals)
        for id_, texts in wanted.items() if key in fields.table else ():
            if not TEXTS.accepts(given.get(id_)) or len(given[id_]) != len(texts):
                fields.say(f"{key}: {id_} needs {len(texts)} texts, as in the original.", key)
            else:
                found[id_] = given[id_]
        return found

    def by_id(self, fields: TableReader, key: str, originals: Mapping[str, str]) -> Mapping[str, str]:
        texts: dict[str, Any] = fields.take(key, TABLE, {}, required=bool(originals))
        for id_, text in texts.items():
            if id_ not in originals:
                fields.say(f"{key}: the original has no {id_!r}.{did_you_mean(id_, originals)}", key)
            elif not TEXT.accepts(text):
                fields.say(f"{key}: {id_} is {text!r}, expected a text.", key)
        if key in fields.table:
            for id_ in originals.keys() - texts.keys():
                fields.say(f"{key}: {id_} is missing.", key)
        return {id_: text for id_, text in texts.items() if TEXT.accepts(text)}


def _saying(check: Check, says: Any) -> Check:
    """A check with its sentence, and those of its parts, in the order in which they are written."""
    say = next(says, "") if check.say else ""
    return replace(check, say=say, parts=tuple(_saying(part, says) for part in check.parts))
