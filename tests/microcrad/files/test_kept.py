"""Files that are shared: locks between processes, and what cannot be read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from microcrad.files.door import replace_file
from microcrad.files.kept import claimed, locked, put_aside

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
