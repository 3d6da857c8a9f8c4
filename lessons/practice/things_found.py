"""Made tasks in which something is found: a fault, a leak, an order in which nodes may fire."""

from __future__ import annotations

from random import Random

from lessons.practice.random_programs import MadeProgram, UnfitError, graph_program, node_of, run_to_end
from lessons.practice.written import MadeTask, quoted
from microcrad.run.faults import FAULTS
from microcrad.run.result import run_program
from microcrad.text.numbers import short
from microcrad.timeline.snapshot import Snapshot

__all__ = ["fault", "leak", "mistaken", "order"]

_FIRST_FAULTS = ("overwrite", "merged", "stale")
"""Those that one is asked for first."""


# --- a fault -------------------------------------------------------------------------------------------


def fault(random: Random, level: int) -> MadeTask:
    """Name the fault that is on: no other one leaves the same numbers."""
    made = graph_program(random, max(level, 2))
    lines = [*made.lines, f"backward({made.root})"]
    if random.random() < 0.5:
        lines += ["zero_grad()", f"backward({random.choice([name for name, _, _ in made.results])})"]
    program = "".join(f"{line}\n" for line in lines)
    right = run_to_end(program)
    ends = {name: run_to_end(program, name) for name in FAULTS}
    chosen = random.choice(_FIRST_FAULTS if level == 1 else list(FAULTS))
    if not mistaken(ends[chosen], right) or any(
        not mistaken(ends[chosen], end) for name, end in ends.items() if name != chosen
    ):
        raise UnfitError
    leaves = [name for name, _ in made.leaves]
    nudged = ", ".join(f"{short(right.grad(node_of(right, name)))} for `{name}`" for name in leaves)
    choices = [
        (
            name,
            f"`{name}`: {FAULTS[name].title}",
            "" if name == chosen else _instead(ends, right, name, chosen),
        )
        for name in FAULTS
    ]
    return MadeTask(
        title="Name the fault",
        prose=f"One of the engine's faults is on. By nudging, the slopes of the last backward are {nudged}.",
        task="Walk it and look at the grads and at the live nodes. Which fault is on?",
        program=program,
        go="end",
        fault=chosen,
        check=[f'is = "choice", id = "{chosen}"'],
        solution=[f'choose = "{chosen}"'],
        choices=choices,
        explain=f"{_shows(ends[chosen], right)} That is `{chosen}`: {FAULTS[chosen].title}.",
        hints=[
            "Which grad differs from what nudging says, and by how much? If none does, count the live nodes.",
            _shows(ends[chosen], right),
        ],
        more=["mystery = true"],
    )


def mistaken(one: Snapshot, other: Snapshot) -> list[int]:
    """The nodes in which two runs of a program end differently: in grad, or in whether they are live."""
    return [
        node
        for node in one.nodes
        if one.is_live(node) != other.is_live(node) or abs(one.grad(node) - other.grad(node)) > 1e-9
    ]


def _shows(wrong: Snapshot, right: Snapshot) -> str:
    """Where one sees that something is wrong."""
    node = min(mistaken(wrong, right))
    if wrong.grad(node) != right.grad(node):
        which = f"`{right.label(node)}.grad`" if right.names_of(node) else "A grad"
        return f"{which} is {short(wrong.grad(node))}, and should be {short(right.grad(node))}."
    return f"{wrong.heap.live} nodes are live, and {right.heap.live} should be."


def _instead(ends: dict[str, Snapshot], right: Snapshot, name: str, chosen: str) -> str:
    """What it would be if another fault were on."""
    if not mistaken(ends[name], right):
        return "With that one nothing in this program would go wrong, and something does."
    node = min(mistaken(ends[name], ends[chosen]))
    there, here = ends[name], ends[chosen]
    if there.grad(node) != here.grad(node) and right.names_of(node):
        would, is_ = short(there.grad(node)), short(here.grad(node))
        return f"Then `{right.label(node)}.grad` would be {would}, and it is {is_}."
    if there.heap.live != here.heap.live:
        return f"Then {there.heap.live} nodes would be live, and there are {here.heap.live}."
    return "Then other grads would be wrong than those that are."


# --- a leak --------------------------------------------------------------------------------------------


def leak(random: Random, level: int) -> MadeTask:
    """Mend a leak by one line: one reference was never given back."""
    made = graph_program(random, min(level, 4), plain=True)
    lines = ["# ownership: manual", *made.lines]
    owed = list(made.names)
    if level >= 3:
        twice = random.choice(made.names)
        lines.append(f"retain({twice})")
        owed.append(twice)
    if level >= 5:
        more = random.choice(made.names)
        lines.append(f"retain({more})")
        owed.append(more)
    random.shuffle(owed)
    missing = owed.pop()
    lines += [f"release({name})" for name in owed]
    program = "".join(f"{line}\n" for line in lines)
    at = run_to_end(program)
    leaked = len(at.leaks)
    mending = f"release({missing})"
    stopped = [(name, kind) for name in made.names if name != missing and (kind := _stops(program, name))]
    whys = [
        (
            f'id = "gone", when = {{ is = "stopped", kind = "{kind}" }}, '
            f'attempt = {{ append = "release({name})" }}',
            "That gives back a reference that is not there any more. Which one is still out?",
        )
        for name, kind in stopped[:1]
    ]
    if not leaked:
        raise UnfitError
    first_leaf, number = made.leaves[0]
    elsewhere = f'{{ line = "2 {first_leaf} = {number + 1}" }}'
    return MadeTask(
        title="Mend a leak",
        prose="By C's rules each reference that is made or retained has to be given back. Here one is not.",
        task=f"{_nodes(leaked)} at the end. Add one line that repairs it.",
        program=program,
        go="end",
        check=[
            'is = "kept", but = "more", say = "Leave the lines that are there, and add one."',
            'is = "leaks", at = "end", equals = 0',
        ],
        solution=[f'append = "{mending}"', 'go = "end"'],
        explain=f"`{missing}` was owed one more release; what it held in its slots could not go either.",
        hints=[
            "Count for each name: once made, once for each `retain`. How often is it released?",
            "What leaks may be held by what leaks above it. Look for the one whose count is one too many.",
        ],
        whys=whys,
        misses=[
            (1, f"[{elsewhere}, {{ append = {quoted(mending)} }}]"),
            (2, '{ append = "k = 1" }'),
        ],
        more=['hides = ["repairs"]'],
    )


def _nodes(leaked: int) -> str:
    return "1 node is leaked" if leaked == 1 else f"{leaked} nodes are leaked"


def _stops(program: str, name: str) -> str:
    """Which touch of freed memory it is to release one name more; empty if it is none."""
    stop = run_program(f"{program}release({name})\n").memory_stop
    return "" if stop is None else stop.kind


# --- an order ------------------------------------------------------------------------------------------


def order(random: Random, level: int) -> MadeTask:
    """Choose the one order of four in which every node fires after all that use it."""
    made = graph_program(random, max(level, 2), plain=level < 3)
    names = [name for name, _, _ in made.results]
    right = _an_order(random, made)
    wrong: list[list[str]] = []
    for _ in range(60):
        tried = _spoilt(random, right) if random.random() < 0.7 else _depth_first(made)
        if tried != right and tried not in wrong and _early(made, tried):
            wrong.append(tried)
    if len(names) < 3 or len(wrong) < 2:
        raise UnfitError
    wrong = wrong[:3]
    offered = [right, *wrong]
    random.shuffle(offered)
    choices = [
        (letter, ", ".join(f"`{name}`" for name in each), "" if each == right else _because(made, each))
        for letter, each in zip("abcd", offered, strict=False)
    ]
    id_ = next(letter for letter, _, why in choices if not why)
    return MadeTask(
        title="Order of firing",
        prose="In backward a node sends its gradient on once, after everything that uses it has sent.",
        task="Which of these is an order in which all nodes but the leaves may fire?",
        program=f"{made.text}backward({made.root})\n",
        go="backward",
        check=[f'is = "choice", id = "{id_}"'],
        solution=[f'choose = "{id_}"'],
        choices=choices,
        explain="Every node comes after all its users. Any order that does so gives the same gradients.",
        hints=[
            f"`{made.root}` is first: nothing uses it. And who uses each of the others?",
            "In a wrong one, some node stands before one that has it in a slot.",
        ],
        more=['hides = ["later"]'],
    )


def _an_order(random: Random, made: MadeProgram) -> list[str]:
    """Any order in which each result comes after all its users."""
    left, found = [name for name, _, _ in made.results], []
    while left:
        ready = [name for name in left if not any(user in left for user in made.users(name))]
        found.append(random.choice(ready))
        left.remove(found[-1])
    return found


def _spoilt(random: Random, right: list[str]) -> list[str]:
    places = random.sample(range(len(right)), 2)
    tried = list(right)
    tried[places[0]], tried[places[1]] = tried[places[1]], tried[places[0]]
    return tried


def _depth_first(made: MadeProgram) -> list[str]:
    """What recursion visits, each node when it is come to first."""
    slots = {name: operands for name, _, operands in made.results}
    found: list[str] = []

    def visit(name: str) -> None:
        if name in slots and name not in found:
            found.append(name)
            for operand in slots[name]:
                visit(operand)

    visit(made.root)
    return found


def _early(made: MadeProgram, tried: list[str]) -> tuple[str, str] | None:
    """The first node that fires before one of its users, and that user."""
    for place, name in enumerate(tried):
        for user in made.users(name):
            if user in tried[place:]:
                return name, user
    return None


def _because(made: MadeProgram, tried: list[str]) -> str:
    found = _early(made, tried)
    assert found is not None
    name, user = found
    return f"`{user}` uses `{name}`, and there `{name}` fires before `{user}` has sent to it."
