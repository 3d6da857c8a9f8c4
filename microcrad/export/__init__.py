"""Taking things away: programs as C and as Python that uses `microcrad`, and graphs for other programs."""

from microcrad.export.c import c_program
from microcrad.export.c_source import CSource
from microcrad.export.dot import dot
from microcrad.export.formats import FORMATS, MomentFormat, ProgramFormat
from microcrad.export.graph import Graph, GraphEdge, Node, NodeState, graph_of
from microcrad.export.json_graph import from_json, to_json
from microcrad.export.mermaid import mermaid
from microcrad.export.python import python_program
from microcrad.export.svg import svg, svg_of

__all__ = [
    "FORMATS", "CSource", "Graph", "GraphEdge", "MomentFormat", "Node", "NodeState", "ProgramFormat",
    "c_program", "dot", "from_json", "graph_of", "mermaid", "python_program", "svg", "svg_of", "to_json",
]  # fmt: skip
