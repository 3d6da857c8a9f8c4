"""Readers of the exported graphs, made from the rules of each format and not from what writes them."""

from __future__ import annotations

import html
import re

DOT_NODE = re.compile(r'  n(\d+) \[label=("(?:[^"\\]|\\.)*")( style=dashed| style=bold)?\]')
DOT_EDGE = re.compile(r'  n(\d+) -> n(\d+) \[label="slot (\d+)"\]')
MERMAID_NODE = re.compile(r'  n(\d+)\["([^"]*)"\](:::freed|:::leaked)?;')
MERMAID_EDGE = re.compile(r'  n(\d+) -->\|"slot (\d+)"\| n(\d+);')


def as_graphviz_reads(label: str) -> str:
    """A quoted label as it is drawn: backslashes first, entities last."""
    text = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], label[1:-1])
    return html.unescape(text).replace("\xa0", " ")


def as_mermaid_reads(label: str) -> str:
    """A label as it is drawn."""
    text = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label.replace("<br/>", "\n"))
    return text.replace("\u2060", "").replace("\xa0", " ")
