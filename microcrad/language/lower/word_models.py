"""GPTs: what reads words, with parameters such as `net.letters[4][7]` and `net.layer0.query[0][3]`.

A call is computed as `microcrad.gpt` does it, node for node, leaving out what the result does not depend on.
It makes a group with a group for each stage: embedding, norm, norm2, head0 and the others, output, mlp,
logits, softmax and loss; where there are several layers, those from norm2 to mlp lie in layer0 and so on. In
each there is one for each position, such as p3.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce

from microcrad.gpt import GPT
from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.networks import MAX_PARAMETERS
from microcrad.language.lower.scopes import Items, NamedGPT
from microcrad.language.source_places import Piece, Span

__all__ = ["GPT_FORMS", "WordModels"]

GPT_FORMS = ("vocabulary", "positions", "size", "heads", "layers", "seed")
"""What `GPT(...)` takes by name."""
_FORM = 'Write GPT(), or GPT("abc", positions=4, size=8, heads=2, layers=1).'

Vector = list[ex.Expression]


class WordModels:
    """Lowers GPTs and what is done with them."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans
        self._span = Span(1, 1, 1, 1)
        """Where the call stands that is being lowered."""
        self._core = ""
        """What the names begin with that are made now: the call, the stage and the position."""
        self._own: list[str] = []
        """The names that a call has given."""

    # --- making one ---

    def make(self, name: str, node: ast.Call) -> None:
        """`name = GPT()`, or with letters and sizes."""
        given = {word.arg or "": word.value for word in node.keywords}
        unknown = next((word for word in node.keywords if word.arg not in GPT_FORMS), None)
        if unknown is not None:
            raise self._spans.stop(unknown.value, f"GPT has no {unknown.arg or '**'}.", _FORM)
        if len(node.args) > 1 or (node.args and "vocabulary" in given):
            raise self._spans.stop(node, "GPT is not called like this.", _FORM)
        letters = node.args[0] if node.args else given.pop("vocabulary", None)
        vocabulary = "abcdefghijklmnopqrstuvwxyz"
        if letters is not None:
            vocabulary = self._of.callables.text(letters, "The letters are a text.", _FORM)
        numbers = {word: self._of.elements.whole(value) for word, value in given.items()}
        seed = numbers.pop("seed", self._of.seed if self._of.seed is not None else self._of.first_seed)
        self.define(name, self._drawn(vocabulary, numbers, seed, node), self._spans.span(node))

    def _drawn(self, vocabulary: str, numbers: dict[str, int], seed: int, node: ast.Call) -> GPT:
        size, layers = numbers.get("size", 16), numbers.get("layers", 1)
        count = size * (2 * len(vocabulary) + 2 + numbers.get("positions", 16) + 12 * size * layers)
        if size > 0 and count > MAX_PARAMETERS:
            raise self._spans.stop(
                node, f"This GPT would have {count:,} parameters, which is too many here.",
                f"Use smaller sizes: at most {MAX_PARAMETERS:,} are made.",
            )  # fmt: skip
        try:
            return GPT(vocabulary, seed=seed, **numbers)  # type: ignore[arg-type]
        except ValueError as error:
            raise self._spans.stop(node, _sentence(error), _FORM) from None

    def define(self, name: str, model: GPT, span: Span) -> None:
        """Give every parameter its name and its first number."""
        of, rows = self._of, dict[str, Items]()
        core = of.scope.prefix + name
        for matrix, numbers in model.matrices().items():
            lists: list[Items] = []
            for place, row in enumerate(numbers):
                names = [f"{core}.{matrix}[{place}][{i}]" for i in range(len(row))]
                for each, parameter in zip(names, row, strict=True):
                    of.out.append(st.Assign(each, ex.Lift(ex.Literal(parameter.data), span), span))
                    of.scope.owned[each] = None
                lists.append(Items([*names], f"{core}.{matrix}[{place}]"))
            rows[matrix] = Items([*lists], f"{core}.{matrix}")
        of.scope.names.assign(name, span.line)
        of.scope.bindings[name] = NamedGPT(name, model, rows)

    # --- using one ---

    def call(self, network: NamedGPT, node: ast.Call, dest: str | None) -> Lowered:
        """`net.loss("emma")`, `net.loss("emma", 3)`, or `net("em")`: the logits of what comes next."""
        of, model, name = self._of, network.model, network.name
        example = model.vocabulary[: min(2, model.positions - 1)]
        hint = f'Write {name}.loss("{example}"), {name}.loss("{example}", 0) or {name}("{example}").'
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        most = 2 if method else 1
        if method not in ("", "loss") or node.keywords or not 1 <= len(node.args) <= most:
            said = f"{network.name} has no {method} here." if method not in ("", "loss") else ""
            raise self._spans.stop(node, said or f"{network.name} is not called like this.", hint)
        word = of.callables.text(node.args[0], f"{network.name} reads a word, as a text.", hint)
        at = of.elements.whole(node.args[1]) if len(node.args) > 1 else None
        try:
            tokens = model.tokens(word)
        except ValueError as error:
            known = model.vocabulary if len(model.vocabulary) <= 30 else f"{model.vocabulary[:30]} and others"
            hint = f"Write at most {model.positions - 1} of its letters: {known}."
            raise self._spans.stop(node.args[0], _sentence(error), hint) from None
        last = len(tokens) - 2
        if at is not None and not 0 <= at <= last:
            raise self._spans.stop(
                node.args[1], f"{word!r} has the positions 0 to {last}, not {at}.",
                f"{last} is that of its end.",
            )  # fmt: skip
        wanted = [last] if not method else [*range(last + 1)] if at is None else [at]
        group = of.group(network.name)
        self._core, self._span, self._own = of.scope.prefix, self._spans.span(node), []
        with self._inside(group, network.name):
            core = self._core
            streams = self._streams(network, tokens[: wanted[-1] + 1], wanted)
            logits = {place: self._logits(network, streams[place], place) for place in wanted}
            if method:
                result = [self._loss(logits, tokens, dest or core)]
            else:
                result = [self._given(f"{dest or core}[{i}]", e) for i, e in enumerate(logits[last])]
            kept = {each.name for each in result}
            own = tuple(name for name in reversed(self._own) if name not in kept)
            of.out.append(st.Leave(own, self._span))
        if dest is None:
            of.temporaries += [each.name for each in result]
        return result[0] if method else Items([each.name for each in result])

    def _streams(self, network: NamedGPT, tokens: Sequence[int], wanted: Sequence[int]) -> dict[int, Vector]:
        """The stream after all layers at the positions that are wanted."""
        model, without = network.model, network.model.without
        attends = "attention" not in without and "layer0.query" in network.rows
        places = range(len(tokens)) if attends else wanted
        streams: dict[int, Vector] = {}
        for place in places:
            stream: Vector = self._row(network, "letters", tokens[place])
            if "positions" not in without and "places" in network.rows:
                with self._inside("embedding"), self._inside(f"p{place}"):
                    stream = self._each(self._sum(stream, self._row(network, "places", place)))
            streams[place] = stream
        streams = self._normalised(network, "norm", streams)
        for depth in range(len(model.layers)):
            after = wanted if depth == len(model.layers) - 1 else places
            if len(model.layers) > 1:
                with self._inside(f"layer{depth}"):
                    streams = self._layer(network, depth, streams, after)
            else:
                streams = self._layer(network, depth, streams, after)
        return streams

    def _layer(
        self, network: NamedGPT, depth: int, streams: dict[int, Vector], after: Sequence[int]
    ) -> dict[int, Vector]:
        """One layer: attention and network, at the positions that are needed after it."""
        without, rows = network.model.without, network.rows
        before = {place: streams[place] for place in after}
        if "attention" not in without and f"layer{depth}.query" in rows:
            read = self._normalised(network, "norm2", streams)
            gathered = self._attention(network, depth, read, after)
            made = {}
            for place in after:
                with self._inside("output"), self._inside(f"p{place}"):
                    made[place] = self._added(network, depth, "output", gathered[place], before[place])
            before = made
        if "network" not in without and f"layer{depth}.widen" in rows:
            made = {}
            for place in after:
                with self._inside("mlp"), self._inside(f"p{place}"):
                    x = before[place] if "norm" in without else self._rmsnorm(before[place])
                    wide = self._product(network, f"layer{depth}.widen", x)
                    hidden = self._each([ex.Call("relu", each, self._span) for each in wide], "wide")
                    made[place] = self._added(network, depth, "narrow", hidden, before[place])
            before = made
        return before

    def _added(self, network: NamedGPT, depth: int, matrix: str, x: Vector, stream: Vector) -> Vector:
        made: Vector = self._product(network, f"layer{depth}.{matrix}", x)
        return self._each(made if "residual" in network.model.without else self._sum(made, stream))

    def _attention(
        self, network: NamedGPT, depth: int, read: dict[int, Vector], after: Sequence[int]
    ) -> dict[int, Vector]:
        """What each head gathers for each position."""
        model, gathered = network.model, {place: Vector() for place in after}
        width = model.size // model.heads
        scale = 1.0 if "scale" in model.without else 1 / math.sqrt(width)
        for head in range(model.heads):
            part = slice(head * width, (head + 1) * width)
            keys: dict[int, Vector] = {}
            values: dict[int, Vector] = {}
            with self._inside(f"head{head}"):
                for place, x in read.items():
                    with self._inside(f"p{place}"):
                        keys[place] = self._each(self._product(network, f"layer{depth}.key", x, part), "k")
                        values[place] = self._each(
                            self._product(network, f"layer{depth}.value", x, part), "v"
                        )
                for place in after:
                    seen = [other for other in keys if other <= place or "mask" in model.without]
                    with self._inside(f"p{place}"):
                        query = self._each(
                            self._product(network, f"layer{depth}.query", read[place], part), "q"
                        )
                        fits = [self._times(self._dot(query, keys[other]), scale) for other in seen]
                        shares, total = self._exponentials(self._each(fits, "fit"))
                        looks = self._each([self._over(share, total) for share in shares], "share")
                        columns = ([values[other][i] for other in seen] for i in range(width))
                        gathered[place] += self._each([self._dot(looks, column) for column in columns], "x")
        return gathered

    def _logits(self, network: NamedGPT, stream: Vector, place: int) -> Vector:
        with self._inside("logits"), self._inside(f"p{place}"):
            return self._each(self._product(network, "head", stream))

    def _loss(self, logits: dict[int, Vector], tokens: Sequence[int], dest: str) -> ex.Name:
        """The mean of what each position loses, or what the only one does."""
        losses: Vector = []
        chances = {}
        for place, scores in logits.items():
            with self._inside("softmax"), self._inside(f"p{place}"):
                shares, total = self._exponentials(scores)
                chances[place] = self._named("chance", self._over(shares[tokens[place + 1]], total))
        with self._inside("loss"):
            for place, chance in chances.items():
                lost: ex.Expression = ex.Negate(ex.Call("log", chance, self._span), self._span)
                losses.append(self._named(f"p{place}", lost) if len(logits) > 1 else lost)
        if len(losses) == 1:
            return self._given(dest, losses[0])
        return self._given(dest, self._times(self._total(losses), 1.0 / len(losses)))

    # --- what it is made of ---

    def _normalised(self, network: NamedGPT, stage: str, streams: dict[int, Vector]) -> dict[int, Vector]:
        if "norm" in network.model.without:
            return streams
        made = {}
        for place, stream in streams.items():
            with self._inside(stage), self._inside(f"p{place}"):
                made[place] = self._rmsnorm(stream)
        return made

    def _rmsnorm(self, x: Vector) -> Vector:
        mean = self._times(self._dot(x, x), 1 / len(x))
        scale = ex.Power(self._operate("+", mean, self._number(1e-5)), ex.Literal(-0.5), self._span)
        by = self._named("scale", scale)
        return self._each([self._operate("*", each, by) for each in x], "n")

    def _exponentials(self, scores: Vector) -> tuple[Vector, ex.Expression]:
        """The exp of each score less the largest, which is a plain number, and their sum."""
        data: list[ex.Number] = [ex.Field(each.name, "data", self._span) for each in _names(scores)]
        largest = reduce(lambda a, b: ex.Apply("max", (a, b)), data)
        down = self._of.known(ex.NegateNumber(largest), self._span)
        shifted = [self._operate("+", each, ex.Lift(down, self._span)) for each in scores]
        shares = self._each([ex.Call("exp", each, self._span) for each in shifted], "exp")
        return shares, self._named("total", self._total(shares)) if len(shares) > 1 else shares[0]

    def _product(self, network: NamedGPT, matrix: str, x: Vector, part: slice = slice(None)) -> Vector:
        rows = range(len(network.rows[matrix].parts))[part]
        return [self._dot(self._row(network, matrix, row), x) for row in rows]

    def _row(self, network: NamedGPT, matrix: str, row: int) -> Vector:
        items = network.rows[matrix].parts[row]
        assert isinstance(items, Items)
        return [ex.Name(name, self._span) for name in items.nodes()]

    def _dot(self, a: Vector, b: Vector) -> ex.Expression:
        return self._total([self._operate("*", x, y) for x, y in zip(a, b, strict=True)])

    def _sum(self, a: Vector, b: Vector) -> Vector:
        return [self._operate("+", x, y) for x, y in zip(a, b, strict=True)]

    def _total(self, terms: Sequence[ex.Expression]) -> ex.Expression:
        return reduce(lambda a, b: self._operate("+", a, b), terms)

    def _times(self, value: ex.Expression, factor: float) -> ex.Expression:
        return self._operate("*", value, self._number(factor))

    def _over(self, value: ex.Expression, by: ex.Expression) -> ex.Expression:
        return self._operate("/", value, by)

    def _number(self, number: float) -> ex.Lift:
        return ex.Lift(ex.Literal(number), self._span)

    def _operate(self, sign: str, left: ex.Expression, right: ex.Expression) -> ex.Expression:
        return ex.Operate(sign, left, right, self._span)

    # --- names and groups ---

    @contextmanager
    def _inside(self, group: str, call: str = "") -> Iterator[None]:
        """In a group, whose name is a part of the names in it."""
        before, core, span = self._spans.piece, self._core, self._span
        pieces = self._spans.pieces
        self._spans.enter(Piece(group, call, "", span))
        self._span = span._replace(piece=len(pieces) - 1)
        self._core = f"{core}{group}" if call else f"{core}.{group}"
        try:
            yield
        finally:
            self._spans.piece, self._core, self._span = before, core, span

    def _each(self, expressions: Sequence[ex.Expression], name: str = "x") -> Vector:
        return [self._named(f"{name}[{i}]", each) for i, each in enumerate(expressions)]

    def _named(self, name: str, expression: ex.Expression) -> ex.Name:
        """What an expression makes, by a name that it has until the call ends."""
        return self._given(f"{self._core}.{name}", expression)

    def _given(self, name: str, expression: ex.Expression) -> ex.Name:
        self._of.assign(name, expression, self._span)
        self._own.append(name)
        return ex.Name(name, self._span)


def _names(vector: Vector) -> list[ex.Name]:
    return [each for each in vector if isinstance(each, ex.Name)]


def _sentence(error: ValueError) -> str:
    """An error of the library as a sentence."""
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."
