"""The reader of the log stops: standard output is a pipe that nobody reads, and 7,000 events are due."""
import signal
import time

from harness.agent import Agent, says_stop
from harness.configuration import configuration, http_check
from harness.targets import Target, answer

QUICK, LIMIT = True, 60
COUNT = 3_500


def checks(web, name):
    """Checks that fail at once: each sends an event, and again under another name."""
    gone = "".join(f"  - {{ name: {name}-{n}, kind: tcp, address: '127.0.0.1:1', failureThreshold: 1 }}\n" for n in range(COUNT))
    return configuration(http_check("web", web, "interval: 1s") + gone, "interval: 5s, timeout: 1s")


def attack(found, _):
    web = Target(answer())
    agent = Agent(checks(web, "gone"), reads_log=False)
    agent.until(lambda: agent.runs(f"gone-{COUNT - 1}") > 0, 8)
    agent.file.write_text(checks(web, "again"))
    agent.signal(signal.SIGHUP)
    agent.until(lambda: agent.runs(f"again-{COUNT - 1}") > 0, 8)
    alive, before, started = agent.alive(), agent.runs("web"), time.monotonic()
    went_on = agent.until(lambda: agent.runs("web") >= before + 4, 15)
    found.right("/livez answers", alive is not None, f"{alive * 1000:.0f} ms" if alive else "no answer in 2 s")
    found.right("checks go on: 4 runs, one per second, within 15 s", went_on,
                f"{agent.runs('web') - before:.0f} runs in {time.monotonic() - started:.0f} s")
    # With a log that is read, 3,500 checks and a reload to as many others take up to 340 MB.
    found.right("memory below 500 MB", agent.peak < 500, agent.ended_for or f"peak {agent.peak:.0f} MB")
    says_stop(found, agent, "SIGTERM: exit code 0 within 10 s")
    agent.end()
    web.close()
