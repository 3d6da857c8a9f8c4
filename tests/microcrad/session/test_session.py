"""The session: texts in, moves, selections, and a place that is kept."""

from __future__ import annotations

import random

import pytest
from programs import NEURON, TWO_ROADS, random_program
from samples import seeds, share

from microcrad.diagnosis.diagnosis import Trouble
from microcrad.run.interpreter import Limits
from microcrad.session.breakpoints import Breakpoint, BreakpointKind
from microcrad.session.moves import MOVES, make_move
from microcrad.session.session import Session
from microcrad.timeline.log import Kind, View
from microcrad.timeline.sentences import sentence

VIEWS = pytest.mark.parametrize("view", list(View))
BOTH = pytest.mark.parametrize("ownership", ["auto", "manual"])


def selected(session: Session) -> str | None:
    """The label of the selected node."""
    return None if session.selected is None else session.snapshot.label(session.selected)


def walk(session: Session) -> list[int]:
    """The positions that `next` visits from the start to the end."""
    make_move(session, "first")
    stops = [0]
    while True:
        make_move(session, "next")
        if session.notice:
            return stops
        stops.append(session.position)


def test_the_first_screen() -> None:
    """The neuron stands just before backward, with its output selected, ready to send the first gradient."""
    session = Session(NEURON)
    assert (session.view, session.moment.progress) == (View.MATH, (3, 9))
    assert selected(session) == "o"
    assert (session.up_to_date, session.errors, session.run.ownership) == (True, (), "auto")
    assert session.next_event is not None
    assert session.log.event(session.next_event).kind is Kind.SEED
    assert session.snapshot.row(session.snapshot.names["o"]).grad == 0
    make_move(session, "next")
    assert session.snapshot.row(session.snapshot.names["o"]).grad == 1
    make_move(session, "next")
    assert (session.moment.progress, selected(session)) == ((5, 9), "n")


def test_a_program_without_backward_stands_at_its_end() -> None:
    """There is nothing to stand before. Manual programs are walked by every event."""
    session = Session("# ownership: manual\na = 2")
    assert session.position == len(session.log)
    assert (session.view, session.run.ownership) == (View.ALL, "manual")


@VIEWS
@BOTH
def test_next_then_previous_returns(view: View, ownership: str) -> None:
    """From every stop of a walk; and the walk back visits the same places as the walk there."""
    for seed in seeds(60):
        session = Session(random_program(seed, ownership))
        session.view = view
        stops = walk(session)
        assert stops[-1] == len(session.log)
        assert stops == sorted(set(stops))
        back = [session.position]
        while session.position:
            make_move(session, "previous")
            back.append(session.position)
        assert back == stops[::-1]
        make_move(session, "previous")
        assert session.notice == "First event."
        for stop in stops[:-1]:
            session.go(stop)
            make_move(session, "next")
            make_move(session, "previous")
            assert session.position == stop


@VIEWS
@BOTH
def test_next_moves_on_by_one_event_of_the_view(view: View, ownership: str) -> None:
    """From anywhere, one more event of the view has happened, until there is none.

    Where `backward` starts is a stop of its own, for what was allocated since the event before it.
    """
    for seed in seeds(40):
        session = Session(random_program(seed, ownership))
        session.view = view
        for position in range(len(session.log)):
            session.go(position)
            done, total = session.moment.progress
            make_move(session, "next")
            at_backward = session.position in session.log.seeds
            assert session.moment.progress in (
                (min(done + 1, total), total),
                (done, total) if at_backward else None,
            )
            assert session.position > position
            session.go(position + 1)
            done, _ = session.moment.progress
            make_move(session, "previous")
            assert session.position <= position
            assert session.moment.progress[0] in (done, max(done - 1, 0))


@BOTH
def test_lines(ownership: str) -> None:
    """Forwards stops where each line starts; backwards visits the same places."""
    for seed in seeds(40):
        session = Session(random_program(seed, ownership))
        make_move(session, "first")
        stops = [0]
        while session.position < len(session.log):
            make_move(session, "next_line")
            stops.append(session.position)
        assert set(stops) == {*session.log.starts, 0, len(session.log)}  # A statement a line, here.
        make_move(session, "next_line")
        assert session.notice == "Last line."
        back = [session.position]
        while session.position:
            make_move(session, "previous_line")
            back.append(session.position)
        assert back == stops[::-1]
    make_move(session, "previous_line")
    assert session.notice == "First line."


def test_a_line_is_one_stop_however_many_nodes_it_has() -> None:
    """Lists, networks and their calls are; each line in a function and each turn of a loop is one more."""
    text = (
        "net = MLP(2, [3, 1])\nx = [1, 2]\ny = net(x)\ndef f(a):\n    b = a*2\n    return b + 1\n"
        "z = f(y)\nfor e in x:\n    z = z + e\nfor i in range(2):\n    z = z*i\na = 1; b = 2\nbackward(z)\n"
    )
    session = Session(text)
    make_move(session, "first")
    lines = []
    while True:
        make_move(session, "next_line")
        if session.position == len(session.log):
            break
        lines.append(session.log.span(session.position).line)
    assert lines == [2, 3, 5, 6, 9, 9, 11, 11, 12, 13]


@VIEWS
@BOTH
def test_touching_visits_what_concerns_the_selected_node(view: View, ownership: str) -> None:
    """Every stop's event names the node, the selection stays, and the ends are said."""
    visited = 0
    for seed in seeds(60):
        session = Session(random_program(seed, ownership))
        session.view = view
        make_move(session, "last")
        if not session.snapshot.nodes:
            continue
        node = random.Random(seed).choice(session.snapshot.nodes)
        session.select(node)
        stops = []
        while True:
            make_move(session, "previous_touching")
            if session.notice:
                break
            stops.append(session.position)
            event = session.log.event(session.current_event or 0)
            assert node in (event.node, event.source)
            assert session.selected == node
            visited += 1
        assert session.notice.startswith("No earlier event")
        forwards = stops[-1:]
        while stops:
            make_move(session, "next_touching")
            if session.notice:
                break
            forwards.append(session.position)
        assert [stop for stop in forwards if stop in stops] == sorted(stops)
    assert visited > share(10)


def test_ends_and_the_start_of_backward() -> None:
    """Twice backward: `b` goes to the second and the first, and stays there."""
    session = Session(TWO_ROADS + "backward(z)\n")
    first, second = session.log.seeds
    assert session.position == first
    make_move(session, "last")
    make_move(session, "next")
    assert session.notice == "Last event."
    assert session.advice == "Press {start_of_backward}: start of backward."
    for wanted in (second, first):
        make_move(session, "start_of_backward")
        assert (session.position, session.notice) == (wanted, "")
    make_move(session, "start_of_backward")
    assert (session.position, session.notice) == (first, "This is where the first backward starts.")
    make_move(session, "first")
    make_move(session, "start_of_backward")
    assert session.position == first
    session = Session("a = 2")
    make_move(session, "start_of_backward")
    assert session.notice == "This program never calls backward. Add a line: backward(name)."
    make_move(session, "next")
    assert (session.notice, session.advice) == ("There is no event in the math view.", "{view} shows others.")


def test_views_go_round() -> None:
    """Math, memory, all, and math again."""
    session = Session(NEURON)
    seen = [session.view]
    for _ in range(3):
        make_move(session, "view")
        seen.append(session.view)
    assert seen == [View.MATH, View.MEMORY, View.ALL, View.MATH]


# --- finding ---


def test_finding() -> None:
    """Names before expressions, whole names before parts; case does not matter."""
    session = Session("u = 1\nv = u*2 + 1\nuu = 3\n")
    assert [session.snapshot.label(node) for node in session.find("u")] == ["u", "uu", "u*2"]
    session = Session("w = 2\nw1 = 3\nv = w*w1 + 1\n")
    at = session.snapshot
    found = [at.label(node) for node in session.find("W")]
    assert found == ["w", "w1", "w*w1"]
    assert session.find("w9") == []
    assert session.find("  ") == []
    assert session.snapshot.node_called("w*w1") == 2
    assert session.snapshot.node_called("w*") is None


def test_what_is_live_and_below_the_selected_node_is_found_first() -> None:
    session = Session("a = 1\nw1 = 2\nw1 = 3\nw2 = 4\nw3 = 5\ny = a*w2\n")
    session.go(len(session.log))
    at = session.snapshot

    def found() -> list[str]:
        return [at.label(node) for node in session.find("w")]

    session.select(at.names["a"])
    assert found() == ["w1", "w2", "w3", "(w1)"]
    session.select(at.names["y"])
    assert found() == ["w2", "w1", "w3", "(w1)"]


def test_selecting() -> None:
    """By node, by line, and only what exists at this moment."""
    session = Session(NEURON)
    session.select_line(5)
    assert selected(session) == "n"
    session.select_line(1)
    assert selected(session) == "n"
    session.select(99)
    assert selected(session) == "n"
    make_move(session, "first")
    assert session.selected is None
    make_move(session, "next_touching")
    assert session.notice == "No node is selected."
    assert session.advice == "Choose one with the arrows first."
    session.notice = "Something else."
    assert (session.notice, session.advice) == ("Something else.", "")


def test_a_run_that_is_stopped_names_the_command_that_helps_where_commands_can_be_given() -> None:
    session = Session("a = 1\nfor i in range(6000):\n  b = a*a\n", limits=Limits(events=1000))
    (error,) = session.errors
    assert error.advice == "{run} runs it to its end."
    assert str(error) == (
        "line 3: The program stops here: it has reached 1,000 events. "
        "Repeat the loop fewer times, or use fewer nodes."
    )
    assert "{run}" not in sentence(session.snapshot, session.log.event(len(session.log) - 1))


@pytest.mark.parametrize(
    ("text", "kind", "node"),
    [
        ("a = 0\nb = log(a)\nc = b*0", Kind.COMPUTE, 1), ("a = 1e400\nb = a*2", Kind.ALLOCATE, 0),
        ("a = 0\nb = a**0.5\nbackward(b)", Kind.EDGE, 0), ("a = 2\na.data = 0/0", Kind.WRITE_DATA, 0),
        ("a = 2\na.grad = 1/0", Kind.WRITE_GRAD, 0),
    ],
)  # fmt: skip
def test_the_first_number_that_is_not_finite(text: str, kind: Kind, node: int) -> None:
    """Which event, in the order in which things happened."""
    session = Session(text)
    place = session.next_finding()
    assert place == 0
    finding = session.go_to_finding(place)
    event = session.log.event(finding.event)
    assert (event.kind, event.node) == (kind, node)
    assert (session.selected, session.notice) == (node, "")
    assert session.position > finding.event


def test_findings_are_gone_round() -> None:
    """On from the one that one stands on; from anywhere else, and after another run, from the first."""
    session = Session("x = 0\ny = sqrt(x)\nr = relu(x)\nz = y + r\nbackward(z)\na = 800\nb = exp(a)")
    seen = []
    for _ in range(4):
        place = session.next_finding()
        assert place is not None
        session.go_to_finding(place)
        seen.append(place)
    assert seen == [0, 1, 2, 0]
    make_move(session, "previous")
    assert session.next_finding() == 0
    session.go_to_finding(1)
    assert session.next_finding() == 2
    session.set_text(session.text + "\nc = b")
    assert session.next_finding() == 0


def test_nothing_is_wrong() -> None:
    """Then there is no finding to go to."""
    assert Session(NEURON).next_finding() is None
    assert Session("").next_finding() is None


def test_the_graph_is_checked_with_the_fault_that_is_on() -> None:
    """The pass that was begun last; without backward there is none."""
    session = Session(TWO_ROADS)
    session.switch_fault("overwrite")
    check = session.graph_check
    assert check is not None
    assert [leaf.says for leaf in check.steps()] == [
        "The fault overwrite is on, = instead of +=; 7 is right."
    ]
    assert Session("x = 1").graph_check is None


CHANGES = [
    *(row.go for row in MOVES.values()), Session.switch_ownership, lambda session: session.set_text("a = ("),
]  # fmt: skip


@BOTH
def test_a_selection_always_exists(ownership: str) -> None:
    """Wherever a session moves and whatever is typed, what is selected can be shown."""
    for seed in seeds(40):
        chooser, session = random.Random(seed), Session(random_program(seed, ownership))
        for _ in range(40):
            chooser.choice(CHANGES)(session)
            if chooser.random() < 0.1:
                session.set_text(random_program(chooser.randrange(99), ownership))
            nodes = session.snapshot.nodes
            assert 0 <= session.position <= len(session.log)
            assert (session.selected in nodes) if nodes else (session.selected is None)


def test_a_name_means_its_own_node_however_it_is_spelled_elsewhere() -> None:
    session = Session("a = 1\nA = 2\nb = a\n")
    assert [session.snapshot.node_called(name) for name in ("a", "A", "b", " a ")] == [0, 1, 0, 0]


def test_opening_another_program_forgets_what_was_said() -> None:
    """A notice belongs to the program it was said of."""
    session = Session("a = 2\n")
    make_move(session, "next")
    assert session.notice
    session.open("b = 3\n")
    assert session.notice == ""


def test_the_switch_belongs_to_the_program_it_was_pressed_in() -> None:
    """Another program goes by its own ownership."""
    session = Session("a = 2\n")
    session.switch_ownership()
    assert session.run.ownership == "manual"
    session.set_text("a = 3\n")
    assert session.run.ownership == "manual"
    session.open("b = 3\n")
    assert session.run.ownership == "auto"


def test_moments_of_deep_programs_are_told_apart() -> None:
    """Going back to the same text makes another run of it, which is not compared sign by sign."""
    deep = "a = 2\ny = " + "+".join(["a"] * 3_000) + "\n"
    session = Session(deep)
    first = session.moment
    session.set_text(deep + "y")
    assert session.moment is not first
    session.set_text(deep)
    assert session.moment.snapshot.names == first.snapshot.names
    assert session.moment is session.moment


def test_the_last_event_of_a_leaking_program_selects_what_is_leaked() -> None:
    """And not what happened to be released last; `w` goes there as well."""
    session = Session("# ownership: manual\na = 2\nb = a*3\nrelease(a)\n")
    session.go(len(session.log))
    assert session.moment.selected_label == "b"
    session.go(0)
    assert session.next_finding() == 0
    assert session.go_to_finding(0).node == session.selected


def test_a_program_without_events_to_walk_to_is_told_so() -> None:
    session = Session("x = 3\n")
    make_move(session, "next")
    assert (session.notice, session.advice) == ("There is no event in the math view.", "{view} shows others.")
    session = Session("")
    make_move(session, "next")
    said = ("There is no node yet.", "Press {edit} and write a line, such as a = 2.")
    assert (session.notice, session.advice) == said
    session = Session("x = 3\ny = x +\n")
    make_move(session, "next")
    assert (session.notice, session.advice) == ("Line 2 needs fixing.", "{edit} goes there.")


def test_a_text_that_changes_the_ownership_says_so() -> None:
    session = Session("# ownership: manual\nx = 3\n")
    assert session.notice == ""
    session.set_text("x = 3\n")
    assert session.notice.startswith("The program no longer asks for manual ownership")
    session.set_text("x = 34\n")
    assert session.notice.startswith("The program no longer asks")  # Until one moves on.
    make_move(session, "last")
    session.set_text("# ownership: manual\nx = 3\n")
    assert session.notice.startswith("The program asks for manual ownership now")
    make_move(session, "last")
    session.set_text("# ownership: manual\nx = 4\n")
    assert session.notice == ""


def test_a_program_that_is_opened_with_an_error_has_no_findings_of_the_one_before() -> None:
    session = Session("a = 800\nb = exp(a)\n")
    assert [found.kind for found in session.findings] == [Trouble.NUMBER]
    session.open("class A:\n")
    assert session.errors
    assert session.findings == ()


def test_moments_look_alike_that_differ_in_the_text_and_what_is_said_alone() -> None:
    session = Session("a = 2\nb = a*a\nbackward(b)\n")
    before = session.moment
    session.set_text("a = 2\nb = a*a\nbackward(b)\nc = (\n")
    session.tell("Something is said.")
    assert session.moment.errors
    assert session.moment.looks_like(before)
    assert not before.looks_like(None)

    def select() -> None:
        session.selected = 0

    def stop() -> None:
        session.breakpoints = (Breakpoint(BreakpointKind.LINE, "2"),)

    def mend() -> None:
        session.set_text(before.text)

    for change in (select, stop, lambda: session.go(1), lambda: session.go(0), mend):
        before = session.moment
        change()
        assert not session.moment.looks_like(before)


def test_errors_are_seen_where_no_node_is() -> None:
    session = Session("a = (\n")
    before = session.moment
    session.set_text("a = 2 +\n")
    assert not session.moment.looks_like(before)
