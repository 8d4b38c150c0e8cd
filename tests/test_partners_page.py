"""Ties by partner and by kind are the same ties; missing figures keep their words."""

import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, read
from cooperation_rows import EDGES, GAPS, MEASURES, PARTNERS, RESULTS

from techdiplomacy import partners_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.gaps_page import newest

pytestmark = pytest.mark.usefixtures("at_the_root")

SHOWN = [*PARTNERS, "LAO", "DEU"]


def overview():
    return page.partner_table(RESULTS, SHOWN)


class TestKindsOfTies:
    def test_one_row_a_partner_unknown_is_not_none(self):
        columns = page.partner_columns(load_countries())
        assert_headings_differ(columns)
        cells = read(overview(), columns)
        assert cells["partner"][:2] == ["United States", "Japan"]
        # works and projects that were there would be listed; the rest is unknown
        assert cells["joint works"] == ["90", "60", "45", "4", "0"]
        assert cells["EU projects"] == ["0", "0", "0", "0", "18"]
        assert cells["AI articles"] == ["17", "30", *["not listed"] * 3]
        assert cells["software events, in"] == ["under the limit"] * 5
        assert cells["share of its foreign students"][2] == "21.8%"
        assert cells["known level"] == [
            *("none known", "comprehensive strategic", "none known"),
            *("special relationship", "none known"),
        ]
        assert page.partners_headline(overview()).say("en").startswith("0 of 5 partners")

    def test_one_row_a_kind_holds_the_same_ties(self):
        names = load_countries()
        table = page.kind_table(MEASURES, names)
        columns = page.kind_columns()
        assert_headings_differ(columns)
        cells = read(table, columns)
        kinds = dict(zip(cells["kind of tie"], cells["first partners"], strict=True))
        assert kinds["joint works"] == (
            "United States 90, Japan 60, South Korea 45, Laos 4, Brunei 1"
        )
        assert kinds["students"] == "South Korea 21.8%"
        assert kinds["diplomatic missions"] == "listed or not; no order"
        assert kinds["known level of partnership"] == (
            "special relationship 1, comprehensive strategic 1"
        )
        # margins: partners of a kind are the partners with a value in its column
        rows = table.set_index(["kind", "direction"])["partners"]
        everybody = page.partner_table(RESULTS, sorted(MEASURES["partner"].unique()))
        for column, key in {
            "joint_works": ("joint_works", "both"),
            "joint_projects": ("joint_projects", "both"),
            "software_out": ("software_events", "out"),
            "partnership_level": ("partnership_level", "both"),
        }.items():
            assert (everybody[column].fillna(0) > 0).sum() == rows[key]
        assert page.kinds_headline(MEASURES).say("en").endswith("5 countries lead 7 counts")
        assert "students 2022" in page.kinds_subtitle(MEASURES).say("en")

    def test_a_kind_without_figures_says_so(self):
        table = page.kind_table(MEASURES.head(7), load_countries())
        cells = read(table, page.kind_columns())
        assert cells["first partners"][-1] == "no figures about this country"
        assert len(table) == 9

    def test_tables_can_be_shown(self):
        names = load_countries()
        assert_can_be_shown(
            overview(),
            page.partner_columns(names),
            "partners",
            subtitle="Ties of 2019",
            source="openalex_coauthorship",
        )


class TestCloseness:
    def test_nearest_first_thin_and_ended_ties_marked(self):
        names = load_countries()
        table = page.closeness(MEASURES, [*SHOWN, "BRN", "TUV"])
        assert list(table["partner"]) == ["KOR", "JPN", "USA", "BRN", "LAO", "TUV"]
        assert list(table["state"]) == ["ok", "ok", "ok", "shallow", "small_n", "no_tie"]
        columns = page.closeness_columns(table, names, 0.9)
        assert_headings_differ(columns)
        cells = read(table, columns)
        # 1.2 times as many a year
        assert cells["growth a year"][0] == "+20%"
        assert cells["note"][3] == "shallow: may be chance"
        regular = page.closeness_columns(table.head(3), names, 0.9)
        assert "note" not in read(table.head(3), regular)
        assert cells["against sizes alone"][:2] == ["4.60", "2.70"]
        assert page.closeness_headline(table, names).say("en") == (
            "Against sizes alone South Korea, Japan, United States are nearest; 1 of 3 partners "
            "lie below 1"
        )
        assert "scatter of years" in page.closeness_subtitle(table, 0.9).say("en")

    def test_growth_beside_all_and_bursts_that_are_over(self):
        names = load_countries()
        table = page.closeness(MEASURES, SHOWN)
        assert page.courses(table, "VNM", names).say("en") == (
            "All joint works of Vietnam together grew by 20% a year; of 4 partners 0 surely grew "
            "faster and 0 slower."
        )
        burst = table.assign(
            turned=["fell" if code == "JPN" else "steady" for code in table["partner"]],
            peak_year=2020,
            last_to_peak=0.15,
        )
        said = page.courses(burst, "VNM", names).say("en")
        assert said.endswith("(last year as a share of the best one): Japan 15% of 2020.")
        empty = page.courses(table.head(0), "VNM", names).say("en")
        assert empty == "No growth of joint works can be given here."

    def test_how_many_ties_are_thin(self):
        assert page.thin_ties(RESULTS, "VNM", load_countries()).say("en") == (
            "Since 1990 Vietnam has had joint works with 6 countries and territories. With 1 of "
            "them those of 2019\N{EN DASH}2023 are so few that the tie may be chance; with 1 there "
            "were none."
        )


class TestCharts:
    def test_network(self):
        names = load_countries()
        gaps = newest(GAPS, "joint_works", "without_past")
        # South Korea above, Japan open, the United States below
        assert page.network_headline(EDGES, gaps, "VNM", names).say("en") == (
            "Of 3 first partners 1 surely have more joint works than expected; fewer: United States"
        )
        calm = gaps.assign(verdict="open")
        assert page.network_headline(EDGES, calm, "VNM", names).say("en") == (
            "Of 3 first partners 0 surely have more joint works than expected, none fewer"
        )
        assert (
            page.network_alt(EDGES, gaps, "VNM", names)
            .say("en")
            .startswith("Vietnam has most joint works with United States, Japan, South Korea.")
        )
        assert "the first 3 partners" in page.network_subtitle(EDGES).say("en")

    def test_volumes(self):
        names = load_countries()
        assert page.volumes_headline(MEASURES, names).say("en") == (
            "Joint works grew with 5 of the first 5 partners since 2014\N{EN DASH}2018, fastest "
            "with United States (+20% a year)"
        )
        still = MEASURES.assign(growth=float("nan"))
        assert page.volumes_headline(still, names).say("en").endswith("newest window")
        assert "from 1 to 90" in page.volumes_alt(MEASURES, names).say("en")
        assert page.works_subtitle(MEASURES).say("en").endswith("2019\N{EN DASH}2023")

    def test_first_partners_have_a_tie_in_the_newest_window(self):
        first = page.first_partners(MEASURES, "joint_works")
        assert list(first["partner"]) == ["USA", "JPN", "KOR", "LAO", "BRN"]
        assert page.first_partners(pd.DataFrame(columns=MEASURES.columns), "students").empty
