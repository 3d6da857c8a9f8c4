"""The commands that look into a moment of a run: one node, its numbers gone wrong, its grads checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from microcrad.run.faults import FAULTS
from tui.commands.options import at_option, json_option, plain_option, until_option
from tui.commands.reading import Wrong, moment_of
from tui.saying import say

if TYPE_CHECKING:
    from microcrad.session.breakpoints import Breakpoint

__all__ = ["diagnose", "explain", "gradcheck"]


@click.command()
@click.argument("file")
@click.argument("node")
@at_option
@until_option
@plain_option
def explain(file: str, node: str, at: int | None, until: Breakpoint | None, plain: bool) -> int:
    """Explain one node.

    How it was computed, its slopes, what added up to its grad, and who holds it. FILE is a program, or - for
    standard input. NODE is a name, an expression as `run` shows it, or a number such as '#4'.

    \b
    microcrad explain neuron.mc n
    microcrad explain neuron.mc 'x*w' --at 14
    microcrad explain neuron.mc w --until 'grad w'
    """
    from tui.commands import outcome as words

    moment, run = moment_of(file, at, until, plain=plain)
    if moment is None:
        return 1
    found = moment.node_called(node)
    if found is None:
        raise Wrong(words.no_such_node(moment, node))
    say(words.explanation(moment, found, plain=plain))
    return run.exit_code


@click.command()
@click.argument("file")
@at_option
@until_option
@json_option
@plain_option
def diagnose(file: str, at: int | None, until: Breakpoint | None, as_json: bool, plain: bool) -> int:
    """Say where the numbers of a program go wrong.

    What stops it, as a touch of freed memory does, the first nan or infinity and what it was made of,
    gradients that explode, vanish or stop, leaks, and what to do.
    FILE is a program, or - for standard input. Exits with 1 if a number or a grad is not finite.

    \b
    microcrad diagnose nan.mc
    microcrad diagnose nan.mc --at 14 --json
    """
    import json

    from microcrad.diagnosis.diagnosis import diagnose as found_in
    from microcrad.session.report import diagnosis_report
    from tui.playground.checks import diagnosis

    moment, run = moment_of(file, at, until, plain=plain)
    if moment is None:
        return 1
    found = found_in(moment, run.memory_stop, run.errors)
    report = json.dumps(diagnosis_report(moment, found), allow_nan=False) if as_json else ""
    say([report] if as_json else diagnosis(moment, found, plain=plain))
    return 1 if any(finding.kind.not_finite for finding in found) else run.exit_code


@click.command()
@click.argument("file")
@at_option
@until_option
@click.option("--fault", type=click.Choice(list(FAULTS)), help="Run wrong on purpose, and see what differs.")
@json_option
@plain_option
def gradcheck(
    file: str, at: int | None, until: Breakpoint | None, fault: str | None, as_json: bool, plain: bool
) -> int:
    """Compare every leaf's grad with its finite difference.

    The last backward that has begun is checked, and it is said why a grad differs. FILE is a program, or -
    for standard input. Exits with 1 if a grad differs, other than at a kink.

    \b
    microcrad gradcheck neuron.mc
    microcrad gradcheck --fault overwrite shared.mc
    """
    import json

    from microcrad.diagnosis.graph_check import GraphCheck
    from microcrad.session.report import check_report
    from tui.playground.checks import NO_BACKWARD, grads

    moment, run = moment_of(file, at, until, plain=plain, fault=fault)
    if moment is None:
        return 1
    check = GraphCheck.of(moment, None if fault is None else FAULTS[fault])
    if check is None:
        raise Wrong(NO_BACKWARD)
    leaves = list(check.steps())
    report = json.dumps(check_report(check, leaves), allow_nan=False) if as_json else ""
    say([report] if as_json else grads(check, leaves, plain=plain))
    return run.exit_code if all(leaf.verdict.good for leaf in leaves) else 1
