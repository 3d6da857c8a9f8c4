"""Tables as people and programs write them: how a header, delimiters, dates, words and gaps are told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from microcrad.data import DataError, DataSet, read_inputs


def notes(data: DataSet) -> str:
    assert data.origin is not None
    return "\n".join(data.origin.notes)


def told(data: DataSet) -> dict[str, tuple[str, str]]:
    assert data.origin is not None
    return {name: (holds, becomes) for name, holds, becomes in data.origin.told}


# --- the first line ------------------------------------------------------------------------------------

YEARS = "2019,2020,grew\n77,79,no\n85,44,yes\n32,77,yes\n5,6,no\n"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (YEARS, True),
        ("2019,2020,grew\n77,79,no\n85,44,yes\n32,77,grew\n5,6,no\n", False),  # It is a class below, too.
        ("77,79,grew\n77,79,no\n85,44,yes\n32,77,yes\n5,6,no\n", False),  # Its numbers are like the others.
        ("2019.5,2020,grew\n77,79,no\n85,44,yes\n32,77,yes\n5,6,no\n", False),  # No name.
        ("2019,2020,grew\n77,79,no\n85,44,yes\n32,77,yes\n", False),  # A class that is there once.
        ("a,2020,grew\n77,79,no\n85,44,yes\n", True),
        ("1,2,a\n3,4,b\n", False),
        ("1,2\n3,4\n", False),
        ("tree,soil\noak,sand\nelm,clay\noak,clay\n", True),
        ("oak,sand\noak,clay\nelm,sand\n", False),
        (",x,y\n1,2,3\n2,3,4.5\n", True),
        ("?,2,3\n1,2,3.5\n2,3,4.5\n", False),  # A number that is missing.
        ("2019,2020,2021\n7,8.5,1\n1,2.5,0\n", True),  # They count on, far from what is below them.
        ("2000,2010,2020\n7,8.5,1\n1,2.5,0\n", True),
        ("2019,2020,2025\n7,8.5,1\n1,2.5,0\n", False),
        ("2019,2020,2021\n7,8.5,1\n1,2030,0\n", False),
        ("1,2,3\n7,8.5,1\n1,2.5,0\n", False),
    ],
)
def test_the_first_line_is_judged_by_the_others(table: Any, text: str, header: bool) -> None:
    rows = text.count("\n")
    data = table(text, gaps="mean")
    assert len(data) == rows - header
    assert f"The first line was taken for {'names' if header else 'a sample'}" in notes(data)


def test_what_was_told_of_the_first_line_is_done(table: Any) -> None:
    assert table(YEARS, header=False).classes == ("grew", "no", "yes")
    assert table("1,2\n3,4\n5,6.5\n", header=True).inputs == ("1",)
    assert "set header" not in notes(table(YEARS, header=True))


# --- lines and cells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '"h, cm";w;t\n1;2;a\n3;4;b\n',
        "h, cm|w|t\n1|2|a\n3|4|b\n",
        "h w t\n1  2 a\n3 4   b\n",
        "h\tw\tt\n1\t2\ta\n3\t4\tb\n",
        "h,w,t,\n1,2,a,\n3,4,b,\n",
        "h,w,t\n1,2,a,\n3,4,b,\n",
        "# a logger, 2\n#\nh,w,t\n1,2,a\n# paused, again, here\n3,4,b\n",
        "#,w,t\n1,2,a\n3,4,b\n",
        "h;w;t\n1,0;2,00;a\n3;4;b\n",
        "h,w,t,\n1,2,a\n3,4,b\n",
        "sep=;\nh;w;t\n1;2;a\n3;4;b\n",
    ],
)
def test_what_divides_cells_and_what_is_no_row(table: Any, text: str) -> None:
    data = table(text)
    assert data.points.tolist() == [[1, 2], [3, 4]]
    assert data.classes == ("a", "b")


def test_quotes_after_a_space_hold_what_divides_cells(table: Any) -> None:
    assert table('h, w, t\n1, 2, "a, b"\n3, 4, "c, d"\n').classes == ("a, b", "c, d")


def test_names_that_are_there_twice_are_told_apart(table: Any, tmp_path: Path) -> None:
    data = table("h,h,h (2),t\n1,2,3,a\n4,5,6,b\n", drop=["h (2)"])
    assert data.inputs == ("h", "h (2) (2)")
    assert "Column 2 is called h again, and h (2) here." in notes(data)
    assert data.origin is not None
    (tmp_path / "new.csv").write_text("t,h,h,h (2)\na,7,8,9\n")
    new = read_inputs(tmp_path / "new.csv", data.origin.columns, data.label)
    assert (new.points.tolist(), new.labels) == ([[7, 9]], ("a",))


@pytest.mark.parametrize("rows", [3, 900])
def test_a_quote_that_is_never_closed_swallows_nothing(table: Any, rows: int) -> None:
    lines = ["h,t", *(f"{i},{'ab'[i % 2]}" for i in range(rows))]
    with pytest.raises(DataError, match=r"mine.csv, line 3: found a quote that is never closed"):
        table("\n".join([*lines[:2], '3,"b', *lines[3:]]) + "\n")
    assert len(table("\n".join([*lines, '7,"b\nc"', '8,"a""b"']) + "\n")) == rows + 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_letters_are_told_by_their_marks(table: Any, encoding: str) -> None:
    assert table("Höhe,Baum\n1,Föhre\n2,Erle\n".encode(encoding)).inputs == ("Höhe",)


@pytest.mark.parametrize("order", ["le", "be"])
def test_two_bytes_a_letter_are_told_without_a_mark(table: Any, order: str) -> None:
    content = "Höhe,Baum\n1,Föhre\n2,Erle\n".encode(f"utf-16-{order}")
    for encoding in ("auto", "utf-16"):
        assert table(content, encoding=encoding).classes == ("Erle", "Föhre")


def test_other_letters_are_named(table: Any) -> None:
    latin = "Höhe,Baum\n1,Föhre\n2,Erle\n".encode("latin-1")
    with pytest.raises(
        DataError, match=r"mine.csv is not UTF-8 text: found the byte 0xf6.*set encoding to latin-1"
    ):
        table(latin)
    assert table(latin, encoding="latin-1").classes == ("Erle", "Föhre")
    with pytest.raises(DataError, match="is not utf-16 text"):
        table(b"x" + latin, encoding="utf-16")


def days(*when: int) -> int:
    return date(*when).toordinal() - date(1970, 1, 1).toordinal()


@pytest.mark.parametrize(
    ("cells", "numbers", "about"),
    [
        ("2,67 7,8 3", [2.67, 7.8, 3], "a decimal comma"),
        ("1.234,5 7,8 999", [1234.5, 7.8, 999], "a decimal comma"),
        ("1,234.5 7.8 999", [1234.5, 7.8, 999], "a sign between thousands"),
        ("\u22121.5 2 \u22123", [-1.5, 2, -3], ""),
        ("\u22121,5 2 \u22123", [-1.5, 2, -3], "a decimal comma"),
        ("1'234 12'345'678 5", [1234, 12345678, 5], ""),
        ("57% 4% 100%", [0.57, 0.04, 1.0], "read as shares"),
        ("5,5% 4% 0,25%", [0.055, 0.04, 0.0025], "read as shares"),
        ("2024-02-29 1970-01-01 1969-12-31", [days(2024, 2, 29), 0, -1], "days from 1970-01-01"),
        (
            "2024-03-01T12:00 2024-03-01T06:00 2024-03-02",
            [days(2024, 3, 1) + x for x in (0.5, 0.25, 1)],
            "days",
        ),
        (
            "31.12.1999 1.1.2000 02.01.2000",
            [days(1999, 12, 31), days(2000, 1, 1), days(2000, 1, 2)],
            "the day first",
        ),
        (
            "12/31/1999 1/1/2000 01/02/2000",
            [days(1999, 12, 31), days(2000, 1, 1), days(2000, 1, 2)],
            "the month first",
        ),
    ],
)
def test_numbers_as_people_write_them(table: Any, cells: str, numbers: list[float], about: str) -> None:
    rows = "".join(f"{cell};{'ab'[i % 2]}\n" for i, cell in enumerate(cells.split()))
    data = table(f"x;t\n{rows}")
    assert data.points[:, 0].tolist() == pytest.approx(numbers, abs=1e-9)
    assert about in notes(data)


SLASHED = "day,other,t\n01/02/2023,{},a\n03/04/2023,02/03/2023,b\n"
DAYS_OF = {"month first": [(2023, 1, 2), (2023, 3, 4)], "day first": [(2023, 2, 1), (2023, 4, 3)]}


@pytest.mark.parametrize(
    ("other", "options", "order", "said"),
    [
        ("5", {}, "month first", "which none of them tells: set dates to day-first to read them otherwise"),
        (
            "13/02/2023",
            {},
            "day first",
            "as in other columns: set dates to month-first to read them otherwise",
        ),
        (
            "02/13/2023",
            {},
            "month first",
            "as in other columns: set dates to day-first to read them otherwise",
        ),
        ("13/02/2023", {"dates": "month-first"}, "month first", ""),
        ("5", {"dates": "day-first"}, "day first", ""),
    ],
)
def test_the_order_in_dates_is_told_by_any_that_can_be_read_in_one_only(
    table: Any, other: str, options: dict[str, Any], order: str, said: str
) -> None:
    """A date of the column itself, whatever is set; then what is set; then one of another column."""
    text = SLASHED.format(other)
    data = table(text if "/" in other else text.replace("02/03/2023", "6"), **options)
    assert data.points[:, 0].tolist() == [days(*day) for day in DAYS_OF[order]]
    assert f"with the {order}" in notes(data)
    assert (f"day: dates were read with the {order}, {said}." in notes(data)) == bool(said)
    assert ("day: dates were read" in notes(data)) == bool(said)
    settled = table("day,t\n13/02/2023,a\n01/02/2023,b\n", dates="month-first")
    assert settled.points[:, 0].tolist() == [days(2023, 2, 13), days(2023, 2, 1)]
    assert "were read with" not in notes(settled)


def test_a_comma_that_may_mean_either_is_asked_about(table: Any) -> None:
    text = "x;t\n1,234;a\n5,678;b\n"
    with pytest.raises(DataError, match=r"column 1 .'x'.: '1,234' .line 2. may be a decimal comma or a sign"):
        table(text)
    assert table(text, decimal="comma").points.tolist() == [[1.234], [5.678]]
    assert table(text, decimal="point").points.tolist() == [[1234], [5678]]


def test_another_column_tells_what_a_comma_or_point_means(table: Any) -> None:
    data = table("x;z;t\n19.238;2,5;a\n870;-1,25;b\n")
    assert data.points.tolist() == [[19238, 2.5], [870, -1.25]]
    assert "x: numbers with a decimal comma" in notes(data)
    assert table('x,z,t\n"1,234",2.5,a\n870,1.25,b\n').points.tolist() == [[1234, 2.5], [870, 1.25]]
    assert table("x;z;t\n0.238;2,5;a\n8;-1,25;b\n").points.tolist() == [[0.238, 2.5], [8, -1.25]]
    assert table("x,t\n1.234,a\n2.345,b\n").points.tolist() == [[1.234], [2.345]]


def test_whole_numbers_are_classes_with_either_sign(table: Any) -> None:
    for decimal in ("auto", "comma"):
        data = table("x;n;t\n1,5;3;0\n2,5;4;1\n", decimal=decimal)
        assert (data.kind, data.points.tolist()) == ("binary", [[1.5, 3], [2.5, 4]])
        assert "n:" not in notes(data)


@pytest.mark.parametrize("cell", ["1e309", "inf", "-Infinity"])
def test_a_column_of_numbers_that_are_none_is_no_column_of_words(table: Any, cell: str) -> None:
    with pytest.raises(DataError, match=f"line 2, column 1 .'x'.: found '{cell}', expected a finite number"):
        table(f"x,t\n{cell},a\n1e309,b\n")


def test_what_only_python_reads_is_no_number(table: Any) -> None:
    with pytest.raises(DataError, match=r"line 3, column 1 .'x'.: found '1_000', expected a finite number"):
        table("x,t\n1,a\n1_000,b\n")


def test_numbers_too_large_to_train_on_are_refused_by_column(table: Any) -> None:
    with pytest.raises(DataError, match=r"column 1 .'x'.: its numbers reach -2.00e\+200, and beyond 1e\+100"):
        table("x,t\n-2e200,a\n1,b\n")
    with pytest.raises(DataError, match=r"column 2 .'t'.: its numbers reach 1.000e\+300"):
        table("x,t\n1,1e300\n1,0.5\n")


# --- words ---------------------------------------------------------------------------------------------


def test_a_column_of_words_is_an_input_for_each(table: Any) -> None:
    data = table("sex,age,lived\nmale,3,0\nfemale,4,1\nmale,5,1\n")
    assert data.inputs == ("sex=female", "sex=male", "age")
    assert data.points.tolist() == [[0, 1, 3], [1, 0, 4], [0, 1, 5]]
    assert "sex holds words: an input for each of 2. Set drop to sex to leave it out" in notes(data)
    assert told(data)["sex"] == ("words, 2 different", "2 inputs, one a word")


def test_words_are_left_out_learned_or_asked_for(table: Any) -> None:
    text = "sex,age,lived\nmale,3,0\nfemale,4,1\nmale,5,1\n"
    assert table(text, drop=["sex"]).inputs == ("age",)
    learned = table(text, label="sex")
    assert (learned.inputs, learned.classes) == (("age", "lived"), ("female", "male"))
    assert table(text, words=["age"], drop=["sex"]).inputs == ("age=3", "age=4", "age=5")


def test_many_words_need_to_be_asked_for(table: Any) -> None:
    few = "name,x,t\n" + "".join(f"n{i % 20},{i},{i % 2}\n" for i in range(30))
    assert len(table(few).inputs) == 21
    with pytest.raises(DataError, match="21 different ones"):
        table(few + "n20,3,1\n")
    text = "name,x,t\n" + "".join(f"n{i},{i},{i % 2}\n" for i in range(30))
    with pytest.raises(DataError, match=r"column 1 .'name'.: found words .line 2: 'n0'., 30 different ones"):
        table(text)
    assert len(table(text, words=["name"]).inputs) == 31
    assert table(text, drop=["name"]).inputs == ("x",)


def test_a_few_words_among_numbers_are_mistakes(table: Any) -> None:
    with pytest.raises(DataError, match=r"line 4, column 1 .'x'.: found 'tall'.*or set words to x"):
        table("x,t\n1,a\n2,b\ntall,a\n")


@pytest.mark.parametrize("option", ["label", "drop", "words"])
def test_a_column_that_is_not_there(table: Any, option: str) -> None:
    with pytest.raises(
        DataError, match=f"{option}: .*has no column 'hight': choose from .*Did you mean height"
    ):
        table("height,t\n1,a\n2,b\n", **{option: "hight" if option == "label" else ["hight"]})


def test_a_column_that_counts_the_lines_is_named(table: Any) -> None:
    text = "id,x,t\n" + "".join(f"{i},{i * i},{'ab'[i % 2]}\n" for i in range(25))
    assert "id counts the lines: set drop to id" in notes(table(text))
    assert "counts the lines" not in notes(table(text.replace("\n7,", "\n70,")))
    later = "id,x,t\n" + "".join(f"{i + 2},{i * i},{'ab'[i % 2]}\n" for i in range(25))
    assert "counts the lines" not in notes(table(later))  # Such as years, which may mean something.


def test_classes_that_may_be_meant_as_a_number_are_named(table: Any) -> None:
    text = "x,quality\n" + "".join(f"{i},{3 + i % 7}\n" for i in range(14))
    data = table(text)
    assert "quality was taken for 7 classes: set kind to number to learn it as a number." in notes(data)
    assert "taken for 3 classes" in notes(table("x,t\n1,0\n2,1\n3,2\n4,0\n"))
    assert "taken for" not in notes(table("x,t\n1,0\n2,1\n3,1\n4,0\n")).partition("\n")[2]
    assert table(text, kind="number").kind == "regression"
    assert "classes" not in notes(table(text, kind="classes"))


# --- gaps ----------------------------------------------------------------------------------------------

GAPPY = "h,w,c,t\n1,2,u,a\n,4,v,b\n5,NA,,a\n7,8,u,\n3,6,v,b\n"


def test_gaps_are_refused_unless_it_is_said_what_becomes_of_them(table: Any) -> None:
    with pytest.raises(
        DataError, match=r"line 3, column 1 .'h'.: found nothing.*1 of 5 cells.*gaps to skip.*mean"
    ):
        table(GAPPY)
    with pytest.raises(DataError, match=r"line 4, column 1 .'w'.: found 'NA'"):
        table(GAPPY.replace("h,w", "w,h").replace(",4,", "1,4,").replace("5,NA", "NA,5"))


def test_lines_with_gaps_are_left_out(table: Any) -> None:
    data = table(GAPPY, gaps="skip")
    assert data.points.tolist() == [[1, 2, 1, 0], [3, 6, 0, 1]]
    assert "3 lines lacked something, and were left out." in notes(data)
    assert told(data)["w"][0] == "numbers, 2 to 8, 1 missing"


def test_gaps_are_filled_with_the_mean_but_for_labels(table: Any, tmp_path: Path) -> None:
    data = table(GAPPY, gaps="mean")
    assert data.points.tolist() == [[1, 2, 1, 0], [3, 4, 0, 1], [5, 4, 0, 0], [3, 6, 0, 1]]
    assert "with their column's mean and words with none. 1 line without a label left out." in notes(data)
    assert data.origin is not None
    (tmp_path / "new.csv").write_text("h,w,c\n?,?,\n")
    assert read_inputs(tmp_path / "new.csv", data.origin.columns, "t").points.tolist() == [[3, 4, 0, 0]]


def test_new_samples_are_read_as_those_before(table: Any, tmp_path: Path) -> None:
    data = table("p;c;d;t\n5,5%;u;31.12.1999;a\n4%;v;1.1.2000;b\n")
    assert data.origin is not None
    (tmp_path / "new.csv").write_text("d;c;p\n2.1.2000;v;50%\n")
    found = read_inputs(tmp_path / "new.csv", data.origin.columns, "t")
    assert np.allclose(found.points, [[0.5, 0, 1, days(2000, 1, 2)]])
    for cells, message in [
        (
            "2.1.2000;w;50%",
            r"column 2 .'c'.: found 'w', expected one of 'u', 'v'. The network has seen no other",
        ),
        ("2.1.2000;v;0.5", r"column 3 .'p'.: found '0.5', expected a percent, such as 57%"),
        (";v;50%", "column 1 .'d'.: found nothing, expected a date, such as 29.02.2024"),
    ]:
        (tmp_path / "new.csv").write_text(f"d;c;p\n{cells}\n")
        with pytest.raises(DataError, match=message):
            read_inputs(tmp_path / "new.csv", data.origin.columns, "t")


def test_labels_that_are_known_are_read_as_classes_are(table: Any, tmp_path: Path) -> None:
    data = table("x,t\n1,1\n2,0\n3,0\n")
    assert data.origin is not None
    (tmp_path / "new.csv").write_text("x,t\n1,1.0\n2,0.0\n3,\n")
    assert read_inputs(tmp_path / "new.csv", data.origin.columns, "t").labels == ("1", "0", "")


@pytest.mark.parametrize(
    ("learned", "text", "points"),
    [
        ("1,2.5,a\n3,4,b\n", "1,2\n", [[1, 2]]),  # Neither has names.
        ("a,1,2.5\nb,3,4\n", "a,1,2\n", [[1, 2]]),  # The label is where it was...
        ("a,1,2.5\nb,3,4\n", "1,2\n", [[1, 2]]),  # ...or not there.
        ("1,2.5,a\n3,4,b\n", "q,p\n1,2\n", [[1, 2]]),
        ("1,2.5,a\n3,4,b\n", "column 2,column 1\n2,1\n", [[1, 2]]),
        ("2019,2020,grew\n1,2,a\n2,3,b\n4,5,a\n5,6,b\n", "2020,2019\n2,1\n5,4\n", [[1, 2], [4, 5]]),
        ("x,grew\n1,a\n2,b\n", "x\n7\n", [[7]]),
        ("x,grew\n1,a\n2,b\n", "7\n8\n", [[7], [8]]),
        ("x;y;t\n1;2.5;a\n3;4.5;b\n", "x;y\n1;2,5\n1,5;1\n", [[1, 2.5], [1.5, 1]]),
        ("x;y;t\n1;2,5;a\n3;4,5;b\n", "x,y\n1,2.5\n3,1.25\n", [[1, 2.5], [3, 1.25]]),
        ("d;x;t\n31.12.1999;1;a\n1.1.2000;2;b\n", "x,d\n1,1970-01-08\n", [[7, 1]]),
    ],
)
def test_columns_are_found_and_read_as_the_new_table_has_them(
    table: Any, tmp_path: Path, learned: str, text: str, points: list[list[float]]
) -> None:
    label = {"label": "column 1"} if learned.startswith("a") else {}
    data = table(learned, **label)
    assert data.origin is not None
    (tmp_path / "new.csv").write_text(text)
    assert read_inputs(tmp_path / "new.csv", data.origin.columns, data.label).points.tolist() == points


def test_a_column_without_anything_is_left_out(table: Any) -> None:
    data = table("x,y,t\n1,,a\n2,,b\n")
    assert data.inputs == ("x",)
    assert told(data)["y"] == ("nothing", "left out")
    with pytest.raises(DataError, match=r"column 2 .'y'.: every cell is empty"):
        table("x,y,t\n1,,a\n2,,b\n", label="y")
    with pytest.raises(DataError, match="without 'x', which hold nothing or are left out, no input is left"):
        table("x,t\n,a\n,b\n")


# --- a cell that is not as the others ------------------------------------------------------------------

DAYS = "".join(f"2024-02-{day:02d},{day}.5\n" for day in range(1, 30))


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (f"day,t\n{DAYS}2024-02-30,9.5\n{DAYS}", {},
         r"line 31, column 1 .'day'.: found '2024-02-30', expected a date, such as 2024-02-29. Correct the "
         r"cell, leave its line out, or set words to day"),
        (f"day,t\n20240201,1.5\n{DAYS}", {}, "line 2, column 1 .'day'.: found '20240201', expected a date"),
        ("p;t\n5%;1.5\n6%;1.5\n7;2.5\n8%;2\n", {}, "line 4, column 1 .'p'.: found '7', expected a percent"),
        ("p;t\n5,5;1.5\nl,5;1.5\n7,5;2.5\n", {}, "line 3, .*found 'l,5', expected a number with a decimal"),
        ("t,day\n" + "".join(f"1,{row[:10]}\n" for row in DAYS.split()) + "1,2024-02-30\n", {},
         "line 31, column 2 .'day'.: found '2024-02-30', expected a date.* or set kind to classes"),
        ("t,day\n1,2024-02-28\n1,2024-02-29\n1,2024-02-30\n", {"kind": "number"},
         "line 4, column 2 .'day'.: found '2024-02-30', expected a date.* Set kind to classes"),
    ],
)  # fmt: skip
def test_a_cell_that_is_not_as_the_others_is_named(
    table: Any, text: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        table(text, **options)


def test_what_was_asked_to_be_words_is_words(table: Any) -> None:
    text = "day,t\n2024-02-28,a\n2024-02-29,b\n2024-02-30,a\n"
    assert table(text, words=("day",)).inputs == ("day=2024-02-28", "day=2024-02-29", "day=2024-02-30")
    label = "t,day\n" + "".join(f"1,{row[:10]}\n" for row in DAYS.split()) + "1,2024-02-30\n"
    assert len(table(label, kind="classes").classes) == 30


# --- tables that are nearly ones -----------------------------------------------------------------------


def test_points_that_divide_thousands_are_told_by_a_number_with_two(table: Any) -> None:
    data = table("people;t\n1.000;a\n138.123;b\n1.097.984;a\n22.500;b\n")
    assert data.points[:, 0].tolist() == [1000, 138123, 1097984, 22500]
    assert table("share;people;t\n0.5;138.123;a\n0.25;17.500;b\n").points[0].tolist() == [0.5, 138.123]


@pytest.mark.parametrize("first", [0, 1])
def test_a_first_line_that_numbers_the_columns_holds_names(table: Any, first: int) -> None:
    rows = "".join(f"0.{i},0.{i * i},1.{i},{i % 2}\n" for i in range(1, 9))
    data = table(",".join(str(first + i) for i in range(4)) + "\n" + rows)
    assert (data.inputs, data.classes) == ((f"{first}", f"{first + 1}", f"{first + 2}"), ("0", "1"))
    assert (
        table("1,2,3,4\n" + "".join(f"{i},{i + 1},{i + 2},{i}\n" for i in range(9))).inputs[0] == "column 1"
    )


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"PK\x03\x04\x14\x00", "is a spreadsheet or an archive, and no text: save the table as CSV"),
        (b"\x1f\x8b\x08\x00", "is compressed, and no text"),
        (
            b'{"format": 1}',
            "is JSON, and no table: .* A saved network is opened by microcrad train --from FILE",
        ),
        (b'{\n  "format": 1\n}', "is JSON, and no table"),
    ],
)
def test_what_is_no_table_is_called_what_it_is(table: Any, start: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        table(start + bytes(range(256)))


def test_a_title_above_the_table_is_to_be_removed(table: Any) -> None:
    with pytest.raises(DataError, match=r"line 1: found one column .'Report'.*remove it, or begin it with #"):
        table("Report\n\nx,t\n1,a\n2,b\n")
    assert len(table("# Report\n\nx,t\n1,a\n2,b\n")) == 2
