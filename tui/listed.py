"""What the action list holds now: the rows of the tables that apply, and what there is to open."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from microcrad.examples import examples
from tui.help import mode_table
from tui.palette import ListEntry, entries
from tui.playground.editor_commands import EDITING
from tui.widgets.themes import THEMES

if TYPE_CHECKING:
    from tui.app import PlaygroundApp

__all__ = ["listed"]


def listed(app: PlaygroundApp) -> Iterator[ListEntry]:
    """Everything that can be done now: by the tables, and with what there is to open and to choose."""
    yield from _by_the_tables(app)
    yield from _choices(app)


def _by_the_tables(app: PlaygroundApp) -> Iterator[ListEntry]:
    pane, playground = app.place.pane, app.playground
    rows = partial(entries, written=app.glyphs.key)
    if pane is not None and app.place.in_front:
        yield from rows(pane.TABLE, pane, "in the lesson, ")
    yield from rows(mode_table(app.stage), app.stage.shown)
    if app.stage.mode == "playground":
        for diagram in playground.fronts.shown_diagrams:
            yield from rows(diagram.TABLE, diagram, "in the diagram, ")
        yield from rows(EDITING, playground.editor)
    yield from rows(app.TABLE, app)


def _choices(app: PlaygroundApp) -> Iterator[ListEntry]:
    """What there is to look at, to open and to choose."""
    if app.stage.mode == "playground":
        for name, words in (("timeline", ("events", "log", "history")), ("heap", ("leak", "memory", "refs"))):
            show = partial(app.playground.fronts.show_alone, name)
            alone = f"{name.title()}: show the {name} alone; z gives the space back"
            yield ListEntry(alone, "", show, name.title(), words)
    for example in examples():
        opening = partial(app.programs.open_example, example)
        yield ListEntry(
            f"Example: {example.title}",
            f"Opens {example.slug}.mc",
            opening,
            "Example",
            ("examples", "sample"),
        )
    for path in app.keeper.state.files:
        opening = partial(app.programs.open_path, path)
        yield ListEntry(f"Open {Path(path).name}", path, opening, "Recent", ("recent", "file"))
    for kept in app.keeper.left:
        first = next((line for line in kept.text.splitlines() if line.strip()), "")
        yield ListEntry(f"Bring back {kept.name}", first, partial(app.programs.bring_back, kept))
    for name, theme in THEMES.items():
        choosing = partial(app.choose_theme, theme.name)
        yield ListEntry(
            f"Theme: {name}", "", choosing, "Theme", ("colours", "colors", "looks", "contrast", "mode")
        )
