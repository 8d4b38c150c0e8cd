"""The site: one self-contained page a notebook and language, and the pages around them.

Knows: which pages there are, what templates are told, where executed notebooks, cards and lists
lie. Must not know: any analysis. May import: everything below it.
"""

from __future__ import annotations

import base64
import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from techdiplomacy import changes, declarations, paths, search_index, trust
from techdiplomacy.cards import Card, offered_cards
from techdiplomacy.changes import PageChanges, Release
from techdiplomacy.columns import Table
from techdiplomacy.files import keep_only, read_json, replace_folder, write_bytes
from techdiplomacy.notebook_pages import NotebookPage, read_page
from techdiplomacy.params import Params
from techdiplomacy.render import TEMPLATES, Rendered, converter, file_name, render_parts
from techdiplomacy.texts import LANGUAGES, Language, Phrase, Text, say
from techdiplomacy.trust import Status, Trust
from techdiplomacy.vocabulary import LISTS, YES_NO
from techdiplomacy.wording import Wording, environment

# how a language calls itself, and how it is called in the language of a page
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "vi": "Tiếng Việt"}
NAMES_OF_LANGUAGES: dict[Language, Text] = {"en": say("English"), "vi": say("Vietnamese")}
# the pages that are no notebook, in the order of the navigation; their templates bear their names
OWN_PAGES: dict[str, Text] = {
    "index": say("Overview"),
    "new": say("What is new"),
    "method": say("Method and terms"),
    "sources": say("Sources"),
    "claims": say("Statements in policy texts"),
    "dictionary": say("Data dictionary"),
    "search": say("Search"),
}
# words of cards and declarations that come from a closed list
WORDS: dict[str, Text] = {
    "allowed": say("allowed"),
    "share_alike": say("allowed under the same terms"),
    "forbidden": say("not allowed"),
    "extract": say("extract"),
    "compiled": say("compilation"),
    "modelled": say("modelled figures"),
    "synthetic": say("made-up figures"),
    "country": say("country"),
    "text": say("text"),
    "integer": say("whole number"),
    "number": say("number"),
    "flag": say("yes or no"),
    "reported": say("reported to the publisher"),
    "unreported": say("not reported to the publisher"),
    "documented by the publisher": say("documented by the publisher"),
    "yes": YES_NO[True],
    "no": YES_NO[False],
    "clean": say("clean table"),
    "features": say("indicator table"),
    "results": say("result table"),
}


@dataclass(frozen=True)
class SourceRow:
    """A source as the page of sources shows it."""

    card: Card
    clean: Mapping[str, int]
    mode: Text
    obtained: str
    newer: Text


@dataclass(frozen=True)
class Facts:
    """What templates show, the same for every language; they know it by these names."""

    params: Params
    pages: Sequence[NotebookPage]
    every_page: Sequence[str]
    sources: Sequence[SourceRow]
    cards: Mapping[str, Card]
    offered: Sequence[Card]
    free: bool
    tables: Sequence[Table]
    claims: Sequence[tuple[list[str], list[search_index.Claim]]]
    related: Mapping[str, Sequence[str]]
    policy_texts: Mapping[str, search_index.PolicyText]
    terms: Sequence[search_index.Term]
    release: Release | None
    changes: Sequence[PageChanges]
    trust: Mapping[str, Trust]
    status: Mapping[str, Status]
    anchors: Mapping[str, Sequence[str]]
    words: Mapping[str, Text]


def build_site(params: Params) -> None:
    """Write the site: it is replaced as a whole, and only when every page has been rendered.

    Parameters
    ----------
    params : Params
        Sources, notebooks and reviews that the site shows.

    Raises
    ------
    TechDiplomacyError
        If an executed notebook or the note of a source is missing.
    InvalidPage
        If a notebook has no title, question or findings, types a number into its prose, or shows
        an output that is no element of a page.
    """
    keep_only(paths.raw_folder(), params.sources)
    keep_only(paths.executed_notebooks_folder(), params.notebooks)
    pages = [read_page(name) for name in params.notebooks]
    rendered = _rendered(pages)
    facts = _facts(params, pages, rendered)
    files: dict[str, bytes] = {}
    for page in pages:
        files |= csv_files(page)
    for language in LANGUAGES:
        render = renderer(language, facts)
        for name, title in OWN_PAGES.items():
            files[file_name(name, language)] = render(name, title, {}).encode()
        for page in pages:
            own = rendered[page.name][language]
            extra = {
                **own.parts,
                "contents": own.contents,
                "page": page,
                "trust": facts.trust[page.name],
                "status": facts.status[page.name],
            }
            text = render(page.name, Phrase(page.title), extra, template="notebook")
            files[file_name(page.name, language)] = text.encode()
    _replace_site(files)


def _rendered(pages: Sequence[NotebookPage]) -> dict[str, dict[Language, Rendered]]:
    """Return the parts of each page in each language; anchors are those of the English page."""
    convert = converter()
    every_page = [*OWN_PAGES, *(page.name for page in pages)]
    found: dict[str, dict[Language, Rendered]] = {}
    for page in pages:
        first = render_parts(page, LANGUAGES[0], convert, every_page)
        others = {
            language: render_parts(page, language, convert, every_page, first.anchors)
            for language in LANGUAGES[1:]
        }
        found[page.name] = {LANGUAGES[0]: first, **others}
    return found


def _facts(
    params: Params,
    pages: Sequence[NotebookPage],
    rendered: Mapping[str, Mapping[Language, Rendered]],
) -> Facts:
    """Return what templates show."""
    sources = [source_row(name) for name in params.sources]
    names = list(params.notebooks)
    before = changes.newest_release()
    now = changes.current_state(names)
    claims = search_index.load_claims()
    prints = {page.name: page_fingerprint(page, rendered[page.name]) for page in pages}
    return Facts(
        params=params,
        pages=pages,
        every_page=[*OWN_PAGES, *names],
        sources=sources,
        cards={row.card.id: row.card for row in sources},
        offered=offered_cards(params.sources),
        free=all(_is_free(row.card) for row in sources),
        tables=list(declarations.TABLES.values()),
        claims=claims_by_text(claims),
        related=search_index.related_claims(claims),
        policy_texts=search_index.load_policy_texts(),
        terms=search_index.load_terms(),
        release=before,
        changes=changes.compare(before, now) if before else [],
        trust={
            page.name: trust.trust_of(page.name, params, page.sources, prints[page.name])
            for page in pages
        },
        status={name: trust.status_of(params.review[name], prints[name]) for name in names},
        anchors={page.name: rendered[page.name][LANGUAGES[0]].anchors for page in pages},
        words=WORDS | LISTS,
    )


def page_fingerprint(page: NotebookPage, rendered: Mapping[Language, Rendered]) -> str:
    """Return the fingerprint of a page: of all that it says, in every language.

    Navigation, status and trust block are left out: they may change while the page stays.
    """
    said = []
    for language in LANGUAGES:
        wording = Wording(language)
        opening = [wording.words(words) for words in (page.title, page.question)]
        said += [language, *map(str, opening), *rendered[language].parts.values()]
    return trust.fingerprint(said)


def csv_files(page: NotebookPage) -> dict[str, bytes]:
    """Return the data of each figure and table of a page as files beside it."""
    found = {}
    link = re.compile(r'download="([a-z0-9-]+\.csv)" href="data:text/csv[^"]*;base64,([^"]+)"')
    for element in page.elements:
        for name, content in link.findall(element["markup"][LANGUAGES[0]]):
            found[f"data/{page.name}/{name}"] = base64.b64decode(content)
    return found


def source_row(source: str) -> SourceRow:
    """Return card, mode and row counts of a source."""
    used = trust.used_source(source)
    clean = read_json(paths.clean_note_file(source))
    return SourceRow(used.card, clean, used.mode, used.obtained, used.newer)


def claims_by_text(
    claims: Sequence[search_index.Claim],
) -> list[tuple[list[str], list[search_index.Claim]]]:
    """Return the statements of the policy texts, grouped by the page that makes them first.

    Two texts at one address are translations of one page and stand together.
    """
    groups: dict[str, tuple[list[str], list[search_index.Claim]]] = {}
    for claim in claims:
        letters, members = groups.setdefault(claim.urls[0], ([], []))
        members.append(claim)
        own = claim.texts if len(claim.urls) == 1 else claim.texts[:1]
        letters += [letter for letter in own if letter not in letters]
    return list(groups.values())


def renderer(language: Language, facts: Facts) -> Callable[..., str]:
    """Return a function that renders a page of a name and title from its template."""
    from markupsafe import Markup

    def href(page: str, anchor: str = "") -> str:
        return file_name(page, language) + (f"#{anchor}" if anchor else "")

    templates = environment(Wording(language), TEMPLATES)
    others = [tongue for tongue in LANGUAGES if tongue != language]
    templates.globals |= {
        **vars(facts),
        "href": href,
        "own_pages": OWN_PAGES,
        "language_names": LANGUAGE_NAMES,
        "names_of_languages": NAMES_OF_LANGUAGES,
        "others": others,
        "css": Markup(_asset("page.css")),
        "page_js": Markup(_asset("page.js")),
        "ages_js": Markup(_asset("ages.js")),
        "search_js": Markup(_asset("search.js")),
        "search_entries": Markup(_search_json(facts, language)),
    }

    def render(
        name: str, title: Any, values: Mapping[str, Any], *, template: str | None = None
    ) -> str:
        parts = {
            key: Markup(value) if isinstance(value, str) else value for key, value in values.items()
        }
        switch = [(tongue, LANGUAGE_NAMES[tongue], file_name(name, tongue)) for tongue in others]
        chosen = templates.get_template(f"{template or name}.html.j2")
        return chosen.render(current=name, title=title, switch=switch, **parts)

    return render


def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _search_json(facts: Facts, language: Language) -> str:
    """Return the search index as JSON that may stand in a page."""
    elements = {page.name: page.elements for page in facts.pages}
    entries = search_index.build_index(elements, facts.cards, language)
    for entry in entries:
        entry["kind_name"] = search_index.KINDS[entry["kind"]].say(language)
        entry["href"] = f"{file_name(entry.pop('page'), language)}#{entry.pop('anchor')}"
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _is_free(card: Card) -> bool:
    """Return whether a source may be shared, adapted and used commercially."""
    terms = card.licence
    return {terms.share, terms.commercial, terms.adapt} == {"allowed"}


def _replace_site(files: Mapping[str, bytes]) -> None:
    """Put all files in place of the old site at once."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            write_bytes(Path(folder) / name, content)
        replace_folder(paths.site_folder(), Path(folder))
