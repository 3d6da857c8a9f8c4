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
from collections.abc import Callable, Collection, Sequence

from microcrad.engine import Value
from microcrad.loss import cross_entropy, mean
from microcrad.nn import Module, rmsnorm, softmax
from microcrad.slices import Slices, finish

__all__ = ["GPT", "PARTS", "chances"]

DEVIATION = 0.08
"""The standard deviation of the normal distribution that parameters are drawn from."""
WIDENING = 4
"""How many times as many neurons as numbers in the stream the network of a layer has."""
LARGEST = 1_000_000
"""The most parameters a model may have: each is a node, and takes some hundred bytes."""
PARTS = {
    "positions": "letters do not say where in the word they stand",
    "attention": "no position sees those before it",
    "network": "what was gathered is added up, and not worked on",
    "mask": "every position sees those after it, too: what it should guess",
    "scale": "scores are not divided by the root of their length, so softmax chooses instead of mixing",
    "residual": "each part replaces the stream instead of adding to it",
    "norm": "the stream keeps whatever size it has",
}
"""What a model can be without, and what that means."""

Vector = list[Value]
Matrix = list[Vector]
Token = int | Sequence[Value]
"""Its place in the vocabulary, or a number for every token."""
Attention = list[list[Vector]]
"""For each position and head the shares, which sum to 1, in which the positions up to it are looked at."""


class GPT(Module):
    """A transformer that reads and writes words of the letters in `vocabulary`.

    `positions` is how many letters it can look back on, `size` how many numbers stand for one, `heads` in how
    many parts attention looks (they share `size` evenly), `layers` how often it is done. Parameters are drawn
    by a generator of its own from `seed`, or else by the `random` module. Beside the letters there is one
    token more, `end`, which stands before the first letter and after the last.

    `without` names parts that are left out, of `PARTS`: without attention, network or positions it has fewer
    parameters. The attribute of that name may be changed later, to see what a part is good for.

    `ValueError` if a size is below 1 or all are too large, heads do not share `size` evenly, a letter stands
    twice, or a part does not exist.
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
        without: Collection[str] = (),
    ) -> None:
        _check(vocabulary, without, positions=positions, size=size, heads=heads, layers=layers)
        self.vocabulary, self.positions, self.size, self.heads = vocabulary, positions, size, heads
        self.without = frozenset(without)
        self.end = len(vocabulary)
        gauss = random.gauss if seed is None else random.Random(seed).gauss

        def matrix(rows: int, columns: int) -> Matrix:
            return [[Value(gauss(0, DEVIATION)) for _ in range(columns)] for _ in range(rows)]

        self.letters = matrix(self.end + 1, size)
        """The embedding of each token."""
        self.places = [] if "positions" in self.without else matrix(positions, size)
        """The embedding of each position."""
        self.head = matrix(self.end + 1, size)
        """What makes logits of the stream."""
        self.layers = [_Layer(matrix, size, heads, self.without) for _ in range(layers)]

    def matrices(self) -> dict[str, Matrix]:
        """All parameters by the name of the matrix they stand in: the embeddings of letters and places, the
        head, and then layer by layer those of attention and network, as `layer0.query`."""
        own = {"letters": self.letters, "places": self.places, "head": self.head}
        for place, layer in enumerate(self.layers):
            own |= {f"layer{place}.{name}": matrix for name, matrix in layer.matrices().items()}
        return {name: matrix for name, matrix in own.items() if matrix}

    def parameters(self) -> list[Value]:
        """Matrix by matrix, row by row."""
        return [number for matrix in self.matrices().values() for row in matrix for number in row]

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

    def __call__(self, tokens: Sequence[Token]) -> list[Vector]:
        """The logits after each of some tokens: a score for every token that may come next.

        What comes later in `tokens` changes nothing about what is said before. A token may also be given as a
        number for each that there is, 1 for the one meant and 0 for the others, so that one recording of the
        graph serves for all words of a length.
        """
        return self.reading(tokens)[0]

    def reading(
        self, tokens: Sequence[Token], present: Vector | None = None
    ) -> tuple[list[Vector], list[Attention]]:
        """The logits after each token, and where each layer's heads looked meanwhile.

        `present` is 1 for each token that there is and 0 for those after the end, where one recording serves
        for words of all lengths: without its mask, attention must not see those.
        """
        return finish(self.in_slices(tokens, present))

    def in_slices(
        self, tokens: Sequence[Token], present: Vector | None = None
    ) -> Slices[tuple[list[Vector], list[Attention]]]:
        """`reading` in slices."""
        recorded = not all(isinstance(token, int) for token in tokens)
        streams = [self._embedding(token) for token in tokens]
        if "positions" not in self.without:
            streams = [_sum(letter, place) for letter, place in zip(streams, self.places, strict=False)]
        streams = [_normalised(stream, self.without) for stream in streams]
        looked = []
        for layer in self.layers:
            streams, attention = yield from layer(streams, self.without, recorded, present)
            looked.append(attention)
        return [_product(self.head, stream) for stream in streams], looked

    def _embedding(self, token: Token) -> Vector:
        if isinstance(token, int):
            return self.letters[token]
        return [_dot(token, column) for column in zip(*self.letters, strict=True)]

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
        shares = chances([logit.data for logit in self(self.tokens(word)[:-1])[-1]], temperature)
        if shares is None:
            raise ValueError("the logits are not finite numbers, so there is no likeliest letter")
        return dict(zip([*self.vocabulary, ""], shares, strict=True))

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
        layers = f"{len(self.layers)} layer{'' if len(self.layers) == 1 else 's'}"
        heads = f"{self.heads} head{'' if self.heads == 1 else 's'}"
        return f"GPT of {layers}, {heads}, {len(self.parameters())} parameters"


class _Layer(Module):
    """Attention, and a network of two layers; each reads the stream and adds to it."""

    def __init__(
        self, matrix: Callable[[int, int], Matrix], size: int, heads: int, without: Collection[str]
    ) -> None:
        count = 0 if "attention" in without else size
        self.query, self.key, self.value, self.output = (matrix(count, size) for _ in range(4))
        wide = 0 if "network" in without else WIDENING * size
        self.widen, self.narrow = matrix(wide, size), matrix(size if wide else 0, wide)
        self.heads = heads

    def matrices(self) -> dict[str, Matrix]:
        """Those of attention, then those of the network."""
        return {
            "query": self.query, "key": self.key, "value": self.value, "output": self.output,
            "widen": self.widen, "narrow": self.narrow,
        }  # fmt: skip

    def __call__(
        self, streams: Matrix, without: Collection[str], recorded: bool, present: Vector | None
    ) -> Slices[tuple[Matrix, Attention]]:
        """The stream at every position after the layer, and where its heads looked."""
        attention: Attention = []
        if self.query and "attention" not in without:
            read = [_normalised(stream, without) for stream in streams]
            gathered, attention = yield from self.attention(read, without, recorded, present)
            streams = _added(gathered, streams, without)
        if self.widen and "network" not in without:
            worked = []
            for stream in streams:
                worked.append(self.network(_normalised(stream, without)))
                yield
            streams = _added(worked, streams, without)
        return streams, attention

    def attention(
        self, read: Matrix, without: Collection[str], recorded: bool, present: Vector | None
    ) -> Slices[tuple[Matrix, Attention]]:
        """What each position takes from those up to it: of each as much as its key fits the query."""
        queries, keys, values = (
            [_product(matrix, x) for x in read] for matrix in (self.query, self.key, self.value)
        )
        width = len(self.query) // self.heads
        scale = 1.0 if "scale" in without else 1 / math.sqrt(width)
        everything = "mask" in without
        taken, looked = [], []
        for place, query in enumerate(queries):
            seen = slice(None) if everything else slice(place + 1)
            gathered: Vector = []
            heads = []
            for start in range(0, len(query), width):
                part = slice(start, start + width)
                fits = [_dot(query[part], key[part]) * scale for key in keys[seen]]
                shares = softmax(fits, recorded=recorded, counted=present if everything else None)
                columns = zip(*(value[part] for value in values[seen]), strict=True)
                gathered += [_dot(shares, column) for column in columns]
                heads.append(shares)
            taken.append(_product(self.output, gathered))
            looked.append(heads)
            yield
        return taken, looked

    def network(self, x: Vector) -> Vector:
        """Each position by itself: wider, relu, and back."""
        return _product(self.narrow, [each.relu() for each in _product(self.widen, x)])


def _normalised(stream: Vector, without: Collection[str]) -> Vector:
    return stream if "norm" in without else rmsnorm(stream)


def _added(made: Matrix, streams: Matrix, without: Collection[str]) -> Matrix:
    if "residual" in without:
        return made
    return [_sum(x, stream) for x, stream in zip(made, streams, strict=True)]


def _check(vocabulary: str, without: Collection[str], **sizes: int) -> None:
    for name, number in sizes.items():
        least = 0 if name == "layers" else 1
        if number < least:
            raise ValueError(f"{name} must be {least} or more, not {number}")
    size, heads, layers = sizes["size"], sizes["heads"], sizes["layers"]
    if size % heads:
        raise ValueError(f"{heads} heads do not share {size} numbers evenly: choose a divisor of {size}")
    twice = sorted({letter for letter in vocabulary if vocabulary.count(letter) > 1})
    if not vocabulary or twice:
        found = f"{twice[0]!r} twice" if twice else "none"
        raise ValueError(f"the vocabulary must have letters, each once, not {found}")
    unknown = sorted(set(without) - set(PARTS))
    if unknown:
        raise ValueError(f"there is no part {unknown[0]!r}: choose from {', '.join(PARTS)}")
    count = size * (2 * len(vocabulary) + 2 + sizes["positions"] + layers * size * (4 + 2 * WIDENING))
    if count > LARGEST:
        raise ValueError(f"it would have {count} parameters, and may have {LARGEST}: choose smaller sizes")


def chances(logits: Sequence[float], temperature: float) -> list[float] | None:
    """The softmax of some plain numbers, each divided by a temperature; None if one is not finite."""
    if not all(map(math.isfinite, logits)):
        return None
    largest = max(logits)
    shares = [math.exp((logit - largest) / temperature) for logit in logits]
    total = sum(shares)
    return [share / total for share in shares]


def _dot(a: Sequence[Value], b: Sequence[Value]) -> Value:
    terms = [x * y for x, y in zip(a, b, strict=True)]
    return sum(terms[1:], terms[0])


def _product(matrix: Matrix, x: Sequence[Value]) -> Vector:
    return [_dot(row, x) for row in matrix]


def _sum(a: Vector, b: Vector) -> Vector:
    return [x + y for x, y in zip(a, b, strict=True)]
