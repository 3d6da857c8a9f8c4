"""The training of a lesson in plain text: moved on, set, and asked where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from lessons.take.taking import Taking
from microcrad.text.near import did_you_mean
from microcrad.train.training import Training
from tui.commands.program_lines import whole
from tui.commands.spoken import Moves, Spoken
from tui.commands.train_lines import progress
from tui.commands.train_picture import in_numbers, settings_in_use

__all__ = ["SpokenTraining"]


class SpokenTraining:
    """What is said to what one does to a training."""

    ANYTHING_ELSE = ""
    """What else may be said, for the help."""

    def __init__(self, taking: Taking, training: Training, check: Callable[[], Iterator[str]]) -> None:
        """`check` is done once something has changed, and says what comes of it, if it is something else."""
        self._training = training
        self.moves = Moves(taking, self._where, check)

    def task(self) -> Iterator[str]:
        """What is said with a task: it is about no text."""
        yield from ()

    def stands(self) -> Iterator[str]:
        """Where it stands, in short."""
        yield progress(self._training)

    def show(self) -> Iterator[str]:
        """Everything there is to see."""
        yield from self.stands()
        yield from in_numbers(self._training)
        yield from settings_in_use(self._training)

    def other(self, line: str, sayable: Iterable[str]) -> Iterator[str]:
        """What is said to a line that is nothing of what is `sayable`."""
        word = line.split()[0]
        yield f"{word!r} is nothing one can say here.{did_you_mean(word, sayable)} help lists it all."

    def said_by(self, key: str) -> str:
        """What a key stands for, as the texts name it; empty if it is none."""
        return _KEYS.get(key, "")

    def set(self, said: str) -> Iterator[str]:
        """Change a setting."""
        name, _, value = said.partition(" ")
        yield from self.moves.make("set", {name: value})

    def _where(self) -> Iterator[str]:
        yield self._training.notice or progress(self._training)

    @property
    def commands(self) -> Mapping[str, Spoken[SpokenTraining]]:
        """What can be said to it."""
        return _COMMANDS

    def hear(self, word: str, said: str) -> Iterator[str]:
        """What is said to one of its commands, with what came after its word."""
        return _COMMANDS[word].does(self, said)


_KEYS = {"s": "step", "S": "epoch", "r": "rewind", "f": "fault"}


def _count(said: str) -> int:
    """How often a move is made: once, if nothing is said; 0, which moves refuse, if it is no number."""
    return max(whole(said), 0) if said else 1


_COMMANDS: Mapping[str, Spoken[SpokenTraining]] = {
    "set": Spoken(SpokenTraining.set, "NAME VALUE", "change a setting"),
    "step": Spoken(
        lambda its, said: its.moves.make("steps", _count(said)), "[COUNT]", "take a step, or several"
    ),
    "epoch": Spoken(
        lambda its, said: its.moves.make("epoch", _count(said)), "[COUNT]", "take an epoch, or several"
    ),
    "rewind": Spoken(lambda its, _: its.moves.make("rewind", True), "", "back to the same initial weights"),
    "fault": Spoken(lambda its, said: its.moves.make("fault", said), "NAME", "switch a fault on, or none"),
}
