"""Where the app keeps what it remembers: its state, and the networks of the samples that were opened."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from microcrad.errors import FileError
from microcrad.files.door import write_text

__all__ = ["MOST_NETWORKS", "STATE_VARIABLE", "keep_network", "networks_folder", "run_file", "state_file"]

STATE_VARIABLE = "MICROCRAD_STATE"
MOST_NETWORKS = 100
"""How many networks are kept: those that were opened last."""


def state_file() -> Path:
    """Where the state is kept; `MICROCRAD_STATE` names another file."""
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named)
    import platformdirs  # Not before it is wanted: who imports the library does not wait for it.

    return platformdirs.user_state_path("microcrad") / "state.toml"


def networks_folder() -> Path:
    """Where the networks are that programs name without having them beside them."""
    beside = state_file()
    return beside.parent / f"{beside.stem or 'state'}.networks"


def run_file() -> Path:
    """Where the training run is kept that was on screen when the app ended."""
    beside = state_file()
    return beside.parent / f"{beside.stem or 'state'}.run.json"


def keep_network(text: str, name: str) -> str:
    """Keep a saved network, and give the name by which programs load it: no other network has it.

    Raises `FileError` if it cannot be written.
    """
    import hashlib  # As with the folders above.

    folder = networks_folder()
    file = f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"The network cannot be kept in {folder}: {error.strerror}.") from None
    write_text(folder / file, text)
    with contextlib.suppress(OSError):  # Another copy of the app may be doing the same.
        kept = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-MOST_NETWORKS]:
            path.unlink()
    return file
