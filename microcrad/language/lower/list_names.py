"""The names of lists: each element has one of its own in the core, such as `w[0]`."""

from __future__ import annotations

import ast

from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.instead import instead_of_change
from microcrad.language.lower.scopes import Items, Part
from microcrad.language.lower.spans import StopReading, dotted
from microcrad.language.source_places import Span

__all__ = ["ListNames"]


class ListNames:
    """Gives lists names, and keeps apart what other names of them mean."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans

    def assign(self, name: str, node: ast.expr, span: Span) -> None:
        """Give a name to a list as it is written, element by element."""
        self.part_from(name, span)
        if name not in self._of.scope.names.assigned:
            done = self._name_each(name, node)
            self.bound(name, Items([part for part, _ in done], self._of.scope.prefix + name), span)
            return
        mark = self._of.mark()
        start = len(self._of.out)
        done = self._name_each(name, node)
        if self._overlaps(
            f"{self._of.scope.prefix}{name}[", start, done
        ):  # As in w = [w[1], w[0]]: all are worked out first.
            self._of.reset(mark)
            self.assign_items(name, self._of.elements.literal(node), span)
        else:
            self.bound(name, Items([part for part, _ in done], self._of.scope.prefix + name), span)

    def _name_each(self, name: str, node: ast.expr) -> list[tuple[Part, int]]:
        """Name the elements of a list one by one; with each, the place of the next statement after it."""
        done: list[tuple[Part, int]] = []
        for place, (lowered, element) in enumerate(self._of.elements.each(node)):
            self._of.elements.few(place, node)
            done.append((self.named(f"{name}[{place}]", lowered, element), len(self._of.out)))
        return done

    def named(self, said: str, lowered: Lowered, node: ast.expr) -> Part:
        """An element with a name of its own; a list that has a name is the same list."""
        span, core = self._spans.span(node), self._of.scope.prefix + said
        if not isinstance(lowered, Items):
            self._of.assign(core, lowered, span)
            self._of.scope.owned[core] = None
            return core
        if lowered.said:
            return lowered
        parts = [
            self.named(f"{said}[{place}]", self._of.elements.lowered(part, node), node)
            for place, part in enumerate(lowered.parts)
        ]
        return Items(parts, core)

    def assign_items(self, name: str, items: Items, span: Span) -> None:
        """Give a list a name: one that has one is the same list, the elements of others get names."""
        if not items.said:
            self.part_from(name, span)
            own = f"{self._of.scope.prefix}{name}["
            if any(node.startswith(own) for node in items.nodes()):
                items.parts = self.copied(items, span).parts
            named = self.renamed(name, items, span)
            items.parts, items.said = named.parts, named.said
        self.bound(name, items, span)

    def copied(self, items: Items, span: Span) -> Items:
        """A list of the same nodes by other names until the line ends; the lists in it stay what they are."""
        parts: list[Part] = []
        for part in items.parts:
            if isinstance(part, Items):
                part.parts, part.said = self.copied(part, span).parts, ""
                parts.append(part)
            elif isinstance(part, str):
                parts.append(self._of.temporary(ex.Name(part, span), span).name)
            else:
                parts.append(part)
        return Items(parts)

    def part_from(self, name: str, span: Span, new: Items | None = None) -> None:
        """Before a name's elements get other nodes, other names of the same lists get names of their own."""
        scope = self._of.scope
        if not isinstance(scope.bindings.get(name), Items):
            return
        self.outlive(f"{scope.prefix}{name}[", span, but=name, new=new)

    def outlive(self, own: str, span: Span, but: str = "", new: Items | None = None) -> None:
        """Lists whose elements have names that begin so, and get other nodes or none, get names of their own.

        `but` is a name of this scope whose list does not, and neither does `new`, which it gets.
        """
        here = self._of.scope
        try:
            for frame in here.frames():
                self._of.scope = frame
                for other, bound in frame.bindings.items():
                    if isinstance(bound, Items) and bound is not new and (frame is not here or other != but):
                        self._part("t#1" if other.startswith(" ") else other, bound, own, span)
        finally:
            self._of.scope = here

    def _part(self, name: str, items: Items, own: str, span: Span) -> None:
        """Give names of its own to a list, or to the lists in it, whose elements have those that begin so."""
        if any(isinstance(part, str) and part.startswith(own) for part in items.parts):
            copy = self.renamed(self._free(name, items), Items(items.parts), span)
            items.parts, items.said = copy.parts, copy.said
        for place, part in enumerate(items.parts):
            if isinstance(part, Items):
                self._part(f"{name}[{place}]", part, own, span)

    def _free(self, name: str, items: Items) -> str:
        """What a list can be called where another may have the name that its place would give it."""
        scope = self._of.scope
        others = [each for frame in scope.frames() for each in frame.lists() if each is not items]
        taken = {each.said for each in others}
        taken |= {part.rpartition("[")[0] for each in others for part in each.parts if isinstance(part, str)}
        free, number = name, 1
        while scope.prefix + free in taken:
            number += 1
            free = f"{name}#{number}"
            self._of.called_by_number = True
        return free

    def let_go(self, name: str, span: Span) -> None:
        """The elements that a name's list had let go of their nodes; other names of it keep theirs."""
        self.part_from(name, span)
        owned = self._of.scope.owned
        own = f"{self._of.scope.prefix}{name}["
        if gone := tuple(each for each in owned if each.startswith(own)):
            self._of.out.append(st.Leave(gone, span))
            for each in gone:
                del owned[each]

    def renamed(self, name: str, items: Items, span: Span) -> Items:
        """A list with the same nodes by names of its own."""
        parts = [self._renamed(f"{name}[{place}]", part, span) for place, part in enumerate(items.parts)]
        return Items(parts, self._of.scope.prefix + name)

    def _renamed(self, said: str, part: Part, span: Span) -> Part:
        core = self._of.scope.prefix + said
        if isinstance(part, Items):
            if part.said:
                return part
            part.parts = [self._renamed(f"{said}[{i}]", each, span) for i, each in enumerate(part.parts)]
            part.said = core
            return part
        self._of.assign(core, ex.Name(part, span) if isinstance(part, str) else part, span)
        self._of.scope.owned[core] = None
        return core

    def bound(self, name: str, items: Items, span: Span) -> None:
        """From here on the name means the list; what it had before goes, unless another name has it."""
        scope = self._of.scope
        old = scope.bindings.get(name)
        scope.names.assign(name, span.line)
        if old is items:
            return
        self.part_from(name, span, items)
        scope.bindings[name] = items
        kept = set(items.nodes())
        scope.owned.update(dict.fromkeys(each for each in kept if each.startswith(f"{scope.prefix}{name}[")))
        if old is None:
            return
        own = scope.prefix + name
        gone = [
            each for each in scope.owned if each not in kept and (each == own or each.startswith(f"{own}["))
        ]
        if gone:
            self._of.out.append(st.Leave(tuple(gone), span))
            for each in gone:
                del scope.owned[each]

    def _overlaps(self, own: str, start: int, done: list[tuple[Part, int]]) -> bool:
        """Whether what was made by a name that begins so was read, or is meant, after that had a new node."""
        given: set[str] = set()
        met: set[str] = set()
        for part, end in done:
            before = frozenset(given)
            for each in self._of.out[start:end]:
                if not given.isdisjoint(st.reads(each)):
                    return True
                if isinstance(each, st.Assign) and each.name.startswith(own):
                    if each.name in met:
                        return True
                    given.add(each.name)
            nodes = set(part.nodes()) if isinstance(part, Items) else set()
            if nodes & before:
                return True
            met |= nodes
            start = end
        return False

    def set(self, target: ast.Subscript, value: ast.expr, span: Span) -> None:
        """`w[i] = expression`."""
        if isinstance(target.slice, ast.Slice):
            raise self._spans.stop(target, "One element at a time.", "Write w[0] = 2.")
        items = self._of.elements.list_of(target)
        place = self._of.elements.place(target, items)
        part, lowered = items.parts[place], self._of.values.lower(value)
        if isinstance(lowered, Items) and lowered.holds(items):
            raise self._spans.stop(target, "A list cannot be an element of itself.", "Write w[0] = 2.")
        root = items.said or f"{self._of.scope.prefix}{self._spans.source(target.value)}"
        if isinstance(part, str) and items.said and not isinstance(lowered, Items):
            self._of.assign(part, lowered, span, where=self._spans.span(value))
            return
        items.parts[place] = ex.Literal(0.0)  # What was there may have other names, which keep it.
        self._put(items, place, f"{root}[{place}]", lowered, value, span)

    def append(self, target: ast.expr, value: ast.expr, span: Span) -> None:
        """`w.append(expression)`."""
        items, whole = self._of.elements.of(target), isinstance(value, ast.Tuple)
        lowered = self._of.elements.literal(value) if whole else self._of.values.lower(value)
        if isinstance(lowered, Items) and lowered.holds(items):
            hint = "Write {0}.append({0}[:]).".format(self._spans.source(target))
            raise self._spans.stop(target, "A list cannot be an element of itself.", hint)
        self._add(items, target, lowered, value, span)

    def extend(self, target: ast.expr, value: ast.expr, span: Span) -> None:
        """`w.extend(v)` and `w += v`."""
        items = self._of.elements.of(target)
        written = isinstance(value, (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp))
        more = self._of.elements.literal(value) if written else self._of.elements.of(value)
        self._of.elements.few(len(items.parts) + len(more.parts), target)
        for part in list(more.parts):
            self._add(items, target, self._of.elements.lowered(part, value), value, span)

    def _add(self, items: Items, target: ast.expr, lowered: Lowered, value: ast.expr, span: Span) -> None:
        """Lengthen a list by one element."""
        here, said, place = self._of.scope, self._spans.source(target), len(items.parts)
        if any(each is items for frame in here.frames() for each in frame.going):
            raise self._spans.stop(
                target, f"A loop goes over {said}, and would never end if it grew.",
                f"Go over a copy: for a in {said}[:]",
            )  # fmt: skip
        self._of.elements.few(place + 1, target)
        root, number = items.said or here.prefix + said, 1
        while any(f"{root}[{place}]" in frame.owned for frame in here.frames()):  # Another list is called so.
            root = f"{here.prefix}{said}" if number == 1 else f"{here.prefix}{said}#{number}"
            number += 1
        items.parts.append(ex.Literal(0.0))
        core = f"{root}[{place}]"
        if isinstance(lowered, Items):
            self._put(items, place, core, lowered, value, span)
        else:  # Nothing had that name: no other list is concerned, however long they are.
            self._name(items, place, core, lowered, value)

    def _put(
        self, items: Items, place: int, core: str, lowered: Lowered, value: ast.expr, span: Span
    ) -> None:
        """Have an element of a list be what was lowered, by a name of its own."""
        here, own = self._of.scope, f"{core}["
        if (
            isinstance(lowered, Items)
            and not lowered.said
            and any(n.startswith(own) for n in lowered.nodes())
        ):
            lowered = self.copied(lowered, span)
        whose = next((each for each in here.frames() if core.startswith(each.prefix)), here)
        read = lowered if isinstance(lowered, Items) else Items(list(st.reads(lowered)))
        with here.going_over([read]):
            self.outlive(own, span)
        if isinstance(lowered, Items) and "#" in lowered.said.removeprefix(whose.prefix):  # As in a swap.
            try:
                self._of.scope = whose
                self.move(lowered, core.removeprefix(whose.prefix), span)
            finally:
                self._of.scope = here
        new = self._name(items, place, core, lowered, value)
        kept = set(new.nodes() if isinstance(new, Items) else (new,))
        if gone := [n for n in whose.owned if n not in kept and (n == core or n.startswith(own))]:
            self._of.out.append(st.Leave(tuple(gone), span))
            for each in gone:
                del whose.owned[each]

    def _name(self, items: Items, place: int, core: str, lowered: Lowered, value: ast.expr) -> Part:
        """Give what was lowered its name as an element; the call whose list it is owns it."""
        here = self._of.scope
        whose = next((each for each in here.frames() if core.startswith(each.prefix)), here)
        if not items.said:
            items.own.add(core)
        try:
            self._of.scope = whose
            items.parts[place] = self.named(core.removeprefix(whose.prefix), lowered, value)
        finally:
            self._of.scope = here
        return items.parts[place]

    def move(self, items: Items, name: str, span: Span) -> None:
        """Call a list, which had no name of its own for a while, as its place is called."""
        former = [part for part in items.parts if isinstance(part, str)]
        named = self.renamed(name, Items(items.parts), span)
        items.parts, items.said = named.parts, named.said
        self._of.out.append(st.Leave(tuple(former), span))
        for each in former:
            self._of.scope.owned.pop(each, None)
            self._of.saved.pop(each, None)

    def grows(self, node: ast.expr | ast.stmt, target: ast.expr, count: int) -> StopReading:
        """The error of what would take elements out of a list, or move them."""
        said = self._spans.source(target)
        plain = dotted(target) and isinstance(self._of.scope.lookup(dotted(target)), Items)
        return self._spans.stop(
            node, f"Lists here only grow at their end, and {said} has {count} element{'s' * (count != 1)}.",
            instead_of_change(node, said if plain else "w", said, count, self._spans.source),
        )  # fmt: skip
