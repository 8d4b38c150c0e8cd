"""Says how fresh the figures of each source are: python tools/status.py [--ask].

One line for each source: how its figures came here, of which day they are, their age in days,
rows, the last year they reach, whether there is anything newer, and the licence. Without --ask no
connection is opened; with it, publishers are asked what they call their present state, and no
figures are fetched.
"""

from __future__ import annotations

import argparse
import datetime
import sys

from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.freshness import NOT_FETCHED, Freshness, freshness
from techdiplomacy.params import load_params

HEADER = (
    "source",
    "figures",
    "of",
    "days",
    "rows",
    "years to",
    "service",
    "anything newer?",
    "licence",
)


def lines(states: list[Freshness]) -> list[str]:
    """Return the states as lines of a table with columns of one width."""
    cells = [HEADER] + [
        (
            state.source,
            state.mode,
            state.date,
            str(state.age_days),
            f"{state.rows:,}",
            state.last_year or "-",
            state.service or "-",
            state.changed,
            state.licence,
        )
        for state in states
    ]
    widths = [max(len(row[place]) for row in cells) for place in range(len(HEADER))]
    numbers = (HEADER.index("days"), HEADER.index("rows"))
    return [
        "  ".join(
            cell.rjust(widths[place]) if place in numbers else cell.ljust(widths[place])
            for place, cell in enumerate(row)
        ).rstrip()
        for row in cells
    ]


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--ask", action="store_true", help="ask the publishers")
    chosen = parser.parse_args()
    states: list[Freshness] = []
    stopped = False
    try:
        # what has come so far stays in the list when somebody stops it
        states.extend(freshness(load_params(), datetime.date.today(), ask=chosen.ask))
    except TechDiplomacyError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        stopped = True
    print("\n".join(lines(states)))
    if stopped:
        print("\nStopped: the other sources are not shown.", file=sys.stderr)
        sys.exit(130)
    if all(state.mode == NOT_FETCHED for state in states):
        print("\nNothing is fetched yet: run make.")


if __name__ == "__main__":
    main()
