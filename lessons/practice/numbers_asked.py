"""Made tasks that ask for a number: a gradient, a reference count, how many nodes a line frees."""

from __future__ import annotations

from random import Random

from lessons.practice.random_programs import MadeProgram, UnfitError, graph_program, node_of, run_to_end
from lessons.practice.written import MadeTask, number_task
from microcrad.text.numbers import short
from microcrad.timeline.log import Holder, Kind
from microcrad.timeline.snapshot import Snapshot

__all__ = ["freed", "gradient", "references"]

# --- a gradient ----------------------------------------------------------------------------------------


def gradient(random: Random, level: int) -> MadeTask:
    """Predict the grad of one node."""
    made = graph_program(random, level)
    program = f"{made.text}backward({made.root})\n"
    at = run_to_end(program)
    pool = [name for name, _ in made.leaves] if level < 3 else made.names[:-1]
    asked = random.choice(pool)
    row = at.row(node_of(at, asked))
    right = row.grad
    if right == 0 and random.random() < 0.8:  # A slope of 0 is worth asking for, now and then.
        raise UnfitError
    parts = _parts(at, asked)
    root = made.root
    known = [
        (_grad(program, asked, "overwrite"),
         "That is what arrived last. All that arrives at a node is added up."),
        (_grad(program, asked, "merged"),
         "Where a node stands in both slots of an operation, each slot sends its part."),
        (_grad(program, asked, "recursion"),
         "A node sends once all its users have sent to it, and not before."),
        (at.row(node_of(at, root)).data or 0.0,
         f"That is `{root}` itself. How far does it move when `{asked}` does?"),
        (row.data or 0.0, f"That is `{asked}` itself. How far does `{root}` move when it does?"),
        (-right, "The size is right, the sign is not."),
        (float(len(made.users(asked))), "The number of roads alone says nothing: each has its slope."),
    ]  # fmt: skip
    nudge = f"Nudge `{asked}`: how far do its users move, and how far does `{root}` for each of them?"
    users = ", ".join(f"`{name}`" for name in dict.fromkeys(made.users(asked)))
    return number_task(
        right,
        known,
        title="Predict a gradient",
        prose="Slopes multiply along a road, and what comes by different roads adds.",
        task=f"Before `backward` runs: what is d{root}/d{asked}?",
        program=program,
        go="backward",
        say=nudge,
        explain=f"{_added(parts)}{short(right)}.",
        hints=[
            f"Which nodes use `{asked}`? {users}. Begin at `{root}`, whose grad is 1, and go down to them.",
            f"The parts are {', '.join(f'{short(part)} from `{name}`' for name, part in parts)}."
            if len(parts) > 1
            else f"Only `{parts[0][0]}` sends to it: what is that one's grad, and what is the slope between?",
        ],
        asked=(asked, "grad"),
    )


def _grad(program: str, name: str, fault: str) -> float:
    at = run_to_end(program, fault)
    return at.grad(node_of(at, name))


def _parts(at: Snapshot, asked: str) -> list[tuple[str, float]]:
    """What arrived at a node, and from which, in the order in which it did."""
    node = at.node_called(asked)
    parts: list[tuple[str, float]] = []
    before = 0.0
    for event in at.events(Kind.EDGE):
        if event.node == node:
            parts.append((at.label(event.source), event.value - before))
            before = event.value
    return parts


def _added(parts: list[tuple[str, float]]) -> str:
    """`6 from `y` and 1 from `z`, together `, where several arrive."""
    if len(parts) == 1:
        return f"From `{parts[0][0]}` comes "
    each = [f"{short(part)} from `{name}`" for name, part in parts]
    return f"{', '.join(each[:-1])} and {each[-1]}: together "


# --- a reference count ---------------------------------------------------------------------------------


def references(random: Random, level: int) -> MadeTask:
    """Predict the reference count of a node that still has a name at the end."""
    made = graph_program(random, min(level, 4), plain=level < 4)
    lines = made.lines
    aliases: list[str] = []
    if level >= 2:
        aliases.append("n")
        lines.append(f"n = {random.choice(made.names)}")
    if level >= 3:
        gone = random.choice([*made.names[1:], *aliases])
        lines.append(f"del {gone}")
    if level >= 5:
        moved = random.choice(made.names[:2])
        lines.append(f"{moved} = {random.randint(6, 9)}")
    program = "".join(f"{line}\n" for line in lines)
    at = run_to_end(program)
    there = [name for name in at.names if name in {*made.names, *aliases}]
    asked = random.choice(there)
    node = node_of(at, asked)
    right = at.row(node).refs
    names = len(at.names_of(node))
    held = [each.reference for each in at.owners(node)]
    slots = [each for each in held if each.holder is Holder.SLOT]
    holders = len({each.node for each in slots})
    known = [
        (names, "That is the number of its names. The slots of what is made of it own it as well."),
        (len(slots), "Those are the slots. A name is an owner, too."),
        (names + holders, "An operation with the node in both slots holds it twice."),
        (right + 1, "One too many: is every name and every node that you counted still there?"),
        (right - 1, "One too few: go through all names and all slots."),
    ]  # fmt: skip
    return number_task(
        right,
        known,
        title="Predict a count",
        prose="Owners are names and slots. A node that is freed gives back the slots it had.",
        task=f"Before it runs: how many references has the node that `{asked}` names at the end?",
        program=program,
        go="start",
        say="Count its names and its slots, at the end.",
        within=0,
        explain=f"{_counted(names, 'name')} and {_counted(len(slots), 'slot')}: {right}.",
        hints=[
            "Go line by line: which line gives it an owner, and which takes one away?",
            f"At the end it has {_counted(names, 'name')}. Now its slots.",
        ],
        asked=(asked, "refs"),
    )


def _one_too_few(made: MadeProgram, gone: list[str]) -> str:
    """What may have been forgotten of what a line frees, in this program."""
    if any(character.isdigit() for _, expression, _ in made.results for character in expression):
        return "One too few: a number that stands in an expression is a node as well."
    if gone:
        return "One too few: which nodes have lost their names on the lines before, and who owns those now?"
    return "One too few: go down slot by slot, and count each node that has no owner left."


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


# --- what a line frees ---------------------------------------------------------------------------------


def freed(random: Random, level: int) -> MadeTask:
    """Predict how many nodes the last line frees."""
    made = graph_program(random, level, plain=level < 3)
    lines = made.lines
    gone = (
        random.sample(made.names[:-1], min(level - 1, len(made.names) - 2)) if level > 1 else made.names[:-1]
    )
    if level == 1:
        gone = random.sample(gone, random.randint(0, len(gone)))
    lines += [f"del {name}" for name in gone]
    last = (
        f"del {made.root}" if level < 4 or random.random() < 0.5 else f"{made.root} = {random.randint(2, 9)}"
    )
    program = "".join(f"{line}\n" for line in [*lines, last])
    at = run_to_end(program)
    begins = at.last_line.position
    right = sum(event.index >= begins for event in at.events(Kind.FREE))
    left = [name for name in made.names if name not in gone and name != made.root]
    before = at.moved(begins).heap.live
    said = ", ".join(f"`{name}`" for name in left)
    kept = (
        f"What is left has a name or is held by what has one: {said}."
        if left
        else "No name is left that holds any of it."
    )
    known = [
        (1, f"`{made.root}` goes, and its slots go with it. What had no other owner follows."),
        (before, "Freeing what stands on top does not free all: a node with another owner stays."),
        (0, f"Nobody else owns `{made.root}`: without the name it goes."),
        (right + 1, "One too many: look for one that still has an owner."),
        (right - 1, _one_too_few(made, gone)),
    ]  # fmt: skip
    return number_task(
        right,
        known,
        title="What does a line free?",
        prose="Without an owner a node is freed, and its slots are gone with it. So it goes on down.",
        task=f"How many nodes does the last line, `{last}`, free?",
        program=program,
        go=f"line {len(lines) + 1}",
        say="Go down from the top: who has an owner left?",
        within=0,
        explain=f"{_counted(right, 'node')}. {kept}",
        hints=[
            f"`{made.root}` has lost its only name. What did its slots hold, and who else holds that?",
            kept,
        ],
    )
