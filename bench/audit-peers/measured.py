"""Runs a command and writes to a file what it took: measured.py <file> <command> [argument ...]

The command's own clock, CPU and memory, as the system counted them for it and for the children it waited for; a poll
from outside would miss peaks.
"""

import json
import os
import sys
import time

into, *command = sys.argv[1:]
started = time.monotonic()
pid = os.posix_spawnp(command[0], command, os.environ)
_, status, used = os.wait4(pid, 0)
taken = {
    "seconds": time.monotonic() - started,
    "cpuSeconds": used.ru_utime + used.ru_stime,
    # Kilobytes on Linux, bytes on macOS.
    "rssBytes": used.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    "code": os.waitstatus_to_exitcode(status),
}
with open(into, "w", encoding="utf-8") as file:
    json.dump(taken, file)
