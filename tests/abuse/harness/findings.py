"""What an attack found: rows of what is right and what was seen."""
import sys
import textwrap
from xml.sax.saxutils import escape, quoteattr


class Skip(Exception):
    """The machine cannot provide what the attack needs; the message says what."""


class Findings:
    def __init__(self, attack):
        self.attack, self.rows = attack, []

    def right(self, what, held, seen):
        """Adds a row: what is right, whether it held, and what was seen."""
        self._add("holds" if held else "FAILS", what, seen)

    def skip(self, reason):
        self._add("skipped", "", reason)

    def _add(self, verdict, what, seen):
        self.rows.append((self.attack, what, str(seen), verdict))
        print(f"   {verdict}: {what}: {seen}", file=sys.stderr, flush=True)


def count(rows, verdict):
    return sum(row[3] == verdict for row in rows)


def print_table(rows):
    widths = (16, 50, 52, 7)
    print_row(("attack", "what is right", "what was seen", ""), widths)
    print("-" * (sum(widths) + 6))
    for row in rows:
        print_row(row, widths)


def print_row(row, widths):
    columns = [textwrap.wrap(text, width) or [""] for text, width in zip(row, widths)]
    for line in range(max(map(len, columns))):
        cells = [column[line] if line < len(column) else "" for column in columns]
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip())


def write_trx(rows, file):
    """Writes a report as `dotnet test` does: each row a test, with what was seen where it did not hold."""
    outcomes = {"holds": "Passed", "FAILS": "Failed", "skipped": "NotExecuted"}
    results = []
    for attack, what, seen, verdict in rows:
        name = quoteattr(f"abuse.{attack}{what and ': '}{what}", {'"': "&quot;"})
        message = "" if verdict == "holds" else f"<Output><ErrorInfo><Message>{escape(seen)}</Message></ErrorInfo></Output>"
        results.append(f'<UnitTestResult testName={name} outcome="{outcomes[verdict]}">{message}</UnitTestResult>')
    passed, failed = count(rows, "holds"), count(rows, "FAILS")
    counters = f'<Counters total="{len(rows)}" executed="{passed + failed}" passed="{passed}" failed="{failed}" />'
    with open(file, "w", encoding="utf-8") as report:
        report.write("\n".join([
            '<?xml version="1.0" encoding="utf-8"?>', '<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">',
            "<Results>", *results, "</Results>", f"<ResultSummary>{counters}</ResultSummary>", "</TestRun>", ""]))
