"""The table of formats: everything that can be exported, and the one place that lists it.

What a row writes is either the program, which is not run for it, or one moment of its run. To add a format,
write its module and add a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from microcrad.export.c import c_program
from microcrad.export.dot import dot
from microcrad.export.graph import Graph, graph_of
from microcrad.export.json_graph import to_json
from microcrad.export.mermaid import mermaid
from microcrad.export.python import python_program
from microcrad.export.svg import svg_of
from microcrad.language.statements import Program
from microcrad.timeline.snapshot import Snapshot

__all__ = ["FORMATS", "MomentFormat", "ProgramFormat"]


@dataclass(frozen=True, slots=True)
class _Format:
    name: str
    """What `--to` calls it."""
    suffix: str
    """How its files' names end by custom."""
    title: str
    """What is exported as what: `the graph as DOT`."""
    says: str
    """A sentence about who can use it."""


@dataclass(frozen=True, slots=True)
class ProgramFormat(_Format):
    """A form of the program."""

    write: Callable[[Program, str], str]
    """The program under an ownership, as text. Raises `ProgramError` if it cannot be written so."""


@dataclass(frozen=True, slots=True)
class MomentFormat(_Format):
    """A form of one moment of a program's run."""

    write: Callable[[Snapshot], str]
    """A moment, as text. Raises `GraphError` if its graph is too large to be written so."""


def _graph(write: Callable[[Graph], str]) -> Callable[[Snapshot], str]:
    return lambda at: write(graph_of(at))


_ROWS: tuple[ProgramFormat | MomentFormat, ...] = (
    ProgramFormat(
        "c", ".c", "the program as C",
        "One C99 file with its own runtime, for any compiler.",
        lambda program, ownership: c_program(program, ownership).text,
    ),
    ProgramFormat(
        "python", ".py", "the program as Python",
        "A script that uses microcrad as a library.",
        python_program,
    ),
    MomentFormat(
        "dot", ".dot", "the graph as DOT",
        "For Graphviz: dot -Tsvg draws it.",
        _graph(dot),
    ),
    MomentFormat(
        "mermaid", ".mmd", "the graph as a Mermaid flowchart",
        "GitHub and GitLab draw it between ```mermaid and ``` in a page.",
        _graph(mermaid),
    ),
    MomentFormat(
        "svg", ".svg", "the graph as an SVG picture",
        "For pages, slides and print; any browser shows it.",
        svg_of,
    ),
    MomentFormat(
        "json", ".json", "the graph as JSON",
        "For other programs: every digit of every number.",
        _graph(to_json),
    ),
)  # fmt: skip

FORMATS: dict[str, ProgramFormat | MomentFormat] = {row.name: row for row in _ROWS}
"""The rows by name, in the order in which they are offered."""
