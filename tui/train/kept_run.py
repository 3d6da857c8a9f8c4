"""The run that was on screen when the app ended: the next start finds it where it stood."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from microcrad.errors import MicrocradError, StateError
from microcrad.files.door import replace_file
from microcrad.files.state_place import run_file
from microcrad.train.configuration import Configuration, whole_path
from microcrad.train.resuming import SavedRun, run_in, to_json
from microcrad.train.training import Training

__all__ = ["TAKEN_UP", "keep_run", "take_up"]

TAKEN_UP = "The run stands where you left it, after step {}."


def keep_run(training: Training) -> str:
    """Keep where a run stands; what is wrong with that, or an empty string."""
    file = run_file()
    try:
        if training.step:
            text = to_json(training.trainer, str(file.parent), training.history)
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, text.encode(), private=True)
        elif (
            _kept(training) is not None
        ):  # It was rewound. Another run stays: its data may only be elsewhere.
            file.unlink(missing_ok=True)
    except StateError:  # Its numbers are not finite: there is nothing to go on with.
        return ""
    except (MicrocradError, OSError) as error:
        return f"The network cannot be kept for next time: {error}"
    return ""


def take_up(training: Training) -> bool:
    """Let a run that has just begun go on where it was kept; False if what was kept is another one."""
    run = _kept(training)
    if run is None or not run.state.step or len(run.state.weights) != len(training.trainer.state.weights):
        return False
    training.stand_at(run.state, run.best, run.last, run.history)
    return True


def _kept(training: Training) -> SavedRun | None:
    """The run that was kept, if it is one with the settings of this one."""
    with contextlib.suppress(MicrocradError):
        run = run_in(str(run_file()))
        if _essence(run.configuration) == _essence(training.configuration):
            return run
    return None


def _essence(configuration: Configuration) -> Configuration:
    """Settings without a fault, their data named by its whole path."""
    return replace(configuration, fault=None, data=whole_path(configuration.data))
