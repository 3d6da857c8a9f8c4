"""microcrad: backpropagation and reference counting, one scalar at a time.

`from microcrad import Value` is the engine; `microcrad.nn` has the networks; `microcrad.session` is the
playground without a screen, and `microcrad` on the command line is the playground itself.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from microcrad.engine import FreedValue, Value
from microcrad.errors import (
    ContentError,
    DataError,
    DoubleFreeError,
    FileError,
    GraphError,
    LeakError,
    MicrocradError,
    MissingFileError,
    NewerError,
    NotCompiledError,
    OwnershipError,
    ProgramError,
    SettingError,
    StateError,
    TapeError,
    UseAfterFreeError,
)
from microcrad.gradcheck import gradcheck
from microcrad.heap import Heap, scope

if TYPE_CHECKING:
    from microcrad.export.draw import draw
    from microcrad.session.trace import trace

__version__ = "0.1.0"
__all__ = [
    "ContentError", "DataError", "DoubleFreeError", "FileError", "FreedValue", "GraphError", "Heap",
    "LeakError", "MicrocradError", "MissingFileError", "NewerError", "NotCompiledError", "OwnershipError",
    "ProgramError", "SettingError", "StateError", "TapeError", "UseAfterFreeError", "Value", "draw",
    "gradcheck", "scope", "trace",
]  # fmt: skip

_LATER = {"draw": "microcrad.export.draw", "trace": "microcrad.session.trace"}
"""What needs much more than the engine, and is imported when it is first asked for."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = getattr(import_module(_LATER[name]), name)
    return globals()[name]
