"""The rows around the panes: the header with its tabs, pane titles, rules, and the status line."""

from __future__ import annotations

from collections.abc import Iterator

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from microcrad.session.moment import Moment
from tui.widgets.glyphs import Glyphs
from tui.widgets.lines import Lines
from tui.widgets.looks import Looks
from tui.widgets.safe_text import SafeText
from tui.widgets.wrap import cell_len, clip, fit, wrap

__all__ = ["MODES", "Banner", "Divider", "Header", "Saying", "Status", "Title", "where"]

MAX_SAYING = 3
"""Rows that a sentence may take."""
_TALL = 36
"""The height from which a screen has a row to spare."""
_KEPT, _PATIENCE = 2, 24
"""Rows that a sentence keeps for the next ones, and how many of these may be shorter until it gives one back:
another height lays the whole screen out anew, which takes longer than all else that a step does."""
_LEAST_NEXT = 6
"""The cells in which what comes next can be told."""
MODES = (("playground", "1 Playground"), ("train", "2 Train"), ("lessons", "3 Lessons"))


class Header(Widget):
    """Where we are (the tabs), which file, its ownership, and whether it is saved."""

    mode: reactive[str] = reactive("playground")
    file: reactive[str] = reactive("")
    """The program's name, which gives way where there is no room."""
    about: reactive[str] = reactive("")
    """What stands on the right."""
    waiting: reactive[int] = reactive(0)
    """How many quick questions wait in the lessons."""

    class Picked(Message):
        """The person clicked on a tab."""

        def __init__(self, mode: str) -> None:
            super().__init__()
            self.mode = mode

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.look = Looks(self, "header")
        self.glyphs = glyphs

    def _tabs(self) -> list[tuple[str, str]]:
        waiting = {"lessons": f" {self.waiting}?"} if self.waiting else {}
        labels = [(name, label + waiting.get(name, "")) for name, label in MODES]
        return [(name, f"[{label}]" if name == self.mode else f" {label}") for name, label in labels]

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.look()
        segments = [Segment(" microcrad ", base + self.look("name")), Segment(" ", base)]
        for name, label in self._tabs():
            segments.append(Segment(f"{label} ", base + self.look("tab") if name == self.mode else base))
        used = sum(segment.cell_length for segment in segments)
        about = clip(self.about, max(width - used - 2, 0), self.glyphs.ellipsis)
        room = width - used - cell_len(about) - 4
        if room > 2:
            about = f"{clip(self.file, room, self.glyphs.ellipsis)}  {about}"
        gap = width - used - cell_len(about) - 1
        segments += [Segment(" " * max(gap, 0), base), Segment(f"{about} ", base + self.look("quiet"))]
        return Strip(segments).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """Go to the tab under the mouse."""
        x = 12
        for name, label in self._tabs():
            if x <= event.x < x + len(label):
                self.post_message(self.Picked(name))
            x += len(label) + 1


class Title(Widget):
    """A rule with the name of the pane below it, and the names of its columns, if any, in their colours."""

    label: reactive[str] = reactive("")
    joints: reactive[frozenset[int]] = reactive(frozenset())
    """The columns at which vertical rules from above end here."""
    active: reactive[bool] = reactive(False)
    """Whether the pane below has the focus."""
    lit: reactive[bool] = reactive(False)
    """Whether the pane below matters for the task of a lesson."""

    def __init__(self, label: str, glyphs: Glyphs, *, id: str, whole: bool = False) -> None:
        """`whole` is whether the name stands whole, and what is said on the right gives way to it."""
        super().__init__(id=id)
        self.look = Looks(self, "title")
        self.glyphs = glyphs
        self.label = label
        self._whole = whole
        self._head: tuple[int, tuple[tuple[str, int], ...], str] = (0, (), "")

    def head(self, start: int = 0, columns: tuple[tuple[str, int], ...] = (), aside: str = "") -> None:
        """Name the columns below, the first of which begins at a cell, and say something on the right: beside
        columns where there is room, else in any case."""
        head = (start, columns, aside)
        if head != self._head:
            self._head = head
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width, bar, base = self.size.width, self.glyphs.horizontal, self.look()
        start, columns, aside = self._head
        tail = "".join(_heading(heading, size, bar) for heading, size in columns)
        tail += " " if columns else ""
        aside = f" {aside} {bar}" if aside else ""
        mark = f"{self.glyphs.lit} " if self.lit else ""
        room = (start if columns else width - cell_len(aside)) - 3 - len(mark)
        if self._whole and cell_len(self.label) > room:
            aside, room = "", room + cell_len(aside)
        name = f" {mark}{clip(self.label, max(room, 6), self.glyphs.ellipsis)} "
        look = base + self.look("focused" if self.active else "lit" if self.lit else "name")
        used = 1 + cell_len(name)
        line = "".join(self.glyphs.up if used + i in self.joints else bar for i in range(width - used))
        if columns:
            line = line[: max(start - used, 0)] + tail[max(used - start, 0) :] + line
        free = width - used - cell_len(aside)
        if free >= max(start - used, 0) + cell_len(tail):
            line = line[:free] + aside
        strip = Strip([Segment(bar, base), Segment(name, look), *self._coloured(line, start - used, columns)])
        return strip.adjust_cell_length(width, base)

    def _coloured(self, line: str, start: int, columns: tuple[tuple[str, int], ...]) -> Iterator[Segment]:
        """The rule, and in it each column's name in the colour of what stands below it.

        `start` is the cell of the rule where the first column begins, which the pane's own name may hide.
        """
        base, done = self.look(), 0
        for heading, size in columns:
            at = start + _heading(heading, size, self.glyphs.horizontal).index(heading)
            start += size
            if at >= done and line.startswith(heading, at):
                colour = self.look(heading if heading in ("data", "grad", "refs") else "name")
                yield from (Segment(line[done:at], base), Segment(heading, base + colour))
                done = at + len(heading)
        yield Segment(line[done:], base)

    def on_click(self) -> None:
        """Focus the pane below."""
        if self.parent is not None:
            for child in self.parent.children:
                if child.can_focus:
                    child.focus()
                    return


def _heading(name: str, size: int, bar: str) -> str:
    """A column's name in the rule above it: over an operation or a count, or over the numbers' points."""
    if name == "op":
        return f" {name} ".ljust(size, bar)
    return f" {name}".rjust(size, bar) if size <= 6 else f" {name} ".rjust(size - 1, bar) + bar


class Divider(Widget):
    """A vertical rule between two panes, joined to the titles at its top."""

    branches: reactive[frozenset[int]] = reactive(frozenset())
    """The rows at which a title starts on the right."""

    class Sized(Message):
        """It is longer or shorter now."""

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self)
        self.glyphs = glyphs

    def on_resize(self) -> None:
        """Say so: where titles start beside it may have moved too."""
        self.post_message(self.Sized())

    def render_line(self, y: int) -> Strip:
        glyph = (
            self.glyphs.down if y == 0 else self.glyphs.left if y in self.branches else self.glyphs.vertical
        )
        return Strip([Segment(glyph, self.look())], 1)


class Status(Widget):
    """Which moment is shown, whether the picture matches the text, and what is alive."""

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self)
        self.glyphs = glyphs
        self._moment: Moment | None = None
        self._working = ""

    def work(self, said: str) -> None:
        """Say how far some long work is, in the place of where one stands; nothing once it is done."""
        if said != self._working:
            self._working = said
            self.refresh()

    def show(self, moment: Moment) -> None:
        """Say where a moment stands."""
        self._moment = moment
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        line = self._working or (
            "" if self._moment is None else where(self._moment, width - 2, self.glyphs.ellipsis)
        )
        return Strip([Segment(fit(f" {line}", width, self.glyphs.ellipsis), self.look())], width)


def where(moment: Moment, room: int, ellipsis: str) -> str:
    """Where a moment stands, in so many cells; what comes next gives way where there is no room for it."""
    happened, total = moment.progress
    at = moment.snapshot
    later = at.telling.later
    first = f"event {happened}/{total if later else '?'} {moment.view}"
    end = "end" if total and later else ""
    stale = "graph: last good run" if at.event_count else "nothing has run yet"
    rest = ["up to date" if moment.up_to_date else stale, f"{at.heap.live} live  {at.heap.leaked} leaked"]
    if moment.next is not None:
        left = room - cell_len("   ".join([first, "next: ", *rest]))
        end = f"next: {clip(moment.coming, left, ellipsis)}" if left >= _LEAST_NEXT else ""
    return "   ".join([first, *([end] if end else []), *rest])


class Banner(Widget):
    """Says that a fault is on; there is no such row otherwise."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.display = False
        self.look = Looks(self)
        self._line = ""

    def show(self, name: str, what_is_wrong: str, key: str, glyphs: Glyphs) -> bool:
        """Say which fault is on, if any (no name: none), and its key; whether the row has come or gone."""
        before = self.display
        self.display = bool(name)
        if name:
            self._line = f" {glyphs.fault} FAULT {name}: {what_is_wrong} {key} switches off."
            self.refresh()
        return self.display != before

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(fit(self._line, self.size.width), self.look())], self.size.width)


class Saying(Lines):
    """What just happened, or what to do next: a sentence, wrapped upward where it is long."""

    def __init__(self, *, id: str, steady: bool = False) -> None:
        super().__init__(id=id)
        self._text = ""
        self._steady = steady
        """Whether it keeps a row for a while where sentences of different lengths follow each other."""
        self._shorter = 0
        """How many sentences in a row were shorter than the rows that there are."""

    def say(self, text: str) -> None:
        """Show a sentence."""
        changed, self._text = text != self._text, text
        self._laid_out_for = self.room
        width = max(self.room - 2, 10)
        rows = [row for line in text.split("\n", MAX_SAYING) for row in wrap(line, width, MAX_SAYING)]
        if len(rows) > MAX_SAYING:
            rows = [*rows[: MAX_SAYING - 1], clip(f"{rows[MAX_SAYING - 1]}…", width)]
        steady = self._steady and self.app.size.height >= _TALL
        kept = min(len(self.rows), _KEPT) - len(rows) if steady else 0
        self._shorter = self._shorter + changed if kept > 0 else 0
        blank = [SafeText("")] * kept if self._shorter < _PATIENCE else []
        self.set_rows([*blank, *(SafeText(f" {row}") for row in rows)])

    @property
    def growth(self) -> int:
        """The rows by which it will be longer once the screen is laid out: they are the panes' above it."""
        return len(self.rows) - self.size.height if self.size else 0

    def on_resize(self) -> None:
        """Wrap anew for a new width."""
        if self.size.width != self._laid_out_for:
            self._shorter = _PATIENCE  # Rows that another width needed are not kept.
            self.say(self._text)
