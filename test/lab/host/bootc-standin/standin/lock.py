"""libostree's lock on the sysroot.

The same file and kind of lock that `ostree_sysroot_lock()` uses (libglnx, glnx_make_lock_file): an exclusive open file
description lock on <sysroot>/ostree/lock. Its holders remove the file when they are done, so one that was removed while we
waited is not the lock any more. Ours is left where it is: an unlocked file is no lock.

While it is held, the real `ostree admin` is needed to do the work, and it takes the same lock. It is given another file:
in our own mount namespace one of /run lies over the real one. The whole verb stays one critical section.
"""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from .failures import Failure

FOR_CHILDREN = "/run/bootc-standin/children.lock"


@contextmanager
def locked(root: str = "/sysroot") -> Iterator[None]:
    """Waits for the lock, and holds it."""
    descriptor = take(os.path.join(root, "ostree/lock"))
    try:
        yield
    finally:
        os.close(descriptor)


def take(path: str) -> int:
    """Waits for the lock; closing the descriptor gives it up."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
    whole_file = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    while True:
        descriptor = os.open(path, flags, 0o600)
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLKW, whole_file)
        if os.fstat(descriptor).st_nlink > 0:
            return descriptor
        os.close(descriptor)


def let_children_work(root: str = "/sysroot") -> None:
    """Lays another file over the lock, in this mount namespace, which must be ours."""
    os.makedirs(os.path.dirname(FOR_CHILDREN), mode=0o700, exist_ok=True)
    with open(FOR_CHILDREN, "a", encoding="ascii"):
        pass
    mount("--bind", FOR_CHILDREN, os.path.join(root, "ostree/lock"))


def mount(*arguments: str) -> None:
    """mount(8)."""
    child = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if child.returncode != 0:
        raise Failure(f"mount {' '.join(arguments)}: {child.stderr.strip()}")
