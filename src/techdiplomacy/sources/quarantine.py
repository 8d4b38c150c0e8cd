"""Broken rows are set aside with a reason, counted, and never more than a few.

Knows: the list of rows set aside, its threshold. Must not know: what makes a row broken.
May import: errors, files. Standard library only besides.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from techdiplomacy.errors import SourceChanged
from techdiplomacy.files import write_bytes

SHARE = 0.005


class Quarantine:
    """The rows of one file that are set aside.

    Parameters
    ----------
    name : str
        The file, for messages.
    reasons : collection of str
        The known reasons, in a few words each.
    personal : bool
        True if rows may speak of persons: their text is then never kept, only line and record.
    share : float
        The most of all rows that may be set aside.

    Examples
    --------
    >>> rows = Quarantine("tiny.csv", ["shifted"], personal=True)
    >>> rows.put(7, "101000001", "shifted", "never written down")
    >>> rows.counts
    {'shifted': 1}
    >>> rows.settle(total=1000, accepted=999)
    """

    def __init__(
        self, name: str, reasons: Collection[str], *, personal: bool, share: float = SHARE
    ) -> None:
        self.name = name
        self.reasons = list(reasons)
        self.personal = personal
        self.share = share
        self.rows: list[tuple[int, str, str, str]] = []

    @property
    def counts(self) -> dict[str, int]:
        """Number of rows by reason, in the order of the alphabet."""
        return dict(sorted(Counter(reason for _, _, reason, _ in self.rows).items()))

    def put(self, line: int, record: str, reason: str, text: str = "") -> None:
        """Set a row aside.

        Parameters
        ----------
        line : int
            Its line in the file, the first is 1.
        record : str
            What the publisher calls the record; never a name.
        reason : str
            One of the known reasons.
        text : str
            The row as it is; forgotten where rows may speak of persons.

        Raises
        ------
        SourceChanged
            If the reason is not a known one.
        """
        if reason not in self.reasons:
            raise SourceChanged(
                f"A row is broken in a way that is not known: {reason}.",
                where=f"{self.name}: line {line}, record '{record}'",
                next_step="Look at the row; then add the reason to the connector, or change its "
                "reading.",
            )
        self.rows.append((line, record, reason, "" if self.personal else text))

    def settle(self, *, total: int, accepted: int, beside: Path | None = None) -> None:
        """Check that every row is accounted for and few are set aside; write their list.

        Parameters
        ----------
        total, accepted : int
            Rows in the file, and those that are used.
        beside : Path, optional
            The file itself: the list ``<name>.quarantine.csv`` is written next to it.

        Raises
        ------
        SourceChanged
            If rows are lost or doubled, or too many are set aside.
        """
        if beside is not None:
            self.write(beside)
        aside = len(self.rows)
        if total != accepted + aside:
            raise SourceChanged(
                f"{total} rows came, but {accepted} were used and {aside} set aside.",
                where=self.name,
                next_step="The file is read wrongly: report it with the file.",
            )
        if aside > self.share * total:
            reasons = ", ".join(f"{reason} {count}" for reason, count in self.counts.items())
            raise SourceChanged(
                f"{aside} of {total} rows are broken ({reasons}), more than {self.share:.1%}.",
                where=self.name,
                next_step=f"Look at {self.name}.quarantine.csv; then change the reading in the "
                "connector.",
            )

    def write(self, beside: Path) -> None:
        """Write the list of rows next to their file, or take an old list away if there are none."""
        path = beside.with_name(beside.name + ".quarantine.csv")
        if not self.rows:
            path.unlink(missing_ok=True)
            return
        columns = ["line", "record", "reason"] + ([] if self.personal else ["text"])
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(row[: len(columns)] for row in sorted(self.rows))
        write_bytes(path, stream.getvalue().encode())
