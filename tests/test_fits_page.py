"""Checks of the cooperation page: two counts of works, traits as factors, quality of the fits."""

import numpy as np
import pytest
from conftest import assert_headings_differ, codes_of, read
from cooperation_rows import CHECK, COEFFICIENTS, FITS, GAPS, PARTNERS, SENSITIVITY

from techdiplomacy import fits_page as page
from techdiplomacy import vocabulary
from techdiplomacy.countries import load_countries

pytestmark = pytest.mark.usefixtures("at_the_root")


class TestOfficialCount:
    def test_rank_correlation_by_hand(self):
        # places 1 2 3 against 1 3 2: 1 - 6 * (0 + 1 + 1) / (3 * 8) = 0.5
        assert page.rank_agreement(CHECK) == pytest.approx(0.5)
        assert np.isnan(page.rank_agreement(CHECK.head(2)))

    def test_captions_follow_the_correlation(self):
        assert "in another way: rank correlation 0.500" in page.official_headline(CHECK).say("en")
        same = CHECK.assign(joint_articles=CHECK["joint_works"])
        assert "nearly the same order: rank correlation 1.000" in page.official_headline(same).say(
            "en"
        )
        assert "too few" in page.official_headline(CHECK.head(0)).say("en")
        assert "edition 2024" in page.official_subtitle(CHECK).say("en")
        assert "2024" in page.official_subtitle(CHECK.head(0)).say("en")

    def test_partners_in_the_order_of_the_official_count(self):
        cells = read(page.official_table(CHECK, PARTNERS), page.official_columns(load_countries()))
        assert cells["partner"] == ["United States", "South Korea", "Japan"]


class TestOtherFits:
    def test_readings_that_another_fit_turns_are_named(self):
        names = load_countries()
        # three years put South Korea below 1
        turned = GAPS.assign(holds=GAPS["holds"].mask(GAPS["partner"] == "KOR", 0))
        table = page.variant_table(SENSITIVITY, turned, PARTNERS)
        columns = page.variant_columns(table, names)
        assert_headings_differ(columns)
        cells = read(table, columns)
        assert cells["partner"] == ["United States", "South Korea"]
        assert cells["last three years"] == ["0.60", "0.90"]
        assert cells["same side in all"] == ["yes", "no"]
        assert page.variant_headline(table, names).say("en") == (
            "1 of 2 sure readings keep their side in every other fit; turned: South Korea"
        )
        assert page.variant_subtitle(SENSITIVITY).say("en").endswith("at least 5% beyond 1")
        assert codes_of("gap_sensitivity", "variant") == set(vocabulary.VARIANT_FITS)

    def test_without_a_turn_or_another_fit(self):
        names = load_countries()
        table = page.variant_table(SENSITIVITY, GAPS, PARTNERS)
        assert page.variant_headline(table, names).say("en").startswith("2 of 2 sure readings")
        nothing = page.variant_table(SENSITIVITY.head(0), GAPS, PARTNERS)
        assert nothing.empty
        assert page.variant_headline(nothing, names).say("en").startswith("No other fit")


class TestFits:
    def test_traits_as_factors(self):
        table = page.coefficient_table(COEFFICIENTS).set_index("term")
        # distance doubled: 2 to the power of -1; the past doubled: 2 to the power of 1
        assert table.loc["log_distance", "works"] == pytest.approx(0.5)
        assert table.loc["common_language", "works"] == pytest.approx(2)
        assert table.loc["log_past", "past"] == pytest.approx(2)
        # one hundredth nearer: e to the power of 10 / 100
        assert table.loc["profile_similarity", "ai"] == pytest.approx(np.exp(0.1))
        assert np.isnan(table.loc["log_past", "works"])

    def test_captions(self):
        table = page.coefficient_table(COEFFICIENTS)
        columns = page.coefficient_columns(0.9)
        assert_headings_differ(columns)
        assert read(table, columns)["trait of the pair"][0] == "distance doubled"
        assert page.coefficient_headline(table).say("en") == (
            "Surely going with more joint works: a common language; with fewer: distance doubled"
        )
        none = page.coefficient_table(COEFFICIENTS.tail(2))
        assert page.coefficient_headline(none).say("en").endswith("none; with fewer: none")
        assert "joint works 2019" in page.coefficient_subtitle(COEFFICIENTS, 0.9).say("en")
        assert codes_of("gravity_coefficients", "term") == set(vocabulary.TERMS)

    def test_newest_fit_first(self):
        table = page.fit_table(FITS)
        assert list(table["deviance_explained"]) == [0.44, 0.42, 0.95, 0.28]
        assert_headings_differ(page.fit_columns())
        assert read(table, page.fit_columns())["taken up beyond sizes"][0] == "44%"
        assert page.fit_headline(FITS).say("en").endswith("44% of what is left, with the past 95%")
        assert page.fit_subtitle(FITS).say("en") == "4 fits, years 2003 to 2023"

    def test_who_is_left_out_and_how_exactly_totals_are_met(self):
        names = load_countries()
        assert page.fit_words(FITS, names).say("en") == (
            "Fitted totals of countries equal the observed ones to within one part in a hundred "
            "million. All pairs of Hong Kong, Macao are left out, because a trait is missing, such "
            "as a profile of articles of their own."
        )
        rough = FITS.assign(totals_error=0.01, without_traits=None)
        assert page.fit_words(rough, names).say("en") == (
            "Fitted and observed totals of countries differ by up to 1.0000%."
        )
