"""The program editor: colours, error marks, and what an error says, drawn below its line."""

from __future__ import annotations

import re

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Location, Selection

from microcrad.errors import ProgramError
from microcrad.language.parser import too_large, unix_lines
from microcrad.language.vocabulary import WORDS
from microcrad.session.moment import Direction, Moment
from microcrad.text.clusters import cluster_end, cluster_start
from tui.app_commands import with_keys
from tui.playground.editor_commands import EDITING, TextSearch
from tui.playground.error_note import cell_below, note_rows, note_strip
from tui.playground.kept_rows import KeptRows
from tui.playground.line_colours import coloured
from tui.playground.line_editing import completions, indent_after, step_back
from tui.playground.long_lines import ShortLines, drawn
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.drawn_rows import DrawnRows
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.safe_text import SafeText

__all__ = ["Editor", "told"]

_MARKS = 3
"""Cells the gutter has beside the line number: the mark, and a space on either side."""


class Editor(TextArea):
    """A text area that knows this language's colours and shows one error in full below its line.

    The rows that an error takes are not text: everything below them is drawn, clicked and scrolled to that
    much further down.
    """

    TABLE: tuple[Command[Editor], ...] = (
        Command("leave", "escape", "Leave field", "Go back to the graph",
                lambda editor: editor.leave(), footer=True, listed=False),
        Command("start", "ctrl+home", "Start", "Go to the start of the program",
                lambda editor: editor.move_cursor(editor.document.start), listed=False),
        Command("end", "ctrl+end", "End", "Go to the end of the program",
                lambda editor: editor.move_cursor(editor.document.end), listed=False),
        Command("next", "f8", "Next", "Go to the next event of the view",
                lambda editor: editor.ask("next"), footer=True),
        Command("run", "f9", "Run", "Run the program to its end",
                lambda editor: editor.ask("run"), footer=True),
        Command("command_palette", "f2", "Actions", "List every action",
                lambda editor: editor.app.run_action("command('command_palette')"),
                footer=True),
        Command("help", "f1", "Help", "Explain this pane",
                lambda editor: editor.app.run_action("command('help')"), footer=True),
        *EDITING,
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "Write one assignment a line, such as c = a*b + 2, and backward(c) to get gradients. It runs as you "
        "type. Tab and esc leave the editor; ctrl+z undoes; right takes a word that is offered. Reference, "
        "in the action list (F2), has all of the language, with examples."
    )

    class Left(Message):
        """The person asked to leave the field."""

    class Asked(Message):
        """The person pressed a function key of the playground: the id of its command."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    class Undone(Message):
        """The person asked to go back over a change, or on again."""

        def __init__(self, *, again: bool) -> None:
            super().__init__()
            self.again = again

    class Said(Message):
        """There is something to say, such as why what was pasted is not taken."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class CursorMoved(Message):
        """The person moved the cursor to another line."""

        def __init__(self, line: int) -> None:
            super().__init__()
            self.line = line

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        self.look = Looks(self, "editor")
        # These come first: the text area moves its cursor, which looks at them, while it is made.
        self.glyphs = glyphs
        self.errors: tuple[ProgramError, ...] = ()
        self.current_line = self.selected_line = 0
        self.direction = Direction.NONE
        self.stop_lines: frozenset[int] = frozenset()
        self._note: list[SafeText] = []
        """The rows shown below the line of the error nearest the cursor."""
        self._kept = KeptRows(self)
        super().__init__(soft_wrap=True, tab_behavior="focus", id=id, highlight_cursor_line=False)
        self._styles_cache = DrawnRows()  # Those of its looks came before the text area made its own.
        self.cursor_blink = False
        self.text_search: TextSearch = TextSearch(self)

    # --- what is shown ---

    def show(self, moment: Moment, errors: tuple[ProgramError, ...]) -> None:
        """Mark the current event's line, the selected node's line and the errors."""
        marks, told, line = _marks(self), self.errors, self.current_line
        self.errors, self.stop_lines, self.direction = errors, moment.stop_lines, moment.direction
        lines = (moment.line, moment.selected_line) if moment.up_to_date else (0, 0)
        self.current_line, self.selected_line = lines
        if self.errors != told:
            self._annotate()
        else:
            for marked in {line for _, line in marks ^ _marks(self) if line}:
                self.refresh(*_rows_of(self, marked))  # Only their gutter is another one.
        if (self.current_line, self.errors) != (line, told) and not self.has_focus:
            self._keep_in_sight()

    def notify_style_update(self) -> None:
        """Write the note anew in the colours of another theme."""
        super().notify_style_update()
        self._kept.clear()
        if self._note:
            self.call_after_refresh(self._annotate)

    def _keep_in_sight(self) -> None:
        """Scroll to the cursor while somebody types, else to the current line, or to what is wrong with its
        note; the cursor stays."""
        if self.has_focus:
            self.scroll_cursor_visible()
        elif self.current_line:
            row = self.wrapped_document.location_to_offset((self.current_line - 1, 0)).y
            row += len(self._note) if row >= self._note_top else 0
            self.scroll_to_region(Region(0, row, 1, 1), animate=False, force=True)
        elif self.shown_error is not None and self._note:
            rows = Region(0, self._note_top - 1, 1, 1 + len(self._note))
            self.scroll_to_region(rows, animate=False, force=True)

    def _annotate(self) -> None:
        self._note = _note_of(self)
        self._line_cache.clear()
        self._recompute_cursor_offset()
        self._refresh_size()
        if self.has_focus:
            self._keep_in_sight()  # The note may have pushed the cursor's row down.
        self.refresh()

    @property
    def shown_error(self) -> ProgramError | None:
        """The error that is spelled out: the one on the cursor's line, else the first."""
        row = self.cursor_location[0] + 1
        return next((error for error in self.errors if error.line == row), next(iter(self.errors), None))

    # --- undo ---

    def action_undo(self) -> None:
        """Leave undoing to the app, which knows of more than this text."""
        self.post_message(self.Undone(again=False))

    def action_redo(self) -> None:
        """See `action_undo`."""
        self.post_message(self.Undone(again=True))

    def _set_document(self, text: str, language: str | None) -> None:
        super()._set_document(text, language)
        self.wrapped_document.document = ShortLines(self.document)  # type: ignore[assignment]
        self.wrapped_document.wrap(self.wrap_width, self.indent_width)

    # --- rows that are not text ---

    @property
    def _note_top(self) -> int:
        """The row, in document cells, at which the note's first row is drawn."""
        error = self.shown_error
        if error is None or not self._note:
            return 1 << 30
        row = min(error.line - 1, self.document.line_count - 1)
        return self.wrapped_document.location_to_offset((row, len(self.document.get_line(row)))).y + 1

    def _recompute_cursor_offset(self) -> None:
        super()._recompute_cursor_offset()  # type: ignore[no-untyped-call]
        x, y = self._cursor_offset
        if y >= self._note_top:
            self._cursor_offset = Offset(x, y + len(self._note))

    def _rewrap_and_refresh_virtual_size(self) -> None:
        """Wrap the text only by another width: a pane that grows or shrinks by a row asks for it as well."""
        wrapped = self.wrapped_document
        if (wrapped._width, wrapped._tab_width) != (self.wrap_width, self.indent_width):
            super()._rewrap_and_refresh_virtual_size()
            self._annotate()  # The note has the width of the text.
        else:
            self._refresh_size()
        self.call_after_refresh(self._keep_in_sight)  # The pane may have become lower.

    def _refresh_size(self) -> None:
        self.virtual_size = Size(0, self.wrapped_document.height + len(self._note))
        self._refresh_scrollbars()

    def get_target_document_location(self, event: events.MouseEvent) -> Location:
        """Where in the text a click falls; one on the note falls on the error's line."""
        row = event.y + self.scroll_offset.y - self.gutter.top
        top = self._note_top
        shift = 0 if row < top else min(row - top + 1, len(self._note))
        x = event.x - self.gutter_width + self.scroll_offset.x - self.gutter.left
        return self.wrapped_document.offset_to_location(Offset(x, row - shift))

    def on_click(self, event: events.Click) -> None:
        """Select the word under the mouse by a second click, the line by a third."""
        if event.chain not in (2, 3):
            return
        row, column = self.get_target_document_location(event)
        line = self.document.get_line(row)
        start, end = (0, len(line)) if event.chain == 3 else _word_at(line, column)
        self.selection = Selection((row, start), (row, end))

    def render_line(self, y: int) -> Strip:
        row, top = y + self.scroll_offset.y, self._note_top
        if top <= row < top + len(self._note):
            width = self.scrollable_content_region.width
            return note_strip(self._note[row - top], self.gutter_width, width, self.look())
        below = len(self._note) if row >= top else 0
        return self._with_gutter(super().render_line(y - below), row - below)

    def _render_line(self, y: int) -> Strip:
        return self._kept.row(y, self.errors, super()._render_line)

    # --- gutter and colours ---

    @property
    def gutter_width(self) -> int:
        """Cells left of the text: a mark, the line number and a space."""
        return len(str(self.document.line_count)) + _MARKS

    def _with_gutter(self, strip: Strip, row: int) -> Strip:
        """A row of text with its gutter, which changes more often than the text does."""
        lines = self.wrapped_document._offset_to_line_info
        return Strip.join([_gutter(self, *lines[row]), strip]) if 0 <= row < len(lines) else strip

    def get_line(self, line_index: int) -> Text:
        """One line of the text in this language's colours, its errors underlined."""
        text = coloured(drawn(self.document.get_line(line_index)), self.look)
        bad = self.look("bad")
        for error in self.errors:
            if error.line == line_index + 1:
                text.stylize(bad, error.column - 1, error.end_column - 1)
        return text

    # --- what the person does ---

    def leave(self) -> None:
        """Leave the field."""
        self.post_message(self.Left())

    def say(self, words: str) -> None:
        """Have something said."""
        self.post_message(self.Said(words))

    def update_suggestion(self) -> None:
        """Offer what the word before the cursor goes on with, at the end of a line."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        at_end = column == len(line) and self.has_focus
        self.suggestion = completions(line, self.text, WORDS) if at_end else ""

    def ask(self, command: str) -> None:
        """Ask the playground for one of its commands."""
        self.post_message(self.Asked(command))

    async def _on_paste(self, event: events.Paste) -> None:
        """Take what is pasted, as it is."""
        event.stop()
        event.prevent_default()
        self.paste(event.text)

    def paste(self, text: str) -> None:
        """Put a text where the cursor is; all of it, or nothing where the program would be too large."""
        text = unix_lines(text)
        if refused := too_large(len(self.text) - len(self.selected_text) + len(text)):
            self.say(f"{refused} Nothing was pasted.")
        elif result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)

    def get_cursor_left_location(self) -> Location:
        """Where the cursor goes to the left, and what backspace deletes: one letter, as it looks."""
        row, column = self.cursor_location
        if not column:
            return super().get_cursor_left_location()
        return row, cluster_start(self.document.get_line(row), column)

    def get_cursor_right_location(self) -> Location:
        """See `get_cursor_left_location`."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        return (row, cluster_end(line, column)) if column < len(line) else super().get_cursor_right_location()

    def action_delete_left(self) -> None:
        """Delete what is selected, or the letter on the left; in the indentation the whole step."""
        (row, column), lines = self.cursor_location, self.document.lines
        if column and self.selection.is_empty and not lines[row][:column].strip():
            self.selection = Selection((row, step_back(lines, row, column)), (row, column))
        super().action_delete_left()

    async def _on_key(self, event: events.Key) -> None:
        """Enter indents the new line as the line before it asks for."""
        new_line = event.key == "enter" and not self.read_only
        if new_line and (indent := indent_after(self.document.lines, *self.cursor_location)):
            event.stop()
            event.prevent_default()
            self._replace_via_keyboard(f"\n{indent}", *self.selection)
        else:
            await super()._on_key(event)

    def _watch_selection(self, previous_selection: object, selection: object) -> None:
        line = self.cursor_location[0] + 1
        self.suggestion = ""  # It was offered where the cursor was; typing has another one offered.
        super()._watch_selection(previous_selection, selection)  # type: ignore[arg-type]
        if self.errors and self.is_mounted:
            self._annotate()
        if self.has_focus and getattr(previous_selection, "end", (line - 1, 0))[0] + 1 != line:
            self.post_message(self.CursorMoved(line))


def _marks(editor: Editor) -> frozenset[tuple[str, int]]:
    """What stands in the gutter, and in which line; in none that is 0."""
    stops = (("stop", line) for line in editor.stop_lines)
    return frozenset({(editor.direction, editor.current_line), ("selected", editor.selected_line), *stops})


def _rows_of(editor: Editor, line: int) -> list[Region]:
    """Where the rows of a line are, if it is there."""
    if line > editor.document.line_count:
        return []
    wrapped = editor.wrapped_document
    row = wrapped.location_to_offset((line - 1, 0)).y
    row += len(editor._note) if row >= editor._note_top else 0
    size = len(wrapped.get_offsets(line - 1)) + 1
    return [Region(0, row - editor.scroll_offset.y, editor.size.width, size)]


def _gutter(editor: Editor, index: int, section: int) -> Strip:
    """What stands left of a line: a mark, and its number where it begins."""
    width = editor.gutter_width
    line = index + 1
    base = editor.look()
    number_style = base + editor.get_component_rich_style("text-area--gutter", partial=True)
    if section == 0 and line == editor.selected_line:
        number_style += editor.look("selected")
    number = str(line) if section == 0 else editor.glyphs.goes_on
    mark, style = " ", base
    if section == 0 and any(error.line == line for error in editor.errors):
        mark = editor.glyphs.error
        style = base + editor.look("error")
    elif section == 0 and line == editor.current_line:
        mark = editor.glyphs.at(editor.direction)
        style = base + editor.look("current")
    pad = width - 3 - len(number)
    stop = editor.glyphs.stop if section == 0 and line in editor.stop_lines else " "
    return Strip(
        [
            Segment(mark, style),
            Segment(" " * pad, base),
            Segment(stop, base + Style(bold=True)),
            Segment(number, number_style),
            Segment(" ", base),
        ],
        width,
    )


def _note_of(editor: Editor) -> list[SafeText]:
    """The note under the line with the error that is spelled out."""
    error, others = editor.shown_error, len(editor.errors) - 1
    if error is None:
        return []
    begin: int | None = 0
    if error.line <= editor.document.line_count:
        starts = editor.wrapped_document.get_offsets(error.line - 1)
        line = drawn(editor.document.get_line(error.line - 1))
        begin = cell_below(line, starts, error.column, editor.indent_width)
    said = f"{told(error)}{f' ({others} more; esc, W lists all)' if others else ''}"
    carets = editor.glyphs.caret * max(1, error.end_column - error.column)
    return note_rows(said, carets, begin, max(editor.wrap_width, 8), editor.look("message"))


def _word_at(line: str, column: int) -> tuple[int, int]:
    """Where a name, a number or a run of other signs begins and ends that covers a column."""
    for found in re.finditer(r"\w[\w.]*|\s+|[^\w\s]+", line):
        if found.start() <= column < found.end():
            return found.span()
    return column, column


def told(error: ProgramError) -> str:
    """What is wrong and what to do about it, with the key of what helps."""
    return f"{error.message} {with_keys(error.advice, Editor.TABLE) or error.hint}".strip()
