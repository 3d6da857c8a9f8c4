"""`Record`: a class of named fields, as `typing.NamedTuple` makes it, declared in less than half the time.

There are a hundred of them, and an app begins by declaring its own. Most of what `NamedTuple` takes goes into
compiling the fields' types, which nobody asks for while the program runs.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

__all__ = ["Record"]

if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:

    class _Declared(type):
        """Makes a named tuple of the fields in a class's body, with the rest of what stands there."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = body.get("__annotations__", {})
            defaults = [body.pop(field) for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            for key, each in body.items():
                if key not in {"__module__", "__slots__"}:
                    setattr(made, key, each)
            return made

    class Record(metaclass=_Declared):
        """What such classes derive from. A field with a default comes after those without, as mypy checks."""
