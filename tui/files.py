"""Programs on disk: which one to start with, whether one was changed outside, and writing it safely."""

from __future__ import annotations

import os
from pathlib import Path

from microcrad.errors import FileError
from microcrad.examples import examples
from microcrad.files.door import write_text
from microcrad.session.file import SavedSession
from microcrad.session.on_disk import SESSION_SUFFIX, holds_graph, read_program, read_session
from tui.app_commands import with_keys
from tui.state_file import Kept, StateKeeper

__all__ = ["graph_in", "open_file", "opened", "unchanged_outside", "write_program"]


def text_of(path: Path) -> str:
    """A file as text, its lines ending in newlines. Raises `FileError` if it cannot be read."""
    return read_program(str(path)).replace("\r\n", "\n").replace("\r", "\n")


def graph_in(path: Path) -> Kept | None:
    """The program of an exported graph, which belongs to no file: a graph's file is never written to.

    None if the file is something else. Raises `FileError` if it cannot be read.
    """
    if not os.path.exists(path) or not holds_graph(text := text_of(path), str(path)):
        return None
    from microcrad.export.graph_program import graph_program  # It comes with every format there is.

    return Kept(graph_program(text, str(path)), f"{path.stem}.mc")


def open_file(path: Path) -> tuple[Kept, SavedSession | None]:
    """The program in a file, and where its person stood if the file holds a whole session.

    Raises `FileError` if the file cannot be read.
    """
    graph = graph_in(path)
    if graph is not None:
        return graph, None
    place = read_session(str(path)) if path.suffix == SESSION_SUFFIX else None
    text = text_of(path) if place is None else place.program
    return Kept(text, path.name, str(path.absolute()), text), place


def opened(path: Path | None, keeper: StateKeeper) -> tuple[Kept, str]:
    """The program to start with, and what to say about it.

    Without a file it is the one that was left last time, or the neuron at the first launch.
    Raises `FileError` if the file cannot be read.
    """
    kept = keeper.state.current
    if path is None:
        if kept is None:
            neuron = next(example for example in examples() if example.slug == "neuron")
            return Kept(neuron.text, "neuron.mc"), ""
        if kept.path and not unchanged_outside(kept):
            kept = kept._replace(saved=None)
        return kept, _left(kept)
    name, full = path.name, str(path.absolute())
    if not os.path.lexists(path):
        return Kept("", name, full), f"{name} does not exist yet. {with_keys('{save} creates it.')}"
    graph = graph_in(path)
    if graph is not None:
        if kept is not None:
            keeper.set_aside(kept)
        return graph, f"The graph in {name}, as a program. {name} itself is never changed."
    text = text_of(path)
    if kept is not None and (kept.path != full or _ended(kept.text) != _ended(text)):
        keeper.set_aside(kept)
        if kept.path == full:
            back = with_keys("{actions_letter} brings them back.")
            return Kept(text, name, full, text), f"{name} had changes you did not save. {back}"
    elif kept is not None and kept.place:
        return Kept(text, name, full, text, place=kept.place), _left(kept)
    return Kept(text, name, full, text), ""


def _left(kept: Kept) -> str:
    """What is said of a program that one comes back to."""
    return f"{kept.name} is as you left it. {with_keys('{actions_letter} lists examples and a new program.')}"


def unchanged_outside(program: Kept) -> bool:
    """Whether a program's file still holds what was read from it or saved to it last, or is not there."""
    path = Path(program.path)
    if not os.path.exists(path):
        return True
    try:
        return program.saved is not None and _ended(text_of(path)) == _ended(program.saved)
    except FileError:
        return False


def write_program(path: Path, text: str) -> None:
    """Write a program, whole or not at all. Raises `FileError` if that fails."""
    write_text(path, _ended(text))


def _ended(text: str) -> str:
    """A program as it stands in a file: its last line ends as well."""
    return text if text.endswith("\n") or not text else f"{text}\n"
