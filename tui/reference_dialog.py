"""The reference on screen: the same text that `microcrad reference` prints, narrowed down by typing."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from microcrad.reference import Entry, entry_lines, reference
from microcrad.text.notices import in_words
from tui.widgets.command import Command, bindings, key_in, run_command
from tui.widgets.line_field import LineField
from tui.widgets.safe_text import SafeText, Said

__all__ = ["ReferenceDialog"]

WIDTH = 68
"""How long a line may be: what fits beside a scrollbar on a screen of 80 columns."""


class ReferenceDialog(ModalScreen[None]):
    """Every entry, or those that hold what was typed; arrows scroll, esc closes."""

    AUTO_FOCUS = "#wanted"
    TABLE: tuple[Command[ReferenceDialog], ...] = (
        Command("close", "escape", "Close", "Close this", lambda shown: shown.dismiss()),
        Command("down", "down", "Down", "Scroll down", lambda shown: shown.scroll_by(1)),
        Command("up", "up", "Up", "Scroll up", lambda shown: shown.scroll_by(-1)),
        Command(
            "page_down", "pagedown", "Page down", "Scroll down a page", lambda shown: shown.scroll_by(10)
        ),
        Command("page_up", "pageup", "Page up", "Scroll up a page", lambda shown: shown.scroll_by(-10)),
    )
    BINDINGS = bindings(TABLE)
    action_command = run_command

    def compose(self) -> ComposeResult:
        with Vertical(id="reference") as box:
            box.border_title = "Reference"
            keys = key_in(self.TABLE)
            box.border_subtitle = in_words("type to find, arrows scroll, {close} closes", keys)
            yield LineField(placeholder="type to find: tanh, retain, limits", id="wanted")
            with VerticalScroll(can_focus=False, id="reference-body"):
                yield Said(_text(""))

    def on_input_changed(self, event: LineField.Changed) -> None:
        """Show what holds the text that was typed."""
        self.query_one(Said).update(_text(event.value))
        self.query_one("#reference-body").scroll_home(animate=False)

    def scroll_by(self, rows: int) -> None:
        """Scroll the text."""
        self.query_one("#reference-body").scroll_relative(y=rows, animate=False)


def _text(wanted: str) -> SafeText:
    """The entries that hold a text, those with it in their names first; all of them for an empty one."""
    sought = wanted.strip().lower()
    body = SafeText()
    if not sought:
        for section in reference():
            body.append(f"{_gap(body)}{section.title}\n", "bold underline")
            body.append(f"{section.text}\n" if section.text else "")
            for entry in section.entries:
                _append(body, entry)
        return body
    everything = [entry for section in reference() for entry in section.entries]
    named = [entry for entry in everything if sought in " ".join((entry.name, *entry.also)).lower()]
    holding = [entry for entry in everything if sought in "\n".join(entry_lines(entry, WIDTH)).lower()]
    for entry in dict.fromkeys([*named, *holding]):
        _append(body, entry)
    return body or SafeText(f"Nothing in the reference holds {wanted.strip()!r}.")


def _append(body: SafeText, entry: Entry) -> None:
    name, *lines = entry_lines(entry, WIDTH)
    body.append(f"{_gap(body)}{name}\n", "bold")
    body.append("".join(f"{line}\n" for line in lines))


def _gap(body: SafeText) -> str:
    return "\n" if body else ""
