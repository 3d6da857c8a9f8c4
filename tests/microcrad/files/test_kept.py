"""Files that are shared: locks between processes, and what cannot be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from microcrad.files.door import replace_file
from microcrad.files.kept import KeptFile, KeptForm, claimed, locked, put_aside
from microcrad.files.saved_things import SavedFormat
from microcrad.files.types import TEXTS

COUNTER = """
import sys
from pathlib import Path
from microcrad.files.door import replace_file
from microcrad.files.kept import locked
count = Path(sys.argv[1])
for _ in range(200):
    with locked(count.with_suffix(".lock")):
        replace_file(count, str(int(count.read_text()) + 1).encode())
"""
HOLDER = """
import sys
from pathlib import Path
from microcrad.files.kept import claimed
print(claimed(Path(sys.argv[1])) is not None, flush=True)
sys.stdin.read()
"""


def test_a_lock_is_one_processs_at_a_time(tmp_path: Path) -> None:
    """No change that is made under it is lost."""
    count = tmp_path / "count.txt"
    count.write_text("0")
    others = [subprocess.Popen([sys.executable, "-c", COUNTER, str(count)]) for _ in range(3)]
    assert [other.wait(120) for other in others] == [0, 0, 0]
    assert count.read_text() == "600"


def test_a_lock_is_let_go_after_an_error(tmp_path: Path) -> None:
    lock = tmp_path / "deep" / "a.lock"
    with pytest.raises(KeyError), locked(lock):
        assert claimed(lock) is None
        raise KeyError
    held = claimed(lock)
    assert held is not None
    os.close(held)


def test_a_claim_lasts_until_its_process_ends_however_it_does(tmp_path: Path) -> None:
    lock = tmp_path / "a.lock"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert claimed(lock) is None
        other.kill()
    held = claimed(lock)
    assert held is not None
    assert claimed(lock) is None
    os.close(held)


def test_what_is_put_aside_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    for number in (1, 2, 3):
        path.write_text(f"broken {number}")
        assert put_aside(path) == tmp_path / f"state.unreadable-{number}.toml"
    assert [(tmp_path / f"state.unreadable-{n}.toml").read_text()[-1] for n in (1, 2, 3)] == ["1", "2", "3"]
    assert not path.exists()


def test_a_file_is_on_the_disk_before_it_takes_the_others_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that loses its power between the two still has one of them, whole."""
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def flushed(handle: int) -> None:
        done.append(f"{os.fstat(handle).st_size} bytes on the disk")
        fsync(handle)

    def replaced(old: str, new: Path) -> None:
        done.append("replaced")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(os, "replace", replaced)
    replace_file(tmp_path / "a.txt", b"twelve bytes")
    assert done == ["12 bytes on the disk", "replaced"]


# --- a file that is kept -------------------------------------------------------------------------------

SAVED = SavedFormat("a list", 1, choose="", again="")


def form(fail: list[bool] | None = None) -> KeptForm[tuple[str, ...]]:
    """Words in a file; writing fails while `fail` says so."""

    def written(words: tuple[str, ...]) -> bytes:
        if fail and fail[0]:
            raise OSError(28, "No space left on device")
        return f"version = 1\nwords = {json.dumps(list(words))}\n".encode()

    return KeptForm(
        lambda text, name: tuple(SAVED.read(text, name).take("words", TEXTS)),
        written,
        lambda found, ours: (*found, *(word for word in ours if word not in found)),
        "The words cannot be read.",
        "The words cannot be kept",
    )


def adding(word: str) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    return lambda words: (*words, word)


def test_changes_are_made_to_what_is_in_the_file_by_then(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "words.toml"
    one, two = KeptFile(path, (), form()), KeptFile(path, (), form())
    assert not path.exists()
    one.change(adding("a"))
    two.change(adding("b"))
    assert one.change(adding("c")) == one.value == ("a", "b", "c")
    assert KeptFile(path, (), form()).value == ("a", "b", "c")


def test_what_cannot_be_written_counts_once_and_is_joined_as_soon_as_it_can(tmp_path: Path) -> None:
    path, fail = tmp_path / "words.toml", [False]
    one, other = KeptFile(path, (), form(fail)), KeptFile(path, (), form())
    one.change(adding("a"))
    fail[0] = True
    assert one.change(adding("b")) == ("a", "b")
    assert one.problem == "The words cannot be kept: No space left on device."
    other.change(adding("c"))
    fail[0] = False
    assert one.change(adding("d")) == ("a", "c", "b", "d")
    assert one.problem == ""
    assert KeptFile(path, (), form()).value == ("a", "c", "b", "d")


@pytest.mark.parametrize(
    "damage",
    [b"\xff", b"words = 3", b"version = 1\nwords = [3]", b"version = 1\nwords = " + b"[" * 20_000, b""],
    ids=["bytes", "no version", "no text", "brackets", "empty"],
)
def test_what_cannot_be_read_is_put_aside_and_the_value_written_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "words.toml"
    kept = KeptFile(path, (), form())
    kept.change(adding("a"))
    path.write_bytes(damage)
    assert kept.change(lambda words: words) == ("a",)
    aside = tmp_path / "words.unreadable-1.toml"
    assert aside.read_bytes() == damage
    assert kept.problem.startswith(f"The words cannot be read. It is now {aside.name} in {tmp_path}. (")
    assert KeptFile(path, (), form()).value == ("a",)


def test_what_is_no_file_or_newer_stays_and_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe would be waited on, and of a newer version nobody here knows what is in it."""
    monkeypatch.chdir(tmp_path)
    pipe, newer = tmp_path / "pipe.toml", tmp_path / "newer.toml"
    os.mkfifo(pipe)
    newer.write_text("version = 2\n")
    for path, said in (
        (pipe, "is a pipe, not a file"),
        (newer, "newer.toml was saved by a newer microcrad"),
        (tmp_path, "is a directory"),
        (tmp_path / ".", "is a directory"),
        (Path(), "is a directory"),
        (newer / "in", "newer.toml/in cannot be read: Not a directory."),
        (tmp_path / ("n" * 300), "n cannot be read: File name too long."),
    ):
        kept = KeptFile(path, (), form())
        assert said in kept.problem
        assert kept.change(adding("a")) == ("a",)
        assert said in kept.problem
    assert pipe.is_fifo()
    assert newer.read_text() == "version = 2\n"


def test_what_is_no_file_gets_no_lock_beside_it_and_the_variable_that_names_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORDS", ".")
    named = form()._replace(variable="WORDS")
    kept = KeptFile(Path(), (), named)
    assert kept.problem == "The words cannot be kept: . is a directory. Name a file in it. WORDS names it."
    assert list(tmp_path.iterdir()) == []
    assert "WORDS" not in KeptFile(tmp_path, (), named).problem


def test_a_link_stays_one_whatever_happens_to_what_it_leads_to(tmp_path: Path) -> None:
    link, file = tmp_path / "words.toml", tmp_path / "elsewhere" / "mine.toml"
    file.parent.mkdir()
    link.symlink_to(file)
    KeptFile(link, (), form()).change(adding("a"))
    assert KeptFile(file, (), form()).value == ("a",)
    file.write_bytes(b"\xff")
    kept = KeptFile(link, (), form())
    assert f"It is now mine.unreadable-1.toml in {file.parent}." in kept.problem
    kept.change(adding("b"))
    assert link.is_symlink()
    assert file.read_bytes() == form().written(("b",))


def test_what_can_only_be_read_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder where nothing can be written there is no lock either."""
    path = tmp_path / "words.toml"
    KeptFile(path, (), form()).change(adding("a"))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("microcrad.files.kept.locked", refuse)
    kept = KeptFile(path, (), form())
    assert kept.problem == "The words cannot be kept: Permission denied."
    assert kept.value == ("a",)
