"""Three small panes of numbers: accuracy, weights, memory."""

from __future__ import annotations

from rich.text import Text
from textual.strip import Strip
from textual.widget import Widget

from microcrad.text.numbers import short
from microcrad.train.charts import columns, last_step
from microcrad.train.history import Curve
from microcrad.train.training import TrainingMoment
from microcrad.train.views import LayerWeights
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks

__all__ = ["Accuracy", "Memory", "Weights"]


class _Meter(Looks, Widget, can_focus=True):
    """A few rows of text."""

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.moment: TrainingMoment | None = None
        self._rows: list[Text] = []

    def _rows_now(self, moment: TrainingMoment) -> list[Text]:
        raise NotImplementedError

    def show(self, moment: TrainingMoment) -> None:
        """Show how things stand."""
        self.moment = moment
        rows = self._rows_now(moment)
        if rows != self._rows:
            self._rows = rows
            self.refresh()

    def on_resize(self) -> None:
        """Lay out anew."""
        if self.moment is not None:
            self.show(self.moment)

    def _quiet(self, text: str) -> Text:
        return Text().append(text, self.look("quiet"))  # A style of the whole text would not be rendered.

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.look()
        if y >= len(self._rows):
            return Strip.blank(width, base)
        text = self._rows[y]
        strip = Strip(text.render(self.app.console, end=""), text.cell_len).apply_style(base)
        return strip.adjust_cell_length(width, base)

    def _highest(self, curve: Curve, moment: TrainingMoment) -> list[float]:
        """The largest number in each cell of a row; nan where there is none."""
        last = last_step(moment.configuration.steps, moment.step)
        highest: list[float] = columns(curve, last, max(self.size.width - 2, 1)).high.tolist()
        return highest


def bars(numbers: list[float], most: float, rows: int, levels: str) -> list[list[str]]:
    """Columns from 0 to `most`, so many rows high, from the top row down; nan is none."""
    steps = len(levels) - 1
    heights = [
        0 if number != number else max(round(min(number / most, 1.0) * rows * steps), int(number > 0))
        for number in numbers
    ]
    return [
        [levels[max(0, min(height - row * steps, steps))] for height in heights]
        for row in reversed(range(rows))
    ]


class Accuracy(_Meter):
    """The share of samples that are decided right."""

    LOOKS = "accuracy"
    HELP = (
        "The share of samples that the network decides right, of those it is trained on and of those it "
        "is tested with, at the end of each epoch: when every sample was seen once more."
    )
    COMPONENT_CLASSES = {f"accuracy--{name}" for name in ("train", "test", "quiet")}

    def _rows_now(self, moment: TrainingMoment) -> list[Text]:
        history, test = moment.history, moment.configuration.test > 0
        wide = self.size.width >= 32
        first = Text(" ")
        if not moment.classes:
            return [self._quiet(" a regression: see the loss")]
        if not len(history.train_accuracy):
            batch = None if moment.metrics is None else moment.metrics.accuracy
            said = "no step yet" if batch is None else f"batch {_percent(batch, wide)}"
            return [first.append(said, self.look("quiet"))]
        first.append(f"train {_percent(history.train_accuracy.numbers[-1], wide)}", self.look("train"))
        if len(history.test_accuracy):
            share = _percent(history.test_accuracy.numbers[-1], wide)
            first.append("   " if wide else "  ").append(f"test {share}", self.look("test"))
        elif not test and wide:
            first.append("   no test set", self.look("quiet"))
        return [first]


class Weights(_Meter):
    """Each layer's weights as a histogram, and the size of its gradient."""

    LOOKS = "weights"
    HELP = (
        "A row a layer, named as its parameters are: l0 reads the inputs. The bars count its weights and "
        "biases from the most negative to the most positive; beside them the largest of all and the mean "
        "size of the last gradient. A gradient of 0 means that the layer learns nothing."
    )
    COMPONENT_CLASSES = {f"weights--{name}" for name in ("data", "grad", "quiet")}

    looked_at: tuple[LayerWeights, ...] = ()

    def show_layers(self, moment: TrainingMoment, layers: tuple[LayerWeights, ...]) -> None:
        """Show the weights of each layer."""
        self.looked_at = layers
        self.show(moment)

    def _rows_now(self, moment: TrainingMoment) -> list[Text]:
        width = self.size.width
        rows = []
        for index, layer in enumerate(self.looked_at):
            most = max(*layer.counts, 1)
            histogram = "".join(
                bars([float(count) for count in layer.counts], most, 1, self.glyphs.levels)[0]
            )
            row = Text(f" {'layer ' if width >= 44 else ''}l{index}  ")
            row.append(histogram, self.look("data"))
            if width >= 44:
                row.append(f"  largest {short(layer.reach):>9}", self.look("data"))
            gradient = "" if layer.gradient != layer.gradient and moment.step == 0 else short(layer.gradient)
            row.append(f"  {'grad ' if width >= 28 else ''}{gradient:>9}", self.look("grad"))
            rows.append(row)
        room = max(self.size.height, 1)
        if len(rows) > room:
            rows[room - 1 :] = [self._quiet(f" and {len(rows) - room + 1} more layers: z")]
        return rows


class Memory(_Meter):
    """Live nodes after each step, and the most there were during it."""

    LOOKS = "memory"
    HELP = (
        "How many nodes are live after each step, as full bars, and how many there were at most while it "
        "was taken, as shades above. With the eager engine a step builds a graph and releases it; with the "
        "tape one sample's recorded graph stays. A curve that climbs is a leak."
    )
    COMPONENT_CLASSES = {f"memory--{name}" for name in ("live", "leaked", "peak", "quiet")}

    def _rows_now(self, moment: TrainingMoment) -> list[Text]:
        history, metrics, wide = moment.history, moment.metrics, self.size.width >= 32
        live = moment.live if metrics is None else metrics.live
        what = "after each step" if moment.eager else "recorded"
        text = f"{live:,} nodes {what}" if wide or not moment.eager else f"{live:,} after a step"
        first = Text(" ").append(text, self.look("leaked" if moment.leaked else "live"))
        if metrics is not None and metrics.peak > metrics.live and self.size.width >= 44:
            first.append(f"   at most {metrics.peak:,}", self.look("peak"))
        height = self.size.height - 1
        if not len(history.live) or height < 1:
            return [first]
        if not moment.eager and not moment.leaked:
            return [first, self._quiet(" one sample's graph, replayed" if wide else " replayed")]
        curves = [self._highest(curve, moment) for curve in (history.live, history.peak)]
        most = max([1.0, *(number for number in curves[1] if number == number)])
        now, ever = (bars(curve, most, height, self.glyphs.levels) for curve in curves)
        rows = [first]
        for lived, peaked in zip(now, ever, strict=True):
            row = Text(" ")
            for one, other in zip(lived, peaked, strict=True):
                if one != " " or other == " ":
                    row.append(one, self.look("leaked" if moment.leaked else "live"))
                else:
                    row.append(self.glyphs.shade, self.look("peak"))
            rows.append(row)
        return rows


def _percent(share: float, wide: bool) -> str:
    return f"{100 * share:5.1f} %" if wide else f"{100 * share:4.3g}%"
