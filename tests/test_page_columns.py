"""Columns of a page: each kind reads its cells, and no estimate stands without its interval."""

import numpy as np
import pandas as pd
import pytest

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidPage, UnknownCountry
from techdiplomacy.texts import count, decimal, percent, say, year

HEADING = say("heading")
LOW_HIGH = cells.Interval("low", "high", percent(0.9))
WIDE = cells.Interval("low_95", "high_95", percent(0.95))
ROWS = pd.DataFrame(
    {
        "value": [1.0, 2.0, np.nan],
        "low": [0.5, 1.5, np.nan],
        "high": [1.5, 2.5, np.nan],
        "low_95": [0.1, 1.1, np.nan],
        "high_95": [1.9, 2.9, np.nan],
    }
)


def estimated(*intervals, **more):
    return cells.estimate("value", HEADING, decimal, *(intervals or (LOW_HIGH,)), **more)


def check(rows, *columns):
    cells.check_columns(rows, columns, where="table 'one'")


def both(column, value):
    return column.read(value).say("en"), column.read(value).say("vi")


class TestReading:
    @pytest.mark.parametrize("make", [cells.observed, cells.statistic])
    def test_figures_are_numbers_in_the_form_of_the_language(self, make):
        column = make("value", HEADING, decimal)
        assert column.numeric
        assert both(column, 1234.5) == ("1,234.50", "1.234,50")
        assert both(make("value", HEADING, count), 1234.5) == ("1,234", "1.234")
        assert both(make("value", HEADING, year), 2020) == ("2020", "2020")

    @pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
    @pytest.mark.parametrize(
        "column",
        [
            cells.observed("of", HEADING, count),
            cells.words("of", HEADING, {"a": say("A")}),
            cells.texts("of", HEADING),
            cells.said("of", HEADING, lambda code: say("{c}", c=code)),
        ],
    )
    def test_what_is_missing_is_a_dash(self, column, missing):
        assert both(column, missing) == ("–", "–")

    def test_codes_are_said_in_words(self, translate):
        translate({"firm": "chắc chắn"})
        column = cells.words("label", HEADING, {"f": say("firm")})
        assert both(column, "f") == ("firm", "chắc chắn")
        assert not column.numeric

    @pytest.mark.parametrize("vocabulary", [{"f": say("firm")}, {1: say("one")}])
    def test_a_code_without_words_is_refused(self, vocabulary):
        column = cells.words("label", HEADING, vocabulary)
        with pytest.raises(InvalidPage, match="'loose' of column 'label' has no words") as caught:
            column.read("loose")
        assert str(next(iter(vocabulary))) in caught.value.next_step

    def test_sentences_stand_as_they_are(self, translate):
        translate({"{n} fields": "{n} lĩnh vực"})
        column = cells.texts("note", HEADING)
        assert both(column, say("{n} fields", n=count(1200))) == ("1,200 fields", "1.200 lĩnh vực")

    def test_a_function_puts_codes_into_words(self):
        column = cells.said("code", HEADING, lambda code: percent(code / 100))
        assert both(column, 12) == ("12%", "12%")
        assert not column.numeric

    def test_labels_come_from_the_list_and_unknown_ones_stay_english(self, tiny_project):
        column = cells.label("field", HEADING)
        assert both(column, "optics") == ("optics", "quang học")
        assert both(column, "alchemy") == ("alchemy", "alchemy")

    def test_countries_are_named(self):
        names = load_countries()
        assert both(cells.country("of", HEADING, names), "JPN") == ("Japan", "Nhật Bản")
        several = cells.countries("of", HEADING, names)
        assert both(several, "VNM;JPN") == ("Vietnam, Japan", "Việt Nam, Nhật Bản")
        assert both(several, "JPN") == ("Japan", "Nhật Bản")

    @pytest.mark.parametrize("make", [cells.country, cells.countries])
    def test_an_unknown_country_is_refused(self, make):
        with pytest.raises(UnknownCountry, match="'ZZZ'"):
            make("of", HEADING, load_countries()).read("ZZZ").say("en")


class TestEstimates:
    def test_one_without_an_interval_is_refused(self):
        with pytest.raises(InvalidPage, match="estimate 'value' has no interval"):
            cells.estimate("value", HEADING, decimal)

    def test_one_without_an_interval_cannot_be_excused(self):
        with pytest.raises(InvalidPage, match="estimate 'value' has no interval"):
            cells.estimate("value", HEADING, decimal, without=say("none"))

    def test_the_ends_stand_beside_it_with_their_level_in_both_languages(self, translate):
        translate({"{level} low": "{level} dưới", "{level} high": "{level} trên"})
        flat = cells.flatten((estimated(LOW_HIGH, WIDE), cells.observed("n", say("n"), count)))
        assert [column.of for column in flat] == [
            *("value", "low", "high", "low_95", "high_95", "n"),
        ]
        assert [column.heading.say("en") for column in flat] == [
            *("heading", "90% low", "90% high", "95% low", "95% high", "n"),
        ]
        assert flat[1].heading.say("vi") == "90% dưới"
        assert flat[2].heading.say("vi") == "90% trên"
        assert all(column.numeric for column in flat)
        assert both(flat[1], 0.5) == ("0.50", "0,50")

    def test_complete_ones_pass_and_a_missing_estimate_needs_no_ends(self):
        check(ROWS, estimated(), estimated(LOW_HIGH, WIDE))

    @pytest.mark.parametrize("end", ["low", "high", "low_95", "high_95"])
    def test_a_missing_end_is_refused_with_its_row(self, end):
        rows = ROWS.copy()
        rows.loc[1, end] = np.nan
        with pytest.raises(
            InvalidPage, match="1 estimates of 'value' have no interval, the first in row 2"
        ) as caught:
            check(rows, estimated(LOW_HIGH, WIDE))
        assert caught.value.where == "table 'one'"

    def test_a_reason_excuses_a_missing_end_and_stands_in_its_place(self, translate):
        translate({"no interval": "không có khoảng"})
        excused = estimated(without=say("no interval"))
        check(ROWS.assign(low=np.nan, high=np.nan), excused)
        value, low, high = cells.flatten((excused,))
        for end in (low, high):
            assert both(end, np.nan) == ("no interval", "không có khoảng")
            assert both(end, 0.5) == ("0.50", "0,50")
        # the estimate itself is not an end
        assert both(value, np.nan) == ("–", "–")


class TestFrames:
    @pytest.mark.parametrize("gone", ["value", "low", "high"])
    def test_an_unknown_column_is_named_with_those_there_are(self, gone):
        with pytest.raises(InvalidPage, match=f"has no column {gone}") as caught:
            check(ROWS.drop(columns=gone), estimated())
        assert "high_95" in caught.value.next_step

    def test_every_unknown_column_is_named(self):
        unknown = cells.observed("a", HEADING, count), cells.texts("b", HEADING)
        with pytest.raises(InvalidPage, match="has no column a, b"):
            check(ROWS, *unknown)

    def test_observed_figures_need_no_interval(self):
        check(ROWS[["value"]], cells.observed("value", HEADING, decimal))


@pytest.mark.parametrize(
    "changes",
    [{"low": [0.5, np.nan, np.nan]}, {"low": [1.2, 1.5, np.nan]}, {"high": [0.9, 2.5, np.nan]}],
    ids=["one end", "low above", "high below"],
)
def test_an_interval_has_two_ends_and_holds_its_estimate(changes):
    column = estimated(without=say("no interval"))
    check(ROWS, column)
    with pytest.raises(InvalidPage, match="1 intervals of 'value' have one end or do not hold"):
        check(ROWS.assign(**changes), column)
