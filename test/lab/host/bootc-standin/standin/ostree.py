"""The real ostree, run as a child: the one place that knows how."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence

from .failures import Failure

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "a": "\a", "v": "\v"}


class Ostree:
    """ostree on one sysroot. `program` is what stands before its arguments: another ostree than the PATH's may be wanted."""

    def __init__(self, root: str = "/", program: Sequence[str] = ("ostree",)) -> None:
        self.root = root
        self.program = tuple(program)

    @property
    def repo(self) -> str:
        """The system's repository."""
        return os.path.join(self.root, "ostree/repo")

    def in_repo(self, verb: str, *arguments: str) -> str:
        """`ostree VERB` on the repository of the sysroot; what it prints."""
        return self._run([verb, f"--repo={self.repo}", *arguments])

    def admin(self, verb: str, *arguments: str) -> str:
        """`ostree admin VERB` on the sysroot; what it prints."""
        elsewhere = [] if self.root == "/" else [f"--sysroot={self.root}"]
        return self._run(["admin", verb, *elsewhere, *arguments])

    def metadata(self, commit: str, key: str) -> str | None:
        """A string of a commit's metadata; None where the commit or the key is not there."""
        try:
            printed = self.in_repo("show", f"--print-metadata-key={key}", commit)
        except Failure:
            return None
        return unquote(printed.strip())

    def resolve(self, ref: str) -> str | None:
        """The commit of a ref; None where there is none."""
        try:
            return self.in_repo("rev-parse", ref).strip()
        except Failure:
            return None

    def _run(self, arguments: Sequence[str]) -> str:
        # Messages are compared in tests and shown to people: always the same language.
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        child = subprocess.run(
            [*self.program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=environment,
        )
        if child.returncode != 0:
            last = child.stderr.strip().rpartition("\n")[2]
            raise Failure(last.removeprefix("error: ") or f"ostree {' '.join(arguments[:2])} ended with {child.returncode}")
        return child.stdout


def unquote(text: str) -> str:
    """The value of a string in GVariant's text format, in which ostree prints it: quoted either way, with backslashes."""
    if len(text) < 2 or text[0] not in "'\"" or text[-1] != text[0]:
        raise Failure(f"not a string in GVariant's text format: {text[:40]}")

    def unescape(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if len(code) > 1 else ESCAPES.get(code, code)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", unescape, text[1:-1], flags=re.DOTALL)
