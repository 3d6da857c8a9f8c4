"""Who owns what while a program runs: names and temporaries in `auto`, nobody but the program in `manual`.

Each is a `Ledger` of its own, which the interpreter tells what the program does, and which takes and gives
back references through the recorder. It knows nothing of the interpreter.
"""

from __future__ import annotations

from microcrad.engine import FreedValue, Value
from microcrad.language.core_expressions import Name
from microcrad.language.source_places import Span
from microcrad.run.recorder import Recorder
from microcrad.timeline.log import Holder, Kind, Reference

__all__ = ["Auto", "Ledger", "Manual"]

_CREATION = Reference(Holder.CREATION)
_RETAIN = Reference(Holder.RETAIN)


class Ledger:
    """What names mean, what nobody has named yet, and what the program itself has retained."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.names: dict[str, Value] = {}
        self.temporaries: list[Value] = []
        """What the current statement created and no name has taken, oldest first."""
        self.retains: dict[Value, int] = {}
        """How many references the program's own `retain`s hold."""

    def retain(self, node: Value) -> None:
        """The program takes a reference."""
        self.recorder.retain(node, _RETAIN)
        self.retains[node] = self.retains.get(node, 0) + 1

    def gives_back_retain(self, node: Value) -> bool:
        """Give back what a `retain` took, if one is left to give back, and tell whether."""
        if not self.retains.get(node):
            return False
        self.retains[node] -= 1
        self.recorder.release(node, _RETAIN)
        return True


class Auto(Ledger):
    """Names hold references, and temporaries are released at the end of their statement."""

    def __init__(self, recorder: Recorder, *, releases_temporaries: bool) -> None:
        super().__init__(recorder)
        self._releases_temporaries = releases_temporaries
        self._abandoned: list[Value] = []
        """Temporaries whose line has ended, under rules by which nobody releases them."""

    def bind(self, name: str, node: Value) -> None:
        """Retain the new node before releasing the old one, so that `x = x` is safe."""
        fresh = bool(self.temporaries) and self.temporaries[-1] is node
        if fresh:
            self.temporaries.pop()
        else:
            self.recorder.retain(node, Reference(Holder.NAME, name))
        old = self.names.get(name)
        self.names[name] = node
        self.recorder.bind(name, node, takes_creation=fresh)
        if old is not None:
            self.recorder.release(old, Reference(Holder.NAME, name))

    def forget(self, name: str) -> None:
        """The name lets go of its node."""
        node = self.names.pop(name)
        self.recorder.forget(name, node)
        self.recorder.release(node, Reference(Holder.NAME, name))

    def use(self, name: str, place: Span) -> Value | None:
        """A name's node if it has one, which it then always holds."""
        return self.names.get(name)

    def release(self, name: Name, node: Value) -> None:
        """Give back an earlier `retain`, and nothing else: the other references have owners."""
        if not self.gives_back_retain(node):
            message = f"{name.name} was not retained, so there is no reference to give back."
            raise name.span.error(message, f"Write del {name.name} to let go of the name.")

    def end_statement(self) -> None:
        """Release what no name has taken, newest first."""
        if not self._releases_temporaries:
            self._abandoned += self.temporaries
            self.temporaries.clear()
        while self.temporaries:
            self.recorder.release(self.temporaries.pop(), _CREATION)

    def leaks(self) -> frozenset[int]:
        """What would survive releasing every name: what unmatched retains hold, and all it depends on.

        Temporaries that nobody released count as retained.
        """
        ids = self.recorder.ids
        held = [node for node, count in self.retains.items() if count and not isinstance(node, FreedValue)]
        held += self._abandoned
        leaked: set[int] = set()
        while held:
            node = held.pop()
            if ids[node] not in leaked:
                leaked.add(ids[node])
                held.extend(node.prev)
        return frozenset(leaked)


class Manual(Ledger):
    """C's rules: a name is a bare pointer, and only the program retains and releases."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self._released: set[Value] = set()
        """Nodes whose creation reference the program has given back."""
        self._robbed: set[tuple[Value, int]] = set()
        """Slots whose reference an over-release took."""
        self._warned: set[tuple[Span, Value]] = set()

    def bind(self, name: str, node: Value) -> None:
        """Point the name at the node; what it pointed at before is not told."""
        self.names[name] = node
        self.recorder.bind(name, node, takes_creation=False)

    def forget(self, name: str) -> None:
        """Forget a pointer, which releases nothing."""
        self.recorder.forget(name, self.names.pop(name))

    def use(self, name: str, place: Span) -> Value | None:
        """A name's node if it has one. Warn, once a place, if only somebody else's slot keeps it alive."""
        node = self.names.get(name)
        if node is not None and self._borrowed(node) and (place, node) not in self._warned:
            self._warned.add((place, node))
            only = self._in_words(self._slot_of(node))
            self.recorder.at(place)
            self._warn(f"{name} is borrowed: only {only} keeps it alive.", node)
        return node

    def _borrowed(self, node: Value) -> bool:
        """Whether the program has given back all its own references to a live node."""
        return not isinstance(node, FreedValue) and node in self._released and not self.retains.get(node)

    def release(self, name: Name, node: Value) -> None:
        """Take the creation reference first, then retains, then rob a slot."""
        if isinstance(node, FreedValue):
            node.release()
        if node not in self._released:
            self._released.add(node)
            self.recorder.release(node, _CREATION)
        elif not self.gives_back_retain(node):
            slot = self._slot_of(node)
            robs = f"over-release: {name.name} was released already; this robs {self._in_words(slot)}."
            self._warn(robs, node)
            if slot is None:
                self.recorder.release(node, _CREATION)
            else:
                self._robbed.add(slot)
                user, index = slot
                taken = Reference(Holder.SLOT, node=self.recorder.ids[user], slot=index)
                self.recorder.release(node, taken)

    def end_statement(self) -> None:
        """Temporaries belong to nobody: they are forgotten, not released."""
        self.temporaries.clear()

    def leaks(self) -> frozenset[int]:
        """Everything that is live when the program ends."""
        return frozenset(self.recorder.ids[node] for node in self.recorder.nodes)

    def _warn(self, text: str, node: Value) -> None:
        self.recorder.say(Kind.WARNING, text, self.recorder.ids[node])

    def _slot_of(self, node: Value) -> tuple[Value, int] | None:
        """The newest live slot that still holds a reference to a node."""
        for user in reversed(self.recorder.nodes):
            self.recorder.work += 1
            for index, operand in enumerate(user.prev):
                if operand is node and (user, index) not in self._robbed:
                    return user, index
        return None

    def _in_words(self, slot: tuple[Value, int] | None) -> str:
        if slot is None:
            return "nothing"
        user, index = slot
        named = self.recorder.log.names_of.get(self.recorder.ids[user], ())
        return f"slot {index} of {named[-1][1] if named else 'a node nobody named'}"
