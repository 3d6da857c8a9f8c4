"""Files that several copies of the app share, and that no accident may cost anybody.

They are written whole or not at all: what was there stays until all of the new is on the disk. Whoever
changes one reads it anew under a lock first. One that cannot be read is put aside and never overwritten.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

__all__ = ["claimed", "locked", "put_aside", "replace_file"]


def replace_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Put `data` where `path` is, in one step. Raises `OSError`, with nothing changed, if that fails.

    A file that was there keeps its permissions; a new one has the usual ones, or, if `private`, is for its
    owner alone.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.chmod(name, stat.S_IMODE(path.stat().st_mode))
        elif not private:
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock `path`, waiting for whoever has it; it goes by itself when a process ends.

    A lock is an empty file, made where there is none, which stays. Raises `OSError` if it cannot be had.
    """
    lock = _opened(path)
    try:
        _lock(lock, wait=True)
        try:
            yield
        finally:
            _unlock(lock)
    finally:
        os.close(lock)


def claimed(path: Path) -> int | None:
    """Hold the lock `path` until the descriptor that is returned is closed; None if somebody else has it.

    Raises `OSError` if there can be no such lock.
    """
    lock = _opened(path)
    try:
        _lock(lock, wait=False)
    except (BlockingIOError, PermissionError):  # What POSIX and what Windows say of a lock that is taken.
        os.close(lock)
        return None
    except BaseException:
        os.close(lock)
        raise
    return lock


def put_aside(path: Path) -> Path:
    """Move a file that cannot be read to the first free name, which is returned. Raises `OSError`."""
    number = 1
    while (aside := path.with_suffix(f".unreadable-{number}{path.suffix}")).exists():
        number += 1
    path.rename(aside)
    return aside


def _opened(lock: Path) -> int:
    lock.parent.mkdir(parents=True, exist_ok=True)
    return os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)


def _lock(lock: int, *, wait: bool) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(lock, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _unlock(lock: int) -> None:
    """Let go now: Windows does so some time after a file is closed."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(lock, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_UN)
