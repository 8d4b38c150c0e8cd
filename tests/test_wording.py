"""What templates say: sentences, dates and numbers in the form of a language."""

import pytest

from techdiplomacy.errors import InvalidPage
from techdiplomacy.texts import LANGUAGES, day
from techdiplomacy.wording import Wording


@pytest.mark.parametrize(
    ("language", "month"), [("en", "November 2026"), ("vi", "tháng 11 năm 2026")]
)
def test_dates_are_marked_up_as_far_as_they_go(language, month):
    wording = Wording(language)
    whole = day("2026-11-21").say(language)
    assert wording.date("2026-11-21") == f'<time datetime="2026-11-21">{whole}</time>'
    assert wording.date("2026-11") == f'<time datetime="2026-11">{month}</time>'
    assert wording.date("2026") == '<time datetime="2026">2026</time>'


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_after_a_date_are_escaped(language):
    said = Wording(language).date("2024 <sic>")
    assert said.startswith('<time datetime="2024">2024</time> ')
    assert "<sic>" not in said
    assert ('lang="en"' in said) is (language != "en")


def test_a_date_and_its_words_are_translated_together(translate):
    wording = Wording("vi")
    translate(
        {
            "2022 (second edition)": "2022 (ấn bản thứ hai)",
            "2026-11 and later": "2026-11 trở đi",
            "2020 and 2022": "hai năm 2020 và 2022",
        }
    )
    assert wording.date("2022 (second edition)") == (
        '<time datetime="2022">2022</time> (ấn bản thứ hai)'
    )
    assert wording.date("2026-11 and later") == (
        '<time datetime="2026-11">tháng 11 năm 2026</time> trở đi'
    )
    assert wording.date("2020 and 2022") == '<time datetime="2020">hai năm 2020 và 2022</time>'


def test_words_without_a_date_are_only_translated(translate):
    translate({"not stated": "không nêu"})
    assert Wording("vi").date("not stated") == "không nêu"


@pytest.mark.parametrize("written", ["2026-13", "2026-00", "2026-02-30", "2026-13 (edition)"])
def test_a_day_or_month_that_is_none_is_named(written):
    with pytest.raises(InvalidPage, match="no day or month of the calendar") as caught:
        Wording("en").date(written)
    assert written in caught.value.where


def test_a_sentence_without_translation_is_marked_as_english(translate):
    translate({"Rows: {n}": "Số dòng: {n}"})
    wording = Wording("vi")
    assert wording.sentence("Rows: {n}", n="<1") == "Số dòng: &lt;1"
    assert wording.sentence("Columns: {n}", n="<1") == '<span lang="en">Columns: &lt;1</span>'
    assert wording.words("unknown & odd") == '<span lang="en">unknown &amp; odd</span>'


def test_a_headline_number_shows_more_digits_where_it_would_look_the_same():
    wording = Wording("en")
    assert wording.headline(0.860791) == "0.861"
    assert wording.headline(0.860791, 0.860792) == "0.860791"
    assert wording.headline(127549.0) == "127,549"
    assert wording.headline(True) == "yes"
    assert wording.headline("MAR;DZA") == "<code>MAR;DZA</code>"
