"""Python's syntax errors, said in this language's terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from microcrad.errors import ProgramError

__all__ = ["syntax_error"]

_SAID: tuple[tuple[str, str, str], ...] = (
    (r"'(.)' was never closed", "This {0} is never closed.", "Add the matching bracket."),
    (r"unmatched '(.)'", "This {0} closes nothing.", "Delete it, or add the matching bracket before."),
    (r"closing parenthesis '(.)' does not match.*?'(.)'.*", "This {0} does not match the {1} before.", ""),
    (r"too many nested parentheses", "Nested too deep.", "Give the inner part a name of its own."),
    (r"expected an indented block after function.*", "The function's body is missing.",
     "Indent the lines that belong to it."),
    (r"expected an indented block after '(if|elif|else)'.*", "The lines of this {0} are missing.",
     "Indent the lines that belong to it."),
    (r"expected an indented block.*", "The loop's body is missing.", "Indent the lines that repeat."),
    (r"unexpected indent", "This line is indented, but stands in no loop.", "Remove the spaces before it."),
    (r"unindent does not match.*", "This line's indent fits no line above.",
     "Line it up with one of them."),
    (r"inconsistent use of tabs.*", "Tabs and spaces are mixed here.", "Indent with spaces."),
    (r"too many levels of indentation", "Loops nest too deep.", "Use fewer loops."),
    (r"unterminated (?:triple-quoted )?(?:f-)?string.*", "This text is never closed.",
     "Add the matching quote, or write # for a comment."),
    (r"invalid decimal literal", "This number cannot be read.",
     "A name starts with a letter; 2*x needs its *."),
    (r"invalid .* literal", "This number cannot be read.", "Write it like 2, 0.5 or 1e-3."),
    (r"invalid digit .*", "This number cannot be read.", "Write it like 2, 0.5 or 1e-3."),
    (r"leading zeros in decimal.*", "A number does not start with 0 here.", "Leave the zeros out."),
    (r"invalid non-printable character U\+(\w+)", "An unseen character stands here: U+{0}.",
     "Write a space."),
    (r"invalid character '?(.).*", "{0} is not a sign of this language.", "Use + - * / **."),
    (r"cannot assign to .*", "Only a name, a.data or a.grad can stand left of =.",
     "Write name = expression."),
    (r"cannot delete .*", "`del` takes names.", "Write del a."),
    (r"expected ':'", "The loop's line must end in a colon.", "Write for i in range(10):"),
    (r"Exceeds the limit .*", "This number has too many digits.", "Write it like 1e300."),
    (r"Missing parentheses in call to '(\w+)'.*", "{0} needs brackets.", "Write {0}(a)."),
    (r"invalid syntax\. Perhaps you forgot a comma\?", "An operator is missing here.",
     "Write + - * / or **."),
    (r"positional argument follows.*", "Arguments have no names here.", "Write tanh(a)."),
)  # fmt: skip
_SIGNS = {
    "×": "Write *.", "·": "Write *.", "÷": "Write /.", "−": "Write - (the key beside 0).",
    "²": "Write x**2.", "³": "Write x**3.", "“": "Delete it.", "”": "Delete it.", "=": "Write =.",
}  # fmt: skip
_TWO_EQUALS = r"=\s*=|=="


def syntax_error(error: SyntaxError, lines: list[str]) -> ProgramError:
    """The error at its place, as a `ProgramError` that never speaks of Python."""
    line = min(max(error.lineno or 1, 1), len(lines))
    text = lines[line - 1]
    column = min(max(error.offset or 1, 1), len(text) + 1)
    same_line = error.end_lineno in (None, line) and (error.end_offset or 0) > column
    end = min(error.end_offset or column + 1, len(text) + 1) if same_line else column + 1
    message, hint = _say(error.msg, text, column)
    if error.msg == "expected ':'" and text.lstrip().startswith("def "):
        message, hint = "A function's first line must end in a colon.", "Write def f(x, y):"
    if error.msg == "expected ':'" and text.lstrip().startswith(("if ", "elif ", "else")):
        message, hint = "This line must end in a colon.", "Write if k % 10 == 0:"
    if error.msg == "unexpected indent" and (above := _less_indented(lines, line)):
        message, hint = f"This line is indented more than line {above}.", "Indent both alike."
    if (error.msg or "").startswith("unindent does not match") and (above := _block(lines, line)):
        hint = f"Line it up with line {above}."
    return ProgramError(message, line, column, end, hint)


def _less_indented(lines: list[str], line: int) -> int:
    """The line above this one that it goes on from, if that is indented too: in a loop or a function."""
    indent = _indent(lines[line - 1])
    above = next((above for above in _filled(lines, line) if _indent(lines[above - 1]) < indent), 0)
    return above if above and _indent(lines[above - 1]) else 0


def _block(lines: list[str], line: int) -> int:
    """The line above this one whose loop or function it most likely belongs to, indented a little further."""
    indent = _indent(lines[line - 1])
    inner = takewhile(lambda above: _indent(lines[above - 1]) > indent, _filled(lines, line))
    return min(inner, key=lambda above: _indent(lines[above - 1]), default=0)


def _filled(lines: list[str], line: int) -> Iterator[int]:
    """The lines above this one that hold more than a comment, from the nearest on."""
    for above in range(line - 1, 0, -1):
        text = lines[above - 1].lstrip()
        if text and not text.startswith("#"):
            yield above


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _say(message: str, text: str, column: int) -> tuple[str, str]:
    for pattern, said, hint in _SAID:
        found = re.fullmatch(pattern, message)
        if found:
            words = found.groups()
            if said.startswith("{0} is not a sign") and words[0] in _SIGNS:
                hint = _SIGNS[words[0]]
            return said.format(*words), hint.format(*words)
    first = text.split()[:1]
    if first and first[0] in (
        "while",
        "class",
        "lambda",
        "try",
        "with",
    ):
        return f"There is no `{first[0]}` in this language.", "There are assignments, backward and for."
    if first[:1] in (["if"], ["elif"]) and message.startswith("invalid syntax. Maybe you meant '=='"):
        return "= gives a name a value; what compares is ==.", "Write if k == 2:"
    if first[:1] == ["def"]:
        return "A function's first line cannot be read.", "Write def f(x, y):"
    if first[:1] in (["import"], ["from"]):
        return "Nothing can be imported like this.", "Leave the line out."
    if re.search(_TWO_EQUALS, text):
        return "There is one = too many here.", "Write name = expression."
    before, after = (
        text[: column - 1].partition("#")[0].rstrip(),
        text[column - 1 :].partition("#")[0].strip(),
    )
    if not after:
        return "This line stops too early.", "Write a name or a number at its end."
    if re.search(r"[\w)]$", before) and re.match(r"[\w(]", after):
        return "An operator is missing here.", "Write + - * / or ** between the two."
    return "This line cannot be read from here on.", "Write name = expression, such as c = a*b + 2."
