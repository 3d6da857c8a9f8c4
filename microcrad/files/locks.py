"""Locks on files that are open: the system's own, as they come with it or, on Windows, with `filelock`."""

from __future__ import annotations

import sys

__all__ = ["lock_descriptor", "unlock_descriptor"]

if sys.platform == "win32":
    from filelock import lock_descriptor, unlock_descriptor
else:
    import errno
    import fcntl

    def lock_descriptor(descriptor: int, *, blocking: bool = True) -> bool:
        """Lock an open file until it is closed; False if somebody else has the lock, unless one waits for it.

        Raises `OSError` where there are no locks.
        """
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if blocking else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if not blocking and error.errno in (errno.EACCES, errno.EAGAIN):
                return False
            raise
        return True

    def unlock_descriptor(descriptor: int) -> None:
        """Give a lock up now: Windows does so some time after a file is closed."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)
