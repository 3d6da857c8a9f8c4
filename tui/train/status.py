"""The status line of training: where it stands, whether all is finite, what is alive."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from microcrad.train.training_moment import TrainingMoment
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len, fit

__all__ = ["TrainStatus"]

_WORTH_SAYING = 2.0
"""Seconds left from which on they are shown."""
_STOPPED = {
    "steps": "complete",
    "loss": "loss reached",
    "accuracy": "accuracy reached",
    "patience": "stopped early",
    "not finite": "stopped",
    "memory": "stopped",
}


class TrainStatus(Widget):
    """One line."""

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self)
        self.glyphs = glyphs
        self._shown: list[str] = []

    def show(self, moment: TrainingMoment, *, working: str = "", speed: float = 0.0) -> None:
        """Say where training stands, how many steps a second it takes, if that is known, and how long yet.

        `working` takes the place of that while something else goes on.
        """
        facts = [working] if working else _facts(moment, speed)
        if facts != self._shown:
            self._shown = facts
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        line = f" {_line(self._shown, width - 1)}"
        return Strip([Segment(fit(line, width, self.glyphs.ellipsis), self.look())], width)


def _line(facts: list[str], width: int) -> str:
    """As many facts as have room, whole, the first ones before others."""
    lines = (gap.join(facts[:count]) for count in range(len(facts), 0, -1) for gap in ("   ", "  "))
    return next((line for line in lines if cell_len(line) <= width), facts[0] if facts else "")


def _facts(moment: TrainingMoment, speed: float) -> list[str]:
    total = moment.configuration.steps
    step = f"{moment.step:>{len(str(total))}} of {total}"
    at = None if moment.phase is None else moment.phases[moment.phase]
    if moment.running:
        where = f"running, step {step}"
    elif moment.step == 0:
        where = f"ready, step {step}"
    elif at is not None:
        where = f"paused in step {step}, {at.name}"
    else:
        where = f"{_STOPPED.get(moment.stop.reason, 'paused') if moment.stop else 'paused'} at step {step}"
    metrics = moment.metrics
    finite = moment.stop is None or moment.stop.reason != "not finite"
    live = at.live if at is not None else moment.live if metrics is None else metrics.live
    facts = [where]
    if moment.running and speed:
        left = (total - moment.step) / speed
        facts.append(f"{speed:.3g} steps/s" if speed < 100 else f"{speed:,.0f} steps/s")
        facts += [_duration(left)] * (left > _WORTH_SAYING)
    facts += ["all finite" if finite else "not finite", f"{live:,} live  {moment.leaked:,} leaked"]
    facts.append(f"{moment.engine}, for {moment.not_compiled}" if moment.not_compiled else moment.engine)
    return facts


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left" if seconds < 5400 else f"{seconds / 3600:.0f} h left"
