"""What the app remembers between launches: the program being written, the last few before it, the theme.

One TOML file in the user's state directory, replaced atomically. A file that cannot be read is set aside
under another name and never overwritten.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import platformdirs
import tomli_w

from microcrad.files import replace_file

__all__ = ["Keeper", "Kept", "state_file"]

VERSION = 1
MAX_RECENT = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """A program as it was left."""

    text: str
    name: str
    path: str = ""
    """The file it belongs to, or an empty string."""
    saved: str | None = None
    """The text that is in that file; None if it was never saved."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is remembered."""

    current: Kept | None = None
    recent: tuple[Kept, ...] = ()
    """Programs that were replaced by opening another one, newest first."""
    theme: str = ""
    training: dict[str, str] = field(default_factory=dict)
    """The settings of training, as texts by name."""
    problem: str = field(default="", compare=False)
    """What could not be read, in a sentence."""


def state_file() -> Path:
    """Where the state is kept; `MICROCRAD_STATE` names another file."""
    named = os.environ.get("MICROCRAD_STATE")
    return Path(named) if named else platformdirs.user_state_path("microcrad") / "state.toml"


class Keeper:
    """Reads the state once and writes it whenever it changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = _read(path)

    def keep(self, current: Kept, training: dict[str, str]) -> None:
        """Remember the program being written, and the settings of training."""
        self._write(replace(self.state, current=current, training=training))

    def set_aside(self, left: Kept) -> None:
        """Remember a program that another one takes the place of."""
        if left.text.strip():
            others = tuple(kept for kept in self.state.recent if kept.text != left.text)
            self._write(replace(self.state, recent=(left, *others)[:MAX_RECENT]))

    def set_theme(self, theme: str) -> None:
        """Remember the theme."""
        self._write(replace(self.state, theme=theme))

    def _write(self, state: State) -> None:
        if state == self.state:
            return
        self.state = state
        document: dict[str, Any] = {"version": VERSION, "theme": state.theme}
        if state.current is not None:
            document["current"] = _table(state.current)
        if state.training:
            document["training"] = state.training
        document["recent"] = [_table(kept) for kept in state.recent]
        data = tomli_w.dumps(document).encode(errors="replace")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self.path, data, private=True)
        except OSError as error:
            self.state = replace(
                state, problem=f"Your program cannot be kept for next time: {error.strerror}."
            )


def _table(kept: Kept) -> dict[str, str]:
    table = {"text": kept.text, "name": kept.name, "path": kept.path}
    return table if kept.saved is None else {**table, "saved": kept.saved}


def _kept(table: dict[str, Any]) -> Kept:
    if not all(isinstance(value, str) for value in table.values()):
        raise ValueError("everything that is kept of a program is text")
    return Kept(**table)


def _read(path: Path) -> State:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        if document.get("version") != VERSION:
            raise ValueError(f"its version is {document.get('version')}, not {VERSION}")
        current = document.get("current")
        return State(
            None if current is None else _kept(current),
            tuple(_kept(kept) for kept in document.get("recent", ())),
            str(document.get("theme", "")),
            {str(name): str(text) for name, text in document.get("training", {}).items()},
        )
    except FileNotFoundError:
        return State()
    except OSError as error:
        return State(problem=f"What was kept last time cannot be read: {error.strerror}.")
    except (ValueError, TypeError, AttributeError):
        return State(problem=_put_away(path))


def _put_away(path: Path) -> str:
    """Move an unreadable state file out of the way, to the first free name."""
    number = 1
    while (aside := path.with_suffix(f".unreadable-{number}.toml")).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError as error:
        return f"{path} cannot be read or moved: {error.strerror}."
    return f"What was kept last time cannot be read. It is now {aside.name} in {aside.parent}."
