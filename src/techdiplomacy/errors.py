"""Named errors of the workbench.

Knows: how a failure is worded - what is wrong, where, what to do next.
Must not know: anything about data. May import: the standard library only.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class TechDiplomacyError(Exception):
    """An expected failure, worded for the person at the keyboard.

    Parameters
    ----------
    what : str
        What is wrong, with the offending value.
    where : str
        File, table, cell or parameter in which it was found.
    next_step : str
        What to do about it.
    """

    def __init__(self, what: str, *, where: str, next_step: str) -> None:
        super().__init__(what, where, next_step)
        self.what = what
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  what to do: {self.next_step}"


class SourceUnavailable(TechDiplomacyError):
    """The figures of a source cannot be had: no file, no connector, or no answer."""


class SourceChanged(TechDiplomacyError):
    """The figures of a source are not the ones its card describes."""


class InvalidTable(TechDiplomacyError):
    """A table breaks its declaration; all problems are listed, with counts and sample rows."""


class UnknownCountry(TechDiplomacyError):
    """A country code or spelling is not in the reference tables."""


class InvalidParams(TechDiplomacyError):
    """``params.yaml`` or a source card has an unknown, missing or mistyped key."""


class NotConverged(TechDiplomacyError):
    """A fit did not come to rest; its last iterate is not used."""


class NotebookFailed(TechDiplomacyError):
    """A cell of a notebook raised; the half-run notebook is kept for a look."""


class InvalidPage(TechDiplomacyError):
    """A figure, table or finding does not keep to the rules of a report page."""


def suggest(wrong: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return ``" Did you mean 'x'?"`` for the nearest known words, or an empty string.

    Parameters
    ----------
    wrong : str
        The word as it was typed.
    known : iterable of str
        The words that would have been right.
    cutoff : float
        How near a word has to be, from 0 to 1; higher where far guesses mislead.

    Examples
    --------
    >>> suggest("clusers", ["clusters", "forecast"])
    " Did you mean 'clusters'?"
    """
    near = difflib.get_close_matches(wrong, sorted(set(known)), n=3, cutoff=cutoff)
    return f" Did you mean {' or '.join(repr(word) for word in near)}?" if near else ""
