"""Files that grow: aliases of aliases, a hundred thousand brackets, 100 MB, and /dev/zero; at start and by reload."""
import pathlib
import signal
import tempfile

from harness.agent import Agent, says_stop
from harness.commands import Validation
from harness.configuration import configuration, self_check

QUICK, LIMIT = True, 150
MEMORY = 300  # MB


def aliases(levels, width):
    """A few hundred bytes that say `width` to the power of `levels` values."""
    lines = ["x-0: &a0 [" + ", ".join(["x"] * width) + "]"]
    lines += [f"x-{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * width) + "]" for n in range(1, levels)]
    return "\n".join(lines) + f"\nchecks:\n  - {{ name: a, kind: http, url: 'http://127.0.0.1:1/', expect: *a{levels - 1} }}\n"


def merges(levels):
    """Mappings that merge the previous one twice."""
    lines = ["x-0: &m0 { k: v }"] + [f"x-{n}: &m{n} {{ a{n}: *m{n - 1}, b{n}: *m{n - 1} }}" for n in range(1, levels)]
    return "\n".join(lines) + f"\nchecks:\n  - {{ <<: *m{levels - 1}, name: a, kind: self }}\n"


BOMBS = {
    "aliases, 10 to the 9th": aliases(9, 10),
    "merge keys, 2 to the 30th": merges(30),
    "100,000 brackets": "checks: " + "[" * 100_000,
    "700 levels of indentation": "checks:\n" + "".join("-\n" + " " * n for n in range(1, 700)) + "- x\n",
    "an alias of itself": "checks: &a [*a]\n",
    "8,000,000 values": "x-a: [" + "a," * 8_000_000 + "]\n",
}


def attack(found, _):
    with tempfile.TemporaryDirectory(prefix="abuse-") as folder:
        for name, text in BOMBS.items():
            file = pathlib.Path(folder) / "bomb.yaml"
            file.write_text(text)
            judge(found, name, Validation(file))
        with open(file, "w") as large:  # in pieces: a child's peak of memory begins with that of its parent
            large.write("checks: []\nx-a: ")
            for _ in range(1_000):
                large.write("x" * 100_000)
        judge(found, "a text of 100 MB", Validation(file))
    judge(found, "/dev/zero", Validation("/dev/zero"))
    reload(found)


def judge(found, name, result):
    held = result.is_orderly and result.cpu < 3 and result.memory < MEMORY
    found.right(f"{name}: refused or read with 3 s of CPU and {MEMORY} MB", held, result)


def reload(found):
    agent = Agent(configuration(self_check()), memory=1_500)
    agent.until(lambda: agent.status("self") == "healthy", 10)
    agent.file.write_text(BOMBS["aliases, 10 to the 9th"])
    agent.signal(signal.SIGHUP)
    refused = agent.until(lambda: "configuration rejected" in agent.output(), 15)
    seen = agent.ended_for or f"peak {agent.peak:.0f} MB, self {agent.status('self')}, {'refused' if refused else 'not refused yet'}"
    found.right("as a reload: refused, the previous configuration goes on, memory stays",
                refused and agent.peak < MEMORY and agent.alive() is not None, seen)
    says_stop(found, agent, "stops afterwards")
    agent.end()
