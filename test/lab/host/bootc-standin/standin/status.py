"""`bootc status`: the host as data, in the order of bootc's own structures (spec.rs)."""

from __future__ import annotations

import glob
import os
import re

from .deployments import Deployment, Slots, folder, into_slots, read_deployments
from .failures import context
from .images import Image, ImageStore
from .ostree import Ostree
from .reference import ImageReference, from_origin
from .versions import Version

OVERLAYS = {
    "development": {"accessMode": "readWrite", "persistence": "transient"},
    "hotfix": {"accessMode": "readWrite", "persistence": "persistent"},
    "transient": {"accessMode": "readOnly", "persistence": "transient"},
}


class Host:
    """What bootc knows of the host it runs on. The sysroot must be locked while it is read."""

    def __init__(self, version: Version, ostree: Ostree | None = None) -> None:
        self.version = version
        self.ostree = ostree or Ostree()
        self.images = ImageStore(self.ostree)
        self.refresh()

    def refresh(self) -> None:
        """Reads the deployments again."""
        with context("Computing status"):
            self.slots: Slots = into_slots(read_deployments(self.ostree))

    def reference(self) -> ImageReference | None:
        """`spec.image`: that of what is staged, if anything is, else of what is booted."""
        source = self.slots.staged or self.slots.booted
        return None if source.layered or source.image is None else from_origin(source.image)

    def image(self, deployment: Deployment | None) -> Image | None:
        """The image of a deployment; None where it has none that bootc could deal with."""
        if deployment is None or deployment.layered or deployment.image is None:
            return None
        return self.images.read(deployment.checksum)

    def to_json(self) -> dict[str, object]:
        """All of it, as the version that is played tells it."""
        slots, version = self.slots, self.version
        reference = self.reference()
        with context("Computing status"):
            status: dict[str, object] = {}
            for name, deployment in (("staged", slots.staged), ("booted", slots.booted), ("rollback", slots.rollback)):
                with context(f"{name.capitalize()} deployment"):
                    status[name] = None if deployment is None else self._entry(deployment)
            if version.has("other deployments") and slots.others:
                with context("Other deployments"):
                    status["otherDeployments"] = [self._entry(each) for each in slots.others]
        status["rollbackQueued"] = slots.rollback_queued
        booted = status["booted"]
        status["type"] = "bootcHost" if isinstance(booted, dict) and booted["image"] else None
        if version.has("usr overlay"):
            status["usrOverlay"] = OVERLAYS.get(slots.booted.unlocked)
        if version.has("read-only sysroot"):
            status["readOnly"] = False
        queued = reference is not None and slots.rollback_queued
        spec = {"image": None if reference is None else reference.to_json(), "bootOrder": "rollback" if queued else "default"}
        return document(spec, status)

    def soft_reboot_capable(self, deployment: Deployment) -> bool:
        """Whether a soft reboot could reach it: systemd can, the root is composefs (ostree wants that), and the deployment has
        the kernel and the initramfs of the booted one, and the same arguments."""
        target = os.path.exists("/usr/lib/systemd/system/soft-reboot.target")
        if deployment.booted or not target or not is_composefs_root():
            return False
        return self._boot_files(deployment) == self._boot_files(self.slots.booted) != []

    def _boot_files(self, deployment: Deployment) -> list[tuple[str, object]]:
        """Kernels and initramfs by inode (checkouts are hard links), and what the image adds to the kernel's arguments."""
        tree = folder(self.ostree.root, deployment)
        kernels = sorted(glob.glob(f"{tree}/usr/lib/modules/*/vmlinuz") + glob.glob(f"{tree}/usr/lib/modules/*/initramfs.img"))
        arguments = sorted(glob.glob(f"{tree}/usr/lib/bootc/kargs.d/*.toml"))
        return [(path.removeprefix(tree), os.stat(path).st_ino) for path in kernels + arguments]

    def _entry(self, deployment: Deployment) -> dict[str, object]:
        with context("Reading deployment metadata"):
            version = self.version
            image = self.image(deployment)
            cached = None if image is None else self.images.cached_update(deployment.checksum)
            entry: dict[str, object] = {
                "image": None if image is None else self._image(deployment, image),
                "cachedUpdate": None if cached is None else self._image(deployment, cached),
                "incompatible": deployment.layered,
                "pinned": deployment.pinned,
            }
            if version.has("soft reboot"):
                entry["softRebootCapable"] = self.soft_reboot_capable(deployment)
            if version.has("download-only"):
                entry["downloadOnly"] = deployment.staged and deployment.locked
            entry["store"] = "ostreeContainer" if image is not None or version.has("composefs") else None
            identity = {"checksum": deployment.checksum, "deploySerial": deployment.serial}
            entry["ostree"] = {"stateroot": deployment.stateroot, **identity}
            if version.has("composefs"):
                entry["composefs"] = None
            return entry

    def _image(self, deployment: Deployment, image: Image) -> dict[str, object]:
        known: dict[str, object] = {
            "image": from_origin(deployment.image or "").to_json(),
            "version": image.version,
            "timestamp": None if image.timestamp is None else in_utc(image.timestamp),
            "imageDigest": image.digest,
        }
        if self.version.has("architecture"):
            known["architecture"] = image.architecture
        return known


def is_composefs_root() -> bool:
    """Whether / is an overlay of composefs."""
    with open("/proc/self/mounts", encoding="utf-8") as file:
        kinds = [fields[2] for fields in map(str.split, file) if fields[1] == "/"]
    return kinds[-1:] == ["overlay"]


def null_host(version: Version) -> dict[str, object]:
    """What is told of a host that is not ostree's."""
    status: dict[str, object] = {"staged": None, "booted": None, "rollback": None, "rollbackQueued": False, "type": None}
    if version.has("usr overlay"):
        status["usrOverlay"] = None
    if version.has("read-only sysroot"):
        status["readOnly"] = False
    return document({"image": None, "bootOrder": "default"}, status)


def document(spec: dict[str, object], status: dict[str, object]) -> dict[str, object]:
    """The frame around both."""
    head: dict[str, object] = {"apiVersion": "org.containers.bootc/v1", "kind": "BootcHost", "metadata": {"name": "host"}}
    return {**head, "spec": spec, "status": status}


def in_utc(timestamp: str) -> str:
    """RFC 3339 in UTC with a Z, as chrono writes it. A time in another zone is turned; one in UTC keeps its fractions."""
    if re.fullmatch(r"[0-9-]+T[0-9:.]+(Z|\+00:00)", timestamp):
        return timestamp.removesuffix("+00:00").removesuffix("Z") + "Z"
    from datetime import datetime, timezone

    return datetime.fromisoformat(timestamp).astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
