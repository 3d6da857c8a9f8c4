"""The tables of docs/speed.md, from what a run of `benchmarks/tape.py --write` measured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

__all__ = ["noted", "write"]

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
_CALLS = ("tape, compiled", "tape, NumPy", "NumPy by hand", "PyTorch, eager", "JAX, a call")
COLUMNS: dict[str, tuple[str, ...]] = {
    "demo": (),
    "gradients": _CALLS,
    "names": ("tape, compiled", "tape, NumPy", "PyTorch, eager"),
    "epochs": ("tape, one call", *_CALLS, "JAX, its own loop"),
}
"""The columns of each table: the first is ours."""
_UNITS = {"demo": 1e3, "gradients": 1e6, "names": 1e6, "epochs": 1e3}
"""Milliseconds or microseconds."""
_noted: dict[str, dict[str, tuple[str, dict[str, float]]]] = {table: {} for table in COLUMNS}


def noted(table: str, row: str, times: Mapping[str, float], facts: str = "") -> None:
    """A row was measured, in seconds; `facts` are what stands before the times, as cells."""
    _noted[table][row] = facts, {name.replace("jit, ", ""): taken for name, taken in times.items()}


def write() -> None:
    """Put what was noted into the page, between the marks of its tables."""
    text = PAGE.read_text(encoding="utf-8")
    for table, rows in _noted.items():
        made = _demo(rows) if table == "demo" else _table(table, rows)
        marks = re.compile(rf"(<!-- {table} -->\n).*?(\n<!-- end -->)", re.DOTALL)
        text = marks.sub(lambda found, made=made: f"{found[1]}{made}{found[2]}", text)  # type: ignore[misc]
    PAGE.write_text(text, encoding="utf-8")


def _demo(rows: Mapping[str, tuple[str, dict[str, float]]]) -> str:
    times = {name: times[""] for name, (_, times) in rows.items()}
    lines = ["| | ms | x micrograd |", "|---|---:|---:|"]
    for name, taken in sorted(times.items(), key=lambda each: -each[1]):
        bold = "**" if name.startswith("tape, compiled") else ""
        cells = name, _number(taken * 1e3), _number(times["micrograd"] / taken)
        lines.append("| " + " | ".join(f"{bold}{cell}{bold}" for cell in cells) + " |")
    return "\n".join(lines)


def _table(table: str, rows: Mapping[str, tuple[str, dict[str, float]]]) -> str:
    heads = {"gradients": ["", "nodes", "compiled in"], "names": ["", "compiled in"]}.get(table, [""])
    ours, *others = COLUMNS[table]
    columns = [*heads, f"**{ours}**", *others]
    lines = ["| " + " | ".join(columns) + " |", "|---|" + "---:|" * (len(columns) - 1)]
    for row, (facts, times) in rows.items():
        cells = [row, *filter(None, facts.split("|"))]
        for place, name in enumerate(COLUMNS[table]):
            cell = _number(times[name] * _UNITS[table]) if name in times else ""
            cells.append(f"**{cell}**" if cell and not place else cell)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _number(x: float) -> str:
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"
