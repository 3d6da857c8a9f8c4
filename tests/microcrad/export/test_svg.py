"""Graphs as SVG: well formed, complete, to be read by itself, and with nothing on top of anything else."""

from __future__ import annotations

import re
from collections import defaultdict
from importlib import import_module
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from chromium import chromium, until
from drawings import LABELS, NASTY, graphs, node
from hypothesis import given
from hypothesis import strategies as st
from programs import TWO_ROADS, end_of, random_program, run, snapshot
from svg_reader import SVG, Drawn, Frame, Line

from microcrad.errors import GraphError
from microcrad.export import Graph, GraphEdge, NodeState, graph_of, svg, svg_of
from microcrad.export.graph import card, when
from microcrad.export.svg_text import COLUMN, columns, rows

XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

# --- what it says --------------------------------------------------------------------------------------


@given(graphs())
def test_a_picture_says_all_of_the_graph(graph: Graph) -> None:
    drawn = Drawn.read(svg(graph))
    assert sorted(drawn.boxes) == [each.id for each in graph.nodes]
    assert drawn.edges == list(graph.edges)
    for each in graph.nodes:
        *label, made, data, grad, refs = card(each)
        assert drawn.label(each.id) == "".join(label)
        facts = [word for line in (data, grad, refs) for word in line.split(" ", 1)]
        slots = [str(edge.slot) for edge in graph.edges if edge.user == each.id]
        assert drawn.facts(each.id) == [made, *facts, *(slots if len(slots) > 1 else [])]
        assert drawn.titles[each.id] == f"{' '.join(label)}: {made}, {data}, {grad}, {refs}"
    titles = [title.text for title in drawn.root.iter(f"{SVG}title")]
    assert titles[0] == when(graph)
    assert len(titles) == 1 + len(graph.nodes) + len(graph.edges)
    assert f"{len(graph.nodes)} node" in (drawn.root.findtext(f"{SVG}desc") or "")
    assert when(graph) in [text.text for text in drawn.root.iter(f"{SVG}text")]


@given(graphs())
def test_a_picture_is_made_of_shapes_and_texts_and_needs_nothing_else(graph: Graph) -> None:
    text = svg(graph)
    root = Drawn.read(text).root
    assert {each.tag for each in root.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "g", "rect", "path", "circle", "text")
    }
    names = {name for each in root.iter() for name in each.attrib}
    assert not [name for name in names if re.search(r"href|src|style|class|^on|^id$", name)]
    values = [value for each in root.iter() for value in each.attrib.values()]
    assert all(re.fullmatch(r"[\w #.:-]*|M[\dMHVlmz -]+", value) for value in values), (
        "no label is in an attribute"
    )
    assert "<!" not in text
    assert "<?" not in text
    assert root.attrib[XML_SPACE] == "preserve"


def test_both_edges_of_a_square_are_drawn() -> None:
    drawn = Drawn.read(svg_of(snapshot(TWO_ROADS)))
    assert drawn.edges == [GraphEdge(0, 1, 0), GraphEdge(0, 1, 1), GraphEdge(1, 2, 0), GraphEdge(0, 2, 1)]
    first, second = drawn.arrows[GraphEdge(0, 1, 0)], drawn.arrows[GraphEdge(0, 1, 1)]
    assert first[0] == second[0]
    assert first[1] < second[1]
    titles = [title.text for title in drawn.root.iter(f"{SVG}title")]
    assert {"x is slot 0 of y", "x is slot 1 of y", "y is slot 0 of z", "x is slot 1 of z"} < set(titles)


def test_the_same_graph_gives_the_same_picture() -> None:
    for seed in range(5):
        one, other = (svg_of(end_of(run(random_program(seed, "manual")))) for _ in range(2))
        assert one == other


def test_boxes_name_the_groups_that_they_are_in() -> None:
    """Neurons and layers by their dotted names, turns of loops by their variables."""
    network = svg_of(snapshot("x = 1\nl0.n3.w = 2\nl0.n3 = tanh(l0.n3.w*x + 1)\n"))
    assert _made(network)[:3] == ["leaf, line 1", "leaf, line 2, in l0.n3", "mul, line 3, in l0.n3"]
    turns = svg_of(snapshot("x = 1\nfor i in range(2):\n    for j in range(i, 2):\n        x = x*2\n"))
    assert [each for each in _made(turns) if each.startswith("mul")] == [
        f"mul, line 4, in i={i}, j={j}" for i, j in ((0, 0), (0, 1), (1, 1))
    ]


def _made(text: str) -> list[str]:
    """What made each node, in order."""
    drawn = Drawn.read(text)
    return [drawn.facts(each)[0] for each in sorted(drawn.boxes)]


def test_states_differ_by_more_than_colour() -> None:
    looks = {}
    for state in NodeState:
        root = ElementTree.fromstring(svg(Graph("manual", 1, 1, True, (node(0, "a", state=state),), ())))
        group = next(each for each in root.iter(f"{SVG}g") if "data-node" in each.attrib)
        looks[state] = [
            {
                name: value
                for name, value in each.attrib.items()
                if name not in ("fill", "stroke", "x", "y", "width")
            }
            for each in group
            if each.tag != f"{SVG}title"
        ]
        desc = root.findtext(f"{SVG}desc") or ""
        assert ("freed." in desc, "leaked." in desc) == (state is NodeState.FREED, state is NodeState.LEAKED)
    live, freed, leaked = (looks[state] for state in NodeState)
    assert live != freed
    assert freed != leaked
    assert leaked != live


def test_numbers_that_are_not_finite_stand_out() -> None:
    drawn = Drawn.read(svg_of(snapshot("x = 1e400\ny = x*0\nz = 1\n")))
    bold = [
        each.text
        for each in drawn.root.iter(f"{SVG}text")
        if each.attrib.get("font-weight") == "bold" and each.attrib.get("text-anchor") == "end"
    ]
    assert sorted(filter(None, bold)) == ["inf", "nan"]


def test_without_nodes_it_says_so() -> None:
    drawn = Drawn.read(svg(Graph("auto", 0, 3, False, (), ())))
    assert drawn.boxes == {}
    assert "There are no nodes at this moment." in [text.text for text in drawn.root.iter(f"{SVG}text")]


# --- where it stands -----------------------------------------------------------------------------------


@given(graphs())
def test_boxes_stand_apart_on_the_paper_with_their_texts_inside(graph: Graph) -> None:
    drawn = Drawn.read(svg(graph))
    paper = Frame(0, 0, int(drawn.root.attrib["width"]), int(drawn.root.attrib["height"]))
    assert drawn.root.attrib["viewBox"] == f"0 0 {paper.width} {paper.height}"
    for one, other in combinations(drawn.boxes.values(), 2):
        assert not one.overlaps(other)
    free = drawn.root.findall(f"{SVG}g/{SVG}text")
    for text in free:
        x, y = int(text.attrib["x"]), int(text.attrib["y"])
        assert paper.holds(x + columns(text.text or "") * COLUMN, y)
        assert not any(box.holds(x, y) for box in drawn.boxes.values())
    for number, box in drawn.boxes.items():
        assert paper.holds(box.x, box.y)
        assert paper.holds(box.x + box.width, box.y + box.height)
        lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
        group = next(
            each for each in drawn.root.iter(f"{SVG}g") if each.attrib.get("data-node") == str(number)
        )
        for text in group.findall(f"{SVG}text"):
            width = columns(text.text or "") * COLUMN
            x = int(text.attrib["x"]) - (width if "text-anchor" in text.attrib else 0)
            lines[int(text.attrib["y"])].append((x, x + width))
        for y, spans in lines.items():
            spans.sort()
            assert box.y + 10 <= y <= box.y + box.height - 4, "letters reach ten pixels up and four down"
            assert box.x < spans[0][0]
            assert spans[-1][1] < box.x + box.width
            assert all(one[1] <= other[0] for one, other in pairwise(spans)), (
                "texts of a row run into each other"
            )


@given(graphs())
def test_every_edge_leads_from_its_operand_to_its_own_place_at_its_user(graph: Graph) -> None:
    drawn = Drawn.read(svg(graph))
    assert len(set(drawn.arrows.values())) == len(graph.edges)
    for edge, tip in drawn.arrows.items():
        user = drawn.boxes[edge.user]
        assert tip[0] == user.x
        assert user.y < tip[1] < user.y + user.height
    for operand, lines in drawn.lines.items():
        box = drawn.boxes[operand]
        # Lines that touch belong together: all of them hang on the box that they come from.
        reached = [line for line in lines if line[0][0] == box.x + box.width and box.holds(*line[0])]
        assert reached
        waiting = [line for line in lines if line not in reached]
        for line in reached:
            for other in [each for each in waiting if _touch(line, each)]:
                waiting.remove(other)
                reached.append(other)
        assert waiting == []


def _touch(one: Line, other: Line) -> bool:
    return any(_on(end, line) for line, ends in ((one, other), (other, one)) for end in ends)


def _on(point: tuple[int, int], line: Line) -> bool:
    (x0, y0), (x1, y1) = line
    return min(x0, x1) <= point[0] <= max(x0, x1) and min(y0, y1) <= point[1] <= max(y0, y1)


@given(graphs())
def test_no_edge_runs_through_a_box(graph: Graph) -> None:
    drawn = Drawn.read(svg(graph))
    for lines in drawn.lines.values():
        for (x0, y0), (x1, y1) in lines:
            stroke = Frame(min(x0, x1) - 1, min(y0, y1) - 1, abs(x1 - x0) + 2, abs(y1 - y0) + 2)
            for box in drawn.boxes.values():
                assert not stroke.overlaps(Frame(box.x + 1, box.y + 1, box.width - 2, box.height - 2))


def test_where_edges_of_one_node_part_there_is_a_dot_and_where_others_cross_none() -> None:
    drawn = Drawn.read(svg_of(snapshot("a = 1\nb = 2\nc = a*b\nd = b*a\ne = c + d\n")))
    for operand, lines in drawn.lines.items():
        ends = [end for line in lines for end in line]
        for x, y in drawn.dots[operand]:
            assert sum(_on((x, y), line) for line in lines) > 2
        parting = {end for end in ends if sum(_on(end, line) for line in lines) > 2}
        assert set(drawn.dots[operand]) == parting
    crossings = {
        (down[0][0], across[0][1])
        for one, other in combinations(drawn.lines, 2)
        for first, second in ((one, other), (other, one))
        for across in drawn.lines[first]
        for down in drawn.lines[second]
        if across[0][1] == across[1][1] and down[0][0] == down[1][0]
        if _on((down[0][0], across[0][1]), across) and _on((down[0][0], across[0][1]), down)
    }
    assert crossings
    assert not crossings & {dot for dots in drawn.dots.values() for dot in dots}


# --- text ----------------------------------------------------------------------------------------------


@given(LABELS | st.text(st.sampled_from("ab 变\u0301"), max_size=90), st.integers(2, 40))
def test_rows_are_the_line_and_none_is_too_wide(line: str, width: int) -> None:
    found = rows(line, width)
    assert "".join(found) == line
    assert all(columns(row) <= width for row in found)
    for row, following in pairwise(found):
        assert columns(row) > width // 2 - 2, "a row is filled by half at least"
        assert not following.startswith("\u0301"), "an accent stays on its letter"


def test_columns_are_those_of_a_terminal() -> None:
    assert [columns(text) for text in ("", "abc", "变量", "e\u0301", "straße", "😀", "ﾊ")] == [
        0,
        3,
        4,
        1,
        6,
        2,
        1,
    ]


def test_a_long_name_is_broken_after_a_space_if_there_is_one() -> None:
    assert rows("first_name, second_name", 14) == ["first_name, ", "second_name"]
    assert rows("a_name_without_any_space", 14) == ["a_name_without", "_any_space"]


def luminance(colour: str) -> float:
    """How light a colour is, as WCAG 2 reckons it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_colour_can_be_read_on_the_pictures_own_paper() -> None:
    """By WCAG's measure: 4.5 to 1 for texts and lines, on the head of a box too."""
    nodes = tuple(
        node(place, "a", state=state, data=data)
        for place, (state, data) in enumerate(
            [(NodeState.LIVE, 1.0), (NodeState.FREED, 1.0), (NodeState.LEAKED, float("nan"))]
        )
    )
    root = ElementTree.fromstring(svg(Graph("manual", 1, 1, True, nodes, ())))
    papers = {each.attrib["fill"] for each in root.iter(f"{SVG}rect")} - {"none"}
    inks = {
        each.attrib[name]
        for each in root.iter()
        for name in ("fill", "stroke")
        if each.tag != f"{SVG}rect" or name == "stroke"
        if name in each.attrib
    }
    assert len(papers) == 2
    assert len(inks) == 7
    for paper in papers:
        for ink in inks:
            light, dark = sorted((luminance(paper), luminance(ink)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (paper, ink)
    first = root.find(f"{SVG}rect")
    assert first is not None
    assert first.attrib == {"width": root.attrib["width"], "height": root.attrib["height"], "fill": "#ffffff"}


@pytest.mark.needs("chromium")
async def test_in_a_browser_every_text_stays_in_its_box(tmp_path: Path) -> None:
    """With the fonts that are there, for any label; and nothing else is asked for."""
    nodes = tuple(
        node(place, label)
        for place, label in enumerate([*NASTY, *(40 * each for each in ("w", "字", "﷽", "Ꙍ"))])
    )
    file = tmp_path / "graph.svg"
    file.write_text(svg(Graph("auto", 1, 1, True, nodes, ())), encoding="utf-8")
    async with chromium(tmp_path / "profile") as tab:
        page = await tab()
        await page.open(file.as_uri())

        async def drawn() -> bool:
            return (
                await page.value(
                    "document.documentElement.tagName === 'svg' && document.readyState === 'complete'"
                )
                is True
            )

        async def why() -> str:
            return f"The picture was never there: {page.console}"

        await until(drawn, why)
        found = await page.value(
            """[...document.querySelectorAll("[data-node]")].map((box) => {
              const frame = [...box.querySelectorAll("rect")].at(-1).getBBox();
              return [...box.querySelectorAll("text")].map((text) => {
                const { x, y, width, height } = text.getBBox();
                return !text.textContent.trim() || x > frame.x && x + width < frame.x + frame.width
                  && y > frame.y - 3 && y + height < frame.y + frame.height + 3;
              });
            })"""
        )
        assert len(found) == len(nodes)
        outside = [each.label for each, inside in zip(nodes, found, strict=True) if not all(inside)]
        assert outside == []
        assert page.requested == [file.as_uri()]
        assert page.console == []


# --- how large -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_ten_thousand_nodes_are_drawn() -> None:
    at = snapshot("y = 1\nfor i in range(2500):\n    y = y*0.5 + i\n")
    drawn = Drawn.read(svg_of(at))
    assert len(drawn.boxes) == len(at.nodes) == 10_001
    assert drawn.edges == list(graph_of(at).edges)


def test_what_is_too_large_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    at = snapshot("w = 2\ny = 1\nfor i in range(60):\n    y = y*w\n")
    monkeypatch.setattr(import_module("microcrad.export.svg"), "MOST", 121)
    assert svg(graph_of(at)).startswith("<svg ")
    monkeypatch.setattr(import_module("microcrad.export.svg"), "MOST", 120)
    with pytest.raises(GraphError, match=r"has 121 boxes and bends.*at most 120.*as dot or json"):
        svg_of(at)
