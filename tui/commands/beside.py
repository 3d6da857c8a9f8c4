"""What the plain commands say of a run with a fault, beside the right run."""

from __future__ import annotations

from collections.abc import Iterator

from microcrad.diagnosis.comparison import Comparison, FirstWrong
from microcrad.run.faults import Fault

__all__ = ["banner", "differences", "first_wrong", "verdict"]


def banner(fault: Fault) -> str:
    """What stands wherever a run with a fault is shown."""
    return f"fault {fault.name}: {fault.what_is_wrong}"


def first_wrong(wrong: FirstWrong) -> str:
    """Where the runs depart, and how."""
    return f"first wrong: line {wrong.what.line}: {wrong.sentence}"


def verdict(fault: Fault, beside: Comparison) -> Iterator[str]:
    """What is wrong, where that shows first, and why."""
    yield banner(fault)
    wrong = beside.first_wrong
    yield (
        first_wrong(wrong) if wrong else "first wrong: nothing; the fault makes no difference to this program"
    )
    yield f"why: {fault.why}"
    if beside.note:
        yield f"note: {beside.note}"


def differences(beside: Comparison, node: int) -> str:
    """What of a node is not as in the right run, or an empty string."""
    grad = "grad" if beside.grad_differs(node) else ""
    refs = f"refs, right {beside.right_refs(node)}" if beside.refs_differ(node) else ""
    return "; ".join(part for part in (grad, refs) if part)
