"""The loss curve: of the run, of what is tested with, and of a run that was kept to compare with."""

from __future__ import annotations

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from microcrad.train.charts import Axis, columns, last_step, loss_axis
from microcrad.train.history import Curve, History
from microcrad.train.run_log import LoggedRun
from microcrad.train.training_moment import TrainingMoment
from tui.train.chart import ChartLine, paint_chart, plot_size
from tui.train.painting import Painting
from tui.train.train_commands import with_keys
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len, fit

__all__ = ["Loss"]


class Loss(Widget, can_focus=True):
    """The loss of every step on a scale of powers of ten."""

    HELP = (
        "The loss of every step so far, on a scale of powers of ten: with batches its mean over the steps of "
        "about an epoch, at most 50, and in a column the mean of those, which is a line one can read; and "
        "those of the validation and the test set if there are any. c keeps a run: its curve stays faintly, "
        "unless it is of another loss, and C lists those kept. Faint level lines are losses to beat. e draws "
        "whole sets by epoch. A ! marks where a number was no longer finite."
    )
    TABLE: tuple[Command[Loss], ...] = (
        Command("by_epoch", "e", "By epoch", "Draw the curves by step, or whole sets by epoch",
                lambda pane: pane.turn(), ("epochs", "steps", "curve")),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, "loss")
        self.glyphs = glyphs
        self.moment: TrainingMoment | None = None
        self.by_epoch = False
        """Whether the curves are those of whole sets, at the ends of epochs."""
        self._painting = Painting(self, self._paint)

    def title(self, moment: TrainingMoment) -> str:
        """The name of the pane and what its lines are."""
        lines = [("train", self.glyphs.train)]
        lines += [("valid", self.glyphs.validation)] * bool(len(moment.history.validation_loss))
        lines += [("test", self.glyphs.test)] * bool(len(moment.history.test_loss))
        kept = _comparable(moment)
        name = "kept" if len(kept) < 2 else f"{len(kept)} kept"
        lines += [(name, self.glyphs.kept)] * (len(kept) > 0)
        lines += [("to beat", self.glyphs.kept)] * bool(moment.levels and not kept)
        named = " ".join(f"{name} {line}" for name, line in lines)
        for titled in (f"Loss  {named}", f"Loss {named}", named):
            if cell_len(titled) + 4 <= self.size.width:
                return titled
        return "Loss " + " ".join(line if name == "train" else f"{name} {line}" for name, line in lines)

    def show(self, moment: TrainingMoment) -> None:
        """Show the curves as they are by now."""
        self.moment = moment
        self._painting.forget()

    def turn(self) -> None:
        """Draw by step, or by epoch."""
        self.by_epoch = not self.by_epoch
        self._painting.forget()

    def notify_style_update(self) -> None:
        """Forget what was painted in other colours."""
        super().notify_style_update()
        self._painting.forget()

    def render_line(self, y: int) -> Strip:
        return self._painting.row(y)

    def _paint(self) -> list[Strip]:
        width, height = self.size
        base, moment = self.look(), self.moment
        curves = [] if moment is None else self._curves(moment)
        levels = [] if moment is None else [level for _, level in moment.levels]
        axis = _axis([curve for _, curve, _, _, _ in curves], levels)
        if moment is None or not curves:
            text = fit(with_keys(" Press {run} to train."), width, self.glyphs.ellipsis)
            return [Strip([Segment(text, base + self.look("quiet"))], width)]
        axis = axis or Axis(0.1, 1.0)
        count, _ = plot_size(width, height)
        kept = max((run.state.step for run in _comparable(moment)), default=0)
        last = last_step(moment.configuration.steps, max(moment.step, kept))
        dots = count * (2 if self.glyphs.blocks else 1)
        lines = [
            ChartLine([(place, place)] * dots, self.look("kept"), ":", 4)
            for place in axis.place(np.array(levels)).tolist()
        ]
        broken: tuple[int, ...] = ()
        for history, curve, look, sign, period in curves:
            shown = columns(curve, last, dots)
            ends = (shown.mean, shown.mean) if history.with_batches else (shown.low, shown.high)
            low, high = map(axis.place, ends)
            lines.append(ChartLine(np.column_stack([low, high]).tolist(), self.look(look), sign, period))
            broken = shown.broken
        marks = {place * count // dots for place in broken}
        error = base + self.look("error") + Style(bold=True)

        def over(column: int, row: int, which: int) -> Segment | None:
            return Segment(self.glyphs.error, error) if row == 0 and column in marks else None

        below = ("0", str(last // 2), str(last))
        if self.by_epoch:
            epochs = last * moment.epoch / max(moment.step, 1)
            below = ("epoch 0", f"{epochs / 2:.4g}", f"{epochs:.4g}")
        return paint_chart(
            lines, axis, below, (width, height), base, self.look("quiet"), self.glyphs, over
        ) or [Strip.blank(width, base)]

    def _curves(self, moment: TrainingMoment) -> list[tuple[History, Curve, str, str, int]]:
        """Each curve that has a point: its run, look, sign in ASCII and period; the run's own is last."""
        own, each = moment.history, [run.history for run in _comparable(moment)]
        curves = [
            *((run, run.train_loss if self.by_epoch else run.smoothed, "kept", ":", 2) for run in each),
            (own, own.test_loss, "test", ".", 4), (own, own.validation_loss, "validation", "-", 6),
            (own, own.train_loss if self.by_epoch else own.smoothed, "train", "*", 1),
        ]  # fmt: skip
        return [row for row in curves if len(row[1])]


def _axis(curves: list[Curve], levels: list[float]) -> Axis | None:
    """The scale that has room for the losses to beat as well, once there is a curve."""
    return loss_axis(curves, levels if curves else ())


def _comparable(moment: TrainingMoment) -> list[LoggedRun]:
    """The kept runs whose loss is the one that is drawn: another has another scale."""
    return [run for run in moment.runs if run.configuration.loss == moment.configuration.loss]
