"""Made tasks that need no more than the first three lessons: a slope by a nudge, a stale number, one road."""

from __future__ import annotations

from random import Random

from lessons.practice.random_programs import MOST, UnfitError, graph_program, node_of, run_to_end
from lessons.practice.written import MadeTask, number_task
from microcrad.text.numbers import short

__all__ = ["chain", "nudge", "stale"]

_NUDGE = 0.001


def _data(program: str, name: str) -> float:
    at = run_to_end(program)
    data = at.row(node_of(at, name)).data
    if data is None or abs(data) > MOST:
        raise UnfitError
    return data


# --- a slope by a nudge --------------------------------------------------------------------------------


def nudge(random: Random, level: int) -> MadeTask:
    """Predict how far a result moves for a nudge of the one leaf it is made of."""
    x, k, c = random.randint(2, 6), random.randint(2, 6), random.randint(1, 9)
    expression, slope = {
        1: random.choice([(f"{k}*x + {c}", k), (f"{k}*x - {c}", k), (f"{c} - {k}*x", -k)]),
        2: (f"x**2 + {c}", 2 * x),
        3: random.choice([(f"x**2 + {k}*x", 2 * x + k), (f"x**2 - {k}*x", 2 * x - k)]),
        4: (f"{k}*x**2 + {c}*x", 2 * k * x + c),
        5: (f"x**3 - {k}*x", 3 * x * x - k),
    }[level]
    lines = [f"x = {x}", f"y = {expression}"]
    program = "\n".join([*lines, "backward(y)", ""])
    here = _data(program, "y")
    there = _data(f"x = {x + _NUDGE}\ny = {expression}\n", "y")
    if abs(slope) > MOST or slope == 0:
        raise UnfitError
    # One who measures by a nudge is off by what the curve bends in it; one who goes the other way, too.
    return number_task(
        slope,
        [
            (here, "That is `y` itself. How far does it move when `x` does?"),
            (x, "That is `x` itself. How far does `y` move when it does?"),
            (-slope, "The size is right. Does `y` grow or fall as `x` grows?"),
            (slope * _NUDGE, "So far does `y` move for a nudge of 0.001. How many times as far is that?"),
            *([(slope + c, f"`{c}` stands alone and does not move when `x` does.")] if level < 3 else []),
            *([(x * x, "That is `x` squared. Both of its factors move.")] if "x**2" in expression else []),
        ],
        title="A slope by a nudge",
        prose="A slope is the answer to a nudge: how many times as far as `x` does `y` move?",
        task=f"Before it runs: what is the slope of `y` at `x = {x}`?",
        program=program,
        go="start",
        say="Nudge `x` by 0.001 and work `y` out again: how far has it moved?",
        explain=f"A nudge of 0.001 moves `y` from {short(here)} to {there:.6g}: {short(slope)} times as far.",
        hints=[
            f"At `x = {x}`, `y` is {short(here)}. What is it at {x + _NUDGE}?",
            "Each part that has `x` in it moves; what is only added does not.",
        ],
        asked=("x", "grad"),
        within=0.01,
        apart=0.02,
    )


# --- a number that nobody computed again ---------------------------------------------------------------


def stale(random: Random, level: int) -> MadeTask:
    """Predict what a node holds after a leaf of its was changed, or its name was moved."""
    made = graph_program(random, min(level, 4), plain=level < 3)
    leaf, number = random.choice(made.leaves)
    new = random.choice([each for each in range(2, 10) if each != number])
    moves = level >= 2 and random.random() < 0.5
    change = f"{leaf} = {new}" if moves else f"{leaf}.data = {new}"
    again = [line for line in made.lines if line.startswith(f"{made.root} = ")] if level >= 3 else []
    again = again if random.random() < 0.5 else []
    lines = [*made.lines, change, *again]
    asked = made.root
    program = "".join(f"{line}\n" for line in lines)
    right = _data(program, asked)
    before = _data(made.text, asked)
    results = [line for line in made.lines if line.partition(" = ")[0] not in dict(made.leaves)]
    anew = _data("".join(f"{line}\n" for line in [*made.lines, change, *results]), asked)
    if anew == before or (again and right == before):
        raise UnfitError
    which = f"line {len(made.lines)}" if not again else f"line {len(lines)}"
    computed = "It was computed on" if not again else "It is computed again on"
    kept = f"{computed} {which}, from what its operands held by then, and nothing computes it later."
    return number_task(
        right,
        [
            (anew, f"That would be so if all that is made of `{leaf}` were computed again."),
            (before, f"That was so before. But the last line makes a new `{asked}`."),
            (new, f"That is `{leaf}` now. The question is what `{asked}` holds."),
        ],
        title="What does it hold?",
        prose="A node keeps the number it was made with. Only a line that computes it makes a new one.",
        task=f"Before it runs: what is `{asked}` at the end?",
        program=program,
        go="start",
        say=f"Which line computes `{asked}` last, and what do its operands hold by then?",
        explain=f"{kept} It holds {short(right)}.",
        hints=[
            f"Go line by line: which one computes `{asked}`, and which comes after it?",
            f"`{change}` makes a new leaf: what was made of the old one goes on holding that."
            if moves
            else f"`{change}` writes into the leaf. Does that line compute anything else?",
        ],
        asked=(asked, "data"),
    )


# --- one road ------------------------------------------------------------------------------------------

_ROAD = ("u", "v", "p", "q", "s")


def chain(random: Random, level: int) -> MadeTask:
    """Predict a gradient where one road leads to it, and no node stands in two slots."""
    x = random.randint(2, 5)
    leaves, lines, slopes = [f"x = {x}"], [], []
    below, value = "x", float(x)
    for place in range(min(level, 4) + 1):
        root = place == min(level, 4)
        name = "L" if root else _ROAD[place]
        expression, slope, value, leaf = _gear(random, level, below, value, place)
        leaves += leaf
        lines.append(f"{name} = {expression}")
        slopes.append(slope)
        below = name
    product = 1.0
    for slope in slopes:
        product *= slope
    program = "\n".join([*leaves, *lines, "backward(L)", ""])
    root_data = _data(program, "L")
    turning = [slope for slope in slopes if slope != 1]
    if abs(product) > MOST or len(turning) < 2 or abs(value) > MOST:
        raise UnfitError
    parts = ", then ".join(short(slope) for slope in slopes)
    return number_task(
        product,
        [
            (sum(slopes), "That adds the slopes up. Along a road they multiply."),
            (root_data, "That is `L` itself. How far does it move when `x` does?"),
            (slopes[0], f"That is how far `{lines[0].partition(' = ')[0]}` moves. What comes above it?"),
            (slopes[-1], "That is the last slope alone. What lies between it and `x`?"),
            (-product, "The size is right, the sign is not."),
        ],
        title="One road",
        prose="Slopes multiply along a road: each operation moves its result so many times as far.",
        task="Before `backward` runs: what is dL/dx?",
        program=program,
        go="backward",
        say="Write down a slope for each operation from `x` up to `L`, and multiply.",
        explain=f"From `x` up: {parts}. The product is {short(product)}.",
        hints=[
            "A sum has slope 1. A product moves as many times as far as the other operand is.",
            f"There are {len(slopes)} slopes on the road, one for each operation. "
            "A square moves twice as far as what is squared.",
        ],
        asked=("x", "grad"),
    )


def _gear(
    random: Random, level: int, below: str, value: float, place: int
) -> tuple[str, float, float, list[str]]:
    """One operation on a road: its expression, its slope, what comes out, and the leaf it needs."""
    number = random.randint(2, 5)
    forms = ["times", "times", "plus", "minus"]
    if level >= 2:
        forms += ["from", "leaf"]
    if level >= 3:
        forms.append("square")
    match random.choice(forms):
        case "plus":
            return f"{below} + {number}", 1, value + number, []
        case "minus":
            return f"{below} - {number}", 1, value - number, []
        case "from":
            return f"{number} - {below}", -1, number - value, []
        case "square":
            return f"{below}**2", 2 * value, value * value, []
        case "leaf":
            name = "abcde"[place]
            return f"{below}*{name}", number, value * number, [f"{name} = {number}"]
        case _:
            return f"{number}*{below}", number, value * number, []
