"""Lines as they are drawn: of a very long one the beginning, and a sign for what a terminal would obey."""

from __future__ import annotations

from textual.document._document import DocumentBase

from microcrad.text.visible import in_place

__all__ = ["MAX_DRAWN", "ShortLines", "drawn"]

MAX_DRAWN = 1_000
"""Characters of a line that are drawn: more would make every key slow."""


def drawn(line: str) -> str:
    """A line as it is drawn: what is drawn of it stands where it stands in the line."""
    beginning = line if len(line) <= MAX_DRAWN else f"{line[:MAX_DRAWN]}…"
    return "\t".join(map(in_place, beginning.split("\t")))


class ShortLines:
    """A document as it is wrapped and drawn."""

    def __init__(self, document: DocumentBase) -> None:
        self._document = document

    def __getitem__(self, index: int) -> str:
        return drawn(self._document.get_line(index))

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return [drawn(line) for line in self._document.lines]

    @property
    def line_count(self) -> int:
        """How many there are."""
        return self._document.line_count

    def get_line(self, index: int) -> str:
        """One of them."""
        return self[index]
