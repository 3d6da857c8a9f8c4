"""What a lesson is, once its file has been read. `lessons.format.loader` makes these, and only sound ones."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from lessons.fields.scripts import Script
from lessons.kinds import Check

__all__ = [
    "COUNTS",
    "FIELDS",
    "HIDES",
    "MODES",
    "PARTS",
    "Asked",
    "Choice",
    "CurveOver",
    "Lesson",
    "Miss",
    "Question",
    "Step",
    "Why",
    "names_letter",
]

PARTS = {
    1: "Graphs and gradients",
    2: "Who owns the memory",
    3: "Networks",
    4: "When it goes wrong",
    5: "From a neuron to a GPT",
}
"""The parts of the course; a teacher's own lessons may be in none of them, which is 0."""
MODES = ("playground", "train")
"""Where a step can be done."""
HIDES = ("later", "findings", "repairs")
"""What a step can hide, besides a number and a fault: see `Step.hides`."""
FIELDS = ("grad", "data", "refs")
"""What can be asked of a node."""
COUNTS = ("live", "freed", "leaked")
"""What can be asked of a whole run, besides: how many nodes are so at its end."""
_TYPED = re.compile(r"\*\*([a-z.]|space)\*\*", re.ASCII)


def names_letter(text: str) -> bool:
    """Whether a text names a key to press that in a field is typed: `**n**`, `**.**`, `**space**`."""
    return bool(_TYPED.search(text))


@dataclass(frozen=True, slots=True)
class Asked:
    """The number that a step asks for, and that is shown as `?` until it was answered."""

    node: str
    field: str
    """One of `FIELDS`."""
    at: str = "end"
    """The moment at which the run has it: `end`, `backward` or `here`."""


@dataclass(frozen=True, slots=True)
class CurveOver:
    """A picture beside a step: one node over another, with the place where one stands and its tangent."""

    node: str
    over: str
    low: float
    """The least number of the node below that is shown."""
    high: float


@dataclass(frozen=True, slots=True)
class Why:
    """What a wrong answer or a wrong state means."""

    when: Check
    say: str
    attempt: Script
    """What a learner does to get there; `lessons check` does it."""
    id: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Miss:
    """A near miss: what fails one condition of a task, and no condition above that one."""

    fails: int
    """Which check, from 1."""
    attempt: Script
    line: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the choices of a step."""

    id: str
    text: str
    why: str = ""
    """What it means to choose it; a right choice needs none."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a lesson, which the screen calls a task."""

    slug: str
    title: str
    prose: str
    """What is explained, in paragraphs of Markdown; may be empty."""
    task: str
    """What to do: the last paragraph of the text."""
    checks: tuple[Check, ...]
    solution: Script
    line: int
    setup: Script | None = None
    """None goes on from where the step before ended."""
    predict: bool = False
    """Whether a number is asked for before anything is run."""
    asked: Asked | None = None
    whys: tuple[Why, ...] = ()
    hints: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    explain: str = ""
    """What to say once it is passed."""
    mystery: bool = False
    """Whether the fault that is on is not to be named before it is passed."""
    hides: tuple[str, ...] = ()
    """What is not to be seen before it is passed: the events after where it begins (`later`), what is wrong
    with the numbers (`findings`), how to repair what is leaked or was freed too early (`repairs`)."""
    misses: tuple[Miss, ...] = ()
    """Attempts that come near and have to fail; `lessons check` makes them."""
    commit: bool = False
    """Whether it counts where one stands when one checks, and not what one walks past."""

    curve: CurveOver | None = None
    """What is drawn with it."""
    owners: bool = False
    """Whether arrows from names and slots to the nodes that they own are drawn with it."""
    mode: str = "playground"
    """Where it is done: `playground` or `train`, that of its lesson unless it says so itself."""
    setup_line: int = 0

    @property
    def answers(self) -> bool:
        """Whether a number is asked for."""
        return self.predict or any(check.sees("answer") for check in self.checks)

    @property
    def in_words(self) -> bool:
        """Whether the number asked for is written in letters, as `nan` is."""
        checks = [each for check in self.checks for each in check.flat() if check.sees("answer")]
        return any(check["near"] is not None and not math.isfinite(check["near"]) for check in checks)

    @property
    def names_letters(self) -> bool:
        """Whether its text names a key to press that in a field is typed."""
        return names_letter(f"{self.prose}\n{self.task}")

    def line_to_edit(self, lines: int) -> int | None:
        """The line of a program of so many that the task is about: one that it names, or a new one."""
        named = {int(found) for found in re.findall(r"\bline (\d{1,3})\b", self.task)}
        if len(named) == 1 and max(named) <= lines:
            return named.pop()
        return lines if any(move.name == "append" for move in self.solution) else None

    @property
    def panes(self) -> frozenset[str]:
        """The panes that matter for the step: where its checks look, and where its solution writes."""
        looked_at = {pane for check in self.checks for each in check.flat() for pane in each.kind.panes}
        written = {
            "program" for move in self.solution if move.name in ("program", "append", "line", "insert")
        }
        return frozenset(looked_at | written | ({"graph"} if self.asked is not None else set()))


@dataclass(frozen=True, slots=True)
class Question:
    """A quick question for a later day, with new numbers each time; the engine knows the answer."""

    id: str
    ask: str
    """The question, with `{x}` for a number."""
    program: str
    """The program it is about, with the same numbers in it."""
    numbers: dict[str, tuple[float, float, float]]
    """For each number: the least, the largest, and the step between those that are drawn."""
    node: str
    """The node that is asked about; empty where the whole run is."""
    field: str
    """One of `FIELDS`, or of `COUNTS` without a node."""
    at: str
    abs: float | None
    rel: float | None
    line: int = 0
    fault: str | None = None
    """The fault that is on while the program runs."""
    explain: str = ""
    """Why the answer is what it is, with the same numbers and `{answer}`; said to who missed it."""
    whys: tuple[tuple[str, str], ...] = ()
    """Wrong answers, as calculations with the same numbers, and what each of them means."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson."""

    path: Path
    id: str
    """Permanent: progress is kept by it."""
    title: str
    intro: str
    steps: tuple[Step, ...]
    part: int = 0
    """One of `PARTS`, or 0."""
    needs: tuple[str, ...] = ()
    teaches: tuple[str, ...] = ()
    misconception: str = ""
    shown: tuple[str, ...] = ()
    """What it has shown, in a line each: how it ends."""
    minutes: int = 0
    """How long it takes: as its header says, or as `lessons.format.minutes` works it out."""
    mode: str = "playground"
    """One of `MODES`: where its setup is made, and where a step is done that does not say so itself."""
    ownership: str | None = None
    setup: Script = ()
    questions: tuple[Question, ...] = ()
    words: tuple[str, ...] = ()
    """Words that may stand in code without being names of nodes."""
    level: int = 0
    """How hard a task is that was made for practice; 0 for a lesson that somebody wrote."""
    added: bool = False
    """Whether it is of a folder that was added to ours, whose numbers are its own: `+1`."""
    language: str = ""
    """The language of a translation; empty for the original."""
    translated: tuple[int, int] = (0, 0)
    """How many pieces of text a translation has, and how many the original."""
    line: dict[str, int] = field(default_factory=dict)
    """Where the header's fields stand."""

    @property
    def made(self) -> bool:
        """Whether it is a task that was made for practice, after which another one is made."""
        return self.level > 0

    @property
    def number(self) -> str:
        """The number its file's name begins with; empty if there is none."""
        before, dash, _ = self.path.name.partition("-")
        sign = "+" if self.added else ""
        return f"{sign}{before}" if dash and before.isdigit() else ""

    @property
    def ordinal(self) -> str:
        """Its number as it is said, without zeros before it."""
        digits = self.number.removeprefix("+")
        return self.number[: len(self.number) - len(digits)] + digits.lstrip("0")

    def index(self, slug: str) -> int | None:
        """The place of a step."""
        return next((place for place, step in enumerate(self.steps) if step.slug == slug), None)
