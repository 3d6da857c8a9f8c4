"""What the action list holds now: the rows of the tables that apply, and what there is to open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from microcrad.examples import examples
from tui.help import mode_table
from tui.lessons.place import LessonPlace
from tui.palette import ListEntry, entries
from tui.playground.editor_commands import EDITING
from tui.programs import Programs
from tui.stage import Stage
from tui.state_file import StateKeeper
from tui.widgets.themes import THEMES

__all__ = ["in_modes", "to_choose"]

_BACK = ("set aside", "brought", "back", "restore", "recover", "previous", "lost", "before")


def in_modes(stage: Stage, place: LessonPlace) -> Iterator[ListEntry]:
    """What can be done in the mode that is on screen, and in the lesson there, by their tables."""
    pane, playground = place.pane, stage.playground
    rows = partial(entries, written=stage.glyphs.key)
    if pane is not None and place.in_front:
        yield from rows(pane.TABLE, pane, "in the lesson, ")
    yield from rows(mode_table(stage), stage.shown)
    if stage.mode == "playground":
        for diagram in playground.fronts.shown_diagrams:
            yield from rows(diagram.TABLE, diagram, "in the diagram, ")
        yield from rows(EDITING, playground.editor)


def to_choose(
    stage: Stage, programs: Programs, keeper: StateKeeper, choose_theme: Callable[[str], object]
) -> Iterator[ListEntry]:
    """What there is to look at, to open and to choose."""
    if stage.mode == "playground":
        for name, words in (("timeline", ("events", "log", "history")), ("heap", ("leak", "memory", "refs"))):
            show = partial(stage.playground.fronts.show_alone, name)
            yield ListEntry(name.title(), f"show the {name} alone; z gives the space back", show, words)
    for example in examples():
        opening = partial(programs.open_example, example)
        yield ListEntry("Example", example.title, opening, ("examples", "sample"), more=f"{example.slug}.mc")
    for path in keeper.state.files:
        opening = partial(programs.open_path, path)
        yield ListEntry("Recent", Path(path).name, opening, ("opened", "file"), more=path)
    for kept in keeper.left:
        bringing = partial(programs.bring_back, kept)
        yield ListEntry("Bring back", kept.name, bringing, _BACK, more=_outline(kept.text))
    for word in THEMES:
        choosing = partial(choose_theme, word)
        yield ListEntry("Theme", word, choosing, ("colours", "colors", "looks", "contrast", "mode"))


def _outline(text: str) -> str:
    """What tells a program from others that begin like it: how long it is, its first and its last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    ends = " ... ".join(dict.fromkeys([*lines[:1], *lines[-1:]]))
    return f"{len(lines)} {'line' if len(lines) == 1 else 'lines'}: {ends}" if lines else ""
