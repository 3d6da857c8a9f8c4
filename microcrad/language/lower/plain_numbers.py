"""Names of plain numbers, such as `lr = 0.1` and `epochs = 20`: nodes, and numbers where one is wanted.

In a program written for micrograd, which makes its nodes with `Value(...)` or of networks and calls
`o.backward()`, what is computed from plain numbers alone is a plain number, as in Python. Elsewhere `a = 2`
is how nodes are written: a number is one where only a number can stand, and in texts.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Sequence

from microcrad.language import core_expressions as ex
from microcrad.language.lower.name_uses import NameUses
from microcrad.language.lower.scopes import Items
from microcrad.language.statements import reads
from microcrad.records import Record

__all__ = ["PlainNumber", "PlainNumbers", "TakenFor"]


class TakenFor(Record):
    """What a loop's turn took a name for."""

    name: str
    plain: bool
    """Whether for a number; else it was no plain number, and was taken for a node."""
    known: bool = False
    """Whether for a number that is known before anything runs."""


class PlainNumber(Record):
    """What a name of a plain number means."""

    number: ex.Number | None
    """The number, if it is known before anything runs."""
    made_of: frozenset[str]
    """The names whose numbers it was computed from."""


class PlainNumbers:
    """Which names mean plain numbers where a program has got to, and which numbers if that is known."""

    def __init__(self) -> None:
        self.known: dict[str, PlainNumber] = {}
        """The names that were given plain numbers."""
        self.taken: set[TakenFor] = set()
        """What names were taken for."""
        self._uses = NameUses(ast.Module([], []))
        self._answers: dict[tuple[str, str], bool] = {}
        """What was asked of the text, and about which name."""

    def begin(self, tree: ast.Module, unchanged: int) -> bool:
        """From here on it is asked of this tree; whether it gives the answers that were given so far.

        So many of its first statements are the same as in the tree before.
        """
        self._uses = NameUses(tree, self._uses, unchanged)
        return all(self._answer(*asked) is answer for asked, answer in self._answers.items())

    @property
    def answered(self) -> int:
        """How much was asked of the text so far."""
        return len(self._answers)

    def forget_answers(self, after: int) -> None:
        """Go back to where so much had been asked."""
        while len(self._answers) > after:
            self._answers.popitem()

    def _text_has(self, what: str, name: str = "") -> bool:
        """What the text asks of a name of the core, or says of the whole program."""
        found = self._answers.get((what, name))
        if found is None:
            found = self._answers[what, name] = self._answer(what, name)
        return found

    def _answer(self, what: str, name: str) -> bool:
        found: bool | frozenset[str] = getattr(self._uses, what)
        return found if isinstance(found, bool) else _key(name) in found

    @property
    def as_in_python(self) -> bool:
        """Whether a program is written for micrograd: what is computed from numbers alone is a number."""
        return self._text_has("as_in_python")

    def given(self, name: str, lowered: ex.Expression | ex.Number) -> None:
        """A name of the core means from here on what was lowered."""
        if self._of_numbers(lowered):
            self.known[name] = PlainNumber(self._resolved(lowered), self._sources(lowered))
        else:
            self.known.pop(name, None)

    def forget(self, name: str) -> None:
        """A name means nothing from here on."""
        self.known.pop(name, None)

    def may_be_known(self, before: dict[str, PlainNumber]) -> None:
        """A loop that may have no turn is over: what was not known so before it is known no more."""
        for name, plain in self.known.items():
            if before.get(name) != plain:
                self.known[name] = plain._replace(number=None)

    def same_again(
        self, taken: Iterable[TakenFor], before: dict[str, PlainNumber], owned: Container[str]
    ) -> bool:
        """Whether the next turn of a loop would take names for the same as the last one, which took `taken`.

        `before` is what names meant before that turn, and `owned` are the names that there were.
        """
        for name, plain, known in taken:
            first, now = before.get(name), self.known.get(name)
            if known and first is not None and first != now:
                return False
            if plain and first is not None and now is None:
                return False
            if not plain and first is None and now is not None and name in owned:
                return False
        return True

    def read(self, name: ex.Name, *, said: bool = False) -> ex.Field | None:
        """The number that a name stands for where one is wanted, or where it is said; None for a node."""
        if said and self._text_has("drawn", name.name):
            return None
        plain = self._is_plain(name.name)
        self.taken.add(TakenFor(name.name, plain))
        return ex.Field(name.name, "data", name.span) if plain else None

    def resolved(self, lowered: ex.Expression | ex.Number | Items) -> ex.Number | None:
        """What was lowered with the numbers of the names in it, if these are known before anything runs."""
        if isinstance(lowered, Items) or not self._of_numbers(lowered):
            return None
        self.taken.update(TakenFor(name, True, known=True) for name in self._sources(lowered))
        return self._resolved(lowered)

    def computed(self, name: ex.Name) -> ex.Field | None:
        """The number that a name stands for, where that is what Python would compute with; None otherwise."""
        return self.read(name) if self.as_in_python else None

    def says_number(self, lowered: ex.Expression | ex.Number) -> bool:
        """Whether what `print` says by itself is a node by its form only: a name of a number, or 2*n."""
        if not (self._text_has("any_node") or self.as_in_python) or not self._of_numbers(lowered):
            return False
        return not any(self._text_has("drawn", name) for name in _names(lowered))

    def _is_plain(self, name: str) -> bool:
        return name in self.known and not self._text_has("changed", name)

    def _of_numbers(self, made: object) -> bool:
        """Whether what was lowered is computed from plain numbers alone."""
        if ex.is_number(made):
            return True
        names = _names(made)
        first = next(names, None)
        return first is not None and self._is_plain(first) and all(map(self._is_plain, names))

    def _sources(self, made: object) -> frozenset[str]:
        """The names that were given what is computed, and those whose numbers these were computed from."""
        names = reads(made)
        return frozenset(names).union(*(self.known[name].made_of for name in names if name in self.known))

    def _resolved(self, made: object) -> ex.Number | None:
        """What is computed from plain numbers with the known ones in their place; None if one is unknown."""
        match made:
            case ex.Name(name) | ex.Field(name, "data"):
                return self.known[name].number if self._is_plain(name) else None
            case ex.Lift(number):
                return self._resolved(number)
            case ex.Operate():
                return self._chain(*ex.chain(made))
            case ex.Arithmetic():
                return self._chain(*ex.number_chain(made))
            case ex.Negate(operand) | ex.NegateNumber(operand):
                inner = self._resolved(operand)
                return None if inner is None else ex.NegateNumber(inner)
            case ex.Apply(function, operands):
                found = [self._resolved(operand) for operand in operands]
                return None if None in found else ex.Apply(function, tuple(found))  # type: ignore[arg-type]
            case ex.Literal() | ex.LoopVariable():
                return made
        return None

    def _chain(self, first: object, operations: Sequence[ex.Operate | ex.Arithmetic]) -> ex.Number | None:
        """The same of a sum or a product of any length."""
        found = self._resolved(first)
        for each in operations:
            right = self._resolved(each.right) if found is not None else None
            if found is None or right is None:
                return None
            if isinstance(found, ex.Literal) and isinstance(right, ex.Literal):
                found = ex.Literal(ex.ON_NUMBERS[each.operator](found.value, right.value))
            else:
                found = ex.Arithmetic(each.operator, found, right)
        return found


def _names(made: object) -> Iterator[str]:
    """The names of the nodes that an expression is computed from, but for what is read of their fields."""
    pending = [made]
    while pending:
        match pending.pop():
            case ex.Name(name):
                yield name
            case ex.Operate(_, left, right):
                pending += (left, right)
            case ex.Negate(operand) | ex.Call(_, operand) | ex.Power(operand, _):
                pending.append(operand)


def _key(core: str) -> str:
    """A name of the core as the text has it: `f.x` for `g.f#2.x[0]`."""
    if "#" in core or "[" in core or "." in core:
        parts = [part.partition("#")[0] for part in core.partition("[")[0].split(".")]
        return ".".join(parts[-2:])
    return core
