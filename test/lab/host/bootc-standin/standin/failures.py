"""Errors as bootc tells them: one line, the contexts joined by colons, the outermost first, the cause last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Failure(Exception):
    """Something went wrong that a person is told in one line; exit code 1."""


class Refusal(Failure):
    """The real program could do this; its stand-in cannot, and says so."""

    def __init__(self, what: str) -> None:
        super().__init__(f"this is the lab's stand-in, which does not do this: {what}")


@contextmanager
def context(label: str) -> Iterator[None]:
    """Puts `label: ` before the text of any failure in its block."""
    try:
        yield
    except Failure as failure:
        raise Failure(f"{label}: {failure}") from failure
