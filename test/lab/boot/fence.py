#!/usr/bin/python3 -ISB
"""fence.py COMMAND…: runs a command for which, and for all that it starts, some ioctls on file systems do not exist.

The disk of a host is a folder on a file system of this machine. Freezing it stops the machine (ostree does so at each deployment, for
a moment; a power cut in that moment would make it last), shutting it down ends it. As on a file system that knows none of these, the
answer is EOPNOTSUPP. Capabilities cannot tell these from mounting, so it is a seccomp filter. Needs CAP_SYS_ADMIN.
"""

import ctypes
import errno
import os
import struct
import sys

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
RET_ALLOW, RET_ERRNO = 0x7FFF0000, 0x00050000
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
# struct seccomp_data: int nr; u32 arch; u64 instruction_pointer; u64 args[6]. Both machines are little-endian.
NUMBER, ARCHITECTURE, REQUEST = 0, 4, 24

# What the kernel calls the machine, and ioctl's number there.
MACHINES = {"x86_64": (0xC000003E, 16), "aarch64": (0xC00000B7, 29)}
# FIFREEZE, FITHAW, FITRIM, FS_IOC_SHUTDOWN
REQUESTS = (0xC0045877, 0xC0045878, 0xC0185879, 0x8004587D)


def instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One struct sock_filter. Jumps count from the next instruction."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


def program(architecture: int, ioctl: int) -> bytes:
    """The filter. Calls of another architecture do not exist at all: their numbers mean something else."""
    refuse, count = RET_ERRNO | errno.EOPNOTSUPP, len(REQUESTS)
    return b"".join(
        [
            instruction(LOAD_WORD, ARCHITECTURE),
            instruction(JUMP_IF_EQUAL, architecture, 1, 0),
            instruction(RETURN, RET_ERRNO | errno.ENOSYS),
            instruction(LOAD_WORD, NUMBER),
            instruction(JUMP_IF_EQUAL, ioctl, 0, count + 1),
            instruction(LOAD_WORD, REQUEST),
            *(instruction(JUMP_IF_EQUAL, request, count - place, 0) for place, request in enumerate(REQUESTS)),
            instruction(RETURN, RET_ALLOW),
            instruction(RETURN, refuse),
        ]
    )


def main() -> None:
    """Puts up the fence and becomes the command."""
    machine = os.uname().machine
    if machine not in MACHINES:
        sys.exit(f"fence.py: no hosts of the lab on {machine}: the filter of system calls is written for {', '.join(MACHINES)}")
    filters = program(*MACHINES[machine])
    buffer = ctypes.create_string_buffer(filters, len(filters))
    fprog = struct.pack("@HP", len(filters) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, fprog, 0, 0) != 0:
        sys.exit(f"fence.py: {os.strerror(ctypes.get_errno())}")
    os.execvp(sys.argv[1], sys.argv[1:])


main()
