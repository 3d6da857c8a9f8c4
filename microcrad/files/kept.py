"""Files that several copies of the app share: locks between processes, and what cannot be read put aside."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import lock_descriptor, unlock_descriptor

__all__ = ["claimed", "locked", "put_aside"]


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock `path`, waiting for whoever has it; it goes by itself when a process ends.

    A lock is an empty file, made where there is none, which stays. Raises `OSError` if it cannot be had.
    """
    lock = _opened(path)
    try:
        lock_descriptor(lock)
        try:
            yield
        finally:
            unlock_descriptor(lock)  # Now: Windows does so some time after a file is closed.
    finally:
        os.close(lock)


def claimed(path: Path) -> int | None:
    """Hold the lock `path` until the descriptor that is returned is closed; None if somebody else has it.

    Raises `OSError` if there can be no such lock.
    """
    lock = _opened(path)
    try:
        if lock_descriptor(lock, blocking=False):
            return lock
    except BaseException:
        os.close(lock)
        raise
    os.close(lock)
    return None


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
