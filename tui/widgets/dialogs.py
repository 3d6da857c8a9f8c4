"""The small screens over the panes: help, a line to type, and a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.widgets.line_field import LineField
from tui.widgets.safe_text import SafeText, Said, content

__all__ = ["Ask", "Choose", "Help", "replacing"]


class Help(ModalScreen[None]):
    """What the focused pane is for, and its keys; esc closes it."""

    BINDINGS = [
        Binding("escape,q,question_mark,f1", "dismiss", "Close", key_display="esc"),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]

    def __init__(self, title: str, prose: str, keys: list[tuple[str, list[tuple[str, str]]]]) -> None:
        super().__init__()
        self._title = title
        self._prose = prose
        self._keys = keys

    def compose(self) -> ComposeResult:
        body = SafeText()
        body.append(f"{self._prose}\n")
        for heading, rows in self._keys:
            body.append(f"\n{heading}\n", "bold")
            for key, does in rows:
                body.append(f"  {key:<10}", "bold")
                body.append(f"{does}.\n")
        with Vertical(id="help") as box:
            box.border_title = content(self._title)
            box.border_subtitle = "esc closes, arrows scroll"
            with VerticalScroll(can_focus=False, id="help-body"):
                yield Said(body)

    def action_scroll(self, rows: int) -> None:
        """Scroll the text."""
        self.query_one("#help-body").scroll_relative(y=rows, animate=False)


class Ask(ModalScreen[str | None]):
    """One line of text: dismissed with it, or with None if the person left."""

    AUTO_FOCUS = "#answer"  # The app's own choice is a pane that is not on this screen.
    BINDINGS = [Binding("escape", "leave", "Leave", key_display="esc")]

    def __init__(
        self,
        question: str,
        answer: str = "",
        *,
        hint: str = "",
        refuse: Callable[[str], str] = lambda answer: "",
    ) -> None:
        """`refuse` says what is wrong with an answer, which then can be changed; empty accepts it."""
        super().__init__()
        self._question = question
        self._answer = answer
        self._hint = hint
        self._refuse = refuse

    def compose(self) -> ComposeResult:
        with Vertical(id="ask"):
            yield Said(self._question)
            yield LineField(self._answer, id="answer")
            yield Said(self._hint or "enter accepts, esc leaves", id="ask-hint")

    def on_input_submitted(self, event: LineField.Submitted) -> None:
        """Take the answer, or say what is wrong with it."""
        event.stop()
        wrong = self._refuse(event.value)
        if wrong:
            self.query_one("#ask-hint", Said).update(wrong)
        else:
            self.dismiss(event.value)

    def action_leave(self) -> None:
        """Give no answer."""
        self.dismiss(None)


def replacing(path: str, doubt: str) -> Ask:
    """The question before a file is replaced that holds something else; only `yes` means yes."""
    return Ask(f"{path} {doubt}. Type yes to replace it.", hint="anything else keeps it; esc leaves")


class Choose(ModalScreen[str | None]):
    """One of a few options, each with a sentence about it: dismissed with its name, or with None."""

    AUTO_FOCUS = "#options"

    BINDINGS = [
        Binding("escape", "leave", "Leave", key_display="esc"),
        Binding("j", "move('cursor_down')", show=False),
        Binding("k", "move('cursor_up')", show=False),
    ]

    def __init__(
        self,
        question: str,
        options: Sequence[tuple[str, str | tuple[str, str], str]],
        *,
        hint: str = "enter chooses, esc leaves",
        rows: bool = False,
    ) -> None:
        super().__init__()
        self._question = question
        self._options = options
        """Name, title (with its look, if it is not bold) and sentence, if any, of each."""
        self._hint = hint
        self._rows = rows
        """Whether titles are rows of a table, with colours of their own."""

    def compose(self) -> ComposeResult:
        with Vertical(id="choose"):
            yield Said(self._question)
            options = [
                Option(content(_bold(title), f"\n  {says}" if says else ""), id=name)
                for name, title, says in self._options
            ]
            yield OptionList(*options, id="options", classes="rows" if self._rows else "")
            yield Said(self._hint, id="ask-hint")

    def on_mount(self) -> None:
        """Start on the first."""
        self.query_one(OptionList).highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice."""
        event.stop()
        self.dismiss(event.option_id)

    def action_move(self, action: str) -> None:
        """Move in the list."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


def _bold(title: str | tuple[str, str]) -> tuple[str, str]:
    return (title, "bold") if isinstance(title, str) else title
