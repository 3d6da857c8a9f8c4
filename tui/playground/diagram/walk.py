"""Where the arrows lead in a diagram: along its edges, within a layer, to its ends."""

from __future__ import annotations

from tui.playground.diagram.paint import Painter

__all__ = ["NO_OPERANDS", "NO_USERS", "Walk"]

NO_OPERANDS = "It uses nothing."
NO_USERS = "Nothing uses it yet."


class Walk:
    """Steps from the selected part of a painted diagram to another part; None where there is none."""

    def __init__(self) -> None:
        self._came: tuple[int, int] | None = None
        """Where the last move along an edge led from and to: the way back leads there again."""

    def forget(self) -> None:
        """Begin anew, in another picture."""
        self._came = None

    def operand(self, painter: Painter) -> int | None:
        """To an operand: the one that one came from, else that in the first slot."""
        if painter.selected is None:
            return None
        edges = painter.picture.arriving[painter.selected]
        return self._along(painter.selected, [painter.picture.layout.edges[edge].source for edge in edges])

    def user(self, painter: Painter) -> int | None:
        """To a user that there is by now: the one that one came from, else the nearest."""
        if painter.selected is None:
            return None
        picture, place = painter.picture, _place(painter, painter.selected)
        users = [part for part in picture.users[painter.selected] if part < painter.born]
        users.sort(key=lambda part: (picture.box(part).layer, abs(_place(painter, part) - place)))
        return self._along(painter.selected, users)

    def _along(self, here: int, parts: list[int]) -> int | None:
        if not parts:
            return None
        back = self._came[0] if self._came is not None and self._came[1] == here else None
        there = back if back in parts else parts[0]
        self._came = (here, there)
        return there

    @staticmethod
    def layer(painter: Painter, by: int) -> int | None:
        """To the one before or after within the layer."""
        if painter.selected is None:
            return None
        layer = painter.picture.layout.layers[painter.picture.box(painter.selected).layer]
        alive = [part for part in layer if part < painter.born]
        place = alive.index(painter.selected) + by
        return alive[place] if 0 <= place < len(alive) else None

    @staticmethod
    def end(painter: Painter, *, last: bool) -> int | None:
        """To the first one of the first or of the last layer."""
        layers = painter.picture.layout.layers
        for layer in reversed(layers) if last else layers:
            alive = [part for part in layer if part < painter.born]
            if alive:
                return min(alive, key=lambda part: _place(painter, part))
        return None


def _place(painter: Painter, part: int) -> int:
    """Where a part stands within its layer."""
    box = painter.picture.box(part)
    return box.x if painter.picture.way.down else box.y
