"""The verbs of bootc that change the host (cli.rs). All are called with the sysroot locked."""

from __future__ import annotations

import os
import shutil
import subprocess

from .deployments import require_reordering
from .failures import Failure, context
from .images import Image
from .journal import ROLLBACK, SWITCHING, tell
from .output import out, size
from .progress import Progress
from .pull import look, pull
from .reboots import hold_staged, reboot, require_reboot, soft_reboot
from .reference import CONTAINER_POLICY, ImageReference, checked_transport
from .stage import stage
from .status import Host

Options = dict[str, str | bool]

LOCAL_CHANGES = (
    "Deployment contains local rpm-ostree modifications; cannot upgrade via bootc. "
    "You can run `rpm-ostree reset` to undo the modifications."
)


def text(options: Options, name: str) -> str | None:
    """The value of a flag that takes one."""
    value = options.get(name)
    return value if isinstance(value, str) else None


def progress_of(options: Options) -> Progress:
    """Where the progress goes."""
    descriptor = text(options, "progress-fd")
    return Progress(None if descriptor is None else int(descriptor))


def upgrade(host: Host, options: Options) -> None:
    """`bootc upgrade`."""
    reference = host.reference()
    tag = text(options, "tag")
    if tag is not None:
        if reference is None:
            raise Failure("--tag requires a booted image with a specified source")
        reference = reference.with_tag(tag)
    progress = progress_of(options)
    if reference is None:
        layered = [each for each in (host.slots.booted, host.slots.staged) if each and each.layered]
        raise Failure(LOCAL_CHANGES if layered else "No image source specified")
    if "from-downloaded" in options:
        release_staged(host)
        finish(host, options)
    elif "check" in options:
        check(host, reference)
    else:
        bring_up_to_date(host, reference, progress, options)


def release_staged(host: Host) -> None:
    """`--from-downloaded`: what was only downloaded is applied after all."""
    if host.slots.staged is None:
        raise Failure("No staged deployment found")
    if host.slots.staged.locked:
        hold_staged(host, False)
        out("Staged deployment will now be applied on reboot")
    else:
        out("Staged deployment is already set to apply on reboot")


def check(host: Host, reference: ImageReference) -> None:
    """`--check`: compares with the image that was pulled last, not with the booted one."""
    commit, image = look(host, reference)
    if commit is not None:
        out(f"No changes in: {reference.pull_spec()}")
        return
    out(f"Update available for: {reference.pull_spec()}")
    if image.version is not None:
        out(f"  Version: {image.version}")
    out(f"  Digest: {image.digest}")
    print_difference(host.image(host.slots.booted), image)
    host.images.touch()


def bring_up_to_date(host: Host, reference: ImageReference, progress: Progress, options: Options) -> None:
    """Pulls, and stages what is not booted or staged already."""
    commit, image = pull(host, reference, progress)
    staged, booted = host.image(host.slots.staged), host.image(host.slots.booted)
    hold = "download-only" in options
    if staged is not None and host.slots.staged is not None and staged.digest == image.digest:
        if host.slots.staged.locked == hold:
            out("Staged update present, not changed")
        else:
            hold_staged(host, hold)
            applied = "Staged deployment will now be applied on reboot"
            out("Image downloaded, but will not be applied on reboot" if hold else applied)
        finish(host, options)
    elif booted is not None and booted.digest == image.digest:
        out("No update available.")
    else:
        stage(host, reference, commit, image, progress, hold)
        print_difference(booted, image)
        host.images.touch()
        finish(host, options)


def finish(host: Host, options: Options) -> None:
    """`--soft-reboot` and `--apply`, once something is staged."""
    soft_reboot(host, text(options, "soft-reboot"), host.slots.staged, "staged")
    if "apply" in options:
        reboot()


def print_difference(old: Image | None, new: Image) -> None:
    """The layers of an image, and which of them are not those of another."""
    if old is None:
        return
    known = {layer.digest for layer in old.layers}
    wanted = {layer.digest for layer in new.layers}
    removed = [layer.size for layer in old.layers if layer.digest not in wanted]
    added = [layer.size for layer in new.layers if layer.digest not in known]
    everything = [layer.size for layer in new.layers]
    for name, sizes in (("Total new layers:", everything), ("Removed layers:", removed), ("Added layers:", added)):
        out(f"{name:<17} {len(sizes):<4}  Size: {size(sum(sizes))}")


def switch(host: Host, options: Options) -> None:
    """`bootc switch TARGET`."""
    target = target_of(options)
    progress = progress_of(options)
    current = host.reference()
    if target == current:
        out("Image specification is unchanged.")
        if host.version.has("apply unchanged switch") and host.slots.staged:
            finish(host, options)
        return
    tell(
        host.version,
        SWITCHING,
        f"Switching from image {current.image if current else 'none'} to {target.image}",
        bootc_old_image_reference=current.image if current else "none",
        bootc_new_image_reference=target.image,
        bootc_new_image_transport=target.transport,
    )
    change_image(host, target, progress)
    refspec = host.slots.booted.refspec
    if "retain" not in options and refspec is not None:
        host.ostree.in_repo("refs", "--delete", refspec)
    finish(host, options)


def target_of(options: Options) -> ImageReference:
    """What `switch` is asked for."""
    transport = checked_transport(text(options, "transport") or "registry")
    policy = CONTAINER_POLICY if "enforce-container-sigpolicy" in options else None
    return ImageReference(text(options, "TARGET") or "", transport, policy)


def change_image(host: Host, target: ImageReference, progress: Progress) -> None:
    """Pulls and stages another image, whatever is booted."""
    commit, image = pull(host, target, progress)
    stage(host, target, commit, image, progress)
    host.images.touch()


def rollback(host: Host, options: Options) -> None:
    """`bootc rollback`: a toggle, which takes effect in the boot entries at once."""
    with context("Rollback (ostree)"):
        slots = host.slots
        reverting = slots.rollback_queued
        if reverting:
            out("notice: Reverting queued rollback state")
        if slots.rollback is None:
            raise Failure("No rollback available")
        image = host.image(slots.rollback)
        if image is None:
            raise Failure("Rollback is not container image based")
        tell(
            host.version,
            ROLLBACK,
            f"Rolling back to image: {image.digest}",
            bootc_manifest_digest=image.digest,
            bootc_ostree_commit=slots.rollback.checksum,
            bootc_rollback_type="revert" if reverting else "rollback",
        )
        first = slots.booted if reverting else slots.rollback
        require_reordering(host.ostree)
        if slots.staged is not None:
            host.ostree.admin("undeploy", str(slots.staged.index))
        host.ostree.admin("set-default", str(first.index - (slots.staged is not None)))
        out(f"Next boot: {'current' if reverting else 'rollback'} deployment")
        require_reboot(host, image.digest)
        host.images.touch()
        host.refresh()
    if "soft-reboot" in options:
        soft_reboot(host, text(options, "soft-reboot"), host.slots.rollback, "rollback")
    if "apply" in options:
        reboot()


def edit(host: Host, options: Options) -> None:
    """`bootc edit`: the specification as a document, changed."""
    from .document import read_document, spec_of
    from .render import to_yaml

    before = host.to_json()
    path = text(options, "filename")
    if path is None:
        path = f"/run/bootc-standin/edit.{os.getpid()}.yaml"
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(to_yaml(before))
        editor = os.environ.get("EDITOR") or next(filter(shutil.which, ("nano", "vim", "vi")), None)
        if editor is None:
            raise Failure("Could not find any editor: set EDITOR, or use --filename")
        if subprocess.run(["/bin/sh", "-c", f'exec {editor} "$1"', editor, path], check=False).returncode != 0:
            raise Failure("Invoking editor: Subprocess failed")
    with open(path, encoding="utf-8") as file:
        image, boot_order = spec_of(read_document(file.read()))
    same_image = image == host.reference()
    same_order = boot_order == ("rollback" if host.slots.rollback_queued and host.reference() else "default")
    if same_image and same_order:
        out("Edit cancelled, no changes made.")
    elif not same_image and not same_order:
        raise Failure("Invalid state transition: rollback and image change")
    elif not same_order:
        rollback(host, {})
    elif image is None:
        raise Failure("Missing image in specification")
    else:
        change_image(host, image, Progress(None))
