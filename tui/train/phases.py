"""One step opened: the phases it goes through, with the nodes that are live at the end of each."""

from __future__ import annotations

from rich.text import Text

from microcrad.train.engines import PHASES as STEP_PHASES
from microcrad.train.training_moment import TrainingMoment
from tui.train.meters import Meter, Reading

__all__ = ["PHASES"]

_COUNT = 10
"""The cells of a number of nodes."""


def _phases(meter: Meter, moment: TrainingMoment) -> list[Text]:
    """The phases of the last step, the one that is looked at marked, and what happens in it.

    Where there is room for three rows, the counts stand below the names.
    """
    rows = min(max(meter.size.height, 2), 3)
    counts = {phase.name: f"{phase.live:,}" for phase in moment.phases}
    current = None if moment.phase is None else moment.phases[moment.phase]
    names, numbers = Text(" "), Text(" ")
    for name in STEP_PHASES:
        here = current is not None and current.name == name
        width = max(len(name) + 2, _COUNT if rows > 2 and meter.size.width >= 80 else 0) + 1
        names.append(f"[{name}]" if here else f" {name} ", meter.look("current" if here else ""))
        names.append(" " * (width - len(name) - 2))
        numbers.append(f" {counts.get(name, '')}"[:width].ljust(width), meter.look("live"))
    said = Text(" ")
    if current is not None:
        said.append(moment.happening)
        if rows == 2:
            said.append(f" {current.live:,} live.", meter.look("live"))
    elif moment.metrics is None:
        said.append("Nothing to open yet: s takes one step.", meter.look("quiet"))
    elif moment.running:
        said.append("While it runs, steps are not opened. space pauses.", meter.look("quiet"))
    else:
        said.append("n opens the last step into its phases.", meter.look("quiet"))
    return [names, numbers, said] if rows > 2 else [names, said]


PHASES = Reading(
    "The last step, taken apart: n and p go through its phases. The numbers are the nodes that are live "
    "at the end of each. With the tape, the step is taken once more with real nodes for this.",
    _phases,
)
