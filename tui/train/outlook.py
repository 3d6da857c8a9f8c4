"""What the large pane shows of a training, and which of its samples is marked there.

It asks `microcrad.train.views` for what the data can be looked at with: a plane, a fit, pictures or a table.
"""

from __future__ import annotations

import time
from dataclasses import replace

from microcrad.train import views
from microcrad.train.samples import Sample, neighbour, probe, sample
from microcrad.train.trainer import Trainer
from microcrad.train.training import Training
from tui.train.chart import plot_size
from tui.train.fit import FitCurve
from tui.train.plane import Plane, cell_of, plane_room
from tui.train.text_look import TextLook, TextView
from tui.train.wall import Wall, room

__all__ = ["Outlook", "View"]

View = Plane | FitCurve | Wall | TextView | views.Confusion

SLICE_SECONDS = 0.012
"""How long a picture of the plane may take while the run goes on."""


class Outlook:
    """The large pane's view and its mark."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.view: View | None = None
        self.place = 0
        """The marked sample of a plane or a fit; the place on the wall; the cell of the table, row by row."""
        self.probe: tuple[int, int] | None = None
        """The cell of the plane that is looked at instead of a sample."""
        self.along = 0
        """The input that a fit has along its axis."""
        self._discrete = False
        """Whether a region has one colour, however sure the network is there."""
        self._shown = 0
        """Which of `_SHOWN` stand in the plane."""
        self._room = plane_room(1, 1)
        self._columns = 1
        """Places in a row of the wall, or of the table."""
        self._seconds_per_place = 0.0
        self._trainer = training.trainer
        self.text = TextLook()
        """What is looked at of a model that reads words."""

    @property
    def reads_text(self) -> bool:
        """Whether the model reads words."""
        return self.training.trainer.prepared.train.kind == "text"

    @property
    def title(self) -> str:
        """What the pane is called."""
        trainer = self.training.trainer
        if self.reads_text:
            return self.text.title
        if self._is_wall(trainer):
            return "Test pictures" if trainer.prepared.test is not None else "Pictures"
        if trainer.prepared.train.kind == "regression":
            inputs = trainer.samples.inputs
            along = inputs[self.along]
            return f"Fit over {along}, others at their mean" if len(inputs) > 1 else "Fit"
        if not views.is_plane(trainer):
            return "Confusion table"
        parts = self._parts(trainer)
        return "Decision boundary" + (f": {parts[0]} points" if len(parts) < len(self._all(trainer)) else "")

    def look(self, size: tuple[int, int], dots: tuple[int, int], *, moving: bool) -> View:
        """Look at the training as it stands, in a pane of so many cells.

        `dots` says how many pixels a cell has, across and down. While the run is `moving`, what would take
        too long is looked at less closely.
        """
        trainer = self.training.trainer
        if trainer is not self._trainer:
            self._trainer, self.place, self._seconds_per_place = trainer, 0, 0.0
            self.probe, self.along, self._shown = None, 0, 0
        width, height = max(size[0], 1), max(size[1], 1)
        if self.reads_text:
            self.view = self.text.look(trainer, moving=moving, scores=self.training.scores)
        elif self._is_wall(trainer):
            self.view = self._wall(trainer, width, height, dots[1], moving)
        elif trainer.prepared.train.kind == "regression":
            columns, _ = plot_size(width, height)
            fit = views.fit(trainer, columns * dots[0], self.along)
            found = views.points(trainer, self.along, self._parts(trainer))
            self.view = FitCurve(fit, found, trainer.samples.inputs[self.along])
        elif views.is_plane(trainer):
            self._room = plane_room(width, height)
            self.view = self._plane(trainer, self._room.columns, self._room.rows * dots[1], moving)
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
        if self._discrete:
            field = field.discrete()
        spent = (time.perf_counter() - started) / (columns * rows)
        # A pause of the machine is no reason to look less closely for long: the average forgets it.
        self._seconds_per_place = (
            spent if not self._seconds_per_place else (0.7 * self._seconds_per_place + 0.3 * spent)
        )
        names = trainer.samples.inputs
        shown = views.points(trainer, 0, self._parts(trainer))
        self.place = min(self.place, len(shown.x) - 1)
        return Plane(field, shown, (names[0], names[1]), self.probe)

    @staticmethod
    def _all(trainer: Trainer) -> tuple[str, ...]:
        return ("train", "test") if trainer.prepared.test is not None else ("train",)

    def _parts(self, trainer: Trainer) -> tuple[str, ...]:
        """The parts of the data whose samples are shown."""
        every = self._all(trainer)
        choices = [every, *((name,) for name in every)] if len(every) > 1 else [every]
        return choices[self._shown % len(choices)]

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
        if isinstance(view, TextView):
            return self.text.place, view.part == "test"
        if isinstance(view, views.Confusion):
            members = views.counted(trainer, *divmod(self.place, self._columns))
            return (members[0], tested) if members else None
        if view is None or self.probe is not None:
            return None
        return int(view.points.places[self.place]), bool(view.points.tested[self.place])

    @property
    def position(self) -> int | None:
        """The marked position of a word; None where samples are none."""
        if not isinstance(self.view, TextView):
            return None
        return len(self.written) - 1 if self.written else self.text.position

    @property
    def written(self) -> str:
        """The marked word of the model's own; empty where what is marked is a sample."""
        return self.view.own if isinstance(self.view, TextView) else ""

    @property
    def sample(self) -> Sample | None:
        """The marked sample as the network sees it."""
        marked = self.marked
        return None if marked is None else sample(self.training.trainer, marked[0], tested=marked[1])

    @property
    def sentence(self) -> str:
        """What is marked, in a sentence."""
        view = self.view
        if isinstance(view, TextView):
            return self.text.sentence
        found = self.sample
        if isinstance(view, Plane) and self.probe is not None:
            area, (column, row) = view.field.bounds, self.probe
            x = area.left + (area.right - area.left) * (column + 0.5) / self._room.columns
            y = area.top + (area.bottom - area.top) * (row + 0.5) / self._room.rows
            return probe(self.training.trainer, x, y)
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
        if isinstance(view, TextView):
            self.text.move(right, up)
            self.view = self.text.look(self.training.trainer, moving=False, scores=self.training.scores)
        elif isinstance(view, Plane) and self.probe is not None:
            column, row = self.probe[0] + right, self.probe[1] - up
            self.probe = min(max(column, 0), self._room.columns - 1), min(max(row, 0), self._room.rows - 1)
            self.view = replace(view, probe=self.probe)
        elif isinstance(view, Plane):
            self.place = neighbour(view.points, view.field.bounds, self.place, right, up)
        elif isinstance(view, FitCurve):
            self.place = neighbour(view.points, view.fit.bounds, self.place, right, up)
        elif view is not None:
            places = len(view.pictures) if isinstance(view, Wall) else self._columns**2
            column = self.place % self._columns + right
            wanted = self.place + right - up * self._columns
            if 0 <= column < self._columns and 0 <= wanted < places:
                self.place = wanted

    def turn(self, what: str) -> str:
        """Change how one looks: at any place, at other points, along another input; what that shows now."""
        trainer, view = self.training.trainer, self.view
        if isinstance(view, TextView) and what == "points":
            self.text.tested, self.text.place = not self.text.tested, 0
            both = trainer.prepared.test is not None
            part = "test" if self.text.tested and both else "train"
            return f"Shown: words of the {part} set." + ("" if both else " There is no test set.")
        if what == "probe" and isinstance(view, Plane):
            columns, rows = cell_of(view.points, view.field.bounds, self._room.columns, self._room.rows)
            here = columns[self.place], rows[self.place]
            self.probe = here if self.probe is None else None
            return "Arrows go to any place now." if self.probe is not None else "Arrows go to samples again."
        if what == "points" and isinstance(view, Plane | FitCurve):
            self._shown, self.place = self._shown + 1, 0
            shown = " and ".join(self._parts(trainer))
            return f"Shown: the points of the {shown} set." + (
                "" if trainer.prepared.test is not None else " There is no test set: set test to have one."
            )
        if what == "discrete" and isinstance(view, Plane):
            self._discrete = not self._discrete
            return "One colour a class." if self._discrete else "Shaded: the stronger, the surer."
        if what == "input" and isinstance(view, FitCurve):
            inputs = trainer.samples.inputs
            self.along = (self.along + 1) % len(inputs)
            return f"{inputs[self.along]} is along the axis."
        return {
            "probe": "Any place can be looked at where there is a plane: two inputs and classes.",
            "discrete": "Regions are shown where there is a plane: two inputs and classes.",
            "points": "Points are shown in a plane or a fit.",
            "input": "An input is along the axis where a number is learned.",
        }[what]

    def mark(self, place: int) -> bool:
        """Mark a place; whether it was marked already."""
        if isinstance(self.view, TextView):
            before, self.text.position = self.text.position, place
            return before == place
        self.probe = None
        before, self.place = self.place, place
        return before == place
