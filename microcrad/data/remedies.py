"""What to set so that a table is read otherwise, in the words of what is said of a table.

The same is said to who chooses settings on a screen and to who gives options to a command. It names a setting
in one form, `set gaps to skip`, which `settings_in` finds again and `said_otherwise` puts into other words.
"""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Callable, Iterable

__all__ = ["EITHER_DECIMAL", "listed", "said_otherwise", "sentence", "setting", "settings_in"]

_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_PLAIN = r"[\w-]+"
_LISTS = ("drop", "words")
"""The settings that are names of columns, divided by commas."""
_SETTING = re.compile(
    rf"\b(?P<set>[Ss]et) (?P<name>\w+) to (?P<value>{_QUOTED}|{_PLAIN})|(?<!\w)(?:{_QUOTED})"
)
"""A setting and its value, or a cell or a name in quotes, whatever stands in it."""


def listed(names: Iterable[str]) -> str:
    """Names of columns as a setting takes them: divided by commas, in double quotes where they have any."""
    written = io.StringIO()
    csv.writer(written).writerow(names)
    return written.getvalue().removesuffix("\r\n")


def setting(name: str, value: str) -> str:
    """That a setting is to have a value; of those that name columns, this one."""
    typed = listed([value]) if name in _LISTS else value
    return f"set {name} to {typed if re.fullmatch(_PLAIN, typed) else repr(typed)}"


def sentence(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[0].upper() + text[1:]


EITHER_DECIMAL = sentence(f"{setting('decimal', 'comma')} or {setting('decimal', 'point')}.")
"""What to do where a sign may stand before decimals or between thousands."""


def settings_in(text: str) -> list[str]:
    """The settings that a text says to set, in its order."""
    return [found["name"] for found in _SETTING.finditer(text) if found["name"]]


def said_otherwise(text: str, how: Callable[[str, str], str]) -> str:
    """A text with other words for what is to be set: those for a setting and what one types as its value."""

    def said(found: re.Match[str]) -> str:
        name, value = found["name"], found["value"]
        if not name:
            return found[0]
        words = how(name, ast.literal_eval(value) if value[0] in "'\"" else value)
        return sentence(words) if found["set"][0] == "S" else words

    return _SETTING.sub(said, text)
