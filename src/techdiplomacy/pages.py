"""What a report page is made of: findings, figures and tables with their sources.

Knows: the rules of a page, and how an element looks in HTML. Must not know: any analysis.
May import: errors, cards, tables, plots.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from techdiplomacy import plots
from techdiplomacy.cards import load_card, source_line
from techdiplomacy.errors import InvalidPage

FINDINGS_TYPE = "application/vnd.techdiplomacy.findings+json"
MOST_WORDS = 120
_NAME = re.compile(r"^[a-z][a-z0-9-]*$")
_A_YEAR = re.compile(r"\b(19|20|21)\d\d\b")


@dataclass(frozen=True)
class Element:
    """A part of a page that JupyterLab and the site both show."""

    markup: str
    text: str
    payload: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {"text/html": self.markup, "text/plain": self.text, **self.payload}


@dataclass(frozen=True)
class Finding:
    """One sentence of the first screen and how sure it is."""

    sentence: str
    certainty: str


def findings(items: Sequence[Finding], *, data_to: str) -> Element:
    """Return the findings of a page, for its first screen.

    Parameters
    ----------
    items : sequence of Finding
        Three to five sentences filled from results, each with its certainty.
    data_to : str
        Newest data behind them, for example ``grant years to 2020``.

    Raises
    ------
    InvalidPage
        If there are not three to five, one has no number, or all together exceed 120 words.
    """
    where = "findings"
    if not 3 <= len(items) <= 5:
        raise InvalidPage(
            f"A page opens with three to five findings, this one has {len(items)}.",
            where=where,
            next_step="Merge or drop findings.",
        )
    words = sum(len(f"{item.sentence} {item.certainty}".split()) for item in items)
    if words > MOST_WORDS:
        raise InvalidPage(
            f"The findings have {words} words, at most {MOST_WORDS} are read.",
            where=where,
            next_step="Shorten the sentences.",
        )
    for item in items:
        if not re.search(r"\d", item.sentence + item.certainty):
            raise InvalidPage(
                f"A finding has no number: '{item.sentence}'",
                where=where,
                next_step="Say how much and how sure, from the results.",
            )
    rows = "\n".join(
        f"<li>{html.escape(item.sentence)} "
        f'<span class="certainty">{html.escape(item.certainty)}</span></li>'
        for item in items
    )
    markup = (
        f'<section class="findings" aria-label="Findings">\n<ul>\n{rows}\n</ul>\n'
        f'<p class="data-date">Data: {html.escape(data_to)}.</p>\n</section>'
    )
    payload = {
        FINDINGS_TYPE: {
            "data_to": data_to,
            "findings": [[item.sentence, item.certainty] for item in items],
        }
    }
    text = "\n".join(f"- {item.sentence} ({item.certainty})" for item in items)
    return Element(markup, text, payload)


def figure(
    drawing: Figure,
    *,
    name: str,
    headline: str,
    subtitle: str,
    alt: str,
    sources: Sequence[str],
    plotted: pd.DataFrame,
) -> Element:
    """Return a figure with headline, subtitle, alt text, source line and the plotted numbers.

    Parameters
    ----------
    drawing : Figure
        What is drawn.
    name : str
        Short name, in lower case with hyphens; ids and the file name of the data come from it.
    headline : str
        What the figure says.
    subtitle : str
        Measure, place and period; it holds a year.
    alt : str
        What to understand from the figure, 40 to 300 characters.
    sources : sequence of str
        Ids of the source cards behind it.
    plotted : DataFrame
        Exactly the numbers drawn.

    Raises
    ------
    InvalidPage
        If one of these is missing or does not keep to its rule.
    """
    where = f"figure '{name}'"
    _require_name(name)
    _require_caption(headline, subtitle, where)
    if not 40 <= len(alt.strip()) <= 300:
        raise InvalidPage(
            f"The alt text has {len(alt.strip())} characters; 40 to 300 can be read aloud.",
            where=where,
            next_step="Say in one or two sentences what to understand from the figure.",
        )
    if alt.strip() in (headline.strip(), subtitle.strip()):
        raise InvalidPage(
            "The alt text repeats the title.",
            where=where,
            next_step="Say what a reader who cannot see the figure should understand from it.",
        )
    svg = plots.to_svg(drawing, name).replace(
        "<svg", f'<svg role="img" aria-label="{html.escape(alt, quote=True)}"', 1
    )
    markup = (
        f'<figure class="chart" id="{name}">\n{_caption(headline, subtitle)}\n'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(headline)}">'
        f"{svg}</div>\n"
        f"<figcaption>{_footer(name, sources, plotted, where)}</figcaption>\n</figure>"
    )
    return Element(markup, f"[figure {name}] {headline}. {alt}")


def table(
    rows: pd.DataFrame,
    *,
    name: str,
    headline: str,
    subtitle: str,
    sources: Sequence[str],
    formats: Mapping[str, Callable[[Any], str] | str] | None = None,
    wide: bool = False,
    if_empty: str = "",
) -> Element:
    """Return a table with headline, subtitle, source line and its numbers as CSV.

    Parameters
    ----------
    rows : DataFrame
        What is shown, columns named as they are read; the index is left out.
    name, headline, subtitle, sources
        As for ``figure``.
    formats : mapping, optional
        For each column a function, or a format such as ``",.0f"``; a missing value is shown
        as a dash.
    wide : bool
        Whether the table may scroll sideways on a small screen.
    if_empty : str
        What is said in place of a table without rows; without it such a table is an error.
    """
    where = f"table '{name}'"
    _require_name(name)
    _require_caption(headline, subtitle, where)
    if rows.empty and if_empty:
        markup = (
            f'<figure class="table" id="{name}">\n{_caption(headline, subtitle)}\n'
            f"<p>{html.escape(if_empty)}</p>\n</figure>"
        )
        return Element(markup, f"[table {name}] {if_empty}")
    formats = formats or {}
    unknown = [column for column in formats if column not in rows.columns]
    if unknown:
        raise InvalidPage(
            f"Formats are given for columns that the table does not have: {unknown}.",
            where=where,
            next_step="Name the columns as they stand in the table.",
        )
    numeric = {
        column: isinstance(formats.get(column), str)
        or (column not in formats and pd.api.types.is_numeric_dtype(rows[column]))
        for column in rows.columns
    }
    head = "".join(
        f'<th scope="col"{_number_class(numeric[column])}>{html.escape(str(column))}</th>'
        for column in rows.columns
    )
    body = "\n".join(
        "<tr>"
        + "".join(
            f"<td{_number_class(numeric[column])}>"
            f"{html.escape(_shown(value, formats.get(column)))}</td>"
            for column, value in zip(rows.columns, values, strict=True)
        )
        + "</tr>"
        for values in rows.itertuples(index=False, name=None)
    )
    markup = (
        f'<figure class="table{" wide" if wide else ""}" id="{name}">\n'
        f"{_caption(headline, subtitle)}\n"
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(headline)}">'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>\n"
        f"<figcaption>{_footer(name, sources, rows, where)}</figcaption>\n</figure>"
    )
    return Element(markup, f"[table {name}] {headline}")


def rounded(value: float, digits: int = 3) -> str:
    """Return a number for a sentence, at a few significant digits, thousands separated.

    Examples
    --------
    >>> rounded(140779.3), rounded(0.28629), rounded(69133000)
    ('141,000', '0.286', '69,100,000')
    """
    number = float(f"{value:.{digits - 1}e}")
    return f"{number:,.0f}" if abs(number) >= 10 ** (digits - 1) else f"{number:,.{digits}g}"


def csv_link(rows: pd.DataFrame, name: str) -> str:
    """Return a link that carries a table as CSV inside the page.

    The file opens in a spreadsheet as it is; a text that a spreadsheet would take for a formula
    is quoted.

    Examples
    --------
    >>> csv_link(pd.DataFrame({"a": [1]}), "one")[:35]
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
    return (
        f'<a class="csv" download="{name}.csv" href="data:text/csv;charset=utf-8;base64,'
        f'{content}">Data (CSV, {size} kB)</a>'
    )


def _not_a_formula(cell: Any) -> Any:
    """Return a cell with a quote before it, if a spreadsheet would calculate it."""
    formula = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if formula else cell


def _require_name(name: str) -> None:
    if not _NAME.match(name):
        raise InvalidPage(
            f"'{name}' cannot be the name of an element.",
            where="figure or table",
            next_step="Use lower-case letters, digits and hyphens.",
        )


def _require_caption(headline: str, subtitle: str, where: str) -> None:
    if len(headline.strip()) < 10:
        raise InvalidPage(
            f"The headline is '{headline}'.",
            where=where,
            next_step="Say in a sentence what the element shows.",
        )
    if not _A_YEAR.search(subtitle):
        raise InvalidPage(
            f"The subtitle names no year: '{subtitle}'.",
            where=where,
            next_step="Give measure, place and period.",
        )


def _caption(headline: str, subtitle: str) -> str:
    return (
        f'<p class="headline">{html.escape(headline)}</p>\n'
        f'<p class="subtitle">{html.escape(subtitle)}</p>'
    )


def _footer(name: str, sources: Sequence[str], rows: pd.DataFrame, where: str) -> str:
    """Return source and licence line, and the link to the numbers."""
    if not sources:
        raise InvalidPage(
            "No source is named.", where=where, next_step="Name the ids of the source cards."
        )
    if rows.empty:
        raise InvalidPage(
            "It has no rows.", where=where, next_step="Show it only where there is something."
        )
    line = html.escape(source_line([load_card(source) for source in sources]))
    return f'<span class="source">Source: {line}</span> {csv_link(rows, name)}'


def _number_class(numeric: bool) -> str:
    return ' class="number"' if numeric else ""


def _shown(value: Any, style: Callable[[Any], str] | str | None) -> str:
    """Return a cell as it is read; a missing one as a dash."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return "\u2013"
    if callable(style):
        return style(value)
    if isinstance(style, str):
        return format(value, style)
    return f"{value:g}" if isinstance(value, float) else str(value)
