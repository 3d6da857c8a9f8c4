"""A GPT made of `Value`s: a language model of letters, every number of which is a node.

It reads a word letter by letter and says at each what comes next. From bottom to top: each letter has a row
of numbers, its embedding, and so has each position; their sum is the stream. A layer lets each position look
back at the ones before it (attention), then works on what it has gathered (a network of two layers), and adds
both to the stream. At the end the stream becomes a score for every letter: the logits.

Sizes, order of parameters and draws are those of Karpathy's microgpt (2026), which has no biases.
"""

from __future__ import annotations

import math
import random
import string
from collections.abc import Callable, Sequence

from microcrad.engine import Value
from microcrad.loss import cross_entropy, mean
from microcrad.nn import Module, rmsnorm, softmax

__all__ = ["GPT"]

DEVIATION = 0.08
"""The standard deviation of the normal distribution that parameters are drawn from."""
WIDENING = 4
"""How many times as many neurons as numbers in the stream the network of a layer has."""

Vector = list[Value]
Matrix = list[Vector]


class GPT(Module):
    """A transformer that reads and writes words of the letters in `vocabulary`.

    `positions` is how many letters it can look back on, `size` how many numbers stand for one, `heads` in how
    many parts attention looks (they share `size` evenly), `layers` how often it is done. Parameters are drawn
    by a generator of its own from `seed`, or else by the `random` module. Beside the letters there is one
    token more, `end`, which stands before the first letter and after the last.

    `ValueError` if a size is below 1, heads do not share `size` evenly, or a letter stands twice.
    """

    def __init__(
        self,
        vocabulary: str = string.ascii_lowercase,
        *,
        positions: int = 16,
        size: int = 16,
        heads: int = 4,
        layers: int = 1,
        seed: int | None = None,
    ) -> None:
        for name, number in (("positions", positions), ("size", size), ("heads", heads), ("layers", layers)):
            if number < 1:
                raise ValueError(f"{name} must be 1 or more, not {number}")
        if size % heads:
            raise ValueError(f"{heads} heads do not share {size} numbers evenly: choose a divisor of {size}")
        twice = sorted({letter for letter in vocabulary if vocabulary.count(letter) > 1})
        if not vocabulary or twice:
            found = f"{twice[0]!r} twice" if twice else "none"
            raise ValueError(f"the vocabulary must have letters, each once, not {found}")
        self.vocabulary, self.positions, self.heads = vocabulary, positions, heads
        self.end = len(vocabulary)
        gauss = random.gauss if seed is None else random.Random(seed).gauss

        def matrix(rows: int, columns: int) -> Matrix:
            return [[Value(gauss(0, DEVIATION)) for _ in range(columns)] for _ in range(rows)]

        self.letters = matrix(self.end + 1, size)
        """The embedding of each token."""
        self.places = matrix(positions, size)
        """The embedding of each position."""
        self.head = matrix(self.end + 1, size)
        """What makes logits of the stream."""
        self.layers = [_Layer(matrix, size, heads) for _ in range(layers)]

    def parameters(self) -> list[Value]:
        """The embeddings of letters and positions, the head, and then layer by layer."""
        own = [self.letters, self.places, self.head]
        return _flat(own) + [parameter for layer in self.layers for parameter in layer.parameters()]

    def tokens(self, word: str) -> list[int]:
        """A word's tokens between two `end`s. `ValueError`, with where, for a letter it does not know, and
        for a word that is longer than there are positions for."""
        for place, letter in enumerate(word, 1):
            if letter not in self.vocabulary:
                raise ValueError(
                    f"letter {place} of {word!r} is {letter!r}, which is not one of {self.vocabulary!r}"
                )
        if len(word) >= self.positions:
            raise ValueError(
                f"{word[:20]!r} has {len(word)} letters, and {self.positions} positions are for at most "
                f"{self.positions - 1}: the first one is of the token before a word"
            )
        return [self.end, *map(self.vocabulary.index, word), self.end]

    def __call__(self, tokens: Sequence[int]) -> list[Vector]:
        """The logits after each of some tokens: a score for every token that may come next.

        What comes later in `tokens` changes nothing about what is said before.
        """
        seen = [_Seen() for _ in self.layers]
        return [self._logits(token, place, seen) for place, token in enumerate(tokens)]

    def _logits(self, token: int, place: int, seen: Sequence[_Seen]) -> Vector:
        stream = rmsnorm(_sum(self.letters[token], self.places[place]))
        for layer, earlier in zip(self.layers, seen, strict=True):
            stream = layer(stream, earlier)
        return _product(self.head, stream)

    def loss(self, word: str, position: int | None = None) -> Value:
        """How surprised it is by a word, in nats: the mean over its letters and its end, or one of them.

        `position` 0 is that of the first letter. All letters alike give `log(letters + 1)`. `ValueError` as
        for `tokens`, and if there is no such position.
        """
        tokens = self.tokens(word)
        if position is not None and not 0 <= position < len(tokens) - 1:
            raise ValueError(f"{word!r} has the positions 0 to {len(tokens) - 2}, not {position}")
        read = tokens[: -1 if position is None else position + 1]
        losses = [cross_entropy(logits, right) for logits, right in zip(self(read), tokens[1:], strict=False)]
        return mean(losses) if position is None else losses[position]

    def next(self, word: str, temperature: float = 1.0) -> dict[str, float]:
        """The probability of every letter to come after a word's beginning, and of `""`, its end.

        A `temperature` below 1 makes the likely likelier still. `ValueError` if it is not above 0, as for
        `tokens`, and if a parameter is nan or so large that a score is.
        """
        if not 0 < temperature < math.inf:
            raise ValueError(f"the temperature must be a number above 0, not {temperature}")
        logits = [logit.data for logit in self(self.tokens(word)[:-1])[-1]]
        if not all(map(math.isfinite, logits)):
            raise ValueError("the logits are not finite numbers, so there is no likeliest letter")
        largest = max(logits)
        shares = [math.exp((logit - largest) / temperature) for logit in logits]
        return dict(zip([*self.vocabulary, ""], (share / sum(shares) for share in shares), strict=True))

    def sample(
        self, temperature: float = 0.5, *, beginning: str = "", generator: random.Random | None = None
    ) -> str:
        """A word of its own, letter by letter as `next` says, until its end or the last position."""
        choices = random.choices if generator is None else generator.choices
        word = beginning
        self.tokens(word)
        while len(word) < self.positions - 1:
            chances = self.next(word, temperature)
            (letter,) = choices(list(chances), list(chances.values()))
            if not letter:
                break
            word += letter
        return word

    def __repr__(self) -> str:
        return f"GPT of {len(self.layers)} layers, {self.heads} heads, {len(self.parameters())} parameters"


class _Seen:
    """What a layer keeps of earlier positions: how they are to be found, and what they have to say."""

    def __init__(self) -> None:
        self.keys: Matrix = []
        self.values: Matrix = []


class _Layer(Module):
    """Attention, and a network of two layers; each reads the stream and adds to it."""

    def __init__(self, matrix: Callable[[int, int], Matrix], size: int, heads: int) -> None:
        self.query, self.key, self.value, self.output = (matrix(size, size) for _ in range(4))
        self.widen, self.narrow = matrix(WIDENING * size, size), matrix(size, WIDENING * size)
        self.heads = heads

    def parameters(self) -> list[Value]:
        """Those of attention, then those of the network."""
        return _flat([self.query, self.key, self.value, self.output, self.widen, self.narrow])

    def __call__(self, stream: Vector, seen: _Seen) -> Vector:
        """The stream at one position after the layer; what later positions need is added to `seen`."""
        stream = _sum(self.attention(rmsnorm(stream), seen), stream)
        return _sum(self.network(rmsnorm(stream)), stream)

    def attention(self, x: Vector, seen: _Seen) -> Vector:
        """What this position takes from those up to it: of each as much as its key fits the query."""
        query = _product(self.query, x)
        seen.keys.append(_product(self.key, x))
        seen.values.append(_product(self.value, x))
        width = len(query) // self.heads
        gathered: Vector = []
        for start in range(0, len(query), width):
            part = slice(start, start + width)
            fits = [_dot(query[part], key[part]) * (1 / math.sqrt(width)) for key in seen.keys]
            weights = softmax(fits)
            columns = zip(*(value[part] for value in seen.values), strict=True)
            gathered += [_dot(weights, column) for column in columns]
        return _product(self.output, gathered)

    def network(self, x: Vector) -> Vector:
        """Each position by itself: wider, relu, and back."""
        return _product(self.narrow, [each.relu() for each in _product(self.widen, x)])


def _dot(a: Sequence[Value], b: Sequence[Value]) -> Value:
    terms = [x * y for x, y in zip(a, b, strict=True)]
    return sum(terms[1:], terms[0])


def _product(matrix: Matrix, x: Sequence[Value]) -> Vector:
    return [_dot(row, x) for row in matrix]


def _sum(a: Vector, b: Vector) -> Vector:
    return [x + y for x, y in zip(a, b, strict=True)]


def _flat(matrices: Sequence[Matrix]) -> list[Value]:
    return [number for matrix in matrices for row in matrix for number in row]
