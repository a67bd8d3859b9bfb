"""Starts an agent as an operator does, asks it, and ends it."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time

FILES = 20_000

_running = []


def prepare():
    """Raises the limit of open files, also the hard one where that is allowed: attackers need many sockets, and agents inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FILES:
        with contextlib.suppress(ValueError, OSError):  # only root may; an attack that cannot open enough says so
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, FILES))
            hard = FILES
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    for name in [name for name in os.environ if name.startswith("OTEL_") or name in ("HEALTH_AGENT_CONFIG", "HEALTH_AGENT_LISTEN")]:
        del os.environ[name]
    os.environ.update(DOTNET_CLI_TELEMETRY_OPTOUT="1", DOTNET_NOLOGO="1")


def command(*arguments):
    program = os.environ["HEALTH_AGENT"]
    return (["dotnet", program] if program.endswith(".dll") else [program]) + list(arguments)


def end_all():
    for one in list(_running):
        one.end()


def rss_of(pid):
    """Resident memory in MB; 0 when the process is gone."""
    answer = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True)
    return int(answer.stdout.strip() or 0) / 1000


class Agent:
    """A running agent with a folder of its own, on a port that the system chose."""

    def __init__(self, yaml, environment=None, wrapper=(), reads_log=True, memory=2_000, starts_within=20, configured=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="abuse-"))
        self.file = self.folder / "agent.yaml"
        self.file.write_text(yaml)
        self.log, self.peak, self.ended_for = self.folder / "log", 0, None
        self._limit = memory
        settings = {**os.environ, "HEALTH_AGENT_LISTEN": "http://127.0.0.1:0", **(environment or {})}
        with open(self.log, "wb") as log:
            arguments = ("run", "--config", str(self.file)) if configured else ("run",)
            self.process = subprocess.Popen([*wrapper, *command(*arguments)], cwd=self.folder, env=settings, stdin=subprocess.DEVNULL,
                                            stdout=log if reads_log else subprocess.PIPE, stderr=subprocess.STDOUT)
        _running.append(self)
        threading.Thread(target=self._watch_memory, daemon=True).start()
        self.port = self._port(reads_log, starts_within)

    def _port(self, reads_log, seconds):
        """Reads the banner; where the log is a pipe, nothing is read from it afterwards."""
        seen, until = b"", time.monotonic() + seconds
        while time.monotonic() < until:
            seen = seen + os.read(self.process.stdout.fileno(), 512) if not reads_log else self.log.read_bytes()
            address = re.search(rb"http://127\.0\.0\.1:(\d+)/metrics", seen)
            if address:
                return int(address.group(1))
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the agent did not start: {seen.decode(errors='replace')[-500:]}")

    def _watch_memory(self):
        """Keeps the peak, and kills an agent that takes too much before the machine suffers."""
        while self.process.poll() is None:
            self.peak = max(self.peak, rss_of(self.process.pid))
            if self.peak > self._limit:
                self.ended_for = f"killed at {self.peak:.0f} MB"
                self.process.kill()
            time.sleep(0.25)

    def ask(self, path, timeout=5, method="GET"):
        """Status and body; status 0 when there is no answer within the timeout, the body then says why."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as exception:
            return 0, f"{type(exception).__name__}: {exception}"
        finally:
            connection.close()

    def checks(self):
        """All checks by name, as /health/checks shows them; empty when it does not answer."""
        status, body = self.ask("/health/checks", timeout=10)
        return {check["name"]: check for check in json.loads(body)["checks"]} if status in (200, 503) else {}

    def check(self, name):
        status, body = self.ask(f"/health/checks/{name}")
        return json.loads(body) if status in (200, 503) else {}

    def status(self, name):
        return self.check(name).get("status")

    def until(self, condition, seconds):
        """Asks again until a condition holds; whether it did within the time."""
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until or self.process.poll() is not None:
                return False
            time.sleep(0.1)
        return True

    def rss(self):
        return rss_of(self.process.pid)

    def runs(self, name):
        """How many runs of a check have completed."""
        _, text = self.ask("/metrics")
        pattern = rf'^health_check_executions_total{{[^}}]*health_check_name="{re.escape(name)}"[^}}]*}} (\S+)'
        return sum(float(value) for value in re.findall(pattern, text, re.MULTILINE))

    def alive(self, within=2):
        """How long /livez took to answer 200, in seconds; None when it did not."""
        started = time.monotonic()
        return time.monotonic() - started if self.ask("/livez", timeout=within)[0] == 200 else None

    def output(self):
        return self.log.read_text(errors="replace")

    def events(self, check):
        """The lines of the log about changes of status of a check."""
        return [line[25:] for line in self.output().splitlines() if f" {check} is " in line]

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, within=15, ask=True):
        """Asks it to stop, unless it was asked; its exit code (None when it is still there) and the seconds it took."""
        started = time.monotonic()
        if ask and self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            return self.process.wait(within), time.monotonic() - started
        except subprocess.TimeoutExpired:
            return None, time.monotonic() - started

    def end(self):
        if self in _running:
            _running.remove(self)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def says_stop(found, agent, what, within=10, ask=True):
    """A row about a stop: exit code 0, within so many seconds. A second request would end the agent at once, with another code."""
    code, seconds = agent.stop(within + 2, ask)
    seen = f"still there after {seconds:.0f} s" if code is None else f"exit code {code} after {seconds:.1f} s"
    found.right(what, code == 0 and seconds <= within, agent.ended_for or seen)
