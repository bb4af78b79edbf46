"""The verbs by their names; options as GOption reads them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from standin.environment import is_ostree_booted, prepare_for_write
from standin.failures import Failure, Refusal
from standin.lock import let_children_work, locked
from standin.ostree import Ostree
from standin.output import out, program
from standin.versions import Version

from . import kargs, status, verbs
from .transaction import transaction

VERSION = "2026.2"
SHORT = {"-r": "reboot", "-p": "pending", "-b": "base", "-m": "repomd"}
# Letters that mean something else with one verb.
SHORT_OF_VERB = {("cleanup", "-r"): "rollback", ("status", "-b"): "booted", ("status", "-v"): "verbose"}

# Verb → what it does, its title as a transaction, its options.
CHANGES: dict[str, tuple[Callable[[set[str], list[str]], int], set[str]]] = {
    "upgrade": (
        verbs.upgrade,
        {"check", "preview", "reboot", "download-only", "lock-finalization", "unchanged-exit-77", "bypass-driver", "quiet"}
        | {"trigger-automatic-update-policy"},
    ),
    "rebase": (verbs.rebase, {"reboot", "lock-finalization", "bypass-driver"}),
    "rollback": (verbs.rollback, {"reboot"}),
    "cleanup": (verbs.cleanup, {"pending", "rollback", "base", "repomd"}),
}
STATUS_OPTIONS = {"json", "booted", "pending-exit-77", "verbose"}
REFUSED = ("apply-live", "compose", "db", "deploy", "ex", "finalize-deployment", "initramfs", "initramfs-etc", "install")
REFUSED += ("override", "refresh-md", "reload", "reset", "uninstall", "usroverlay", "cancel")


def run() -> int:
    """The whole program."""
    words = sys.argv[1:]
    if words[:1] == ["--version"]:
        out(f"rpm-ostree:\n Version: '{VERSION}'\n Features:\n  - stand-in of a lab host")
        return 0
    verb = words[0] if words else ""
    if verb in REFUSED:
        raise Refusal(f"rpm-ostree {verb}")
    if verb == "status":
        options, _ = read_options(verb, words[1:], STATUS_OPTIONS)
        return show(options)
    if verb == "kargs":
        edits, switches = kargs.read_arguments(words[1:])
        require_booted()
        return change(verb, lambda: kargs.change(edits, switches)) if edits else kargs.show()
    if verb not in CHANGES:
        raise Failure(f"Unknown command '{verb}'" if verb else "No command specified")
    action, known = CHANGES[verb]
    options, operands = read_options(verb, words[1:], known)
    require_booted()
    return change(verb, lambda: action(options, operands))


def change(verb: str, action: Callable[[], int]) -> int:
    """Does what changes the host: as root, as the one transaction, with the sysroot locked."""
    if os.geteuid() != 0:
        raise Failure(f"rpmostreed OS operation {verb.capitalize()} not allowed for user")
    prepare_for_write(Version("1.16"))
    with transaction(verb), locked():
        let_children_work()
        return action()


def read_options(verb: str, words: list[str], known: set[str]) -> tuple[set[str], list[str]]:
    """Long names of the options, and the operands."""
    options: set[str] = set()
    operands: list[str] = []
    for word in words:
        if not word.startswith("-"):
            operands.append(word)
            continue
        name = word.removeprefix("--") if word.startswith("--") else SHORT_OF_VERB.get((verb, word)) or SHORT.get(word, word)
        if name not in known:
            raise Failure(f"Unknown option {word}")
        options.add(name)
    return options, operands


def require_booted() -> None:
    """As the client says it when the daemon will not start."""
    if not is_ostree_booted():
        why = "This system was not booted via libostree."
        raise Failure(f"{why}  Currently, most rpm-ostree commands only work on ostree-based systems.")


def show(options: set[str]) -> int:
    """`rpm-ostree status`."""
    require_booted()
    found = status.to_json(Ostree(), "booted" in options)
    out(status.print_json(found) if "json" in options else status.to_text(found))
    pending = any(each["staged"] for each in found["deployments"])
    return 77 if pending and "pending-exit-77" in options else 0


def main() -> None:
    """Runs it and ends."""
    program(run, lambda: "error: ")
