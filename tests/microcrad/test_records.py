"""A record is what `typing.NamedTuple` makes of the same lines."""

from __future__ import annotations

import pickle
from typing import NamedTuple

import pytest

from microcrad.records import Record


class Place(Record):
    """Where something is."""

    line: int
    column: int = 1

    @property
    def after(self) -> Place:
        """One further."""
        return self._replace(column=self.column + 1)

    @classmethod
    def start(cls) -> Place:
        return cls(1)


class Standard(NamedTuple):
    """Where something is."""

    line: int
    column: int = 1


def test_a_record_is_a_named_tuple() -> None:
    place = Place(3)
    assert place == (3, 1)
    assert place == Standard(3)
    assert repr(place) == "Place(line=3, column=1)"
    assert place.after == Place(column=2, line=3)
    assert Place.start().line == 1
    assert pickle.loads(pickle.dumps(place)) == place
    for name in ("_fields", "_field_defaults", "__doc__", "__module__", "__slots__"):
        assert getattr(Place, name) == getattr(Standard, name), name
    assert type(place).__mro__[1:] == type(Standard(3)).__mro__[1:]


def test_it_refuses_what_a_named_tuple_refuses() -> None:
    with pytest.raises(AttributeError):
        Place(3).line = 4  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Place(3).row = 4  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="line"):
        Place()  # type: ignore[call-arg]
