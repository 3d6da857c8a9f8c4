"""The run that was on screen when the app ended: the next start finds it where it stood."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from microcrad.errors import MicrocradError, StateError
from microcrad.files.door import write_text
from microcrad.files.state_place import run_file
from microcrad.train.resuming import run_in, to_json
from microcrad.train.training import Training

__all__ = ["keep_run", "take_up"]


def keep_run(training: Training) -> str:
    """Keep where a run stands; what is wrong with that, or an empty string."""
    file = run_file()
    try:
        if training.step:
            write_text(file, to_json(training.trainer, str(file.parent)))
        else:
            file.unlink(missing_ok=True)
    except StateError:  # Its numbers are not finite: there is nothing to go on with.
        return ""
    except (MicrocradError, OSError) as error:
        return f"The network cannot be kept for next time: {error}"
    return ""


def take_up(training: Training) -> bool:
    """Let a run that has just begun go on where it was kept; False if what was kept is another one."""
    with contextlib.suppress(MicrocradError):
        configuration, at = run_in(str(run_file()))
        same = replace(configuration, fault=None) == replace(training.configuration, fault=None)
        if same and len(at.weights) == len(training.trainer.state.weights) and at.step:
            training.stand_at(at)
            return True
    return False
