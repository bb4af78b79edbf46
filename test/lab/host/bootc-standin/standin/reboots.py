"""What is applied at a reboot, and how one is asked for."""

from __future__ import annotations

import os
import signal
import subprocess

from .deployments import LEGACY_LOCK, Deployment
from .failures import Failure
from .output import out
from .status import Host

REBOOT_REQUIRED = "/run/reboot-required"


def require_reboot(host: Host, digest: str) -> None:
    """The sign for others that a reboot is wanted. Nobody ever takes it away."""
    if not host.version.has("reboot-required"):
        return
    with open(f"{REBOOT_REQUIRED}.new", "w", encoding="ascii") as file:
        file.write(f"bootc: Reboot required for image: {digest}")
    os.rename(f"{REBOOT_REQUIRED}.new", REBOOT_REQUIRED)


def hold_staged(host: Host, hold: bool) -> None:
    """Whether what is staged is kept from being applied. Before ostree 2023.8 a file says so."""
    try:
        host.ostree.admin("lock-finalization", *([] if hold else ["--unlock"]))
        return
    except Failure as failure:
        if "Unknown" not in str(failure):
            raise
    if hold:
        hold_with_file()
    else:
        os.unlink(LEGACY_LOCK)


def hold_with_file() -> None:
    """The old way."""
    with open(LEGACY_LOCK, "w", encoding="ascii"):
        pass


def soft_reboot(host: Host, mode: str | None, target: Deployment | None, name: str) -> None:
    """`--soft-reboot`: makes the next reboot a soft one where it can be."""
    if mode is None:
        return
    if target is None or not host.soft_reboot_capable(target):
        if mode == "required":
            raise Failure(f"Soft reboot was required but {name} deployment is not soft-reboot capable")
        return
    out(f"{name.capitalize()} deployment is soft-reboot capable, preparing for soft-reboot...")
    host.ostree.admin("prepare-soft-reboot", str(target.index))


def reboot() -> None:
    """`--apply`: asks for the reboot outside of this process, then waits to be ended by it."""
    command = ["systemd-run", "--quiet", "--", "systemctl", "reboot", "--message=Initiated by bootc"]
    child = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if child.returncode != 0:
        raise Failure(f"Initiating reboot: Subprocess failed: {child.stderr.strip()}")
    while True:
        signal.pause()
