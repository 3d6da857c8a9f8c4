"""One step opened: the phases it goes through, with the nodes that are live at the end of each."""

from __future__ import annotations

from rich.text import Text

from microcrad.train.engines import PHASES
from microcrad.train.training import TrainingMoment
from tui.widgets.glyphs import Glyphs
from tui.widgets.lines import Lines

__all__ = ["Phases"]

_COUNT = 10
"""The cells of a number of nodes."""


class Phases(Lines, can_focus=True):
    """The phases of the last step, the one that is looked at marked, and what happens in it."""

    LOOKS = "phases"
    HELP = (
        "The last step, taken apart: n and p go through its phases. The numbers are the nodes that are live "
        "at the end of each. With the tape, the step is taken once more with real nodes for this."
    )
    COMPONENT_CLASSES = {f"phases--{name}" for name in ("current", "live", "quiet")}

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs

    def show(self, moment: TrainingMoment, *, rows: int) -> None:
        """Show the phases in so many rows: 2, or 3 with the counts below the names."""
        counts = {phase.name: f"{phase.live:,}" for phase in moment.phases}
        current = None if moment.phase is None else moment.phases[moment.phase]
        names, numbers = Text(" "), Text(" ")
        for name in PHASES:
            here = current is not None and current.name == name
            width = max(len(name) + 2, _COUNT if rows > 2 and self.size.width >= 80 else 0) + 1
            names.append(f"[{name}]" if here else f" {name} ", self.look("current" if here else ""))
            names.append(" " * (width - len(name) - 2))
            numbers.append(f" {counts.get(name, '')}"[:width].ljust(width), self.look("live"))
        said = Text(" ")
        if current is not None:
            said.append(moment.happening)
            if rows == 2:
                said.append(f" {current.live:,} live.", self.look("live"))
        elif moment.metrics is None:
            said.append("Nothing to open yet: s takes one step.", self.look("quiet"))
        elif moment.running:
            said.append("While it runs, steps are not opened. space pauses.", self.look("quiet"))
        else:
            said.append("n opens the last step into its phases.", self.look("quiet"))
        self.set_rows([names, numbers, said] if rows > 2 else [names, said])
