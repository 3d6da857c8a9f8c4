"""Pictures of diagrams as tests have them painted, without an app."""

from __future__ import annotations

from collections import defaultdict
from functools import partial

from rich.cells import cell_len

from microcrad.drawing.grouping import grouping
from microcrad.drawing.sight import Window
from microcrad.drawing.zooming import Zoom
from microcrad.session.session import Session
from microcrad.slices import finish
from microcrad.timeline.groups import TOP, Path
from tui.playground.diagram.folds import Folds
from tui.playground.diagram.paint import Painter
from tui.playground.diagram.picture import Picture, Wanted, picturing
from tui.widgets.glyphs import Glyphs, choose

__all__ = ["ASCII", "UNICODE", "painted", "picture_of", "wanted_of", "words"]

ASCII = choose({"MICROCRAD_GLYPHS": "ascii"})
UNICODE = Glyphs()


def picture_of(
    session: Session,
    zoom: Zoom = Zoom.BOXES,
    glyphs: Glyphs = UNICODE,
    folded: Path | None = None,
    *,
    opened: bool = False,
    down: bool = False,
) -> Picture:
    """The picture of a whole run: without groups, in one folded group, or with its own groups open."""
    at = session.snapshot.end
    paths = finish(Folds().finding_paths(at)) if opened else [folded or TOP] * at.log.node_count
    beside = session.run.right is not None
    grouped = partial(grouping, paths, lambda path: not opened)
    wanted = Wanted(at, grouped, (), zoom, down, beside, 200, 60, None)
    return finish(picturing(wanted, glyphs))


def painted(
    session: Session, picture: Picture | None = None, glyphs: Glyphs = UNICODE
) -> tuple[list[str], dict[str, set[tuple[int, int]]]]:
    """All of the picture at the session's moment: its rows, and the cells that have each look."""
    picture = picture or picture_of(session)
    painter = Painter(picture, session.moment, glyphs)
    view = Window(0, 0, picture.layout.width + 1, picture.layout.height)
    rows, looks = [], defaultdict(set)
    for y in range(view.height):
        spans = painter.row(y, view)
        rows.append("".join(text for text, _ in spans))
        assert cell_len(rows[-1]) == view.width
        x = 0
        for text, look in spans:
            for name in look.split():
                looks[name] |= {(x + i, y) for i in range(cell_len(text))}
            x += cell_len(text)
    return rows, looks


def words(rows: list[str]) -> str:
    """The text of some rows."""
    return "\n".join(rows)


def wanted_of(session: Session, width: int, height: int) -> Wanted:
    """What a pane of that size wants to show of a session's moment."""
    at, folds = session.snapshot, Folds()
    finish(folds.finding_paths(at))
    turns = folds.follow(session.moment)
    grouped = partial(folds.grouping, at)
    return Wanted(at, grouped, turns, None, None, False, width, height, session.selected)
