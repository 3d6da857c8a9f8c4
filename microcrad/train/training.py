"""The Train mode as a state machine: settings in, frozen moments out. No screen needed.

`Training` holds one run and one person's place in it: the settings, the run's history, a curve kept to
compare with, the phase of the last step that is looked at, and why it stopped. The app, the commands and
the lessons all drive this one model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from microcrad.errors import MicrocradError
from microcrad.slices import Shares, Slices, finish
from microcrad.text.notices import Notices
from microcrad.train import settings, views
from microcrad.train.configuration import BUILT_IN, Configuration
from microcrad.train.engines import Phase, TrainingState
from microcrad.train.history import History
from microcrad.train.letters import levels
from microcrad.train.run_log import LoggedRun, logged
from microcrad.train.scores import Best, Metrics, Score
from microcrad.train.source import Prepared, preparing, suiting
from microcrad.train.stop_reason import StopReason, stop_after
from microcrad.train.stretch import StepPace, taking
from microcrad.train.trainer import Trainer, making
from microcrad.train.training_faults import TRAINING_FAULTS
from microcrad.train.training_moment import TrainingMoment

__all__ = ["Training", "beginning"]

_FEW = 5_000
"""How many samples are scored at once where a run is taken up; of more, the scores come with an epoch."""
_EPOCH_SECONDS = 0.01
"""About how long steps of an epoch are taken in one go."""
_READ = ("data", "points", "noise", "seed", "label")
"""The settings that decide what the data is."""
_DIVIDED = (*_READ, "test", "validation", "normalise", "features")
"""Those that decide what of it is trained on, and how it is seen."""


class Training(Notices):
    """A run that can be set up, taken step by step, stopped, rewound and looked into."""

    def __init__(
        self, configuration: Configuration | None = None, prepared: Prepared | None = None,
        trainer: Trainer | None = None,
    ) -> None:  # fmt: skip
        """`prepared` is the data if it was read before, as it comes from `source.preparing`; or a trainer.

        Raises `DataError`, `FileError` or `SettingError` if there is nothing to train with them.
        """
        self.notice = ""
        self.runs: tuple[LoggedRun, ...] = ()
        self.running = False
        self._begin(trainer or Trainer(configuration or Configuration(), prepared))

    def _begin(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self._restart()

    def _restart(self) -> None:
        self.history = History()
        self.metrics: Metrics | None = None
        self.scores: dict[str, Score] = {}
        self.stop: StopReason | None = None
        self.phases: tuple[Phase, ...] = ()
        self.phase: int | None = None
        self.before: TrainingState = self.trainer.state
        """The state that the last step started from."""
        self._going: Slices[None] | None = None
        self._leaked = self.trainer.leaked

    @property
    def configuration(self) -> Configuration:
        """The settings as they are now."""
        return self.trainer.configuration

    @property
    def step(self) -> int:
        """How many steps were taken."""
        return self.trainer.state.step

    @property
    def moment(self) -> TrainingMoment:
        """Where training stands, frozen; its history goes on growing with the run."""
        fault = self.configuration.fault
        return TrainingMoment(
            self.trainer.samples.name, self.configuration, self.trainer.sizes,
            self.trainer.prepared.train.classes, views.is_plane(self.trainer), self.step,
            self.trainer.batches.epoch(self.trainer.state.seen), views.layers(self.trainer),
            self.metrics, self.scores,
            self.history, self.runs, self.running, self.stop, self.trainer.best,
            self.trainer.last is not None, None if fault is None else TRAINING_FAULTS[fault],
            self.trainer.engine, self.trainer.not_compiled, self.trainer.live, self._leaked, self.phases,
            self.phase, levels(self.trainer), self.notice, self.advice,
        )  # fmt: skip

    # --- settings ---

    def set(self, name: str, text: str) -> bool:
        """Change a setting; whether it could be. If not, `notice` says why and all stays as it was."""
        return self._change(lambda: settings.changed(self.configuration, name, text), name)

    def nudge(self, name: str, direction: int) -> bool:
        """Turn a setting up (1) or down (-1); whether it changed."""
        return self._change(lambda: settings.nudged(self.configuration, name, direction), name)

    def configure(self, configuration: Configuration) -> bool:
        """Go over to other settings, all at once; whether that could be done."""
        return self._change(lambda: configuration, "")

    def _change(self, wanting: Callable[[], Configuration], name: str) -> bool:
        try:
            wanted = wanting()
            return finish(self.taking_over(wanted, finish(self.preparing(wanted)), name))
        except MicrocradError as error:
            return self.refuse(error)

    def refuse(self, error: MicrocradError) -> bool:
        """Say why a change could not be made, which is False."""
        self.notice = f"{error} Nothing was changed."
        return False

    def reads(self, wanted: Configuration) -> bool:
        """Whether other settings take a person's own files, or dividing what is in them."""
        return wanted.data not in BUILT_IN and _differ(self.configuration, wanted, _DIVIDED)

    def preparing(self, wanted: Configuration) -> Shares[Prepared]:
        """The data of other settings, in slices; nothing is changed. Raises `DataError` or `FileError`."""
        if not _differ(self.configuration, wanted, _DIVIDED):
            return self.trainer.prepared
        known = None if _differ(self.configuration, wanted, _READ) else self.trainer.samples
        return (yield from preparing(wanted, known))

    def taking_over(self, wanted: Configuration, prepared: Prepared, name: str = "") -> Shares[bool]:
        """Go over to other settings, whose data is prepared, in slices; whether that could be done.

        `name` is the setting that was changed, if it was one. Stopped early, nothing is changed.
        """
        changes, fault = settings.differences(self.configuration, wanted), self.configuration.fault
        if not changes:
            self.notice = ""
            return True
        wanted = suiting(wanted, prepared.whole, (name,))
        starts = any(row.needs_rewind for row in changes) or wanted.fault == "dead" != fault
        said = _said(wanted, [row for row in changes if row.applies(wanted)] or changes, prepared)
        try:
            if starts or self.trainer.sizes != self.trainer.sizes_for(wanted):
                trainer = yield from making(wanted, prepared)
                lost = self.step
                self._drop()
                self.running = False
                self._begin(trainer)
                self.notice = f"{said}: starts anew" + (f" from step 0, {lost} steps gone." if lost else ".")
            else:
                yield from self.trainer.changing(wanted)
                self._drop()
                self.stop = None
                self.notice = f"{said}, from step {self.step} on." if self.step else ""
        except MicrocradError as error:
            return self.refuse(error)
        return True

    def switch_fault(self, name: str | None) -> bool:
        """Train with a fault, or right for None."""
        return self.set("fault", name or "none")

    # --- going on ---

    def run(self) -> None:
        """Start going on; `going_on` does the work."""
        self.notice = ""
        self.running = self._may_go_on()

    def pause(self) -> None:
        """Stop going on; a step that was begun is forgotten."""
        self._drop()
        self.running, self.notice = False, ""

    def take_step(self) -> None:
        """Take one step, to its end."""
        finish(self.stepping())

    def stepping(self) -> Slices[None]:
        """`take_step` in slices, yielding in between."""
        self.pause()
        if self._may_go_on():
            yield from self._taking(1)

    def take_epoch(self) -> None:
        """Take steps until every sample was seen once more, or the run stops."""
        finish(self.taking_epoch())

    def taking_epoch(self) -> Slices[None]:
        """`take_epoch` in slices, yielding in between."""
        batches, pace = self.trainer.batches, StepPace(_EPOCH_SECONDS)
        epoch = int(batches.epoch(self.trainer.state.seen))
        while True:
            self.pause()
            if not self._may_go_on():
                return
            yield from pace.taking(self._taking, batches.per_epoch)
            if self.stop is not None or int(batches.epoch(self.trainer.state.seen)) > epoch:
                return
            yield

    def going_on(self, seconds: float = 0.0, most: Callable[[], int] = lambda: 1) -> Iterator[int]:
        """Take steps while the run goes on, yielding how many by now, after each and within long ones.

        Where nothing needs to be seen in between, several are taken in one go, for about so many `seconds`,
        and at most as many as `most` says. What a run comes to does not depend on it.
        """
        first, pace = self.step, StepPace(seconds)
        while self.running:
            if self._going is None:
                self._going = pace.taking(self._taking, most())
            try:
                next(self._going)
            except StopIteration:
                self._going = None
            yield self.step - first

    def _taking(self, most: int) -> Slices[int]:
        """Take at most so many steps, and say how many they were."""
        first = self.step
        self._done(*(yield from taking(self.trainer, self.history, most)))
        return self.step - first

    def stand_at(
        self,
        state: TrainingState,
        best: Best | None = None,
        last: TrainingState | None = None,
        history: History | None = None,
    ) -> None:
        """Go on from where a run stood before, with the curves that it had."""
        self._drop()
        self.running = False
        self.trainer.stand_at(state, best, last)
        self._restart()
        self.history = history or self.history
        parts = self.trainer.prepared.parts
        if state.step and sum(map(len, parts.values())) <= _FEW:
            self.scores = {name: self.trainer.score(part) for name, part in parts.items()}

    def rewind(self) -> None:
        """Back to the same initial weights, before the first step."""
        self._drop()
        self.running = False
        self.trainer.rewind()
        self._restart()
        self.notice = "Rewound to the same initial weights."

    def _drop(self) -> None:
        """Forget a step that was begun."""
        if self._going is not None:
            self._going.close()
            self._going = None

    def _may_go_on(self) -> bool:
        stop = self.stop
        if stop is not None and stop.final:
            self.tell(stop.fact, stop.advice)
            return False
        if self.step >= self.configuration.steps:
            self.tell(
                f"Step {self.step} of {self.configuration.steps}.", "{rewind} rewinds; more steps go on."
            )
            return False
        self.stop = None  # It was said once; going on is meant.
        self.trainer.go_on()
        return True

    def _done(self, before: TrainingState, metrics: Metrics) -> None:
        self.before, self.metrics = before, metrics
        self.scores = metrics.scores or self.scores
        self._leaked = self.trainer.leaked
        self.history.add(metrics, self.trainer.batches.per_epoch)
        self.phases = self.trainer.taken.phases if self.trainer.taken is not None else ()
        self.phase = len(self.phases) - 1 if self.phases else None
        self.stop = stop_after(self.trainer, before, metrics)
        self.running = self.running and self.stop is None
        given = {} if self.stop is None or self.stop.final else self.trainer.give_back()
        self.scores = dict(given) or self.scores

    # --- looking into a step ---

    def open_step(self) -> None:
        """Take the last step apart into its phases, building its graph if it was replayed."""
        finish(self.opening_step())

    def opening_step(self) -> Slices[None]:
        """`open_step` in slices; the run stays where it is."""
        if self.metrics is None:
            self.tell("No step was taken yet.", "{take_step} takes one.")
        elif not self.phases:
            taken = yield from self.trainer.replaying(self.before)
            self.phases = taken.phases
            self.phase = 0

    def next_phase(self) -> None:
        """Look at the next phase of the last step."""
        self._move_phase(1)

    def previous_phase(self) -> None:
        """Look at the phase before."""
        self._move_phase(-1)

    def _move_phase(self, by: int) -> None:
        self.open_step()
        if self.phase is not None:
            wanted = self.phase + by
            self.notice = ""
            if wanted < 0:
                self.tell("First phase of this step.")
            elif wanted >= len(self.phases):
                self.tell("Last phase.", "{take_step} takes the next step.")
            self.phase = min(max(wanted, 0), len(self.phases) - 1)

    # --- comparing ---

    def keep_run(self) -> None:
        """Keep this run to compare others with and to go back to; without one, forget those kept."""
        if not len(self.history.loss):
            self.runs = ()
            self.tell("No curve yet: the kept ones are cleared.", "Press {run} to train.")
            return
        self.runs = logged(self.runs, self.trainer, self.metrics, self.scores, self.history)
        self.tell(
            f"Kept as {self.runs[-1].name}.", "Change a setting, rewind and compare; {kept_runs} lists them."
        )

    def going_back(self, run: LoggedRun) -> Shares[None]:
        """Go back to a kept run, where it stood then, in slices; stopped early, nothing is changed."""
        trainer = yield from making(run.configuration, run.prepared)
        self.pause()
        self._begin(trainer)
        self.trainer.stand_at(run.state, run.best, run.last)
        self.metrics, self.scores, self.history = run.metrics, run.scores, run.history.copy()
        self.notice = f"Back at {run.name}, step {self.step}."


def beginning(configuration: Configuration, prepared: Prepared) -> Shares[Training]:
    """A run that can begin, made in slices: recording a large network takes a while."""
    return Training(trainer=(yield from making(configuration, prepared)))


def _differ(one: Configuration, other: Configuration, names: Collection[str]) -> bool:
    """Whether two configurations differ in some settings that have names."""
    return any(row.name in names for row in settings.differences(one, other))


def _said(wanted: Configuration, changes: list[settings.Setting], prepared: Prepared) -> str:
    """The first of the settings that were changed; beside data that is not made, how many samples it has."""
    said = [f"{row.name} {row.show(getattr(wanted, row.name))}" for row in changes[:3]]
    if changes[0].name == "data" and not wanted.generated:
        said.insert(1, f"{len(prepared.whole)} samples")
    return ", ".join(said)
