"""What an attack found: rows of what is right and what was seen."""
import sys
import textwrap


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


def print_table(everything):
    """Prints the table and the closing line; returns the exit code."""
    rows = [row for found in everything for row in found.rows]
    widths = (16, 50, 52, 7)
    print_row(("attack", "what is right", "what was seen", ""), widths)
    print("-" * (sum(widths) + 6))
    for row in rows:
        print_row(row, widths)
    count = {verdict: sum(row[3] == verdict for row in rows) for verdict in ("holds", "FAILS", "skipped")}
    print(f"{count['holds']} passed, {count['FAILS']} failed, {count['skipped']} skipped")
    return 1 if count["FAILS"] or not count["holds"] else 0


def print_row(row, widths):
    columns = [textwrap.wrap(text, width) or [""] for text, width in zip(row, widths)]
    for line in range(max(map(len, columns))):
        cells = [column[line] if line < len(column) else "" for column in columns]
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip())
