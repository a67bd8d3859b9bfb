"""A FIFO, a folder and a device where a file is expected; at start, as a secret, and during a reload."""
import os
import pathlib
import signal
import tempfile

from harness.agent import Agent, says_stop
from harness.commands import Validation
from harness.configuration import configuration, self_check

QUICK, LIMIT = True, 120


def attack(found, _):
    with tempfile.TemporaryDirectory(prefix="abuse-") as name:
        folder = pathlib.Path(name)
        os.mkfifo(folder / "fifo")
        at_start(found, "a FIFO that nobody writes", folder / "fifo")
        at_start(found, "a folder", folder)
        secret = folder / "secret.yaml"
        secret.write_text("checks:\n  - { name: a, kind: http, url: 'http://127.0.0.1:1/', token: '${file:fifo}' }\n")
        at_start(found, "a FIFO as ${file:…}", secret)
    reload(found)


def at_start(found, what, file):
    result = Validation(file, limit=12)
    found.right(f"{what}: refused with 78, within 10 s", result.code == 78 and result.is_orderly and result.seconds < 10, result)


def reload(found):
    agent = Agent(configuration(self_check()))
    agent.until(lambda: agent.status("self") == "healthy", 10)
    agent.file.unlink()
    os.mkfifo(agent.file)
    agent.signal(signal.SIGHUP)
    before = agent.runs("self")
    went_on = agent.until(lambda: agent.runs("self") >= before + 3, 15)
    found.right("the file becomes a FIFO while the agent runs: checks go on", went_on and agent.alive() is not None,
                f"{agent.runs('self') - before:.0f} runs, /livez {agent.ask('/livez')[0]}")
    status, _ = agent.ask("/reload", timeout=8, method="POST")
    found.right("POST /reload answers within 8 s", status == 422, f"status {status}")
    says_stop(found, agent, "stops afterwards")
    agent.end()
