"""Checks of training: loss, accuracy, steps, settings, faults, and whether numbers are finite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lessons.kinds.base import (
    COUNT,
    VALUE,
    Check,
    CheckField,
    CheckKind,
    Here,
    count_problem,
    counted,
    unlike_count,
    unlike_value,
    value_problem,
)
from microcrad.files.types import TABLE, TEXT

__all__ = ["KINDS"]

_TRAIN = ("train",)
_ON = ("train", "test")


def _measured(here: Here, check: Check, field: str, pane: str) -> str:
    """Judges a number of the last step, which a pane shows."""
    metrics = here.trained.metrics
    if metrics is None:
        return "No step was taken yet. Take one, or run."
    if check["on"] == "test":
        number = None if metrics.test is None else getattr(metrics.test, field)
        if number is None:
            return "There is no test set. Set test to a share."
    else:
        number = getattr(metrics if metrics.train is None else metrics.train, field)
        if number is None:
            return "This data has no classes, so there is no accuracy."
    return unlike_value(f"The {field} is", float(number), check, f"Look at the {pane}.")


def _loss(here: Here, check: Check) -> str:
    return _measured(here, check, "loss", "loss curve")


def _accuracy(here: Here, check: Check) -> str:
    return _measured(here, check, "accuracy", "accuracy")


def _on_problem(fields: Mapping[str, Any]) -> str:
    if fields.get("on", "train") not in _ON:
        return f"on is {fields['on']!r}, expected 'train' or 'test'."
    return value_problem(fields)


def _steps(here: Here, check: Check) -> str:
    found = here.trained.step
    return unlike_count(f"{counted(found, 'step')} taken", found, check, "Take steps, or rewind.")


def _finite(here: Here, check: Check) -> str:
    metrics = here.trained.metrics
    if metrics is None or metrics.finite:
        return ""
    return "A number is no longer finite. Rewind."


def _fault(here: Here, check: Check) -> str:
    found = here.trained.configuration.fault or "none"
    if found == check["name"]:
        return ""
    return f"The fault is {found}, not the one that the task names. Switch faults."


def _fault_problem(fields: Mapping[str, Any]) -> str:
    from lessons.fields.training_settings import settings_problem

    return settings_problem({"fault": fields["name"]})


def _settings(here: Here, check: Check) -> str:
    from lessons.fields.training_settings import configured, setting_name
    from microcrad.train.settings import SETTINGS

    now = here.trained.configuration
    for name, text in check["are"].items():
        field = setting_name(name)
        wanted, found = getattr(configured({name: text}, now), field), getattr(now, field)
        if wanted != found:
            show = SETTINGS[field].show
            return f"{name} is {show(found)}, not as the task says. Change it in Setup."
    return ""


def _settings_problem(fields: Mapping[str, Any]) -> str:
    from lessons.fields.training_settings import settings_problem

    return settings_problem(fields["are"])


_MEASURED = {**VALUE, "on": CheckField(TEXT, "`train` (if left out) or `test`")}
KINDS = (
    CheckKind("loss", "The loss after the last step is what it should be.", 'is = "loss", below = 0.05',
        _loss, _MEASURED, _TRAIN, moments=False, problem=_on_problem, panes=("loss",)),
    CheckKind("accuracy", "The share of samples that are right, from 0 to 1, is what it should be.",
        'is = "accuracy", above = 0.99', _accuracy, _MEASURED, _TRAIN, moments=False, problem=_on_problem,
        panes=("accuracy",)),
    CheckKind("steps", "So many steps were taken.", 'is = "steps", at_least = 20', _steps, COUNT, _TRAIN,
        moments=False, problem=count_problem, panes=()),
    CheckKind("settings", "Settings are these.", 'is = "settings", are = { hidden = "4 4", rate = "0.1" }',
        _settings,
        {"are": CheckField(TABLE, "settings of training and their values, written as on screen",
             required=True)},
        _TRAIN, moments=False, problem=_settings_problem, panes=("setup",)),
    CheckKind("finite", "No number of the last step is infinite or nan.", 'is = "finite"', _finite, {},
        _TRAIN, moments=False, panes=("loss",)),
    CheckKind("fault", "A fault of training is on, or none is.", 'is = "fault", name = "stale"', _fault,
        {"name": CheckField(TEXT, "the fault's name, or `none`", required=True)}, _TRAIN, moments=False,
        problem=_fault_problem, panes=("setup",)),
)  # fmt: skip
