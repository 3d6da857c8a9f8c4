"""Programs in other forms: as C with a runtime of its own, and as Python that uses `microcrad`."""

from microcrad.export.c_program import CSource, c_program
from microcrad.export.python_program import python_program

__all__ = ["CSource", "c_program", "python_program"]
