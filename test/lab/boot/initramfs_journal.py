#!/usr/bin/env python3
"""initramfs_journal.py SOCKET FILE COMMAND…: runs a command of the initramfs, and keeps what it tells the journal there.

A real initramfs has a journald of its own, whose entries go into the journal of the boot. SOCKET is where the command looks for one;
the first entry goes to FILE, as `logger --journald` reads it.
"""

import os
import socket
import subprocess
import sys

where, kept, *command = sys.argv[1:]
os.makedirs(os.path.dirname(where), exist_ok=True)
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
    journal.bind(where)
    code = subprocess.run(command, check=False).returncode
    # The kernel holds ten; ostree-prepare-root has two at most, the one that matters first.
    journal.setblocking(False)
    try:
        entry = journal.recv(65536)
    except BlockingIOError:
        entry = b""
os.unlink(where)
if entry:
    with open(kept, "wb") as file:
        file.write(entry)
sys.exit(code)
