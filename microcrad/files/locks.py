"""Locks on files that are open, on every system. What knows them there comes with the first lock."""

from __future__ import annotations

__all__ = ["lock_descriptor", "unlock_descriptor"]


def lock_descriptor(descriptor: int, *, blocking: bool = True) -> bool:
    """Lock an open file until it is closed; False if somebody else has the lock, unless one waits for it.

    Raises `OSError` where there are no locks.
    """
    from filelock import lock_descriptor as lock  # A start that writes nothing does not wait for it.

    return lock(descriptor, blocking=blocking)


def unlock_descriptor(descriptor: int) -> None:
    """Give a lock up now: Windows does so some time after a file is closed."""
    from filelock import unlock_descriptor as unlock

    unlock(descriptor)
