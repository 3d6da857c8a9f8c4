"""Small pictures in cells: two pixels to a cell in colour, or a sign to a cell where colour does not show."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from tui.widgets.looks import Looks

__all__ = ["LEVELS", "Palette"]

LEVELS = 16
"""Steps from nothing to the full colour."""


class Palette:
    """What the pixels of a picture look like. A pixel is `class * (LEVELS + 1) + level`.

    Every class goes from the colour of nothing to its own; where colours do not show, it has a sign.
    """

    def __init__(self, look: Looks, classes: Sequence[str], signs: str, *, nothing: str, plain: bool) -> None:
        """`classes` and `nothing` are looks whose background is a colour; `plain` draws signs."""
        self.plain = plain
        self._base = look()
        self._signs = signs
        self._quiet = self._base + look("sign")
        start = _triplet(look(nothing))
        self._colours = [
            Color.from_rgb(*(a + (b - a) * level / LEVELS for a, b in zip(start, full, strict=True)))
            for full in (_triplet(look(name)) for name in classes)
            for level in range(LEVELS + 1)
        ]
        self._styles: dict[tuple[int, int], Style] = {}

    @property
    def rows_per_cell(self) -> int:
        """How many rows of pixels a row of cells shows."""
        return 1 if self.plain else 2

    def under(self, pixel: int, style: Style) -> Style:
        """A style on top of a pixel's colour."""
        if self.plain:
            return self._base + style
        return Style(bgcolor=self._colours[pixel % len(self._colours)]) + style

    def row(
        self, pixels: Sequence[Sequence[int]], over: Callable[[int], Segment | None] = lambda column: None
    ) -> list[Segment]:
        """A row of cells from its one or two rows of pixels; `over` says what stands on a cell instead."""
        segments: list[Segment] = []
        top, bottom = pixels[0], pixels[-1]
        run, length = (-1, -1), 0
        for column, pair in enumerate(zip(top, bottom, strict=True)):
            segment = over(column)
            if segment is None and pair == run:
                length += 1
                continue
            if length:
                segments.append(self._cells(run, length))
            if segment is None:
                run, length = pair, 1
            else:
                segments.append(segment)
                run, length = (-1, -1), 0
        if length:
            segments.append(self._cells(run, length))
        return segments

    def _cells(self, pair: tuple[int, int], count: int) -> Segment:
        if self.plain:
            sign, level = divmod(pair[0], LEVELS + 1)
            return Segment((self._signs[sign % len(self._signs)] if level > 3 else " ") * count, self._quiet)
        style = self._styles.get(pair)
        if style is None:
            top, bottom = (self._colours[pixel % len(self._colours)] for pixel in pair)
            style = self._styles[pair] = Style(color=top, bgcolor=bottom)
        return Segment("▀" * count, style)


def _triplet(style: Style) -> tuple[int, int, int]:
    colour = style.bgcolor
    return (0, 0, 0) if colour is None else tuple(colour.get_truecolor())  # type: ignore[return-value]
