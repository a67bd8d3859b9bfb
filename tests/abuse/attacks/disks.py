"""Disks: configuration, temporary files and the home on a tmpfs that is full, and on one that vanishes."""
import pathlib
import signal
import subprocess
import tempfile
import time

from harness.agent import Agent, says_stop
from harness.configuration import configuration, http_check
from harness.findings import Skip
from harness.targets import Silent, Target, answer

QUICK, LIMIT = False, 60

# Mounts inside a mount namespace of its own: the machine's mounts are not touched. $1 is the folder, the rest the agent.
FULL = 'mount -t tmpfs -o size=256k abuse "$1" && cp "$1.yaml" "$1/agent.yaml"; dd if=/dev/zero of="$1/filler" 2>/dev/null; ' \
       'export HOME="$1" TMPDIR="$1"; shift; exec "$@"'
VANISHING = 'folder=$1; mount -t tmpfs -o size=256k abuse "$folder" && cp "$folder.yaml" "$folder/agent.yaml"; shift; ' \
            '(sleep 3; umount -l "$folder") & exec "$@"'


def attack(found, _):
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode != 0:
        raise Skip("unshare -rm is not allowed here")
    healthy = Target(answer())
    yaml = configuration(http_check("web", healthy))
    with tempfile.TemporaryDirectory(prefix="abuse-") as name:
        run(found, "a full disk", FULL, yaml, pathlib.Path(name) / "full", {})
        run(found, "a disk that vanishes", VANISHING, yaml, pathlib.Path(name) / "gone", {})
        kept = configuration(http_check("web", healthy), agent=(f"history: {{ path: {name}/state/kept }}",))
        run(found, "agent.history on a full disk", FULL, kept, pathlib.Path(name) / "state", {})
        gone = configuration(http_check("web", healthy), agent=(f"history: {{ path: {name}/left/kept }}",))
        run(found, "agent.history on a disk that vanishes", VANISHING, gone, pathlib.Path(name) / "left", {})
        retry = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{Silent().port}", "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY": "disk",
                 "OTEL_DOTNET_EXPERIMENTAL_OTLP_DISK_RETRY_DIRECTORY_PATH": f"{name}/outbox", "OTEL_EXPORTER_OTLP_TIMEOUT": "500",
                 "OTEL_BSP_SCHEDULE_DELAY": "200", "OTEL_METRIC_EXPORT_INTERVAL": "500"}
        run(found, "retries of OTLP on a full disk", FULL, yaml, pathlib.Path(name) / "outbox", retry)
    healthy.close()


def run(found, what, script, yaml, folder, environment):
    folder.mkdir()
    pathlib.Path(f"{folder}.yaml").write_text(yaml)
    wrapper = ("unshare", "-rm", "sh", "-c", script, "sh", str(folder))
    agent = Agent(yaml, {**environment, "HEALTH_AGENT_CONFIG": f"{folder}/agent.yaml"}, wrapper=wrapper, configured=False)
    time.sleep(4)
    before = agent.runs("web")
    agent.signal(signal.SIGHUP)
    went_on = agent.until(lambda: agent.runs("web") >= before + 3, 15)
    found.right(f"{what}: the check goes on and is healthy", went_on and agent.status("web") == "healthy",
                f"{agent.status('web')}, {agent.runs('web') - before:.0f} runs")
    says_stop(found, agent, f"{what}: stops")
    agent.end()
