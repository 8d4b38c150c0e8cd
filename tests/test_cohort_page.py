"""Words on one generation: its first and last size, and what the newer revision says of it."""

import numpy as np
import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, read
from demography_rows import COHORT, FLOWS, said

from techdiplomacy import cohort_page as page
from techdiplomacy import demography_words

pytestmark = pytest.mark.usefixtures("at_the_root")


class TestCohort:
    def test_first_and_last_side_by_side(self, names):
        table = page.cohort_table(COHORT, ["VNM", "JPN"])
        columns = page.cohort_columns(COHORT, names)
        assert_headings_differ(columns)
        assert_can_be_shown(
            table, columns, "cohort", subtitle="2045", source=demography_words.SOURCES[0]
        )
        cells = read(table, columns)
        assert cells["persons on 1 January 2028, aged 0 to 4"] == ["6,790,000", "4,000,000"]
        assert cells["persons on 1 January 2046, aged 18 to 22"] == ["6,410,000", "4,100,000"]
        assert cells["change"] == ["-5.7%", "+2.5%"]

    def test_captions(self, names):
        assert said(page.cohort_headline(COHORT, "VNM", names)) == (
            "Vietnam, born 2023 to 2027: 6,790,000 persons at first, 6,410,000 at the end of 2045, "
            "aged 18 to 22"
        )
        # a country left out for its ages changes nothing for the viewpoint
        assert page.cohort_table(COHORT, ["VNM"])["country"].tolist() == ["VNM"]
        # births after the estimates are projected, and the subtitle says so
        assert said(page.cohort_subtitle(COHORT, FLOWS)) == (
            "Cohort born 2023 to 2027: births, survival and migration of the medium variant; "
            "estimates to 2025"
        )

    REVISED = pd.DataFrame(
        [("VNM", 2030, -0.03), ("JPN", 2030, 0.06), ("SGP", 2030, 0.5), ("JPN", 2040, 0.9)],
        columns=["country", "year", "under_10_difference"],
    )

    def test_the_newer_revision_stands_beside_it(self, names):
        table = page.cohort_table(COHORT, ["VNM", "JPN"], self.REVISED)
        columns = page.cohort_columns(COHORT, names, self.REVISED)
        assert_headings_differ(columns)
        assert_can_be_shown(
            table, columns, "cohort", subtitle="2045", source=demography_words.SOURCES[0]
        )
        cells = read(table, columns)
        assert cells["newer revision, children below 10 in 2030"] == ["-3.0%", "+6.0%"]
        # without a newer age the column is not there
        unknown = self.REVISED.assign(under_10_difference=np.nan)
        assert len(page.cohort_columns(COHORT, names, unknown)) == 4

    def test_countries_with_other_numbers_of_children_are_named(self, names):
        words = said(page.revised_words(COHORT, self.REVISED, ["VNM", "JPN"], names))
        assert "by 5% or more in the newer revision for 1 of 2 countries, Japan (+6%);" in words
        alike = said(page.revised_words(COHORT, self.REVISED, ["VNM"], names))
        assert alike.startswith("In none of 1 countries")
        unknown = page.revised_words(COHORT, self.REVISED, ["DEU"], names)
        assert said(unknown).endswith("is not known.")
