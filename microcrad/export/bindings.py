"""Which names have a node at a place of a program, as far as the text alone can tell.

Loops run as often as the text says, so most of the time this is certain. It is not where a name is assigned
or deleted inside a loop: then exported code has to look when it runs.
"""

from __future__ import annotations

from microcrad.language.statements import Assign, Delete, For, Leave, Program, Statement

__all__ = ["Bindings", "names_in_order"]

_BOUND, _FREE = frozenset({True}), frozenset({False})
_SAME = None
"""Among the outcomes of a block: it may leave the name as it was."""
_Outcomes = frozenset[bool | None]


class Bindings:
    """What is known about names while walking over a program's statements in order."""

    def __init__(self) -> None:
        self._states: dict[str, frozenset[bool]] = {}

    def bound(self, name: str) -> bool | None:
        """True if the name has a node here, False if it has none, None if that depends on the loops."""
        states = self._states.get(name, _FREE)
        return True in states if len(states) == 1 else None

    def assign(self, name: str) -> None:
        """From here on the name has a node."""
        self._states[name] = _BOUND

    def delete(self, name: str) -> None:
        """From here on the name has none."""
        self._states[name] = _FREE

    def enter(self, loop: For) -> Bindings:
        """Go into a loop's body, on its first turn or a later one. The result is what is known after it."""
        after = Bindings()
        after._states = self._after(_effect((loop,)))
        again = self._after(_effect(loop.body))
        self._states = {name: self._states.get(name, _FREE) | states for name, states in again.items()}
        return after

    def _after(self, effect: dict[str, _Outcomes]) -> dict[str, frozenset[bool]]:
        states = dict(self._states)
        for name, outcomes in effect.items():
            certain = frozenset(outcome for outcome in outcomes if outcome is not None)
            states[name] = certain | (self._states.get(name, _FREE) if _SAME in outcomes else frozenset())
        return states


def _effect(statements: tuple[Statement, ...]) -> dict[str, _Outcomes]:
    """What running some statements may do to each name that they assign or delete."""
    effect: dict[str, _Outcomes] = {}
    for statement in statements:
        match statement:
            case Assign(name):
                effect[name] = _BOUND
            case Delete(name):
                effect[name] = _FREE
            case Leave(names):
                effect |= dict.fromkeys(names, _FREE)
            case For():
                runs = _runs(statement)
                for name, outcomes in _effect(statement.body).items() if runs is not False else ():
                    before = effect.get(name, frozenset({_SAME}))
                    maybe = _SAME in outcomes or not runs
                    effect[name] = (outcomes - {_SAME}) | (before if maybe else frozenset())
    return effect


def _runs(loop: For) -> bool | None:
    """Whether a loop runs at all; None if outer loops decide."""
    if isinstance(loop.start, str) or isinstance(loop.stop, str):
        return None
    return loop.start < loop.stop


# --- the order of names --------------------------------------------------------------------------------

MOST_TURNS = 10_000
"""How many turns of loops are followed to see which name comes first."""


def names_in_order(program: Program) -> list[str]:
    """Every name that a program assigns, in the order in which they first have a node as it runs.

    Those that never have one come last.
    """
    order = _Order()
    order.block(program.statements)
    return list(order.met | dict.fromkeys(_assigned(program.statements)))


class _Order:
    """Follows a program's loops, as far as names are still to come in them."""

    def __init__(self) -> None:
        self.met: dict[str, None] = {}
        self.loops: dict[str, int] = {}
        self.turns = 0

    def block(self, statements: tuple[Statement, ...]) -> None:
        for statement in statements:
            if isinstance(statement, Assign):
                self.met[statement.name] = None
            elif isinstance(statement, For):
                self.loop(statement)

    def loop(self, loop: For) -> None:
        waiting = [name for name in _assigned(loop.body) if name not in self.met]
        for turn in range(self.bound(loop.start), self.bound(loop.stop)):
            waiting = [name for name in waiting if name not in self.met]
            self.turns += 1
            if not waiting or self.turns > MOST_TURNS:
                break
            self.loops[loop.variable] = turn
            self.block(loop.body)

    def bound(self, bound: int | str) -> int:
        return self.loops[bound] if isinstance(bound, str) else bound


def _assigned(statements: tuple[Statement, ...]) -> list[str]:
    """The names that some statements assign, in the order of the text."""
    names: dict[str, None] = {}
    for statement in statements:
        if isinstance(statement, Assign):
            names[statement.name] = None
        elif isinstance(statement, For):
            names |= dict.fromkeys(_assigned(statement.body))
    return list(names)
