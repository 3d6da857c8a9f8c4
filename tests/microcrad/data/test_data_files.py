"""Data from people's own files: CSV and IDX, good ones and hostile ones."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from microcrad.data import DataError, DataSet, csv_file, iris, plan, read_csv, read_idx, survey
from microcrad.errors import FileError


def test_a_table_with_a_header(table: Any) -> None:
    data = table("height,width,kind\n1,2.5,cat\n-3e2,4,dog\n5,6,cat\n")
    assert (data.inputs, data.label, data.kind, data.name) == (
        ("height", "width"),
        "kind",
        "binary",
        "mine.csv",
    )
    assert data.points.tolist() == [[1, 2.5], [-300, 4], [5, 6]]
    assert (data.classes, data.labels.tolist()) == (("cat", "dog"), [0, 1, 0])


def test_a_table_without_a_header(table: Any) -> None:
    data = table("1,2,7\n3,4,9\n5,6,11\n")
    assert (data.inputs, data.label, data.kind) == (("column 1", "column 2"), "column 3", "classes")
    assert (data.classes, data.labels.tolist()) == (("7", "9", "11"), [0, 1, 2])
    assert len(table("1,2\n3,4\n5,6\n", header=True)) == 2
    assert table("1,2\n3,4\n5,6\n", header=True).inputs == ("1",)


def test_the_label_may_be_any_column(table: Any) -> None:
    data = table("a,b,c\n1,x,2\n3,y,4\n", label="b")
    assert (data.inputs, data.label, data.points.tolist()) == (("a", "c"), "b", [[1, 2], [3, 4]])
    data = table("0,5\n1,6\n", label="column 1")
    assert (data.inputs, data.points.tolist(), data.labels.tolist()) == (("column 2",), [[5], [6]], [0, 1])


def test_what_the_labels_are(table: Any) -> None:
    many = "".join(f"{i},{i}\n" for i in range(21))
    assert table(many).kind == "regression"
    assert table(many.partition("20,20")[0]).kind == "classes"
    assert table(many, kind="classes").kind == "classes"
    assert table("1,0.5\n2,1\n").kind == "regression"
    assert table("1,0\n2,1\n", kind="number").labels.tolist() == [0, 1]
    assert table("1,-1\n2,1\n3,-1.0\n").classes == ("-1", "1")
    assert table("1,10\n2,9\n3,x\n").classes == ("10", "9", "x")
    assert table("1,0.5\n2,0.25\n", kind="classes").classes == ("0.25", "0.5")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_the_ways_programs_write_tables(table: Any, mark: str, end: str, start: str) -> None:
    lines = [f"x{mark}kind", f" 1 {mark} a", "", f'"2"{mark}"b"', ""]
    data = table(start + end.join(lines))
    assert (data.inputs, data.classes, data.points.tolist()) == (("x",), ("a", "b"), [[1], [2]])


def test_iris_as_a_file_is_iris() -> None:
    file = Path(csv_file.__file__).parent / "iris.csv"
    data = read_csv(file)
    assert data.classes == iris().classes
    assert np.array_equal(data.points, iris().points)
    assert np.array_equal(data.labels, iris().labels)


HOSTILE: list[tuple[str | bytes, dict[str, Any], str]] = [
    ("", {}, "mine.csv is empty"),
    ("\n\n", {}, "mine.csv is empty"),
    ("x,y\n", {}, "has 0 samples: expected at least 2"),
    ("x,y\n1,a\n", {}, "has 1 sample: expected at least 2"),
    ("1\n2\n", {}, "line 1: found one column .'1'., expected at least one input and a label"),
    ("x,y\n1,a\n2,a\n", {}, "every label .y. is 'a'; expected at least 2 classes"),
    ("1,5\n2,5.0\n", {}, "every label .column 2. is '5'"),
    ("x,y\n1,a\ntwo,b\n", {}, "line 3, column 1 .'x'.: found 'two', expected a finite number"),
    ("x,z,y\n1,1,a\n2,,b\n", {}, "line 3, column 2 .'z'.: found nothing, expected a finite number"),
    (
        "x,y\n1,a\n2,\n",
        {},
        "line 3, column 2 .'y'.: found nothing, expected a label.*skip to leave such lines out\\.$",
    ),
    ("1,a\n2,b\nnan,a\n", {}, "line 3, column 1: found 'nan', expected a finite number"),
    ("1,a\n2,b\n1e999,a\n", {}, "line 3, column 1: found '1e999'"),
    ("1,2,a\n\n\n-inf,inf,b\n", {}, "line 4, column 1: found '-inf'"),
    ("1,a\n2\n", {}, "line 2: found 1 column, expected 2.*Correct the line, or leave it out"),
    ("1,a\n2,b,c\n", {}, "line 2: found 3 columns, expected 2"),
    ("1,a\n2,b\n", {"kind": "number"}, "column 2: found 'a', expected a finite number. Set kind to classes"),
    ("1,2\n2,nan\n", {"kind": "number"}, "line 2, column 2: found 'nan', expected a label. 1 of 2 cells"),
    ("x,y\n1,2\n2,3\n", {"label": "z"}, "has no column 'z': choose from 'x', 'y'"),
    ("1,2\n2,3\n", {"label": "z"}, "was taken for a sample: set header to yes"),
    ("x,y\n1,a\n2,b\n", {"header": False}, "line 1, column 1: found 'x'"),
    (b"1,a\n2,\xff\n", {}, "is not UTF-8 text: found the byte 0xff"),
    ("1,a\n" + "9" * 200_000 + ",b\n", {}, "line 2: field larger than field limit"),
    ("1," + "a" * 1000 + "\n2,b\n" + "b" * 1000 + ",b\n", {}, r"found 'b{37}\.\.\.'"),
    ("".join(f"1,name{i}\n" for i in range(1001)), {}, "found more than 1,000 different labels"),
    ("\0\0\0,\1\n1,2\n", {"header": False}, "line 1, column 1: found"),
]


@pytest.mark.parametrize(("text", "options", "message"), HOSTILE, ids=[message for _, _, message in HOSTILE])
def test_what_cannot_be_learned_is_refused(
    table: Any, text: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        table(text, **options)
    assert "mine.csv" in str(caught.value)
    assert len(str(caught.value)) < 500


def test_too_many_lines(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert survey.MAX_ROWS == 10**6
    monkeypatch.setattr(survey, "MAX_ROWS", 50)
    monkeypatch.setattr(plan, "MAX_ROWS", 50)
    assert len(table("1,a\n2,b\n" * 25)) == 50
    with pytest.raises(DataError, match="more than 50 samples"):
        table("1,a\n2,b\n" * 25 + "1,a\n")


@pytest.mark.slow
def test_a_hundred_thousand_lines(table: Any) -> None:
    data = table("".join(f"{i},{i % 7}\n" for i in range(100_000)))
    assert len(data) == 100_000
    assert data.points[:, 0].tolist() == list(range(100_000))
    assert np.array_equal(data.labels, data.points[:, 0] % 7)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for name, message in [
        ("none", "cannot be read: No such file"),
        (".", "is a directory. Name a file in it"),
        ("a\0b", "cannot be read: .*null byte"),
    ]:
        for read in (read_csv, lambda path: read_idx(path, path)):
            with pytest.raises(FileError, match=message):
                read(f"{tmp_path}/{name}")


PIXELS = bytes(range(4 * 6))
PICTURES = struct.pack(">4B3I", 0, 0, 8, 3, 4, 2, 3) + PIXELS
LABELS = struct.pack(">4BI", 0, 0, 8, 1, 4) + bytes([7, 3, 9, 3])


def idx(folder: Path, pictures: bytes = PICTURES, labels: bytes = LABELS, **options: Any) -> DataSet:
    (folder / "pictures").write_bytes(pictures)
    (folder / "labels").write_bytes(labels)
    return read_idx(folder / "pictures", folder / "labels", **options)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_pictures_and_labels(tmp_path: Path, pack: Any) -> None:
    data = idx(tmp_path, pack(PICTURES), pack(LABELS))
    assert data.points.tolist() == np.arange(24).reshape(4, 6).tolist()
    assert (data.classes, data.labels.tolist(), data.kind) == (("3", "7", "9"), [1, 0, 2, 0], "classes")
    assert (data.inputs[0], data.inputs[-1]) == ("row 1, column 1", "row 2, column 3")
    few = idx(tmp_path, pack(PICTURES), pack(LABELS), limit=2)
    assert (len(few), few.kind, few.points.tolist()) == (2, "binary", data.points[:2].tolist())
    assert len(idx(tmp_path, pack(PICTURES), pack(LABELS), limit=99)) == 4


HUGE = struct.pack(">4B3I", 0, 0, 8, 3, 2**32 - 1, 2**32 - 1, 2**32 - 1)
HOSTILE_IDX: list[tuple[bytes, bytes, str]] = [
    (b"", LABELS, "pictures is not an IDX file of pictures: it starts with nothing, expected 00 00 08 03"),
    (LABELS, PICTURES, "pictures is not an IDX file of pictures: it starts with 00 00 08 01"),
    (PICTURES, PICTURES, "labels is not an IDX file of labels"),
    (b"\x89PNG....", LABELS, "it starts with 89 50 4e 47"),
    (PICTURES[:9], LABELS, "its header ends after 9 bytes"),
    (PICTURES[:-1], LABELS, "it holds 23 bytes of pictures, and its header says 24"),
    (PICTURES, LABELS[:-2], "it holds 2 bytes of labels, and its header says 4"),
    (PICTURES + b"\0", LABELS, "goes on after the 24 bytes"),
    (gzip.compress(PICTURES)[:-9], LABELS, "pictures is damaged or cut short .gzip"),
    (gzip.compress(PICTURES)[:10] + b"\xff" * 30, LABELS, "pictures is damaged or cut short"),
    (gzip.compress(PICTURES)[:-8] + bytes(8), LABELS, "pictures is damaged or cut short"),
    (HUGE, LABELS, "says it holds 4294967295 x 4294967295 x 4294967295 bytes: at most"),
    (struct.pack(">4B3I", 0, 0, 8, 3, 10**5, 28, 28), LABELS, "it holds 0 bytes"),
    (struct.pack(">4B3I", 0, 0, 8, 3, 0, 28, 28), LABELS, "is empty: its header says 0 x 28 x 28"),
    (PICTURES, struct.pack(">4BI", 0, 0, 8, 1, 3) + b"\1\2\3", "has 4 pictures and .*labels 3 labels"),
    (PICTURES, LABELS[:8] + bytes(4), "has 1 classes: expected at least 2"),
]


@pytest.mark.parametrize(("pictures", "labels", "message"), HOSTILE_IDX, ids=[m for _, _, m in HOSTILE_IDX])
def test_damaged_pictures_are_refused(tmp_path: Path, pictures: bytes, labels: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        idx(tmp_path, pictures, labels)


def test_a_limit_of_less_than_two(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="1 samples were asked for"):
        idx(tmp_path, limit=1)
