"""What rpm-ostree's daemon is to others: one transaction at a time, and its title for whoever asks."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from standin.failures import Failure

FILE = "/run/rpm-ostree-standin/transaction"


@contextmanager
def transaction(title: str) -> Iterator[None]:
    """Runs as the one transaction; Failure, in rpm-ostree's words, while there is another."""
    os.makedirs(os.path.dirname(FILE), mode=0o755, exist_ok=True)
    with open(FILE, "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            other = file.read().strip() or "unknown"
            cancel = "You can cancel the current transaction with `rpm-ostree cancel`"
            raise Failure(f"Transaction in progress: {other}\n {cancel}") from None
        file.truncate(0)
        file.write(f"{title}\n")
        file.flush()
        yield
        file.truncate(0)


def current() -> str | None:
    """The title of the one that is going on."""
    try:
        with open(FILE, encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        with open(FILE, encoding="utf-8") as file:
            return file.read().strip() or "unknown"
    return None
