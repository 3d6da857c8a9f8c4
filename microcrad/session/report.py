"""A finished run as plain data: what `microcrad run --json` prints, for other programs to read."""

from __future__ import annotations

from collections.abc import Sequence

from microcrad.diagnosis.comparison import Comparison, compare
from microcrad.diagnosis.diagnosis import Finding
from microcrad.diagnosis.graph_check import GraphCheck, LeafCheck
from microcrad.run.result import Run
from microcrad.text.json_text import in_json
from microcrad.timeline.snapshot import NodeRow, Snapshot

__all__ = ["check_report", "diagnosis_report", "report"]


def report(run: Run) -> dict[str, object]:
    """The end of a run, in lists, dictionaries, strings and finite numbers only: strict JSON can hold it.

    `nodes` are all that were ever allocated, by id; `prev` are operands in slot order, repeats kept.
    Numbers that JSON has no form for are the strings `nan`, `inf` and `-inf`. Where a fault was on, each node
    has its `right_grad` too, null where there is nothing to compare with.
    """
    beside = compare(run).at(run.end.position) if run.right else None
    end = run.end
    heap = end.heap
    return {
        "nodes": [_node(end.row(node), beside) for node in end.nodes],
        "names": dict(end.names),
        "output": end.output,
        "heap": {"live": heap.live, "peak": heap.peak, "allocated": heap.allocated, "freed": heap.freed},
        "leaks": sorted(end.leaks),
        "errors": [
            {
                "line": error.line,
                "column": error.column,
                "end_column": error.end_column,
                "message": error.message,
                "hint": error.hint,
            }
            for error in run.errors
        ],
        "events": len(run.log),
        "fault": run.fault.name if run.fault else None,
    }


def diagnosis_report(at: Snapshot, findings: Sequence[Finding]) -> dict[str, object]:
    """What was found up to a moment, as strict JSON can hold it; `event` counts from 1, as `--at` does."""
    return {
        "event": at.position,
        "findings": [
            {
                "kind": finding.kind.value,
                "node": finding.node if finding.node >= 0 else None,
                "name": at.label(finding.node) if finding.node >= 0 else "",
                "event": finding.event + 1,
                "line": finding.line,
                "sentence": finding.sentence,
                "repair": finding.repair,
                "path": list(finding.path),
            }
            for finding in findings
        ],
    }


def check_report(check: GraphCheck, leaves: Sequence[LeafCheck]) -> dict[str, object]:
    """A gradient check, as strict JSON can hold it."""
    return {
        "root": check.root,
        "name": check.at.label(check.root),
        "line": check.line,
        "good": all(leaf.verdict.good for leaf in leaves),
        "leaves": [
            {
                "id": leaf.node,
                "name": leaf.name,
                "value": in_json(leaf.value),
                "grad": in_json(leaf.grad),
                "difference": in_json(leaf.numeric),
                "verdict": leaf.verdict.value,
                "says": leaf.says,
            }
            for leaf in leaves
        ],
    }


def _node(row: NodeRow, beside: Comparison | None) -> dict[str, object]:
    right = None if beside is None else beside.right_grad(row.id)
    right_grad = {} if beside is None else {"right_grad": None if right is None else in_json(right)}
    return {
        "id": row.id, "name": row.name, "op": row.op,
        "data": None if row.data is None else in_json(row.data), "grad": in_json(row.grad), **right_grad,
        "refs": row.refs, "prev": list(row.prev), "line": row.line, "live": row.live,
    }  # fmt: skip
