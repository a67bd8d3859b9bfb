"""Some hundred mutations of a configuration, each through `health-agent validate`."""
import concurrent.futures
import pathlib
import random
import tempfile

from harness.commands import Validation

QUICK, LIMIT = True, 300
SEED = 10

SAMPLE = """\
agent:
  listen: http://127.0.0.1:0
  labels: { env: prod }
  concurrency: 64
x-api: &api { kind: http, interval: 30s, timeout: 2s }
defaults: { interval: 15s, timeout: 5s, failureThreshold: 3, objective: 99.9% }
checks:
  - name: orders-db
    kind: postgres
    connectionString: postgres://shop:secret@127.0.0.1:5432/orders?sslmode=prefer
    query: select count(*) from orders
    warn: ["value > 80"]
  - name: orders-cache
    kind: redis
    impact: degrading
    connectionString: 127.0.0.1:6379
  - { <<: *api, name: orders-api, url: "http://127.0.0.1:8080/health", dependsOn: [orders-db] }
  - name: page
    kind: http
    url: https://${env:ABUSE_HOST:-127.0.0.1}:8443/
    headers: { Accept: application/json }
    expect:
      - status in [200..299, 404]
      - json $.items[0].state == up
      - 'body matches ^o+k$'
  - { name: disk, kind: disk, path: /, warn: ["used > 90%"] }
maintenance:
  - { name: nightly, checks: [orders-api], cron: "0 2 * * *", duration: 30m, timeZone: UTC }
"""
TOKENS = [
    "[", "]", "{", "}", ": ", "- ", "&a ", "*a", "*api", "<<: ", "? ", "!!binary ", "!!python/object ", "|", ">", "'", '"', "%", "@", "~",
    "\t", "\0", "\ufeff", "\u2028", "\U0001f4a5", "\r", "---\n", "...\n", "${", "${env:", "${file:/dev/null}", "${file:/}", "$${", ".inf",
    "-1", "1e999", "99999999999999999999", "0s", "-5s", "1000000d", "2147483648", "status == ", "json $..x == 1", "matches (a+)+$",
    "0 0 30 2 *",
]


def mutate(dice):
    """One configuration, with one to four things wrong."""
    data = SAMPLE.encode()
    for _ in range(dice.choice([1, 1, 1, 2, 4])):
        lines = data.split(b"\n")
        at, token = dice.randrange(len(lines)), dice.choice(TOKENS).encode()
        place = dice.randrange(len(data) + 1)
        kind = dice.randrange(10)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(dice.randrange(len(lines)), lines[at])
        elif kind == 2:
            lines[at] = b" " * dice.randint(0, 9) + lines[at].lstrip()
        elif kind == 3:
            key, colon, _ = lines[at].partition(b":")
            lines[at] = key + colon + b" " + token
        elif kind == 4:
            lines[at] += dice.choice([b"[", b"{", b"- ", b"x" * 20]) * dice.choice([10, 1_000, 20_000])
        if kind <= 4:
            data = b"\n".join(lines)
        elif kind == 5:
            data = data[:place]
        elif kind == 6:
            data = data[:place] + bytes(dice.randrange(256) for _ in range(dice.randint(1, 4))) + data[place:]
        elif kind == 7:
            data = data[:place] + data[place + dice.randint(1, 30):]
        else:
            data = data[:place] + token + data[place:]
    return data


def attack(found, options):
    count = 40 if options.quick else 400
    with tempfile.TemporaryDirectory(prefix="abuse-") as folder, concurrent.futures.ThreadPoolExecutor(2) as two:
        def one(number):
            file = pathlib.Path(folder) / f"{number}.yaml"
            file.write_bytes(mutate(random.Random(SEED * 1_000_000 + number)))
            return number, Validation(file)
        results = list(two.map(one, range(count)))
    keep = pathlib.Path(tempfile.gettempdir()) / "abuse-configurations"
    wrong = [number for number, result in results if not result.is_orderly]
    for number in wrong:
        keep.mkdir(exist_ok=True)
        (keep / f"{number}.yaml").write_bytes(mutate(random.Random(SEED * 1_000_000 + number)))
    refused = sum(result.code == 78 for _, result in results)
    found.right("exit code 0 or 78, and no stack trace", not wrong, f"{count} files, {refused} refused"
                + (f"; wrong: {', '.join(f'{number}.yaml' for number in wrong[:5])}, kept in {keep}" if wrong else ""))
    number, slowest = max(results, key=lambda each: each[1].cpu)
    found.right("less than a second of CPU each", slowest.cpu < 1, f"at most {slowest.cpu:.2f} s (mutation {number})")
    found.right("less than 150 MB each", max(result.memory for _, result in results) < 150,
                f"at most {max(result.memory for _, result in results):.0f} MB")
