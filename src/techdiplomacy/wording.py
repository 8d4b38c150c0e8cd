"""What templates say in one language, as HTML: sentences, words of cards, dates, headline numbers.

Knows: jinja2, how a word without translation is marked. Must not know: which pages there are, what
they hold. May import: errors, texts, countries, vocabulary, changes.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from techdiplomacy import texts
from techdiplomacy.changes import Headline
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidPage
from techdiplomacy.texts import LANGUAGES, Language, Phrase, Text, catalogue, say
from techdiplomacy.vocabulary import YES_NO

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?![\d-])")


class Wording:
    """What templates say in one language; the result is HTML."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def sentence(self, template: str, /, **values: Any) -> Markup:
        """Return a sentence of a template; what is no HTML yet is escaped.

        A sentence without translation stays English and is marked as such.
        """
        from markupsafe import escape

        sayable = {name: texts.verbatim("") for name in values}
        say(template, **sayable)  # the rules of a sentence hold here too
        form = escape(catalogue(self.language).get(template) or template)
        said = form.format(
            **{
                name: value.say(self.language) if hasattr(value, "say") else value
                for name, value in values.items()
            }
        )
        return said if self._has(template) else _english(said)

    def words(self, value: Any) -> Markup:
        """Return words of a card, a list or a result in the language, escaped."""
        from markupsafe import escape

        if isinstance(value, Text):
            return self.sentence(value.template, **value.values)
        if isinstance(value, str):
            value = texts.phrase(value)
        if isinstance(value, Phrase) and value.words and not self._has(value.words):
            return _english(value.words)
        return escape(value.say(self.language))

    def spoken(self, forms: Mapping[str, str]) -> Markup:
        """Return what was said in several languages; a missing one is English, marked as such."""
        from markupsafe import escape

        if self.language in forms:
            return escape(forms[self.language])
        return _english(forms[LANGUAGES[0]])

    def date(self, written: str) -> Markup:
        """Return a date, month or year, and what follows it, as ``<time>`` in the language.

        Words around the date are looked up together with it, as the catalogues hold them.

        Raises
        ------
        InvalidPage
            If the date is none of the calendar.
        """
        from markupsafe import Markup, escape

        written = " ".join(written.split())
        match = _ISO.match(written)
        if match is None:
            return self.words(written)
        date, known = match[0], self._has(written)
        moment = self._moment(match)
        said = texts.phrase(written).say(self.language) if known else written
        marked = Markup('<time datetime="{}">{}</time>')
        if written == date:
            return marked.format(date, moment)
        if not said.startswith(date):  # the translation puts the date elsewhere
            return marked.format(date, said)
        rest = said[len(date) :]
        after = escape(rest) if known else Markup(" ") + _english(rest.strip())
        return marked.format(date, moment) + after

    def headline(self, value: Headline, other: Headline = None) -> Markup:
        """Return a headline number; with more digits, if it would look like the other one."""
        from markupsafe import Markup, escape

        if value is None:
            return escape(texts.NOTHING)
        if isinstance(value, bool):
            return self.words(YES_NO[value])
        if isinstance(value, str):
            return Markup("<code>{}</code>").format(value)
        if isinstance(value, int) or float(value).is_integer():
            return escape(texts.count(value).say(self.language))
        digits = 3
        if isinstance(other, int | float) and float(f"{value:.2e}") == float(f"{other:.2e}"):
            digits = 6
        return escape(texts.rounded(value, digits).say(self.language))

    def _has(self, english: str) -> bool:
        """Return whether the catalogues of the language hold a sentence or words."""
        return self.language == LANGUAGES[0] or english in catalogue(self.language)

    def _moment(self, match: re.Match[str]) -> str:
        """Return a day, month or year in the form of the language."""
        from babel.dates import format_skeleton

        year, month, day = match.groups()
        try:
            if day:
                return texts.day(match[0]).say(self.language)
            if month:
                first = datetime.date(int(year), int(month), 1)
                return str(format_skeleton("yMMMM", first, locale=self.language))
        except ValueError as error:
            raise InvalidPage(
                f"'{match[0]}' is no day or month of the calendar.",
                where=f"the date '{match.string}'",
                next_step="Write it like 2026-11-21 or 2026-11, where it comes from: a source "
                "card, the note of a source, or the record of a release.",
            ) from error
        return str(year)


def environment(wording: Wording, folder: Path) -> jinja2.Environment:
    """Return templates of a folder that speak the language of a wording."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    said: dict[str, Callable[..., Any]] = {
        "_": wording.sentence,
        "tr": wording.words,
        "spoken": wording.spoken,
        "date": wording.date,
        "headline": wording.headline,
        "country": load_countries().text,
        "count": texts.count,
        "percent": texts.percent,
        "percents": lambda shares: [texts.percent(share) for share in shares],
        "rounded": texts.rounded,
        "period": texts.period,
        "commas": texts.commas,
        "verbatim": texts.verbatim,
    }
    made.globals |= {**said, "language": wording.language}
    return made


def _english(words: Any) -> Markup:
    """Return words that are English on a page of another language, or HTML that is."""
    from markupsafe import Markup

    return Markup('<span lang="en">{}</span>').format(words)
