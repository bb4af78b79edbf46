"""`rpm-ostree status`: read without root and without the lock, as from the daemon."""

from __future__ import annotations

import calendar
import json
import re
import time

from standin.deployments import Deployment, read_deployments
from standin.images import DIGEST_KEY
from standin.ostree import Ostree

from .transaction import current

EMPTY_LISTS = (
    "requested-packages",
    "requested-modules",
    "requested-local-packages",
    "requested-local-fileoverride-packages",
    "requested-base-removals",
    "requested-base-local-replacements",
    "packages",
    "modules",
    "base-removals",
    "base-local-replacements",
)


def to_json(ostree: Ostree, booted_only: bool) -> dict[str, object]:
    """The document of `status --json`."""
    deployments = [each for each in read_deployments(ostree) if each.booted or not booted_only]
    title = current()
    stateroot = deployments[0].stateroot if deployments else "default"
    path = f"/org/projectatomic/rpmostree1/{stateroot}"
    return {
        "deployments": [entry(ostree, each) for each in deployments],
        "transaction": None if title is None else [title, ":1.0", path],
        "cached-update": None,
        "update-driver": None,
    }


def entry(ostree: Ostree, deployment: Deployment) -> dict[str, object]:
    """One deployment."""
    digest = ostree.metadata(deployment.checksum, DIGEST_KEY)
    commit_metadata = {"version": deployment.version} if deployment.version else {}
    known: dict[str, object] = {
        "id": f"{deployment.stateroot}-{deployment.id}",
        "osname": deployment.stateroot,
        "checksum": deployment.checksum,
        "serial": deployment.serial,
        "booted": deployment.booted,
        "staged": deployment.staged,
        "pinned": deployment.pinned,
        "unlocked": deployment.unlocked,
        "regenerate-initramfs": False,
        **{name: [] for name in EMPTY_LISTS},
        "base-commit-meta": commit_metadata if digest is None else {**commit_metadata, DIGEST_KEY: digest},
        "timestamp": timestamp(ostree, deployment.checksum),
        "gpg-enabled": False,
    }
    if deployment.version:
        known["version"] = deployment.version
    if deployment.locked:
        known["finalization-locked"] = True
    if deployment.image:
        known["container-image-reference"] = deployment.image
        known["container-image-reference-digest"] = digest
    else:
        known["origin"] = deployment.refspec or deployment.checksum
    return known


def timestamp(ostree: Ostree, commit: str) -> int:
    """When a commit was made, in seconds since 1970."""
    printed = re.search(r"^Date: +(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \+0000$", ostree.in_repo("show", commit), re.MULTILINE)
    return 0 if printed is None else calendar.timegm(time.strptime(printed[1], "%Y-%m-%d %H:%M:%S"))


def print_json(status: dict[str, object]) -> str:
    """As json-glib prints it."""
    return json.dumps(status, indent=2, separators=(",", " : "), ensure_ascii=False)


def to_text(status: dict) -> str:
    """For people."""
    busy = status["transaction"]
    lines = [f"State: {'busy' if busy else 'idle'}"]
    if busy:
        lines.append(f"Transaction: {busy[0]}")
    lines.append("Deployments:")
    for index, each in enumerate(status["deployments"]):
        if index:
            lines.append("")
        source = each.get("container-image-reference") or each["origin"]
        lines.append(f"{'●' if each['booted'] else ' '} {source}")
        rows = []
        if "container-image-reference" in each:
            rows.append(("Digest", each["container-image-reference-digest"] or ""))
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(each["timestamp"]))
        rows.append(("Version", f"{each['version']} ({moment})") if "version" in each else ("Timestamp", moment))
        if "container-image-reference" not in each:
            rows.append(("Commit", each["checksum"]))
        if each["staged"]:
            rows.append(("Staged", "yes"))
        if each["pinned"]:
            rows.append(("Pinned", "yes"))
        if each["unlocked"] != "none":
            rows.append(("Unlocked", each["unlocked"]))
        lines += [f"{name:>25}: {value}" for name, value in rows]
    return "\n".join(lines)
