"""Kernel arguments that an image brings: /usr/lib/bootc/kargs.d/*.toml, in the order of their names."""

from __future__ import annotations

import glob
import os
import platform

from .failures import Failure
from .ostree import Ostree

FOLDER = "usr/lib/bootc/kargs.d"


def changes(ostree: Ostree, tree: str, commit: str) -> list[str]:
    """What `ostree admin deploy` is to add and to remove when a commit follows the tree of a deployment."""
    old, new = of_tree(tree), of_commit(ostree, commit)
    added = [f"--karg-append={each}" for each in new if each not in old]
    return added + [f"--karg-delete={each}" for each in old if each not in new]


def of_tree(tree: str) -> list[str]:
    """The arguments of a deployment on disk."""
    arguments: list[str] = []
    for path in sorted(glob.glob(os.path.join(tree, FOLDER, "*.toml"))):
        with open(path, encoding="utf-8") as file:
            arguments += parse(file.read())
    return arguments


def of_commit(ostree: Ostree, commit: str) -> list[str]:
    """The arguments of a commit."""
    try:
        names = ostree.in_repo("ls", "--nul-filenames-only", commit, f"/{FOLDER}").split("\0")
    except Failure:
        return []
    files = sorted(name for name in names if name.endswith(".toml"))
    return [argument for name in files for argument in parse(ostree.in_repo("cat", commit, name))]


def parse(text: str) -> list[str]:
    """`kargs = […]`, unless it is for other architectures."""
    import tomllib

    table = tomllib.loads(text)
    architectures = table.get("match-architectures")
    return list(table.get("kargs", [])) if architectures is None or platform.machine() in architectures else []
