"""What the large pane shows of a training, and which of its samples is marked there.

It asks `microcrad.train.views` for what the data can be looked at with: a plane, a fit, pictures or a table.
"""

from __future__ import annotations

import time

from microcrad.train import views
from microcrad.train.samples import Sample, neighbour, sample
from microcrad.train.trainer import Trainer
from microcrad.train.training import Training
from tui.train.chart import plot_size
from tui.train.fit import FitCurve
from tui.train.plane import Plane
from tui.train.wall import Wall, room

__all__ = ["Outlook", "View"]

View = Plane | FitCurve | Wall | views.Confusion

SLICE_SECONDS = 0.012
"""How long a picture of the plane may take while the run goes on."""


class Outlook:
    """The large pane's view and its mark."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.view: View | None = None
        self.place = 0
        """The marked sample of a plane or a fit; the place on the wall; the cell of the table, row by row."""
        self._columns = 1
        """Places in a row of the wall, or of the table."""
        self._seconds_per_place = 0.0
        self._trainer = training.trainer

    @property
    def title(self) -> str:
        """What the pane is called."""
        trainer = self.training.trainer
        if self._is_wall(trainer):
            return "Test pictures" if trainer.prepared.test is not None else "Pictures"
        if trainer.prepared.train.kind == "regression":
            more = trainer.sizes[0] - 1
            return "Fit" + (" (other inputs at their mean)" if more else "")
        return "Decision boundary" if views.is_plane(trainer) else "Confusion table"

    def look(self, size: tuple[int, int], dots: tuple[int, int], *, moving: bool) -> View:
        """Look at the training as it stands, in a pane of so many cells.

        `dots` says how many pixels a cell has, across and down. While the run is `moving`, what would take
        too long is looked at less closely.
        """
        trainer = self.training.trainer
        if trainer is not self._trainer:
            self._trainer, self.place, self._seconds_per_place = trainer, 0, 0.0
        width, height = max(size[0], 1), max(size[1], 1)
        if self._is_wall(trainer):
            self.view = self._wall(trainer, width, height, dots[1], moving)
        elif trainer.prepared.train.kind == "regression":
            columns, _ = plot_size(width, height)
            fit = views.fit(trainer, columns * dots[0])
            self.view = FitCurve(fit, views.points(trainer), trainer.prepared.train.inputs[0])
        elif views.is_plane(trainer):
            self.view = self._plane(trainer, width, height * dots[1], moving)
        else:
            self.view = views.confusion(trainer)
            self._columns = len(self.view.classes)
        return self.view

    def _is_wall(self, trainer: Trainer) -> bool:
        return bool(trainer.prepared.train.classes and views.picture_side(trainer))

    def _plane(self, trainer: Trainer, columns: int, rows: int, moving: bool) -> Plane:
        coarse = 1
        while moving and columns * rows / coarse**2 * self._seconds_per_place > SLICE_SECONDS and coarse < 8:
            coarse += 1
        columns, rows = -(-columns // coarse), -(-rows // coarse)
        started = time.perf_counter()
        field = views.field(trainer, columns, rows)
        spent = (time.perf_counter() - started) / (columns * rows)
        # A pause of the machine is no reason to look less closely for long: the average forgets it.
        self._seconds_per_place = (
            spent if not self._seconds_per_place else (0.7 * self._seconds_per_place + 0.3 * spent)
        )
        return Plane(field, views.points(trainer))

    def _wall(self, trainer: Trainer, width: int, height: int, rows_per_cell: int, moving: bool) -> Wall:
        side = views.picture_side(trainer)
        side = -(-side // -(-side // views.LARGEST_PICTURE))
        self._columns, rows, _ = room(side, width, height, rows_per_cell)
        pictures = views.pictures(trainer, self._columns * rows, mistakes_first=not moving)
        self.place = min(self.place, len(pictures) - 1)
        return Wall(pictures, views.first_layer(trainer, self._columns))

    # --- the mark ---

    @property
    def marked(self) -> tuple[int, bool] | None:
        """The marked sample and whether it is one of those tested with; None if no sample is marked."""
        trainer, view = self.training.trainer, self.view
        tested = trainer.prepared.test is not None
        if isinstance(view, Wall):
            return view.pictures[self.place].sample, tested
        if isinstance(view, views.Confusion):
            members = views.counted(trainer, *divmod(self.place, self._columns))
            return (members[0], tested) if members else None
        return None if view is None else (self.place, False)

    @property
    def sample(self) -> Sample | None:
        """The marked sample as the network sees it."""
        marked = self.marked
        return None if marked is None else sample(self.training.trainer, marked[0], tested=marked[1])

    @property
    def sentence(self) -> str:
        """What is marked, in a sentence."""
        view, found = self.view, self.sample
        said = "" if found is None else found.sentence
        if isinstance(view, views.Confusion):
            label, taken = divmod(self.place, self._columns)
            count = int(view.counts[label, taken])
            which = f"{view.classes[label]} taken for {view.classes[taken]}: {count}."
            return f"{which} The first: {said}" if said else which
        return said

    def move(self, right: int, up: int) -> None:
        """Mark what is next in a direction."""
        view = self.view
        if isinstance(view, Plane):
            self.place = neighbour(view.points, view.field.bounds, self.place, right, up)
        elif isinstance(view, FitCurve):
            self.place = neighbour(view.points, view.fit.bounds, self.place, right, up)
        elif view is not None:
            places = len(view.pictures) if isinstance(view, Wall) else self._columns**2
            column = self.place % self._columns + right
            wanted = self.place + right - up * self._columns
            if 0 <= column < self._columns and 0 <= wanted < places:
                self.place = wanted

    def mark(self, place: int) -> bool:
        """Mark a place; whether it was marked already."""
        before, self.place = self.place, place
        return before == place
