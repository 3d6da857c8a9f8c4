"""What a loop's variable or an argument means by the name of a list's element, when that gets another node.

As in Python it goes on to mean the node that it meant: it gets a name of its own just before the line that
changes the list, wherever that line stands, in the loop's body or in a function called from there.
"""

from __future__ import annotations

from collections.abc import Iterable

from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft
from microcrad.language.lower.scopes import Items, Part, Scope
from microcrad.language.source_places import Span

__all__ = ["Borrowed"]


class Borrowed:
    """Keeps what is meant by others' names."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._start = 0
        """Where among the statements so far names are given."""
        self._given: set[str] = set()
        """The names that the statement has given to other nodes."""

    def keep(self, start: int, span: Span) -> None:
        """Names for what a statement, which was lowered from `start` on, takes from others' names."""
        if any(frame.borrowing or frame.going for frame in self._of.scope.frames()):
            given, left = self._changed(self._of.out[start:])
            self._given = given - left
            self.keep_from(given | left, start, span)
            self._given = set()

    def keep_from(self, changed: set[str], start: int, span: Span) -> None:
        """The same, of some names that are about to get other nodes."""
        self._start = start
        for frame in self._of.scope.frames():
            for variable in frame.borrowing:
                bound = frame.bindings.get(variable)
                if isinstance(bound, str) and bound in changed and bound != frame.prefix + variable:
                    wanted = variable if variable.isidentifier() else "t"
                    frame.bindings[variable] = self._saved(frame.prefix + wanted, bound, changed, span)
            for items in list(frame.lists_borrowed()):
                self._keep_list(items, frame, changed, span)

    def _keep_list(self, items: Items, frame: Scope, changed: set[str], span: Span) -> None:
        """Names for the elements of a list that no name means, or none any more; others have theirs."""
        if not _concerned(items.parts, changed) or (items.said and self._has_a_name(items)):
            return
        own = items.own & self._given  # As it is this list that was changed.
        hit = [place for place, part in enumerate(items.parts) if part in changed and part not in own]
        if hit and items.said:  # Its name means another list by now.
            items.said = self._free(f"{frame.prefix}t", changed)
            hit = [place for place, part in enumerate(items.parts) if isinstance(part, str)]
        for place in hit:
            wanted = f"{items.said}[{place}]" if items.said else f"{frame.prefix}t"
            items.parts[place] = self._saved(wanted, str(items.parts[place]), changed, span)
        for part in items.parts:
            if isinstance(part, Items):
                self._keep_list(part, frame, changed, span)

    def _has_a_name(self, items: Items) -> bool:
        frames = list(self._of.scope.frames())
        if any(frame.bindings.get(items.said.removeprefix(frame.prefix)) is items for frame in frames):
            return True
        return any(items is each for frame in frames for each in frame.lists_named())

    def _saved(self, wanted: str, node: str, changed: set[str], span: Span) -> str:
        """Give a node one more name."""
        name = self._free(wanted, changed)
        self._of.saved[name] = node
        self._of.assign(name, ex.Name(node, span), span, self._start)
        self._start += 1
        return name

    def _free(self, wanted: str, changed: set[str]) -> str:
        """The wanted name, or one that nothing has had if another node has it or it is but a `t`."""
        taken = {*self._of.saved, *changed}
        if wanted.endswith("t") or wanted in taken or wanted in {name.partition("[")[0] for name in taken}:
            return self._of.numbered(wanted)
        return wanted

    def end(self, span: Span) -> None:
        """The names that were given here and mean nothing any more let go of their nodes."""
        if not self._of.saved:
            return
        alive: set[str] = set()
        for frame in self._of.scope.frames():
            alive.update(
                bound for bound in map(frame.bindings.get, frame.borrowing) if isinstance(bound, str)
            )
            alive.update(part for items in frame.lists() for part in items.parts if isinstance(part, str))
        if gone := tuple(name for name in self._of.saved if name not in alive):
            self._of.out.append(st.Leave(gone, span))
            for name in gone:
                del self._of.saved[name]

    def _changed(self, statements: Iterable[st.Statement]) -> tuple[set[str], set[str]]:
        """The names that statements give to other nodes, and those that have none after them."""
        given: set[str] = set()
        left: set[str] = set()
        for statement in statements:
            match statement:
                case st.Assign(name, ex.Name(node)) if self._of.saved.get(name) == node:
                    left.discard(name)  # As was done here for a line of a function.
                case st.Assign(name):
                    given.add(name)
                    left.discard(name)
                case st.Delete(name):
                    left.add(name)
                case st.Leave(names):
                    left.update(names)
        return given, left


def _concerned(parts: list[Part], changed: set[str]) -> bool:
    """Whether any node of a list, or of the lists in it, is among some names: of most lists none is."""
    if not changed.isdisjoint(parts):
        return True
    return Items in map(type, parts) and any(
        _concerned(part.parts, changed) for part in parts if isinstance(part, Items)
    )
