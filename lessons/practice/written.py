"""A made task, written as the lesson file it would be, so that it is read and taken as every lesson is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from microcrad.text.numbers import short

__all__ = ["MadeTask", "lesson_text", "number_task", "quoted"]


def quoted(text: str) -> str:
    """A text as TOML writes it, on one line."""
    return json.dumps(text, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class MadeTask:
    """What one task says and checks."""

    title: str
    prose: str
    task: str
    program: str
    go: str
    """Where one stands as it begins."""
    check: Sequence[str]
    """Checks in TOML, without their braces."""
    solution: Sequence[str]
    """Moves in TOML, without their braces."""
    explain: str
    hints: Sequence[str]
    whys: Sequence[tuple[str, str]] = ()
    """What is wrong, in TOML (`answer = 6`, or `id`, `when` and `attempt`), and what it means."""
    choices: Sequence[tuple[str, str, str]] = ()
    """Id, text, and what it means to choose it; empty for the right one."""
    misses: Sequence[tuple[int, str]] = ()
    """Near misses: which check fails, and the attempt in TOML."""
    fault: str = ""
    more: Sequence[str] = field(default=())
    """Further lines of the step's block."""


def number_task(
    right: float,
    known: Sequence[tuple[float, str]],
    *,
    title: str,
    prose: str,
    task: str,
    program: str,
    go: str,
    say: str,
    explain: str,
    hints: Sequence[str],
    asked: tuple[str, str] | None = None,
    within: float = 1e-6,
    apart: float = 1e-3,
) -> MadeTask:
    """A task that is answered with a number, `right` within so much.

    `known` are wrong answers and what they mean; those nearer than `apart` to another number are left out.
    `asked` is the node and the field that is hidden until then; without it, all that comes later is.
    """
    hidden = ['hides = ["later"]']
    if asked is not None:
        hidden = ["predict = true", f'asked = {{ node = "{asked[0]}", field = "{asked[1]}" }}']
    return MadeTask(
        title, prose, task, program, go,
        check=[f'is = "answer", near = {short(right)}, abs = {within:g}, say = {quoted(say)}'],
        solution=[f'answer = "{short(right)}"', 'go = "end"'],
        explain=explain, hints=hints, whys=_unlike(right, known, apart), more=hidden,
    )  # fmt: skip


def _unlike(right: float, known: Sequence[tuple[float, str]], apart: float) -> list[tuple[str, str]]:
    """What wrong answers mean, each number once and none of them the right one."""
    found: dict[float, str] = {}
    for wrong, said in known:
        if abs(wrong - right) > apart and all(abs(wrong - other) > apart for other in found):
            found[wrong] = said
    return [(f"answer = {short(wrong)}", said) for wrong, said in found.items()]


def lesson_text(id_: str, title: str, made: MadeTask) -> str:
    """The file of a lesson of one step."""
    fault = f", {{ fault = {quoted(made.fault)} }}" if made.fault else ""
    program = made.program.rstrip("\n")
    block = [
        *made.more,
        *_rows("choices", map(_choice, made.choices)),
        *_rows("check", (f"{{ {check} }}" for check in made.check)),
        *_rows("why", (f"{{ {wrong}, say = {quoted(said)} }}" for wrong, said in made.whys)),
        *_rows("miss", (f"{{ fails = {fails}, attempt = {attempt} }}" for fails, attempt in made.misses)),
        f"hint = [{', '.join(map(quoted, made.hints))}]",
        f"solution = [{', '.join(f'{{ {move} }}' for move in made.solution)}]",
        f"explain = {quoted(made.explain)}",
    ]
    return "\n".join([
        "+++", "format = 1", f"id = {quoted(id_)}", f"title = {quoted(title)}",
        f'setup = [{{ program = """\n{program}\n""" }}{fault}, {{ go = {quoted(made.go)} }}]', "+++",
        f"## {made.title} {{#task}}", made.prose, "", made.task, "", "```toml step", *block, "```", "",
    ])  # fmt: skip


def _rows(name: str, rows: Iterable[str]) -> list[str]:
    rows = list(rows)
    return [f"{name} = [", *(f"  {row}," for row in rows), "]"] if rows else []


def _choice(choice: tuple[str, str, str]) -> str:
    id_, text, why = choice
    meaning = f", why = {quoted(why)}" if why else ""
    return f"{{ id = {quoted(id_)}, text = {quoted(text)}{meaning} }}"
