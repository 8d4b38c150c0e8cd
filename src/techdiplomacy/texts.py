"""Sentences that are said in several languages, with numbers, names and dates in the right form.

Knows: message catalogues (gettext), number and date forms (CLDR through babel), the rule that a
number in prose comes from results. Must not know: which sentences there are.
May import: errors, paths.
"""

from __future__ import annotations

import datetime
import io
import math
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, Protocol

from techdiplomacy.errors import InvalidPage, InvalidParams
from techdiplomacy.paths import catalogue_file

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

Language = Literal["en", "vi"]
# the language in which sentences are written, and those into which catalogues translate them
LANGUAGES: tuple[Language, ...] = ("en", "vi")
NOTHING = "\u2013"

# spelling, dates and lists of Britain
_LOCALES: dict[Language, str] = {"en": "en_GB", "vi": "vi"}
# the long form of a day, where that of the CLDR is not the one of official texts
_DAYS: dict[Language, str] = {"vi": "'ngày' d 'tháng' M 'năm' y"}
_VULGAR = "\u00bc-\u00be\u2150-\u215e\u2189"
# a number with its unit or ordinal ending; digits after a letter (EU27, CO2) belong to the name,
# as do those after a hyphen if the name is in capitals, two or more (ISCO-08)
_NUMBER = re.compile(
    rf"(?<!\w)(?:(?P<name>[A-Z][A-Z0-9]+)-)?"
    rf"(?P<number>\d(?:[\d.,]*(?:/\d+)?)?\w*[{_VULGAR}]?)|[{_VULGAR}]"
)
# a year, alone, as a decade or as a financial year (2019/20)
_YEAR = re.compile(r"(19|20|21)\d\d(s|/(\d\d)?\d\d)?")
# words that open with a digit: three dimensions, a generation of mobile networks
_WORD = re.compile(r"[2-6][DG]")
# the unit of a ratio, the origin of an axis, the base of an index
PLAIN_NUMBERS = frozenset({"0", "1", "100"})
# a line of a catalogue: a comment, or a text in quotation marks
_LINE = re.compile(r'(#.*)?|((msgid|msgstr) )?"([^"\\]|\\.)*"')
# what a translation shares with its sentence, letter by letter
_SHARED = {
    "code in backticks": re.compile(r"`[^`]+`"),
    "link addresses": re.compile(r"\]\(([^)]+)\)|https?://[^\s)>]+"),
    "HTML tags": re.compile(r"<[/!?A-Za-z][^>]*>?"),
}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)


class Sayable(Protocol):
    """What can stand in a sentence: it has a form in every language."""

    def say(self, language: Language) -> str:
        """Return the form in a language."""


@dataclass(frozen=True)
class Text:
    """A sentence or phrase with places to be filled; made by `say`."""

    template: str
    values: Mapping[str, Sayable] = field(default_factory=dict)

    def say(self, language: Language) -> str:
        """Return the sentence in a language; without translation, as it was written."""
        words = {key: value.say(language) for key, value in self.values.items()}
        return self.template_in(language).format_map(words)

    def template_in(self, language: Language) -> str:
        """Return the sentence with its places in a language; without translation, in English."""
        return catalogue(language).get(self.template) or self.template

    def translated(self, language: Language) -> bool:
        """Return whether the sentence itself has a form in a language; its values may lack one."""
        if language == LANGUAGES[0] or self.template in catalogue(language):
            return True
        # places and punctuation alone are alike in every language
        return not re.search(r"[^\W\d_]", re.sub(r"\{\w+\}", "", self.template))


def say(template: str, **values: Sayable) -> Text:
    """Return a sentence whose numbers and names are filled in, in any language.

    Parameters
    ----------
    template : str
        The English sentence, a constant with places in braces: it is the key of the catalogues.
    **values : Sayable
        What fills the places: `count`, `percent`, `year`, a name, another sentence.

    Raises
    ------
    InvalidPage
        If a place has no value or a value no place, or if a number is typed into the sentence:
        numbers come from results. Years, and 0, 1 and 100, may be typed.

    Notes
    -----
    What looks like a year passes as one: '2000 patents' is not found, so say
    ``{n} patents`` as for every other number.

    Examples
    --------
    >>> say("{share} of {n} groups are firm", share=percent(0.5), n=count(1200)).say("en")
    '50% of 1,200 groups are firm'
    """
    where = f"the sentence '{template}'"
    try:
        places = _places(template)
    except ValueError as error:
        raise InvalidPage(
            f"Its braces cannot be read: {error}.",
            where=where,
            next_step="Write a place as {name}, without a format: the value knows its form.",
        ) from error
    if places != set(values):
        odd = ", ".join(sorted(places ^ set(values)))
        raise InvalidPage(
            f"Places and values do not agree: {odd}.",
            where=where,
            next_step="Give one value for each name in braces.",
        )
    typed = typed_numbers(re.sub(r"\{\w+\}", " ", template))
    if typed:
        raise InvalidPage(
            f"Numbers are typed into a sentence: {', '.join(typed)}.",
            where=where,
            next_step="Fill them from results: say('{n} groups', n=count(number)).",
        )
    unsayable = [name for name, value in values.items() if not hasattr(value, "say")]
    if unsayable:
        raise InvalidPage(
            f"{', '.join(unsayable)} has no form in each language.",
            where=where,
            next_step="Wrap it: count, decimal, percent, year, period, day, listing, verbatim.",
        )
    return Text(template, values)


def typed_numbers(prose: str) -> list[str]:
    """Return the numbers in a piece of prose that are neither years nor 0, 1 or 100.

    Fractions, ordinals and numbers with a unit count as well. Whatever is written like a year
    from 1900 to 2199 is taken for one, even in '2000 patents'.

    Examples
    --------
    >>> typed_numbers("By 2030, 35 of 100 members of the EU27 (from 1 to 3.5)")
    ['35', '3.5']
    >>> typed_numbers("the 35th, 10x, 5bn, top-5, 1/3; 3D, the 1990s, ISCO-08")
    ['35th', '10x', '5bn', '5', '1/3']
    """
    found = [
        match.group("number") or match.group()
        for match in _NUMBER.finditer(prose)
        if match.group("name") is None
    ]
    words = [word.rstrip(".,") for word in found]
    return [
        word
        for word in words
        if word not in PLAIN_NUMBERS and not _YEAR.fullmatch(word) and not _WORD.fullmatch(word)
    ]


@lru_cache
def catalogue(language: Language) -> dict[str, str]:
    """Return the translations into a language by English sentence; empty for English.

    Raises
    ------
    InvalidParams
        If the catalogue cannot be read, or a translation has other places, numbers, tags, code
        or link addresses than its sentence.
    """
    if language == LANGUAGES[0]:
        return {}
    # a fuzzy entry is a guess that nobody has confirmed
    entries = [entry for entry in read_entries(language) if entry.string and not entry.fuzzy]
    translations = {str(entry.id): str(entry.string) for entry in entries}
    for entry in entries:
        sentence, translation = str(entry.id), str(entry.string)
        told = faults(sentence, translation)
        if told:
            raise InvalidParams(
                f"'{translation}' does not hold what '{sentence}' holds: {'; '.join(told)}.",
                where=f"{catalogue_name(language)}, line {entry.lineno}",
                next_step="Keep names in braces, numbers, tags, code and addresses as they are.",
            )
    return translations


def catalogue_name(language: str) -> str:
    """Return how a catalogue is named to people: its path inside the project folder."""
    return f"locale/{language}/LC_MESSAGES/{catalogue_file(language).name}"


def read_entries(language: str) -> list[Message]:
    """Return the entries of a catalogue without its header; none, if there is no file.

    Raises
    ------
    InvalidParams
        If the file is no catalogue, a line lacks a quotation mark, or a sentence stands twice.
    """
    return [entry for entry in read_catalogue(language) if entry.id]


def read_catalogue(language: str) -> Catalog:
    """Return the catalogue of a language as it is written; empty if there is none yet.

    Raises
    ------
    InvalidParams
        As `read_entries`.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import PoFileError, read_po

    path = catalogue_file(language)
    if not path.is_file():
        return Catalog()
    try:
        text = path.read_bytes().decode()
        # babel cuts a line that lacks a quotation mark, and takes the first of two entries
        for number, line in enumerate(text.splitlines(), start=1):
            if not _LINE.fullmatch(line.strip()):
                raise ValueError(f"line {number} is no comment and no text in quotation marks")
        read = read_po(io.BytesIO(text.encode()), abort_invalid=True)
        # the header is one of the entries written, and none of those counted
        if len(read) < len(re.findall(r"(?m)^msgid ", text)) - 1:
            raise ValueError("a sentence stands twice")
    except (PoFileError, ValueError) as error:
        raise InvalidParams(
            f"The catalogue cannot be read: {error}.",
            where=catalogue_name(language),
            next_step="Mend the line named above, or restore the file with git checkout.",
        ) from error
    return read


def faults(sentence: str, translation: str) -> list[str]:
    """Return what a translation has lost or added that both languages must share.

    Examples
    --------
    >>> faults("{n} of 12 in `data/`", "12 ở `data/`")
    ['places in braces differ: {n}']
    >>> faults("In July 12,345 were counted", "Tháng 7 có 12.345 trong 99")
    ['numbers differ: 99']
    """
    told = []
    odd = _odd_places(sentence, translation)
    if odd:
        told.append(f"places in braces differ: {', '.join(odd)}")
    for name, pattern in _SHARED.items():
        ours, theirs = (
            sorted(match.group() for match in pattern.finditer(text))
            for text in (sentence, translation)
        )
        if ours != theirs:
            several = sorted(set(ours) ^ set(theirs)) or sorted(set(ours))
            told.append(f"{name} differ: {', '.join(several)}")
    differing = _numbers(sentence) ^ _numbers(_without_months(sentence, translation))
    if differing:
        told.append(f"numbers differ: {', '.join(sorted(differing))}")
    return told


def _numbers(text: str) -> set[str]:
    """Return the numbers of a text without separators, which differ from language to language."""
    words = re.findall(rf"\d[\d.,]*|[{_VULGAR}]", re.sub(r"\{\w*\}", " ", text))
    return {re.sub(r"[.,]", "", word) for word in words}


def _without_months(sentence: str, translation: str) -> str:
    """Return a translation without months in figures that its sentence names in words."""
    if "tháng" not in translation.lower():
        return translation
    named = {
        str(number)
        for number, month in enumerate(_MONTHS, start=1)
        if re.search(rf"\b{month}\b", sentence, re.IGNORECASE)
    }
    return re.sub(
        r"(?i)\btháng (\d\d?)\b",
        lambda match: "" if match.group(1).lstrip("0") in named else match.group(),
        translation,
    )


def _places(template: str) -> set[str]:
    """Return the names in braces; ValueError for anything else in braces."""
    names = set()
    for _, name, form, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"'{name}' is not a plain name")
        names.add(name)
    return names


def _odd_places(sentence: str, translation: str) -> list[str]:
    """Return the names in braces that one text has and the other has not.

    Words of a card or of prose may hold braces that are no places; then both must be alike.
    """
    try:
        wanted = _places(sentence)
    except ValueError:
        ours, theirs = (
            sorted(re.findall(r"[{}]", sentence)),
            sorted(re.findall(r"[{}]", translation)),
        )
        return [] if ours == theirs else sorted({*ours, *theirs})
    try:
        return [f"{{{name}}}" for name in sorted(wanted ^ _places(translation))]
    except ValueError as error:
        return [str(error)]


@dataclass(frozen=True)
class Phrase:
    """Words that a card or a declaration holds; the catalogues translate them as a whole."""

    words: str

    def say(self, language: Language) -> str:
        """Return the translation, or the words as they are."""
        return catalogue(language).get(self.words) or self.words

    def translated(self, language: Language) -> bool:
        """Return whether the words have a form in a language."""
        return not self.words or language == LANGUAGES[0] or self.words in catalogue(language)


def phrase(words: str) -> Phrase:
    """Return words of a card or a declaration, which the catalogues translate as a whole.

    Examples
    --------
    >>> phrase("year of award").say("en")
    'year of award'
    """
    return Phrase(" ".join(words.split()))


@dataclass(frozen=True)
class Spelled:
    """A name that is written differently in each language, such as a country's.

    It has an English form; in a language without a form of its own it is said in English.
    """

    forms: Mapping[str, str]

    def say(self, language: Language) -> str:
        """Return the name in a language."""
        return self.forms.get(language) or self.forms[LANGUAGES[0]]

    def translated(self, language: Language) -> bool:
        """Return whether the name has a form in a language."""
        return bool(self.forms.get(language))


@dataclass(frozen=True)
class Verbatim:
    """Something written alike in every language: a code, a title, an abbreviation."""

    words: str

    def say(self, language: Language) -> str:
        """Return the words."""
        return self.words


def verbatim(words: object) -> Verbatim:
    """Return something that is written alike in every language: a code, a name of a work."""
    return Verbatim(str(words))


@dataclass(frozen=True)
class Number:
    """A number with its form: decimal places or significant digits, share or plain."""

    value: float
    places: int = 0
    digits: int = 0
    share: bool = False
    signed: bool = False
    grouped: bool = True

    def say(self, language: Language) -> str:
        """Return the number in the form of the language; a dash, if there is none."""
        try:
            value = float(self.value)
        except TypeError:  # None, or the missing value of pandas
            return NOTHING
        if not math.isfinite(value):
            return NOTHING
        from babel.numbers import format_decimal, format_percent

        places = self.places
        if self.digits:
            value = float(f"{value:.{self.digits - 1}e}")
            magnitude = math.floor(math.log10(abs(value))) if value else self.digits
            places = max(0, self.digits - 1 - magnitude)
        plain = "#,##0" if self.grouped else "0"
        pattern = plain + ("." + "0" * places if places else "")
        if self.share:
            shown = format_percent(value, format=pattern + "%", locale=_LOCALES[language])
        else:
            shown = format_decimal(value, format=pattern, locale=_LOCALES[language])
        if re.fullmatch(r"-[0.,]+%?", shown):
            shown = shown[1:]  # a rounded nothing has no sign
        return f"+{shown}" if self.signed and value > 0 and re.search(r"[1-9]", shown) else shown


def count(number: float) -> Number:
    """Return a whole number, thousands separated.

    Examples
    --------
    >>> count(12345).say("en"), count(12345).say("vi")
    ('12,345', '12.345')
    """
    return Number(number)


def decimal(number: float, places: int = 2) -> Number:
    """Return a number with fixed decimal places.

    Examples
    --------
    >>> decimal(1.5).say("en"), decimal(1.5).say("vi")
    ('1.50', '1,50')
    """
    return Number(number, places=places)


def rounded(number: float, digits: int = 3) -> Number:
    """Return a number at a few significant digits, for a sentence.

    Examples
    --------
    >>> rounded(140779.3).say("en"), rounded(0.28629).say("vi"), rounded(69133000).say("en")
    ('141,000', '0,286', '69,100,000')
    """
    return Number(number, digits=digits)


def percent(share: float, places: int = 0, *, signed: bool = False) -> Number:
    """Return a share as a percentage.

    Examples
    --------
    >>> percent(0.125, 1).say("en"), percent(0.125, 1).say("vi"), percent(.2, signed=True).say("en")
    ('12.5%', '12,5%', '+20%')
    """
    return Number(share, places=places, share=True, signed=signed)


def year(number: int) -> Number:
    """Return a year, written without separators."""
    return Number(number, grouped=False)


def period(window: str) -> Verbatim:
    """Return a period of years such as ``2016-2020``, written with a dash.

    Examples
    --------
    >>> period("2016-2020").say("vi")
    '2016\u20132020'
    """
    return Verbatim(window.replace("-", NOTHING))


@dataclass(frozen=True)
class Day:
    """A day of the calendar."""

    date: datetime.date

    def say(self, language: Language) -> str:
        """Return the day in the long form of the language."""
        from babel.dates import format_date

        pattern = _DAYS.get(language, "long")
        return format_date(self.date, format=pattern, locale=_LOCALES[language])


def day(iso: str) -> Day:
    """Return a day written as ``2026-11-21``.

    Examples
    --------
    >>> day("2026-11-21").say("en"), day("2026-11-21").say("vi")
    ('21 November 2026', 'ngày 21 tháng 11 năm 2026')
    """
    return Day(datetime.date.fromisoformat(iso))


@dataclass(frozen=True)
class Listing:
    """Several names in a row."""

    items: tuple[Sayable, ...]
    style: str

    def say(self, language: Language) -> str:
        """Return the names as a list in words."""
        return self.joined([item.say(language) for item in self.items], language)

    def joined(self, words: Sequence[str], language: Language) -> str:
        """Return the names, said already, as a list in words."""
        if self.style == "comma":
            return ", ".join(words)
        from babel.lists import format_list

        return format_list(words, style="standard", locale=_LOCALES[language])


def listing(items: Iterable[Sayable]) -> Listing:
    """Return names as a list in words, the last two joined by 'and'.

    Examples
    --------
    >>> three = listing([verbatim("A"), verbatim("B"), verbatim("C")])
    >>> three.say("en"), three.say("vi")
    ('A, B and C', 'A, B và C')
    """
    return Listing(tuple(items), "and")


def commas(items: Iterable[Sayable]) -> Listing:
    """Return names with commas between them."""
    return Listing(tuple(items), "comma")
