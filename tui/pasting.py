"""A paste that nothing on screen takes: where it is to go is asked."""

from __future__ import annotations

from microcrad.language.parser import too_large, unix_lines
from tui.programs import Programs
from tui.stage import Stage
from tui.state_file import Kept
from tui.widgets.asking import choose

__all__ = ["Pasting"]

_OPTIONS = (
    ("insert", "Insert at the cursor", "Into the program, where the cursor was last."),
    ("open", "Open as a new program", "The one on screen can be brought back from the action list."),
    ("drop", "Drop it", ""),
)


class Pasting:
    """Offers what was pasted outside a text field."""

    def __init__(self, stage: Stage, programs: Programs) -> None:
        self._stage, self._programs = stage, programs

    def offer(self, text: str) -> None:
        """Ask where a text is to go; not under a dialog, which has the keys."""
        app, text = self._stage.app, unix_lines(text)
        refused = too_large(len(text))
        if len(app.screen_stack) > 1:
            app.notify("Nothing here takes a paste: close this first.", severity="warning")
        elif refused:
            app.notify(f"{refused} Nothing was pasted.", severity="warning")
        elif text:
            lines = text.count("\n") + (not text.endswith("\n"))
            question = f"{lines} line{'s' if lines > 1 else ''} pasted. Where to?"
            app.push_screen(choose(question, _OPTIONS), lambda answer: self._put(text, answer))

    def _put(self, text: str, answer: str | None) -> None:
        if answer == "insert":
            if self._stage.mode != "playground":
                self._stage.show_mode("playground")
            self._stage.playground.paste(text)
        elif answer == "open":
            self._programs.open_as(Kept(text, "untitled.mc"), "Opened what was pasted. ctrl+s saves it.")
