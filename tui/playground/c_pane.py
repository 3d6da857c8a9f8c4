"""The C pane: the program as C, with the lines of the current event lit; the runtime is folded away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from microcrad.errors import ProgramError
from microcrad.language.statements import Program
from microcrad.session.moment import Direction, Moment
from tui.widgets.command import Command, bindings, key_in, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len, fit, wrap

if TYPE_CHECKING:
    from microcrad.export import CSource

__all__ = ["CPane"]

_TOKENS = re.compile(
    r'(?P<comment>/\*.*?\*/|/\*.*)|(?P<text>"[^"]*")|(?P<number>\b\d[\w.]*)|(?P<word>[A-Za-z_]\w*)'
)
_GUTTER = 6
"""Cells of the mark, the line's number and a blank."""
_KEYWORDS = frozenset({"for", "if", "else", "return", "int", "double", "const", "static", "void", "Value"})


class CPane(ScrollView, can_focus=True):
    """The C that does what the program does.

    The runtime before it is the same for every program: like the lines that note for it where in the program
    one is, it stays folded until it is asked for.
    """

    TABLE: tuple[Command[CPane], ...] = (
        Command("up", "up,k", "Up", "Choose the line above", lambda pane: pane.move(-1), listed=False),
        Command("down", "down,j", "Down", "Choose the line below", lambda pane: pane.move(1), listed=False),
        Command("left", "left,h", "Left", "Move left along long lines", lambda pane: pane.pan(-8),
                listed=False),
        Command("right", "right,l", "Right", "Move right along long lines", lambda pane: pane.pan(8),
                listed=False),
        Command("page_up", "pageup", "Page up", "Move up a page", lambda pane: pane.page(-1), listed=False),
        Command("page_down", "pagedown", "Page down", "Move down a page", lambda pane: pane.page(1),
                listed=False),
        Command("runtime", "enter", "Runtime", "Show the whole file with its runtime, or the program's part",
                lambda pane: pane.turn(), ("whole", "file", "library")),
        Command("first", "g,home", "Top", "Go to the first line", lambda pane: pane.end(0), listed=False),
        Command("last", "G,end", "End", "Go to the last line", lambda pane: pane.end(1), listed=False),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "The same program in C: one call a line, each below the line of the program it comes from. What "
        "the current event did is lit. Arrows choose a line, and with it what that line made; enter shows "
        "the runtime that all this calls. c goes back to the program; microcrad export FILE --to c writes "
        "the whole file."
    )

    class Chosen(Message):
        """The person chose a line of C: the line of the program that it comes from."""

        def __init__(self, line: int) -> None:
            super().__init__()
            self.line = line

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, "c")
        self.glyphs = glyphs
        self.source: CSource | None = None
        self.cursor = 0
        """The chosen row, counted from the first one shown."""
        self._of: tuple[Program, str] | None = None
        self.whole = False
        """Whether the runtime is shown as well."""
        self._rows: list[str] = []
        self._numbers: list[int] = []
        """The line of C that each row is; 0 for the one that stands for the runtime."""
        self._instead = ""
        """What is said where there is no C."""
        self._lit: frozenset[int] = frozenset()
        self._direction = Direction.NONE

    def show(self, moment: Moment) -> None:
        """Show the C of the moment's run, with the current event's lines in sight."""
        at = moment.snapshot
        if self._of is None or self._of[0] is not at.program or self._of[1] != moment.ownership:
            self._of = (at.program, moment.ownership)
            self.source, self._instead = None, "C appears once the program has no errors."
            if at.event_count:
                # Only now: the app's first frame does not wait for what writes C.
                from microcrad.export import c_program

                try:
                    self.source = c_program(at.program, moment.ownership)
                except ProgramError as error:
                    self._instead = f"{error}"
            self._lay_out()
        self._lit = frozenset()
        if self.source is not None and moment.event is not None:
            self._lit = frozenset(self.source.at(moment.event.span))
            self._direction = moment.direction
        lit = [row for row, number in enumerate(self._numbers) if number in self._lit]
        if lit and not self.has_focus:
            self.cursor = lit[-1]
            self._bring_into_sight()
        self.refresh()

    def _lay_out(self) -> None:
        """Have a row for each line that is shown, and begin at the first that comes from the program."""
        source = self.source
        self._rows, self._numbers, self.cursor = [], [], 0
        if source is not None:
            lines = source.text.removesuffix("\n").split("\n")
            if self.whole:
                self._numbers = list(range(1, len(lines) + 1))
            else:
                self._numbers = [0, *source.own]
            folded = f"{source.first - 1} lines of runtime: {key_in(self.TABLE)('runtime')} shows them"
            self._rows = [lines[number - 1].expandtabs(4) if number else folded for number in self._numbers]
            own = (row for row, number in enumerate(self._numbers) if number and source.lines[number - 1])
            self.cursor = next(own, 0)
        width = max((cell_len(row) for row in self._rows), default=0)
        self.virtual_size = Size(width + _GUTTER, len(self._rows))
        if self._rows:
            self.scroll_to(0, self.cursor, animate=False, force=True)

    def on_resize(self) -> None:
        """Keep the chosen line in sight."""
        if self._rows:
            self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.look()
        index = y + self.scroll_offset.y
        if not self._rows:
            rows = wrap(self._instead, width - 2)
            text = f" {rows[y]}" if y < len(rows) else ""
            return Strip([Segment(fit(text, width), base + self.look("quiet"))], width)
        if index >= len(self._rows) or self.source is None:
            return Strip.blank(width, base)
        gutter_style = base + self.look("gutter")
        mark, number, row = " ", self._numbers[index], self._rows[index]
        if index == self.cursor and self.has_focus:
            base += self.look("selected")
        if not number:
            text = fit(f" {self.glyphs.closed} {row}", width, self.glyphs.ellipsis)
            return Strip([Segment(text, base + self.look("quiet"))], width)
        lit = number in self._lit
        if lit:
            mark = self.glyphs.at(self._direction)
            base += self.look("current")
        gutter = Strip([Segment(mark, base), Segment(f"{number:>4} ", gutter_style)])
        return Strip.join([gutter, self._cut(self._colours(row, base, lit=lit), width - _GUTTER, base)])

    def _cut(self, row: list[Segment], width: int, base: Style) -> Strip:
        """What of a row is in sight, with a mark where it goes on."""
        left, whole = self.scroll_offset.x, Strip(row)
        line = whole.crop_extend(left, left + width, base)
        more = Segment(self.glyphs.ellipsis, base + self.look("quiet"))
        if left and whole.cell_length:
            line = Strip.join([Strip([more]), line.crop(1)])
        if whole.cell_length > left + width:
            line = Strip.join([line.crop(0, width - 1), Strip([more])])
        return line

    def _colours(self, row: str, base: Style, *, lit: bool) -> list[Segment]:
        if lit:
            return [Segment(row, base)]
        segments: list[Segment] = []
        done = 0
        for token in _TOKENS.finditer(row):
            name = token.lastgroup or ""
            if name == "word":
                name = "keyword" if token[0] in _KEYWORDS else ""
            if name in ("comment", "number", "keyword"):
                segments += [
                    Segment(row[done : token.start()], base),
                    Segment(token[0], base + self.look(name)),
                ]
                done = token.end()
        return [*segments, Segment(row[done:], base)]

    # --- what the person does ---

    def _choose(self, index: int) -> None:
        if self.source is None:
            return
        self.cursor = max(0, min(index, len(self._rows) - 1))
        self._bring_into_sight()
        self.refresh()
        number = self._numbers[self.cursor]
        if number and self.source.lines[number - 1]:
            self.post_message(self.Chosen(self.source.lines[number - 1]))

    def turn(self) -> None:
        """Show the whole file, or the program's part; the chosen line stays where it is in sight."""
        number = self._numbers[self.cursor] if self._numbers else 0
        self.whole = not self.whole
        self._lay_out()
        if self.whole and not number:
            self.cursor = 0
        elif number in self._numbers:
            self.cursor = self._numbers.index(number)
        self._bring_into_sight()
        self.refresh()

    def move(self, rows: int) -> None:
        """Choose the line that many further down."""
        self._choose(self.cursor + rows)

    def page(self, pages: int) -> None:
        """Move by the height of the pane."""
        self._choose(self.cursor + pages * max(self.size.height - 1, 1))

    def end(self, last: int) -> None:
        """Choose the first or the last line."""
        self._choose(len(self._rows) if last else 0)

    def pan(self, cells: int) -> None:
        """Move sideways along lines that are longer than the pane."""
        self.scroll_to(x=max(self.scroll_offset.x + cells, 0), animate=False)

    def on_click(self, event: events.Click) -> None:
        """Choose the line under the mouse."""
        index = event.y + self.scroll_offset.y
        self._choose(index)
        if index < len(self._numbers) and not self._numbers[index]:
            self.turn()
