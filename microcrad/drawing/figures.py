"""The numbers that nodes ever have in a run: what a picture that does not move needs room for."""

from __future__ import annotations

from collections.abc import Iterator

from microcrad.records import Record
from microcrad.timeline.log import Kind
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Figure", "figures"]

_FIELDS = {
    Kind.ALLOCATE: "data", Kind.COMPUTE: "data", Kind.WRITE_DATA: "data",
    Kind.WRITE_GRAD: "grad", Kind.SEED: "grad", Kind.EDGE: "grad",
    Kind.RETAIN: "refs",
}  # fmt: skip
_BY_CODE = [_FIELDS.get(kind, "") for kind in Kind]


class Figure(Record):
    """A number that a node has from one event on."""

    node: int
    field: str
    """`data`, `grad` or `refs`; of the counts, those that are higher than before."""
    value: float


def figures(at: Snapshot) -> Iterator[Figure]:
    """Every number that a node of a moment's run gets, from the first event to the last."""
    log = at.log
    for kind, node, value in zip(log.kinds, log.subjects, log.values, strict=True):
        if _BY_CODE[kind]:
            yield Figure(node, _BY_CODE[kind], value)
