"""What the small panes of training read off a moment: accuracy, weights, memory, one step opened."""

from __future__ import annotations

from microcrad.text.numbers import short
from microcrad.train.engines import PHASES as STEP_PHASES
from microcrad.train.training_moment import TrainingMoment
from tui.train.meters import Meter, Reading, bars
from tui.train.train_commands import with_keys
from tui.widgets.safe_text import SafeText

__all__ = ["ACCURACY", "MEMORY", "PHASES", "WEIGHTS"]

_COUNT = 10
"""The cells of a number of nodes."""


def _accuracy(meter: Meter, moment: TrainingMoment) -> list[SafeText]:
    """The share of samples that are decided right."""
    history, test = moment.history, moment.configuration.test > 0
    wide = meter.size.width >= 32
    first = SafeText(" ")
    if not moment.classes:
        return [meter.quiet(" a regression: see the loss")]
    if not len(history.train_accuracy):
        batch = None if moment.metrics is None else moment.metrics.accuracy
        said = "no step yet" if batch is None else f"batch {_percent(batch, wide)}"
        return [first.append(said, meter.look("quiet"))]
    first.append(f"train {_percent(history.train_accuracy.numbers[-1], wide)}", meter.look("data"))
    if len(history.test_accuracy):
        share = _percent(history.test_accuracy.numbers[-1], wide)
        first.append("   " if wide else "  ").append(f"test {share}", meter.look("grad"))
    elif not test and wide:
        first.append("   no test set", meter.look("quiet"))
    return [first]


def _weights(meter: Meter, moment: TrainingMoment) -> list[SafeText]:
    """Each layer's weights as a histogram, and the size of its gradient."""
    width = meter.size.width
    rows = []
    for index, layer in enumerate(moment.layers):
        most = max(*layer.counts, 1)
        histogram = "".join(bars([float(count) for count in layer.counts], most, 1, meter.glyphs.levels)[0])
        row = SafeText(f" {'layer ' if width >= 44 else ''}l{index}  ")
        row.append(histogram, meter.look("data"))
        if width >= 44:
            row.append(f"  largest {short(layer.reach):>9}", meter.look("data"))
        gradient = "" if moment.step == 0 else short(layer.gradient)
        row.append(f"  {'grad ' if width >= 28 else ''}{gradient:>9}", meter.look("grad"))
        rows.append(row)
    room = max(meter.size.height, 1)
    if len(rows) > room:
        rows[room - 1 :] = [meter.quiet(f" and {len(rows) - room + 1} more layers: z")]
    return rows


def _memory(meter: Meter, moment: TrainingMoment) -> list[SafeText]:
    """Live nodes after each step, and the most there were during it."""
    history, metrics, wide = moment.history, moment.metrics, meter.size.width >= 32
    live = moment.live if metrics is None else metrics.live
    what = "after each step" if moment.eager else "recorded"
    text = f"{live:,} nodes {what}" if wide or not moment.eager else f"{live:,} after a step"
    first = SafeText(" ").append(text, meter.look("leaked" if moment.leaked else "live"))
    if metrics is not None and metrics.peak > metrics.live and meter.size.width >= 44:
        first.append(f"   at most {metrics.peak:,}", meter.look("quiet"))
    height = meter.size.height - 1
    if not len(history.live) or height < 1:
        return [first]
    if not moment.eager and not moment.leaked:
        return [first, meter.quiet(" one sample's graph, replayed" if wide else " replayed")]
    curves = [meter.highest(curve, moment) for curve in (history.live, history.peak)]
    most = max([1.0, *(number for number in curves[1] if number == number)])
    now, ever = (bars(curve, most, height, meter.glyphs.levels) for curve in curves)
    rows = [first]
    for lived, peaked in zip(now, ever, strict=True):
        row = SafeText(" ")
        for one, other in zip(lived, peaked, strict=True):
            if one != " " or other == " ":
                row.append(one, meter.look("leaked" if moment.leaked else "live"))
            else:
                row.append(meter.glyphs.shade, meter.look("quiet"))
        rows.append(row)
    return rows


def _phases(meter: Meter, moment: TrainingMoment) -> list[SafeText]:
    """The phases of the last step, the one that is looked at marked, and what happens in it.

    Where there is room for three rows, the counts stand below the names.
    """
    rows = min(max(meter.size.height, 2), 3)
    counts = {phase.name: f"{phase.live:,}" for phase in moment.phases}
    current = None if moment.phase is None else moment.phases[moment.phase]
    names, numbers = SafeText(" "), SafeText(" ")
    for name in STEP_PHASES:
        here = current is not None and current.name == name
        width = max(len(name) + 2, _COUNT if rows > 2 and meter.size.width >= 80 else 0) + 1
        names.append(f"[{name}]" if here else f" {name} ", meter.look("current" if here else ""))
        names.append(" " * (width - len(name) - 2))
        numbers.append(f" {counts.get(name, '')}"[:width].ljust(width), meter.look("live"))
    said = SafeText(" ")
    if current is not None:
        said.append(moment.happening)
        if rows == 2:
            said.append(f" {current.live:,} live.", meter.look("live"))
    elif moment.metrics is None:
        said.append(with_keys("Nothing to open yet: {take_step} takes one step."), meter.look("quiet"))
    elif moment.running:
        said.append(with_keys("While it runs, steps are not opened. {run} pauses."), meter.look("quiet"))
    else:
        said.append(with_keys("{next_phase} opens the last step into its phases."), meter.look("quiet"))
    return [names, numbers, said] if rows > 2 else [names, said]


def _percent(share: float, wide: bool) -> str:
    return f"{100 * share:5.1f} %" if wide else f"{100 * share:4.3g}%"


ACCURACY = Reading(
    "The share of samples that the network decides right, of those it is trained on and of those it "
    "is tested with, at the end of each epoch: when every sample was seen once more.",
    _accuracy,
)
WEIGHTS = Reading(
    "A row a layer, named as its parameters are: l0 reads the inputs. The bars count its weights and "
    "biases from the most negative to the most positive; beside them the largest of all and the mean "
    "size of the last gradient. A gradient of 0 means that the layer learns nothing.",
    _weights,
)
MEMORY = Reading(
    "How many nodes are live after each step, as full bars, and how many there were at most while it "
    "was taken, as shades above. With the eager engine a step builds a graph and releases it; with the "
    "tape one sample's recorded graph stays. A curve that climbs is a leak.",
    _memory,
)
PHASES = Reading(
    with_keys(
        "The last step, taken apart: {next_phase} and {previous_phase} go through its phases. The numbers "
        "are the nodes that are live at the end of each. With the tape, the step is taken once more with "
        "real nodes for this."
    ),
    _phases,
)
