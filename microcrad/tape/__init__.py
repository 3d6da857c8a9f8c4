"""The tape: one sample's scalar graph, recorded once and replayed for whole batches with NumPy.

The eager engine builds and frees every node at every step. Where only the numbers change from step to step,
`Tape.record` walks the graph of one sample once, and each replay computes it for all samples of a batch
together: a lane a sample. Losses and gradients are the eager engine's, up to rounding.
"""

from microcrad.tape.descent import Descended, Descent, Turns
from microcrad.tape.record import Build, TapeError
from microcrad.tape.tape import Tape

__all__ = ["Build", "Descended", "Descent", "Tape", "TapeError", "Turns"]
