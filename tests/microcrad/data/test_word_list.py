"""Words to learn: what stands in a file, one a line, becomes tokens, and what cannot be learned is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from microcrad.data import names, read_words, split
from microcrad.data.word_list import LONGEST_WORD, MOST_LETTERS, is_list, word
from microcrad.errors import DataError


def file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "words.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_each_position_has_the_token_that_is_read_and_the_one_that_comes_next(tmp_path: Path) -> None:
    found = read_words(file(tmp_path, "# two of them\nba\n\n  abc \nba\n"))
    assert found.classes == ("a", "b", "c", "end")
    assert found.points.tolist() == [[3, 1, 0, -1], [3, 0, 1, 2]]
    assert found.labels.tolist() == [[1, 0, 3, -1], [0, 1, 2, 3]]
    assert [word(found, place) for place in range(len(found))] == ["ba", "abc"]


def test_the_names_that_ship_are_lower_case_and_each_is_there_once() -> None:
    every = [word(names(), place) for place in range(len(names()))]
    assert len(every) == len(set(every)) == 5163
    assert {"emma", "olivia", "james"} <= set(every)
    assert all(name.isascii() and name.isalpha() and name.islower() for name in every)


def test_no_name_is_trained_on_and_tested_with() -> None:
    train, test = split(names(), 0.1, 7)
    one, other = ({word(part, place) for place in range(len(part))} for part in (train, test))
    assert len(one) + len(other) == 5163
    assert not one & other
    assert len(other) == 516


def test_other_encodings_are_read_as_they_are_said_or_marked(tmp_path: Path) -> None:
    assert word(read_words(file(tmp_path, "zoë".encode("latin-1")), encoding="latin-1"), 0) == "zoë"
    assert word(read_words(file(tmp_path, "zoë".encode("utf-16"))), 0) == "zoë"
    with pytest.raises(DataError, match=r"is not UTF-8 text: found the byte 0xeb.*set encoding to latin-1"):
        read_words(file(tmp_path, "zoë".encode("latin-1")))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "has no words: expected a text file with one word a line"),
        ("\n# nothing\n \n", "has no words"),
        (f"ann\n{'x' * (LONGEST_WORD + 1)}\n", f"line 2: found {LONGEST_WORD + 1} letters"),
        ("ann\nbo\x07b\n", "line 2, letter 3: found the character 0x07, which cannot be shown"),
        ("\n".join(map(chr, range(0x4E00, 0x4E01 + MOST_LETTERS))), f"has {MOST_LETTERS + 1} different"),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_is_said_with_its_place(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(DataError) as error:
        read_words(file(tmp_path, content))
    assert said in str(error.value)


def test_a_file_of_too_many_lines_or_words_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("microcrad.data.word_list.MAX_ROWS", 4)
    monkeypatch.setattr("microcrad.data.word_list.MOST_WORDS", 2)
    with pytest.raises(DataError, match="has 6 lines, and at most 4 are read"):
        read_words(file(tmp_path, "a\na\na\na\na\n"))
    with pytest.raises(DataError, match="line 3: more than 2 different words"):
        read_words(file(tmp_path, "a\nb\nc\n"))
    assert len(read_words(file(tmp_path, "a\nb\nb\n"))) == 2


def test_a_list_is_told_from_a_table_by_its_first_lines(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    for content, expected in (
        ("anna\nbea\n", True),
        ("# a, comment\nanna\nsmith, john\nbea\n", True),
        ("1,2\n3,4\n5", False),
        ("height\tname\n3\trose\n", False),
        ("height name\n3  rose\n4  tulip\n5", False),
        ("anna 3rd\nbea 2nd\nanna maria\nbea 2\n", True),
        ("anna 3\nbea\ncarl 4\n", True),
        ("", True),
    ):
        path.write_text(content)
        assert is_list(path) is expected, content
    assert is_list(tmp_path / "nowhere.txt")
    assert is_list("\0")
