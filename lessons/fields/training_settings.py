"""Settings of training as lessons write them: tables of names and texts.

Importing this loads numpy, so those who may do without it do so inside their functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from microcrad.errors import MicrocradError
from microcrad.train.configuration import Configuration
from microcrad.train.settings import changed

__all__ = ["configured", "setting_name", "settings_problem"]


def settings_problem(values: Mapping[str, Any]) -> str:
    """What is wrong with a table of settings, in a sentence; empty if nothing is."""
    try:
        configured(values)
    except MicrocradError as error:
        return str(error)
    return ""


def configured(values: Mapping[str, Any], start: Configuration | None = None) -> Configuration:
    """A configuration with settings changed in the order in which they are written."""
    configuration = start or Configuration()
    for name, value in values.items():
        configuration = changed(configuration, setting_name(name), str(value))
    return configuration


def setting_name(written: str) -> str:
    """The name of a setting that is written as on screen, `stop loss`, or as an option, `stop-loss`."""
    return written.strip().replace(" ", "_").replace("-", "_")
