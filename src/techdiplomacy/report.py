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

from techdiplomacy import brief_site, changes, declarations, pages, paths, search_index, trust
from techdiplomacy.brief_site import Brief
from techdiplomacy.cards import Card, offered_cards
from techdiplomacy.changes import PageChanges, Release
from techdiplomacy.columns import Table
from techdiplomacy.explained_changes import (
    CODE,
    DATA,
    PACKAGES,
    PARAMETERS,
    TAXONOMY,
    Explained,
    Explanation,
    explained,
    read_explanation,
)
from techdiplomacy.files import keep_only, read_json, replace_folder, write_bytes
from techdiplomacy.licences import Verdict, terms_of, verdict
from techdiplomacy.notebook_pages import NotebookPage, read_page
from techdiplomacy.output_terms import OutputTerms, with_register_terms
from techdiplomacy.params import Params
from techdiplomacy.render import (
    TEMPLATES,
    Convert,
    Rendered,
    converter,
    file_name,
    render_parts,
)
from techdiplomacy.texts import LANGUAGES, Language, Phrase, Text, say
from techdiplomacy.trust import Status, Trust
from techdiplomacy.vocabulary import LISTS, YES_NO
from techdiplomacy.wording import Wording, environment

# how a language calls itself, and how it is called in the language of a page
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "vi": "Tiếng Việt"}
NAMES_OF_LANGUAGES: dict[Language, Text] = {"en": say("English"), "vi": say("Vietnamese")}
# the pages that are no notebook, in the order of the navigation; their templates bear their names,
# but for the list of briefs
OWN_PAGES: dict[str, Text] = {
    "index": say("Overview"),
    brief_site.INDEX: say("Partner briefs"),
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


# what a number can change by, as the page 'What is new' calls it
FACTORS: dict[str, Text] = {
    DATA: say("Data"),
    TAXONOMY: say("Taxonomy"),
    PARAMETERS: say("Parameters"),
    CODE: say("Code"),
    PACKAGES: say("Packages"),
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
    briefs: Sequence[Brief]
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
    released: Release | None
    changes: Sequence[PageChanges]
    explanation: Explanation | None
    explained: Mapping[str, Mapping[str, Explained]]
    factors: Mapping[str, Text]
    trust: Mapping[str, Trust]
    status: Mapping[str, Status]
    verdicts: Mapping[str, Verdict]
    briefs_verdict: Verdict
    index: brief_site.Index
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
    own, briefs, terms = read_pages(params)
    every_page = [*OWN_PAGES, *params.notebooks, *(brief.name for brief in briefs)]
    rendered = _rendered(own, converter(), every_page)
    rendered |= _rendered([brief.shown for brief in briefs], converter(code=False), every_page)
    facts = _facts(params, own, briefs, rendered, terms)
    files: dict[str, bytes] = {}
    for page in (*own, *(brief.page for brief in briefs)):
        files |= csv_files(page)
    if briefs:
        link = pages.csv_link(facts.index.shown, "brief-index", LANGUAGES[0])
        files |= _linked(link, brief_site.INDEX)
    for language in LANGUAGES:
        render = renderer(language, facts)
        for name, title in OWN_PAGES.items():
            template = "briefs" if name == brief_site.INDEX else name
            files[file_name(name, language)] = render(name, title, {}, template=template).encode()
        for page in own:
            extra = _of_page(page, rendered[page.name][language], facts)
            text = render(page.name, Phrase(page.title), extra, template="notebook")
            files[file_name(page.name, language)] = text.encode()
        for brief in briefs:
            extra = _of_page(brief.page, rendered[brief.name][language], facts)
            credits = brief_site.credits_of(facts.trust[brief.name].sources)
            extra |= {"brief": brief, "credits": credits}
            text = render(brief.name, brief.title, extra, template="brief")
            files[file_name(brief.name, language)] = text.encode()
    _replace_site(files)


def read_pages(params: Params) -> tuple[list[NotebookPage], list[Brief], OutputTerms]:
    """Return the pages of the notebooks, the briefs, and the terms of both.

    Figures and tables that the owner's register restricts say so; what sources restrict, they
    have said since they were made.
    """
    own = [read_page(name) for name in params.notebooks]
    briefs = brief_site.read_briefs(params)
    terms = OutputTerms(params, [*own, *(brief.page for brief in briefs)])
    for page in (*own, *(brief.page for brief in briefs)):
        with_register_terms(terms, page, pages.terms_note)
    return own, briefs, terms


def _of_page(page: NotebookPage, own: Rendered, facts: Facts) -> dict[str, Any]:
    """Return what the template of a notebook or brief is told of its page."""
    return {
        **own.parts,
        "contents": own.contents,
        "page": page,
        "trust": facts.trust[page.name],
        "status": facts.status[page.name],
        "verdict": facts.verdicts[page.name],
    }


def _rendered(
    own: Sequence[NotebookPage], convert: Convert, every_page: Sequence[str]
) -> dict[str, dict[Language, Rendered]]:
    """Return the parts of each page in each language; anchors are those of the English page."""
    found: dict[str, dict[Language, Rendered]] = {}
    for page in own:
        first = render_parts(page, LANGUAGES[0], convert, every_page)
        others = {
            language: render_parts(page, language, convert, every_page, first.anchors)
            for language in LANGUAGES[1:]
        }
        found[page.name] = {LANGUAGES[0]: first, **others}
    return found


def _facts(
    params: Params,
    own: Sequence[NotebookPage],
    briefs: Sequence[Brief],
    rendered: Mapping[str, Mapping[Language, Rendered]],
    terms: OutputTerms,
) -> Facts:
    """Return what templates show."""
    sources = [source_row(name) for name in params.sources]
    names = list(params.notebooks)
    now = changes.current_state(names)
    released, before = changes.released_and_before(now)
    changed = changes.compare(before, now) if before else []
    explanation = read_explanation(before.version) if before else None
    claims = search_index.load_claims()
    every = [*own, *(brief.page for brief in briefs)]
    notebook = {brief.name: paths.BRIEF for brief in briefs}
    prints = {page.name: page_fingerprint(page, rendered[page.name]) for page in every}
    verdicts = {page.name: terms.page(page) for page in every}
    return Facts(
        params=params,
        pages=own,
        briefs=briefs,
        every_page=[*OWN_PAGES, *(page.name for page in every)],
        sources=sources,
        cards={row.card.id: row.card for row in sources},
        offered=offered_cards(params.sources),
        free=all(terms_of(row.card.licence).free for row in sources),
        tables=list(declarations.TABLES.values()),
        claims=claims_by_text(claims),
        related=search_index.related_claims(claims),
        policy_texts=search_index.load_policy_texts(),
        terms=search_index.load_terms(),
        release=before,
        released=released,
        changes=changed,
        explanation=explanation,
        explained={
            page.notebook: explained(explanation, page.notebook, page.numbers) for page in changed
        },
        factors=FACTORS,
        trust={
            page.name: trust.trust_of(
                notebook.get(page.name, page.name), params, page.sources, prints[page.name]
            )
            for page in every
        },
        status={
            name: trust.status_of(brief_site.review_of(params, name), prints[name])
            for name in prints
        },
        verdicts=verdicts,
        briefs_verdict=verdict(one for brief in briefs for one in verdicts[brief.name].inputs),
        index=brief_site.index_of(briefs, params),
        anchors={page.name: rendered[page.name][LANGUAGES[0]].anchors for page in own},
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
    found: dict[str, bytes] = {}
    for element in page.elements:
        found |= _linked(element["markup"][LANGUAGES[0]], page.name)
    return found


def _linked(markup: str, page: str) -> dict[str, bytes]:
    """Return the data that a piece of a page carries, by the files beside it."""
    link = re.compile(r'download="([a-z0-9-]+\.csv)" href="data:text/csv[^"]*;base64,([^"]+)"')
    return {
        f"data/{page}/{name}": base64.b64decode(content) for name, content in link.findall(markup)
    }


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
        "index_link": Markup(pages.csv_link(facts.index.shown, "brief-index", language)),
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
    briefs = [brief.found for brief in facts.briefs]
    entries = search_index.build_index(elements, facts.cards, language, briefs)
    for entry in entries:
        entry["kind_name"] = search_index.KINDS[entry["kind"]].say(language)
        entry["href"] = f"{file_name(entry.pop('page'), language)}#{entry.pop('anchor')}"
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _replace_site(files: Mapping[str, bytes]) -> None:
    """Put all files in place of the old site at once."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            write_bytes(Path(folder) / name, content)
        replace_folder(paths.site_folder(), Path(folder))
