"""Getting what an origin has, staging it, and telling what it changes."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from standin.deployments import LEGACY_LOCK, Deployment
from standin.failures import Failure
from standin.images import ImageStore
from standin.ostree import Ostree
from standin.output import err, out
from standin.progress import Progress
from standin.pull import fetch, look
from standin.reference import from_origin
from standin.status import Host
from standin.versions import Version

PACKAGES = "/usr/share/lab/packages"
REBOOT_HINT = 'Run "systemctl reboot" to start a reboot'


@dataclass(frozen=True)
class Target:
    """Where a deployment comes from: the key and the value of its origin file."""

    key: str
    value: str

    @staticmethod
    def of(text: str) -> Target:
        """A container image reference has a scheme of ostree's containers; anything else is a refspec."""
        container = text.startswith(("ostree-unverified-", "ostree-image-signed:", "ostree-remote-"))
        return Target("container-image-reference" if container else "refspec", text)

    @staticmethod
    def of_deployment(deployment: Deployment) -> Target:
        """The origin that a deployment has."""
        if deployment.image:
            return Target("container-image-reference", deployment.image)
        if deployment.refspec:
            return Target("refspec", deployment.refspec)
        raise Failure("No origin/refspec, or origin/container-image-reference in current deployment origin; cannot upgrade")


class Updater:
    """Works on the host it runs on, with the sysroot locked."""

    def __init__(self) -> None:
        self.ostree = Ostree()
        self.host = Host(Version("1.16"), self.ostree)

    @property
    def newest(self) -> Deployment:
        """The one that boots next: what an update is measured against."""
        slots = self.host.slots
        return slots.staged or (slots.rollback if slots.rollback_queued and slots.rollback else slots.booted)

    def find(self, target: Target) -> tuple[str, str | None]:
        """What the origin has: an id of it (a digest or a checksum), and its version where that is known before a pull."""
        if target.key == "container-image-reference":
            _, image = look(self.host, from_origin(target.value))
            return image.digest, image.version
        remote, ref = self._refspec(target)
        self.ostree.in_repo("pull", "--commit-metadata-only", remote, ref)
        commit = self.ostree.resolve(target.value) or ""
        return commit, self.ostree.metadata(commit, "version")

    def deployed(self, deployment: Deployment) -> str:
        """The same id, of a deployment."""
        if deployment.image is None:
            return deployment.checksum
        return ImageStore(self.ostree).read(deployment.checksum).digest

    def pull(self, target: Target) -> str:
        """Brings the content here; the commit to deploy."""
        if target.key == "refspec":
            remote, ref = self._refspec(target)
            self.ostree.in_repo("pull", remote, ref)
            return self.ostree.resolve(target.value) or ""
        out(f"Pulling manifest: {target.value}")
        reference = from_origin(target.value)
        commit, image = look(self.host, reference)
        if commit is not None:
            return commit
        out(f"Importing: {target.value} (digest: {image.digest})")
        store = self.host.images
        wanted = [layer for layer in image.layers if not store.has_layer(layer.digest)]
        out(f"layers already present: {len(image.layers) - len(wanted)}; layers needed: {len(wanted)}")
        return fetch(store, reference, image, wanted, Progress(None))

    def stage(self, target: Target, commit: str, hold: bool, more: Sequence[str] = ()) -> None:
        """Stages a commit with an origin. `more`: options of `ostree admin deploy`."""
        with tempfile.NamedTemporaryFile("w", dir="/run", suffix=".origin") as origin:
            origin.write(f"[origin]\n{target.key}={target.value}\n")
            origin.flush()
            stateroot = self.host.slots.booted.stateroot
            arguments = ["--stage", f"--os={stateroot}", f"--origin-file={origin.name}", *more, commit]
            self.ostree.admin("deploy", *(["--lock-finalization"] if hold and not old_engine(self.ostree) else []), *arguments)
        if hold and old_engine(self.ostree):
            with open(LEGACY_LOCK, "w", encoding="ascii"):
                pass
        out("Staging deployment... done")

    @staticmethod
    def _refspec(target: Target) -> tuple[str, str]:
        remote, colon, ref = target.value.partition(":")
        if not colon:
            raise Failure(f"{target.value} has no remote to pull from")
        return remote, ref

    def packages(self, commit: str) -> dict[str, str]:
        """Names and versions of the packages of a commit."""
        try:
            lines = self.ostree.in_repo("cat", commit, PACKAGES).splitlines()
        except Failure:
            return {}
        return dict(line.split(" ", 1) for line in lines if " " in line)

    def print_difference(self, old: str, new: str) -> None:
        """What changes between two commits, package by package."""
        before, after = self.packages(old), self.packages(new)
        both = before.keys() & after.keys()
        changed = [f"{name} {before[name]} -> {after[name]}" for name in sorted(both) if before[name] != after[name]]
        removed = [f"{name}-{before[name]}" for name in sorted(before.keys() - after.keys())]
        added = [f"{name}-{after[name]}" for name in sorted(after.keys() - before.keys())]
        for title, lines in (("Upgraded", changed), ("Removed", removed), ("Added", added)):
            if lines:
                out(f"{title}:")
                for line in lines:
                    out(f"  {line}")


def old_engine(ostree: Ostree) -> bool:
    """Whether ostree cannot lock a finalization by itself."""
    try:
        ostree.admin("lock-finalization", "--help")
    except Failure:
        return True
    return False


def finish(reboot: bool) -> None:
    """`--reboot`, or the advice to do so."""
    if not reboot:
        out(REBOOT_HINT)
        return
    child = subprocess.run(["systemctl", "reboot"], check=False)
    if child.returncode != 0:
        err(f"error: systemctl reboot ended with {child.returncode}")
        os._exit(1)
