"""What is printed, at once and unbuffered. A reader that has gone ends the program as it ends bootc.

bootc is a Rust program: a `println!` into a closed pipe panics, and its release builds abort on a panic (SIGABRT, 134 to a
shell). So a lost connection ends an upgrade at the next line that it prints.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


def out(text: str) -> None:
    """A line on stdout."""
    write(1, f"{text}\n")


def err(text: str) -> None:
    """A line on stderr."""
    write(2, f"{text}\n")


def write(descriptor: int, text: str) -> None:
    """All of a text, as it is."""
    rest = text.encode("utf-8", "surrogateescape")
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            time.sleep(0.01)
        except OSError as error:
            abort(f"failed printing to {'stdout' if descriptor == 1 else 'stderr'}: {error.strerror} (os error {error.errno})")


def abort(reason: str) -> None:
    """Ends as a panic does."""
    with suppress(OSError):
        os.write(2, f"thread 'main' panicked: {reason}\n".encode())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGABRT, signal.SIG_DFL)
    os.abort()


@contextmanager
def announced(what: str) -> Iterator[None]:
    """`Deploying...done (3 seconds)` on stderr."""
    started = time.monotonic()
    write(2, f"{what}...")
    try:
        yield
    except BaseException:
        write(2, "failed\n")
        raise
    seconds = int(time.monotonic() - started)
    err(f"done ({seconds} second{'' if seconds == 1 else 's'})")


def size(count: int) -> str:
    """Bytes as GLib writes them: powers of 1000, one decimal, a no-break space before the unit."""
    if count < 1000:
        return f"{count}\u00a0byte{'' if count == 1 else 's'}"
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 1000:
            break
    return f"{value:.1f}\u00a0{unit}"


def program(main: Callable[[], int], prefix: Callable[[], str]) -> None:
    """Runs a program; one line on stderr and exit code 1 when it fails."""
    from .failures import Failure

    try:
        sys.exit(main())
    except Failure as failure:
        err(f"{prefix()}{failure}")
        sys.exit(1)
    except OSError as error:
        err(f"{prefix()}{error.filename or ''}: {error.strerror} (os error {error.errno})")
        sys.exit(1)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
