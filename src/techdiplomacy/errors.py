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


class QuotaExhausted(TechDiplomacyError):
    """A publisher gives no more for now; the stage stops, and what is complete is kept.

    Parameters
    ----------
    what, where, next_step : str
        As in every error.
    host : str
        Who refused.
    status : int
        Status of the answer.
    seconds : float or None
        How long the publisher asks to wait.
    until : str
        When that is over, as a moment in UTC; empty where the publisher does not say.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str,
        next_step: str,
        host: str,
        status: int,
        seconds: float | None,
        until: str,
    ) -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.host = host
        self.status = status
        self.seconds = seconds
        self.until = until


class QueryTooLarge(TechDiplomacyError):
    """A publisher cannot answer a question as a whole; a narrower one may be asked once."""


class AuthFailed(TechDiplomacyError):
    """A publisher refuses the key, or wants one; the message names the variable, not the value."""


class RequestRejected(TechDiplomacyError):
    """A publisher calls a question wrong; asking again would not help."""


class ContentRejected(TechDiplomacyError):
    """An answer is not what was asked for, or not whole; it is set aside, the old one stands."""


class SourceChanged(TechDiplomacyError):
    """The figures of a source are not the ones its card describes."""


class NotFound(SourceChanged):
    """A publisher has nothing at an address, any more or for this selection.

    Parameters
    ----------
    what, where, next_step : str
        As in every error.
    body : str
        First 500 bytes of the answer, without secrets: some publishers call an empty selection so.
    """

    def __init__(self, what: str, *, where: str, next_step: str, body: str = "") -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.body = body


class LicenceForbids(TechDiplomacyError):
    """The terms of a source do not allow what was asked for."""


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
