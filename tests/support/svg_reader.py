"""A reader of exported pictures that knows SVG, and nothing of how they are written."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree

from microcrad.export import GraphEdge

__all__ = ["SVG", "Drawn", "Frame", "Line"]

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED_IN_XML = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")

Point = tuple[int, int]
Line = tuple[Point, Point]


class Frame(NamedTuple):
    """A rectangle."""

    x: int
    y: int
    width: int
    height: int

    def overlaps(self, other: Frame) -> bool:
        """Whether two rectangles have more than an edge in common."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, x: int, y: int) -> bool:
        """Whether a point is in it or on its edge."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


@dataclass
class Drawn:
    """A picture as someone reads it who knows only SVG."""

    root: ElementTree.Element
    boxes: dict[int, Frame] = field(default_factory=dict)
    said: dict[int, list[tuple[Point, str]]] = field(default_factory=dict)
    """For each node its texts, with their places."""
    titles: dict[int, str] = field(default_factory=dict)
    edges: list[GraphEdge] = field(default_factory=list)
    arrows: dict[GraphEdge, Point] = field(default_factory=dict)
    """The tip of each edge's arrowhead."""
    lines: dict[int, list[Line]] = field(default_factory=lambda: defaultdict(list))
    """The straight lines that the edges of each node are made of."""
    dots: dict[int, list[Point]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, text: str) -> Drawn:
        """Take a picture in."""
        assert ALLOWED_IN_XML.fullmatch(text)
        drawn = cls(ElementTree.fromstring(text.encode()))
        for group in drawn.root.iter(f"{SVG}g"):
            if "data-node" in group.attrib:
                drawn._read_node(int(group.attrib["data-node"]), group)
            elif "data-operand" in group.attrib:
                drawn._read_edges(int(group.attrib["data-operand"]), group)
        drawn.edges.sort(key=lambda edge: (edge.user, edge.slot))
        return drawn

    def _read_node(self, number: int, group: ElementTree.Element) -> None:
        assert number not in self.boxes
        frame = group.findall(f"{SVG}rect")[-1].attrib
        self.boxes[number] = Frame(*(int(frame[name]) for name in ("x", "y", "width", "height")))
        self.said[number] = [
            ((int(each.attrib["x"]), int(each.attrib["y"])), each.text or "")
            for each in group.findall(f"{SVG}text")
        ]
        self.titles[number] = group.findtext(f"{SVG}title") or ""

    def _read_edges(self, operand: int, group: ElementTree.Element) -> None:
        for dot in group.findall(f"{SVG}circle"):
            self.dots[operand].append((int(dot.attrib["cx"]), int(dot.attrib["cy"])))
        for shared in group.findall(f"{SVG}path"):
            self.lines[operand] += _lines(shared.attrib["d"])
        for end in group.findall(f"{SVG}g"):
            edge = GraphEdge(operand, int(end.attrib["data-user"]), int(end.attrib["data-slot"]))
            (path,) = end.findall(f"{SVG}path")
            line, arrowhead, nothing = path.attrib["d"].partition("m-8 -4l8 4l-8 4z")
            assert (bool(arrowhead), nothing) == (True, "")
            ((start, tip),) = _lines(line)
            assert start[1] == tip[1]
            assert start[0] < tip[0] - 8, "there is a line before the arrowhead"
            self.edges.append(edge)
            self.arrows[edge] = tip
            self.lines[operand].append((start, tip))

    def label(self, number: int) -> str:
        """The rows in the head of a box, put together."""
        return "".join(text for _, text in self.said[number][: -self._below(number)])

    def facts(self, number: int) -> list[str]:
        """What stands below the head."""
        return [text for _, text in self.said[number][-self._below(number) :]]

    def _below(self, number: int) -> int:
        """How many texts follow the label: what made it, three headings with what they head, two slots."""
        slots = sum(edge.user == number for edge in self.edges)
        return 7 + (slots if slots > 1 else 0)


def _lines(path: str) -> list[Line]:
    found = []
    for x, y, way, end in re.findall(r"M(\d+) (\d+)([HV])(\d+)", path):
        start = int(x), int(y)
        found.append((start, (int(end), start[1]) if way == "H" else (start[0], int(end))))
    assert "".join(f"M{a} {b}" + (f"H{c}" if b == d else f"V{d}") for (a, b), (c, d) in found) == path
    return found
