"""The panes of the playground, and how they stand: side by side, all of them, or one at a time."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tui.playground.c_pane import CPane
from tui.playground.editor import Editor
from tui.playground.events import Events
from tui.playground.heap_pane import HeapPane
from tui.playground.inspector import Inspector
from tui.playground.tree import COLUMNS, NodeTree
from tui.widgets.bars import Banner, Divider, Saying, Status, Title
from tui.widgets.glyphs import Glyphs
from tui.widgets.pane_group import PaneGroup

__all__ = ["PANES", "fit", "join_rules", "panes"]

PANES = ("program", "c", "graph", "diagram", "timeline", "heap", "inspector")
"""Every pane, by id."""
WIDE, TALL = 120, 36
"""The size from which the timeline and the heap have panes of their own."""
SHORT = 18
"""The height below which the inspector gives its rows to the others."""


def panes(glyphs: Glyphs) -> ComposeResult:
    """What the playground is made of. The diagram comes in beside the tree when it is first shown."""
    yield Banner(id="banner")
    with Horizontal(id="upper", classes="box"):
        with Vertical(id="program-box", classes="box program"):
            yield Title("Program", glyphs, id="program-title")
            yield Editor(glyphs, id="program")
            yield CPane(glyphs, id="c")
        yield Divider(glyphs, id="rule")
        with Vertical(id="right", classes="box"):
            with Vertical(id="graph-box", classes="box"):
                yield Title("Graph", glyphs, COLUMNS, id="graph-title")
                yield NodeTree(glyphs, id="graph")
            with Horizontal(id="lower", classes="box lower"):
                with Vertical(id="timeline-box", classes="box"):
                    yield Title("Timeline", glyphs, id="timeline-title")
                    yield Events(glyphs, id="timeline")
                yield Divider(glyphs, id="lower-rule")
                with Vertical(id="heap-box", classes="box heap"):
                    yield Title("Heap", glyphs, id="heap-title")
                    yield HeapPane(glyphs, id="heap")
    with Vertical(id="inspector-box", classes="box inspector"):
        yield Title("Inspector", glyphs, id="inspector-title")
        yield Inspector(glyphs, id="inspector")
    yield Saying(id="saying", steady=True)
    yield Status(glyphs, id="status")


def fit(group: PaneGroup) -> None:
    """Give room to the panes that there is room for."""
    width, height = group.room.width, group.app.size.height
    group.set_class(width >= WIDE and height >= TALL, "large")
    group.set_class(height < SHORT, "short")


def join_rules(group: PaneGroup) -> None:
    """Let vertical and horizontal rules meet."""
    rule, large = group.query_one("#rule", Divider), group.has_class("large")
    joint = () if group.has_class("single") else (rule.region.x - group.region.x,)
    group.title("inspector").joints = frozenset(joint)
    rule.branches = frozenset({group.title("timeline").region.y - rule.region.y} if large else ())
