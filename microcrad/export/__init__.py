"""Programs in other forms: as C with a runtime of its own, and as Python that uses `microcrad`."""

from microcrad.export.c import c_program
from microcrad.export.c_source import CSource
from microcrad.export.python import python_program

__all__ = ["CSource", "c_program", "python_program"]
