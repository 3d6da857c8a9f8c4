"""The command that runs a program and prints its nodes, or its events as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from microcrad.run.faults import FAULTS
from tui.commands.options import json_option, plain_option, until_option, whole
from tui.commands.reading import Wrong, called, folder_of, read, stopped
from tui.saying import say

if TYPE_CHECKING:
    from microcrad.session.breakpoints import Breakpoint

__all__ = ["run"]


@click.command()
@click.argument("file")
@click.option("--step", is_flag=True, help="Print every event as a sentence instead.")
@click.option(
    "--view",
    type=click.Choice(["math", "memory", "all"]),
    help="Which events --step prints. [math; all in manual ownership]",
)
@click.option("--from", "first", callback=whole(1), metavar="N", help="Start --step at the view's event N.")
@until_option
@json_option
@click.option(
    "--fault",
    type=click.Choice(list(FAULTS)),
    help="Run wrong on purpose, and say what comes out wrong beside the right run.",
)
@click.option("--fail-on-leak", is_flag=True, help="Exit with 1 if nodes are leaked.")
@plain_option
def run(
    file: str,
    step: bool,
    view: str | None,
    first: int | None,
    until: Breakpoint | None,
    as_json: bool,
    fault: str | None,
    fail_on_leak: bool,
    plain: bool,
) -> int:
    """Run a program and print its nodes.

    FILE is a program, or - for standard input. With a line `# ownership: manual` in it, names own nothing,
    and retain and release count. Exits with 1 if it has an error.

    \b
    microcrad run neuron.mc
    microcrad run --step --view memory neuron.mc
    microcrad run --step --until 'grad w' neuron.mc
    microcrad run --fault overwrite shared.mc
    echo "print(2**0.5)" | microcrad run -
    """
    if step and as_json:
        raise click.UsageError(
            "--step prints sentences and --json an object. Choose one.", click.get_current_context()
        )
    if not step and (view or first or until):
        raise click.UsageError(
            "--view, --from and --until choose events for --step. Add --step.", click.get_current_context()
        )
    text = read(file)
    from microcrad.run.result import run_program
    from microcrad.session.report import report
    from microcrad.timeline.log import View
    from tui.commands import outcome as words

    done = run_program(text, fault, folder=folder_of(file))
    if as_json:
        import json

        say([json.dumps(report(done), allow_nan=False)])
    elif step:
        chosen = View(view) if view else View.ALL if done.ownership == "manual" else View.MATH
        count = len(done.end.in_view(chosen))
        if first is not None and first > max(1, count):
            raise Wrong(
                f"--from: the {chosen} view of this run has {count} events, so there is no event {first}."
            )
        ends = None if until is None else stopped(done.end, until, chosen)
        say(words.events(done, chosen, first or 1, until=ends, plain=plain))
    elif done.end.event_count:
        say(words.outcome(done, plain=plain))
    say(words.diagnostics(called(file), done, plain=plain), error=True)
    return 1 if done.errors or (fail_on_leak and done.end.leaks) else 0
