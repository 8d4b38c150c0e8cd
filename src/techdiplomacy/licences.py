"""What may be done with an output, given the terms of everything it was made from.

Knows: how terms meet, which licences do not combine, how a verdict is worded, and the terms that
stand behind the name of a licence. Must not know: which output is made from what, files, pages.
May import: cards, texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from techdiplomacy.cards import Card, Licence, Term, short_name
from techdiplomacy.texts import Sayable, Text, listing, phrase, say, verbatim

Use = Literal["share", "commercial", "adapt"]
USES: tuple[Use, ...] = ("share", "commercial", "adapt")
# from the least to the most strict
STRICTNESS: tuple[Term, ...] = ("allowed", "share_alike", "forbidden")


@dataclass(frozen=True)
class Terms:
    """What may be done, for each use; ``alike`` names the licences that are to be carried on.

    A licence that asks to be carried on asks for its freedoms as well: it cannot be, beside another
    such licence, or beside terms that forbid the commercial use that it allows
    (``alike_commercial``). What holds both may then not be adapted. The terms of everything
    together do not depend on the order of its parts.
    """

    share: Term = "allowed"
    commercial: Term = "allowed"
    adapt: Term = "allowed"
    alike: frozenset[str] = frozenset()
    alike_commercial: Term = "forbidden"

    def __post_init__(self) -> None:
        if self.clash:
            object.__setattr__(self, "adapt", "forbidden")

    @property
    def clash(self) -> bool:
        """Whether a licence would have to be carried on and cannot be."""
        stricter = STRICTNESS.index(self.commercial) > STRICTNESS.index(self.alike_commercial)
        return len(self.alike) > 1 or (bool(self.alike) and stricter)

    def of(self, use: Use) -> Term:
        """Return the term of a use."""
        term: Term = getattr(self, use)
        return term

    @property
    def free(self) -> bool:
        """Whether everything is allowed."""
        return all(self.of(use) == "allowed" for use in USES)


FREE = Terms()
# what is not known to be allowed is kept at home
UNKNOWN = Terms(share="forbidden", commercial="forbidden")


def meet(*terms: Terms) -> Terms:
    """Return the strictest of several terms, use by use; of nothing, everything is allowed.

    Examples
    --------
    >>> found = meet(named_terms("CC BY-NC 4.0"), named_terms("CC BY-SA 4.0"))
    >>> found.share, found.commercial, found.adapt
    ('share_alike', 'forbidden', 'forbidden')
    """
    return reduce(_meet, terms, FREE)


def _meet(one: Terms, other: Terms) -> Terms:
    share, commercial, adapt = (
        max(one.of(use), other.of(use), key=STRICTNESS.index) for use in USES
    )
    granted = min(one.alike_commercial, other.alike_commercial, key=STRICTNESS.index)
    return Terms(share, commercial, adapt, one.alike | other.alike, granted)


def terms_of(licence: Licence) -> Terms:
    """Return the terms of a licence as a card states them."""
    alike = "share_alike" in (licence.share, licence.commercial, licence.adapt)
    return Terms(
        licence.share,
        licence.commercial,
        licence.adapt,
        frozenset({licence.name} if alike else ()),
        licence.commercial if alike else "forbidden",
    )


@dataclass(frozen=True)
class Input:
    """Something that an output was made from: its id, its name in sentences, and its terms."""

    id: str
    name: Sayable
    licence: str
    terms: Terms


def card_input(card: Card) -> Input:
    """Return a source as what an output was made from."""
    maker, title = verbatim(short_name(card)), phrase(card.title)
    name = say("{maker}: “{title}”", maker=maker, title=title)
    return Input(card.id, name, card.licence.name, terms_of(card.licence))


# ---- licences by name, as people write them into a register ---------------------------------

# the whole of a line: what stands behind a name, as 'but not abroad', would not be understood
_FREE_NAMES = re.compile(
    r"(cc ?0|cc zero)( 1\.0)?|public domain|us government work|own figures"
    r"|etalab open licence( 2\.0)?"
)
_COMMONS = re.compile(
    r"(?:cc|creative commons)[ -]by((?:[ -](?:nc|nd|sa))*)"
    r"(?: [1-4]\.[05])?(?: (?:igo|international|unported))?"
)


def named_terms(name: str) -> Terms:
    """Return the terms behind the name of a licence; forbidden, where the name is not known.

    Known are the Creative Commons licences in their short names, public domain, and figures that
    are one's own. A licence that is not recognised keeps the figures on the machine they are on.

    Examples
    --------
    >>> named_terms("CC BY 4.0").free, named_terms("CC BY-NC 4.0").commercial
    (True, 'forbidden')
    >>> sorted(named_terms("cc by-sa 3.0 IGO").alike)
    ['CC BY-SA 3.0 IGO']
    >>> named_terms("as agreed with the ministry").share
    'forbidden'
    """
    plain = " ".join(name.casefold().replace("\u2013", "-").split())
    if _FREE_NAMES.fullmatch(plain):
        return FREE
    match = _COMMONS.fullmatch(plain)
    if match is None:
        return UNKNOWN
    parts = set(re.findall(r"nc|nd|sa", match[1]))
    alike = "sa" in parts
    return Terms(
        share="share_alike" if alike else "allowed",
        commercial="forbidden" if "nc" in parts else "allowed",
        adapt="forbidden" if "nd" in parts else "share_alike" if alike else "allowed",
        alike=frozenset({_spelt(plain)} if alike else ()),
        alike_commercial="allowed" if alike and "nc" not in parts else "forbidden",
    )


def _spelt(plain: str) -> str:
    """Return the name of a licence as it is usually written, so that one licence has one name."""
    name = plain.replace("creative commons", "cc").upper()
    joined = re.sub(r"[ -](NC|ND|SA)\b", r"-\1", re.sub(r"^CC[ -]BY", "CC BY", name))
    return joined.replace(" INTERNATIONAL", "").replace(" UNPORTED", "")


# ---- verdicts --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What may be done with an output, and because of which of its inputs."""

    terms: Terms
    inputs: tuple[Input, ...]

    def because(self, use: Use) -> list[Input]:
        """Return the inputs that make a use as strict as it is; none, where it is allowed."""
        term = self.terms.of(use)
        if term == "allowed":
            return []
        own = [one for one in self.inputs if one.terms.of(use) == term]
        if use == "adapt" and self.clash:
            own += [one for one in self.inputs if self._clashes(one) and one not in own]
        return own

    def _clashes(self, one: Input) -> bool:
        """Whether an input is among those whose licences do not combine."""
        granted = STRICTNESS.index(self.terms.alike_commercial)
        return bool(one.terms.alike) or STRICTNESS.index(one.terms.commercial) > granted

    @property
    def clash(self) -> bool:
        """Whether a licence would have to be carried on and cannot be."""
        return self.terms.clash

    @property
    def sentence(self) -> Text:
        """Return what may be done with the output, in one sentence or three."""
        if self.terms.free:
            return say(
                "It may be shared, adapted and used commercially; name each source as the page of "
                "sources says."
            )
        share, commercial, adapt = (self._of(use) for use in USES)
        return say(
            "Sharing: {share}. Commercial use: {commercial}. Adaptation: {adapt}.",
            share=share,
            commercial=commercial,
            adapt=adapt,
        )

    def _of(self, use: Use) -> Text:
        term, names = self.terms.of(use), _names(self.because(use))
        licences = listing(map(verbatim, sorted(self.terms.alike)))
        if term == "allowed":
            return say("allowed")
        if term == "share_alike":
            return say(
                "only under {licence}, because of {sources}", licence=licences, sources=names
            )
        if use == "adapt" and self.clash:
            clashing = filter(self._clashes, self.inputs)
            return say(
                "not allowed, for {licences} do not combine, because of {sources}",
                licences=listing(map(verbatim, sorted({one.licence for one in clashing}))),
                sources=names,
            )
        return say("not allowed, because of {sources}", sources=names)


def verdict(inputs: Iterable[Input]) -> Verdict:
    """Return what may be done with an output that was made from some inputs, each named once."""
    by_key = {(one.id, one.licence): one for one in inputs}
    distinct = tuple(by_key[key] for key in sorted(by_key))
    return Verdict(meet(*(one.terms for one in distinct)), distinct)


def of_cards(cards: Iterable[Card]) -> Verdict:
    """Return what may be done with an output that was made from sources."""
    return verdict(map(card_input, cards))


def _names(inputs: Sequence[Input]) -> Sayable:
    """Return the names of inputs in a row, each once."""
    said = {one.name.say("en"): one.name for one in inputs}
    return listing(said.values())
