"""Where the program runs: as whom, on which kind of host, in which mount namespace."""

from __future__ import annotations

import os
import sys

from .failures import Failure, context
from .lock import mount
from .versions import Version

CAP_SYS_ADMIN = 21


def is_ostree_booted() -> bool:
    """Whether this is a host that booted an ostree deployment."""
    return os.path.exists("/run/ostree-booted")


def in_container() -> bool:
    """bootc's own test."""
    return bool(os.environ.get("container")) or any(map(os.path.exists, ("/run/.containerenv", "/.dockerenv")))


def prepare_for_write(version: Version) -> None:
    """Root, a mount namespace of our own, and a /sysroot that can be written there."""
    with context("Preparing for write"):
        if in_container():
            raise Failure("Detected container; this command requires a booted host system.")
        require_root(version)
        if os.readlink("/proc/self/ns/mnt") == os.readlink("/proc/1/ns/mnt"):
            leave_mount_namespace()
        mount("-o", "remount,bind,rw", "/sysroot")


def leave_mount_namespace() -> None:
    """From here on our mounts are nobody else's. Python before 3.12 cannot do this, so there the program starts again."""
    if hasattr(os, "unshare"):
        os.unshare(os.CLONE_NEWNS)
        mount("--make-rprivate", "/")
    else:
        # sys.orig_argv has Python's own flags too.
        os.execvp("unshare", ["unshare", "--mount", "--", sys.executable, *sys.orig_argv[1:]])


def require_root(version: Version) -> None:
    """Failure for anybody else, in bootc's words."""
    with context("Querying root privilege"):
        if os.geteuid() != 0:
            newer = version.has("error prefix")
            raise Failure(f"This command {'must be executed as the root user' if newer else 'requires root privileges'}")
        with open("/proc/self/status", encoding="ascii") as file:
            effective = next(int(line.split()[1], 16) for line in file if line.startswith("CapEff:"))
        if not effective >> CAP_SYS_ADMIN & 1:
            raise Failure("This command requires full root privileges (CAP_SYS_ADMIN)")


def require_booted() -> None:
    """Failure on a package mode host."""
    if not is_ostree_booted():
        raise Failure("System not booted via bootc")
