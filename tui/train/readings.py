"""What the small panes of training read off a moment: scores, weights, memory, one step opened."""

from __future__ import annotations

from microcrad.text.numbers import short
from microcrad.train.engines import PHASES as STEP_PHASES
from microcrad.train.scores import Score
from microcrad.train.training_moment import TrainingMoment
from tui.train.meters import Meter, Reading, bars
from tui.train.train_commands import with_keys
from tui.widgets.safe_text import SafeText

__all__ = ["MEMORY", "PHASES", "SCORES", "WEIGHTS"]

_NARROW = 30
"""With fewer columns scores are said in fewer."""
_COUNT = 10
"""The cells of a number of nodes."""


def _scores(meter: Meter, moment: TrainingMoment) -> list[SafeText]:
    """How well the network does, and how far the run is, in as many rows as there are."""
    narrow = meter.size.width < _NARROW
    said = [(text, look) for name, look in _PARTS for text in _score(name, moment.scores.get(name), narrow)]
    if not said:
        waiting = "no step yet" if not moment.step else "scored as epochs end"
        said = [(waiting, "quiet")]
    metrics = moment.metrics
    if metrics is not None:
        said.append((f"loss {short(metrics.loss)}", "data"))
        smoothed = moment.history.smoothed.numbers[-1]
        mean = [(f"smoothed {short(smoothed)}", "data")] * (smoothed != metrics.loss)
        rest = [(f"epoch {metrics.epoch:.4g}", ""), (f"rate {metrics.rate:.3g}", "")]
        said += [*rest, *mean] if narrow else [*mean, *rest]  # Where there is little room the curve has it.
    if len(moment.scores) == 1 and not moment.configuration.test:
        said.append(("no test set", "quiet"))
    return _flowing(meter, said)


_PARTS = (("train", "data"), ("validation", "live"), ("test", "grad"))


def _score(part: str, score: Score | None, narrow: bool) -> list[str]:
    if score is None:
        return []
    if score.accuracy is not None:
        share = f"{100 * score.accuracy:.3g}%" if narrow else f"{100 * score.accuracy:.4g} %"
        return [f"{part} {share}"]
    explained = [] if score.r2 is None else [f"R2 {score.r2:.4f}"]
    return [] if score.rmse is None else [f"{part} RMSE {score.rmse:.5g}", *explained]


def _flowing(meter: Meter, said: list[tuple[str, str]]) -> list[SafeText]:
    """Short texts, each with its look, side by side in as many rows as the pane has."""
    rows = [SafeText(" ")]
    for text, look in said:
        if rows[-1].cell_len > 1:
            if rows[-1].cell_len + 2 + len(text) < meter.size.width:
                rows[-1].append("  ")
            elif len(rows) == max(meter.size.height, 1):
                break
            else:
                rows.append(SafeText(" "))
        rows[-1].append(text, meter.look(look))
    return rows


def _weights(meter: Meter, moment: TrainingMoment) -> list[SafeText]:
    """Each layer's weights as a histogram, and the size of its gradient."""
    width = meter.size.width
    rows = []
    longest = max((len(layer.name) for layer in moment.layers), default=0)
    for layer in moment.layers:
        most = max(*layer.counts, 1)
        histogram = "".join(bars([float(count) for count in layer.counts], most, 1, meter.glyphs.levels)[0])
        row = SafeText(f" {layer.name:<{min(longest, width // 3)}}  ")
        row.append(histogram, meter.look("data"))
        if width >= 44:
            row.append(f"  largest {short(layer.reach):>9}", meter.look("data"))
        gradient = "" if moment.step == 0 else short(layer.gradient)
        shown = f"  {'grad ' if width >= 28 else ''}{gradient:>9}"
        for each in (shown, f" {gradient}"):  # A number is not cut.
            if row.cell_len + len(each) <= width:
                row.append(each, meter.look("grad"))
                break
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
    if counts:
        numbers.append("live", meter.look("live"))
    said = SafeText(" ")
    if current is not None:
        said.append(moment.happening)
        live = f" {current.live:,} live."
        if rows == 2 and said.cell_len + len(live) <= meter.size.width:  # The status line has it, too.
            said.append(live, meter.look("live"))
    elif moment.metrics is None:
        said.append(with_keys("Nothing to open yet: {take_step} takes one step."), meter.look("quiet"))
    elif moment.running:
        said.append(with_keys("While it runs, steps are not opened. {run} pauses."), meter.look("quiet"))
    else:
        said.append(with_keys("{next_phase} opens the last step into its phases."), meter.look("quiet"))
    return [names, numbers, said] if rows > 2 else [names, said]


SCORES = Reading(
    "How well the network does, at the end of each epoch (when every sample was seen once more) and of the "
    "run: the share of samples that it decides right, of those it is trained on, those that are held out to "
    "judge by and those it is tested with; of a regression the root of the mean squared error in the label's "
    "own unit, and R2, the share of the variance that is explained. Then the loss of the last step, its mean "
    "over the steps of about an epoch (at most 50), the epoch and the learning rate.",
    _scores,
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
