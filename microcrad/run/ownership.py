"""Who owns what while a program runs: names and temporaries in `auto`, nobody but the program in `manual`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microcrad.engine import FreedValue, Value
from microcrad.language.statements import Name, Span
from microcrad.timeline.log import Holder, Kind, Reference

if TYPE_CHECKING:
    from microcrad.run.interpreter import Interpreter

__all__ = ["CREATION", "RETAIN", "Auto", "Manual"]

CREATION = Reference(Holder.CREATION)
RETAIN = Reference(Holder.RETAIN)


class Auto:
    """Names hold references, and temporaries are released at the end of their statement."""

    def __init__(self, run: Interpreter) -> None:
        self.run = run
        self.abandoned: list[Value] = []
        """Temporaries whose line has ended, under rules by which nobody releases them."""

    def bind(self, name: str, node: Value) -> None:
        """Retain the new node before releasing the old one, so that `x = x` is safe."""
        run, recorder = self.run, self.run.recorder
        fresh = bool(run.temporaries) and run.temporaries[-1] is node
        if fresh:
            run.temporaries.pop()
        else:
            recorder.retain(node, Reference(Holder.NAME, name))
        old = run.names.get(name)
        run.names[name] = node
        recorder.bind(name, node, takes_creation=fresh)
        if old is not None:
            recorder.release(old, Reference(Holder.NAME, name))

    def forgotten(self, name: str, node: Value) -> None:
        self.run.recorder.release(node, Reference(Holder.NAME, name))

    def used(self, name: str, node: Value) -> None:
        """A name always holds its node, so there is nothing to check."""

    def release(self, name: Name) -> None:
        """Give back an earlier `retain`, and nothing else: the other references have owners."""
        run = self.run
        node = run.value(name)
        if not run.retains.get(node):
            message = f"{name.name} was not retained, so there is no reference to give back."
            raise run.error(name.span, message, f"Write del {name.name} to let go of the name.")
        run.retains[node] -= 1
        run.recorder.release(node, RETAIN)

    def end_statement(self) -> None:
        run = self.run
        if not run.rules.releases_temporaries:
            self.abandoned += run.temporaries
            run.temporaries.clear()
        while run.temporaries:
            run.recorder.release(run.temporaries.pop(), CREATION)

    def leaks(self) -> frozenset[int]:
        """What would survive releasing every name: what unmatched retains hold, and all it depends on.

        Temporaries that nobody released count as retained.
        """
        run = self.run
        held = [node for node, count in run.retains.items() if count and not isinstance(node, FreedValue)]
        held += self.abandoned
        leaked: set[int] = set()
        while held:
            node = held.pop()
            if run.recorder.ids[node] not in leaked:
                leaked.add(run.recorder.ids[node])
                held.extend(node.prev)
        return frozenset(leaked)


class Manual:
    """C's rules: a name is a bare pointer, and only the program retains and releases."""

    def __init__(self, run: Interpreter) -> None:
        self.run = run
        self.released: set[Value] = set()
        """Nodes whose creation reference the program has given back."""
        self.robbed: set[tuple[Value, int]] = set()
        """Slots whose reference an over-release took."""
        self.warned: set[tuple[Span, Value]] = set()

    def bind(self, name: str, node: Value) -> None:
        """Point the name at the node; what it pointed at before is not told."""
        self.run.names[name] = node
        self.run.recorder.bind(name, node, takes_creation=False)

    def forgotten(self, name: str, node: Value) -> None:
        """Forgetting a pointer releases nothing."""

    def used(self, name: str, node: Value) -> None:
        """Warn of a name whose node only somebody else's slot keeps alive, once a place."""
        run = self.run
        if isinstance(node, FreedValue) or node not in self.released or run.retains.get(node):
            return
        if (run.place, node) not in self.warned:
            self.warned.add((run.place, node))
            run.recorder.at(run.place)
            only = self._in_words(self._slot_of(node))
            run.recorder.say(
                Kind.WARNING, f"{name} is borrowed: only {only} keeps it alive.", run.recorder.ids[node]
            )

    def release(self, name: Name) -> None:
        """Take the creation reference first, then retains, then rob a slot."""
        run = self.run
        node = run.lookup(name.name, name.span)
        run.place = name.span
        if isinstance(node, FreedValue):
            node.release()
        if node not in self.released:
            self.released.add(node)
            run.recorder.release(node, CREATION)
        elif run.retains.get(node):
            run.retains[node] -= 1
            run.recorder.release(node, RETAIN)
        else:
            slot = self._slot_of(node)
            robs = f"over-release: {name.name} was released already; this robs {self._in_words(slot)}."
            run.recorder.say(Kind.WARNING, robs, run.recorder.ids[node])
            if slot is None:
                run.recorder.release(node, CREATION)
            else:
                self.robbed.add(slot)
                user, index = slot
                run.recorder.release(node, Reference(Holder.SLOT, node=run.recorder.ids[user], slot=index))

    def _slot_of(self, node: Value) -> tuple[Value, int] | None:
        """The newest live slot that still holds a reference to a node."""
        for user in reversed(self.run.recorder.nodes):
            for index, operand in enumerate(user.prev):
                if operand is node and (user, index) not in self.robbed:
                    return user, index
        return None

    def _in_words(self, slot: tuple[Value, int] | None) -> str:
        if slot is None:
            return "nothing"
        user, index = slot
        named = self.run.log.names_of.get(self.run.recorder.ids[user], ())
        return f"slot {index} of {named[-1][1] if named else 'a node nobody named'}"

    def end_statement(self) -> None:
        """Temporaries belong to nobody: they are forgotten, not released."""
        self.run.temporaries.clear()

    def leaks(self) -> frozenset[int]:
        """Everything that is live when the program ends."""
        return frozenset(self.run.recorder.ids[node] for node in self.run.recorder.nodes)
