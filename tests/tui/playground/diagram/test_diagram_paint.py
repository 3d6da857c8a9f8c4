"""The painter of diagrams, without an app: what is painted at every moment is what the layout says."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial
from itertools import product

import pytest
from pictures import ASCII, UNICODE, painted, picture_of, wanted_of, words
from rich.cells import cell_len
from samples import share, spread
from screens import EXAMPLES

from microcrad.drawing.grouping import grouping
from microcrad.drawing.sight import Window
from microcrad.drawing.zooming import Zoom
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.slices import finish
from microcrad.timeline.telling import EVERYTHING, Telling
from tui.playground.diagram.folds import Folds
from tui.playground.diagram.paint import Painter
from tui.playground.diagram.picture import Wanted, picturing
from tui.playground.diagram.wires import DOWN, LEFT, RIGHT, UP, Wires
from tui.widgets.glyphs import Glyphs


@pytest.mark.parametrize("seed", range(25))
def test_wires_are_found_by_row(seed: int) -> None:
    """Like going through all cells of all wires."""
    from layouts import laid_out, random_graph

    drawn = laid_out(*random_graph(seed))
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


@pytest.mark.parametrize(
    ("example", "zoom", "down"),
    spread(
        13, product(["neuron", "shared", "descent", "leak", "use-after-free", "cascade"], Zoom, [False, True])
    ),
)
def test_at_every_moment_what_is_born_is_painted(example: str, zoom: Zoom, down: bool) -> None:
    """A box for each node there is, an arrowhead for each operand slot, and nothing of what comes later."""
    session = Session(EXAMPLES[example])
    picture = picture_of(session, zoom, down=down)
    shown, drawn = picture.shown, picture.layout
    for position in range(0, len(session.log) + 1, 24):
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
                assert rows[y][x] not in "►▼"
            elif index not in lit:
                assert rows[y][x] == ("►" if drawn.across(index) else "▼")
        freed = {node for node in session.snapshot.nodes if not session.snapshot.row(node).live}
        assert bool(freed) == bool(looks["freed"])


def test_a_box_says_everything() -> None:
    session = Session(EXAMPLES["neuron"])
    session.go(len(session.log) - 1)
    for zoom, facts in (
        (Zoom.BOXES, ["x*w ", " * ", "data -6", "grad  0.4200", "refs 1", "tanh", "0.7616"]),
        (Zoom.CARDS, ["x*w ", "→ -6 ", "← 0.4200", "→ 0.7616"]),
        (Zoom.LINES, ["* -6←0.420", "n 1←0.420", "0.762←1"]),
        (Zoom.SIGNS, ["(x)", "(b)", "*", "n", "o"]),
    ):
        text = words(painted(session, picture_of(session, zoom))[0])
        assert [fact for fact in facts if fact not in text] == []


@pytest.mark.parametrize("zoom", [Zoom.BOXES, Zoom.CARDS, Zoom.LINES])
def test_before_the_first_gradient_no_grad_is_shown(zoom: Zoom) -> None:
    """Which leaves room for more of the graph; one that is asked for is shown as a question mark."""
    session, sizes = Session(EXAMPLES["neuron"]), []
    first = session.snapshot.backwards[0]
    for position, telling, grads in (
        (first, EVERYTHING, False),
        (first + 1, EVERYTHING, True),
        (first, Telling("x", "grad"), True),
    ):
        session.telling = telling
        session.go(position)
        assert session.snapshot.graded == grads
        wanted = replace(wanted_of(session, 120, 40), zoom=zoom)
        picture = finish(picturing(wanted, UNICODE))
        text = words(painted(session, picture)[0])
        assert ("grad" in text or "←" in text) == grads
        assert ("?" in text) == (telling is not EVERYTHING)
        sizes.append(picture.layout.width * picture.layout.height)
    assert sizes[0] < sizes[1]


def test_x_times_x_has_two_arrowheads() -> None:
    session = Session("x = 3\ny = x*x\n")
    for zoom in Zoom:
        assert words(painted(session, picture_of(session, zoom))[0]).count("►") == 2
        assert words(painted(session, picture_of(session, zoom, down=True))[0]).count("▼") == 2


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


@pytest.mark.slow
def test_everything_is_ascii_where_that_is_asked_for() -> None:
    """Moments of every example, but for the largest, at every zoom."""
    for session in map(Session, EXAMPLES.values()):
        if session.snapshot.node_count > 400:
            continue
        for number, zoom in enumerate(Zoom):
            picture = picture_of(session, zoom, ASCII, down=number % 2 == 0)
            for position in range(0, len(session.log) + 1, 1 + len(session.log) // share(20)):
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


@pytest.mark.slow
@pytest.mark.parametrize(("zoom", "glyphs"), spread(2, product(Zoom, (UNICODE, ASCII))))
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
    """Cut at any column, but for names of groups, which keep in sight, and numbers on the way.

    A word or number that is cut has a mark: what is left of it would be read as another one.
    """
    session = Session(EXAMPLES["mlp"])
    picture = picture_of(session, zoom, opened=True)
    rows, _ = painted(session, picture)
    painter = Painter(picture, session.moment, UNICODE)
    titles = {frame.y for frame in picture.layout.frames}
    for left in range(0, picture.layout.width, 7):
        for y in set(range(picture.layout.height)) - titles:
            row = "".join(text for text, _ in painter.row(y, Window(left, 0, 9, 20)))
            whole = rows[y].ljust(left + 9)
            assert row[1:-1] == whole[left + 1 : left + 8]
            for shown, cell, beyond in ((row[0], left, left - 1), (row[-1], left + 8, left + 9)):
                there, next_to = whole[cell], whole[beyond : beyond + 1]
                if there.isalnum() and (next_to.isalnum() or next_to == "."):
                    assert shown == "…"
                else:
                    assert shown in (there, "…")
    for box in picture.layout.boxes if zoom is Zoom.BOXES else ():
        for y in range(box.y + 1, box.y + box.height - 1):
            assert rows[y][box.x] in "│┃"
            assert rows[y][box.x + box.width - 1] in "│┃├┣"
    for frame, path in zip(picture.layout.frames, picture.shown.frames, strict=True):
        if frame.width > 60:
            row = painter.row(frame.y, Window(frame.x + 20, frame.y - 4, 30, 40))
            assert path[-1] in "".join(text for text, _ in row)


def test_turns_in_a_row_are_one_box_with_their_count() -> None:
    """Named without the loop's line where there is little room, then without their numbers."""
    session = Session("w = 1\nfor step in range(12):\n    w = w*w + 2\n")
    at, paths = session.snapshot.end, finish(Folds().finding_paths(session.snapshot))
    for zoom, facts in (
        (Zoom.BOXES, ["▸ step=0..11 ", "12 turns", "36 nodes"]),
        (Zoom.CARDS, ["▸ step ", "12 turns", "36 nodes"]),
        (Zoom.LINES, ["▸ step ", "12 turns", "36 nodes"]),
        (Zoom.SIGNS, ["▸step=0…"]),
    ):
        grouped = partial(grouping, paths, lambda path: True)
        wanted = Wanted(at, grouped, (), zoom, False, False, 200, 60, None)
        session.go(len(session.log))
        shown = words(painted(session, finish(picturing(wanted, UNICODE)))[0])
        assert [fact for fact in facts if fact not in shown] == []


def test_wide_names_keep_everything_in_its_column() -> None:
    """Names may be written in any script; a box cut by the edge of the view too."""
    session = Session("変数変数変数変数変数 = 2\ny = 変数変数変数変数変数 * 3\nz = y*y\n")
    for zoom in Zoom:
        picture = picture_of(session, zoom)
        painted(session, picture)
        painter = Painter(picture, session.moment, UNICODE)
        for left in range(picture.layout.width):
            for y in range(picture.layout.height):
                row = painter.row(y, Window(left, 0, 9, 20))
                assert sum(cell_len(text) for text, _ in row) == 9
