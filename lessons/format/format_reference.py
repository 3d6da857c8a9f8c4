"""The reference of the lesson format, made from the tables that the loader reads lessons with."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.fields.scripts import MOVES
from lessons.kinds import KINDS, CheckKind
from lessons.kinds.base import COUNT, VALUE, CheckField

__all__ = ["check_reference", "move_reference"]


def move_reference() -> str:
    """Every move of scripts, as a Markdown table."""
    rows = ["| move | what it does |", "|---|---|"]
    for kind in MOVES.values():
        where = " (train)" if kind.modes == ("train",) else ""
        rows.append(f"| `{{ {kind.example} }}`{where} | {kind.about} |")
    return "\n".join(rows)


def check_reference() -> str:
    """Every kind of check with its fields and an example, as Markdown."""
    return "\n".join(line for kind in KINDS for line in _kind(kind)).strip()


def _kind(kind: CheckKind) -> Iterator[str]:
    mode = " (train)" if kind.modes == ("train",) else ""
    yield f"**`{kind.name}`**{mode} {kind.about}"
    yield ""
    for name, field in kind.fields.items():
        if not (_shared(kind, COUNT) and name in COUNT) and not (_shared(kind, VALUE) and name in VALUE):
            needed = ", required" if field.required else ""
            yield f"- `{name}` ({field.type.name}{needed}): {field.about}"
    if _shared(kind, COUNT):
        yield "- a count: `equals`, `at_least`, `at_most`"
    if _shared(kind, VALUE):
        yield "- a number: `near` with `abs` or `rel`, `above`, `below`"
    if kind.name in ("all", "any", "not"):
        yield "- `of` (a list of tables, required): the checks"
    yield from ("", "```toml", f"check = [{{ {kind.example} }}]", "```", "")


def _shared(kind: CheckKind, fields: dict[str, CheckField]) -> bool:
    return fields.keys() <= kind.fields.keys()
