"""What the large pane shows of a model that reads words, and what is marked there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from microcrad.data.word_list import word
from microcrad.text.visible import visible
from microcrad.train import letters
from microcrad.train.scores import Score
from microcrad.train.trainer import Trainer

__all__ = ["FACES", "TextLook", "TextView", "shown_letter"]

FACES = ("next", "attention", "samples")
"""What comes next in a word, where the model looks meanwhile, and what it writes of its own."""
_TITLES = {"next": "What comes next", "attention": "Attention", "samples": "What it writes"}
_WRITTEN = 10
_TEMPERATURES = (0.1, 0.3, 0.5, 0.8, 1.0, 1.5)
_WRITE_SECONDS = 0.5
"""How often words are written anew while the run goes on."""


@dataclass(frozen=True, slots=True)
class TextView:
    """What is drawn."""

    face: str
    word: str
    position: int
    expected: tuple[letters.NextLetter, ...]
    attention: letters.Attention | None
    head: int
    """The one that is chosen."""
    written: tuple[str, ...]
    chosen: int
    """The place of the one of them that is marked."""
    temperature: float
    beaten: letters.Baselines
    verdict: str
    """How the last score stands beside those."""
    part: str
    """What the word belongs to: `train`, `validation` or `test`."""

    @property
    def own(self) -> str:
        """The word of the model's own that is marked; empty where other words are shown."""
        return self.written[self.chosen] if self.face == "samples" and self.written else ""


class TextLook:
    """Which word is looked at, at which position, by which head, and how daring the model writes."""

    def __init__(self) -> None:
        self.face = 0
        self.place = self.position = self.head = 0
        """The word's place in its part, the position in it, and the head, counted over all layers."""
        self.chosen = 0
        """Which of the words of its own is marked."""
        self.tested = True
        self._temperature = 2
        self._written: tuple[str, ...] = ()
        self._at = 0.0
        self._now: TextView | None = None

    @property
    def title(self) -> str:
        """What the pane is called."""
        return _TITLES[FACES[self.face]]

    def look(
        self, trainer: Trainer, *, moving: bool, scores: Mapping[str, Score] = MappingProxyType({})
    ) -> TextView:
        """Look at the training as it stands; `scores` are the last ones of each part of the data."""
        tested = self.tested and trainer.prepared.test is not None
        part = trainer.prepared.part(tested=tested)
        self.place %= len(part)
        read = word(part, self.place)
        self.position = min(self.position, len(read))
        face, found = FACES[self.face], None
        if face == "attention":
            found = letters.attention(trainer, self.place, tested=tested)
            self.head %= len(found.heads) if found else 1
        if face == "samples" and not (moving and time.monotonic() - self._at < _WRITE_SECONDS):
            self._written = letters.written(trainer, _WRITTEN, temperature=self.temperature)
            self._at = time.monotonic()
        self._now = TextView(
            face, read, self.position, letters.next_letters(trainer, self.place, tested=tested), found,
            self.head, self._written, self.chosen, self.temperature, letters.baselines(trainer),
            letters.verdict(trainer, scores),
            "test" if tested else "train",
        )  # fmt: skip
        return self._now

    @property
    def temperature(self) -> float:
        """How daring the model writes."""
        return _TEMPERATURES[self._temperature]

    def turn(self) -> str:
        """Show the next face; what it shows and what its keys are."""
        self.face = (self.face + 1) % len(FACES)
        return {
            "next": "Up and down choose a position, left and right a word.",
            "attention": "Up and down choose a position, left and right a head. A row says where it looks.",
            "samples": "Up and down choose a word, left and right change the temperature.",
        }[FACES[self.face]]

    def move(self, right: int, up: int) -> None:
        """Go to another word, position, head or temperature."""
        face = FACES[self.face]
        if face == "samples":
            self._temperature = min(max(self._temperature + right, 0), len(_TEMPERATURES) - 1)
            self.chosen = min(max(self.chosen - up, 0), _WRITTEN - 1)
            return
        self.position = max(self.position - up, 0)
        if face == "attention":
            self.head = max(self.head + right, 0)
        elif right:
            self.place, self.position = max(self.place + right, 0), 0

    @property
    def sentence(self) -> str:
        """What is marked, in a sentence."""
        now = self._now
        if now is None:
            return ""
        if now.face == "samples":
            marked = f"The last letter of {visible(now.own)!r}. " if now.own else ""
            return f"Temperature {now.temperature:g}: {_daring(now.temperature)} {marked}".rstrip()
        at = now.expected[now.position]
        after = f"After {visible(at.read)!r}" if at.read else "At the beginning"
        if now.attention is not None:
            name, shares = now.attention.heads[now.head]
            row = shares[now.position]
            most = int(row.argmax())
            seen = shown_letter(now.attention.tokens[most], "the beginning")
            return f"{after}, {name} looks most at {seen}, position {most}: {100 * row[most]:.0f} %."
        likeliest, share = at.likeliest[0]
        right = f"It is {shown_letter(at.right, 'the end')}, loss {at.loss:.3g}."
        return f"{after} it expects {shown_letter(likeliest, 'the end')}, {100 * share:.0f} %. {right}"


def shown_letter(letter: str, otherwise: str) -> str:
    """A letter as it is shown, or what stands for none."""
    return visible(letter) if letter else otherwise


def _daring(temperature: float) -> str:
    if temperature < 0.5:
        return "nearly always the likeliest letter."
    if temperature == 1:
        return "as it has learned."
    return f"{'likely' if temperature < 1 else 'unlikely'} letters more often than it has learned."
