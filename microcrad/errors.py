"""Every error microcrad raises, as one hierarchy: catching one catches what stands below it.

Its message says what was found, where, what was expected and what to do.

    MicrocradError
    ├── OwnershipError          a rule of reference counting was broken
    │   ├── UseAfterFreeError   a freed node was read, used or differentiated
    │   ├── DoubleFreeError     a freed node was released again
    │   └── LeakError           a heap was closed while nodes were still live
    ├── ProgramError            a program in the little language cannot be read or run
    ├── DataError               a data set cannot be made, read or used
    ├── SettingError            a setting of a training run cannot have such a value
    ├── FileError               a file cannot be opened, read or written
    │   ├── MissingFileError    there is no file of that name
    │   └── ContentError        what a file holds cannot be used
    │       └── NewerError      a newer microcrad wrote it
    ├── StateError              a network cannot be saved, or a file is not a saved network
    ├── TapeError               a graph cannot be recorded for replay
    │   └── NotCompiledError    a recorded graph cannot be compiled here
    └── GraphError              a file is not an exported graph, or a graph cannot be drawn
"""

from __future__ import annotations

__all__ = [
    "ContentError", "DataError", "DoubleFreeError", "FileError", "GraphError", "LeakError", "MicrocradError",
    "MissingFileError", "NewerError", "NotCompiledError", "OwnershipError", "ProgramError", "SettingError",
    "StateError", "TapeError", "UseAfterFreeError",
]  # fmt: skip


class MicrocradError(Exception):
    """The root of the hierarchy: catch this to catch everything microcrad raises on purpose."""


class OwnershipError(MicrocradError):
    """A rule of reference counting was broken. `node` is the freed node that was touched, if one was."""

    def __init__(self, message: str, node: object = None) -> None:
        super().__init__(message)
        self.node = node


class UseAfterFreeError(OwnershipError):
    """A freed node was touched: an operation, a field, `retain` or `backward` reached it."""


class DoubleFreeError(OwnershipError):
    """A freed node was released once more, by the program or by a cascade that reached it."""


class LeakError(OwnershipError):
    """A heap that was asked to check was closed while nodes made inside it were still live."""


class DataError(MicrocradError):
    """Data that cannot be used; the message says where, what was found, what was expected and what to do."""


class SettingError(MicrocradError):
    """A setting cannot have such a value; the message names it, what was found and what is expected."""


class FileError(MicrocradError):
    """A file that a person names cannot be opened, read or written; the message names it and says why."""


class MissingFileError(FileError):
    """There is no file of that name."""


class ContentError(FileError):
    """What a file or a text holds cannot be used: it is too much, no text, damaged or of another sort."""


class NewerError(ContentError):
    """A newer microcrad wrote what it holds, so it is not damaged: it is left as it is."""


class StateError(MicrocradError):
    """A network cannot be saved, or a file is not a saved network; the message says where and what to do."""


class TapeError(MicrocradError):
    """A graph cannot be recorded: a replay of it would compute something else. The message says why."""


class NotCompiledError(TapeError):
    """A recorded graph cannot be compiled, for the reason given; it can be replayed with NumPy."""


class GraphError(MicrocradError):
    """A text is not an exported graph, or a graph is too large to be drawn; the message says what to do."""


class ProgramError(MicrocradError):
    """One thing wrong at one place of a program.

    `line` counts from 1; `column` and `end_column` count characters from 1, the end exclusive.
    `hint` is what to do about it, or an empty string. Where commands can be given,
    `advice` is said instead, if there is any: what commands help, their ids in braces.
    """

    def __init__(
        self, message: str, line: int, column: int, end_column: int, hint: str = "", advice: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.end_column = max(end_column, column + 1)
        self.hint = hint
        self.advice = advice

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}{' ' + self.hint if self.hint else ''}"
