"""Translations: siblings such as `05-accumulate.de.md`, which hold a lesson's prose and nothing else.

What is checked, and every program and number, comes from the original. A translation is to have every piece
of text that the original has, and no other, and `lessons check` says what is missing. For who takes the
lesson a missing piece, which may be written as an empty text, is as it is in the original, and it alone.
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
    return translate(lesson, language_of(path) if is_translation(path) else language)


def translate(lesson: Lesson, language: str) -> Lesson:
    """A lesson in a language, as far as it is translated.

    Raises `LessonError` if the translation cannot be read, or nothing of it belongs to the lesson.
    """
    path = lesson.path.with_name(f"{lesson.path.stem}.{language}.md")
    if not language or not path.is_file():
        return lesson
    mistakes = Mistakes(path)
    translated = _TranslationReader(mistakes).lesson(lesson, text_of(path))
    if not translated.translated[0]:
        mistakes.raise_any()
    return translated


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
        self._there = self._wanted = 0
        """How many pieces of text were found, and how many the original has."""

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
        intro = self.mistakes.intro(document.intro, document.intro_line)
        self._count(intro, lesson.intro)
        steps = self.steps(lesson, document.sections)
        return replace(
            lesson,
            path=self.path,
            title=title,
            intro=intro or lesson.intro,
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
            steps=steps,
            language=language_of(self.path),
            translated=(self._there, self._wanted),
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
                self._wanted += _pieces(next(step for step in lesson.steps if step.slug == slug))
        return tuple(
            self.step(step, by_slug[step.slug]) if step.slug in by_slug else step for step in lesson.steps
        )

    def _count(self, found: object, original: object) -> None:
        """Note one piece of text of the original, and whether it is there."""
        self._wanted += bool(original)
        self._there += bool(found and original)

    def step(self, step: Step, section: LessonSection) -> Step:
        prose, task = self.mistakes.prose(section)
        self._count(section.title, step.title)
        self._count(task, step.task)
        if not task:  # Half a text would be in two languages.
            prose, task = step.prose, step.task
        fields = self.mistakes.fields(section.block or Block({}, "", section.line))
        said = [each.say for check in step.checks for each in check.flat() if each.say]
        says = iter(self.in_order(fields, "say", said))
        whys = self.in_order(fields, "why", [why.say for why in step.whys])
        choices = self.by_id(fields, "choices", {choice.id: choice.text for choice in step.choices})
        of_choices = {choice.id: choice.why for choice in step.choices if choice.why}
        choice_whys = self.by_id(fields, "choice_why", of_choices)
        translated = replace(
            step,
            title=section.title or step.title,
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
        self._count(text, original)
        if text and not original:
            fields.say(f"{key} is not in the original. Delete it.", key)
        return text or original

    def in_order(self, fields: TableReader, key: str, originals: Sequence[str]) -> Sequence[str]:
        texts: list[str] = fields.take(key, TEXTS, [], required=bool(originals))
        if key in fields.table and len(texts) != len(originals):
            fields.say(f"{key} has {len(texts)} texts, and the original {len(originals)}.", key)
        if len(texts) != len(originals):  # Which of them is missing, nobody knows.
            texts = [""] * len(originals)
        elif key in fields.table:
            for place in (place for place, text in enumerate(texts, 1) if not text):
                fields.say(f"{key} {place} is missing.", key)
        return [self._or(text, original) for text, original in zip(texts, originals, strict=True)]

    def _or(self, text: str, original: str) -> str:
        """A piece of text, or that of the original if it is missing."""
        self._count(text, original)
        return text or original

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
        for id_, texts in wanted.items():
            for _ in texts:
                self._count(found[id_] is not texts, True)
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
        found = {id_: text for id_, text in texts.items() if TEXT.accepts(text) and text}
        if key in fields.table:
            for id_ in originals.keys() & texts.keys() - found.keys():
                if texts[id_] == "":
                    fields.say(f"{key}: {id_} is missing.", key)
        for id_ in originals:
            self._count(id_ in found, originals[id_])
        return found


def _pieces(step: Step) -> int:
    """How many pieces of text a step has."""
    said = [each.say for check in step.checks for each in check.flat() if each.say]
    choices = [text for choice in step.choices for text in (choice.text, choice.why) if text]
    return 2 + len(said) + len(step.whys) + len(step.hints) + len(choices) + bool(step.explain)


def _saying(check: Check, says: Any) -> Check:
    """A check with its sentence, and those of its parts, in the order in which they are written."""
    say = next(says, "") if check.say else ""
    return replace(check, say=say, parts=tuple(_saying(part, says) for part in check.parts))
