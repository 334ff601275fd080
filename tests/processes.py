"""Processes of a test that are killed in the middle of something."""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable

from django.db import connections


def fork(work: Callable[[], object]) -> int:
    """Run ``work`` in a process of its own, with connections of its own; returns its pid."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(status)


def kill(pid: int, *, after: float) -> bool:
    """Kill the process after some seconds, without any chance to clean up; whether it was still running."""
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def wait(pid: int) -> int:
    """The exit status of a process, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
