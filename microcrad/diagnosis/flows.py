"""How the gradients of a backward pass flow: where they grow too large, shrink to nothing, or stop."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from microcrad.diagnosis.findings import Finding, Trouble, finding, made, smaller_steps
from microcrad.diagnosis.non_finite import Made
from microcrad.ops import Operation
from microcrad.text.formulas import Written
from microcrad.text.numbers import short
from microcrad.timeline.log import Kind, Log
from microcrad.timeline.long_temporaries import called_for_short
from microcrad.timeline.paths import VANISHED, Pass, below, path_to, slopes_along
from microcrad.timeline.sentences import called
from microcrad.timeline.snapshot import Snapshot

__all__ = ["EXPLODED", "exploding", "silent", "vanishing"]

EXPLODED = 1e6
"""A grad whose size is beyond this, though backward starts with 1, has exploded."""
_FEW = 3
"""Nodes named where there are many."""
_WORDS = r"(f?abs|absolute|(max|min)(imum)?)"
_CHOICE = re.compile(rf"^(\w+\.)?{_WORDS}\(|\.{_WORDS}\([^()]*\)$")
"""What is built of relu, as it may be written."""


def exploding(at: Snapshot, suspects: list[int]) -> Iterator[Finding]:
    """The first edge that makes a grad too large, and the path along which it grew."""
    log = at.log
    event = next((index for index in suspects if _explodes(log, index)), None)
    if event is None:
        return
    edges = path_to(log, event)
    node, root = log.subjects[event], log.edge_source[log.details[edges[0]]]
    then = Snapshot(at.program, log, event)
    steepest = max(edges, key=lambda edge: abs(log.edge_local[log.details[edge]]))
    grad, nodes = log.values[event], _nodes(log, edges)
    sentence = f"The grad of {called(then, node)} explodes to {at.digits(grad)}: "
    repair = smaller_steps(at, node, event) or "Multiply fewer or smaller numbers, or put tanh in between."
    seed = log.seed(event)
    assert seed is not None
    left = max(nodes[1:], key=lambda each: abs(log.grad(each, seed)))  # The root's own is assigned.
    there = log.grad(left, seed) if log.accumulates else 0.0
    if abs(there) >= 1 and math.prod(abs(log.edge_local[log.details[edge]]) for edge in edges) <= EXPLODED:
        sentence += (
            f"the grad of {called(then, left)} was {at.digits(there)} before this backward, which adds to it."
        )
        repair = "Clear the grads before each backward, with zero_grad."
    else:
        up = f"{len(edges)} edges up, and grew about {abs(grad) ** (1 / len(edges)):.3g} times at each"
        sentence += f"it was 1 at {called(then, root)}, {up if len(edges) > 1 else 'one edge up'}. "
        sentence += f"The steepest is {_edge(at, steepest)}."
    yield finding(at, Trouble.EXPLODING, node, event, sentence, repair, nodes)


def _explodes(log: Log, event: int) -> bool:
    """Whether a suspect is a finite grad, of anything but a constant: nobody uses the grad of those."""
    node = log.subjects[event]
    edge = log.kinds[event] == Kind.EDGE and math.isfinite(log.values[event])
    return edge and bool(log.operands(node) or log.names_of.get(node))


def vanishing(at: Snapshot, last: Pass) -> Iterator[Finding]:
    """The named leaf that the least of the gradient reaches, where the slopes on the way never are 0."""
    log = at.log
    enough = math.log10(VANISHED)
    named = [leaf for leaf in last.leaves if leaf in last.strongest and log.names_of.get(leaf)]
    # Many ways that bring little each may bring enough together.
    little = [leaf for leaf in named if abs(last.received.get(leaf, 0.0)) < VANISHED]
    small = sorted(
        (size, leaf)
        for leaf in little
        if (size := last.strongest[leaf][0]) < enough and math.isfinite(log.grad(leaf, last.end))
    )
    if not small:
        return
    size, leaf = small[0]
    edges = last.path(leaf)
    event = next(edge for edge, product in slopes_along(log, edges) if product < enough)
    then = Snapshot(at.program, log, event)
    flattest = min(edges, key=lambda edge: abs(log.edge_local[log.details[edge]]))
    others = f", and {len(small) - 1} more like it" if len(small) > 1 else ""
    slopes = f"{len(edges)} slopes multiply to" if len(edges) > 1 else "one slope is"
    sentence = (
        f"The gradient vanishes on the way from {called(then, last.root)} to {called(then, leaf)}{others}: "
        f"{slopes} {_tiny(size)}. The flattest is {_edge(at, flattest)}."
    )
    sender = made(at, log.edge_source[log.details[flattest]], flattest)
    repair = "Use larger numbers or fewer multiplications on the way."
    if sender.op.flat is not None:
        repair = sender.put_in(sender.op.flat.repair)
    node = log.subjects[event]
    yield finding(at, Trouble.VANISHING, node, event, sentence, repair, _nodes(log, edges))


def silent(at: Snapshot, last: Pass) -> Iterator[Finding]:
    """For each operation with a flat stretch: its nodes whose slope is exactly 0, and what they keep at 0."""
    log = at.log
    for op, senders in last.senders.items():
        quiet = {node: event for node, event in senders.items() if node not in last.loud}
        if op.flat is None or not (quiet := {node: quiet[node] for node in quiet if not _chooses(at, node)}):
            continue
        count = sum(not _chooses(at, node) for node in senders)
        node = min(quiet)
        event = quiet[node]
        how, where = made(at, node, event), []
        repair = how.put_in(op.flat.repair)
        if _is_unwritten(at, node, how):
            repair = replace(how, operands=(Written(f"the operand of {how.name.text}"),)).put_in(
                op.flat.repair
            )
            place = at.span(node)
            where = [f"of {at.program.source(place)} on line {place.line}"]
            how = replace(how, operands=(Written("its operand"),))
        passes = "passes" if len(quiet) == 1 else "pass"
        of_all = " in this backward" if log.codes.count(op.code) > len(senders) else ""
        of_all = " outside of abs, max and min" if len(senders) > count else of_all
        how_many = f"{len(quiet)} of {count} {op.name} nodes" if count > 1 else f"The only {op.name} node"
        first = "first " if len(quiet) > 1 else ""
        stale = ""
        facts = [*where, *how.given(), f"{op.symbol} needs {how.put_in(op.flat.needs)}"]
        if not how.agrees:
            stale = f", computed as {at.digits(how.result)} before something was written"
            facts, repair = [], f"Compute {how.name.text} again before backward."
        sentence = f"{how_many}{of_all} {passes} nothing back: {first}{how.equation()}"
        sentence += f"{stale}{''.join(f', {fact}' for fact in facts)}.{_kept_from(at, last, quiet)}"
        if 1 < len(quiet) == len(senders) and how.agrees:
            sentence += _since(at, last, op)
            repair = _other_activation(at, node) or repair
        yield finding(at, Trouble.SILENT, node, event, sentence, repair)


def _is_unwritten(at: Snapshot, node: int, how: Made) -> bool:
    """Whether a node's operand is called by a number alone, as nobody gave it a name or wrote it."""
    (operand,) = at.log.operands(node)
    return not at.names_of(operand) and how.operands[0].text == called_for_short(at.log, operand)


def _since(at: Snapshot, last: Pass, op: Operation) -> str:
    """Since which of several backward passes all nodes of an operation are silent."""
    seeds = [seed for seed in at.log.seeds if seed <= last.seed]
    first = len(seeds)
    while first > 1:
        before = Pass(at.log, seeds[first - 2], at.position)
        senders = before.senders.get(op, {})
        if not senders or not before.loud.isdisjoint(senders):
            break
        first -= 1
    if len(seeds) == 1:
        return ""
    began = "the first" if first == 1 else f"number {first}"
    return f" All are silent from {began} of {len(seeds)} backward passes on."


def _other_activation(at: Snapshot, node: int) -> str:
    """What to write where all nodes of a network that was made on one line are silent; else nothing."""
    name = at.written(node).text
    network = re.match(r"\(?(\w+)\.l\d+\.n\d+", name)
    if network is None:
        return ""
    for line, text in enumerate(at.program.text.split("\n"), 1):
        found = re.match(rf"\s*{re.escape(network[1])}\s*=\s*MLP\((.*)\)", text)
        if found and "activation" not in found[1]:
            tanh = f'{network[1]} = MLP({found[1]}, activation="tanh")'
            return f"Write {tanh} on line {line}, or take smaller steps."
    return ""


def _chooses(at: Snapshot, node: int) -> bool:
    """Whether a node is a relu inside `abs`, `max` or `min`, which are meant to stop one side."""
    return _CHOICE.search(at.program.source(at.span(node))) is not None


def _kept_from(at: Snapshot, last: Pass, quiet: Iterable[int]) -> str:
    """What some silent nodes keep at 0: the named leaves below them to which nothing comes by other ways."""
    log, under = at.log, below(at.log, quiet)
    named = sorted(leaf for leaf in last.leaves if leaf in under and log.names_of.get(leaf))
    starved = [leaf for leaf in named if leaf not in last.received]
    zero = [called(at, leaf) for leaf in starved if not log.grad(leaf, at.position)]
    other = [called(at, leaf) for leaf in starved if log.grad(leaf, at.position)]
    parts = [f"{_listed(zero)} {'gets' if len(zero) == 1 else 'get'} exactly 0"] if zero else []
    if other:
        parts.append(f"what is in the grad of {_listed(other)} comes from elsewhere")
    if parts:
        return f" The gradient stops there: {'; '.join(parts)}."
    fed = all(math.isfinite(total) and total for total in map(last.received.get, named) if total is not None)
    return " What lies below gets its gradient by other ways." if named and fed else ""


def _nodes(log: Log, edges: list[int]) -> tuple[int, ...]:
    """The nodes of a path: the root, and what each edge leads to."""
    return (log.edge_source[log.details[edges[0]]], *(log.subjects[edge] for edge in edges))


def _edge(at: Snapshot, event: int) -> str:
    """An edge by what its source computes and its slope: `y = y*3 with the slope 3`."""
    log, detail = at.log, at.log.details[event]
    sender = made(at, log.edge_source[detail], event)
    given = ", ".join(sender.given())
    slope = at.digits(log.edge_local[detail])
    return f"{sender.equation()} with the slope {slope}{f' ({given})' if given else ''}"


def _tiny(size: float) -> str:
    """A number given by its logarithm, which may be too small for a float."""
    return short(10**size) if size > -300 else f"1e{size:.0f}"


def _listed(names: list[str]) -> str:
    """`a, b and c`, or the first few and how many more."""
    if len(names) > _FEW + 1:
        names = [*names[:_FEW], f"{len(names) - _FEW} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
