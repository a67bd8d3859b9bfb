"""Runs `health-agent validate` once, bounded in time and memory."""
import os
import re
import subprocess
import tempfile
import time

from harness.agent import command, rss_of

STACK_TRACE = re.compile(r"Unhandled exception|^\s+at [\w.<>`]+\(", re.MULTILINE)


class Validation:
    """What came of it: `code` (None when it had to be killed), `output`, `seconds` of the clock and of CPU, `memory` in MB."""

    def __init__(self, file, limit=20, memory=1_500, wrapper=()):
        started = time.monotonic()
        self.code, self.killed, self.memory = None, "", 0
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen([*wrapper, *command("validate", "--config", str(file))], stdin=subprocess.DEVNULL,
                                       stdout=output, stderr=subprocess.STDOUT)
            pause = 0.01
            while True:
                gone, status, usage = os.wait4(process.pid, os.WNOHANG)
                if gone:
                    break
                self.memory = max(self.memory, rss_of(process.pid)) if time.monotonic() - started > 1 else 0
                if not self.killed and (time.monotonic() - started > limit or self.memory > memory):
                    self.killed = f"killed after {time.monotonic() - started:.0f} s at {self.memory:.0f} MB"
                    process.kill()
                time.sleep(pause)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            self.output = output.read().decode(errors="replace")
        self.seconds, self.cpu = time.monotonic() - started, usage.ru_utime + usage.ru_stime
        self.memory = max(self.memory, usage.ru_maxrss / (1_000_000 if os.uname().sysname == "Darwin" else 1_000))
        self.code = None if self.killed else process.returncode

    @property
    def is_orderly(self):
        return self.code in (0, 78) and not STACK_TRACE.search(self.output)

    def __str__(self):
        return self.killed or f"exit code {self.code}, {self.seconds:.1f} s, {self.memory:.0f} MB"


def says_no_stack_trace(found, agent):
    """A row about the log: an exception that nobody expected stands there with its stack."""
    output = agent.output()
    found.right("no stack trace in the log", not STACK_TRACE.search(output), f"{len(output.splitlines())} lines")
