"""Exported flowcharts, read and drawn by Mermaid itself in a browser."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from chromium import Page, chromium, until
from drawings import NASTY, drawn, node
from programs import TWO_ROADS, snapshot
from tools import MERMAID

from microcrad.export import Graph, GraphEdge, NodeState, graph_of, mermaid

pytestmark = [pytest.mark.needs("mermaid"), pytest.mark.needs("chromium")]

DRAW = """
(async (text) => {
  mermaid.initialize({startOnLoad: false});
  const { diagramType } = await mermaid.parse(text);
  document.body.innerHTML = (await mermaid.render("drawn", text)).svg;
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  return {
    type: diagramType,
    nodes: all("g.node").map((box) => [
      box.id, all(".nodeLabel", box).map((label) => label.innerText).join(), [...box.classList],
    ]),
    edges: all("path.flowchart-link").map((path) => path.id),
    slots: all(".edgeLabel .label").map((label) => label.textContent.trim()),
    obeyed: all("script, a, img, input, i, b, strong, em, code, li, svg svg", document.body)
      .map((each) => each.outerHTML),
  };
})
"""


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Page]:
    """A page that has Mermaid."""
    file = folder / "page.html"
    file.write_text(f'<!doctype html><meta charset="utf-8"><script src="{MERMAID.as_uri()}"></script>')
    async with chromium(folder / "profile") as tab:
        page = await tab()
        await page.open(file.as_uri())

        async def loaded() -> bool:
            return (
                await page.value("typeof mermaid === 'object' && document.readyState === 'complete'") is True
            )

        async def why() -> str:
            return f"Mermaid was never there: {page.console}"

        await until(loaded, why)
        yield page


async def read(page: Page, graph: Graph) -> Any:
    """What Mermaid makes of a graph."""
    return await page.promised(f"({DRAW})({json.dumps(mermaid(graph))})")


def random_labels(count: int) -> list[str]:
    """Texts with a lot of punctuation in them, the same ones at every run."""
    chance = random.Random(1337)
    characters = [
        *map(chr, range(0x20, 0x7F)),
        *"#&;*_`<>\"'\\-.:$|@%",
        "\n",
        "\x1b",
        "é",
        "变",
        "😀",
        "\u202e",
    ]
    return ["".join(chance.choices(characters, k=chance.randint(1, 16))) for _ in range(count)]


async def test_mermaid_draws_every_label_as_it_is(tmp_path: Path) -> None:
    """With its own settings, as GitHub and GitLab have it draw."""
    labels = [*NASTY, *random_labels(100)]
    states = [list(NodeState)[place % len(NodeState)] for place in range(len(labels))]
    nodes = tuple(node(place, label, state=states[place]) for place, label in enumerate(labels))
    async with browser(tmp_path) as page:
        found = await read(page, Graph("auto", 1, 1, True, nodes, (GraphEdge(0, 1, 0), GraphEdge(0, 1, 1))))
        assert found["type"] == "flowchart-v2"
        assert len(found["nodes"]) == len(nodes)
        for each, (name, said, classes) in zip(nodes, found["nodes"], strict=True):
            assert name.endswith(f"flowchart-n{each.id}-{each.id}")
            # A space may be a hard one, and word joiners are never seen.
            assert said.replace("\xa0", " ").replace("\u2060", "") == drawn(each)
            assert {NodeState.FREED, NodeState.LEAKED} & set(classes) == {each.state} - {NodeState.LIVE}
        assert found["slots"] == ["slot 0", "slot 1"]
        assert found["obeyed"] == []

        found = await read(page, graph_of(snapshot(TWO_ROADS)))
        assert [edge.partition("L_")[2][:5] for edge in found["edges"]] == [
            "n0_n1", "n0_n1", "n1_n2", "n0_n2",
        ]  # fmt: skip
        assert found["slots"] == ["slot 0", "slot 1", "slot 0", "slot 1"]
        assert page.console == []
        assert {address.partition(":")[0] for address in page.requested} <= {"file", "data", "about"}
