"""What is said of the last command: a fact, for everyone, and advice that names commands by their ids.

Which key or word a command is, only the screen knows, or the plain face: it puts them in with `in_words`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["Notices", "in_words"]

_ID = re.compile(r"\{(\w+)\}", re.ASCII)


class Notices:
    """Has a notice. It is set as a fact, or with `tell` together with advice."""

    _notice = ""
    _advice = ""

    @property
    def notice(self) -> str:
        """What the last command did or could not do, in a sentence; empty if there is nothing to say."""
        return self._notice

    @notice.setter
    def notice(self, fact: str) -> None:
        self.tell(fact)

    @property
    def advice(self) -> str:
        """What commands help, their ids in braces as in `{rewind} rewinds.`; empty if none does."""
        return self._advice

    def tell(self, fact: str, advice: str = "") -> None:
        """Set the notice, and what commands help."""
        self._notice, self._advice = fact, advice


def in_words(advice: str, word: Callable[[str], str]) -> str:
    """Advice with what each command is called where it is said, as `word` tells by its id."""
    return _ID.sub(lambda found: word(found[1]), advice)
