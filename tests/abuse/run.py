"""Runs attacks one after the other; see run.sh."""
import argparse
import importlib
import multiprocessing.connection
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import traceback

from harness import agent
from harness.findings import Findings, Skip, count, print_table, write_trx

FOLDER = pathlib.Path(__file__).parent / "attacks"
FORK = multiprocessing.get_context("fork")
NAMES = sorted(file.stem.replace("_", "-") for file in FOLDER.glob("[a-z]*.py"))


def main():
    options = parse()
    attacks = options.attacks or NAMES
    if options.list:
        for name in attacks:
            print(f"{name:16} {attack_named(name).__doc__.splitlines()[0]}")
        return 0
    if options.quick and not options.attacks:
        attacks = [name for name in attacks if attack_named(name).QUICK]
    agent.prepare()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # here and in each attack: agents are ended
    everything = in_temporary_folder(lambda: run_all(attacks, options, 2 if options.quick else 1))  # quick ones mostly wait
    rows = [row for found in everything for row in found.rows]
    print_table(rows)
    passed, failed, skipped = (count(rows, verdict) for verdict in ("holds", "FAILS", "skipped"))
    if options.trx:
        write_trx(rows, options.trx)  # its reader prints the closing line
    else:
        print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed + skipped else 0


def in_temporary_folder(work):
    """Attacks and agents have their files in one folder, which is removed although some of them may have been killed."""
    folder = tempfile.mkdtemp(prefix="abuse-")
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    try:
        return work()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_all(names, options, at_once):
    """A process for each attack, so that nothing of one is left over for the next; what each found, in their order."""
    waiting, running, found = list(names), {}, {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                name = waiting.pop(0)
                result, sender = FORK.Pipe(duplex=False)
                process = FORK.Process(target=lambda: sender.send(run(name, options)))
                process.start()
                sender.close()
                running[result] = (name, process)
            for result in multiprocessing.connection.wait(running):
                name, process = running.pop(result)
                found[name] = received(result, name)
                process.join()
    finally:
        for _, process in running.values():
            process.terminate()
            process.join(20)  # it ends its agents
            process.kill()
    return [found[name] for name in names]


def received(result, name):
    try:
        return result.recv()
    except EOFError:
        lost = Findings(name)
        lost.right("the attack runs to its end", False, "its process is gone")
        return lost


def attack_named(name):
    return importlib.import_module("attacks." + name.replace("-", "_"))


def parse():
    parser = argparse.ArgumentParser(prog="run.sh")
    parser.add_argument("attacks", nargs="*", metavar="ATTACK")
    parser.add_argument("--quick", action="store_true", help="the short ones, in a minute and a half")
    parser.add_argument("--minutes", type=float, default=None, help="how long the soak lasts; default 1")
    parser.add_argument("--rate", type=int, default=100, help="healthy checks of the soak, each run once per second; default 100")
    parser.add_argument("--trx", metavar="FILE", help="a report like those of `dotnet test`")
    parser.add_argument("--list", action="store_true", help="names, and what each does")
    options = parser.parse_args()
    unknown = [name for name in options.attacks if name not in NAMES]
    if unknown:
        parser.error(f"there is no attack {', '.join(unknown)}; there are {', '.join(NAMES)}")
    if options.minutes is None:
        options.minutes = 0.15 if options.quick else 1
    return options


def run(name, options):
    """One attack, within its limit; whatever it has started is ended afterwards."""
    module = attack_named(name)
    found, started = Findings(name), time.monotonic()
    limit = module.LIMIT + options.minutes * 60 if name == "soak" else module.LIMIT
    print(f"== {name}", file=sys.stderr, flush=True)
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(int(limit))
    try:
        module.attack(found, options)
    except Skip as reason:
        found.skip(str(reason))
    except Exception as exception:  # an attack that cannot go on has seen something wrong
        traceback.print_exc()
        found.right("the attack runs to its end", False, f"{type(exception).__name__}: {exception}")
    finally:
        signal.alarm(0)
        agent.end_all()
    print(f"== {name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return found


def too_long(*_):
    raise TimeoutError("the attack exceeded its own limit")


if __name__ == "__main__":
    sys.exit(main())
