"""What a report page is made of: findings, figures, tables and paragraphs, in every language.

Knows: the rules of a page, and how an element looks in HTML. Must not know: any analysis.
May import: errors, texts, cards, licences, tables, source_states, plots, page_columns.
"""

from __future__ import annotations

import base64
import html
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from techdiplomacy import plots
from techdiplomacy.cards import Card, short_name, source_line
from techdiplomacy.errors import InvalidPage
from techdiplomacy.licences import Verdict, of_cards
from techdiplomacy.page_columns import (
    Columns,
    PageCells,
    PageColumn,
    check_columns,
    check_pairs,
    flatten,
    side_by_side,
)
from techdiplomacy.plots import Chart
from techdiplomacy.source_states import card_in_use
from techdiplomacy.texts import (
    LANGUAGES,
    Language,
    Listing,
    Phrase,
    Sayable,
    Spelled,
    Text,
    commas,
    count,
    say,
    verbatim,
)

ELEMENT_TYPE = "application/vnd.techdiplomacy.element+json"
# what is read on a first screen: English words, and Vietnamese syllables, which stand apart
MOST_WORDS: dict[Language, int] = {"en": 120, "vi": 230}
# more source lines than these are folded
_SOURCES_OPEN = 3
_NAME = re.compile(r"^[a-z][a-z0-9-]*$")
_A_YEAR = re.compile(r"\b(19|20|21)\d\d\b")
# an alternative text that opens so says what kind of thing it is, not what to see in it
_LAZY = re.compile(r"^(an? |the )?(image|picture|figure|chart|graph|plot|diagram)\b", re.IGNORECASE)
# the words by which a subtitle says how years of patents are counted
_DATED_BY = {
    "grant": re.compile(r"\bgrant(s|ed|ing)?\b", re.IGNORECASE),
    "priority": re.compile(r"\bpriorit(y|ies)\b", re.IGNORECASE),
    "filing": re.compile(r"\bfil(ed|ings?)\b", re.IGNORECASE),
}
# the word by which a subtitle says that the last years are still filling up
_INCOMPLETE = re.compile(r"\bincomplete\b", re.IGNORECASE)
_WINDOW = re.compile(r"\d{4}[-\u2013](\d{4})")
# with these a cell begins that a spreadsheet takes for a formula; the last four have double width
_FORMULA_SIGNS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@dataclass(frozen=True)
class Element:
    """A part of a page: JupyterLab shows its English form, the site each language."""

    kind: str
    name: str
    markup: Mapping[Language, str]
    text: str
    said: Mapping[str, Any]

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        payload = {"kind": self.kind, "name": self.name, "markup": self.markup, **self.said}
        return {
            "text/html": self.markup[LANGUAGES[0]],
            "text/plain": self.text,
            ELEMENT_TYPE: payload,
        }


@dataclass(frozen=True)
class Finding:
    """One sentence of the first screen, how sure it is, and how new its data are."""

    sentence: Text
    certainty: Text
    data_to: Text


def words_of(items: Sequence[Finding], language: Language) -> int:
    """Return how many words findings have in a language, with certainty and date."""
    parts = (part for item in items for part in (item.sentence, item.certainty, item.data_to))
    return sum(len(part.say(language).split()) for part in parts)


def fit_on_a_screen(items: Sequence[Finding]) -> bool:
    """Return whether findings keep to the number of words that a page allows."""
    return all(words_of(items, language) <= most for language, most in MOST_WORDS.items())


def findings(items: Sequence[Finding]) -> Element:
    """Return the findings of a page, for its first screen.

    Parameters
    ----------
    items : sequence of Finding
        Three to five sentences filled from results, each with its certainty and data date.

    Raises
    ------
    InvalidPage
        If there are not three to five, one has no number, one no year in its data date, or all
        together exceed 120 English words or 230 Vietnamese syllables.
    """
    where = "findings"
    if not 3 <= len(items) <= 5:
        raise InvalidPage(
            f"A page opens with three to five findings, this one has {len(items)}.",
            where=where,
            next_step="Merge or drop findings.",
        )
    spoken = {
        language: [
            [part.say(language) for part in (item.sentence, item.certainty, item.data_to)]
            for item in items
        ]
        for language in LANGUAGES
    }
    for language, most in MOST_WORDS.items():
        words = words_of(items, language)
        if words > most:
            raise InvalidPage(
                f"The findings have {words} words in the language '{language}', at most {most} "
                "are read.",
                where=where,
                next_step="Shorten the sentences, or their translations.",
            )
    english = spoken["en"]
    for sentence, certainty, data_to in english:
        if not re.search(r"\d", sentence + certainty):
            raise InvalidPage(
                f"A finding has no number: '{sentence}'",
                where=where,
                next_step="Say how much and how sure, from the results.",
            )
        if not certainty.strip() or not _A_YEAR.search(data_to):
            raise InvalidPage(
                f"A finding does not say how sure it is, or of which year: '{sentence}'",
                where=where,
                next_step="Fill certainty, and a data date that holds a year.",
            )
    text = "\n".join(f"- {sentence} ({certainty}; {to})" for sentence, certainty, to in english)
    said = [
        {
            "sentence": _in_all(item.sentence),
            "certainty": _in_all(item.certainty),
            "data_to": _in_all(item.data_to),
        }
        for item in items
    ]
    markup = {language: _findings_markup(items, language) for language in LANGUAGES}
    return Element("findings", "findings", markup, text, {"findings": said})


def _findings_markup(items: Sequence[Finding], language: Language) -> str:
    heading = _escaped(say("Findings"), language)
    # grey alone does not tell what these are, least of all to those who do not see it
    sure, data = (f"<b>{_marked(word, language)}</b>" for word in (say("How sure:"), say("Data:")))
    rows = "\n".join(
        f'<li id="finding-{number}">{_marked(item.sentence, language)} '
        f'<span class="certainty">{sure} {_marked(item.certainty, language)}</span> '
        f'<span class="data-date">{data} {_marked(item.data_to, language)}</span></li>'
        for number, item in enumerate(items, start=1)
    )
    return f'<section class="findings" aria-label="{heading}">\n<ul>\n{rows}\n</ul>\n</section>'


def paragraph(text: Text) -> Element:
    """Return a paragraph of prose whose numbers are filled from results."""
    markup = {language: f"<p>{_marked(text, language)}</p>" for language in LANGUAGES}
    return Element("paragraph", "", markup, text.say(LANGUAGES[0]), {})


def figure(
    chart: Chart,
    *,
    name: str,
    headline: Text,
    subtitle: Text,
    alt: Text | None = None,
    sources: Sequence[str] | None = None,
) -> Element:
    """Return a figure with headline, subtitle, alt text, source line and the plotted numbers.

    Parameters
    ----------
    chart : Chart
        What is drawn in each language, and exactly the numbers drawn.
    name : str
        Short name, in lower case with hyphens; ids and the file name of the data come from it.
    headline : Text
        What the figure says.
    subtitle : Text
        Measure, place and period; it holds a year, says how years of patents are counted, and
        that the last ones are incomplete where periods hold such years.
    alt : Text
        What to understand from the figure, 40 to 300 characters.
    sources : sequence of str
        Ids of the source cards behind it.

    Raises
    ------
    InvalidPage
        If one of these is missing or does not keep to its rule, if years that are still filling
        up are not hatched, or if an estimate is drawn without its interval.
    """
    where = f"figure '{name}'"
    cards = _check_frame(name, headline, subtitle, sources, where)
    _check_rows(chart.plotted, where)
    check_pairs(chart.plotted, where)
    hatched = _check_years(chart, cards, where)
    _check_windows(chart.plotted, cards, subtitle, where)
    if alt is None:
        raise InvalidPage(
            "It has no alt text.",
            where=where,
            next_step="Give alt=say(...): what a reader who cannot see it should understand.",
        )
    for language in LANGUAGES:
        _check_alt(alt.say(language).strip(), headline.say(language), subtitle.say(language), where)
    markup = {}
    for language in LANGUAGES:
        svg = plots.to_svg(chart.draw(language), name)
        if hatched is not None and f'id="{name}-{plots.hatched_years(hatched)}' not in svg:
            raise InvalidPage(
                f"The chart says that years from {hatched} on are incomplete, and does not hatch "
                "them.",
                where=where,
                next_step=f"Draw it with plots.hatch_incomplete(ax, {hatched}, ...), or "
                f"series_plots.lines(..., incomplete_from={hatched}).",
            )
        svg = svg.replace("<svg", f'<svg role="img" aria-label="{_escaped(alt, language)}"', 1)
        markup[language] = _framed("chart", name, headline, subtitle, svg, language) + _footer(
            name, cards, chart.plotted, language
        )
    said = _said(headline, subtitle, cards) | {"alt": _in_all(alt)}
    text = f"[figure {name}] {headline.say('en')}. {alt.say('en')}"
    return Element("figure", name, markup, text, said)


def table(
    rows: pd.DataFrame,
    *,
    columns: Columns,
    name: str,
    headline: Text,
    subtitle: Text,
    sources: Sequence[str] | None = None,
    wide: bool = False,
    if_empty: Text | None = None,
) -> Element:
    """Return a table with headline, subtitle, source line and its numbers as CSV.

    Parameters
    ----------
    rows : DataFrame
        What is shown, in the order shown; the CSV holds exactly its columns that are shown.
    columns : tuple of PageColumn or Estimate
        How each column reads.
    name, headline, subtitle, sources
        As for `figure`.
    wide : bool
        Whether the table may scroll on a small screen, and can be sorted and filtered.
    if_empty : Text, optional
        What is said in place of a table without rows; without it such a table is an error.

    Raises
    ------
    InvalidPage
        If a rule of the page is broken, a column is missing, an estimate has no interval, or the
        subtitle does not say that the last years are incomplete.
    """
    where = f"table '{name}'"
    cards = _check_frame(name, headline, subtitle, sources, where)
    if rows.empty and if_empty is not None:
        markup = {
            language: f'<figure class="table" id="{name}">\n'
            f"{_caption(headline, subtitle, language)}\n"
            f"<p>{_marked(if_empty, language)}</p>\n</figure>"
            for language in LANGUAGES
        }
        text = f"[table {name}] {if_empty.say('en')}"
        return Element("table", name, markup, text, _said(headline, subtitle, cards))
    _check_rows(rows, where)
    check_columns(rows, columns, where)
    _check_noted(rows, cards, subtitle, where)
    flat = flatten(columns)
    shown = rows[list(dict.fromkeys(column.of for column in flat))].copy()
    for column in shown:
        if any(hasattr(cell, "say") for cell in shown[column]):
            shown[column] = _said_in_english(shown[column])
    markup = {}
    for language in LANGUAGES:
        inside = _table_markup(rows, side_by_side(columns), language)
        kind = "table wide" if wide else "table"
        framed = _framed(kind, name, headline, subtitle, inside, language)
        markup[language] = framed + _footer(name, cards, shown, language)
    text = f"[table {name}] {headline.say('en')}"
    return Element("table", name, markup, text, _said(headline, subtitle, cards))


def _said_in_english(cells: pd.Series) -> list[str]:
    """Return sentences as the CSV holds them, which is the same file in every language."""
    return [cell.say(LANGUAGES[0]) if hasattr(cell, "say") else "" for cell in cells]


def _table_markup(rows: pd.DataFrame, shown: Sequence[PageCells], language: Language) -> str:
    head = "".join(
        f'<th scope="col"{_number_class(cell.column.numeric)}>'
        f"{_marked(cell.heading, language)}</th>"
        for cell in shown
    )
    body = []
    for row in rows.to_dict("records"):
        cells = "".join(
            f"<td{_number_class(cell.column.numeric)}"
            f"{_sort_value(cell.column, row[cell.column.of])}>"
            f"{_marked(cell.read(row), language)}</td>"
            for cell in shown
        )
        body.append(f"<tr>{cells}</tr>")
    lines = "\n".join(body)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>"


def _number_class(numeric: bool) -> str:
    return ' class="number"' if numeric else ""


def _sort_value(column: PageColumn, value: Any) -> str:
    """Return the number that a cell is sorted by, whatever form it is shown in."""
    sortable = column.numeric and pd.notna(value) and math.isfinite(value)
    return f' data-value="{value:.12g}"' if sortable else ""


def csv_link(rows: pd.DataFrame, name: str, language: Language) -> str:
    """Return a link that carries a table as CSV inside the page.

    The file opens in a spreadsheet as it is; a text that a spreadsheet would take for a formula
    is quoted.

    Examples
    --------
    >>> csv_link(pd.DataFrame({"a": [1]}), "one", "en")[:35]
    '<a class="csv" download="one.csv" h'
    """
    safe = rows.copy()
    safe.columns = pd.Index([_not_a_formula(name) for name in rows.columns])
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = [_not_a_formula(cell) for cell in safe[column]]
    # the mark at the start tells spreadsheets that the text is UTF-8
    text = "\ufeff" + safe.to_csv(index=False, lineterminator="\n")
    content = base64.b64encode(text.encode()).decode()
    size = max(1, round(len(text.encode()) / 1000))
    words = _marked(say("Data (CSV, {size} kB)", size=count(size)), language)
    return (
        f'<a class="csv" download="{name}.csv" href="data:text/csv;charset=utf-8;base64,'
        f'{content}">{words}</a>'
    )


def _not_a_formula(cell: Any) -> Any:
    """Return a cell with a quote before it, if a spreadsheet would calculate it.

    Some trim spaces first, and read signs of double width as those of one. A bare carriage return
    would end the row, and what follows would begin a cell.
    """
    if not isinstance(cell, str):
        return cell
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    formula = cell.lstrip(" \u00a0\ufeff")[:1] in _FORMULA_SIGNS
    return f"'{cell}" if formula else cell


def _check_frame(
    name: str,
    headline: Text,
    subtitle: Text,
    sources: Sequence[str] | None,
    where: str,
) -> list[Card]:
    """Return the cards of an element, or raise if its name, captions or sources are wrong."""
    if not _NAME.match(name):
        raise InvalidPage(
            f"'{name}' cannot be the name of an element.",
            where="figure or table",
            next_step="Use lower-case letters, digits and hyphens.",
        )
    if len(headline.say("en").strip()) < 10:
        raise InvalidPage(
            f"The headline is '{headline.say('en')}'.",
            where=where,
            next_step="Say in a sentence what the element shows.",
        )
    if not _A_YEAR.search(subtitle.say("en")):
        raise InvalidPage(
            f"The subtitle names no year: '{subtitle.say('en')}'.",
            where=where,
            next_step="Give measure, place and period.",
        )
    if not sources:
        raise InvalidPage(
            "No source is named.", where=where, next_step="Name the ids of the source cards."
        )
    cards = [card_in_use(source) for source in sources]
    for card in cards:
        kind = card.coverage.year_kind
        if kind in _DATED_BY and not _DATED_BY[kind].search(subtitle.say("en")):
            raise InvalidPage(
                f"The subtitle does not say that years of {card.id} are {kind} years: "
                f"'{subtitle.say('en')}'.",
                where=where,
                next_step="Say it, for example 'families granted 2016\u20132020'.",
            )
    return cards


def _check_rows(rows: pd.DataFrame, where: str) -> None:
    if rows.empty:
        raise InvalidPage(
            "It has no rows.", where=where, next_step="Show it only where there is something."
        )


def _first_incomplete(cards: Sequence[Card]) -> int | None:
    """Return the first year that is still filling up in one of the sources."""
    limits = [card.coverage.complete_to for card in cards if card.coverage.complete_to is not None]
    return min(limits) + 1 if limits else None


def _last_year(rows: pd.DataFrame, *, windows_only: bool = False) -> int:
    """Return the newest year of a frame: of its column ``year``, and the ends of its periods."""
    years = [] if windows_only or "year" not in rows else list(rows["year"].dropna())
    for column in rows:
        if not pd.api.types.is_numeric_dtype(rows[column]):
            texts = {cell for cell in rows[column] if isinstance(cell, str)}
            years += [match.group(1) for match in map(_WINDOW.fullmatch, texts) if match]
    return max(map(int, years), default=0)


def _check_years(chart: Chart, cards: Sequence[Card], where: str) -> int | None:
    """Return from which year on the drawing has to be hatched; raise if the chart does not say so.

    Raises
    ------
    InvalidPage
        If years that are still filling up are plotted, and the chart names another first year.
    """
    first = _first_incomplete(cards)
    if first is None or "year" not in chart.plotted:
        return chart.incomplete_from
    if chart.plotted["year"].max() >= first and chart.incomplete_from != first:
        raise InvalidPage(
            f"Years from {first} on are incomplete in the source, and the chart does not mark "
            f"them (incomplete_from is {chart.incomplete_from}).",
            where=where,
            next_step=f"Draw it with incomplete_from={first}, or leave these years out.",
        )
    return chart.incomplete_from


def _check_windows(
    plotted: pd.DataFrame, cards: Sequence[Card], subtitle: Text, where: str
) -> None:
    """Raise if periods that are still filling up are drawn, which cannot be hatched, unsaid."""
    first = _first_incomplete(cards)
    if first is not None and _last_year(plotted, windows_only=True) >= first:
        _check_said(first, subtitle, where)


def _check_noted(rows: pd.DataFrame, cards: Sequence[Card], subtitle: Text, where: str) -> None:
    """Raise if a table holds years that are still filling up, and does not say so."""
    first = _first_incomplete(cards)
    if first is not None and _last_year(rows) >= first:
        _check_said(first, subtitle, where)


def _check_said(first: int, subtitle: Text, where: str) -> None:
    if not _INCOMPLETE.search(subtitle.say("en")):
        raise InvalidPage(
            f"Years from {first} on are incomplete in the source, and the subtitle does not say "
            f"so: '{subtitle.say('en')}'.",
            where=where,
            next_step=f"Say it, for example '{first} and later incomplete', or leave them out.",
        )


def _check_alt(alt: str, headline: str, subtitle: str, where: str) -> None:
    if not 40 <= len(alt) <= 300:
        raise InvalidPage(
            f"The alt text has {len(alt)} characters; 40 to 300 can be read aloud: '{alt}'",
            where=where,
            next_step="Say in one or two sentences what to understand from the figure.",
        )
    if _bare(alt) in (_bare(headline), _bare(subtitle)) or _LAZY.match(alt):
        raise InvalidPage(
            f"The alt text repeats the title or only says that there is a figure: '{alt}'",
            where=where,
            next_step="Say what a reader who cannot see the figure should understand from it.",
        )


def _bare(words: str) -> str:
    """Return words without what does not change what they say: case, full stop, spaces."""
    return " ".join(words.casefold().split()).rstrip(". ")


def _framed(
    kind: str, name: str, headline: Text, subtitle: Text, inside: str, language: Language
) -> str:
    """Return figure and captions around what is shown; `_footer` closes it."""
    return (
        f'<figure class="{kind}" id="{name}">\n{_caption(headline, subtitle, language)}\n'
        f'<div class="scroll" tabindex="0" role="region" '
        f'aria-label="{_escaped(headline, language)}">{inside}</div>\n'
    )


def _caption(headline: Text, subtitle: Text, language: Language) -> str:
    return (
        f'<p class="headline">{_marked(headline, language)}</p>\n'
        f'<p class="subtitle">{_marked(subtitle, language)}</p>'
    )


def _footer(name: str, cards: Sequence[Card], rows: pd.DataFrame, language: Language) -> str:
    """Return source and licence lines and the link to the numbers, and close the figure."""
    link = csv_link(rows, name, language)
    terms = terms_note(of_cards(cards), language)
    return f"<figcaption>{_sources(cards, language)}{terms} {link}</figcaption>\n</figure>"


def terms_note(verdict: Verdict, language: Language) -> str:
    """Return what may be done with an element, to stand behind its sources; nothing if all may."""
    if verdict.terms.free:
        return ""
    return f' <span class="terms">{_marked(verdict.sentence, language)}</span>'


def _sources(cards: Sequence[Card], language: Language) -> str:
    """Return the source lines; many of them are folded under the names of their producers."""
    lines = "; ".join(_marked(source_line(card), language) for card in cards)
    label = _marked(say("Source"), language)
    if len(cards) <= _SOURCES_OPEN:
        return f'<span class="source">{label}: {lines}</span>'
    producers = dict.fromkeys(short_name(card) for card in cards)
    summary = say(
        "{names} ({n} collections)", names=commas(map(verbatim, producers)), n=count(len(cards))
    )
    return (
        f'<details class="source"><summary>{label}: {_marked(summary, language)}</summary>\n'
        f"{lines}</details>"
    )


def _said(headline: Text, subtitle: Text, cards: Sequence[Card]) -> dict[str, Any]:
    return {
        "headline": _in_all(headline),
        "subtitle": _in_all(subtitle),
        "sources": [card.id for card in cards],
    }


def _in_all(text: Sayable) -> dict[str, str]:
    """Return the forms of a text by language."""
    return {language: text.say(language) for language in LANGUAGES}


def _escaped(text: Sayable, language: Language) -> str:
    """Return a text for an attribute."""
    return html.escape(text.say(language), quote=True)


def _marked(text: Sayable, language: Language) -> str:
    """Return a text as HTML; what has no translation is English, and marked as such.

    A translated sentence may hold a name that is not, so each part is marked by itself.
    """
    if isinstance(text, Text):
        template = html.escape(text.template_in(language), quote=True)
        words = {key: _marked(value, language) for key, value in text.values.items()}
        shown = template.format_map(words)
    elif isinstance(text, Listing):
        return text.joined([_marked(item, language) for item in text.items], language)
    else:
        shown = _escaped(text, language)
    known = not isinstance(text, Text | Phrase | Spelled) or text.translated(language)
    return shown if known else f'<span lang="{LANGUAGES[0]}">{shown}</span>'
