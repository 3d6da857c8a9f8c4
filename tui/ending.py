"""How the app ends, by its own keys or not: what was typed is kept, or it is said that it cannot be."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from textual.app import App

from microcrad.files.door import write_text
from tui.widgets.asking import YES, ask
from tui.widgets.safe_text import SafeText

__all__ = ["Ending"]

_OTHERWISE = "ctrl+q again leaves; esc stays, and ctrl+s saves the program as a file"
REPORT = "microcrad-error.txt"
"""What the file is called, beside the one with the kept program, that says how the app failed."""


class Ending:
    """Keeps what there is before the app ends; what fails then is told once, and left when it is known."""

    def __init__(
        self, app: App[None], keep: Callable[[], str], kept_in: Path, only_here: Callable[[], bool]
    ) -> None:
        """`keep` keeps everything in that file, and says what went wrong with it, if anything did.

        `only_here` says whether nothing else has the program that is on screen.
        """
        self._app, self._keep, self._kept_in, self._only_here = app, keep, kept_in, only_here
        self._sentence = ""
        self._asked = False

    def leave(self) -> None:
        """End the app as the person asks; if that loses their program, once they know and ask again."""
        problem = self._keep()
        if not problem or not self._only_here() or self._asked:
            self._end(0, problem)
            return
        self._asked = True
        asking = ask(f"{problem} Type {YES} to leave without it.", hint=_OTHERWISE)
        self._app.push_screen(asking, self._answered)

    def _answered(self, answer: str | None) -> None:
        self._asked = False
        if answer == YES:
            self._end(0, "")

    def told(self, signal: int) -> None:
        """End the app because a signal asks for it, with the code that a shell gives that."""
        self._end(128 + signal, self._keep())

    def _end(self, code: int, problem: str) -> None:
        said = SafeText(f"microcrad: {problem}", overflow="fold") if problem else None
        self._app.exit(return_code=code, message=said)

    def failed(self, error: BaseException | None) -> str:
        """Keep everything, write down what happened, and say both in a sentence."""
        if not self._sentence:
            self._sentence = f"microcrad: error: the app failed. {self._work()} {self._report(error)}".strip()
        return self._sentence

    def _work(self) -> str:
        try:
            problem = self._keep()
        except Exception as error:  # Whatever it is that fails, the rest is still to be done.
            problem = f"Your program could not be kept: {type(error).__name__}."
        if problem:
            return f"{problem} What was kept before is in {self._kept_in}."
        return f"Your program is kept in {self._kept_in}; the next start opens it."

    def _report(self, error: BaseException | None) -> str:
        report = self._kept_in.with_name(REPORT)
        with suppress(Exception):
            write_text(report, "".join(traceback.format_exception(error)) if error is not None else "")
            return f"What happened is written in {report}."
        return ""
