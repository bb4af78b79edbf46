"""Pulling an image (deploy.rs): look at the registry, fetch the layers that are missing, then the content."""

from __future__ import annotations

import json
import os
import platform
import re

from .failures import Failure, Refusal, context
from .images import Image, ImageStore, Layer
from .journal import IMPORTED, PULLING, tell
from .output import err, out, size
from .progress import Progress, Pulling, importing
from .reference import CONTAINER_POLICY, ImageReference
from .registry import Registry
from .status import Host

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
POLICIES = ("/etc/containers/policy.json", "/usr/share/containers/policy.json")
REMOTE = "bootc-standin"
DEFAULT_RESERVE_PERCENT = 3


def look(host: Host, reference: ImageReference) -> tuple[str | None, Image]:
    """What the registry has now. The commit is there only if just this was the last image pulled of the reference."""
    if reference.transport != "registry":
        raise Refusal(f"pull from {reference.transport}")
    previous = host.images.pulled(reference)
    if previous is not None and "@" in reference.image:
        known = host.images.read(previous)
        if known.digest == reference.image.partition("@")[2]:
            return previous, known
    with context("Preparing import"):
        with context("Fetching manifest"):
            check_policy(reference)
            with context("failed to invoke method OpenImage"):
                image = Registry(reference).image()
            wanted = ARCHITECTURES.get(platform.machine(), platform.machine())
            if image.architecture != wanted:
                raise Failure(f"Image has architecture {image.architecture}; expected {wanted}")
        if "ostree.bootable" not in image.labels and "containers.bootc" not in image.labels:
            raise Failure("Target image does not have ostree.bootable label")
    if previous is None:
        return None, image
    if host.images.read(previous).digest == image.digest:
        return previous, image
    host.images.keep_cached_update(previous, image)
    return None, image


def pull(host: Host, reference: ImageReference, progress: Progress) -> tuple[str, Image]:
    """Pulls what the registry has; the merge commit and the image."""
    commit, image = look(host, reference)
    if commit is not None:
        out(f"No changes in {reference.brief()} => {image.digest}")
        return commit, image
    if "containers.bootc" not in image.labels:
        err("notice: Image is missing label: containers.bootc")
    store = host.images
    wanted = [layer for layer in image.layers if not store.has_layer(layer.digest)]
    needed = sum(layer.size for layer in wanted)
    if wanted:
        present = len(image.layers) - len(wanted)
        out(f"layers already present: {present}; layers needed: {len(wanted)} ({size(needed)})")
    if host.version.has("disk preflight"):
        check_space(store, reference, needed)
    named = {"bootc_image_reference": reference.image, "bootc_image_transport": reference.transport}
    tell(host.version, PULLING, f"Pulling new image: {reference.brief()}", **named, bootc_status="pulling_new")
    with context("Pulling"):
        commit = fetch(store, reference, image, wanted, progress)
    fields = {**named, "bootc_manifest_digest": image.digest, "bootc_ostree_commit": commit}
    tell(host.version, IMPORTED, f"Successfully imported image: {reference.brief()}", **fields)
    return commit, image


def fetch(store: ImageStore, reference: ImageReference, image: Image, wanted: list[Layer], progress: Progress) -> str:
    """The layers one after another, then the content; the merge commit. Finished layers are not fetched again."""
    registry = Registry(reference)
    told = Pulling(progress, image, wanted)
    with context("Importing"):
        for layer in wanted:
            with context("Unencapsulating base" if layer.kind == "ostree chunk" else f"Importing layer {layer.digest}"):
                registry.download(layer, lambda count, layer=layer: told.fetched(layer, count))
            store.keep_layer(layer)
            told.finished(layer)
        importing(progress, image.digest, done=False)
        try:
            pull_content(store, registry, image)
            return store.write(reference, image)
        finally:
            importing(progress, image.digest, done=True)


def pull_content(store: ImageStore, registry: Registry, image: Image) -> None:
    """The commit of the image, from the repository beside the registry. The remote it needs is one of this repository
    alone: a file in /etc/ostree would be a change to /etc."""
    group = f'--group=remote "{REMOTE}"'
    store.ostree.in_repo("config", group, "set", "url", registry.content_url)
    store.ostree.in_repo("config", group, "set", "gpg-verify", "false")
    headers = [f"--http-header={key}={value}" for key, value in registry.headers().items()]
    store.ostree.in_repo("pull", f"--url={registry.content_url}", *headers, REMOTE, image.content)


def check_space(store: ImageStore, reference: ImageReference, needed: int) -> None:
    """bootc's preflight: the compressed layers against what is free, less what ostree keeps free."""
    disk = os.statvfs(store.ostree.repo)
    reserve = reserved(store, disk.f_blocks * disk.f_frsize)
    usable = max(0, disk.f_bavail * disk.f_frsize - reserve)
    if needed > usable:
        room = f"(available: {size(usable)} required: {size(needed)})"
        raise Failure(f"Insufficient free space for {reference.image} {room}")


def reserved(store: ImageStore, total: int) -> int:
    """How many bytes ostree keeps free: a size that was set, else a part of the disk."""
    wanted = setting(store, "core.min-free-space-size")
    match = re.fullmatch(r"(\d+)(MB|GB|TB)", wanted or "")
    if match:
        return int(match[1]) << {"MB": 20, "GB": 30, "TB": 40}[match[2]]
    percent = setting(store, "core.min-free-space-percent")
    return total * int(percent if percent is not None else DEFAULT_RESERVE_PERCENT) // 100


def setting(store: ImageStore, key: str) -> str | None:
    """A setting of the repository; None where it is not set."""
    try:
        return store.ostree.in_repo("config", "get", key).strip()
    except Failure:
        return None


def check_policy(reference: ImageReference) -> None:
    """Only where the reference asks for the containers' policy. A policy that verifies signatures is beyond the stand-in."""
    if reference.signature is None:
        return
    if reference.signature != CONTAINER_POLICY:
        raise Refusal("verify commits with an ostree remote's keys")
    path = next(filter(os.path.exists, POLICIES), None)
    if path is None:
        raise Failure(f"open {POLICIES[0]}: no such file or directory")
    with open(path, encoding="utf-8") as file:
        default = (json.load(file).get("default") or [{}])[0].get("type")
    if default == "insecureAcceptAnything":
        raise Failure("containers-policy.json specifies a default of `insecureAcceptAnything`; refusing usage")
    raise Refusal("verify the signatures of images")
