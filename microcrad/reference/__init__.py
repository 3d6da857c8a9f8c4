"""The reference of the language and of the operations: one text for the terminal, the app and the docs."""

from microcrad.reference.build import find, printed, reference
from microcrad.reference.entries import Entry, Section
from microcrad.reference.reference_text import entry_lines, markdown, reference_lines

__all__ = ["Entry", "Section", "entry_lines", "find", "markdown", "printed", "reference", "reference_lines"]
