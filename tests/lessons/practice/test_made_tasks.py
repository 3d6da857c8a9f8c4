"""Made tasks: each can be solved, has one answer, and that is what another evaluation says.

Slopes are measured by nudging; references are counted by following names and slots, as a garbage collector
would; a leak by what was retained and released; an order by the lines of the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import pytest
from samples import always

from lessons.check.validate import validate_lesson
from lessons.format.lesson import Step
from lessons.practice.made import LEVELS, SEEDS, SORTS, Practice, make, remade
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing
from microcrad.run.faults import FAULTS
from microcrad.run.result import run_program
from microcrad.session.session import Session

SOME, MANY = 60, 10_000
"""Of each sort and level one at least, or hundreds."""


@lru_cache(maxsize=1)
def made_tasks(count: int) -> list[Practice]:
    """So many tasks, of every sort and level alike."""
    kinds = [(sort, level) for sort in SORTS for level in range(1, LEVELS + 1)]
    return [make(*kinds[place % len(kinds)], place * 7919 % SEEDS) for place in range(count)]


@pytest.fixture(scope="module", autouse=True)
def not_kept() -> Iterator[None]:
    """Thousands of tasks go when these tests are done."""
    yield
    made_tasks.cache_clear()


def of_sort(count: int, sort: str) -> list[Practice]:
    return [task for task in made_tasks(count) if task.sort == sort]


counts = pytest.mark.parametrize("count", always(1, [SOME, MANY]))


def program_of(task: Practice) -> list[str]:
    return str(task.setup[0].value).strip("\n").split("\n")


def expected(step: Step) -> float:
    return float(step.checks[0]["near"])


# --- another evaluation --------------------------------------------------------------------------------


def nudged(lines: list[str], name: str, by: float) -> dict[str, float]:
    """What every name is if one of them is nudged just after its line."""
    numbers: dict[str, float] = {}
    for line in lines:
        target, _, expression = line.partition(" = ")
        numbers[target] = float(eval(expression, {"relu": lambda x: max(x, 0.0)}, numbers))
        if target == name:
            numbers[target] += by
    return numbers


def slope(lines: list[str], root: str, name: str) -> float:
    above, below = (nudged(lines, name, by)[root] for by in (1e-4, -1e-4))
    return (above - below) / 2e-4


@dataclass(eq=False)
class Thing:
    """A node that knows what it was made of, by the way the engine takes operations apart."""

    slots: tuple[Thing, ...] = field(default=())

    def __add__(self, other: object) -> Thing:
        return Thing((self, other if isinstance(other, Thing) else Thing()))

    __mul__ = __add__

    def __neg__(self) -> Thing:
        return self * -1

    def __sub__(self, other: Thing) -> Thing:
        return self + -other

    def __pow__(self, _: int) -> Thing:
        return Thing((self,))


def remembered(lines: list[str]) -> dict[str, Thing]:
    """Which name means which node after some lines."""
    names: dict[str, Thing] = {}
    for line in lines:
        if line.startswith("del "):
            del names[line[4:]]
            continue
        target, _, expression = line.partition(" = ")
        found = eval(expression, {"relu": lambda x: Thing((x,))}, names)
        names[target] = found if isinstance(found, Thing) else Thing()
    return names


def reached(names: dict[str, Thing]) -> set[Thing]:
    """All nodes that a name leads to."""
    found: set[Thing] = set()
    pending = list(names.values())
    while pending:
        thing = pending.pop()
        if thing not in found:
            found.add(thing)
            pending += thing.slots
    return found


# --- each sort -----------------------------------------------------------------------------------------


@counts
@pytest.mark.parametrize("sort", ["nudge", "chain", "gradient"])
def test_gradients_are_what_nudging_says(count: int, sort: str) -> None:
    for task in of_sort(count, sort):
        step = task.steps[0]
        *lines, last = program_of(task)
        assert step.asked is not None
        root = last.removeprefix("backward(").removesuffix(")")
        assert slope(lines, root, step.asked.node) == pytest.approx(expected(step), rel=1e-5, abs=1e-5), (
            task.id
        )


def test_a_slope_of_0_is_asked_for_now_and_then() -> None:
    """A tenth of the programs would ask for one, and who is used to it answers without looking."""
    answers = [expected(make("gradient", LEVELS, seed).steps[0]) for seed in range(100)]
    assert answers.count(0) <= 4


@counts
def test_on_one_road_each_name_is_used_once(count: int) -> None:
    for task in of_sort(count, "chain"):
        *lines, _ = program_of(task)
        used = re.findall(r"[a-z]\w*", " ".join(line.partition(" = ")[2] for line in lines))
        assert len(used) == len(set(used)) == len(lines) - 1, task.id


@counts
def test_a_number_is_what_its_own_line_computed_and_no_later_one(count: int) -> None:
    for task in of_sort(count, "stale"):
        step = task.steps[0]
        held: dict[str, float] = {}
        for line in program_of(task):
            target, _, expression = line.partition(" = ")
            value = eval(expression, {"relu": lambda x: max(x, 0.0)}, held)
            held[target.removesuffix(".data")] = float(value)
        assert step.asked is not None
        assert expected(step) == held[step.asked.node], task.id


@counts
def test_counts_are_the_names_and_slots_that_are_left(count: int) -> None:
    for task in of_sort(count, "references"):
        step = task.steps[0]
        names = remembered(program_of(task))
        assert step.asked is not None
        thing = names[step.asked.node]
        slots = sum(each is thing for other in reached(names) for each in other.slots)
        assert expected(step) == slots + sum(each is thing for each in names.values()), task.id


@counts
def test_what_a_line_frees_is_what_no_name_leads_to_any_more(count: int) -> None:
    for task in of_sort(count, "freed"):
        lines = program_of(task)
        before, after = reached(remembered(lines[:-1])), reached(remembered(lines))
        gone = len(before) - len(after) + (not lines[-1].startswith("del "))
        assert expected(task.steps[0]) == gone, task.id


@counts
def test_one_release_mends_a_leak_and_only_that_one(count: int) -> None:
    for task in of_sort(count, "leak"):
        text = str(task.setup[0].value).strip("\n") + "\n"
        owed: dict[str, int] = {}
        for line in program_of(task)[1:]:
            call = re.fullmatch(r"(retain|release)\((\w+)\)", line)
            if call is None:
                owed[line.partition(" = ")[0]] = 1
            else:
                owed[call[2]] += 1 if call[1] == "retain" else -1
        (missing,) = [name for name, number in owed.items() if number]
        assert owed[missing] == 1
        assert task.steps[0].solution[0].value == f"release({missing})"
        for name in owed:
            run = run_program(f"{text}release({name})\n")
            assert (not run.errors and not run.end.leaks) == (name == missing), task.id


@counts
def test_one_fault_and_no_other_leaves_what_is_on_screen(count: int) -> None:
    for task in of_sort(count, "fault"):
        step = task.steps[0]
        lines = program_of(task)
        text = "\n".join(lines) + "\n"
        chosen = task.setup[1].value

        def seen(fault: str | None, text: str = text) -> list[object]:
            at = run_program(text, fault).end
            return [(at.row(node).data, at.row(node).grad, at.row(node).live) for node in at.nodes]

        alike = [fault for fault in (None, *FAULTS) if seen(fault) == seen(chosen)]
        assert alike == [chosen] == [step.solution[0].value], task.id
        root = re.findall(r"backward\((\w+)\)", text)[-1]
        computed = [line for line in lines if " = " in line]
        for said, name in re.findall(r"(\S+) for `(\w+)`", step.prose):
            there = root in [line.split()[0] for line in computed]
            assert there
            assert slope(computed, root, name) == pytest.approx(float(said), rel=1e-5, abs=1e-5), task.id


@counts
def test_one_order_and_no_other_has_each_node_after_its_users(count: int) -> None:
    for task in of_sort(count, "order"):
        step = task.steps[0]
        results = dict(line.split(" = ") for line in program_of(task)[:-1])
        right = []
        for choice in step.choices:
            order = choice.text.replace("`", "").split(", ")
            later = {name: order[order.index(name) :] for name in order}
            users = {
                name: [user for user in order if re.search(rf"\b{name}\b", results[user])] for name in order
            }
            if not any(user in later[name] for name in order for user in users[name]):
                right.append(choice.id)
            assert sorted(order) == sorted(name for name in results if not results[name].isdigit()), task.id
        assert right == [step.solution[0].value], task.id
        assert len({choice.text for choice in step.choices}) == len(step.choices) >= 3


# --- all of them ---------------------------------------------------------------------------------------


@counts
def test_each_is_solved_by_its_solution_and_by_nothing(count: int) -> None:
    for task in made_tasks(count):
        taking = Taking(task, Session())
        assert taking.check().verdict is not Standing.PASSED
        assert taking.attempted(task.steps[0].solution).verdict is Standing.PASSED, task.id
        assert taking.view.done
        assert not taking.view.last


@counts
def test_each_is_as_sound_as_a_lesson_has_to_be(count: int) -> None:
    """Misconceptions are reached, near misses fail, nothing gives the answer away, all of it fits 80x24."""
    for task in made_tasks(count)[:: 1 if count == SOME else 9]:
        assert validate_lesson(task) == [], task.id


def test_a_seed_makes_the_same_task_and_an_id_makes_it_again() -> None:
    for task in made_tasks(SOME)[:12]:
        again = make(task.sort, task.level, task.seed)
        assert (again.setup, again.steps) == (task.setup, task.steps)
        assert remade(task.id) == again
    assert len({task.setup for task in made_tasks(SOME)}) > SOME * 0.8
    for id_ in ("accumulate", "practice-gradient-9-1", "practice-nothing-1-1", "practice-gradient-1-x"):
        assert remade(id_) is None


def test_a_level_has_larger_programs() -> None:
    lengths = [
        sum(len(program_of(make("gradient", level, seed))) for seed in range(10)) for level in (1, 3, 5)
    ]
    assert sorted(set(lengths)) == lengths
    with pytest.raises(ValueError, match="expected 1 to 5"):
        make("gradient", 6, 0)
    with pytest.raises(KeyError):
        make("nothing", 1, 0)
