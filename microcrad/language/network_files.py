"""The networks that a program loads from files: read before it is parsed, and kept from then on.

Parsing looks at what was read and touches no file, so that nobody waits for a disk at each key.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from microcrad import state
from microcrad.errors import FileError, MissingFileError
from microcrad.files.state_place import networks_folder
from microcrad.gpt import GPT
from microcrad.nn import MLP

__all__ = ["MAX_FILE", "NetworkFiles"]

MAX_FILE = 8_000_000
"""How many bytes a saved network may have that a program loads."""
_LOADS = r"""\bload\s*\(\s*(?:"([^"\\\n]*)"|'([^'\\\n]*)')"""

_Version = tuple[int, int]
"""When a file was written, and its size."""


class NetworkFiles:
    """The networks that the programs of one folder load."""

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder
        """Where the program's file is; None if it has none."""
        self._found: dict[str, MLP | GPT | str] = {}
        """For each name that was read its network, or why there is none."""
        self._versions: dict[str, _Version | None] = {}
        self._of_folders = {folder: self}
        """Those of every folder that a program was in: going back to one reads nothing again."""

    def __getitem__(self, name: str) -> MLP | GPT | str:
        """The network that a file holds, or why there is none, in a sentence."""
        return self._found.get(name, f"{name} was not read yet.")

    def of_folder(self, folder: str | None) -> NetworkFiles:
        """The same for a program in another folder; what was read in any stays read."""
        known = self._of_folders
        if folder not in known:
            known[folder] = NetworkFiles(folder)
            known[folder]._of_folders = known
        return known[folder]

    @staticmethod
    def named(text: str) -> list[str]:
        """The files that a program's text loads, each once."""
        if "load" not in text:
            return []
        return list(dict.fromkeys(first or second for first, second in re.findall(_LOADS, text)))

    def unread(self, text: str) -> list[str]:
        """The files that a program's text loads and that were not read yet."""
        return [name for name in self.named(text) if name not in self._found]

    def read(self, text: str, *, again: bool = False) -> None:
        """Read the files that a program's text loads; those that were read before if `again` and changed."""
        for name in self.named(text):
            if again or name not in self._found:
                self._read(name)

    def sources(self, text: str) -> Iterator[tuple[str, str]]:
        """The files that a text loads by a name without a folder: each name, and the path where it is."""
        for name in self.named(text):
            path = self._path(name)
            if path is not None and os.path.basename(name) == name:
                yield name, path

    def _path(self, name: str) -> str | None:
        """Where a file is: beside the program, else where those of opened samples are kept."""
        beside = None if self._folder is None else os.path.join(self._folder, name)
        if beside is not None and os.path.lexists(beside):
            return beside
        kept = networks_folder() / name
        return str(kept) if os.path.basename(name) == name and kept.is_file() else beside

    def _read(self, name: str) -> None:
        path = self._path(name)
        if path is None:
            self._found[name] = "This program has no folder that a file could be in. Save it to a file first."
            return
        version = _version(path)
        if name in self._found and version is not None and self._versions.get(name) == version:
            return
        self._versions[name] = version
        try:
            self._found[name] = state.from_json(state.read(path, most=MAX_FILE), name, finite=False)
        except MissingFileError:
            self._found[name] = f"There is no file {name}. Put it beside the program."
        except FileError as error:
            self._found[name] = str(error).replace(path, name)


def _version(path: str) -> _Version | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
