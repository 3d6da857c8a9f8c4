"""A question whose answer is any number of names: each is switched on and off in a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from microcrad.text.notices import in_words
from tui.widgets.command import Command, bindings, key_in, run_command
from tui.widgets.dialogs import marking_rows
from tui.widgets.marked_list import MarkedList
from tui.widgets.safe_text import Said, content

__all__ = ["Several"]

_DONE = "use these"


class Several(ModalScreen[tuple[str, ...] | None]):
    """Dismissed with the names that are on, in the order of the list, or with None if the person left."""

    AUTO_FOCUS = "#options"
    TABLE: tuple[Command[Several], ...] = (
        Command("switch", "space,left,right", "Switch", "Switch what is marked on or off",
                lambda several: several.switch()),
        Command("accept", "enter", "Switch", "Switch it, or take those that are on where that is marked",
                lambda several: several.query_one(OptionList).action_select()),
        Command("leave", "escape", "Leave", "Leave all as it was", lambda several: several.dismiss(None)),
        *marking_rows(),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command

    def __init__(
        self,
        question: str,
        names: Sequence[str],
        on: Sequence[str],
        *,
        refuse: Callable[[tuple[str, ...]], str] = lambda on: "",
    ) -> None:
        """`refuse` says what is wrong with those that are on; empty accepts them."""
        super().__init__()
        self._question, self._names, self._on = question, tuple(names), set(on)
        self._refuse = refuse

    def compose(self) -> ComposeResult:
        with Vertical(id="choose"):
            yield Said(self._question)
            yield MarkedList(id="options")
            yield Said(id="ask-wrong")
            hint = "{switch} switches, {accept} on the first row uses them, {leave} leaves"
            yield Said(in_words(hint, key_in(self.TABLE)), id="ask-hint")

    def on_mount(self) -> None:
        """Start on the first name."""
        self.query_one("#ask-wrong").display = False
        self._show(1)

    def _show(self, place: int) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_option(
            Option(content((f"Use these: {', '.join(self.chosen) or 'none'}", "bold")), id=_DONE)
        )
        for name in self._names:
            options.add_option(Option(content(f"[{'x' if name in self._on else ' '}] {name}")))
        options.highlighted = place

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names that are on."""
        return tuple(name for name in self._names if name in self._on)

    def switch(self) -> None:
        """Switch the name that is marked."""
        place = self.query_one(OptionList).highlighted
        if place:
            self._on ^= {self._names[place - 1]}
            self.query_one("#ask-wrong").display = False
            self._show(place)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Switch a name, or take those that are on."""
        event.stop()
        if event.option_id != _DONE:
            self.switch()
            return
        wrong = self._refuse(self.chosen)
        said = self.query_one("#ask-wrong", Said)
        said.display = bool(wrong)
        if wrong:
            said.update(wrong)
        else:
            self.dismiss(self.chosen)
