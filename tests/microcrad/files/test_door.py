"""The door to files: what is refused, in which words, and that nothing is waited for or read without end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from microcrad.errors import ContentError, FileError, MissingFileError
from microcrad.files.door import (
    check_can_be_written,
    clear_unfinished,
    folder_of,
    opened,
    read_bytes,
    read_text,
    text_in,
    write_text,
)


def refused(path: Path | str, kind: type[FileError] = FileError) -> str:
    with pytest.raises(FileError) as caught:
        read_text(path)
    assert type(caught.value) is kind
    return str(caught.value)


def test_what_is_no_file_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    """A pipe nobody writes to would be waited on, and a device never ends."""
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe").startswith(f"{tmp_path}/pipe is a pipe, not a file. ")
    assert refused("/dev/zero").startswith("/dev/zero is a device, not a file. ")
    assert refused(tmp_path) == f"{tmp_path} is a directory. Name a file in it."
    with socket.socket(socket.AF_UNIX) as served:
        served.bind(str(tmp_path / "s"))
        assert refused(tmp_path / "s").startswith(f"{tmp_path}/s cannot be read: ")


def test_each_way_in_which_opening_fails_names_the_file_and_the_reason(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "none cannot be read: No such file" in refused(tmp_path / "none", MissingFileError)
    assert "loop cannot be read: Too many levels of symbolic links." in refused(tmp_path / "loop")
    assert refused("n" * 300).endswith("n cannot be read: File name too long.")
    assert "null byte" in refused("a\0b")
    assert "cannot be read" in refused("\ud800")
    (tmp_path / "file").write_text("x")
    assert "cannot be read: Not a directory." in refused(tmp_path / "file" / "in")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0)
    assert "cannot be read: Permission denied." in refused(tmp_path / "shut" / "file")


def test_no_more_is_read_than_was_said(tmp_path: Path) -> None:
    file = tmp_path / "five"
    file.write_bytes(b"12345")
    assert read_bytes(file, 5) == b"12345"
    with pytest.raises(ContentError, match=r"five is larger than 4 bytes.$"):
        read_bytes(file, 4)
    with opened(file) as stream, pytest.raises(ContentError, match=r"it is larger than 4 bytes. Keep less.$"):
        text_in(stream, "it", 4, smaller="Keep less.")
    with opened(file, most=5) as stream:
        assert stream.read() == b"12345"
    with (
        pytest.raises(ContentError, match=r"it is larger than 4 bytes\. Choose a smaller file\."),
        opened(file, "it", 4),
    ):
        pass


def test_a_program_has_a_million_bytes_at_most(tmp_path: Path) -> None:
    """Where nobody says how many: no program is larger, and none of one's own is refused."""
    (tmp_path / "large.mc").write_bytes(b"#" * 1_000_000)
    assert len(read_text(tmp_path / "large.mc")) == 1_000_000
    (tmp_path / "large.mc").write_bytes(b"#" * 1_000_001)
    assert "larger than 1,000,000 bytes" in refused(tmp_path / "large.mc", ContentError)


def test_a_mark_at_the_beginning_is_no_text_and_other_bytes_are_named(tmp_path: Path) -> None:
    (tmp_path / "marked").write_bytes(b"\xef\xbb\xbfx = \xc3\xa9")
    assert read_text(tmp_path / "marked") == "x = é"
    (tmp_path / "broken").write_bytes(b"\xef\xbb\xbfx\xff")
    said = refused(tmp_path / "broken", ContentError)
    assert said == f"{tmp_path}/broken is not UTF-8 text: see byte 4 (0xff). Save it as UTF-8."


def test_what_fails_while_a_file_is_read_is_said_as_well(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(FileError, match=r"file cannot be read: Input/output error\."),
        opened(tmp_path / "file"),
    ):
        raise OSError(5, "Input/output error")


def test_a_text_is_written_whole_and_through_links_and_pipes_and_devices(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")
    write_text(tmp_path / "link", "é")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == "é".encode()
    write_text("/dev/null", "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


def test_what_cannot_be_written_is_said_and_what_was_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("before")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for path, why in [
        (str(tmp_path), "' is a directory. Name a file in it."),
        (f"{tmp_path}/none/file", "' cannot be written: No such file or directory."),
        ("a\0b", "cannot be written: embedded null byte."),
        ("n" * 300, "' cannot be written: File name too long."),
    ]:
        with pytest.raises(FileError, match=why):
            write_text(path, "x")
    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(FileError, match=r"^it cannot be written: No space left on device\.$"):
        write_text(tmp_path / "file", "after", "it")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "before")]


def test_a_folder_that_an_option_names(tmp_path: Path) -> None:
    assert folder_of(None, "--lessons") is None
    assert folder_of("", "--lessons") is None
    assert folder_of(str(tmp_path), "--lessons") == tmp_path
    for name in ("nowhere", "a\0b", "n" * 300):
        with pytest.raises(FileError, match="--lessons: there is no folder"):
            folder_of(name, "--lessons")


# --- what a save that was killed leaves behind ---------------------------------------------------------

KILLED = """
import os, sys
from microcrad.files.door import write_text
def killed(*_):
    print("writing", flush=True)
    sys.stdin.read()
    os._exit(9)
os.replace = killed
write_text(sys.argv[1], "after")
"""


def saving(path: Path) -> subprocess.Popen[str]:
    """A save that stops before its end, until it is killed."""
    command = [sys.executable, "-c", KILLED, str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


def test_what_a_killed_save_left_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    """A save that goes on, and a person's files of names like it, are left alone."""
    file = tmp_path / "a.mc"
    file.write_text("before")
    others = {".a.mc-original", ".a.mc-notes.saving", ".b.mc-abcd1234.saving", "a.mc-abcd1234.saving"}
    for name in others:
        (tmp_path / name).write_text("kept")
    (tmp_path / ".a.mc-abcd1234.saving").mkdir()
    (tmp_path / ".a.mc-abcd1235.saving").symlink_to("a.mc")
    others |= {".a.mc-abcd1234.saving", ".a.mc-abcd1235.saving", "a.mc"}
    with saving(file) as goes_on, saving(file) as killed:
        assert len(list(tmp_path.iterdir())) == len(others) + 2
        killed.kill()
        killed.wait()
        clear_unfinished(file)
        left = {path.name for path in tmp_path.iterdir()} - others
        assert len(left) == 1
        assert (tmp_path / left.pop()).read_text() == "after"
        goes_on.kill()
    assert file.read_text() == "before"
    write_text(file, "later")
    assert {path.name for path in tmp_path.iterdir()} == others
    assert file.read_text() == "later"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_nothing_but_a_file_can_be_replaced(tmp_path: Path) -> None:
    """What is not there yet can be written."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="no file but a pipe or a device"):
        check_can_be_written(tmp_path / "pipe")
    with pytest.raises(FileError, match="is a directory"):
        check_can_be_written(tmp_path)
    (tmp_path / "file").write_text("x")
    check_can_be_written(tmp_path / "file")
    check_can_be_written(tmp_path / "new")


@pytest.mark.parametrize("name", ["n" * 300, "no\ud800", "no\0"], ids=["long", "surrogate", "nul"])
def test_a_name_that_no_file_can_have_is_refused_before_anything_is_written(
    tmp_path: Path, name: str
) -> None:
    for write in (check_can_be_written, lambda path: write_text(path, "x")):
        with pytest.raises(FileError, match="cannot be written: "):
            write(tmp_path / name)


@pytest.mark.parametrize("locked", ["file", "folder"])
def test_where_one_may_not_write_is_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locked: str
) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("file")
    refusing = tmp_path if locked == "folder" else tmp_path / "file"
    monkeypatch.setattr(os, "access", lambda path, _: not os.path.samefile(path, refusing))
    for name in ("file", "link"):
        with pytest.raises(FileError, match=f"{name}' cannot be written: Permission denied"):
            check_can_be_written(tmp_path / name)
