"""What is in front, drawn alone: of a key's frame most is otherwise spent on what nobody sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

__all__ = ["FrontCompositor"]


class FrontCompositor(Compositor):
    """Asks of every widget only the rows of it that are to be drawn and that nothing stands before.

    Textual asks each widget for all its rows within the rectangle around all that changed, boxes behind
    others too, and leaves most of them out afterwards.
    """

    def render_partial_update(self) -> ChopsUpdate | None:
        """Draw what has changed since the last time."""
        spans = list(self._regions_to_spans(self._dirty_regions))
        self._dirty_regions.clear()
        if not spans:
            return None
        return ChopsUpdate(self._drawn(spans), spans, [cuts[1:] for cuts in self.cuts])

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        rows = filter(is_rendered_line, crop.line_range)
        return self._drawn((y, *crop.column_span) for y in rows)

    def _drawn(self, spans: Iterable[tuple[int, int, int]]) -> list[dict[int, Strip]]:
        """The pieces of each row, by the cells where they begin; what lies within no span (a row, its first
        cell and the one after its last) is left out."""
        cuts = self.cuts
        bare: dict[int, set[int]] = {}
        """The pieces that are still to be drawn."""
        for y, left, right in spans:
            pieces = (cut for cut, end in pairwise(cuts[y]) if cut < right and end > left)
            bare.setdefault(y, set()).update(pieces)
        drawn: list[dict[int, Strip | None]] = [dict.fromkeys(row[:-1]) for row in cuts]
        for widget, (region, clip) in self.visible_widgets.items():  # From the front.
            if not bare:
                break
            seen = region.intersection(clip)
            left, right = seen.column_span
            rows = [y for y in seen.line_range if y in bare and any(left <= cut < right for cut in bare[y])]
            if not rows:
                continue
            first, last = rows[0], rows[-1]
            crop = Region(left - region.x, first - region.y, seen.width, last + 1 - first)
            strips = widget.render_lines(crop)
            for y in rows:
                missing, row, strip = bare[y], drawn[y], strips[y - first]
                ends = [cut for cut in cuts[y] if left < cut <= right]
                divided = strip.divide([end - left for end in ends]) if len(ends) > 1 else (strip,)
                for cut, piece in zip([left, *ends], divided, strict=False):
                    if cut in missing:
                        missing.remove(cut)
                        row[cut] = piece
                if not missing:
                    del bare[y]
        return drawn  # type: ignore[return-value]
