"""What a person does in the editor besides typing: with lines, and with places of a text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.widgets.text_area import Location, Selection

from microcrad.language.parser import too_large
from tui.app_commands import with_keys
from tui.playground.line_editing import (
    MeantLines,
    commented,
    duplicated,
    indented,
    moved,
    next_place,
    replaced,
)
from tui.widgets.asking import ask
from tui.widgets.command import Command
from tui.widgets.wrap import clip

if TYPE_CHECKING:
    from tui.playground.editor import Editor

__all__ = ["EDITING", "TextSearch"]

_NAMED = 30
"""How much of a text that was looked for a message repeats."""


class TextSearch:
    """Finds a text in the program, and puts another one in its place."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._wanted = ""

    def ask(self) -> None:
        """Ask what to look for, and go to the next place where it stands."""
        self._editor.app.push_screen(ask("Find in the program", self._start()), self._find)

    def go_on(self) -> None:
        """Go to the next place of what was looked for last."""
        if self._wanted:
            self._find(self._wanted)
        else:
            self.ask()

    def ask_to_replace(self) -> None:
        """Ask what to replace, and then by what."""
        self._editor.app.push_screen(ask("Replace in the whole program", self._start()), self._ask_by)

    def _start(self) -> str:
        """What is suggested: what is selected, or what was looked for last."""
        selected = self._editor.selected_text
        return selected if selected and "\n" not in selected else self._wanted

    def _find(self, wanted: str | None) -> None:
        if not wanted:
            return
        editor = self._editor
        self._wanted = wanted
        editor.focus()
        place = next_place(editor.text.split("\n"), wanted, max(editor.selection))
        if place is None:
            editor.say(f"'{clip(wanted, _NAMED)}' is nowhere in the program.")
            return
        editor.selection = Selection(place, (place[0], place[1] + len(wanted)))
        editor.scroll_cursor_visible()

    def _ask_by(self, wanted: str | None) -> None:
        if wanted:
            self._wanted = wanted
            question = ask(
                f"Replace '{clip(wanted, _NAMED)}' by",
                hint="{accept} replaces all of them, {leave} leaves",
            )
            self._editor.app.push_screen(question, partial(self._replace, wanted))

    def _replace(self, wanted: str, by: str | None) -> None:
        editor = self._editor
        editor.focus()
        if by is None:
            return
        text, count = replaced(editor.text, wanted, by)
        if not count:
            editor.say(
                f"'{clip(wanted, _NAMED)}' is nowhere in the program; capitals count here. "
                "Nothing was replaced."
            )
        elif change_text(editor, text, editor.cursor_location):
            back = with_keys("{undo} takes it back.")
            editor.say(f"Replaced {count} of '{clip(wanted, _NAMED)}'. {back}")


def change_text(editor: Editor, text: str, cursor: Location, start: Location | None = None) -> bool:
    """Put a text in the place of the one there is, and the cursor or a selection where it belongs."""
    refused = too_large(len(text))
    if refused:
        editor.say(f"{refused} Nothing was changed.")
        return False
    editor.replace(text, editor.document.start, editor.document.end, maintain_selection_offset=False)
    editor.selection = Selection(start or cursor, cursor)
    return True


def change_lines(editor: Editor, change: Callable[[MeantLines], MeantLines]) -> None:
    """Change the line of the cursor, or all of which something is selected."""
    start, end = sorted(editor.selection)
    last = end[0] - (end[1] == 0 and end[0] > start[0])  # At the start of a line nothing of it is selected.
    before = MeantLines(tuple(editor.text.split("\n")), start[0], last)
    after = change(before)
    if after == before:
        editor.say("There is nothing here to change.")
        return
    if editor.selection.is_empty:
        row, column = editor.cursor_location
        longer = len(after.lines[after.first]) - len(before.lines[row])
        column = min(max(0, column + longer), len(after.lines[after.first]))
        change_text(editor, "\n".join(after.lines), (after.first, column))
    else:
        change_text(
            editor, "\n".join(after.lines), (after.last, len(after.lines[after.last])), (after.first, 0)
        )


def _lines(
    id: str, keys: str, label: str, does: str, change: Callable[[MeantLines], MeantLines], *words: str
) -> Command[Editor]:
    return Command(id, keys, label, does, lambda editor: change_lines(editor, change), words)


EDITING: tuple[Command[Editor], ...] = (
    Command("find_text", "ctrl+f", "Find text", "Find a text in the program",
            lambda editor: editor.text_search.ask(), ("search", "grep")),
    Command("find_again", "ctrl+g", "Find again", "Go to the next place of the text that was found",
            lambda editor: editor.text_search.go_on(), ("next match", "search again")),
    Command("replace", "ctrl+l", "Replace", "Replace a text wherever it stands in the program",
            lambda editor: editor.text_search.ask_to_replace(),
            ("substitute", "change all", "find and replace")),
    _lines("comment", "ctrl+slash,ctrl+underscore", "Comment", "Make the lines comments, or code again",
           commented, "uncomment", "disable"),
    _lines("line_up", "ctrl+shift+up", "Line up", "Move the lines up", partial(moved, by=-1),
           "swap", "raise"),
    _lines("line_down", "ctrl+shift+down", "Line down", "Move the lines down", partial(moved, by=1), "swap",
           "lower"),
    _lines("duplicate", "ctrl+d", "Duplicate", "Write the lines a second time", duplicated,
           "copy line", "twice"),
    _lines("indent", "ctrl+right_square_bracket", "Indent", "Move the lines a level further in",
           partial(indented, by=1), "in", "shift right"),
    _lines("dedent", "ctrl+backslash", "Dedent", "Move the lines a level further out",
           partial(indented, by=-1), "unindent", "outdent"),
)  # fmt: skip
"""In the editor; the action list has them as well."""
