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

    def test_labels_come_from_the_list_and_unknown_ones_are_refused(self, tiny_project):
        column = cells.label("field", HEADING)
        assert both(column, "optics") == ("optics", "quang học")
        with pytest.raises(InvalidPage, match="label 'optic' of column 'field'") as caught:
            column.read("optic")
        assert "Did you mean 'optics'" in caught.value.what
        assert caught.value.where == "data/reference/labels.csv"

    def test_labels_that_are_asked_for_as_they_are_stay_english(self, tiny_project):
        column = cells.label("field", HEADING, raw=True)
        assert both(column, "optics") == ("optics", "quang học")
        assert both(column, "alchemy") == ("alchemy", "alchemy")
        assert not column.read("alchemy").translated("vi")

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
            cells.estimate("value", HEADING, decimal, without={"a": say("none")}, by="label")

    @pytest.mark.parametrize("more", [{"without": {"a": say("none")}}, {"by": "label"}])
    def test_rows_are_excused_by_a_column_and_its_values(self, more):
        with pytest.raises(InvalidPage, match="cannot be told"):
            estimated(**more)

    def test_the_first_interval_may_not_be_missing_anywhere(self):
        with pytest.raises(InvalidPage, match="may be missing from any row"):
            estimated(cells.Interval("low", "high", percent(0.9), missing=say("none")))

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

    def test_a_reason_excuses_its_rows_only_and_stands_in_their_place(self, translate):
        translate({"no interval": "không có khoảng"})
        excused = estimated(without={"scenario": say("no interval")}, by="label")
        labels = ["scenario", "forecast", "forecast"]
        rows = ROWS.assign(label=labels, low=[np.nan, 1.5, np.nan], high=[np.nan, 2.5, np.nan])
        check(rows, excused)
        value, *ends = cells.flatten((excused,))
        for end in ends:
            first, _, last = rows.to_dict("records")
            said = end.read(np.nan, first)
            assert (said.say("en"), said.say("vi")) == ("no interval", "không có khoảng")
            assert end.read(0.5, first).say("vi") == "0,50"
            # where nothing is estimated, no interval is missing
            assert end.read(np.nan, {**last, "label": "scenario"}).say("en") == "–"
        # the estimate itself is not an end
        assert both(value, np.nan) == ("–", "–")
        with pytest.raises(InvalidPage, match=r"1 estimates .* the first in row 1"):
            check(rows.assign(label="forecast"), excused)
        with pytest.raises(InvalidPage, match="has no column label"):
            check(rows.drop(columns="label"), excused)

    def test_a_second_interval_may_say_that_it_is_missing(self):
        wide = cells.Interval("low_95", "high_95", percent(0.95), missing=say("too few"))
        column = estimated(LOW_HIGH, wide)
        rows = ROWS.assign(low_95=np.nan, high_95=np.nan)
        check(rows, column)
        end = cells.flatten((column,))[3]
        assert [end.read(np.nan, row).say("en") for row in rows.to_dict("records")] == [
            *("too few", "too few", "–"),
        ]
        with pytest.raises(InvalidPage, match="1 estimates of 'value' have no interval"):
            check(rows.assign(low=[np.nan, 1.5, np.nan]), column)


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

    @pytest.mark.parametrize("make", [cells.observed, cells.statistic])
    @pytest.mark.parametrize(
        ("name", "ends"),
        [
            ("share", ["share_low", "share_high"]),
            ("share", ["share_low"]),
            ("value", ["low_80", "high_80"]),
            ("value", ["low", "high"]),
            # estimates of the result tables, even without their ends
            ("rta_shrunk", []),
            ("skill", []),
        ],
    )
    def test_an_estimate_is_not_shown_as_something_else(self, make, name, ends):
        rows = pd.DataFrame([[1.0] * (1 + len(ends))], columns=[name, *ends])
        with pytest.raises(InvalidPage, match=f"'{name}' is an estimate") as caught:
            check(rows, make(name, HEADING, decimal))
        assert caught.value.where == "table 'one'"

    def test_an_estimate_may_be_shown_once_more_beside_its_interval(self):
        check(ROWS, estimated(), cells.statistic("value", say("rank"), decimal))


class TestPlotted:
    @pytest.mark.parametrize(
        "names",
        [["n_low"], ["n", "n_high"], ["low"], ["high_80"], ["rta_shrunk"], ["value", "low_95"]],
    )
    def test_half_an_interval_is_not_drawn(self, names):
        rows = pd.DataFrame([[1.0] * len(names)], columns=names)
        with pytest.raises(InvalidPage, match="is drawn without"):
            cells.check_pairs(rows, "figure 'one'")

    @pytest.mark.parametrize(
        "names",
        [
            *(["n"], ["value"], ["flow", "yellow", "highest"], ["n", "n_low", "n_high"]),
            *(["value", "low_80", "high_80"], ["rta_shrunk", "rta_low", "rta_high"]),
        ],
    )
    def test_whole_intervals_and_counts_are(self, names):
        cells.check_pairs(pd.DataFrame([[1.0] * len(names)], columns=names), "figure 'one'")


@pytest.mark.parametrize(
    "changes",
    [{"low": [0.5, np.nan, np.nan]}, {"low": [1.6, 1.5, np.nan]}],
    ids=["one end", "exchanged"],
)
def test_an_interval_has_two_ends_in_order(changes):
    column = estimated(without={"a": say("no interval")}, by="label")
    rows = ROWS.assign(label="a")
    check(rows, column)
    with pytest.raises(
        InvalidPage, match="1 intervals of 'value' have one end, or a low end above"
    ):
        check(rows.assign(**changes), column)


def test_the_ends_of_an_interval_share_a_cell():
    shown = cells.side_by_side((estimated(LOW_HIGH, WIDE), cells.observed("n", say("n"), count)))
    assert [one.heading.say("en") for one in shown] == [
        "heading",
        "90%: low to high",
        "95%: low to high",
        "n",
    ]
    row = {**ROWS.iloc[0].to_dict(), "n": 3}
    assert [one.read(row).say("en") for one in shown] == [
        "1.00",
        "0.50 to 1.50",
        "0.10 to 1.90",
        "3",
    ]
    lacking = ROWS.iloc[2].to_dict()
    assert shown[1].read(lacking).say("en") == "\u2013"
