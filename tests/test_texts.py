"""Sentences in several languages: forms of numbers and dates, places, catalogues."""

import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from techdiplomacy import texts
from techdiplomacy.errors import InvalidPage, InvalidParams
from techdiplomacy.paths import catalogue_file
from techdiplomacy.texts import (
    LANGUAGES,
    NOTHING,
    PLAIN_NUMBERS,
    Spelled,
    catalogue,
    commas,
    count,
    day,
    decimal,
    listing,
    percent,
    period,
    phrase,
    rounded,
    say,
    typed_numbers,
    verbatim,
    year,
)

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def translate(tiny_project):
    """Return a function that writes the Vietnamese catalogue of a small project."""

    def write(*pairs, text=""):
        path = catalogue_file("vi")
        path.parent.mkdir(parents=True, exist_ok=True)
        entries = "\n".join(f'msgid "{one}"\nmsgstr "{other}"\n' for one, other in pairs)
        path.write_text(HEADER + entries + text, encoding="utf-8")
        catalogue.cache_clear()

    catalogue.cache_clear()
    yield write
    catalogue.cache_clear()


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "english", "vietnamese"),
    [
        (count(0), "0", "0"),
        (count(1234567), "1,234,567", "1.234.567"),
        (count(-1200), "-1,200", "-1.200"),
        (count(np.int64(12)), "12", "12"),
        (count(np.float64(999.7)), "1,000", "1.000"),
        (decimal(1234.5), "1,234.50", "1.234,50"),
        (decimal(-0.001), "0.00", "0,00"),
        (decimal(-0.0), "0.00", "0,00"),
        (decimal(2.675, 1), "2.7", "2,7"),
        (percent(0.125, 1), "12.5%", "12,5%"),
        (percent(1), "100%", "100%"),
        (percent(12.5), "1,250%", "1.250%"),
        (percent(0.2, signed=True), "+20%", "+20%"),
        (percent(-0.2, signed=True), "-20%", "-20%"),
        (percent(0.001, signed=True), "0%", "0%"),
        (percent(-0.001, signed=True), "0%", "0%"),
        (percent(0, signed=True), "0%", "0%"),
        (year(2026), "2026", "2026"),
        (rounded(999.6), "1,000", "1.000"),
        (rounded(99.95), "100", "100"),
        (rounded(0.9996), "1.00", "1,00"),
        (rounded(0.0001234), "0.000123", "0,000123"),
        (rounded(-1234.6), "-1,230", "-1.230"),
        (rounded(1234567, 2), "1,200,000", "1.200.000"),
        (rounded(4, 1), "4", "4"),
        (period("2016-2020"), "2016\u20132020", "2016\u20132020"),
        (verbatim(7), "7", "7"),
    ],
)
def test_a_number_has_the_form_of_its_language(number, english, vietnamese):
    assert [number.say(language) for language in LANGUAGES] == [english, vietnamese]


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf, np.nan])
@pytest.mark.parametrize("form", [count, decimal, percent, rounded])
def test_what_is_no_number_is_a_dash(form, nothing):
    assert {form(nothing).say(language) for language in LANGUAGES} == {NOTHING}


def test_nothing_is_zero_at_any_number_of_digits():
    assert float(rounded(0).say("en")) == 0
    assert "-" not in rounded(-0.0).say("en")


@given(
    st.floats(min_value=1e-6, max_value=1e12),
    st.integers(min_value=1, max_value=6),
    st.sampled_from([1, -1]),
)
def test_a_rounded_number_keeps_its_significant_digits(size, digits, sign):
    value = sign * size
    said = rounded(value, digits).say("en")
    read = float(said.replace(",", ""))
    assert read == pytest.approx(float(f"{value:.{digits - 1}e}"), rel=1e-12)
    assert rounded(value, digits).say("vi") == said.translate(str.maketrans(",.", ".,"))


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_a_number_that_reads_as_zero_has_no_sign(value):
    for form in (count, decimal, percent):
        said = form(value).say("en")
        if not any(digit in said for digit in "123456789"):
            assert said[0] not in "+-"


# --- dates and lists --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_names_day_and_year(language):
    said = day("2026-11-21").say(language)
    assert "21" in said
    assert "2026" in said
    assert day("2026-01-02").say("en") != day("2026-02-01").say("en")


def test_a_day_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="day is out of range"):
        day("2026-02-30")


def test_names_stand_in_a_row_with_and():
    names = [verbatim(letter) for letter in "ABC"]
    assert listing([]).say("en") == ""
    assert listing(names[:1]).say("vi") == "A"
    assert listing(names[:2]).say("en") == "A and B"
    assert listing(names[:2]).say("vi") == "A và B"
    assert listing(names).say("vi") == "A, B và C"
    assert listing(names).say("en").replace(", and", " and") == "A, B and C"


def test_names_stand_in_a_row_with_commas_and_may_be_generated():
    names = commas(verbatim(letter) for letter in "AB")
    assert names.say("en") == names.say("en") == "A, B"


# --- sentences --------------------------------------------------------------------------------


def test_a_sentence_is_filled_in_each_language(translate):
    translate(
        ("{n} groups in {place}", "{n} nhóm ở {place}, tức {n}"),
        ("of {share}", "trong {share}"),
    )
    inner = say("of {share}", share=percent(0.5))
    place = Spelled({"en": "Vietnam", "vi": "Việt Nam"})
    sentence = say("{n} groups in {place}", n=count(1200), place=listing([place, inner]))
    assert sentence.say("en") == "1,200 groups in Vietnam and of 50%"
    assert sentence.say("vi") == "1.200 nhóm ở Việt Nam và trong 50%, tức 1.200"


def test_a_sentence_without_translation_stays_english_with_numbers_of_the_language(translate):
    translate(("another", "khác"))
    assert say("{n} groups", n=count(1200)).say("vi") == "1.200 groups"


def test_a_translation_with_a_broken_brace_is_named(translate):
    translate(("{n} groups", "{n} nhóm {"))
    with pytest.raises(InvalidParams, match="places in braces differ"):
        say("{n} groups", n=count(1)).say("vi")


def test_a_missing_number_of_pandas_is_a_dash():
    assert count(pd.NA).say("en") == year(float("nan")).say("vi") == "\u2013"


def test_an_empty_translation_is_none(translate):
    translate(("groups", ""))
    assert say("groups").say("vi") == "groups"


def test_words_of_a_card_are_translated_as_a_whole(translate):
    translate(("12 rows {left} out", "bỏ 12 dòng {left}"))
    assert phrase("12 rows\n  {left} out").say("vi") == "bỏ 12 dòng {left}"
    assert phrase("12 rows {left} out").say("en") == "12 rows {left} out"


def test_a_value_with_braces_is_left_alone():
    assert say("{x}", x=verbatim("{y}")).say("en") == "{y}"


@pytest.mark.parametrize(
    ("template", "values", "odd"),
    [("{n} of {m}", {"n": count(1)}, "m"), ("none", {"n": count(1)}, "n")],
)
def test_places_and_values_must_agree(template, values, odd):
    with pytest.raises(InvalidPage, match="Places and values do not agree") as error:
        say(template, **values)
    assert odd in error.value.what


@pytest.mark.parametrize("template", ["{}", "{n:d}", "{n!r}", "{", "{n} of }", "{n.real}"])
def test_braces_hold_plain_names_only(template):
    with pytest.raises(InvalidPage, match="Its braces cannot be read"):
        say(template, n=count(1))


def test_a_number_may_not_be_typed_into_a_sentence():
    with pytest.raises(InvalidPage, match=r"Numbers are typed into a sentence: 35, 3\.5"):
        say("By 2030, 35 of {n} grow by 3.5 or 1", n=count(100))
    with pytest.raises(InvalidPage, match="12"):
        say("{a} and 12{b}", a=count(1), b=count(1))


@pytest.mark.parametrize("value", [3, "three", None, 0.5])
def test_a_bare_value_is_refused(value):
    with pytest.raises(InvalidPage, match="n has no form in each language"):
        say("{n} groups", n=value)


# --- typed numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("", []),
        ("By 2030, 35 of 100 members of the EU27 (from 1 to 3.5)", ["35", "3.5"]),
        ("1,000 and 12.", ["1,000", "12"]),
        ("5% of CO2, 80%", ["5", "80"]),
        ("2016-2020, 1899, 2200", ["1899", "2200"]),
        ("-3 and +4", ["3", "4"]),
        ("3D printing, ISO3, k2, 5G", []),
        ("the 35th of 10x, 10m articles, 5bn", ["35th", "10x", "10m", "5bn"]),
        ("top-5, 1/3, \u00bd, 1\u00bd, A-7, .5", ["5", "1/3", "\u00bd", "1\u00bd", "7", "5"]),
        ("10\u2076 and 1st", ["10\u2076", "1st"]),
        ("ISCO-08, COVID-19, CO2, EU27-20", []),
        ("Covid-19, alpha-3", ["19", "3"]),
        ("in 2019/20, 2019/2020 and the 1990s", []),
        # what is written like a year is taken for one
        ("2000 patents, 1900 people", []),
        ("0, 1 and 100", []),
    ],
)
def test_numbers_typed_into_prose_are_found(prose, found):
    assert typed_numbers(prose) == found


@given(st.integers(min_value=0, max_value=10**9))
def test_a_whole_number_is_found_unless_it_is_a_year_or_plain(number):
    allowed = str(number) in PLAIN_NUMBERS or 1900 <= number < 2200
    assert typed_numbers(f"There are {number} groups.") == ([] if allowed else [str(number)])
    assert typed_numbers(f"There are {number:,}.") == (
        [] if allowed and number < 1000 else typed_numbers(f"{number:,}")
    )


@given(st.floats(min_value=0.001, max_value=1e6))
def test_a_decimal_is_always_found(number):
    written = f"{number:.3f}"
    assert typed_numbers(f"about {written}, or more") == [written]


@given(st.from_regex(r"[A-Za-z]{1,4}[0-9]{1,4}", fullmatch=True))
def test_digits_of_a_name_belong_to_it(name):
    assert typed_numbers(f"the {name} and {name}.") == []


@given(st.text())
def test_any_prose_can_be_read(prose):
    for number in typed_numbers(prose):
        assert number in prose
        assert number[0].isnumeric()


@given(st.text(alphabet="abc {}:!.[]0", max_size=12))
def test_a_template_is_accepted_only_if_it_can_be_said(template):
    try:
        sentence = say(template)
    except (InvalidPage, ValueError):
        assume(False)
    assert isinstance(sentence.say("en"), str)


# --- catalogues -------------------------------------------------------------------------------


def test_english_needs_no_catalogue():
    assert catalogue("en") == {}


def test_a_language_without_a_file_has_no_translations(translate):
    assert catalogue("vi") == {}


def test_a_catalogue_with_other_places_is_refused(translate):
    translate(("{n} groups", "{m} nhóm"))
    with pytest.raises(InvalidParams, match=r"places in braces differ: \{m\}, \{n\}") as error:
        catalogue("vi")
    assert error.value.where == "locale/vi/LC_MESSAGES/workbench.po, line 4"


@pytest.mark.parametrize(
    ("sentence", "translation", "fault"),
    [
        ("many groups", "35 nhóm", "numbers differ: 35"),
        ("35 groups", "nhiều nhóm", "numbers differ: 35"),
        ("12,345 of 0.5", "12.345 trong 0,5", ""),
        ("12 of 12", "12 trong số đó", ""),
        ("the half", "\u00bd", "numbers differ: \u00bd"),
        ("in July 2020", "tháng 7 năm 2020", ""),
        ("in July 2020", "tháng 8 năm 2020", "numbers differ: 8"),
        ("{n} groups", "{n} nhóm trong {n}", ""),
        ("a <b>firm</b> group", "nhóm <b>chắc</b>", ""),
        ("a firm group", "nhóm <b>chắc", "HTML tags differ: <b>"),
        ("a firm group", "nhóm <img src=x onerror=y", "HTML tags differ: <img src=x onerror=y"),
        ("a <b>firm</b> group", "nhóm chắc", "HTML tags differ: </b>, <b>"),
        ("fewer < more", "ít < nhiều", ""),
        ("see `a.csv`", "xem `b.csv`", "code in backticks differ: `a.csv`, `b.csv`"),
        ("[a](x.html)", "[b](y.html)", "link addresses differ: ](x.html), ](y.html)"),
    ],
)
def test_a_translation_holds_what_its_sentence_holds(translate, sentence, translation, fault):
    assert texts.faults(sentence, translation) == ([fault] if fault else [])
    translate((sentence, translation))
    if fault:
        with pytest.raises(InvalidParams) as error:
            catalogue("vi")
        assert fault in error.value.what
    else:
        assert catalogue("vi") == {sentence: translation}


def test_a_doubtful_translation_is_none(translate):
    translate(text='#, fuzzy\nmsgid "a"\nmsgstr "b 35"\n')
    assert catalogue("vi") == {}
    assert [entry.id for entry in texts.read_entries("vi")] == ["a"]


def test_the_catalogue_of_the_project_is_read_fast():
    taken = []
    for _ in range(3):
        catalogue.cache_clear()
        start = time.perf_counter()
        entries = len(catalogue("vi"))
        taken.append(time.perf_counter() - start)
    assert entries
    # seconds for a thousand messages
    assert min(taken) / entries * 1000 < 0.15


# --- what is translated -----------------------------------------------------------------------


def test_a_text_knows_whether_it_is_translated(translate):
    translate(("{n} groups", "{n} nhóm"), ("year", "năm"))
    assert say("{n} groups", n=count(1)).translated("vi")
    assert not say("no groups").translated("vi")
    assert say("no groups").translated("en")
    # nothing but places is alike in every language
    assert say("{a}: {b}", a=count(1), b=count(1)).translated("vi")
    assert phrase("year").translated("vi")
    assert not phrase("years").translated("vi")
    assert not Spelled({"en": "optics"}).translated("vi")
    assert Spelled({"en": "optics"}).say("vi") == "optics"


@pytest.mark.parametrize(
    "text",
    [
        "nonsense\n",
        'msgstr "b"\nmsgid\n',
        'msgid "a"\nmsgstr "b\n',
        'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n',
    ],
)
def test_a_broken_catalogue_is_refused(translate, text):
    translate(text=text)
    with pytest.raises(InvalidParams, match="cannot be read"):
        catalogue("vi")


def test_a_catalogue_that_is_no_text_is_refused(translate):
    translate()
    catalogue_file("vi").write_bytes(HEADER.encode() + b'msgid "\xff"\nmsgstr "\xfe"\n')
    with pytest.raises(InvalidParams, match="cannot be read"):
        catalogue("vi")


def test_a_catalogue_is_read_once(translate):
    translate(("a", "b"))
    assert catalogue("vi") is catalogue("vi") == {"a": "b"}
    assert texts.catalogue.cache_info().hits
