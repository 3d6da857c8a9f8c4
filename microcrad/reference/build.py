"""The whole reference, put together from the tables that the language and the engine themselves go by."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

from microcrad.language.lower.body import MAX_ERRORS
from microcrad.language.lower.loops import MAX_COUNT, MAX_LOOPS
from microcrad.language.lower.spans import MAX_NESTING
from microcrad.language.parser import MAX_CHARACTERS
from microcrad.language.statements import RESERVED
from microcrad.ops import LEAF, OPERATIONS, Operation
from microcrad.reference.entries import Entry, Section, entries, entry, rows
from microcrad.run.interpreter import LIMITS, TYPING
from microcrad.run.result import run_program
from microcrad.text.numbers import short
from microcrad.timeline.snapshot import Snapshot

__all__ = ["find", "printed", "reference"]

_OPERANDS = {"a": 0.5, "b": 3.0}
_PARAMETER = 2.0


@cache
def reference() -> tuple[Section, ...]:
    """The sections, in the order in which they are read."""
    return (
        Section("Statements", "One a line.", entries("statements")),
        Section("Functions and lists", "They are unrolled before anything runs.", entries("functions")),
        Section("Networks", "They are the library's, and are unrolled as well.", entries("networks")),
        Section("Plain numbers", "They make no nodes.", entries("numbers")),
        Section(
            "Operations",
            "One node each. In the formulas a and b are the operands, k the parameter and out the result; "
            "value and slopes are the texts that the engine itself runs.",
            tuple(map(_operation, OPERATIONS)),
        ),
        Section(
            "Built of operations",
            "Written like operations, and made of several nodes, so that the graph shows how.",
            tuple(map(_built, rows("built"))),
        ),
        Section(
            "As Python's people write it",
            "Programs written for micrograd, and lines from a notebook, run as they are where they mean "
            "something here.",
            (*entries("python"), _habits()),
        ),
        Section("First lines", "Comments that a program may start with.", entries("first")),
        Section("Ownership in brief", "The whole story is in docs/ownership.md.", entries("ownership")),
        Section("Beside PyTorch", "", (_pytorch(),)),
        Section("Names and limits", "", (*map(_names, rows("names")), _limits())),
    )


def find(wanted: str) -> Entry | None:
    """The entry that is called so, or else the first that is written so; None if there is none."""
    text = _bare(wanted)
    everything = [each for section in reference() for each in section.entries]
    named = (each for each in everything if _bare(each.name) == text)
    written = (each for each in everything if text in map(_bare, (*each.also, *each.forms)))
    return next(named, None) or next(written, None)


def _bare(text: str) -> str:
    return "".join(text.lower().split())


@cache
def printed(example: str) -> tuple[str, ...]:
    """What an example prints."""
    return tuple(_end(example).output)


def _end(text: str) -> Snapshot:
    run = run_program(text)
    return run.end


def _habits() -> Entry:
    """What people try who know Python, beside what to write here."""
    table = [(row["tried"], f"`{row['write']}`", row["why"]) for row in rows("habits")]
    return Entry(
        "instead of Python", (), "What is not here, and what to write in its place.",
        table=(("in Python", "here", "why"), *table), also=("python", "habits"),
    )  # fmt: skip


# --- what follows from the tables ----------------------------------------------------------------------


def _operation(op: Operation) -> Entry:
    """One row of the table of operations; its example follows from how it is written."""
    operands = "ab"[: op.arity]
    facts = [("value", op.forward)]
    facts += [(f"slope to {operand}", text) for operand, text in zip(operands, op.partials, strict=True)]
    for limit in (*op.limits, *op.slope_limits, *filter(None, [op.flat])):
        facts.append(("needs", f"{limit.needs}. {limit.repair}".format(a="a", b="b", k="k")))
    facts.append(("in C", op.c_name))
    forms = _forms(op)
    return Entry(op.name, forms, op.why, _example(forms[0], operands), tuple(facts), (op.symbol, op.c_name))


def _forms(op: Operation) -> tuple[str, ...]:
    if op is LEAF:
        return ("name = number",)
    if op.takes_parameter:
        return (f"a{op.symbol}k",)
    return (f"a {op.symbol} b",) if op.infix else (f"{op.symbol}(a)", f"a.{op.symbol}()")


def _example(form: str, operands: str) -> str:
    """A program that computes something, and prints it and its slopes."""
    if not operands:
        return "x = 3\nbackward(x)\nprint(x)\n"
    given = "".join(f"{name} = {short(_OPERANDS[name])}\n" for name in operands)
    asked = "".join(f"print({name}.grad)\n" for name in operands)
    expression = re.sub(r"\bk\b", short(_PARAMETER), form)
    return f"{given}out = {expression}\nprint(out)\nbackward(out)\n{asked}"


def _built(row: dict[str, Any]) -> Entry:
    """What is written like an operation, with the nodes that it makes."""
    form = row["forms"][0]
    operands = "ab" if "b" in form else "a"
    example = _example(form, operands)
    at = _end(f"# ownership: manual\n{example}")  # In manual every node that was made is still there.
    made = [at.row(node) for node in at.nodes[len(operands) :]]
    nodes = ", ".join(f"leaf {short(each.data or 0)}" if each.op == LEAF.name else each.op for each in made)
    text = f"The same as {row['formula']}. {row.get('text', '')}"
    return replace(entry(row, text=text, facts=(("nodes", nodes),)), example=example)


def _names(row: dict[str, Any]) -> Entry:
    return entry(row, text=f"{row['text']} {', '.join(sorted(RESERVED))}.")


def _pytorch() -> Entry:
    """Where a gradient is another one than PyTorch gives; what it is here is worked out."""
    table = []
    for row in rows("pytorch"):
        program = row["program"].replace("; ", "\n")
        at = _end(program if "backward(" in program else f"{program}\nbackward(y)\n")
        leaves = [(name, node) for name, node in at.names.items() if at.operation(node) is LEAF]
        here = ", ".join(f"{name}.grad = {short(at.grad(node))}" for name, node in leaves)
        there = ", ".join(
            f"{name}.grad = {short(grad)}" for (name, _), grad in zip(leaves, row["there"], strict=True)
        )
        table.append((row["program"], here, there, " ".join(row["why"].split())))
    return Entry(
        "pytorch", (), "In these a gradient here differs from the one that PyTorch gives in doubles.",
        table=(("program", "here", "in PyTorch", "why"), *table), also=("torch",),
    )  # fmt: skip


def _limits() -> Entry:
    facts = (
        ("nodes", f"{LIMITS.nodes:,} in a run, freed ones included"),
        ("events", f"{LIMITS.events:,} in a run"),
        ("statements", f"{LIMITS.statements:,} in a run, each time round a loop counted"),
        ("work", f"{LIMITS.work:,} numbers worked out and nodes looked at one by one"),
        (
            "typing",
            f"{TYPING.events:,} events, {TYPING.statements:,} statements, {TYPING.work:,} steps of work; "
            "a run that is asked for goes on",
        ),
        ("characters", f"{MAX_CHARACTERS:,} in a program"),
        ("depth", f"{MAX_NESTING} operations inside one another on a line"),
        ("loops", f"{MAX_LOOPS} inside one another, each over a range up to {MAX_COUNT:,}"),
        ("errors", f"{MAX_ERRORS} told at once"),
    )
    return Entry("limits", (), "A program that goes beyond one is stopped and told so.", facts=facts)
