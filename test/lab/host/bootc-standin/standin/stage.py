"""Staging a pulled image (deploy.rs): the real ostree deploys it, and applies it at shutdown."""

from __future__ import annotations

import glob
import tempfile

from . import kargs
from .deployments import folder
from .failures import Failure, Refusal, context
from .images import Image
from .journal import STAGING, tell
from .output import announced, out, size
from .progress import Progress, Staging
from .reboots import hold_with_file, require_reboot
from .reference import ImageReference, from_origin
from .status import Host


def stage(host: Host, reference: ImageReference, commit: str, image: Image, progress: Progress, hold: bool = False) -> None:
    """Stages an image. `hold`: it is not applied at the next reboot (download-only)."""
    with context("Staging"):
        fields = {"bootc_image_reference": reference.image, "bootc_image_transport": reference.transport}
        message = f"Staging image for deployment: {reference.brief()} (digest: {image.digest})"
        tell(host.version, STAGING, message, **fields, bootc_manifest_digest=image.digest)
        told = Staging(progress, image.digest)
        told.begin("merging")
        told.begin("deploying")
        with context("Writing deployment"), announced("Deploying"):
            deploy(host, reference, commit, hold)
        host.refresh()
        told.begin("bound_images")
        refuse_bound_images(host)
        told.begin("cleanup")
        clean_up(host)
        out(f"{'Staged but not queued' if hold else 'Queued'} for next boot: {reference.brief()}")
        if image.version is not None:
            out(f"  Version: {image.version}")
        out(f"  Digest: {image.digest}")
        told.end()
        require_reboot(host, image.digest)


def deploy(host: Host, reference: ImageReference, commit: str, hold: bool) -> None:
    """`ostree admin deploy --stage`."""
    booted = host.slots.booted
    with tempfile.NamedTemporaryFile("w", dir="/run", suffix=".origin") as origin:
        origin.write(f"[origin]\ncontainer-image-reference={reference.to_origin()}\n")
        origin.flush()
        changes = kargs.changes(host.ostree, folder(host.ostree.root, booted), commit)
        arguments = ["--stage", f"--os={booted.stateroot}", f"--origin-file={origin.name}", *changes, commit]
        try:
            host.ostree.admin("deploy", *(["--lock-finalization"] if hold else []), *arguments)
        except Failure as failure:
            if not hold or "Unknown option" not in str(failure):
                raise
            host.ostree.admin("deploy", *arguments)
            hold_with_file()


def refuse_bound_images(host: Host) -> None:
    """bootc pulls them here, with the deployment staged already, and so it stays when that fails."""
    staged = host.slots.staged
    if staged and glob.glob(f"{folder(host.ostree.root, staged)}/usr/lib/bootc/bound-images.d/*"):
        with context("Pulling bound images"):
            raise Refusal("pull images that are bound to the host's")


def clean_up(host: Host) -> None:
    """Forgets images that no deployment refers to, their layers, and what was found for deployments that are gone."""
    slots, store = host.slots, host.images
    deployments = [each for each in (slots.staged, slots.booted, slots.rollback, *slots.others) if each and each.image]
    kept_refs = {from_origin(each.image or "").ref() for each in deployments}
    refs = host.ostree.in_repo("refs", "--list", "ostree/container/image").split()
    stale = [ref for ref in refs if ref not in kept_refs]
    for ref in stale:
        host.ostree.in_repo("refs", "--delete", ref)
    kept = {commit for commit in map(host.ostree.resolve, kept_refs) if commit}
    kept |= {each.checksum for each in deployments if not each.layered}
    layers = {layer.digest for commit in kept for layer in store.read(commit).layers}
    unneeded = {digest: count for digest, count in store.layers().items() if digest not in layers}
    for digest in unneeded:
        store.drop_layer(digest)
    store.drop_cached_updates(kept)
    if stale or unneeded:
        host.ostree.admin("cleanup")
        out(f"Pruned images: {len(stale)} (layers: {len(unneeded)}, objsize: {size(sum(unneeded.values()))})")
