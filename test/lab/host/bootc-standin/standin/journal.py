"""bootc's events in the journal, where there is one."""

from __future__ import annotations

import socket
from contextlib import suppress

from .versions import Version

JOURNAL = "/run/systemd/journal/socket"

# Ids of bootc's events; several have 33 digits, as in bootc.
PULLING = "6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0"
IMPORTED = "4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8"
STAGING = "8f7a2b1c3d4e5f6a7b8c9d0e1f2a3b4c"
SWITCHING = "7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1"
ROLLBACK = "26f3b1eb24464d12aa5e7b544a6b5468"


def tell(version: Version, event: str, message: str, **fields: str) -> None:
    """An event. Since 1.8 its fields have the prefix of Rust's tracing; before, there was only that of a rollback."""
    if version.has("traced journal"):
        named = {f"F_{key.upper()}": value for key, value in fields.items()}
        named["F_MESSAGE_ID"] = event
    elif event == ROLLBACK:
        named = {key.upper(): value for key, value in fields.items()}
        named["MESSAGE_ID"] = event
    else:
        return
    lines = {"MESSAGE": message, "PRIORITY": "6", "SYSLOG_IDENTIFIER": "bootc", **named}
    text = "".join(f"{key}={value}\n" for key, value in lines.items())
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.sendto(text.encode(), JOURNAL)
