"""Where served sessions keep their programs: a state file for each, so that none overwrites another's.

A visitor is a browser that was let in; the pages it has open at the same time have the places 1, 2, 3... A
page that is reloaded, or comes back later, finds what was left at its place. On loopback the files are beside
the terminal's own state and outlive the server: whoever comes first then is visitor 1 again. Where others can
come in, or another server has the files, they are in a temporary folder and go with the server.

What was done in lessons is one for all of a person's places, as it is for all of their terminals; others have
their own.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path

from microcrad.files.kept import claimed
from microcrad.files.state_place import state_file

__all__ = ["Places", "free_place"]


class Places:
    """The folder of the state files; a context manager, because it is claimed or temporary."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback
        self._held = ExitStack()
        named = state_file()
        self.wanted = folder = named.with_name(f"{named.stem}-served")
        """The folder that outlives the server."""
        self.lasting = loopback and self._claim(folder)
        """Whether what is kept is still there for the next server."""
        if not self.lasting:
            folder = Path(self._held.enter_context(tempfile.TemporaryDirectory(prefix="microcrad-served-")))
        self.folder = folder

    def __enter__(self) -> Places:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def _claim(self, folder: Path) -> bool:
        """Make the folder this server's own, until its process ends. False if it cannot be had."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = claimed(folder / "lock")
        except OSError:
            return False
        if lock is None:
            return False
        self._held.callback(os.close, lock)
        return True

    def environment(self, visitor: int, place: int) -> dict[str, str]:
        """Where the app at a visitor's place keeps what it keeps, as the variables that say so."""
        of_place = self.folder / f"{visitor}-{place}"
        named = {"MICROCRAD_STATE": of_place / "state.toml"}
        if not self._loopback:
            named["MICROCRAD_PROGRESS"] = self.folder / f"{visitor}-progress.toml"
        return {name: str(path) for name, path in named.items()}


def free_place(wanted: int, taken: Collection[int]) -> int:
    """The place that is wanted, or the first free one."""
    if wanted > 0 and wanted not in taken:
        return wanted
    place = 1
    while place in taken:
        place += 1
    return place
