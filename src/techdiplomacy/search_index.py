"""What the search page finds: findings, figures, tables, statements, sources, columns, terms.

Knows: the shape of an entry, and the lists of statements and terms. Must not know: how a page
looks, or how words are matched (search.js does that in the browser).
May import: errors, paths, tables, cards, countries, texts, declarations.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from techdiplomacy import declarations
from techdiplomacy.cards import Card
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidTable
from techdiplomacy.paths import reference_file
from techdiplomacy.tables import read_csv
from techdiplomacy.texts import (
    LANGUAGES,
    NOTHING,
    Language,
    Sayable,
    Spelled,
    Text,
    day,
    listing,
    period,
    phrase,
    say,
    verbatim,
    year,
)

KINDS: dict[str, Text] = {
    "brief": say("Brief"),
    "finding": say("Finding"),
    "figure": say("Figure"),
    "table": say("Table"),
    "statement": say("Statement"),
    "source": say("Source"),
    "data": say("Data table"),
    "term": say("Term"),
}


@dataclass(frozen=True)
class Entry:
    """One thing that can be found.

    ``date`` is the date of the data or of the text, empty where neither applies; ``hidden`` holds
    words by which the entry is found and that are not shown.
    """

    kind: str
    text: str
    more: str
    page: str
    anchor: str
    source: str
    date: str
    hidden: str = ""


@dataclass(frozen=True)
class BriefEntry:
    """What of a brief can be found: its title, what it asks, and its findings."""

    page: str
    title: Text
    question: str
    findings: Sequence[Mapping[str, Any]]
    sources: Sequence[str]


@dataclass(frozen=True)
class PolicyText:
    """A text whose statements are listed: who published it, and on which day or in which year."""

    publisher: Spelled
    published: Sayable


@dataclass(frozen=True)
class Claim:
    """A statement of a policy text, paraphrased; the note is for its reader.

    Statements that share a conflict differ from each other, or bear on each other.
    """

    identity: str
    statement: Spelled
    texts: Sequence[str]
    urls: Sequence[str]
    note: Spelled | None
    conflicts: Sequence[str]


@dataclass(frozen=True)
class Term:
    """A term with its meaning."""

    term: Spelled
    meaning: Spelled

    @property
    def anchor(self) -> str:
        """Return the anchor of the term on the method page."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.term.say("en").lower()).strip("-")
        return f"term-{slug}"


def load_claims() -> list[Claim]:
    """Return the statements of the policy texts; none, if the project keeps no such list."""
    path = reference_file("claims")
    if not path.is_file():
        return []
    return [
        Claim(
            row["claim_id"],
            Spelled({"en": row["statement_en"], "vi": row["statement_vi"]}),
            row["source_id"].split(";"),
            row["source_url"].split(";"),
            Spelled({"en": row["note_reader_en"], "vi": row["note_reader_vi"]})
            if row["note_reader_en"]
            else None,
            [conflict for conflict in row["conflict_group"].split(";") if conflict],
        )
        for row in _rows(path)
    ]


def related_claims(claims: Sequence[Claim]) -> dict[str, list[str]]:
    """Return for each statement the ids of those that share a conflict with it."""
    return {
        claim.identity: [
            other.identity
            for other in claims
            if other is not claim and set(other.conflicts) & set(claim.conflicts)
        ]
        for claim in claims
    }


def load_policy_texts() -> dict[str, PolicyText]:
    """Return the policy texts by the letter that the list of statements gives them.

    Raises
    ------
    InvalidTable
        If a text has neither a day nor a year.
    """
    path = reference_file("policy_texts")
    if not path.is_file():
        return {}
    return {
        row["text_id"]: PolicyText(
            Spelled({"en": row["publisher_en"], "vi": row["publisher_vi"]}), _published(row)
        )
        for row in _rows(path)
    }


def _published(row: Mapping[str, str]) -> Sayable:
    written = row["published"]
    try:
        return year(int(written)) if re.fullmatch(r"\d{4}", written) else day(written)
    except ValueError as error:
        raise InvalidTable(
            f"Text {row['text_id']} was published on '{written}', which is no day and no year.",
            where="data/reference/policy_texts.csv, column published",
            next_step="Write it like 2026-11-21 or 2026.",
        ) from error


def load_terms() -> list[Term]:
    """Return the glossary, sorted by English term; empty, if the project keeps none."""
    path = reference_file("glossary")
    if not path.is_file():
        return []
    terms = [
        Term(
            Spelled({"en": row["term_en"], "vi": row["term_vi"]}),
            Spelled({"en": row["meaning_en"], "vi": row["meaning_vi"]}),
        )
        for row in _rows(path)
    ]
    return sorted(terms, key=lambda term: term.term.say("en").lower())


def _rows(path: Any) -> list[dict[str, str]]:
    rows = read_csv(path, dtype="str").fillna("").to_dict("records")
    return [{str(name): str(value) for name, value in row.items()} for row in rows]


def build_index(
    elements: Mapping[str, Sequence[Mapping[str, Any]]],
    cards: Mapping[str, Card],
    language: Language,
    briefs: Iterable[BriefEntry] = (),
) -> list[dict[str, str]]:
    """Return the entries of the search page in a language.

    Parameters
    ----------
    elements : mapping
        For each page the payloads of its elements.
    cards : mapping
        The source cards by id.
    language : str
        Language of the entries.
    briefs : iterable of BriefEntry
        Briefs, of which title and findings can be found.
    """
    entries = [
        *(entry for brief in briefs for entry in _of_brief(brief, cards, language)),
        *(
            entry
            for page, payloads in elements.items()
            for entry in _of_page(page, payloads, cards, language)
        ),
        *_of_claims(language),
        *_of_sources(cards, language),
        *_of_tables(cards, language),
        *_of_terms(language),
    ]
    return [asdict(entry) for entry in entries]


def _of_page(
    page: str,
    payloads: Sequence[Mapping[str, Any]],
    cards: Mapping[str, Card],
    language: Language,
) -> Iterable[Entry]:
    names = _country_names(language)
    used = [source for payload in payloads for source in payload.get("sources", ())]
    for payload in payloads:
        if payload["kind"] == "findings":
            for number, finding in enumerate(payload["findings"], start=1):
                yield Entry(
                    "finding",
                    finding["sentence"][language],
                    finding["certainty"][language],
                    page,
                    f"finding-{number}",
                    _producers(payload.get("sources") or used, cards, language),
                    finding["data_to"][language],
                )
        elif payload["kind"] in ("figure", "table") and "headline" in payload:
            yield Entry(
                payload["kind"],
                payload["headline"][language],
                payload["subtitle"][language],
                page,
                payload["name"],
                _producers(payload["sources"], cards, language),
                _years(payload["sources"], cards),
                _countries_shown(payload, names, language),
            )


def _of_brief(brief: BriefEntry, cards: Mapping[str, Card], language: Language) -> Iterable[Entry]:
    producers = _producers(brief.sources, cards, language)
    title = brief.title.say(language)
    asked = phrase(brief.question).say(language)
    yield Entry("brief", title, asked, brief.page, "main", producers, _years(brief.sources, cards))
    findings = {"kind": "findings", "findings": brief.findings, "sources": brief.sources}
    for entry in _of_page(brief.page, [findings], cards, language):
        yield replace(entry, more=f"{title}; {entry.more}")


def _country_names(language: Language) -> re.Pattern[str]:
    """Return what finds the names of countries in a text; of two at one place the longer one."""
    names = load_countries().table[f"name_{language}"].astype(str)
    longest_first = sorted(set(names), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _countries_shown(payload: Mapping[str, Any], names: re.Pattern[str], language: Language) -> str:
    """Return the names of the countries in the cells of a table, each once."""
    if payload["kind"] != "table":
        return ""
    cells = re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", payload["markup"][language], re.DOTALL)
    words = html.unescape(re.sub(r"<[^>]+>", "", " | ".join(cells)))
    return ", ".join(dict.fromkeys(names.findall(" ".join(words.split()))))


def _of_claims(language: Language) -> Iterable[Entry]:
    known = load_policy_texts()
    for claim in load_claims():
        text = known.get(claim.texts[0])
        yield Entry(
            "statement",
            claim.statement.say(language),
            claim.identity,
            "claims",
            claim.identity,
            text.publisher.say(language) if text else say("another text").say(language),
            text.published.say(language) if text else NOTHING,
        )


def _of_sources(cards: Mapping[str, Card], language: Language) -> Iterable[Entry]:
    for name, card in cards.items():
        yield Entry(
            "source",
            phrase(card.title).say(language),
            f"{phrase(card.unit).say(language)}; {phrase(card.licence.name).say(language)}",
            "sources",
            name,
            phrase(card.producer).say(language),
            _years([name], cards),
            f"{say('Licence').say(language)}; {card.citation}; {card.attribution}",
        )


def _of_tables(cards: Mapping[str, Card], language: Language) -> Iterable[Entry]:
    for table in declarations.TABLES.values():
        own = [name for name, card in cards.items() if card.table == table.name]
        yield Entry(
            "data",
            phrase(table.title).say(language),
            f"{table.name}: {', '.join(table.column_names())}",
            "dictionary",
            table.name,
            _producers(own, cards, language) or _project(language),
            _years(own or list(cards), cards),
        )


def _of_terms(language: Language) -> Iterable[Entry]:
    for term in load_terms():
        yield Entry(
            "term",
            term.term.say(language),
            term.meaning.say(language),
            "method",
            term.anchor,
            _project(language),
            "",
            "; ".join(term.term.say(other) for other in LANGUAGES if other != language),
        )


def _project(language: Language) -> str:
    return say("this workbench").say(language)


def _producers(sources: Iterable[str], cards: Mapping[str, Card], language: Language) -> str:
    """Return who made the sources, each named once."""
    distinct = dict.fromkeys(source for source in sources if source in cards)
    makers = dict.fromkeys(
        cards[source].attribution.removeprefix("Source: ") for source in distinct
    )
    if not makers:
        return ""
    if len(makers) > 3:
        first = next(iter(makers))
        return say("{first} and others", first=verbatim(first)).say(language)
    return listing(verbatim(maker) for maker in makers).say(language)


def _years(sources: Iterable[str], cards: Mapping[str, Card]) -> str:
    """Return the years that the sources cover together."""
    spans = [cards[source].coverage.years for source in sources if source in cards]
    if not spans:
        return NOTHING
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    return period(f"{first}-{last}").say("en")
