"""The deployments of a sysroot, as the real ostree tells them, and their origin files."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field

from .failures import Failure, Refusal
from .ostree import Ostree

LAYERING = {"rpmostree", "packages", "overrides", "modules"}
LEGACY_LOCK = "/run/ostree/staged-deployment-locked"


@dataclass(frozen=True)
class Deployment:
    """`index`: its place in the boot order, staged first. `unlocked`: none, development, hotfix, transient."""

    index: int
    stateroot: str
    checksum: str
    serial: int
    booted: bool = False
    staged: bool = False
    pinned: bool = False
    locked: bool = False
    unlocked: str = "none"
    version: str | None = None
    origin: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """`<checksum>.<serial>`."""
        return f"{self.checksum}.{self.serial}"

    @property
    def image(self) -> str | None:
        """The container image reference of its origin."""
        return self.origin.get("origin", {}).get("container-image-reference")

    @property
    def refspec(self) -> str | None:
        """The ostree refspec of its origin."""
        return self.origin.get("origin", {}).get("refspec")

    @property
    def layered(self) -> bool:
        """Whether rpm-ostree has layered something on it, in bootc's eyes."""
        return not LAYERING.isdisjoint(self.origin)


def read_deployments(ostree: Ostree) -> list[Deployment]:
    """In boot order. ostree before 2025.3 has no JSON; its text is read instead."""
    try:
        found = from_json(ostree.admin("status", "--json"))
    except Failure as failure:
        if "Unknown option" not in str(failure):
            raise
        found = from_text(ostree.admin("status"))
    return [Deployment(**{**each, "origin": read_origin(folder(ostree.root, each) + ".origin")}) for each in found]


def from_json(text: str) -> list[dict]:
    """`ostree admin status --json`."""
    return [
        {
            "index": entry["index"],
            "stateroot": entry["stateroot"],
            "checksum": entry["checksum"],
            "serial": entry["serial"],
            "booted": entry["booted"],
            "staged": entry["staged"],
            "pinned": entry["pinned"],
            "locked": entry["finalization-locked"],
            "unlocked": entry["unlocked"],
            "version": entry.get("version"),
        }
        for entry in json.loads(text)["deployments"]
    ]


def from_text(text: str) -> list[dict]:
    """`ostree admin status` of old versions."""
    found: list[dict] = []
    for line in text.splitlines():
        head = re.match(r"[* ] (\S+) ([0-9a-f]{64})\.(\d+)((?: \([a-z -]+\))*)$", line)
        if head:
            staged = "(staged)" in head[4]
            # Old versions keep the lock in a file of its own, and do not tell of it everywhere.
            locked = staged and ("(finalization locked)" in head[4] or os.path.exists(LEGACY_LOCK))
            known = {"stateroot": head[1], "checksum": head[2], "serial": int(head[3])}
            found.append({"index": len(found), **known, "booted": line[0] == "*", "staged": staged, "locked": locked})
        elif found:
            key, _, value = line.strip().partition(": ")
            if key == "Version":
                found[-1]["version"] = value
            elif key == "Pinned":
                found[-1]["pinned"] = value == "yes"
            elif key == "Unlocked":
                found[-1]["unlocked"] = value
    return found


def require_reordering(ostree: Ostree) -> None:
    """Old versions of ostree cannot put a deployment before all others."""
    try:
        ostree.admin("set-default", "--help")
    except Failure as failure:
        raise Refusal("change the order of deployments with an ostree that has no `admin set-default`") from failure


def folder(root: str, deployment: Deployment | dict) -> str:
    """Where a deployment is on disk."""
    known = deployment if isinstance(deployment, dict) else vars(deployment)
    return os.path.join(root, f"ostree/deploy/{known['stateroot']}/deploy/{known['checksum']}.{known['serial']}")


def read_origin(path: str) -> dict[str, dict[str, str]]:
    """An origin file: a key file, group → key → value. Empty where there is none."""
    groups: dict[str, dict[str, str]] = {}
    group: dict[str, str] = {}
    if not os.path.exists(path):
        return groups
    with open(path, encoding="utf-8") as file:
        for line in file:
            text = line.strip()
            if text.startswith("[") and text.endswith("]"):
                group = groups.setdefault(text[1:-1], {})
            elif "=" in text and not text.startswith("#"):
                key, _, value = text.partition("=")
                group[key.strip()] = value.strip()
    return groups


@dataclass(frozen=True)
class Slots:
    """The deployments by what they are to bootc."""

    booted: Deployment
    staged: Deployment | None
    rollback: Deployment | None
    others: list[Deployment]

    @property
    def rollback_queued(self) -> bool:
        """Whether the rollback boots next, if nothing is staged."""
        return self.rollback is not None and self.rollback.index < self.booted.index


def into_slots(deployments: list[Deployment]) -> Slots:
    """The rollback is the first of the booted stateroot that is neither booted nor staged."""
    booted = next((each for each in deployments if each.booted), None)
    if booted is None:
        raise Failure("Not currently booted into an OSTree system")
    related = [each for each in deployments if each.stateroot == booted.stateroot and not each.booted]
    strangers = [each for each in deployments if each.stateroot != booted.stateroot]
    staged = next((each for each in related if each.staged), None)
    rest = [each for each in related if not each.staged]
    return Slots(booted, staged, rest[0] if rest else None, rest[1:] + strangers)
