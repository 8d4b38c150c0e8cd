"""Words on the newer revision: who lies outside its interval, whose ages are in dispute."""

import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, read
from demography_rows import CHECK, DASH, said

from techdiplomacy import demography_words
from techdiplomacy import revisions_page as page
from techdiplomacy.page_columns import flatten, side_by_side

pytestmark = pytest.mark.usefixtures("at_the_root")


class TestRevisions:
    def test_rows_in_the_order_shown_with_their_interval(self, names):
        table = page.check_table(CHECK, ["VNM", "TWN", "JPN"], [2030, 2045])
        columns = page.check_columns(names)
        assert_headings_differ(columns)
        assert_can_be_shown(
            table, columns, "check", subtitle="2045", source=demography_words.SOURCES[0]
        )
        cells = read(table, columns)
        assert cells["country"] == ["Vietnam", "Vietnam", "Taiwan", "Japan"]
        assert cells["year"] == ["2030", "2045", "2045", "2045"]
        assert cells["newer revision"] == [
            "104,300,000",
            "109,700,000",
            "18,500,000",
            "108,600,000",
        ]
        ends = next(cell for cell in side_by_side(columns) if cell.upper is not None)
        told = [ends.read(row).say("en") for row in table.to_dict("records")]
        assert told[1:3] == ["107,000,000 to 118,500,000", "no interval"]
        assert cells["the same of working age"] == ["+2.9%", DASH, DASH, DASH]
        assert cells["used against the newer interval"] == [
            *("inside", "outside", "no interval", "inside"),
        ]

    def test_captions(self, names):
        assert said(page.check_headline(CHECK, names, in_year=2045)) == (
            "Outside the 95% interval of the newer revision lie 0 countries in 2030, 2 of 3 in "
            "2045, furthest United States (-11%), Vietnam (+3%)"
        )
        assert said(page.check_headline(CHECK, names, in_year=2030, first_year=2045)) == (
            "Outside the 95% interval of the newer revision lie 2 countries in 2045, 0 of 1 in 2030"
        )
        assert said(page.check_words(CHECK, "VNM", names, in_year=2045)) == (
            "Against the revision used, the newer one has from -12.0% to +2.8% people in 2045; for "
            "Vietnam +2.8%."
        )
        assert said(page.check_subtitle(CHECK)).startswith("All people on 1 July, revisions of")
        assert "2030, 2045" in said(page.check_subtitle(CHECK))

    def test_columns_without_any_value_are_left_out(self, names):
        table = page.check_table(CHECK, ["VNM", "TWN", "JPN"], [2045])
        shown = set(read(table, page.check_columns(names, table)))
        left = {column.heading.say("en") for column in flatten(page.check_columns(names))} - shown
        # the share in the one revision goes with that in the other
        assert left == {
            *("the same of working age", "of 65 and older, used", "of 65 and older, newer"),
        }
        both = page.check_table(CHECK, ["VNM"], [2030, 2045])
        assert len(page.check_columns(names, both)) == len(page.check_columns(names))


def test_countries_whose_ages_are_in_dispute_are_named_with_both_shares(names):
    apart = pd.DataFrame(
        [("SGP", 2040, 0.298, 0.214)],
        columns=["country", "year", "earlier_older_share", "newer_older_share"],
    )
    words = said(page.disputed_words(apart, names, margin=0.03))
    assert "Singapore (30% used, 21% newer, 2040)" in words
    assert words.startswith("By 3 points or more")
    assert said(page.disputed_words(apart.head(0), names, margin=0.03)).startswith("For no country")
