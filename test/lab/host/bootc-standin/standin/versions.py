"""Which bootc is played, and since when it can do what. Sources: bootc's release notes and its sources at these tags."""

from __future__ import annotations

import os

from .failures import Failure

CONFIGURATION = "/etc/bootc-standin.conf"

# The release that is played for each series.
RELEASES = {"1.1": (1, 1, 6), "1.7": (1, 7, 1), "1.12": (1, 12, 1), "1.16": (1, 16, 9)}

# Version since which bootc has it.
SINCE = {
    "other deployments": (1, 3, 0),
    "error prefix": (1, 3, 0),
    "canonical json": (1, 5, 0),
    "verbose": (1, 5, 0),
    "architecture": (1, 1, 7),
    "soft reboot": (1, 7, 0),
    "reboot-required": (1, 7, 0),
    "traced journal": (1, 8, 0),
    "config-diff": (1, 9, 0),
    "composefs": (1, 10, 0),
    "delete deployment": (1, 11, 0),
    "download-only": (1, 12, 0),
    "usr overlay": (1, 14, 0),
    "disk preflight": (1, 14, 0),
    "tag": (1, 15, 0),
    "update rows": (1, 15, 0),
    "read-only overlay": (1, 15, 0),
    "loader entries": (1, 15, 2),
    "apply unchanged switch": (1, 16, 3),
    "read-only sysroot": (1, 16, 7),
}


class Version:
    """A release of bootc."""

    def __init__(self, series: str) -> None:
        if series not in RELEASES:
            raise Failure(f"{CONFIGURATION}: the lab's stand-in plays bootc {', '.join(RELEASES)}, not {series}")
        self.release = RELEASES[series]

    def has(self, feature: str | None) -> bool:
        """Whether this release can do it already; what has no name was there from the beginning."""
        return feature is None or self.release >= SINCE[feature]

    @property
    def error_prefix(self) -> str:
        """What stands before an error on stderr."""
        return "error: " if self.has("error prefix") else "ERROR "

    def __str__(self) -> str:
        return ".".join(map(str, self.release))


def played() -> Version:
    """The one that BOOTC_STANDIN_VERSION or the configuration asks for; the newest when neither does."""
    series = os.environ.get("BOOTC_STANDIN_VERSION", "")
    if not series and os.path.exists(CONFIGURATION):
        with open(CONFIGURATION, encoding="utf-8") as file:
            lines = (line.strip().partition("=") for line in file)
            series = next((value.strip() for key, _, value in lines if key.strip() == "version"), "")
    return Version(series or "1.16")
