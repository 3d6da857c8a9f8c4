"""What becomes of a table: which column is learned from which others, and how each is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from microcrad.data.cells import FORMS, LARGEST, ORDERS, PLAIN, WORDS, brief, finite
from microcrad.data.dataset import InputColumn
from microcrad.data.first_line import holds_names
from microcrad.data.remedies import EITHER_DECIMAL, sentence, setting
from microcrad.data.survey import MAX_CLASSES, Column, Survey
from microcrad.data.table_options import TableOptions
from microcrad.data.text_table import MAX_ROWS, TextTable, names_in, unnamed
from microcrad.errors import DataError
from microcrad.text.near import did_you_mean
from microcrad.text.numbers import short

__all__ = ["Plan", "planned"]

FEW = 20
"""Whole-number labels with at most so many different values are taken for classes unless told otherwise."""
MOST_WORDS = 20
"""Of how many different words a column may have an input each, unless they are asked for."""
_TELLING = 0.3
"""A column is one of numbers if more than this share of its cells are."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How a table is read."""

    header: bool
    """Whether the first line holds names."""
    names: tuple[str, ...]
    """Of all columns."""
    inputs: tuple[tuple[int, InputColumn], ...]
    """The columns that a network sees, with their places."""
    label: int
    """The place of the column that is learned."""
    label_form: str
    classes: tuple[str, ...]
    """The classes in their order; none where a number is learned."""
    incomplete: bool
    """Whether some rows lack something."""
    said: tuple[str, ...]
    """What there is to know about it, in sentences."""
    rows: tuple[tuple[str, str, str], ...]
    """Of each column its name, what it holds, and what becomes of it."""


def planned(table: TextTable, survey: Survey, options: TableOptions) -> Plan:
    """What becomes of a table. Raises `DataError`, which says what to do, for one that cannot be learned."""
    return _Planner(table, survey, options).plan()


class _Planner:
    def __init__(self, table: TextTable, survey: Survey, options: TableOptions) -> None:
        self.table, self.survey, self.options = table, survey, options
        self.said: list[str] = []
        told = options.header
        self.header = holds_names(survey) if told is None else told
        first = survey.first
        if self.header:
            self.names = names_in(first)
            self._say_names()
        else:
            self.names = [unnamed(place) for place in range(len(first))]
            for column, cell in zip(survey.columns, first, strict=True):
                column.see([survey.line], [cell])
        self.samples = survey.rows + (not self.header)
        self.forms: dict[int, str] = {}
        """How the columns that are used are written."""
        self.told: dict[int, tuple[str, str]] = {}
        """What each column holds, and what becomes of it."""

    def plan(self) -> Plan:
        """Everything that is decided."""
        if self.samples > MAX_ROWS:
            raise DataError(f"{self.table.name} has more than {MAX_ROWS:,} samples. Keep fewer lines.")
        if self.samples < 2:
            found = f"{self.samples} sample{'' if self.samples == 1 else 's'}"
            raise DataError(f"{self.table.name} has {found}: expected at least 2, one to a line.")
        dropped = {self._place(name, "drop") for name in self.options.drop}
        for column in self.survey.columns:
            if not column.cells:
                dropped.add(column.place)
        label = self._label(dropped)
        asked = {self._place(name, "words") for name in self.options.words}
        used = [column for column in self.survey.columns if column.place not in dropped]
        for column in used:
            as_words = column.place in asked or (column is label and self._learns_words(label))
            self.forms[column.place] = WORDS if as_words else self._form(column)
        for place in dropped:
            column = self.survey.columns[place]
            self._tell(
                column, self._holds(column, column.form or WORDS) if column.cells else "nothing", "left out"
            )
        missing = self._gaps(used, label)
        inputs = [(each.place, self._input(each, each.place in asked)) for each in used if each is not label]
        if not inputs:
            raise DataError(f"{self.table.name}: no column is left to learn from. Leave fewer out.")
        classes = self._classes(label)
        if self.table.comments:
            lines = (
                "1 line is a comment"
                if self.table.comments == 1
                else f"{self.table.comments} lines are comments"
            )
            self.said.append(f"{lines} and passed over.")
        rows = tuple((name, *self._row(place, missing)) for place, name in enumerate(self.names))
        form = WORDS if classes else self.forms[label.place]
        return Plan(
            self.header, tuple(self.names), tuple(inputs), label.place, form, classes, bool(missing),
            (self._first_line(), *self.said), rows,
        )  # fmt: skip

    # --- the first line ---

    def _first_line(self) -> str:
        if self.header:
            sure = "" if self.options.header else f" ({setting('header', 'no')} if it is a sample)"
            return f"The first line was taken for names{sure}."
        sure = "" if self.options.header is False else f" ({setting('header', 'yes')} if it holds names)"
        return f"The first line was taken for a sample{sure}."

    def _say_names(self) -> None:
        for place, (found, name) in enumerate(zip(self.survey.first, self.names, strict=True), 1):
            if found and found != name:
                self.said.append(f"Column {place} is called {found} again, and {name} here.")

    def _place(self, name: str, option: str) -> int:
        """The column that an option names."""
        if name in self.names:
            return self.names.index(name)
        known = ", ".join(map(brief, self.names[:20]))
        near = did_you_mean(name, self.names)
        if not self.header:
            yes = setting("header", "yes")
            near += f" The first line was taken for a sample: {yes} if it holds names."
        raise DataError(
            f"{option}: {self.table.name} has no column {brief(name)}: choose from {known}.{near}"
        )

    # --- the label ---

    def _label(self, dropped: set[int]) -> Column:
        columns = self.survey.columns
        if self.options.label:
            column = columns[self._place(self.options.label, "label")]
            if not column.cells:
                raise self.table.about(column.place, self.names[column.place], "every cell is empty.")
            dropped.discard(column.place)
            return column
        left = [column for column in columns if column.place not in dropped]
        if len(left) < 2:
            empty = [self.names[column.place] for column in columns if not column.cells]
            gone = [*self.options.drop, *(name for name in empty if name not in self.options.drop)]
            said = ", ".join(map(brief, gone[:5]))
            raise DataError(
                f"{self.table.name}: without {said}, which hold nothing or are left out, no input is left "
                "beside a label. Leave fewer out."
            )
        return left[-1]

    def _classes(self, label: Column) -> tuple[str, ...]:
        """The label's classes in their order; none if it is a number."""
        name = self.names[label.place]
        form = self.forms[label.place]
        kind = self.options.kind
        number = form != WORDS and (
            kind == "number" or (kind == "auto" and not (form == PLAIN and _are_few_whole_numbers(label)))
        )
        if kind == "number" and form == WORDS:
            raise self._odd_one(label, sentence(f"{setting('kind', 'classes')} to learn words."))
        if number:
            self._check_size(label, form)
            self._tell(label, self._holds(label, form), "learned, as a number")
            return ()
        words = dict(label.words)
        if form == WORDS:
            words |= {cell: count for cell, (count, _) in label.missing.items() if cell}
        known = [finite(word) for word in words]
        by_number = None not in known
        order = sorted(words, key=(lambda word: (float(word), word)) if by_number else str)
        self._check_classes(order, name)
        if form == PLAIN and kind == "auto" and len(order) > 2:
            remedy = f"{setting('kind', 'number')} to learn it as a number."
            self.said.append(f"{name} was taken for {len(order)} classes: {remedy}")
        self._tell(label, self._holds(label, form), f"learned, as {len(order)} classes")
        return tuple(order)

    def _check_classes(self, classes: Sequence[str], label: str) -> None:
        name = self.table.name
        if len(classes) == 1:
            raise DataError(
                f"{name}: every label ({label}) is {brief(classes[0])}; expected at least 2 classes. "
                "Choose another column as the label."
            )
        if len(classes) > MAX_CLASSES:
            raise DataError(
                f"{name}: found more than {MAX_CLASSES:,} different labels ({label}), more than "
                f"classes may be. Choose another column as the label, or {setting('kind', 'number')}."
            )

    # --- the inputs ---

    def _input(self, column: Column, as_words: bool) -> InputColumn:
        name = self.names[column.place]
        form = self.forms[column.place]
        if form != WORDS:
            self._check_size(column, form)
            self._tell(column, self._holds(column, form), "an input")
            if FORMS[form].about:
                self.said.append(f"{name}: {FORMS[form].about}.")
            if form == PLAIN and _counts_the_lines(column):
                self.said.append(f"{name} counts the lines: {setting('drop', name)} to leave it out.")
            return InputColumn(name, form)
        words = sorted(
            {*column.words, *(cell for cell in column.missing if cell)},
            key=lambda word: (finite(word) is None, finite(word) or 0.0, word),
        )
        if len(words) > MAX_CLASSES:
            raise self.table.about(
                column.place, name,
                f"found more than {MAX_CLASSES:,} different words, too many for an input each. "
                + sentence(f"{setting('drop', name)} to leave it out."),
            )  # fmt: skip
        if len(words) > MOST_WORDS and not as_words:
            line, cell = column.other
            raise self.table.about(
                column.place, name,
                f"found words (line {line}: {brief(cell)}), {_more(len(words))} different ones. A network "
                f"reads numbers: {setting('drop', name)} to leave it out, {setting('label', name)} to learn "
                f"it, or {setting('words', name)} to have an input for each word.",
            )  # fmt: skip
        if not as_words:
            self.said.append(
                f"{name} holds words: an input for each of {len(words)}. "
                + sentence(
                    f"{setting('drop', name)} to leave it out, or {setting('label', name)} to learn it."
                )
            )
        self._tell(column, self._holds(column, WORDS), f"{len(words)} inputs, one a word")
        return InputColumn(name, WORDS, tuple(words))

    def _form(self, column: Column) -> str:
        """How a column's cells are written. Raises `DataError` where that cannot be told."""
        name = self.names[column.place]
        if column.form == "comma" and column.sign == "either":
            line, cell = column.other
            raise self.table.about(
                column.place, name,
                f"{brief(cell)} (line {line}) may be a decimal comma or a sign between thousands. "
                + EITHER_DECIMAL,
            )  # fmt: skip
        if column.order == "either":
            return self._order(name)
        if column.form:
            return column.form
        if _are_mostly_numbers(column):
            raise self._odd_one(column, f"Correct the cell, leave its line out, or {setting('words', name)}.")
        return WORDS

    def _order(self, name: str) -> str:
        """Which of the `ORDERS` the dates of a column have that do not tell it."""
        told = self.options.dates.replace("-", " ")
        if told in ORDERS:
            return told
        taken = self.survey.order or ORDERS[0]
        other = ORDERS[1 - ORDERS.index(taken)]
        why = "as in other columns" if self.survey.order else "which none of them tells"
        remedy = setting("dates", other.replace(" ", "-"))
        self.said.append(f"{name}: dates were read with the {taken}, {why}: {remedy} to read them otherwise.")
        return taken

    def _learns_words(self, label: Column) -> bool:
        """Whether a label has words. `DataError` where most cells are numbers or dates, and some are not."""
        told = self.options.kind != "auto" or len(label.words) <= FEW
        if not told and not label.form and _are_mostly_numbers(label):
            raise self._odd_one(
                label, f"Correct the cell, leave its line out, or {setting('kind', 'classes')}."
            )
        return not label.form

    def _odd_one(self, column: Column, remedy: str) -> DataError:
        """That the first cell is wrong that is not as the others are."""
        form = max(FORMS, key=column.share)
        line, cell = column.unlike.get(form, column.other)
        return self.table.at(line, column.place, self.names[column.place], cell, FORMS[form].one, remedy)

    def _check_size(self, column: Column, form: str) -> None:
        low, high = column.forms[form]
        if max(-low, high) > LARGEST:
            largest = low if -low > high else high
            raise self.table.about(
                column.place, self.names[column.place],
                f"its numbers reach {short(largest)}, and beyond {LARGEST:g} a network cannot be trained. "
                "Divide the column by a large number, or leave it out.",
            )  # fmt: skip

    # --- gaps ---

    def _gaps(self, used: Sequence[Column], label: Column) -> dict[int, int]:
        """How many cells are missing of each column that lacks any. `DataError` if that is refused."""
        missing = {}
        for column in used:
            words = self.forms[column.place] == WORDS
            marks = [
                (line, cell, count) for cell, (count, line) in column.missing.items() if not (words and cell)
            ]
            if not marks:
                continue
            line, cell, _ = min(marks)
            missing[column.place] = count = sum(count for *_, count in marks)
            if self.options.gaps == "refuse":
                expected = "a label" if column is label else "a word" if words else "a finite number"
                put = f", or {setting('gaps', 'mean')} to put {'no word' if words else 'the mean'} there"
                raise self.table.at(
                    line, column.place, self.names[column.place], cell, expected,
                    f"{count:,} of {self.samples:,} cells of the column are missing: "
                    f"{setting('gaps', 'skip')} to leave such lines out{'' if column is label else put}.",
                )  # fmt: skip
        return missing

    # --- what is told ---

    def _row(self, place: int, missing: dict[int, int]) -> tuple[str, str]:
        """What a column holds, and what becomes of it."""
        holds, becomes = self.told[place]
        return (f"{holds}, {missing[place]:,} missing" if place in missing else holds), becomes

    def _tell(self, column: Column, holds: str, becomes: str) -> None:
        self.told[column.place] = holds, becomes

    def _holds(self, column: Column, form: str) -> str:
        """What a column holds, in a few words."""
        if form == WORDS:
            count = len(column.words)
            return f"{WORDS}, {_more(count)} different"
        low, high = column.forms[form]
        if form == "percent":
            return f"shares, {short(100 * low)} % to {short(100 * high)} %"
        if form in (PLAIN, "comma", "groups"):
            return f"numbers, {short(low)} to {short(high)}"
        return f"dates, {_date(low)} to {_date(high)}"


def _more(count: int) -> str:
    return f"{count:,}" if count <= MAX_CLASSES else f"more than {MAX_CLASSES:,}"


def _counts_the_lines(column: Column) -> bool:
    low, high = column.forms[PLAIN]
    return len(column.words) == column.cells == high - low + 1 and low in (0.0, 1.0) and column.cells > FEW


def _are_mostly_numbers(column: Column) -> bool:
    return max(map(column.share, FORMS)) > _TELLING


def _date(days: float) -> str:
    return str(np.datetime64(int(days), "D"))


def _are_few_whole_numbers(label: Column) -> bool:
    return len(label.words) <= FEW and all(float(word).is_integer() for word in label.words)
