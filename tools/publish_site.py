"""Builds the site as it may be put on the web: python tools/publish_site.py [--commercial].

Copies ``reports/site`` to ``reports/public``, with the licences of all sources beside it. If the
terms of a source forbid to share what is made of it, nothing is written, and every figure, table
and page is named with the source and the term; ``--commercial`` asks the same of commercial use.
What asks to be passed on under the same terms is published, and marked.

A figure or table is made from the figures of its sources: to show it is to share an adaptation. So
it is refused as well if its sources may not be adapted, or not together.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from techdiplomacy import paths, trust
from techdiplomacy.brief_site import INDEX
from techdiplomacy.cards import Card
from techdiplomacy.errors import LicenceForbids, TechDiplomacyError
from techdiplomacy.files import replace_folder, write_bytes
from techdiplomacy.licences import USES, Use, Verdict, verdict
from techdiplomacy.notebook_pages import NotebookPage
from techdiplomacy.output_terms import OutputTerms, register_inputs
from techdiplomacy.params import Params, load_params
from techdiplomacy.render import TEMPLATES, file_name
from techdiplomacy.report import LANGUAGE_NAMES, OWN_PAGES, WORDS, read_pages
from techdiplomacy.texts import LANGUAGES, Language, Phrase, Sayable, Spelled, Text
from techdiplomacy.wording import Wording, environment

CODE_LICENCE = "Apache License 2.0"
TABLE_LICENCE = "CC BY 4.0"
LICENCES = "LICENCES"
_NAMES: dict[Use, str] = {"share": "sharing", "commercial": "commercial use", "adapt": "adaptation"}
_REASON = {False: "not allowed", True: "not allowed, for these licences do not combine"}


@dataclass(frozen=True)
class Output:
    """Something that a reader of the site gets: a page, or a figure or table of it."""

    page: str
    kind: str
    name: str
    title: Sayable
    verdict: Verdict

    @property
    def called(self) -> str:
        """Return how a message names it."""
        return f"{self.kind} '{self.name}' of {self.page}" if self.name else f"page {self.page}"


def outputs_of(
    pages: Sequence[tuple[NotebookPage, Sayable]], terms: OutputTerms
) -> Iterator[Output]:
    """Yield every page with its figures and tables, and what may be done with them."""
    for page, title in pages:
        yield Output(page.name, "page", "", title, terms.page(page))
        for element in page.elements:
            if element["kind"] in ("figure", "table"):
                said = Spelled(element["headline"])
                own = terms.element(page, element)
                yield Output(page.name, element["kind"], element["name"], said, own)


def offences(outputs: Sequence[Output], *, commercial: bool) -> list[str]:
    """Return what the terms forbid to publish: output, use, source and term, one a line."""
    lines = []
    for output in outputs:
        found = output.verdict
        # a page is made of figures, so it adapts them
        uses = [use for use in USES if use != "commercial" or commercial]
        for use in uses:
            if found.terms.of(use) == "forbidden":
                clash = use == "adapt" and found.clash
                lines += [
                    f"{output.called}: {_NAMES[use]} {_REASON[clash]}: source '{one.id}' "
                    f"({one.licence})"
                    for one in found.because(use)
                ]
    return lines


def check_site(pages: Sequence[NotebookPage]) -> None:
    """Raise if the site is missing, or holds other pages or figures than the notebooks made.

    Raises
    ------
    TechDiplomacyError
        Naming the page.
    """
    for page in pages:
        path = paths.site_folder() / file_name(page.name, LANGUAGES[0])
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        shown = [one["markup"][LANGUAGES[0]] for one in page.elements if one["kind"] != "paragraph"]
        if not text or not all(markup in text for markup in shown):
            raise TechDiplomacyError(
                f"{path.name} is {'not what its notebook made' if text else 'missing'}.",
                where="reports/site",
                next_step="Bring the site up to date: make",
            )
    names = [*OWN_PAGES, *(page.name for page in pages)]
    known = {file_name(name, language) for name in names for language in LANGUAGES}
    for path in sorted(paths.site_folder().rglob("*")):
        place = path.relative_to(paths.site_folder())
        of_page = place.parts[0] == "data" and len(place.parts) == 3 and place.parts[1] in names
        if path.is_file() and place.as_posix() not in known and not of_page:
            raise TechDiplomacyError(
                f"{place.as_posix()} belongs to no page, so nobody knows its terms.",
                where="reports/site",
                next_step="Take it away, or bring the site up to date: make",
            )


def publish(params: Params, *, commercial: bool = False) -> list[str]:
    """Write the public site and return the names of its files.

    Parameters
    ----------
    params : Params
        The checked settings.
    commercial : bool
        Whether the pages are to be used commercially.

    Raises
    ------
    LicenceForbids
        Listing everything that may not be published. Nothing is written.
    TechDiplomacyError
        If the site is missing or older than the notebooks. Nothing is written.
    """
    own, briefs, terms = read_pages(params)
    titled: list[tuple[NotebookPage, Sayable]] = [(page, Phrase(page.title)) for page in own]
    titled += [(brief.page, brief.title) for brief in briefs]
    check_site([page for page, _ in titled])
    outputs = list(outputs_of(titled, terms))
    if briefs:
        every = verdict(one for brief in briefs for one in terms.page(brief.page).inputs)
        outputs.append(Output(INDEX, "page", "", OWN_PAGES[INDEX], every))
    found = offences(outputs, commercial=commercial)
    if found:
        raise LicenceForbids(
            "The terms of sources forbid to publish this:\n"
            + "\n".join(f"  - {line}" for line in found),
            where="reports/site",
            next_step="Take these sources out of params.yaml (or these rows out of "
            "data/registers) and run make, or get permission and say so on their cards.",
        )
    files = {
        path.relative_to(paths.site_folder()).as_posix(): path.read_bytes()
        for path in sorted(paths.site_folder().rglob("*"))
        if path.is_file()
    }
    sources = [(used.card, used.mode) for used in map(trust.used_source, params.sources)]
    for language in LANGUAGES:
        ending = file_name("", language)
        for name in [one for one in files if "/" not in one and _language(one) == language]:
            files[name] = _with_link(files[name], language)
        files[f"{LICENCES}{ending}"] = licences_page(outputs, sources, language).encode()
    results = {page.name: terms.results(page) for page in own}
    if briefs:
        made = [one for brief in briefs for one in terms.results(brief.page).inputs]
        results[INDEX] = verdict(made)
    files[f"{LICENCES}.txt"] = licences_text(outputs, results, sources).encode()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in sorted(files.items()):
            write_bytes(Path(folder) / name, content)
        replace_folder(paths.public_folder(), Path(folder))
    return sorted(files)


def licences_page(
    outputs: Sequence[Output], sources: Sequence[tuple[Card, Text]], language: Language
) -> str:
    """Return the page of licences in a language."""
    from markupsafe import Markup

    templates = environment(Wording(language), TEMPLATES)
    template = templates.get_template("licences.html.j2")
    others = [tongue for tongue in LANGUAGES if tongue != language]
    return template.render(
        css=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),
        file_name=file_name,
        switch=[(one, LANGUAGE_NAMES[one], file_name(LICENCES, one)) for one in others],
        code_licence=CODE_LICENCE,
        table_licence=TABLE_LICENCE,
        words=WORDS,
        pages=[
            (file_name(one.page, language), one.title, one.verdict.sentence)
            for one in outputs
            if not one.name
        ],
        marked=[
            (file_name(one.page, language), one.name, one.title, one.verdict.sentence)
            for one in outputs
            if one.name and not one.verdict.terms.free
        ],
        sources=sources,
        registers=register_inputs(),
    )


def licences_text(
    outputs: Sequence[Output],
    results: Mapping[str, Verdict],
    sources: Sequence[tuple[Card, Text]],
) -> str:
    """Return the list of licences as plain text; ``results`` are those of result tables."""
    lines = [
        "LICENCES OF THESE PAGES",
        "",
        f"Code: {CODE_LICENCE}",
        f"The project's own tables (data/reference): {TABLE_LICENCE}",
        "",
        "PAGES",
        "",
    ]
    for output in outputs:
        if not output.name or not output.verdict.terms.free:
            title = " ".join(output.title.say("en").split())
            lines.append(f"{output.called} ({title}): {output.verdict.sentence.say('en')}")
    lines += ["", "RESULT TABLES (data/results)", ""]
    lines += [f"{name}: {one.sentence.say('en')}" for name, one in results.items()]
    lines += ["", "SOURCES", ""]
    for card, mode in sources:
        terms = card.licence
        stated: list[tuple[str, Any]] = [
            ("title", card.title),
            ("producer", card.producer),
            ("licence", f"{terms.name}, {terms.url}"),
            (
                "terms",
                f"sharing {_said(terms.share)}; commercial use {_said(terms.commercial)}; "
                f"adaptation {_said(terms.adapt)}",
            ),
            ("name it as", card.attribution),
            ("cite as", card.citation),
            ("figures", f"{mode.say('en')}; accessed {card.date_accessed}; {card.url_main}"),
        ]
        lines.append(card.id)
        lines += [f"  {name}: {' '.join(str(words).split())}" for name, words in stated]
        lines.append("")
    for one in register_inputs():
        lines += [one.id, f"  licence: {one.licence}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _said(term: str) -> str:
    return WORDS[term].say("en")


def _language(name: str) -> Language:
    """Return the language of a page from the name of its file."""
    return next(one for one in reversed(LANGUAGES) if name.endswith(file_name("", one)))


def _with_link(page: bytes, language: Language) -> bytes:
    """Return a page whose footer leads to the licences."""
    words = Wording(language).sentence("Licences of these pages")
    link = f'<p><a href="{file_name(LICENCES, language)}">{words}</a></p>\n</footer>'
    before, _, after = page.decode().rpartition("</footer>")
    return f"{before}{link}{after}".encode()


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the public site; return 0 if it was written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--commercial", action="store_true", help="it is to be used commercially")
    chosen = parser.parse_args(arguments)
    try:
        files = publish(load_params(), commercial=chosen.commercial)
    except TechDiplomacyError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(f"{len(files)} files in {paths.public_folder().relative_to(paths.project_root())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
