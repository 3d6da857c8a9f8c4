"""Which names a program may use: what a name is made of, and what to say about one that cannot stand.

A name may be dotted, such as `l0.n3.w1`, if none of its parts means something else (as `data`, `grad` and
`tanh` do) and it is first assigned above the lines that assign `l0.n3` or `l0`. So `x.dta = 3` is a typo
where there is an `x`, and `n.w = 2` makes a name where there is no `n` yet. Only this module knows that rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from microcrad.language.core_expressions import FIELDS, FUNCTIONS
from microcrad.language.statements import RESERVED
from microcrad.text.near import near

__all__ = ["MAX_PARTS", "Names", "enclosing"]

MAX_PARTS = 10
"""How many parts a name has at most."""
_WORDS = RESERVED | set(FIELDS)

Saying = tuple[str, str]
"""What is wrong, and what to do."""


def enclosing(name: str) -> Iterator[str]:
    """What a dotted name lies in, innermost first: `l0.n3` and `l0` for `l0.n3.w1`."""
    while dot := name.rfind(".") + 1:
        name = name[: dot - 1]
        yield name


class Names:
    """The names that have a value so far in a text, and the loop variables around what is being read."""

    def __init__(self, outer: Names | None = None) -> None:
        self.outer = outer
        """The names of the program, for those of a function."""
        self.assigned: dict[str, int] = {}
        """The names assigned so far, with the line of the first time."""
        self.loops: list[str] = []
        """The variables of the loops around the statement being read, outermost first."""
        self.counted: dict[str, int] = {}
        """The variables of loops so far, with the line of the last one."""
        self._inside: dict[str, str] = {}
        """For everything that an assigned name lies in, the first such name."""

    def copy(self) -> Names:
        """The names as they are now, whatever is assigned later."""
        names = Names(self.outer)
        names.assigned, names.counted = dict(self.assigned), dict(self.counted)
        names.loops, names._inside = list(self.loops), dict(self._inside)
        return names

    def assign(self, name: str, line: int) -> None:
        """From this line on the name has a value."""
        if name not in self.assigned:
            self.assigned[name] = line
            for outer in enclosing(name):
                self._inside.setdefault(outer, name)

    def misspelled(self, name: str) -> Saying | None:
        """Why this is no name, whether it has a value or not; None if it is one."""
        parts = name.split(".")
        if len(parts) == 1:
            return None
        word = next((part for part in parts if part in _WORDS), None)
        if word is not None:
            called = name.endswith(f".{word}") and word in FUNCTIONS
            hint = f"Write {name}()." if called else "Choose another word."
            return f"{word} cannot be a part of a name.", hint
        if len(parts) > MAX_PARTS:
            return f"A name has at most {MAX_PARTS} parts.", "Use fewer dots."
        return None

    def unassignable(self, name: str) -> Saying | None:
        """Why this name cannot be given a value here; None if it can."""
        first, dot, _ = name.partition(".")
        if not dot and name in RESERVED:
            return f"{name} is a function here and cannot be assigned.", "Choose another name."
        if first in self.loops:
            return f"{first} is the variable of the loop around this line.", "Assign another name."
        outer = self._with_a_value(name)
        if name in self.assigned or outer is None:
            return self.misspelled(name)
        rest = name[len(outer) + 1 :]
        hint = f"Only {outer}.data and {outer}.grad can."
        if "." in outer:
            hint += f" A name {name} has to be assigned above line {self.assigned[outer]}."
        return f".{rest} cannot be set.", _field_meant(outer, rest) or hint

    def not_a_variable(self, name: str) -> Saying | None:
        """Why this cannot be a loop's variable; None if it can."""
        if name in self.assigned:
            return f"{name} is a node already (line {self.assigned[name]}).", "Choose another loop variable."
        if name in self._inside:
            inner = self._inside[name]
            said = f"{name} is the first part of {inner} (line {self.assigned[inner]})."
            return said, "Choose another loop variable."
        return self.unassignable(name)

    def unknown(self, name: str) -> Saying:
        """What to say about a name that has no value."""
        first, dot, _ = name.partition(".")
        if first in self.loops:
            return f"{first} is a loop variable, a plain number.", "Use the name of a node."
        if not dot and name in RESERVED:
            return f"{name} is a function here.", f"Write {name}(...)."
        outer = self._with_a_value(name)
        if outer is not None:
            rest = name[len(outer) + 1 :]
            dotted = [each for each in self.assigned if "." in each]
            hint = f"Write {name}()." if rest in FUNCTIONS else _field_meant(outer, rest)
            hint = hint or self._meant(near(name, dotted, alike=0.8))
            return f"Nodes have no .{rest} here.", hint or "They have .data and .grad."
        if (wrong := self.misspelled(name)) is not None:
            return wrong
        if name in self.counted:
            said = f"{name} is the variable of the loop on line {self.counted[name]}, and nothing after it."
            return said, f"Give what is needed of it another name in the loop: last = {name}."
        if name in ("pi", "e", "tau"):
            return f"{name} has no value yet.", f"Write math.{name}."
        if name in ("inf", "nan"):
            return f"{name} has no value yet.", "Write 1e400 for infinity, and 1e400 - 1e400 for nan."
        known = [*self.assigned, *self.loops, *(self.outer.assigned if self.outer else ())]
        found = near(name, known, alike=0.5) or near(name, RESERVED, alike=0.75)
        return f"{name} has no value yet.", self._meant(found) or f"Write {name} = 1 on a line above."

    def _with_a_value(self, name: str) -> str | None:
        """The innermost of what a name lies in that has a value."""
        return next((outer for outer in enclosing(name) if outer in self.assigned), None)

    def _meant(self, found: list[str]) -> str:
        """A question after the names that look alike; empty if there are none."""
        if not found:
            return ""
        lines = {**(self.outer.assigned if self.outer else {}), **self.assigned}
        where = f" (line {lines[found[0]]})" if found[0] in lines else ""
        return f"Did you mean {found[0]}{where}?"


def _field_meant(owner: str, rest: str) -> str:
    """A question after the field that was misspelled; empty if it is like none."""
    found = near(rest, FIELDS)
    return f"Did you mean {owner}.{found[0]}?" if found else ""
