"""The site: one self-contained page a notebook and language, and the pages around them.

Knows: templates, nbconvert, where executed notebooks, cards and lists lie.
Must not know: any analysis. May import: everything below it. (nbconvert is loaded when a page is
rendered.)
"""

from __future__ import annotations

import base64
import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from techdiplomacy import changes, declarations, markdown, paths, search_index, texts, trust
from techdiplomacy.cards import Card
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidPage, TechDiplomacyError
from techdiplomacy.files import keep_only, replace_folder, write_bytes
from techdiplomacy.notebooks import skip_uri_grammar
from techdiplomacy.pages import ELEMENT_TYPE
from techdiplomacy.params import Params
from techdiplomacy.texts import LANGUAGES, Language, Phrase, Text, catalogue, say

if TYPE_CHECKING:
    from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "vi": "Tiếng Việt"}
# the pages that are no notebook, in the order of the navigation; their templates bear their names
OWN_PAGES: dict[str, Text] = {
    "index": say("Overview"),
    "new": say("What is new"),
    "method": say("Method and terms"),
    "sources": say("Sources"),
    "claims": say("Stated claims"),
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
    "yes": say("yes"),
    "no": say("no"),
    "clean": say("clean table"),
    "features": say("indicator table"),
    "results": say("result table"),
}
# anchors of the page frame, which no heading may take
FRAME_ANCHORS = frozenset({"main", "contents", "findings", "preparation", "trust", "show-code"})
_MARKER = "<!--part:{}-->"
_PART = re.compile(r"<!--part:([a-z]+)-->")
_SLOT = re.compile(r"<!--element:(\d+)-->")
_HEADING = re.compile(
    r'<h([1-6])(?: id="[^"]*")?>(.*?)(?:<a class="anchor-link"[^>]*>.*?</a>)?</h\1>', re.S
)
_CODE_SPAN = re.compile(r"`[^`]*`")
_ADDRESS = re.compile(r"\]\([^)]*\)")
_ISO = re.compile(r"^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?\b")


@dataclass(frozen=True)
class NotebookPage:
    """What the site needs to know of an executed notebook; title and question are English."""

    name: str
    title: str
    question: str
    introduction: str
    cells: list[dict[str, Any]]
    elements: list[dict[str, Any]]

    @property
    def findings(self) -> list[dict[str, dict[str, str]]]:
        """Return the findings of the page."""
        return next(
            list(element["findings"]) for element in self.elements if element["kind"] == "findings"
        )

    @property
    def sources(self) -> list[str]:
        """Return the ids of the sources that figures and tables name, each once."""
        named = (source for element in self.elements for source in element.get("sources", ()))
        return list(dict.fromkeys(named))


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
    facts = _facts(params, pages)
    convert = converter()
    files: dict[str, bytes] = {}
    anchors: dict[str, list[str]] = {}
    bodies: dict[tuple[str, Language], dict[str, str]] = {}
    for page in pages:
        for language in LANGUAGES:
            parts, anchors[page.name] = render_parts(
                page, language, convert, anchors.get(page.name, []), facts["every_page"]
            )
            bodies[page.name, language] = parts
        files |= csv_files(page)
    facts["anchors"] = anchors
    for language in LANGUAGES:
        render = renderer(language, facts)
        for name, title in OWN_PAGES.items():
            files[file_name(name, language)] = render(name, title, {}).encode()
        for page in pages:
            extra = {
                **bodies[page.name, language],
                "page": page,
                "trust": facts["trust"][page.name],
                "status": facts["status"][page.name],
            }
            text = render(page.name, Phrase(page.title), extra, template="notebook")
            files[file_name(page.name, language)] = text.encode()
    _replace_site(files)


def _facts(params: Params, pages: Sequence[NotebookPage]) -> dict[str, Any]:
    """Return what templates show, the same for every language."""
    sources = [source_row(name) for name in params.sources]
    names = list(params.notebooks)
    before = changes.newest_release()
    now = changes.current_state(names)
    return {
        "params": params,
        "pages": pages,
        "every_page": [*OWN_PAGES, *names],
        "sources": sources,
        "cards": {row["card"].id: row["card"] for row in sources},
        "free": all(_is_free(row["card"]) for row in sources),
        "tables": list(declarations.TABLES.values()),
        "claims": claims_by_text(),
        "policy_texts": search_index.POLICY_TEXTS,
        "terms": search_index.load_terms(),
        "release": before,
        "changes": changes.compare(before, now) if before else [],
        "trust": {page.name: trust.trust_of(page.name, params, page.sources) for page in pages},
        "status": {page.name: trust.status_of(page.name, params) for page in pages},
        "elements": {page.name: page.elements for page in pages},
        "words": WORDS,
        "kinds": search_index.KINDS,
    }


def file_name(page: str, language: Language) -> str:
    """Return the file of a page in a language.

    Examples
    --------
    >>> file_name("index", "en"), file_name("index", "vi")
    ('index.html', 'index.vi.html')
    """
    return f"{page}.html" if language == LANGUAGES[0] else f"{page}.{language}.html"


def read_page(name: str) -> NotebookPage:
    """Return title, question, cells and elements of an executed notebook.

    Raises
    ------
    TechDiplomacyError
        If it has not been executed.
    InvalidPage
        If it has no title, no question or no findings; if a number is typed into its prose; if
        an output is no element of a page.
    """
    path = paths.executed_notebook_file(name)
    if not path.is_file():
        raise TechDiplomacyError(
            f"Notebook '{name}' has not been executed.",
            where=f"reports/notebooks/{name}.ipynb",
            next_step=f"Run it: dvc repro run_notebook@{name}",
        )
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    opening = _source(cells[0]) if cells else ""
    match = re.match(r"# (?P<title>.+)\n+(?P<question>[^#\n].+)(?P<more>[\s\S]*)", opening)
    elements = [element for cell in cells for element in _elements(cell)]
    found = sum(element["kind"] == "findings" for element in elements)
    if match is None or found != 1:
        raise InvalidPage(
            "A notebook opens with '# Title', a question in the next paragraph, and shows its "
            f"findings once; here {'the opening is missing' if match is None else found}.",
            where=f"notebooks/{name}.ipynb",
            next_step="Compare its first cells with those of another notebook.",
        )
    check_cells(name, cells)
    return NotebookPage(
        name=name,
        title=match["title"].strip(),
        question=match["question"].strip(),
        introduction=match["more"].strip(),
        cells=cells,
        elements=elements,
    )


def check_cells(name: str, cells: Sequence[Mapping[str, Any]]) -> None:
    """Raise if prose holds a typed number, or an output is no element of a page.

    Raises
    ------
    InvalidPage
        Naming notebook and cell.
    """
    taken: set[str] = set(FRAME_ANCHORS)
    for cell in cells:
        where = f"notebooks/{name}.ipynb, cell '{cell.get('id', '?')}'"
        if cell["cell_type"] == "markdown":
            for _, text in markdown.paragraphs(_source(cell)):
                typed = _typed(text)
                if typed:
                    raise InvalidPage(
                        f"Numbers are typed into a paragraph: {', '.join(typed)}.",
                        where=where,
                        next_step="Say it in a code cell with pages.paragraph, filled from "
                        "results, or set it as `code` if it is a name.",
                    )
        for element in _elements(cell):
            anchor = element.get("name")
            if anchor and anchor in taken and element["kind"] != "findings":
                raise InvalidPage(
                    f"Two elements of the page are named '{anchor}'.",
                    where=where,
                    next_step="Give each figure and table a name of its own.",
                )
            taken.add(anchor or "")
        for output in cell.get("outputs", []):
            plain = ELEMENT_TYPE not in output.get("data", {})
            if output["output_type"] == "error" or (plain and not _is_preparation(cell)):
                raise InvalidPage(
                    f"An output is no element of a page ({_described(output)}).",
                    where=where,
                    next_step="Show it with pages.figure, pages.table or pages.paragraph, or tag "
                    "the cell 'preparation'.",
                )


def _described(output: Mapping[str, Any]) -> str:
    """Return what kind of output this is, and how it starts."""
    shown = output.get("text") or output.get("data", {}).get("text/plain") or output.get("evalue")
    start = " ".join("".join(shown or "").split())[:60]
    return f"{output['output_type']}: {start}" if start else str(output["output_type"])


def _source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])


def _elements(cell: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the payloads of the page elements that a cell shows."""
    return [
        output["data"][ELEMENT_TYPE]
        for output in cell.get("outputs", [])
        if ELEMENT_TYPE in output.get("data", {})
    ]


def _is_preparation(cell: Mapping[str, Any]) -> bool:
    tags = {"preparation", "parameters"} & set(cell["metadata"].get("tags", []))
    return bool(tags) or cell.get("id") == "injected-parameters"


def arrange(cells: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the cells after the opening in the order of a page: findings, body, preparation.

    A notebook must compute before it can state findings; a reader wants them first. Cells
    tagged ``preparation`` (and the parameters) go to a section at the end of the page.
    """
    parts: dict[str, list[dict[str, Any]]] = {"findings": [], "body": [], "preparation": []}
    for cell in cells[1:]:
        shows = any(element["kind"] == "findings" for element in _elements(cell))
        if shows or "findings" in cell["metadata"].get("tags", []):
            parts["findings"].append(cell)
        elif _is_preparation(cell):
            parts["preparation"].append(cell)
        else:
            parts["body"].append(cell)
    return parts


# ---- prose -------------------------------------------------------------------------------------


def _blocks(source: str) -> list[str]:
    """Return the blocks of a markdown text; a fenced block stays whole."""
    blocks: list[list[str]] = [[]]
    fenced = False
    for line in source.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        if line.strip() or fenced:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return ["\n".join(lines) for lines in blocks if lines]


def _typed(text: str) -> list[str]:
    """Return the numbers typed into a paragraph, outside code and addresses."""
    return texts.typed_numbers(_ADDRESS.sub("]", _CODE_SPAN.sub(" ", text)))


def translate_markdown(source: str, language: Language) -> str:
    """Return a markdown text in a language; what has no translation is marked as English.

    Examples
    --------
    >>> translate_markdown("## Method", "en")
    '## Method'
    """
    if language == LANGUAGES[0]:
        return source
    known = catalogue(language)
    blocks = []
    for block in _blocks(source):
        parts = markdown.paragraphs(block)
        if all(text in known for _, text in parts):
            blocks.append(markdown.translate(block, language))
        elif len(parts) == 1 and parts[0][0].lstrip().startswith("#"):
            blocks.append(f'{parts[0][0]}<span lang="en">{parts[0][1]}</span>')
        else:
            blocks.append(f'<div lang="en">\n\n{block}\n\n</div>')
    return "\n\n".join(blocks)


# ---- cells to HTML -----------------------------------------------------------------------------


def converter() -> Callable[[Sequence[dict[str, Any]]], str]:
    """Return a function that turns cells into HTML; making it is slow, calling it is not."""
    skip_uri_grammar()
    import nbformat
    from nbconvert import HTMLExporter

    exporter: Any = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="page",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )

    def convert(cells: Sequence[dict[str, Any]]) -> str:
        content = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        notebook = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
        body, _ = exporter.from_notebook_node(notebook)
        return str(body)

    return convert


def render_parts(
    page: NotebookPage,
    language: Language,
    convert: Callable[[Sequence[dict[str, Any]]], str],
    anchors: Sequence[str],
    every_page: Sequence[str],
) -> tuple[dict[str, Any], list[str]]:
    """Return the parts of a page as HTML, and the anchors of its headings.

    Parameters
    ----------
    page : NotebookPage
        What is rendered.
    language : str
        Language of the parts.
    convert : callable
        From `converter`.
    anchors : sequence of str
        The anchors that the English headings have; empty while these are rendered.
    every_page : sequence of str
        Names of all pages, for links between them.

    Raises
    ------
    InvalidPage
        If a translation has more or fewer headings than its text.
    """
    introduction = {"cell_type": "markdown", "id": "introduction", "metadata": {}}
    arranged = arrange(page.cells)
    parts = {
        "findings": arranged["findings"],
        "introduction": [{**introduction, "source": page.introduction}],
        "body": arranged["body"],
        "preparation": arranged["preparation"],
    }
    shown: list[str] = []
    cells = []
    for part, own in parts.items():
        marker = {**introduction, "id": f"part-{part}", "source": _MARKER.format(part)}
        cells += [marker, *(_slotted(cell, language, shown) for cell in own)]
    markup = convert(cells)
    taken = list(FRAME_ANCHORS) + [str(element.get("name")) for element in page.elements]
    given = list(anchors)
    headings: list[str] = []

    def with_anchor(match: re.Match[str]) -> str:
        words = _plain(match[2])
        position = len(headings)
        if anchors and position >= len(given):
            raise _other_headings(page, language)
        anchor = given[position] if anchors else _anchor(words, [*taken, *headings])
        headings.append(anchor)
        return f'<h{match[1]} id="{anchor}">{match[2]}</h{match[1]}>'

    markup = _HEADING.sub(with_anchor, markup)
    if anchors and len(headings) != len(given):
        raise _other_headings(page, language)
    contents = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', _split(markup)["body"], flags=re.DOTALL)
    markup = _SLOT.sub(lambda match: shown[int(match[1])], markup)
    markup = localise_links(markup, language, every_page)
    return {**_split(markup), "contents": contents}, headings


def _other_headings(page: NotebookPage, language: Language) -> InvalidPage:
    return InvalidPage(
        "The translated text has other headings than the English one.",
        where=f"notebooks/{page.name}.ipynb in locale/{language}",
        next_step="Translate each heading by a heading, and nothing else.",
    )


def _slotted(cell: dict[str, Any], language: Language, shown: list[str]) -> dict[str, Any]:
    """Return a cell in a language; its elements are put aside, nbconvert need not copy them."""
    if cell["cell_type"] == "markdown":
        return {**cell, "source": translate_markdown(_source(cell), language)}
    outputs = []
    for output in cell.get("outputs", []):
        element = output.get("data", {}).get(ELEMENT_TYPE)
        if element is None:
            outputs.append(output)
            continue
        slot = {"text/html": f"<!--element:{len(shown)}-->"}
        outputs.append({"output_type": "display_data", "data": slot, "metadata": {}})
        shown.append(element["markup"][language])
    return {**cell, "source": _source(cell), "outputs": outputs}


def _split(markup: str) -> dict[str, str]:
    """Return the parts between the markers."""
    pieces = _PART.split(markup)
    return dict(zip(pieces[1::2], (piece.strip() for piece in pieces[2::2]), strict=True))


def _anchor(words: str, taken: Sequence[str]) -> str:
    """Return an anchor made of the words of a heading that nothing else has."""
    base = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "section"
    names = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def localise_links(markup: str, language: Language, every_page: Sequence[str]) -> str:
    """Return HTML whose links to pages of the site stay in its language.

    Examples
    --------
    >>> localise_links('<a href="sources.html#x">', "vi", ["sources"])
    '<a href="sources.vi.html#x">'
    """
    if language == LANGUAGES[0]:
        return markup
    names = "|".join(re.escape(name) for name in every_page)
    return re.sub(rf'(<a\b[^>]*?\shref=")({names})\.html(?=[#"])', rf"\1\2.{language}.html", markup)


def csv_files(page: NotebookPage) -> dict[str, bytes]:
    """Return the data of each figure and table of a page as files beside it."""
    found = {}
    link = re.compile(r'download="([a-z0-9-]+\.csv)" href="data:text/csv[^"]*;base64,([^"]+)"')
    for element in page.elements:
        for name, content in link.findall(element["markup"][LANGUAGES[0]]):
            found[f"data/{page.name}/{name}"] = base64.b64decode(content)
    return found


# ---- pages of their own ------------------------------------------------------------------------


def _is_free(card: Card) -> bool:
    """Return whether a source may be shared, adapted and used commercially."""
    terms = card.licence
    return {terms.share, terms.commercial, terms.adapt} == {"allowed"}


def source_row(source: str) -> dict[str, Any]:
    """Return card, mode and row counts of a source."""
    used = trust.used_source(source)
    clean = json.loads(paths.clean_note_file(source).read_text(encoding="utf-8"))
    return {"card": used.card, "clean": clean, "mode": used.mode, "obtained": used.obtained}


def claims_by_text() -> list[tuple[list[str], list[search_index.Claim]]]:
    """Return the statements of the policy texts, grouped by the page that makes them first.

    Two texts at one address are translations of one page and stand together.
    """
    groups: dict[str, tuple[list[str], list[search_index.Claim]]] = {}
    for claim in search_index.load_claims():
        letters, claims = groups.setdefault(claim.urls[0], ([], []))
        claims.append(claim)
        own = claim.texts if len(claim.urls) == 1 else claim.texts[:1]
        letters += [letter for letter in own if letter not in letters]
    return list(groups.values())


# ---- templates ---------------------------------------------------------------------------------


class Wording:
    """What templates say in one language; the result is HTML."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def sentence(self, template: str, /, **values: Any) -> Markup:
        """Return a sentence of a template; what is no HTML yet is escaped.

        A sentence without translation stays English and is marked as such.
        """
        from markupsafe import Markup, escape

        sayable = {name: texts.verbatim("") for name in values}
        say(template, **sayable)  # the rules of a sentence hold here too
        known = self.language == LANGUAGES[0] or template in catalogue(self.language)
        form = escape(catalogue(self.language).get(template) or template)
        said = form.format(
            **{
                name: value.say(self.language) if hasattr(value, "say") else value
                for name, value in values.items()
            }
        )
        return said if known else Markup('<span lang="en">{}</span>').format(said)

    def words(self, value: Any) -> Markup:
        """Return words of a card, a list or a result in the language, escaped."""
        from markupsafe import Markup, escape

        if isinstance(value, Text):
            return self.sentence(value.template, **value.values)
        if isinstance(value, str):
            value = texts.phrase(value)
        if isinstance(value, Phrase):
            key = value.words
            if self.language != LANGUAGES[0] and key and key not in catalogue(self.language):
                return Markup('<span lang="en">{}</span>').format(key)
        return escape(value.say(self.language))

    def spoken(self, forms: Mapping[str, str]) -> Markup:
        """Return what was said in several languages; a missing one is English, marked as such."""
        from markupsafe import Markup, escape

        if self.language in forms:
            return escape(forms[self.language])
        return Markup('<span lang="en">{}</span>').format(forms[LANGUAGES[0]])

    def date(self, written: str) -> Markup:
        """Return a date, month or year, and what follows it, as ``<time>`` in the language."""
        from markupsafe import Markup

        match = _ISO.match(written)
        if match is None:
            return self.words(written)
        shown = match[0]
        if match[3]:
            shown = texts.day(match[0]).say(self.language)
        elif match[2]:
            shown = f"{match[2]}/{match[1]}"
        rest = written[match.end() :].strip()
        after = Markup(" {}").format(self.words(rest)) if rest else ""
        return Markup('<time datetime="{}">{}</time>{}').format(match[0], shown, after)

    def headline(self, value: changes.Headline, other: changes.Headline = None) -> Markup:
        """Return a headline number; with more digits, if it would look like the other one."""
        from markupsafe import Markup, escape

        if value is None:
            return escape(texts.NOTHING)
        if isinstance(value, bool):
            return self.words(WORDS["yes" if value else "no"])
        if isinstance(value, str):
            return Markup("<code>{}</code>").format(value)
        if isinstance(value, int) or float(value).is_integer():
            return escape(texts.count(value).say(self.language))
        digits = 3
        if isinstance(other, int | float) and float(f"{value:.2e}") == float(f"{other:.2e}"):
            digits = 6
        return escape(texts.rounded(value, digits).say(self.language))


def renderer(language: Language, facts: Mapping[str, Any]) -> Callable[..., str]:
    """Return a function that renders a page of a name and title from its template."""
    import jinja2
    from markupsafe import Markup

    wording = Wording(language)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def href(page: str, anchor: str = "") -> str:
        return file_name(page, language) + (f"#{anchor}" if anchor else "")

    environment.globals |= {
        "_": wording.sentence,
        "tr": wording.words,
        "spoken": wording.spoken,
        "date": wording.date,
        "headline": wording.headline,
        "href": href,
        "country": load_countries().text,
        "count": texts.count,
        "percent": texts.percent,
        "percents": lambda shares: [texts.percent(share) for share in shares],
        "rounded": texts.rounded,
        "period": texts.period,
        "commas": texts.commas,
        "verbatim": texts.verbatim,
        "language": language,
        "own_pages": OWN_PAGES,
        "css": Markup(_asset("page.css")),
        "page_js": Markup(_asset("page.js")),
        "search_js": Markup(_asset("search.js")),
        **facts,
    }
    others = [(tongue, LANGUAGE_NAMES[tongue]) for tongue in LANGUAGES if tongue != language]
    environment.globals["search_entries"] = Markup(_search_json(facts, language))

    def render(
        name: str, title: Any, values: Mapping[str, Any], *, template: str | None = None
    ) -> str:
        parts = {
            key: Markup(value) if isinstance(value, str) else value for key, value in values.items()
        }
        switch = [(tongue, label, file_name(name, tongue)) for tongue, label in others]
        chosen = environment.get_template(f"{template or name}.html.j2")
        return chosen.render(current=name, title=title, switch=switch, **parts)

    return render


def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _search_json(facts: Mapping[str, Any], language: Language) -> str:
    """Return the search index as JSON that may stand in a page."""
    entries = search_index.build_index(facts["elements"], facts["cards"], language)
    for entry in entries:
        entry["kind_name"] = search_index.KINDS[entry["kind"]].say(language)
        entry["href"] = f"{file_name(entry.pop('page'), language)}#{entry.pop('anchor')}"
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _plain(markup: str) -> str:
    """Return the words of a piece of HTML."""
    import html

    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()


def _replace_site(files: Mapping[str, bytes]) -> None:
    """Put all files in place of the old site at once."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            write_bytes(Path(folder) / name, content)
        replace_folder(paths.site_folder(), Path(folder))
