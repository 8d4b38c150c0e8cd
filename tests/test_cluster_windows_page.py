"""The section on windows: what persists, who moves, what is chance."""

from dataclasses import replace

import pytest
from cluster_rows import (
    AGREEMENT,
    CORES,
    PATENTS,
    PUBLICATIONS,
    SETTINGS,
    TOGETHER,
    WINDOWS,
    of_kind,
)
from conftest import read

from techdiplomacy import cluster_windows_page as page
from techdiplomacy import cluster_words
from techdiplomacy.texts import LANGUAGES

pytestmark = pytest.mark.usefixtures("at_the_root")


class TestWindows:
    def test_windows_are_dated_as_their_evidence_is(self):
        assert cluster_words.window_words(TOGETHER).say("en") == (
            "families granted 2016\N{EN DASH}2020, articles of 2019\N{EN DASH}2023"
        )
        assert cluster_words.span_words(TOGETHER).say("en") == (
            "families granted 2011\N{EN DASH}2020, articles of 2011\N{EN DASH}2023"
        )
        assert cluster_words.span_words(PUBLICATIONS).say("en") == "articles of 2011\N{EN DASH}2020"

    def test_who_keeps_a_group_is_counted_among_those_fitted_throughout(self):
        # Vietnam was too small in the first window
        assert page.windows_headline(PATENTS).say("en") == (
            "1 of 2 economies keep their group in all 2 windows"
        )
        assert "granted 2011" in page.windows_subtitle(PATENTS).say("en")
        for language in LANGUAGES:
            assert 40 <= len(page.windows_alt(PATENTS, SETTINGS).say(language)) <= 300
        assert "of 1 changes 1 are firm and 0 leaning" in page.windows_alt(PATENTS, SETTINGS).say(
            "en"
        )

    def test_cores_name_the_largest_firm_one(self, names):
        assert page.core_headline(PATENTS, names).say("en") == (
            f"By patents, sets that stay firmly together: 1, the largest {names.name('JPN')}, "
            f"{names.name('KOR')}"
        )
        none = replace(PATENTS, cores=CORES.assign(label="leaning"))
        assert "no set of countries stays firmly" in page.core_headline(none, names).say("en")
        shown = read(page.core_table(PATENTS, TOGETHER), page.core_columns(names))
        assert shown["evidence"] == [*["patents"] * 2, *["both together"] * 2]
        assert shown["together"][:2] == ["95%", "70%"]
        assert shown["worst pair, worst window"][:2] == ["90%", "62%"]

    def test_moves_name_the_firm_movers(self, names):
        assert page.move_headline(PATENTS, SETTINGS, names).say("en") == (
            f"Firm changes of group: 1 of 1 ({names.name('KOR')})"
        )
        shown = read(page.move_table(PATENTS, SETTINGS), page.move_columns(names))
        assert shown["from window"] == ["2011\N{EN DASH}2015"]
        assert (shown["group before"], shown["group after"]) == (["2"], ["1"])
        assert shown["with its group before"] == ["80%"]
        border = replace(PATENTS, windows=WINDOWS.assign(own_group_coassignment=0.5))
        words = page.move_headline(border, SETTINGS, names).say("en")
        assert words == "Firm changes of group: none of 1; the countries lie on borders"

    def test_agreement_counts_the_pairs_that_differ_beyond_chance(self):
        assert page.agreement_headline(PATENTS, PUBLICATIONS).say("en").endswith("in 2 of 2 pairs")
        level = replace(PATENTS, agreement=of_kind(AGREEMENT, "patents").assign(share_as_alike=0.3))
        assert page.agreement_headline(level, PUBLICATIONS).say("en").endswith("in 1 of 2 pairs")
        shown = read(page.agreement_table(TOGETHER), page.agreement_columns())
        assert shown["window"] == ["2016\N{EN DASH}2020, 2019\N{EN DASH}2023"]
        assert shown["one drawn twice"] == ["0.70"]
