"""The picture that moves: at each of its moments it shows that frame, and it needs no script."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from rich.segment import Segment
from rich.style import Style

SVG = "{http://www.w3.org/2000/svg}"
DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def moving() -> ModuleType:
    spec = importlib.util.spec_from_file_location("moving_picture", DOCS / "moving_picture.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shown(picture: str, share: float) -> list[str]:
    """The texts that can be seen after a share of the time, by the rules in the style sheet."""
    tree, style = ElementTree.fromstring(picture), picture.partition("</style>")[0]
    seen = []
    for element in tree.iter(f"{SVG}text"):
        around = next((group for group in tree.iter(f"{SVG}g") if element in group), None)
        name = "" if around is None else around.get("class", "").split()[1]
        rule = re.search(rf"@keyframes {name}\{{(.*?\}})\}}", style) if name else None
        steps = re.findall(r"([\d.]+)%\{visibility:(\w+)\}", rule[1]) if rule else []
        now = [state for start, state in steps if float(start) <= 100 * share]
        if not name or now[-1:] == ["visible"]:
            seen.append(element.text or "")
    return [text for text in seen if text]


def test_each_moment_shows_its_frame(moving: ModuleType) -> None:
    """What stays is drawn once, what changes is seen while it is so, and nothing else is."""

    def frame(seconds: float, *rows: str) -> object:
        return moving.Frame(tuple((Segment(row, Style(color="#ff0000")),) for row in rows), seconds, "", "")

    frames = [frame(1, "same", "one <&>"), frame(3, "same", "two"), frame(1, "same", "one <&>")]
    picture = moving.moving_picture(frames, 0, "a title")
    assert picture.count(">same<") == 1
    assert shown(picture, 0.1) == shown(picture, 0.9) == ["same", "one <&>"]
    assert shown(picture, 0.5) == ["same", "two"]


def test_the_picture_of_the_readme() -> None:
    """Small, without a script or anything from elsewhere, in whatever letters of one width there are."""
    text = (DOCS / "images" / "at-work.svg").read_text(encoding="utf-8")
    assert len(text.encode()) < 600_000
    assert not re.search(r"<script|<image|<use|href|@import|url\(|\bon\w+=", text)
    assert "monospace" in text
    assert "prefers-reduced-motion" in text
    assert ElementTree.fromstring(text).tag.endswith("svg")
