"""`rpm-ostree kargs`: shows the kernel arguments of the deployment that boots next, or stages a deployment with others."""

from __future__ import annotations

import glob
import re

from standin.failures import Failure, Refusal
from standin.output import out

from .update import Target, Updater, finish

ENTRIES = "/boot/loader/entries/*.conf"
EDITS = {"append", "append-if-missing", "delete", "delete-if-present", "replace"}
SWITCHES = {"reboot", "unchanged-exit-77"}
UNCHANGED = 77


def read_arguments(words: list[str]) -> tuple[list[tuple[str, str]], set[str]]:
    """The edits in their order, and the switches."""
    edits: list[tuple[str, str]] = []
    switches: set[str] = set()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if name in EDITS:
            if not equals and not rest:
                raise Failure(f"Missing argument for --{name}")
            edits.append((name, value if equals else rest.pop(0)))
        elif name in SWITCHES and not equals:
            switches.add(name)
        else:
            raise Failure(f"Unknown option {word}")
    return edits, switches


def current() -> list[str]:
    """The arguments of the first boot entry, as ostree has written them."""
    found = []
    for path in glob.glob(ENTRIES):
        with open(path, encoding="utf-8") as file:
            keys = dict(re.split(r"\s+", line.strip(), maxsplit=1) for line in file if " " in line.strip())
        found.append((int(keys.get("version", "0")), keys.get("options", "")))
    return max(found)[1].split() if found else []


def show() -> int:
    """Without an edit."""
    out(" ".join(current()))
    return 0


def change(edits: list[tuple[str, str]], switches: set[str]) -> int:
    """Stages the newest deployment once more, with other arguments. The sysroot is locked."""
    updater = Updater()
    newest = updater.newest
    if newest is not updater.host.slots.booted:
        raise Refusal("change the kernel arguments of another deployment than the booted one")
    options = [option for name, value in edits for option in option_of(name, value, current())]
    if not options:
        out("No changes.")
        return UNCHANGED if "unchanged-exit-77" in switches else 0
    updater.stage(Target.of_deployment(newest), newest.checksum, False, options)
    out("Kernel arguments updated.")
    finish("reboot" in switches)
    return 0


def option_of(name: str, value: str, known: list[str]) -> list[str]:
    """What ostree is to do; nothing where there is nothing to do."""
    if name.startswith("append"):
        return [] if name == "append-if-missing" and value in known else [f"--karg-append={value}"]
    if name.startswith("delete"):
        is_there = any(value in (each, each.partition("=")[0]) for each in known)
        if not is_there and name == "delete":
            raise Failure(f"No karg '{value}' found")
        return [f"--karg-delete={value}"] if is_there else []
    key, _, values = value.partition("=")
    old, has_old, new = values.partition("=")
    replaced = [each for each in known if each == f"{key}={old}"] if has_old else [e for e in known if e.split("=")[0] == key]
    if len(replaced) != 1:
        raise Failure(f"No karg '{key}' found" if not replaced else f"Multiple values for karg '{key}'")
    return [f"--karg-delete={replaced[0]}", f"--karg-append={key}={new if has_old else values}"]
