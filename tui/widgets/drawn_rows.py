"""Rows that a widget draws itself: Textual need not make a frame for each of them, nor colour it again."""

from __future__ import annotations

from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.filter import ANSIToTruecolor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

__all__ = ["DrawnRows"]


class DrawnRows(StylesCache):
    """The rows of a widget as they go to the terminal, until they are to be drawn anew.

    They are whole rows in the colours of the widget's own style; around others Textual draws what it would.
    """

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        """The rows of a part of the widget."""
        if widget.styles.gutter:
            return super().render_widget(widget, crop)
        width = widget.outer_size.width
        if width != self._width:
            self.clear()
            self._width = width
        if anew := [y for y in crop.line_range if y in self._dirty_lines or y not in self._cache]:
            self._draw(widget, anew, width)
        strips = [self._cache[y] for y in crop.line_range]
        if crop.column_span != (0, width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def _draw(self, widget: Widget, rows: list[int], width: int) -> None:
        under, colour = widget.background_colors
        ground = self.get_inner_outer(under, colour)[0].rich_style
        filters = widget.get_line_filters()
        for y in rows:
            strip = widget.render_line(y).adjust_cell_length(width, ground)
            segments = list(strip)
            if not all(style is not None and style.bgcolor is not None for _, style, _ in segments):
                segments = list(Segment.apply_style(segments, ground))
            for each in filters:
                if not isinstance(each, ANSIToTruecolor) or not _in_true_colours(segments):
                    segments = each.apply(segments, colour)
            self._cache[y] = Strip(segments, width)
        self._dirty_lines.difference_update(rows)


def _in_true_colours(segments: list[Segment]) -> bool:
    """Whether all colours are spelled out, and none is one of the terminal's own."""
    for _, style, _ in segments:
        if style is not None:
            for colour in (style.color, style.bgcolor):
                if style.dim or (colour is not None and colour.triplet is None):
                    return False
    return True
