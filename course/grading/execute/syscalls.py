"""What the kernel refuses to do for a sandbox whose memory no control group counts: System V's shared memory.

It belongs to no process and no folder, so that a watcher cannot see it; nothing in the course uses it.
"""

import errno
import os
import platform
import struct

NUMBERS = {"x86_64": (0xC000003E, 29), "aarch64": (0xC00000B7, 194)}
"""Kind of processor -> its number for the kernel's audit, and that of `shmget`."""
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions of the kernel's filters (linux/bpf_common.h)."""
NUMBER, ARCHITECTURE = 0, 4
"""Where a call's own number and that of the processor stand in what a filter is shown (linux/seccomp.h)."""
OTHER_ABI = 0x40000000
"""From here on calls are those of x86-64's other interface, x32."""
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM


def filter_without_sysv() -> bytes:
    """Return the filter as the kernel reads it; nothing for a processor that is not in the table."""
    if platform.machine() not in NUMBERS:
        return b""
    architecture, shmget = NUMBERS[platform.machine()]
    program = (
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 0, 4, architecture),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 2, 0, OTHER_ABI),
        (EQUAL, 1, 0, shmget),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    )
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def opened(program: bytes) -> int | None:
    """Return a file descriptor from which bubblewrap reads a filter; None where there is none."""
    if not program:
        return None
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as file:
        file.write(program)
    return reading
