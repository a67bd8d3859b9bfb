"""A collector that refuses, hangs, answers garbage, or answers 500: checks and the stop go on."""
import os
import socket
import time

from harness.agent import Agent
from harness.configuration import configuration, http_check
from harness.targets import Silent, Target, answer, read_head

QUICK, LIMIT = True, 90


def garbage(connection):
    read_head(connection)
    connection.sendall(os.urandom(10_000))


def attack(found, options):
    healthy = Target(answer())
    with socket.create_server(("127.0.0.1", 0)) as closed:
        refusing = closed.getsockname()[1]
    troubles = {
        "refuses": refusing,
        "hangs": Silent().port,
        "answers garbage": Target(garbage).port,
        "answers 500": Target(answer(b"no", "500 Internal Server Error")).port,
        "answers 503, try in a day": Target(answer(b"no", "503 Service Unavailable", "Retry-After: 86400\r\n")).port,
    }
    yaml = configuration(http_check("web", healthy))
    agents = {}
    for trouble, port in troubles.items():
        for protocol in ("grpc", "http/protobuf")[len(agents) % 2 if options.quick else 0:][:1 if options.quick else 2]:
            settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
                        "OTEL_METRIC_EXPORT_INTERVAL": "1000", "OTEL_BSP_SCHEDULE_DELAY": "500", "OTEL_BLRP_SCHEDULE_DELAY": "500"}
            agents[f"{trouble}, {protocol}"] = Agent(yaml, settings)
    before, started = {name: agent.runs("web") for name, agent in agents.items()}, time.monotonic()
    time.sleep(6)  # some exports fail
    stuck = [name for name, agent in agents.items() if not agent.until(lambda: agent.runs("web") >= before[name] + 5, 10)]
    seconds = time.monotonic() - started
    unwell = [name for name, agent in agents.items() if agent.status("web") != "healthy" or agent.alive() is None]
    found.right("checks go on: 5 runs, one per second, within 16 s", not stuck, ", ".join(stuck) or f"in {seconds:.0f} s")
    found.right("/livez 200 and the check healthy", not unwell, ", ".join(unwell) or f"{len(agents)} agents")
    stops = {name: agent.stop(20) for name, agent in agents.items()}
    slowest = max(stops, key=lambda name: stops[name][1])
    wrong = [f"{name}: {code}" for name, (code, _) in stops.items() if code != 0]
    found.right("stops with exit code 0 within 10 s", not wrong and stops[slowest][1] <= 10,
                f"at most {stops[slowest][1]:.1f} s ({slowest})" + (f"; wrong: {', '.join(wrong)}" if wrong else ""))
    for agent in agents.values():
        agent.end()
    healthy.close()
