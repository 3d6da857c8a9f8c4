"""What becomes of a table, shown before anything is learned from it, and how it is to be read instead."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from microcrad.data.remedies import settings_in
from microcrad.errors import MicrocradError
from microcrad.records import Record
from microcrad.train.configuration import Configuration
from microcrad.train.settings import READING, SETTINGS, changed, nudged
from microcrad.train.source import Prepared, preparing
from tui.train.table_lines import columns, divided, summary
from tui.widgets.dialogs import Ask
from tui.widgets.marked_list import MarkedList
from tui.widgets.safe_text import SafeText, Said, content
from tui.widgets.work import Work

__all__ = ["TableDialog", "TableRead"]

_LEARN = "learn"


class TableRead(Record):
    """Settings, and what was read by them, or why nothing could be."""

    wanted: Configuration
    prepared: Prepared | MicrocradError


class TableDialog(ModalScreen[TableRead | None]):
    """Dismissed with what is to be learned from, or with None if the person left."""

    AUTO_FOCUS = "#options"
    BINDINGS = [
        Binding("escape", "leave", "Leave", key_display="esc"),
        Binding("left,h", "turn(-1)", show=False),
        Binding("right,l", "turn(1)", show=False),
        Binding("j", "move('cursor_down')", show=False),
        Binding("k", "move('cursor_up')", show=False),
        # Before the list, which has the focus and would turn its own pages.
        Binding("pagedown", "scroll(8)", show=False, priority=True),
        Binding("pageup", "scroll(-8)", show=False, priority=True),
    ]

    def __init__(self, read: TableRead) -> None:
        super().__init__()
        self._read = read
        self._reading = Work(self, "table")
        self._learns = False
        """Whether to learn from the table once it is read."""

    def compose(self) -> ComposeResult:
        with Vertical(id="choose", classes="table"):
            with VerticalScroll(can_focus=False, id="table-told"):
                yield Said(id="table-lines")
            yield MarkedList(id="options")
            yield Said(
                "enter chooses or types, left and right change, pgdn reads on, esc leaves", id="ask-hint"
            )

    def on_mount(self) -> None:
        """Show what was read, or be at what mends it."""
        self._show()

    def _show(self) -> None:
        wanted, prepared = self._read
        told = SafeText()
        if isinstance(prepared, MicrocradError):
            told.append(f"{prepared}\n", "bold")
            told.append("\nChange below how the table is read.")
        else:
            samples = prepared.whole
            notes = samples.origin.notes if samples.origin is not None else ()
            told.append(f"{summary(samples)}\n\n", "bold")
            told.append("\n".join((*columns(samples), "", *notes, divided(prepared))))
        self.query_one("#table-lines", Said).update(told)
        options = self.query_one(OptionList)
        place = (options.highlighted or 0) if options.option_count else self._mended_by
        options.clear_options()
        options.add_option(Option(content(("Learn from it", "bold")), id=_LEARN))
        width = max(map(len, READING))
        for name in READING:
            value = SETTINGS[name].show(getattr(wanted, name))
            options.add_option(Option(content(f"{name:<{width}}  {value}"), id=name))
        options.highlighted = place

    @property
    def _mended_by(self) -> int:
        """The row of the setting that the error says to set; the first row, which learns, without one."""
        prepared = self._read.prepared
        if not isinstance(prepared, MicrocradError):  # Its notes name settings too: they could be otherwise.
            return 0
        told = [name for name in settings_in(str(prepared)) if name in READING]
        return READING.index(told[0]) + 1 if told else 0

    # --- what a person does ---

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Learn from the table, or type a setting."""
        event.stop()
        if event.option_id != _LEARN:
            self._type(str(event.option_id))
        elif self._reading.going:
            self._learns = True
        else:
            self._learn()

    def _learn(self) -> None:
        if isinstance(self._read.prepared, MicrocradError):
            self.app.bell()
        else:
            self.dismiss(self._read)

    def action_turn(self, direction: int) -> None:
        """Turn the chosen setting up or down."""
        name = self._chosen
        if name is not None:
            self._go_over(nudged(self._read.wanted, name, direction))

    def _type(self, name: str) -> None:
        row, wanted = SETTINGS[name], self._read.wanted

        def refuse(text: str) -> str:
            try:
                changed(wanted, name, text)
            except MicrocradError as error:
                return str(error)
            return ""

        def accept(text: str | None) -> None:
            if text is not None:
                self._go_over(changed(wanted, name, text))

        value = row.show(getattr(wanted, name))
        self.app.push_screen(
            Ask(f"{name}: {row.does}", value, hint=f"Expects {row.expects}.", refuse=refuse), accept
        )

    @property
    def _chosen(self) -> str | None:
        """The setting that is chosen; None on the first row."""
        place = self.query_one(OptionList).highlighted
        return READING[place - 1] if place else None

    def _go_over(self, wanted: Configuration) -> None:
        """Read the table by other settings."""
        if wanted == self._read.wanted:
            return
        found: list[Prepared | MicrocradError] = []

        def job() -> Iterator[float]:
            try:
                found.append((yield from preparing(wanted)))
            except MicrocradError as error:
                found.append(error)

        def then() -> None:
            self._read = TableRead(wanted, found[0])
            self._show()
            if self._learns:
                self._learn()

        self._learns = False
        self._read = TableRead(wanted, self._read.prepared)
        self._reading.start_aside(job(), then)

    def action_move(self, action: str) -> None:
        """Move in the list."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    def action_scroll(self, rows: int) -> None:
        """Scroll what is told."""
        self.query_one("#table-told").scroll_relative(y=rows, animate=False)

    def action_leave(self) -> None:
        """Learn from nothing."""
        self.dismiss(None)
