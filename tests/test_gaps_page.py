"""Gaps read as ratios; a partner without one says why; changes keep their windows apart."""

import pandas as pd
import pytest
from conftest import assert_headings_differ, codes_of, read
from cooperation_rows import BEFORE, CHANGES, GAPS, MEASURES, NOW, PARTNERS, SENSITIVITY

from techdiplomacy import gaps_page as page
from techdiplomacy import vocabulary
from techdiplomacy.countries import load_countries

pytestmark = pytest.mark.usefixtures("at_the_root")

DASH = "\N{EN DASH}"
WORKS = ("joint_works", "without_past")
AI = ("joint_ai_articles", "without_past")


class TestGaps:
    def test_the_newest_window_as_ratios_widest_shortfall_first(self):
        rows = page.newest(GAPS, *WORKS)
        assert set(rows["window"]) == {NOW}
        assert list(rows["partner"]) == ["BRA", "USA", "JPN", "KOR", "IRN", "HKG"]
        assert rows["ratio"].tolist()[:4] == pytest.approx([0.25, 0.5, 1.25, 3.0])
        assert rows["ratio_high"][1] == pytest.approx(0.75)
        assert list(rows["state"]) == [
            *("below", "below", "open", "above", "above", "not_estimable"),
        ]

    def test_captions(self):
        names = load_countries()
        rows = page.newest(GAPS, *WORKS)
        assert page.gap_headline(rows, PARTNERS, names).say("en") == (
            "Of 3 partners 1 lie surely below the joint works expected in every fit, 1 above; 0 "
            "depend on the fit; lowest: United States (0.50 times)"
        )
        assert page.gap_headline(rows, ["KOR"], names).say("en") == (
            "Of 1 partners none lies surely below the joint works expected in every fit, 1 above; "
            "0 depend on the fit"
        )
        turned = rows.assign(holds=rows["holds"].mask(rows["partner"] == "KOR", 0))
        assert "expected in every fit, 0 above; 1 depend on the fit" in page.gap_headline(
            turned, PARTNERS, names
        ).say("en")
        assert (
            page.gap_alt(turned, PARTNERS, names)
            .say("en")
            .startswith("Surely above what is expected: none.")
        )
        # without other fits nothing is said of them
        ai = page.newest(GAPS, *AI).assign(holds=pd.NA)
        assert page.gap_headline(ai, ["USA"], names).say("en") == (
            "Of 1 partners 1 lie surely below the joint AI articles expected, 0 above; lowest: "
            "United States (0.40 times)"
        )
        assert page.gap_headline(ai, ["LAO"], names).say("en").startswith("None of these")
        calm = ai.assign(state="open")
        assert page.gap_headline(calm, ["USA"], names).say("en") == (
            "Of 1 partners none lies surely below the joint AI articles expected, 0 above"
        )
        assert page.gap_headline(rows, ["TUV"], names).say("en").startswith("None of these")
        assert f"2019{DASH}2023" in page.gap_subtitle(rows, 0.9).say("en")
        assert "and mix of fields" in page.gap_subtitle(rows, 0.9).say("en")
        assert "mix of fields" not in page.gap_subtitle(ai, 0.9).say("en")
        assert page.gap_alt(rows, PARTNERS, names).say("en") == (
            "Surely above what is expected: South Korea (3.0 times). Surely below: United States "
            "(0.50 times). The others may lie on either side."
        )

    def test_ranges_run_over_all_fits_and_hold_the_ratio_itself(self):
        rows = page.with_fits(page.newest(GAPS, *WORKS), SENSITIVITY).set_index("partner")
        assert rows.loc["KOR", ["fits_low", "fits_high"]].tolist() == pytest.approx([0.9, 3.0])
        # no other fit of Brazil
        assert rows.loc["BRA", ["fits_low", "fits_high"]].tolist() == pytest.approx([0.25, 0.25])
        told = page.with_ranges(rows.loc[["USA", "KOR"]].reset_index(), load_countries(), 1)
        assert told.say("en") == f"United States (0.50{DASH}0.60) and 1 more"

    def test_only_the_first_partners_are_named(self):
        rows = page.newest(GAPS, *WORKS).head(3)
        assert page.with_ratios(rows, load_countries(), 2).say("en") == (
            "Brazil (0.25 times), United States (0.50) and 1 more"
        )

    def test_both_specifications_side_by_side(self):
        names = load_countries()
        table = page.gap_table(GAPS, [*PARTNERS, "TUV"])
        columns = page.gap_columns(table, names, 0.9)
        assert_headings_differ(columns)
        cells = read(table, columns)
        assert cells["partner"] == ["United States", "Japan", "South Korea", "Tuvalu"]
        assert cells["reading"] == ["surely below", "open", "surely above", "no figures"]
        assert cells["reading, past included"] == [
            *("open", "surely below", "no figures", "no figures"),
        ]
        assert cells["expected"] == ["180", "48", "15", DASH]
        assert cells["place of 50 pairs"] == ["7", "7", "7", DASH]
        assert (
            page.past_headline(table).say("en").endswith("0 ties grew more than expected, 1 less")
        )

    def test_other_partners_by_the_works_that_are_missing(self):
        assert page.other_partners(GAPS, PARTNERS, load_countries()).say("en") == (
            "Outside this list 1 more countries lie surely below; most works are missing with "
            "Brazil (0.25 times). Surely above lie 1, first Iran (4.0 times). No expectation can "
            "be given for Hong Kong: a figure about them is missing."
        )
        known = GAPS[GAPS["status"] == "ok"]
        assert "No expectation" not in page.other_partners(known, PARTNERS, load_countries()).say(
            "en"
        )

    def test_every_code_has_words(self):
        codes = codes_of("cooperation_gaps", "verdict") | codes_of("cooperation_gaps", "status")
        assert codes - {"ok"} <= set(vocabulary.GAPS)
        assert codes_of("gap_changes", "verdict") == set(vocabulary.GAP_CHANGES)
        assert codes_of("cooperation_gaps", "specification") == set(vocabulary.SPECIFICATIONS)


class TestChanges:
    def test_factors_by_window(self):
        names = load_countries()
        rows = page.changes_of(CHANGES, PARTNERS)
        assert page.since_windows(rows) == [BEFORE, "2009-2013"]
        assert page.changed(rows, "2009-2013", "opening") == ["USA"]
        table = page.changes_table(rows, PARTNERS)
        columns = page.changes_columns(rows, names, 0.9)
        assert_headings_differ(columns)
        cells = read(table, columns)
        assert cells[f"times 2009{DASH}2013"] == ["0.25", "2.00", "1.00"]
        assert cells[f"times 2014{DASH}2018"] == ["0.50", "1.00", DASH]
        assert cells[f"since 2009{DASH}2013"] == ["opening", "closing", "none seen"]
        assert cells[f"since 2014{DASH}2018"][2] == DASH

    def test_captions(self):
        names = load_countries()
        rows = page.changes_of(CHANGES, PARTNERS)
        assert page.changes_headline(rows, names).say("en") == (
            f"Since 2009{DASH}2013: closing with Japan; opening with United States"
        )
        assert page.lately_headline(rows, names).say("en") == (
            f"Since 2014{DASH}2018: opening with United States"
        )
        calm = rows.assign(verdict="no_change_seen")
        assert "no gap has surely changed" in page.lately_headline(calm, names).say("en")
        assert "one window only" in page.changes_headline(rows.head(0), names).say("en")
        assert f"2014{DASH}2018 to 2019{DASH}2023" in page.changes_subtitle(GAPS, 0.9).say("en")
        assert 40 <= len(page.changes_alt(rows, names).say("en")) <= 300
        notes = page.change_notes(rows)
        assert {code: words.say("en") for code, words in notes.items()} == {
            "USA": "opening",
            "JPN": "closing",
        }
        assert page.change_notes(rows.head(0)) == {}

    def test_long_lists_are_cut(self):
        codes = ["USA", "JPN", "KOR"]
        assert page.few(codes, load_countries(), 2).say("en") == "United States, Japan, 1 more"
        assert page.few([], load_countries()).say("en") == "none"


class TestAi:
    def test_what_the_source_does_not_list_is_not_zero(self):
        names = load_countries()
        table = page.ai_table(GAPS, MEASURES, ["USA", "JPN", "LAO"])
        columns = page.ai_columns(names, 0.9)
        assert_headings_differ(columns)
        cells = read(table, columns)
        assert cells["joint AI articles"] == ["17", "30", "not listed"]
        assert cells["reading"] == ["surely below", "surely below", "not in this source"]

    def test_where_ai_reads_otherwise(self):
        names = load_countries()
        ai, works = page.newest(GAPS, *AI), page.newest(GAPS, *WORKS)
        assert page.ai_headline(ai, works, PARTNERS, names).say("en") == (
            "AI and all works read alike with 1 of 2 partners; below what is expected in AI only: "
            "Japan"
        )
        assert page.ai_headline(ai, works, ["USA"], names).say("en") == (
            "AI and all works read alike with 1 of 1 partners"
        )
        assert "can be compared" in page.ai_headline(ai, works, ["TUV"], names).say("en")

    def test_ratios_at_two_digits(self):
        assert [vocabulary.times(value).say("en") for value in (0.126, 12.6)] == ["0.13", "13"]
        assert isinstance(page.newest(GAPS, *AI), pd.DataFrame)
