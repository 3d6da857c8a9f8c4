"""How the app ends other than by its own keys: what was typed is kept, and it is said where."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from microcrad.files.door import write_text

__all__ = ["Ending"]

REPORT = "microcrad-error.txt"
"""What the file is called, beside the one with the kept program, that says how the app failed."""


class Ending:
    """Keeps what there is when something went wrong, once."""

    def __init__(self, keep: Callable[[], str], kept_in: Path) -> None:
        """`keep` keeps everything in that file, and says what went wrong with it, if anything did."""
        self._keep, self._kept_in = keep, kept_in
        self._sentence = ""

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
