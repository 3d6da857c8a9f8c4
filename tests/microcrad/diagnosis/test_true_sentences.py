"""Every sentence of a diagnosis is true of the numbers it speaks of, whatever the numbers are.

Random programs with infinities, nans, huge and tiny numbers, writes and several backwards are run; what their
findings say is read back word by word and held against the log, by rules that stand here alone.
"""

from __future__ import annotations

import math
import random
import re

import pytest
from programs import end_of, run

from microcrad.diagnosis.diagnosis import Finding, Trouble, diagnose
from microcrad.diagnosis.graph_check import GraphCheck, Verdict
from microcrad.run.faults import FAULTS, RIGHT
from microcrad.text.numbers import full, short
from microcrad.timeline.log import Kind, Log
from microcrad.timeline.paths import below
from microcrad.timeline.snapshot import Snapshot

LEAVES = [
    "0", "-1", "2", "0.5", "-0.25", "1e400", "-1e400", "1e400 - 1e400", "1e-320", "1e200", "-1e200", "700",
    "-800", "30", "3e6", "-0.0",
]  # fmt: skip
UNARY = ["exp", "log", "relu", "tanh", "sqrt", "sigmoid", "-", "sin", "cos", "abs"]
NUMBERS = frozenset({Kind.ALLOCATE, Kind.COMPUTE, Kind.WRITE_DATA})
GRADS = frozenset({Kind.WRITE_GRAD, Kind.EDGE})


def wild_program(seed: int) -> str:
    """A program of single operations on extreme numbers, all named, that calls backward."""
    dice = random.Random(seed)
    tame = dice.random() < 0.4
    leaves = ["0", "-1", "2", "0.5", "-0.25", "30", "0.001"] if tame else LEAVES
    names = [f"x{i}" for i in range(dice.randint(1, 4))]
    lines = [f"{name} = {dice.choice(leaves)}" for name in names]
    for number in range(dice.randint(1, 9)):
        a, b, kind = dice.choice(names), dice.choice(names), dice.random()
        unary = dice.choice(UNARY)
        expression = (
            f"{unary}({a})" if kind < 0.45
            else f"{a}**{dice.choice(['2', '0.5', '-1', '0', 'x0', '3'])}" if kind < 0.55
            else f"relu({a}) + {unary}({b})" if kind < 0.6
            else f"{a} {dice.choice('+-**/')} {b}"
        )  # fmt: skip
        names.append(f"y{number}")
        lines.append(f"y{number} = {expression}")
        if dice.random() < 0.1:
            lines.append(f"{dice.choice(names)}.{dice.choice(['data', 'grad'])} = {dice.choice(leaves)}")
        if dice.random() < 0.1:
            lines.append(f"backward({dice.choice(names)})")
        if dice.random() < 0.05:
            lines.append("zero_grad()")
        if dice.random() < 0.05:
            lines.append(f"{a} -= 0.1*{a}.grad")
    lines = [*lines, f"backward({names[-1]})"] * dice.choice([1, 1, 1, 2])
    if dice.random() < 0.3:  # A step, and another graph.
        leaf = f"x{dice.randrange(2)}" if "x1" in names else "x0"
        cleared = ["zero_grad()"] if dice.random() < 0.2 else []
        step = f"{leaf}.data = {leaf}.data - 0.1*{leaf}.grad"
        lines += [*cleared, step, f"z1 = {leaf}*{dice.choice(names)}", "backward(z1)"]
    return "\n".join(lines)


# --- what the words claim ------------------------------------------------------------------------------


def passes(log: Log, position: int) -> list[range]:
    """The edges of each backward that has come to its end."""
    found = []
    for seed in log.seeds:
        end = seed + 1
        while end < len(log) and log.kinds[end] == Kind.EDGE:
            end += 1
        if end <= position:
            found.append(range(seed + 1, end))
    return found


def said_of_steps(finding: Finding, at: Snapshot) -> None:
    """What a sentence claims of nodes that steps have made: no leaves, and the last pass met them."""
    if found := re.search(r"went through (?:(\d+) nodes|the node) that it made", finding.sentence):
        last = passes(at.log, at.position)[-1]
        met = {at.log.edge_source[at.log.details[edge]] for edge in last}
        nodes = {node for node in met if at.log.span(at.log.born[node])[:4] == finding_span(finding, at)}
        tops = [node for node in nodes if not any(node in at.operands(user) for user in nodes)]
        assert finding.node in nodes, finding.sentence
        assert at.operands(finding.node), finding.sentence
        assert len(tops) == int(found[1] or 1), finding.sentence


def said_of_what_was_left(finding: Finding, at: Snapshot) -> None:
    """What a sentence claims of a grad that was there before a backward, of a step, and of the sum."""
    if found := re.search(r"still (\S+), from .* added (\S+): it holds the sum, (\S+)\.", finding.sentence):
        log = at.log
        seed = max(each for each in log.seeds if each < finding.event)
        writes = [event for event in log.data_events[finding.node] if event < seed]
        sent = [event for event in log.grad_events[finding.node] if log.kinds[event] == Kind.EDGE]
        assert log.born[log.subjects[seed]] > writes[-1] > min(sent), finding.sentence
        assert not log.operands(finding.node), finding.sentence
        before, mine = log.grad(finding.node, seed), [event for event in sent if seed < event < at.position]
        mine = [event for event in mine if not any(seed < other < event for other in log.seeds)]
        after = log.values[mine[-1]]
        assert (short(before), short(after - before), short(after)) == found.groups(), finding.sentence
        assert before != 0


def finding_span(finding: Finding, at: Snapshot) -> tuple[int, ...]:
    """Where the node of a finding was made."""
    return tuple(at.log.span(at.log.born[finding.node])[:4])


def said_of_grads(finding: Finding, at: Snapshot) -> None:
    """What a sentence claims of grads, and of what went along the edges of the last backward."""
    log = at.log
    for names in re.findall(r"(?:stops there: |; )((?:\w+(?:, | and )?)+) gets? exactly 0", finding.sentence):
        for name in re.split(r", | and ", names):
            assert at.grad(at.names[name]) == 0, finding.sentence
    sent: dict[int, list[float]] = {}
    edges = passes(log, at.position)
    for edge in edges[-1] if edges else ():
        event = log.event(edge)
        sent.setdefault(event.source, []).append(event.local * event.upstream)
    if found := re.match(r"(?:The only|(\d+) of (\d+)) (\w+) nodes?", finding.sentence):
        alike = [node for node in sent if log.operation(node).name == found[3] and not in_abs(at, node)]
        silent = [node for node in alike if set(sent[node]) == {0}]
        quiet = [node for node in silent if all(not log.edge_local[log.details[e]] for e in edges[-1]
                                                if log.edge_source[log.details[e]] == node)]  # fmt: skip
        assert (len(quiet), len(alike)) == (int(found[1] or 1), int(found[2] or 1)), finding.sentence
        assert finding.node in quiet
        outside = " outside of abs, max and min" in finding.sentence
        assert outside == (found[3] == "relu" and any(in_abs(at, node) for node in sent))
        if not outside and " in this backward" not in finding.sentence:
            assert len(alike) == sum(log.operation(node).name == found[3] for node in range(log.node_count))
    if "by other ways" in finding.sentence:
        below, pending = set(), [finding.node]
        while pending:
            below.add(node := pending.pop())
            pending += log.operands(node)
        targets = {log.subjects[edge] for edge in edges[-1] if log.subjects[edge] in below}
        assert any(
            math.isfinite(log.values[e]) and log.values[e] for e in edges[-1] if log.subjects[e] in targets
        )
    if found := re.match(r"The gradient vanishes on the way from (\w+) to (\w+)", finding.sentence):
        node, seed = at.ever_called(found[2]), edges[-1][0] - 1
        before = {each: log.grad(each, seed) if log.accumulates else 0.0 for each in node}
        after = {each: log.grad(each, edges[-1][-1] + 1) for each in node}
        assert any(abs(after[x] - before[x]) <= 1e-6 * max(1, abs(before[x])) for x in node), finding.sentence
    if found := re.search(r"explodes to ([^:]+): ", finding.sentence):
        assert short(log.values[finding.event]) == found[1]
        assert abs(log.values[finding.event]) > 1e6
        if "it was 1 at" in finding.sentence and "one edge up" in finding.sentence:
            event = log.event(finding.event)
            assert event.upstream == 1 or not log.accumulates or abs(event.local) > 1e6
        if " before this backward" in finding.sentence:
            name, was = re.findall(r"the grad of (.+?) was (\S+) before this", finding.sentence)[0]
            seed = max(each for each in log.seeds if each < finding.event)
            assert was in {short(log.grad(node, seed)) for node in range(log.node_count)}


def in_abs(at: Snapshot, node: int) -> bool:
    """Whether a node is one of the two relus of an `abs`, of which one always is silent."""
    return at.operation(node).name == "relu" and at.program.source(at.span(node)).startswith("abs(")


def said_of_numbers(finding: Finding, at: Snapshot) -> None:
    """What a sentence claims of numbers: what something is, what it is not and should be, what came first."""
    log, then = at.log, Snapshot(at.program, at.log, finding.event)
    if found := re.search(r" is (the first|a new) (nan|-?inf)[:;]? ?", finding.sentence):
        assert full(log.values[finding.event]) == found[2], finding.sentence
        earlier = [
            i for i in range(finding.event) if log.kinds[i] in NUMBERS | GRADS and wrong(log.values[i])
        ]
        assert (found[1] == "the first") == (not earlier), finding.sentence
    for name, number in re.findall(
        r"(?<![-/*\w])([a-z]\d+) = (-?\d[^ ,;)]*|nan|-?inf)(?=[,;).]|\. | is | and )", finding.sentence
    ):
        node = then.names.get(name)
        if node is not None:
            assert short(value_of(then, node)) == number.rstrip("."), finding.sentence
    for name, needs in re.findall(
        r"needs ([a-z]\d+) (> 0|< 709.78|other than 0|between -3 and 3)", finding.sentence
    ):
        x = then.data(then.names[name])
        assert x is not None
        has = {"> 0": x > 0, "< 709.78": x < 709.78, "other than 0": x != 0, "between -3 and 3": -3 < x < 3}
        assert not has[needs], finding.sentence
    if found := re.search(
        r"In all, (?:(\d+) numbers?)?(?: and )?(?:(\d+) grads?)? are not finite", finding.sentence
    ):
        data = sum(wrong(at.data(node) or 0.0) for node in at.nodes)  # None: not computed yet.
        grads = sum(wrong(at.grad(node)) for node in at.nodes)
        assert (int(found[1] or 0), int(found[2] or 0)) == (data, grads), finding.sentence


def value_of(at: Snapshot, node: int) -> float:
    """A node's number, which is there."""
    number = at.data(node)
    assert number is not None
    return number


def wrong(number: float) -> bool:
    """Whether a number is a nan or an infinity."""
    return not math.isfinite(number)


def hold(seed: int) -> set[str]:
    """All that is said of one random program, at its end and on the way; the kinds of findings."""
    dice = random.Random(seed)
    rules = RIGHT if seed % 5 else dice.choice(list(FAULTS.values()))
    interpreter = run(wild_program(seed), rules=rules)
    end = end_of(interpreter)
    kinds: set[str] = set()
    for position in (len(end.log), *(dice.randrange(len(end.log)) for _ in range(2))):
        at = end.moved(position)
        found = diagnose(at)
        log = at.log
        spoilt = any(log.kinds[i] in NUMBERS | GRADS and wrong(log.values[i]) for i in range(position))
        assert spoilt == any(finding.kind.not_finite for finding in found)
        for finding in found:
            said_of_numbers(finding, at)
            said_of_grads(finding, at)
            said_of_steps(finding, at)
            said_of_what_was_left(finding, at)
            kinds.add(finding.kind)
    check = GraphCheck.of(end)
    for leaf in check.steps() if check and rules is RIGHT else ():
        if leaf.verdict is Verdict.NO_SLOPE:
            assert wrong(leaf.numeric), leaf
        if leaf.verdict is Verdict.NOT_FINITE:
            assert wrong(leaf.grad), leaf
            assert math.isfinite(leaf.numeric), leaf
        if "bends" in leaf.says:
            assert not set(end.log.data_events) & below(end.log, [check.root]), leaf
        if leaf.verdict.good:
            assert math.isfinite(leaf.grad), leaf
        kinds.add(leaf.verdict)
    return kinds


ALL = {*Trouble, Verdict.AGREES, Verdict.KINK, Verdict.NO_SLOPE, Verdict.NOT_FINITE} - {
    Trouble.MEMORY,
    Trouble.STOPPED,
}
"""Names own what these programs make: none touches what is freed, and what stops one is not told here."""


def test_no_finding_contradicts_a_number_or_a_grad() -> None:
    assert set().union(*map(hold, range(200))) >= ALL


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(50))
def test_no_finding_contradicts_a_number_or_a_grad_in_5000_programs(hundred: int) -> None:
    for seed in range(100 * hundred, 100 * hundred + 100):
        hold(seed)
