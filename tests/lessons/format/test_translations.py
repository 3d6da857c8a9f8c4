"""Translations hold prose only, all of it, and change nothing that is checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from planted import SOUND, changed

from lessons.catalogue import catalogue, files_in
from lessons.check.validate import validate
from lessons.fields.problems import LessonError
from lessons.format.lesson import Lesson
from lessons.format.loader import load
from lessons.format.translations import is_translation, read_translation, translate
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing
from microcrad.session.session import Session

GERMAN = """\
+++
title = "Eine heile Lektion"
ask = { square = "Was ist dy/dx bei `x = {x}`?" }
explain = { square = "Zweimal {x}: {answer}." }
why = { square = ["{x} ist ein Platz."] }
+++
Über `x` und `y`.

## Voraussagen {#predict}
Zwei Plätze.

Was ist `x.grad` am Ende?

```toml step
why = ["3 ist ein Platz. Es sind zwei.", "9 ist das Produkt selbst."]
hint = ["Zähle die Plätze.", "3 für jeden."]
explain = "3 und 3."
```

## Wählen {#choose}
Was geht bei `merged` verloren?

```toml step
choices = { edge = "eine Kante", node = "ein Knoten" }
choice_why = { node = "Alle Knoten bleiben." }
```

## Tun {#do}
Schalte `merged` ein und gehe ans Ende.

```toml step
why = ["Noch wurde nichts gesendet."]
```
"""


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A lesson with a translation beside it."""
    (tmp_path / "sound.md").write_text(SOUND, encoding="utf-8")
    (tmp_path / "sound.de.md").write_text(GERMAN, encoding="utf-8")
    return tmp_path / "sound.md"


def german(lesson: Path, *changes: tuple[str, str]) -> Lesson:
    """The translation of a lesson, with some texts replaced."""
    text = GERMAN
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = lesson.with_name("sound.de.md")
    path.write_text(text, encoding="utf-8")
    return read_translation(load(lesson), path)


def test_a_dot_alone_makes_no_translation() -> None:
    assert is_translation(Path("05-accumulate.de.md"))
    assert is_translation(Path("x.pt-BR.md"))
    assert not any(is_translation(Path(name)) for name in ("x.md", "x.y.md", "1.2.md", "x.draft.md"))


def test_a_translation_says_the_same_in_another_language(original: Path) -> None:
    lesson, translated = load(original), translate(load(original), "de")
    assert (translated.title, translated.language, translated.intro) == (
        "Eine heile Lektion",
        "de",
        "Über `x` und `y`.",
    )
    assert [step.title for step in translated.steps] == ["Voraussagen", "Wählen", "Tun"]
    (question,) = translated.questions
    assert question.ask == "Was ist dy/dx bei `x = {x}`?"
    assert question.explain == "Zweimal {x}: {answer}."
    assert question.whys == (("{x}", "{x} ist ein Platz."),)
    for theirs, ours in zip(translated.steps, lesson.steps, strict=True):
        assert (theirs.slug, theirs.checks, theirs.solution) == (ours.slug, ours.checks, ours.solution)
    it = Taking(translated, Session())
    assert it.answer("3").sentence == "3 ist ein Platz. Es sind zwei."
    assert it.hint() == "Zähle die Plätze."
    assert it.answer("6").sentence == "3 und 3."
    it.next()
    assert [choice.text for choice in it.step.choices] == ["eine Kante", "ein Knoten"]
    assert it.choose("node").sentence == "Alle Knoten bleiben."
    assert it.choose("edge").verdict is Standing.PASSED


def test_what_a_check_says_is_translated_in_its_parts_too(tmp_path: Path) -> None:
    grad = '{ is = "grad", node = "x", near = 3, rel = 1e-9 }'
    inside = f'{{ is = "all", of = [{grad[:-2]}, say = "One." }}, {{ is = "finite", say = "Two." }}] }}'
    text = changed(
        (grad, inside),
        ('  { is = "fault", name = "merged" },\n', '  { is = "fault", name = "merged", say = "Zero." },\n'),
    )
    (tmp_path / "sound.md").write_text(text, encoding="utf-8")
    says = (
        'why = ["Noch wurde nichts gesendet."]',
        'why = ["Noch nicht."]\nsay = ["Null.", "Eins.", "Zwei."]',
    )
    translated = german(tmp_path / "sound.md", says)
    fault, joined = translated.steps[2].checks
    assert [fault.say, joined.say, *(part.say for part in joined.parts)] == ["Null.", "", "Eins.", "Zwei."]


def test_without_a_translation_a_lesson_is_as_it_is(original: Path) -> None:
    assert translate(load(original), "fr").title == "A sound lesson"
    assert translate(load(original), "").title == "A sound lesson"


MISTAKES = [
    ('title = "Eine heile Lektion"\n', "", "title is missing"),
    ('title = "Eine heile', 'misconception = "Nein."\ntitle = "Eine heile', "not in the original"),
    ('title = "Eine heile Lektion"', 'title = "Eine heile Lektion"\nid = "sound"', "there is no field 'id'"),
    ('ask = { square = "Was ist dy/dx bei `x = {x}`?" }', 'ask = { sqare = "?" }', "Did you mean square?"),
    ('["{x} ist ein Platz."]', "[]", "why: square needs 1 texts"),
    ('why = { square', "why = { sqare", "why: the original has no 'sqare'. Did you mean square?"),
    ("Über `x` und `y`.\n", "", "lacks a text above the first step"),
    ("## Tun {#do}", "## Tun {#doo}", "the original has no step 'doo'. Did you mean do?"),
    ("## Tun {#do}", "## Tun {#doo}", "the step 'do' is missing"),
    ("Schalte `merged` ein und gehe ans Ende.\n", "", "the step has no text"),
    ('why = ["Noch wurde nichts gesendet."]\n', "", "why is missing"),
    ('"3 ist ein Platz. Es sind zwei.", ', "", "why has 1 texts, and the original 2"),
    ('hint = ["Zähle die Plätze.", "3 für jeden."]\n', "", "hint is missing"),
    ('"3 für jeden."]', '"3 für jeden.", "Noch einer."]', "hint has 3 texts, and the original 2"),
    ('explain = "3 und 3."\n', "", "explain is missing"),
    (', node = "ein Knoten" }', " }", "choices: node is missing"),
    ('node = "ein Knoten"', 'node = "ein Knoten", face = "?"', "the original has no 'face'"),
    ('choice_why = { node = "Alle Knoten bleiben." }\n', "", "choice_why is missing"),
    ('why = ["Noch wurde', 'check = []\nwhy = ["Noch wurde', "there is no field 'check'"),
    ('why = ["Noch wurde', 'say = ["?"]\nwhy = ["Noch wurde', "say has 1 texts, and the original 0"),
    ("Über `x` und `y`.", "Über `x` und `yy`.", "no program of this lesson has the name yy"),
    ("Zwei Plätze.", "Und so weiter, und so fort. " * 60, "Split it"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=[row[2] for row in MISTAKES])
def test_a_missing_or_an_extra_piece_is_found(original: Path, old: str, new: str, said: str) -> None:
    path = original.with_name("sound.de.md")
    path.write_text(GERMAN.replace(old, new, 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != GERMAN
    found = validate([original])
    assert any(said in problem.message for problem in found), found
    assert {problem.file for problem in found} == {str(path)}
    assert validate([path]) == found
    lines = path.read_text(encoding="utf-8").count("\n") + 1
    assert all(1 <= problem.line <= lines for problem in found)


def test_a_sound_translation_is_sound(original: Path) -> None:
    assert validate([original]) == []
    assert files_in(original.parent) == [original]


MISSING = [
    ('"3 ist ein Platz. Es sind zwei."', '""', "why 1 is missing"),
    ('"Zähle die Plätze."', '""', "hint 1 is missing"),
    ('explain = "3 und 3."\n', "", "explain is missing"),
    ('edge = "eine Kante"', 'edge = ""', "choices: edge is missing"),
    ('node = "Alle Knoten bleiben."', 'node = ""', "choice_why: node is missing"),
    ('title = "Eine heile Lektion"\n', "", "title is missing"),
    ("Über `x` und `y`.\n", "", "it lacks a text above the first step"),
    ("Was geht bei `merged` verloren?\n", "", "the step has no text"),
    ("## Tun {#do}", "## Tun {#don}", "the step 'do' is missing"),
]


@pytest.mark.parametrize(("old", "new", "said"), MISSING, ids=[row[2] for row in MISSING])
def test_a_missing_piece_is_as_in_the_original_and_alone(
    original: Path, old: str, new: str, said: str
) -> None:
    """`check` names it; who takes the lesson has everything else in the other language."""
    whole = translate(load(original), "de")
    assert whole.translated[0] == whole.translated[1] > 10
    assert GERMAN.count(old) == 1
    original.with_name("sound.de.md").write_text(GERMAN.replace(old, new), encoding="utf-8")
    assert any(said in problem.message for problem in validate([original]))
    partly = translate(load(original), "de")
    there, wanted = partly.translated
    assert wanted == whole.translated[1]
    assert there == wanted - (3 if "#do" in old else 1)
    plain = repr(load(original))
    differing = sum(
        piece in repr(whole) and piece not in repr(partly)
        for piece in (
            "heile",
            "Über",
            "Voraussagen",
            "Platz.",
            "Zähle",
            "3 für jeden",
            "eine Kante",
            "ein Knoten",
            "Alle Knoten",
            "Schalte",
            "Noch wurde",
            "3 und 3",
            "Was geht",
        )
    )
    assert differing <= (2 if "#do" in old else 1)
    assert plain != repr(partly)


def test_a_broken_translation_leaves_the_original(original: Path) -> None:
    own = original.parent
    assert catalogue(own, "de").lessons[-1].title == "Eine heile Lektion"
    original.with_name("sound.de.md").write_text("+++\n", encoding="utf-8")
    found = catalogue(own, "de")
    assert found.lessons[-1].title == "A sound lesson"
    assert found.problems[0].file.endswith("sound.de.md")
    with pytest.raises(LessonError, match="the header has no end"):
        read_translation(load(original), original.with_name("sound.de.md"))
