"""What is wrong with one file, gathered while it is read, each with its line."""

from __future__ import annotations

from pathlib import Path

from lessons.fields.problems import LessonError, Problem
from lessons.fields.schema import Report, TableReader
from lessons.fields.scripts import Script, read_script
from lessons.format.markdown import Block, LessonSection
from lessons.format.plain_text import prose_and_task, unshown
from microcrad.files.types import ANYTHING, TABLE

__all__ = ["Mistakes"]


class Mistakes:
    """The mistakes of a file, and the readers that report theirs here."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._found: list[Problem] = []

    def report(self, line: int, message: str) -> None:
        """Take down one mistake."""
        self._found.append(Problem(str(self.path), line, message))

    def at(self, line: int) -> Report:
        """Reports at a line."""
        return lambda message, key="": self.report(line, message)

    def raise_any(self) -> None:
        """Raise `LessonError` with all of them in the order of their lines, if there are any."""
        if self._found:
            raise LessonError(sorted(self._found, key=lambda problem: problem.line))

    def fields(self, block: Block) -> TableReader:
        """A block's fields, each reported at its own line."""
        return TableReader(block.table, "", lambda message, key="": self.report(block.line_of(key), message))

    def script(
        self, fields: TableReader, block: Block, key: str, mode: str, *, required: bool = False
    ) -> Script | None:
        """A field that is a script; None if it is missing."""
        if key not in block.table:
            fields.take(key, TABLE, required=required)
            return None
        fields.take(key, ANYTHING)
        line = block.line_of(key)
        return read_script(block.table[key], mode, lambda said: self.report(line, f"{key}: {said}"))

    def intro(self, text: str, line: int) -> str:
        """The text above the first step."""
        for place, said in unshown(text):
            self.report(line + place, said)
        return text

    def prose(self, section: LessonSection) -> tuple[str, str]:
        """A step's text, and its last paragraph, which says what to do."""
        prose, task = prose_and_task(section.prose)
        if not task:
            self.report(section.line, "the step has no text. Its last paragraph says what to do.")
        for place, said in unshown(section.prose, task=True):
            self.report(section.prose_line + place, said)
        return prose, task
