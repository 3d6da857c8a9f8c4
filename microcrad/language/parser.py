"""Reads a program's text: what must be kept from Python's grammar, that grammar by `ast`, and our cut of it.

Nothing that is read here is ever handed to Python to run. `parse` never raises: whatever the text holds,
it gives a `Program`, with errors in this language's terms where there are any.
"""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from collections.abc import Iterator
from itertools import accumulate
from operator import itemgetter

from microcrad.errors import ProgramError
from microcrad.language.lower.body import MAX_ERRORS
from microcrad.language.lower.lowering import Lowerer
from microcrad.language.lower.spans import MAX_NESTING, too_deep
from microcrad.language.made_anew import made_anew
from microcrad.language.network_files import NetworkFiles
from microcrad.language.statements import Program
from microcrad.language.syntax_errors import syntax_error

__all__ = ["MAX_CHARACTERS", "parse", "parse_next", "too_large", "unix_lines"]

MAX_CHARACTERS = 300_000
"""A network of 64, 32 and 10 neurons with every weight and digit has 120,000."""


def parse(text: str, files: NetworkFiles | None = None) -> Program:
    """Read a program. Several errors are reported at once where the text allows it.

    `files` are the networks that it loads, which were read before; without them none can be loaded.
    """
    lowerer = Lowerer()
    program = parse_next(text, files, lowerer)
    lowerer.forget()
    return program


def parse_next(text: str, files: NetworkFiles | None, lowerer: Lowerer) -> Program:
    """`parse` for a text that is typed: `lowerer` has lowered the one before, and spares what is the same."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    ownership, seed, errors = _directives(lines)
    unreadable = list(_unreadable(text, lines))
    if unreadable:
        return Program(text, (), tuple(_in_order([*errors, *unreadable], [])), ownership, seed)
    magic = [number for number, line in enumerate(lines) if line.startswith("%")]
    tree, found = _syntax_tree([line if not line.startswith("%") else "" for line in lines])
    lowering = lowerer.lowered(tree, lines, {error.line for error in found}, files, seed=seed)
    errors = _in_order([*errors, *found], lowering.errors)
    passed_over = [*(lines[number].strip() for number in magic), *lowering.passed_over]
    return Program(
        text, () if errors else lowering.statements, tuple(errors), ownership, lowering.seed, lowering.pieces,
        tuple(passed_over), () if errors else made_anew(lowering.statements, lines), lowering.drawn,
    )  # fmt: skip


def _in_order(errors: list[ProgramError], lowering: list[ProgramError]) -> list[ProgramError]:
    """The errors that are told: from top to bottom, as the program would run.

    What is wrong in a function, whose lines stand above its call, comes after what is wrong before the call.
    """
    reached = accumulate((error.line for error in lowering), max)
    placed = [*((error.line, error) for error in errors), *zip(reached, lowering, strict=True)]
    return [error for _, error in sorted(placed, key=itemgetter(0))][:MAX_ERRORS]


# --- before the grammar --------------------------------------------------------------------------------


def _directives(lines: list[str]) -> tuple[str, int, list[ProgramError]]:
    """The settings in the leading comment lines: `# ownership: manual` and `# seed: 42`."""
    ownership, seed, errors = "auto", 1337, []
    for number, line in enumerate(lines, 1):
        if not line.lstrip().startswith("#"):
            break
        found = re.fullmatch(r"\s*#\s*(ownership|seed)\s*:\s*(.*?)\s*", line)
        if not found:
            continue
        key, value = found.groups()
        column, end = found.start(2) + 1, found.end(2) + 1
        if key == "ownership" and value in ("auto", "manual"):
            ownership = value
        elif key == "seed" and re.fullmatch("[0-9]{1,18}", value):
            seed = int(value)
        else:
            expected = "auto or manual" if key == "ownership" else "a whole number"
            errors.append(ProgramError(f"{key} is {expected}, not {value[:20]!r}.", number, column, end))
    return ownership, seed, errors


def _unreadable(text: str, lines: list[str]) -> Iterator[ProgramError]:
    """What must be kept from the parser: too much text, characters nobody can see, too deep nesting."""
    if large := too_large(len(text)):
        yield ProgramError(large, 1, 1, 2, "Use a loop, or a smaller program.")
        return
    for number, line in enumerate(lines, 1):
        if not (line.isascii() and line.isprintable()):
            yield from _unseen(number, line)
    depth = 0
    for number, line in enumerate(lines, 1):
        for found in re.finditer(r"[(\[{]|[)\]}]", code(line)):
            depth += 1 if found[0] in "([{" else -1 if found[0] in ")]}" else 0
            if depth > MAX_NESTING:
                yield too_deep(number, found.start() + 1)
                return


_TEXTS = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|#.*")
"""Texts in quotes that end on their line, and comments."""
_REORDERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What shows a line in another order than it is read in."""


def code(line: str) -> str:
    """A line with its comment and its texts blanked out: what is left is code, at its place."""
    return _TEXTS.sub(lambda found: " " * len(found[0]), line)


def _unseen(number: int, line: str) -> Iterator[ProgramError]:
    """The first character of a line that nobody can see, or that means another one.

    Comments and texts may hold what writing needs, such as the joiners of Persian and of emoji; nothing that
    controls a terminal or reorders a line stands anywhere.
    """
    bare = code(line)
    for column, character in enumerate(line, 1):
        kind = unicodedata.category(character)
        anywhere = kind in ("Cc", "Cs", "Zl", "Zp") or character in _REORDERS
        if character != "\t" and (anywhere or (kind == "Cf" and bare[column - 1] == character)):
            name = unicodedata.name(character, "a control character").lower()
            yield ProgramError(
                f"An unseen character stands here: U+{ord(character):04X}, {name}.", number, column,
                column + 1, "Delete it.",
            )  # fmt: skip
            break
    for word in re.finditer(r"[^\W\d]\w*", bare):
        plain = unicodedata.normalize("NFKC", word[0])
        if plain != word[0] and word[0].isidentifier():  # Python would quietly read it as the plain one.
            yield ProgramError(
                f"{word[0]} is another way to write {plain}.", number, word.start() + 1, word.end() + 1,
                f"Write {plain}.",
            )  # fmt: skip


def _syntax_tree(lines: list[str]) -> tuple[ast.Module, list[ProgramError]]:
    """Python's tree of the lines, with each line it cannot read reported and blanked out."""
    lines = list(lines)
    errors: list[ProgramError] = []
    while len(errors) < MAX_ERRORS:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python's advice, such as a space missing in `1if`.
                return _parsed("\n".join(lines)), errors
        except SyntaxError as error:
            found = syntax_error(error, lines)
            if errors and found.line <= errors[-1].line:
                break  # What blanking out a part of a longer statement has left behind.
            errors.append(found)
            if isinstance(error, IndentationError):
                break  # What belongs to which loop is not known, so nothing below can be judged.
        except (RecursionError, MemoryError):
            longest = max(range(len(lines)), key=lambda index: len(lines[index]))
            errors.append(too_deep(longest + 1, 1))
            break
        index = errors[-1].line - 1
        line = lines[index]
        blank = line[: len(line) - len(line.lstrip())]
        opens = re.match(r"\s*(for|def|if|elif|else)\b", line)
        blank += _OPENS[opens[1]] if opens else _OPENS["for"] if line.rstrip().endswith(":") else "pass"
        if line == blank:
            break
        lines[index] = blank
    return ast.Module([], []), errors


_OPENS = {
    "for": "for pass_ in pass_:", "def": "def pass_():", "if": "if pass_:", "elif": "elif pass_:",
    "else": "else:",
}  # fmt: skip
"""What stands for a first line that cannot be read, so that what belongs to it still does."""


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (RecursionError, MemoryError):
        from microcrad.language.long_chains import parse_long

        return parse_long(text)


def too_large(characters: int) -> str:
    """What is wrong with a program of so many characters; empty if nothing is."""
    if characters <= MAX_CHARACTERS:
        return ""
    return f"The program has {characters:,} characters; at most {MAX_CHARACTERS:,} are read."


def unix_lines(text: str) -> str:
    """A text with its lines ended as on Unix, which spans count by."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
