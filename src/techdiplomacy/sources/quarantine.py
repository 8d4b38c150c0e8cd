"""Broken rows are set aside with a reason, counted, and never more than a few.

Rows may speak of persons, so of a row that is set aside its text is never kept.

Knows: how rows are counted, the most that may be set aside, the list of them. Must not know: what
makes a row broken. May import: errors, files. Standard library only besides.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from techdiplomacy.errors import SourceChanged
from techdiplomacy.files import write_bytes

SHARE = 0.005  # the most of all rows that may be set aside
ENDING = ".quarantine.csv"
_SHOWN = 5  # of the lines set aside, how many a message names


class Quarantine:
    """The rows of one table that are set aside.

    Parameters
    ----------
    name : str
        The table, for messages.
    reasons : collection of str
        The known reasons, in a few words each.

    Attributes
    ----------
    counts : Counter
        Number of rows by reason.
    rows : list of (int, str, str)
        Line, record and reason of those rows whose lines are known.

    Examples
    --------
    >>> table = Quarantine("tiny.csv", ["shifted"])
    >>> table.put(7, "101000001", "shifted")
    >>> dict(table.counts)
    {'shifted': 1}
    >>> table.account(total=1000, accepted=999)
    >>> table.refuse_many(1000, "Look at the file.")
    """

    def __init__(self, name: str, reasons: Collection[str]) -> None:
        self.name = name
        self.reasons = list(reasons)
        self.counts: Counter[str] = Counter()
        self.rows: list[tuple[int, str, str]] = []

    def count(self, reason: str, rows: int = 1) -> None:
        """Set rows aside of which nothing but the reason is kept.

        Raises
        ------
        SourceChanged
            If the reason is not a known one.
        """
        if reason not in self.reasons:
            raise SourceChanged(
                f"A row is broken in a way that is not known: {reason}.",
                where=self.name,
                next_step="Look at the rows; then add the reason to the connector, or change its "
                "reading.",
            )
        self.counts[reason] += rows

    def put(self, line: int, record: str, reason: str) -> None:
        """Set a row aside.

        Parameters
        ----------
        line : int
            Its line in the file, the first is 1.
        record : str
            What the publisher calls the record; never a name.
        reason : str
            One of the known reasons.
        """
        self.count(reason)
        self.rows.append((line, record, reason))

    def account(self, *, total: int, accepted: int) -> None:
        """Check that every row is used or set aside.

        Raises
        ------
        SourceChanged
            If rows are lost or doubled.
        """
        aside = self.counts.total()
        if total != accepted + aside:
            raise SourceChanged(
                f"{total:,} rows came, but {accepted:,} were used and {aside:,} set aside.",
                where=self.name,
                next_step="The file is read wrongly: report it with the file.",
            )

    def refuse_many(self, total: int, next_step: str) -> None:
        """Stop if more rows are set aside than a publisher's slips explain.

        Parameters
        ----------
        total : int
            Rows of the table.
        next_step : str
            What the person is to do.

        Raises
        ------
        SourceChanged
            Naming the reasons, and the first lines where they are known.
        """
        aside = self.counts.total()
        if aside <= SHARE * total:
            return
        reasons = ", ".join(f"{reason} ({count:,})" for reason, count in self.counts.items())
        shown = [str(line) for line, _, _ in self.rows[:_SHOWN]]
        lines = f" See line{'s' * (len(shown) > 1)} {', '.join(shown)}." if shown else ""
        raise SourceChanged(
            f"{aside:,} of {total:,} rows are broken: {reasons}. At most {SHARE:.1%} may be set "
            f"aside.{lines}",
            where=self.name,
            next_step=next_step,
        )


def write_list(beside: Path, tables: Iterable[Quarantine]) -> str:
    """Write the rows set aside next to their file, or take an old list away if there are none.

    Returns
    -------
    str
        Name of the list; empty if there is none.
    """
    rows = [row for table in tables for row in table.rows]
    path = beside.with_name(beside.name + ENDING)
    if not rows:
        path.unlink(missing_ok=True)
        return ""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["line", "record", "reason"])
    writer.writerows(sorted(rows))
    write_bytes(path, stream.getvalue().encode())
    return path.name
