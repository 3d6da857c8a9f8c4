"""The rows of the tree without an app: names, indentation and columns at any width."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.style import Style
from screens import EXAMPLES
from textual.widget import Widget

from microcrad.session.session import Session
from microcrad.text.numbers import short
from microcrad.timeline.outline import FREED_GROUP, outline
from microcrad.timeline.telling import EVERYTHING, Telling
from tui.playground.nothing_yet import nothing_yet
from tui.playground.tree_painter import TreePainter
from tui.playground.tree_sight import COLUMNS, Sight, WrittenRow
from tui.playground.what_to_say import KEPT_BACK, Words, invitation
from tui.widgets.glyphs import Glyphs, choose

DEEP = "y = 7.055e190\nfor i in range(40):\n  y = y*0.99 + 1\nbackward(y)\n"
LAYERS = "".join(
    f"encoder.layer{i}.out = tanh(encoder.layer0.weight*encoder.layer{i - 1}.out + {i}00)\n"
    for i in range(1, 9)
)
NAMED = (
    "encoder.layer0.out = 0.5\nencoder.layer0.weight = 0.3\n" + LAYERS
    + "loss = (encoder.layer8.out - 1)**2\nbackward(loss)\n"
)  # fmt: skip
UNICODE = Glyphs()


def painted(
    session: Session, width: int, first: int = 0, glyphs: Glyphs = UNICODE, chosen: int | None = None
) -> tuple[Sight, list[str]]:
    """Sixteen rows of a session's outline, with all open."""
    painter = TreePainter(lambda name="": Style(), glyphs, lambda node: 3)  # type: ignore[arg-type]
    rows, moment = outline(session.snapshot, freed_open=True)[first : first + 16], session.moment
    sight = painter.sight(rows, moment, width, None if chosen is None else rows[chosen].depth)
    strips = [painter.row(sight, line, moment, width, selected=False) for line in range(len(rows))]
    return sight, ["".join(segment.text for segment in strip) for strip in strips]


@pytest.mark.parametrize("glyphs", [UNICODE, choose({"MICROCRAD_GLYPHS": "ascii"})])
@pytest.mark.parametrize("width", [24, 30, 46, 74, 120])
@pytest.mark.parametrize("first", [0, 30])
def test_a_name_can_be_read_and_numbers_never_touch(width: int, first: int, glyphs: Glyphs) -> None:
    """However deep a row, and however long its numbers are."""
    session = Session(DEEP)
    session.go(len(session.log))
    sight, rows = painted(session, width, first, glyphs)
    assert rows
    for shown, row in zip(sight.rows, rows, strict=True):
        assert cell_len(row) == width
        name = session.snapshot.label(shown.row.node)
        assert name[:5] in row
        if shown.row.again:
            continue
        at = sight.names
        for column, size in sight.columns:
            assert row[at] == " ", column
            if column in ("data", "grad"):
                node = session.snapshot.row(shown.row.node)
                assert row[at : at + size].strip() == short(getattr(node, column))
            at += size
    if glyphs is not UNICODE:
        assert "".join(rows).isascii()


@pytest.mark.parametrize("width", [46, 60, 74])
def test_a_row_is_never_left_of_the_one_that_it_stands_under(width: int) -> None:
    """What of the indentation is scrolled away is marked in the rows that lost some."""
    session = Session(DEEP)
    for first in (0, 5, 40):
        sight, rows = painted(session, width, first)
        indents = [sight.indent(shown) for shown in sight.rows]
        for shown, indent, row in zip(sight.rows, indents, rows, strict=True):
            assert all(
                other <= indent
                for above, other in zip(sight.rows, indents, strict=True)
                if above.row.depth < shown.row.depth
            )
            assert ("…" in row[: indent + 1]) == (0 < indent < shown.row.depth)


def test_of_a_deep_graph_each_name_is_whole_and_the_selected_row_stands_over_what_is_below_it() -> None:
    """In the 46 cells that a screen of 80 gives the tree: numbers close up, and columns go before that."""
    session = Session(NAMED)
    session.go(len(session.log))
    rows = outline(session.snapshot, freed_open=True)
    assert max(row.depth for row in rows) > 12
    for first in range(0, len(rows) - 16, 3):
        for chosen in range(15):
            sight, texts = painted(session, 46, first, chosen=chosen)
            for shown, text in zip(sight.rows, texts, strict=True):
                assert not shown.named or f" {shown.text} " in text
                assert cell_len(text) == 46
            below = sight.rows[chosen + 1]
            if below.row.depth > sight.rows[chosen].row.depth:
                assert sight.indent(below) == sight.indent(sight.rows[chosen]) + 1
            assert {"data", "grad"} <= {name for name, _ in sight.columns}


def test_of_a_name_that_has_no_room_the_end_is_read() -> None:
    """It is what tells it from its neighbours."""
    session = Session("network.layer0.neuron0.weight0 = 1\nnetwork.layer0.neuron0.weight1 = 2\n")
    assert {row.split()[0][-15:] for row in painted(session, 40)[1]} == {"neuron0.weight0", "neuron0.weight1"}


@pytest.mark.parametrize(
    ("label", "named"),
    [("net#2.head0.p2.share[1]", True), ("net.l0.n3", True), ("a*3", False), ("(a)", False)],
)
def test_what_has_a_name_inside_a_network_is_read_as_one(label: str, named: bool) -> None:
    """Though nothing is called so any more; an expression may be cut."""
    at = Session("a = 2\na*3\n").snapshot
    row = next(each for each in outline(at) if not each.again)
    node = at.row(row.node)._replace(name=None, label=label)
    written = WrittenRow(row, node, "", label, "", "", {})
    assert written.named == named
    assert (written.least == len(label)) == (named or len(label) <= 12)


@pytest.mark.parametrize(("example", "widest"), [("neuron", " ▾ x*w  "), ("shared", "  x ≡ ")])
def test_the_columns_stand_beside_the_widest_name(example: str, widest: str) -> None:
    """And not at the right edge of the pane, however wide that is."""
    session = Session(EXAMPLES[example])
    for width in (74, 200):
        sight, rows = painted(session, width)
        names = max(
            len(row[: sight.names].rstrip())
            for shown, row in zip(sight.rows, rows, strict=True)
            if not shown.row.again
        )
        assert sight.names == max(names + 1, 9)
        assert any(widest in row for row in rows)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (57, ["op", "data", "grad", "right", "refs"]),
        (46, ["op", "data", "grad", "right", "refs"]),  # Closer.
        (42, ["op", "grad", "right", "refs"]),
        (20, ["grad"]),
    ],
)
def test_a_fault_keeps_the_data_where_there_is_room(width: int, expected: list[str]) -> None:
    session = Session(EXAMPLES["shared"])
    assert painted(session, 46)[0].columns == COLUMNS
    session.switch_fault("overwrite")
    session.go(len(session.log))
    sight, rows = painted(session, width)
    assert [name for name, _ in sight.columns] == expected
    wrong = [row for row in rows if UNICODE.fault in row]
    assert wrong
    assert all(f" {UNICODE.fault} 3 " in row for row in wrong), "beside its number"


def test_what_is_selected_is_underlined_but_for_the_sign_of_what_is_wrong() -> None:
    """A line across the blank between the two would look like a rule."""
    session = Session(EXAMPLES["shared"])
    session.switch_fault("overwrite")
    session.go(len(session.log))
    looks = {"selected": Style(underline=True), "wrong": Style(bold=True)}
    painter = TreePainter(lambda name="": looks.get(name, Style()), UNICODE, lambda node: 0)  # type: ignore
    rows, moment = outline(session.snapshot), session.moment
    strip = painter.row(painter.sight(rows, moment, 60), 2, moment, 60, selected=True)
    lines = ["".join(part.text for part in strip if bool(part.style and part.style.underline) is on)
             for on in (True, False)]  # fmt: skip
    assert lines[0].split() == ["x3374"]
    assert UNICODE.fault in lines[1]


@pytest.mark.parametrize(("width", "first"), [(43, 8), (48, 8), (49, 11)])
def test_before_an_expression_is_cut_the_numbers_close_up(width: int, first: int) -> None:
    """They have blanks to give; where there is room for both, both have it."""
    sight, rows = painted(
        Session("first = 0.5\nsecond = 0.25\nthird = first*second + 1\nbackward(third)\n"), width
    )
    assert sight.columns[1] == ("data", first)
    assert not any(UNICODE.ellipsis in row for row in rows)


def test_a_grad_stands_out_once_it_has_arrived() -> None:
    """One of 0 as well, until it is cleared; before that all of them are quiet."""
    session = Session("x = -1\ny = relu(x)\nbackward(y)\ny.grad = 0\n")
    looked: list[str] = []
    painter = TreePainter(lambda name="": looked.append(name) or Style(), UNICODE, lambda node: 0)  # type: ignore
    loud = []
    for position in range(session.snapshot.backwards[0], len(session.log) + 1):
        session.go(position)
        looked.clear()
        rows, moment = outline(session.snapshot), session.moment
        sight = painter.sight(rows, moment, 60)
        for line in range(len(rows)):
            painter.row(sight, line, moment, 60, selected=False)
        loud.append((looked.count("grad"), looked.count("quiet")))
    assert loud[:3] == [(0, 2), (1, 1), (2, 0)]
    assert loud[-1] == (1, 1)


def test_what_was_freed_is_a_row_that_says_how_much() -> None:
    session = Session(EXAMPLES["use-after-free"])
    session.go(len(session.log))
    sight, rows = painted(session, 46)
    line = next(line for line, shown in enumerate(sight.rows) if shown.row.node == FREED_GROUP)
    assert rows[line].startswith(" ▾ □ 1 freed node ")


def test_an_empty_tree_says_that_a_lesson_keeps_back_what_would_be_there() -> None:
    """And invites nobody to type a program that is there already; in the 46 cells of a screen of 80."""
    session = Session("x = 3\ny = x**2\n")
    session.veil(Telling(events=0))
    painter = TreePainter(lambda name="": Style(), UNICODE, lambda node: 3)  # type: ignore[arg-type]
    assert (
        painter.empty(nothing_yet(None, session.moment, ""), 46).text.strip()
        == invitation(session.moment)
        == KEPT_BACK
    )
    session.veil(EVERYTHING)
    assert KEPT_BACK not in {
        painter.empty(nothing_yet(None, session.moment, ""), 46).text.strip(),
        invitation(session.moment),
    }


def test_how_to_leave_the_editor_is_said_only_to_who_is_in_it() -> None:
    """Afterwards it says again what it said before, and of what was typed meanwhile what there is to say."""
    moment, words = Session(EXAMPLES["neuron"]).moment, Words()
    words.hint = invitation(moment)
    for _ in range(2):
        words.go_typing()
        words.turn(moment, Widget(id="program"))
        assert words.sentence(moment, []) == "Typing in the program. esc or tab leaves it."
        words.turn(moment, Widget(id="graph"))
        assert words.sentence(moment, []) == invitation(moment)
    words.go_typing()
    words.turn(moment, Widget(id="answer"))  # There one types as well.
    assert words.sentence(moment, []) == invitation(moment, typing=True)
    words.turn(moment, Widget(id="graph"))
    words.go_typing()
    words.turn(moment, Widget(id="program"))
    words.hint = ""  # As once something is typed.
    words.turn(moment, Widget(id="graph"))
    assert words.sentence(moment, []) == moment.sentence
