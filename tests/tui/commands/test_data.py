"""`microcrad data`: the options that it names are those that mend a table."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from commands import microcrad

NAMES = "".join(f"Name {chr(65 + i)},{i},{i % 2}\n" for i in range(25))
ODD = {
    "a gap": ("a,b,c\n1,2,x\n,3,y\n4,5,x\n", ["--gaps", "skip"]),
    "many words": (f"first name,age,well\n{NAMES}", ["--drop", "first name"]),
    "a comma": ("a;b\n" + "1,234;0\n2,345;1\n" * 3, ["--decimal", "comma"]),
    "other letters": ("a,b\n" + "1,gr\u00fcn\n2,rot\n" * 3, ["--encoding", "latin-1"]),
    "nothing to spare": ("a,b\n1,x\n2,y\n", ["--test", "0"]),
}


@pytest.mark.parametrize("odd", ODD)
def test_the_option_that_is_named_mends_the_table(
    odd: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text, mended = ODD[odd]
    Path("table.csv").write_bytes(text.encode("latin-1"))
    refused = microcrad("data", "table.csv")
    assert refused.exit_code == 1
    named = re.search(r"\bsay (--\w+ ('[^']*'|[\w-]+))", " ".join(refused.stderr.split()), re.IGNORECASE)
    assert named is not None
    assert shlex.split(named[1]) == mended
    assert microcrad("data", "table.csv", *mended).exit_code == 0
    for command in ("train", "data"):
        assert f"say {shlex.join(mended)}" in microcrad(command, "table.csv").stderr.lower()


def test_an_option_that_names_no_column_is_called_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text("1,2\n2,3\n")
    said = " ".join(microcrad("data", "table.csv", "--drop", "age").stderr.split())
    assert "--drop: table.csv has no column 'age'" in said
    assert "say --header yes if it holds names" in said


def test_what_was_decided_is_told_with_the_options_that_decide_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text("size,colour,well\n" + "1.5,red,yes\n2.5,blue,no\n" * 3)
    said = microcrad("data", "table.csv").stdout
    assert "colour holds words: an input for each of 2. Say --drop colour to leave it out, or" in said
    assert "(say --header no if it is a sample)" in said
