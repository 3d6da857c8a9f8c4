"""The painter of diagrams, without an app: what is painted at every moment is what the layout says."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace

import pytest
from rich.cells import cell_len
from screens import EXAMPLES

from microcrad.drawing.layout import layout
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.slices import finish
from microcrad.timeline.groups import TOP, Path
from tui.playground.diagram.box_room import Zoom
from tui.playground.diagram.folds import Folds
from tui.playground.diagram.paint import Painter, Viewport
from tui.playground.diagram.picture import Picture, Wanted, fitting, picturing
from tui.playground.diagram.wires import DOWN, LEFT, RIGHT, UP, Wires
from tui.widgets.glyphs import Glyphs, choose

ASCII = choose({"MICROCRAD_GLYPHS": "ascii"})
UNICODE = Glyphs()


def picture_of(
    session: Session,
    zoom: Zoom = Zoom.BOXES,
    glyphs: Glyphs = UNICODE,
    folded: Path | None = None,
    *,
    opened: bool = False,
) -> Picture:
    """The picture of a session's run: without groups, in one folded group, or with its own groups open."""
    at = session.snapshot
    paths = Folds.paths(at) if opened else [folded or TOP] * at.log.node_count
    wanted = Wanted(at, paths, lambda path: not opened, zoom, session.run.right is not None, 200, None)
    return finish(picturing(wanted, glyphs))


def painted(
    session: Session, picture: Picture | None = None, glyphs: Glyphs = UNICODE
) -> tuple[list[str], dict[str, set[tuple[int, int]]]]:
    """All of the picture at the session's moment: its rows, and the cells that have each look."""
    picture = picture or picture_of(session)
    painter = Painter(picture, session.moment, glyphs)
    view = Viewport(0, 0, picture.layout.width + 1, picture.layout.height)
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


@pytest.mark.parametrize("seed", range(25))
def test_wires_are_found_by_row(seed: int) -> None:
    """Like going through all cells of all wires."""
    from layouts import random_graph

    drawn = layout(*random_graph(seed))
    count = random.Random(seed).randint(0, len(drawn.boxes))
    expected: dict[tuple[int, int, bool], tuple[int, int]] = {}
    for source, first, x0, y0, x1, y1 in drawn.wires:
        for x in range(x0, x1 + 1) if first < count else ():
            for y in range(y0, y1 + 1):
                ways = (UP * (y > y0)) | (DOWN * (y < y1)) | (LEFT * (x > x0)) | (RIGHT * (x < x1))
                before = expected.get((x, y, y0 == y1), (source, 0))[1]
                expected[x, y, y0 == y1] = source, before | ways
    index = Wires.of(drawn.wires)
    left, right = 3, drawn.width - 2
    for y in range(drawn.height):
        cells = index.row(y, left, right, count)
        for x in range(left, right):
            cell = cells.get(x)
            for across in (True, False):
                found = (-1, 0) if cell is None else cell[:2] if across else cell[2:]
                assert found == expected.get((x, y, across), (-1, 0))


@pytest.mark.parametrize("zoom", Zoom)
@pytest.mark.parametrize("example", ["neuron", "shared", "descent", "leak", "use-after-free", "cascade"])
def test_at_every_moment_what_is_born_is_painted(example: str, zoom: Zoom) -> None:
    """A box for each node there is, an arrowhead for each operand slot, and nothing of what comes later."""
    session = Session(EXAMPLES[example])
    picture = picture_of(session, zoom)
    shown, drawn = picture.shown, picture.layout
    for position in range(0, len(session.log) + 1, 8):
        session.go(position)
        rows, looks = painted(session, picture)
        born = len(session.snapshot.nodes)
        assert Painter(picture, session.moment, UNICODE).born == born
        for part, box in enumerate(drawn.boxes):
            inside = rows[box.y][box.x : box.x + box.width]
            assert bool(inside.strip()) == (part < born)
        lit = set(Painter(picture, session.moment, UNICODE).flow.edges)
        for index, edge in enumerate(shown.edges):
            x, y = drawn.route(index)[-1]
            if edge.target >= born:
                assert rows[y][x] == " "
            elif index not in lit:
                assert rows[y][x] == "►"
        freed = {node for node in session.snapshot.nodes if not session.snapshot.row(node).live}
        assert bool(freed) == bool(looks["freed"])


def test_a_box_says_everything() -> None:
    session = Session(EXAMPLES["neuron"])
    session.go(len(session.log) - 1)
    for zoom, facts in (
        (Zoom.BOXES, ["x*w ", " * ", "data -6", "grad  0.4200", "refs 1", "tanh", "0.7616"]),
        (Zoom.LINES, ["* -6←0.4200&1", "n 1←0.4200&2", "0.7616←1&1"]),
        (Zoom.SIGNS, ["(x)", "(b)", "*", "+", "tanh"]),
    ):
        text = words(painted(session, picture_of(session, zoom))[0])
        assert [fact for fact in facts if fact not in text] == []


def test_x_times_x_has_two_arrowheads() -> None:
    session = Session("x = 3\ny = x*x\n")
    for zoom in Zoom:
        assert words(painted(session, picture_of(session, zoom))[0]).count("►") == 2


def test_the_edge_that_carries_the_gradient_is_lit() -> None:
    """Drawn double, its head at the operand, the number on it; no head at the user."""
    session = Session(EXAMPLES["neuron"])
    make_move(session, "next")
    assert "◄" not in words(painted(session)[0])
    make_move(session, "next")
    rows, looks = painted(session)
    lit = "".join(rows[y][x] for x, y in sorted(looks["flow-back"]))
    assert lit == "◄═0.4200══"
    make_move(session, "next")
    rows, looks = painted(session)
    picture = picture_of(session)
    log, node = session.log, session.log.subjects[session.current_event or 0]
    assert log.operation(node).symbol == "*"
    ends = [picture.layout.route(edge) for edge in Painter(picture, session.moment, UNICODE).flow.edges]
    assert len(ends) == 1
    assert rows[ends[0][0][1]][ends[0][0][0]] == "◄"
    assert rows[ends[0][-1][1]][ends[0][-1][0]] == "═"


def test_a_computation_lights_the_edges_to_its_operands() -> None:
    session = Session(EXAMPLES["neuron"])
    session.go(0)
    make_move(session, "next")
    rows, looks = painted(session)
    lit = [rows[y][x] for x, y in sorted(looks["flow"])]
    assert lit.count("►") == 2
    assert session.snapshot.label(session.log.subjects[session.current_event or 0]) == "x*w"


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_selected_current_and_shared_have_their_glyphs(glyphs: Glyphs) -> None:
    session = Session(EXAMPLES["shared"])
    make_move(session, "next")
    make_move(session, "next")
    rows, looks = painted(session, picture_of(session, glyphs=glyphs), glyphs)
    text = words(rows)
    assert text.count(glyphs.shared) >= 1
    assert sum(len(text.split(corner)) - 1 for corner in glyphs.chosen_frame[0]) >= 1
    assert [rows[y][x] for x, y in looks["current"]] == [glyphs.at_backward]
    assert looks["selected"]


def test_everything_is_ascii_where_that_is_asked_for() -> None:
    """Every moment of every example at every zoom."""
    for text in EXAMPLES.values():
        session = Session(text)
        for zoom in Zoom:
            picture = picture_of(session, zoom, ASCII)
            for position in range(0, len(session.log) + 1, 23):
                session.go(position)
                assert words(painted(session, picture, ASCII)[0]).isascii()


def test_leaked_and_freed_nodes_have_their_glyphs() -> None:
    session = Session(EXAMPLES["leak"])
    make_move(session, "last")
    rows, looks = painted(session)
    text = words(rows)
    assert text.count(UNICODE.leaked) == len(session.snapshot.leaks)
    assert looks["leaked"]
    assert text.count(UNICODE.freed) == session.snapshot.heap.freed


def test_with_a_fault_the_wrong_number_is_marked() -> None:
    """The right one stands below it, and the first wrong edge is marked as such."""
    session = Session(EXAMPLES["shared"])
    session.switch_fault("overwrite")
    comparison = session.moment.comparison
    assert comparison is not None
    assert comparison.first_wrong is not None
    session.go(comparison.first_wrong.position)
    rows, looks = painted(session)
    assert "right" in words(rows)
    wrong = {rows[y] for _, y in looks["wrong"]}
    assert any(f"grad{UNICODE.fault}" in row for row in wrong)
    assert looks["flow-wrong"]
    assert any(UNICODE.fault in rows[y] for _, y in looks["flow-wrong"])


def test_a_folded_group_says_how_many_nodes_it_has() -> None:
    session = Session("x = 1\ny = tanh(x)\nz = y + x\n")
    for zoom in Zoom:
        rows, _ = painted(session, picture_of(session, zoom, folded=("l0",)))
        assert "▸" in words(rows)
        assert ("3 nodes" in words(rows)) == (zoom is not Zoom.SIGNS)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("zoom", Zoom)
def test_open_groups_have_frames_with_their_names(zoom: Zoom, glyphs: Glyphs) -> None:
    """At every moment those with a box in them; the name of the one that enter would close stands out."""
    session = Session(EXAMPLES["mlp"])
    picture = picture_of(session, zoom, glyphs, opened=True)
    names = {
        ".".join(path): frame for path, frame in zip(picture.shown.frames, picture.layout.frames, strict=True)
    }
    assert set(names) == {"l0", "l0.n0", "l0.n1", "l1"}
    for position in range(0, len(session.log) + 1, 8):
        session.go(position)
        rows, looks = painted(session, picture, glyphs)
        born = Painter(picture, session.moment, glyphs).born
        for frame in picture.layout.frames:
            upper = rows[frame.y][frame.x : frame.x + frame.width]
            assert bool(upper.strip()) == (frame.first < born)
            assert ((frame.x, frame.y) in looks["group"]) == (frame.first < born)
        born_frames = [frame for frame in picture.layout.frames if frame.first < born]
        assert all(
            any(x in (f.x, f.x + f.width - 1) or y in (f.y, f.y + f.height - 1) for f in born_frames)
            for x, y in looks["group"]
        )
    text = words(rows)
    assert all(f" {glyphs.open} {name} " in text for name in names)
    session.select(next(node for node in session.snapshot.nodes if session.snapshot.label(node) == "l0.n1.b"))
    rows, looks = painted(session, picture, glyphs)
    bold = "".join(
        rows[y][x] for x, y in sorted(looks["near"], key=lambda cell: cell[::-1]) if rows[y][x].isalnum()
    )
    assert bold == "l0n1"


@pytest.mark.parametrize("zoom", Zoom)
def test_what_is_painted_is_the_same_wherever_one_looks(zoom: Zoom) -> None:
    """Cut at any column, but for names of groups, which keep in sight, and numbers on the way."""
    session = Session(EXAMPLES["mlp"])
    picture = picture_of(session, zoom, opened=True)
    rows, _ = painted(session, picture)
    painter = Painter(picture, session.moment, UNICODE)
    titles = {frame.y for frame in picture.layout.frames}
    for left in range(0, picture.layout.width, 7):
        for y in set(range(picture.layout.height)) - titles:
            row = "".join(text for text, _ in painter.row(y, Viewport(left, 0, 9, 20)))
            assert row == rows[y].ljust(left + 9)[left : left + 9]
    for box in picture.layout.boxes if zoom is Zoom.BOXES else ():
        for y in range(box.y + 1, box.y + box.height - 1):
            assert rows[y][box.x] in "│┃"
            assert rows[y][box.x + box.width - 1] in "│┃├┣"
    for frame, path in zip(picture.layout.frames, picture.shown.frames, strict=True):
        if frame.width > 60:
            row = painter.row(frame.y, Viewport(frame.x + 20, 0, 30, 20))
            assert path[-1] in "".join(text for text, _ in row)


def test_a_turn_of_a_loop_is_named_without_its_line_where_there_is_no_room() -> None:
    """The line says which loop it is; the rest says more."""
    session = Session("w = 1\nfor step in range(3):\n    w = w*w + 2\n")
    for zoom, text in ((Zoom.BOXES, "▸ step=1 "), (Zoom.LINES, "▸ step=1 "), (Zoom.SIGNS, "▸step=1")):
        at = session.snapshot
        wanted = Wanted(at, Folds.paths(at), lambda path: True, zoom, False, 200, None)
        shown = words(painted(session, finish(picturing(wanted, UNICODE)))[0])
        assert text in shown
        assert "…" not in shown


@pytest.mark.parametrize("example", ["mlp", "descent", "two-inputs"])
def test_fitting_takes_the_largest_zoom_that_fits(example: str) -> None:
    """In both directions; the smallest where none does."""
    session = Session(EXAMPLES[example])
    at = session.snapshot
    paths = Folds.paths(at)
    sizes = []
    for zoom in sorted(Zoom, reverse=True):
        wanted = Wanted(at, paths, lambda path: True, zoom, False, 10_000, None)
        drawn = finish(picturing(wanted, UNICODE)).layout
        sizes.append((drawn.width, drawn.height))
    for width in {width + by for width, _ in sizes for by in (0, -1)}:
        for height in {height + by for _, height in sizes for by in (0, -1)}:
            wanted = Wanted(at, paths, lambda path: True, Zoom.SIGNS, False, width, None)
            alone = [
                finish(picturing(replace(wanted, zoom=zoom), UNICODE)) for zoom in sorted(Zoom, reverse=True)
            ]
            fit = [each for each in alone if each.layout.width <= width and each.layout.height <= height]
            assert finish(fitting(wanted, height, UNICODE)).layout == (fit or alone[-1:])[0].layout


def test_wide_names_keep_everything_in_its_column() -> None:
    """Names may be written in any script; a box cut by the edge of the view too."""
    session = Session("変数変数変数変数変数 = 2\ny = 変数変数変数変数変数 * 3\nz = y*y\n")
    for zoom in Zoom:
        picture = picture_of(session, zoom)
        painted(session, picture)
        painter = Painter(picture, session.moment, UNICODE)
        for left in range(picture.layout.width):
            for y in range(picture.layout.height):
                row = painter.row(y, Viewport(left, 0, 9, 20))
                assert sum(cell_len(text) for text, _ in row) == 9
