"""The small screens over the panes: help, a line to type, and a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content  # noqa: TID251 - its type alone.
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from microcrad.text.notices import in_words
from tui.widgets.command import Command, bindings, key_in, run_command
from tui.widgets.line_field import LineField
from tui.widgets.marked_list import MarkedList
from tui.widgets.safe_text import SafeText, Said, content
from tui.widgets.wrap import wrap

__all__ = ["Ask", "Choose", "Help", "marking_rows"]


_BAR = 1
"""Cells of a scroll bar."""
_INDENT = 2
"""Cells that the sentence about an option stands further in."""
_WIDTH = 70
"""Cells of an option, until the room for it is known."""


class Help(ModalScreen[None]):
    """What the focused pane is for, and its keys; esc closes it."""

    TABLE: tuple[Command[Help], ...] = (
        Command("close", "escape,q,question_mark,f1", "Close", "Close this", lambda shown: shown.dismiss()),
        Command("down", "down,j", "Down", "Scroll down", lambda shown: shown.scroll_by(1)),
        Command("up", "up,k", "Up", "Scroll up", lambda shown: shown.scroll_by(-1)),
        Command(
            "page_down",
            "pagedown,space",
            "Page down",
            "Scroll down a page",
            lambda shown: shown.scroll_by(10),
        ),
        Command("page_up", "pageup", "Page up", "Scroll up a page", lambda shown: shown.scroll_by(-10)),
    )
    BINDINGS = bindings(TABLE)
    action_command = run_command

    def __init__(self, title: str, prose: str, keys: list[tuple[str, list[tuple[str, str]]]]) -> None:
        super().__init__()
        self._title = title
        self._prose = prose
        self._keys = keys

    def compose(self) -> ComposeResult:
        with Vertical(id="help") as box:
            box.border_title = content(self._title)
            box.border_subtitle = in_words("{close} closes, arrows scroll", key_in(self.TABLE))
            with VerticalScroll(can_focus=False, id="help-body"):
                yield Said(id="help-text")

    def on_resize(self) -> None:
        """Write it for the width that there is: what a key does stands in a column of its own."""
        keys = 4 + max((len(key) for _, rows in self._keys for key, _ in rows), default=0)
        room = max(self.query_one("#help-body").size.width - keys - _BAR, 16)
        body = SafeText(f"{self._prose}\n")
        for heading, rows in self._keys:
            body.append(f"\n{heading}\n", "bold")
            for key, does in rows:
                body.append(f"  {key}".ljust(keys), "bold")
                body.append(f"\n{' ' * keys}".join(wrap(f"{does}.", room)) + "\n")
        self.query_one("#help-text", Said).update(body)

    def scroll_by(self, rows: int) -> None:
        """Scroll the text."""
        self.query_one("#help-body").scroll_relative(y=rows, animate=False)


class Ask(ModalScreen[str | None]):
    """One line of text: dismissed with it, or with None if the person left."""

    AUTO_FOCUS = "#answer"  # The app's own choice is a pane that is not on this screen.
    TABLE: tuple[Command[Ask], ...] = (
        # The field itself takes enter, and right at its end.
        Command("accept", "enter", "Accept", "Take what is typed", lambda ask: ask.accept()),
        Command("complete", "right", "Complete", "Take what is offered", lambda ask: None),
        Command("earlier", "up", "Earlier", "Have an earlier answer again", lambda ask: ask.recall(1)),
        Command("later", "down", "Later", "Have a later answer again", lambda ask: ask.recall(-1)),
        Command("leave", "escape", "Leave", "Leave without an answer", lambda ask: ask.dismiss(None)),
    )
    BINDINGS = bindings(TABLE)
    action_command = run_command

    def __init__(
        self,
        question: str,
        answer: str = "",
        *,
        hint: str = "{accept} accepts, {leave} leaves",
        wrong: str = "",
        refuse: Callable[[str], str] = lambda answer: "",
        offers: Suggester | None = None,
        earlier: Sequence[str] = (),
    ) -> None:
        """`refuse` says what is wrong with an answer, which then can be changed; empty accepts it.

        `wrong` is that of the answer that it begins with. `offers` knows how what is typed may go on,
        `earlier` are answers to be had again, the newest first. Ids of commands in `hint` become keys.
        """
        super().__init__()
        self._question = question
        self._answer = answer
        self._hint = in_words(hint, key_in(self.TABLE))
        self._wrong, self._refused = wrong, answer
        self._refuse = refuse
        self._offers = offers
        self._recalled = [answer, *earlier]
        self._at = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="ask"):
            yield Said(self._question)
            yield LineField(self._answer, id="answer", suggester=self._offers)
            yield Said(self._wrong, id="ask-wrong")
            yield Said(self._hint, id="ask-hint")

    def on_mount(self) -> None:
        """Take no room for what is not said."""
        self.query_one("#ask-wrong").display = bool(self._wrong)

    def on_input_changed(self, event: LineField.Changed) -> None:
        """What was wrong with another answer is past."""
        if event.value != self._refused:
            self.query_one("#ask-wrong").display = False

    def on_input_submitted(self, event: LineField.Submitted) -> None:
        """Take the answer, or say what is wrong with it."""
        event.stop()
        self.accept()

    def accept(self) -> None:
        """Take what is typed, unless something is wrong with it."""
        answer = self.query_one(LineField).value
        wrong = self._refuse(answer)
        said = self.query_one("#ask-wrong", Said)
        said.display = bool(wrong)
        if wrong:
            self._refused = answer
            said.update(wrong)
        else:
            self.dismiss(answer)

    def recall(self, by: int) -> None:
        """Put an earlier answer into the field, or a later one; what is typed has its place after them."""
        field, at = self.query_one(LineField), self._at + by
        if 0 <= at < len(self._recalled):
            self._recalled[self._at] = field.value
            self._at, field.value = at, self._recalled[at]
            field.cursor_position = len(field.value)


def marking_rows() -> tuple[Command[Any], ...]:
    """The rows of a dialog in whose list the letters move as well."""
    return (
        Command("down", "j", "Down", "Mark the next one",
                lambda dialog: dialog.query_one(OptionList).action_cursor_down()),
        Command("up", "k", "Up", "Mark the one before",
                lambda dialog: dialog.query_one(OptionList).action_cursor_up()),
    )  # fmt: skip


class Choose(ModalScreen[str | None]):
    """One of a few options, each with a sentence about it: dismissed with its name, or with None."""

    AUTO_FOCUS = "#options"

    TABLE: tuple[Command[Choose], ...] = (
        Command("accept", "enter", "Choose", "Take what is marked",
                lambda choose: choose.query_one(OptionList).action_select()),
        Command("leave", "escape", "Leave", "Choose nothing", lambda choose: choose.dismiss(None)),
        *marking_rows(),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command

    def __init__(
        self,
        question: str,
        options: Sequence[tuple[str, str | tuple[str, str], str]],
        *,
        hint: str = "{accept} chooses, {leave} leaves",
        rows: bool = False,
    ) -> None:
        super().__init__()
        self._question = question
        self._options = options
        """Name, title (with its look, if it is not bold) and sentence, if any, of each."""
        self._hint = in_words(hint, key_in(self.TABLE))
        self._rows = rows
        """Whether titles are rows of a table, with colours of their own."""

    def compose(self) -> ComposeResult:
        with Vertical(id="choose"):
            yield Said(self._question)
            options = [Option(_told(title, says), id=name) for name, title, says in self._options]
            yield MarkedList(*options, id="options", classes="rows" if self._rows else "")
            yield Said(self._hint, id="ask-hint")

    def on_mount(self) -> None:
        """Start on the first."""
        self.query_one(OptionList).highlighted = 0

    def on_resize(self) -> None:
        """Write the options for the width that there is."""
        options = self.query_one(OptionList)
        around = options.get_component_styles("option-list--option").padding.width
        width = options.scrollable_content_region.width - around
        for index, (_, title, says) in enumerate(self._options):
            if says:
                options.replace_option_prompt_at_index(index, _told(title, says, width))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice."""
        event.stop()
        self.dismiss(event.option_id)


def _told(title: str | tuple[str, str], says: str, width: int = _WIDTH) -> Content:
    """An option in so many cells: the sentence about it stands further in than its title, in every row."""
    rows = wrap(says, max(width - _INDENT, 1)) if says else []
    return content(_bold(title), *(f"\n{' ' * _INDENT}{row}" for row in rows))


def _bold(title: str | tuple[str, str]) -> tuple[str, str]:
    return (title, "bold") if isinstance(title, str) else title
