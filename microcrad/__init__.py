"""microcrad: backpropagation and reference counting, one scalar at a time.

`from microcrad import Value` is the engine; `microcrad.nn` has the networks; `microcrad.session` is the
playground without a screen, and `microcrad` on the command line is the playground itself.
"""

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
    OwnershipError,
    ProgramError,
    SettingError,
    StateError,
    TapeError,
    UseAfterFreeError,
)
from microcrad.gradcheck import gradcheck
from microcrad.heap import Heap, scope

__version__ = "0.1.0"
__all__ = [
    "ContentError", "DataError", "DoubleFreeError", "FileError", "FreedValue", "GraphError", "Heap",
    "LeakError", "MicrocradError", "MissingFileError", "NewerError", "OwnershipError", "ProgramError",
    "SettingError", "StateError", "TapeError", "UseAfterFreeError", "Value", "gradcheck", "scope",
]  # fmt: skip
