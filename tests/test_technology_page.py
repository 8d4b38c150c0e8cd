"""The words of the technology page follow the results; nothing firm is said of what is open."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import codes_of, read

from techdiplomacy import measures_page as single
from techdiplomacy import pages, vocabulary
from techdiplomacy import stated_page as graded
from techdiplomacy import technology_page as page
from techdiplomacy import technology_words as spelled
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidPage
from techdiplomacy.page_columns import check_columns
from techdiplomacy.params import ConcentrationSettings
from techdiplomacy.technologies import load_taxonomy
from techdiplomacy.technology_strength import TechnologyStrength
from techdiplomacy.texts import LANGUAGES

pytestmark = pytest.mark.usefixtures("at_the_root")

DASH = "\N{EN DASH}"
TAXONOMY = load_taxonomy("vn-1131-2025")

COVERAGE = pd.DataFrame(
    {
        "group_id": ["G06", "G10", "G09"],
        "measures": ["families;developers", "uspto_domains;families", "families"],
        "measures_ranked": ["families;articles", "uspto_domains", "families"],
        "same_office": [pd.NA, pd.NA, pd.NA],
        "best_role": ["direct", "direct", "proxy"],
        "measures_needed": [1, 1, 1],
        "n_countries": [5, 4, 3],
        "n_ranked": [4, 3, 2],
        "confidence": ["high", "high", "medium"],
        "status": ["ok", "ok", "proxies_only"],
    }
)
RANKS = pd.DataFrame(
    [
        ("G06", "JPN", 1.0, 1.0, 1.0, 2.0, "firm", "direct", "ok"),
        ("G06", "USA", 2.0, 2.0, 1.0, 4.0, "leaning", "direct", "ok"),
        ("G06", "VNM", 4.0, 3.5, 3.0, 12.0, "do not conclude", "direct", "ok"),
        ("G10", "USA", 1.0, 1.0, 1.0, 1.0, "leaning", "direct", "ok"),
        ("G10", "JPN", 2.0, 2.0, 2.0, 2.0, "leaning", "direct", "ok"),
        (
            "G10",
            "VNM",
            np.nan,
            np.nan,
            np.nan,
            np.nan,
            "do not conclude",
            "direct",
            "not_estimable",
        ),
        ("G09", "CHN", 1.0, 1.0, 1.0, 1.0, "firm", "proxy", "ok"),
        ("G09", "VNM", 2.0, 2.0, 2.0, 2.0, "firm", "proxy", "ok"),
    ],
    columns=[
        *("group_id", "country", "rank", "rank_median", "rank_low", "rank_high", "label"),
        *("best_role", "status"),
    ],
).assign(
    measures=lambda rows: rows["group_id"].map(
        {"G06": "families;articles", "G10": "uspto_domains", "G09": "families"}
    ),
    n_measures=lambda rows: rows["measures"].str.count(";") + 1,
    n_possible=2,
    share_at_first=lambda rows: (rows["rank_median"] == 1) * 0.75,
    holds_first=[True, *[False] * 5, True, False],
)
STRENGTH = pd.DataFrame(
    [
        ("families", "G06", "JPN", "2016-2020", 900.0, 0.6, "direct", "ok"),
        ("families", "G06", "USA", "2016-2020", 500.0, 0.3, "direct", "ok"),
        ("families", "G06", "VNM", "2016-2020", 40.0, 0.02, "direct", "small_n"),
        ("articles", "G06", "VNM", "2018-2022", 120.0, 0.04, "partial", "ok"),
        ("uspto_domains", "G10", "USA", "1976-2025", 700.0, 0.7, "direct", "ok"),
    ],
    columns=[
        *("measure", "group_id", "country", "window", "count_items", "world_share"),
        *("role", "status"),
    ],
).assign(
    below=np.nan,
    share_low=lambda rows: rows["world_share"] - 0.01,
    share_high=lambda rows: rows["world_share"] + 0.01,
    size_tier="100 to under 1,000",
    rank_median=1.0,
    rank_low=1.0,
    rank_high=2.0,
    rta_shrunk=1.5,
    rta_low=1.25,
    rta_high=1.75,
    probability_above=0.97,
    growth=0.125,
    growth_low=0.1,
    growth_high=0.2,
)
CONCENTRATION = pd.DataFrame(
    [
        ("families", "G06", "direct", "JPN", 0.4, False, False, "ok"),
        ("uspto_domains", "G10", "direct", "USA", 0.7, True, True, "ok"),
        ("families", "G09", "proxy", "CHN", 0.9, True, True, "ok"),
        ("developers", "G06", "direct", "USA", np.nan, False, False, "few_listed"),
    ],
    columns=[
        *("measure", "group_id", "role", "top_country", "top_share", "flag_top", "flag_hhi"),
        "status",
    ],
).assign(
    window="2016-2020",
    top_share_low=lambda rows: rows["top_share"] - 0.01,
    top_share_high=lambda rows: rows["top_share"] + 0.01,
    second_country="KOR",
    lead=2.0,
    lead_low=1.5,
    lead_high=2.5,
    hhi=0.3,
    hhi_low=0.25,
    hhi_high=0.35,
    n_countries=30,
)
LEDGER = pd.DataFrame(
    {
        "statement": [1, 2, 3],
        "country": ["JPN", "USA", "USA"],
        "group_id": ["G06", "G10", pd.NA],
        "strength_en": ["chips", "cyber", "security"],
        "strength_vi": ["chip", "an ninh mạng", "an ninh"],
        "grade": ["supported", "not_supported", "cannot_be_measured"],
        "reason": ["top_k", "none", "ambiguous"],
        "firm": [True, False, False],
        "measure": ["families", "uspto_domains", None],
        "role": ["direct", "partial", None],
        "window": ["2016-2020", "1976-2025", None],
        "rank_median": [1.0, 9.0, np.nan],
        "rank_low": [1.0, 8.0, np.nan],
        "rank_high": [2.0, 9.0, np.nan],
        "ranked": pd.array([36, 46, pd.NA], dtype="Int64"),
        "probability_above": [0.99, 0.1, np.nan],
        "share": [0.6, 0.7, np.nan],
        "nearer_met": [1, 0, 0],
        "nearer": [2, 1, 0],
        "supported_by_any": [True, False, False],
        "conflict": [pd.NA, "K09;K18", pd.NA],
        "source_title": ["One", "Two", "Two"],
    }
)
RATES = pd.DataFrame(
    {
        "grade": ["supported", "partly", "not_supported", "cannot_be_measured"],
        "stated": [8, 1, 1, 0],
        "supported_by_any": [8, 1, 0, 0],
        "share_stated": [0.8, 0.1, 0.1, 0.0],
        "share_stated_low": [0.6, 0.0, 0.0, 0.0],
        "share_stated_high": [0.9, 0.3, 0.3, 0.1],
        "unstated": [4, 3, 3, 0],
        "share_unstated": [0.4, 0.3, 0.3, 0.0],
        "share_unstated_low": [0.2, 0.1, 0.1, 0.0],
        "share_unstated_high": [0.5, 0.5, 0.5, 0.1],
    }
)
AGREEMENT = pd.DataFrame(
    {
        "measure": ["families", "pooled", "pooled"],
        "indicator": ["world_share", "world_share", "probability_above"],
        "statistic": ["auc"] * 3,
        "value": [0.7, 0.72, 0.71],
        "low": [np.nan, 0.6, 0.6],
        "high": [np.nan, 0.8, 0.8],
        "null_mean": [0.5, 0.6, 0.5],
        "null_low": [np.nan, 0.5, 0.4],
        "null_high": [np.nan, 0.7, 0.6],
        "p_value": [np.nan, 0.002, 0.001],
        "n_stated": [3, 10, 10],
        "n_pairs": [9, 30, 30],
        "n_countries": [2, 5, 5],
        "status": ["small_n", "ok", "ok"],
    }
)
SPREAD = pd.DataFrame(
    {
        "evidence": ["patents", "publications", "publications"],
        "window": ["2016-2020", "2013-2017", "2018-2022"],
        "n": [np.nan, 100.0, 200.0],
        "hhi": [np.nan, 0.14, 0.12],
        "low": [np.nan, 0.13, 0.11],
        "high": [np.nan, 0.15, 0.13],
        "effective_number": [np.nan, 7.0, 8.5],
        "effective_number_low": [np.nan, 6.5, 8.0],
        "effective_number_high": [np.nan, 7.5, 9.0],
    }
)
RELATED = pd.DataFrame(
    {
        "evidence": ["publications"] * 3,
        "window": ["2018-2022"] * 3,
        "field": ["engineering", "physics", "chemistry"],
        "groups": [pd.NA, "G08", pd.NA],
        "rta_shrunk": [2.0, 0.8, 0.5],
        "rta_low": [1.8, 0.7, 0.4],
        "rta_high": [2.2, 0.9, 0.6],
        "density": [0.9, 0.4, 0.6],
        "place": pd.array([pd.NA, 2, 1], dtype="Int64"),
        "covering_partners": [pd.NA, pd.NA, "JPN;KOR;DEU;FRA"],
    }
)
SENSITIVITY = pd.DataFrame(
    [
        *[("G06", "as_used", place, code, 2) for place, code in enumerate(["JPN", "USA"], 1)],
        *[("G06", "window_before", place, code, 2) for place, code in enumerate(["USA", "JPN"], 1)],
        *[
            ("G06", "specialisation", place, code, 1)
            for place, code in enumerate(["KOR", "JPN"], 1)
        ],
        ("R99", "as_used", 1, "JPN", 1),
    ],
    columns=["group_id", "variant", "position", "country", "overlap"],
).assign(
    compared="families;developers",
    value=1.0,
    first_changes=lambda rows: rows["variant"].isin(["specialisation"]),
)
RESULTS = TechnologyStrength(
    group_coverage=COVERAGE,
    technology_strength=STRENGTH,
    technology_ranks=RANKS,
    group_concentration=CONCENTRATION,
    rank_sensitivity=SENSITIVITY,
    stated_ledger=LEDGER,
    stated_agreement=AGREEMENT,
    grade_rates=RATES,
    viewpoint_spread=SPREAD,
    relatedness=RELATED,
)


def found(results=RESULTS, viewpoint="VNM"):
    return page.findings(results, TAXONOMY, viewpoint, load_countries(), limit=0.5)


def english(finding):
    return finding.sentence.say("en"), finding.certainty.say("en")


class TestList:
    def test_the_list_in_use_is_named_with_the_one_that_replaced_it(self):
        assert spelled.list_words(TAXONOMY).say("en") == (
            "The groups are those of Decision 1131/QD-TTg; Decision 21/2026/QD-TTg replaced it on "
            "1 July 2026."
        )
        other = spelled.list_words(load_taxonomy("vn-21-2026")).say("vi")
        assert "21/2026/QĐ-TTg" in other
        assert "1131" not in other

    def test_a_list_without_words_is_named_by_its_code(self):
        assert spelled.list_words(replace(TAXONOMY, framework="vn-2030")).say("en") == "vn-2030"


class TestYears:
    def test_each_kind_of_measure_has_its_own_windows(self):
        assert spelled.window_words(STRENGTH).say("en") == (
            f"patent families 2016{DASH}2020, US-office patents 1976{DASH}2025, "
            f"articles 2018{DASH}2022"
        )

    def test_the_span_runs_from_the_first_to_the_last_year(self):
        assert spelled.span_words(STRENGTH["window"]).say("en") == f"1976{DASH}2025"
        assert spelled.data_span(STRENGTH["window"]).say("en") == f"1976{DASH}2025"

    def test_sources_are_named_once(self):
        assert spelled.sources_of(pd.Series(["articles", "ai_articles", "developers"])) == [
            "github_topics",
            "ncses_articles",
        ]
        assert spelled.sources_of_ranks(COVERAGE) == [
            *("ncses_articles", "ncses_patent_families", "uspto_technology_domains"),
        ]
        assert graded.stated_sources(LEDGER) == [
            "ncses_patent_families",
            "uspto_technology_domains",
        ]
        assert graded.agreement_sources(RESULTS) == graded.stated_sources(LEDGER)


class TestFindings:
    def test_they_keep_to_the_rules_of_a_page(self):
        assert pages.findings(found()).text.count("\n") == 4

    def test_a_first_place_holds_only_if_it_is_marked_so_and_no_proxy(self):
        assert english(found()[0]) == (
            "First place holds whatever the measure in 1 of 11 groups: Japan (Chips).",
            "one measure: 2 groups",
        )
        first = page.leaders(RANKS, COVERAGE).set_index("group_id")
        assert first["country"].to_dict() == {"G06": "JPN", "G10": "USA", "G09": "CHN"}
        assert first["holds"].to_dict() == {"G06": True, "G10": False, "G09": False}

    def test_where_no_first_place_holds_the_nearest_of_several_measures_is_named(self):
        finding = found(replace(RESULTS, technology_ranks=RANKS.assign(holds_first=False)))[0]
        assert english(finding)[0] == (
            "No first place holds whatever the measure; nearest: Japan in Chips (75% of draws)."
        )
        alone = RANKS.assign(holds_first=False, n_measures=1)
        assert english(found(replace(RESULTS, technology_ranks=alone))[0])[0] == (
            "In no group does first place rest on two measures."
        )

    def test_who_is_first_depends_on_the_measure(self):
        assert english(found()[1]) == (
            "First by US-office patents United States (1 of 1 groups), by patent families Japan "
            "(1 of 1 groups).",
            "both favour home grants",
        )

    def test_a_group_in_which_measures_of_a_kind_differ_has_no_first(self):
        other = STRENGTH.tail(1).assign(measure="uspto_topics", country="JPN")
        first = page.first_by_kind(pd.concat([STRENGTH, other]), ["uspto_domains", "uspto_topics"])
        assert first.isna().tolist() == [True]

    def test_statements_beside_pairs_that_nobody_stated(self):
        assert english(found()[2]) == (
            "Figures support 1 of 3 stated strengths, but also 40% of pairs nobody stated.",
            "2 from one press article",
        )
        one = LEDGER.assign(source_title="One")
        assert graded.texts_behind(one).say("en") == "one press article"
        assert graded.grade_counts(LEDGER) == {
            "supported": 1,
            "partly": 0,
            "not_supported": 1,
            "cannot_be_measured": 1,
        }

    def test_the_viewpoint_has_its_best_rank_with_the_items_of_every_measure(self):
        assert english(found()[3]) == (
            "Vietnam ranks in 2 of 11 groups, best in Chips: 3.5 of 4.",
            f"interval 3{DASH}12; 120 articles, 40 patent families; 1 ranks under 10 items",
        )
        assert page.own_ranks(RESULTS, "VNM")["few"].tolist() == [False, True]
        assert "3,5" in found()[3].sentence.say("vi")

    def test_a_viewpoint_without_rank(self):
        assert page.best_rank(RESULTS, "LAO") is None
        assert english(found(viewpoint="LAO")[3]) == (
            "Laos has no rank in any group.",
            "figures in 0 groups, in too few measures each",
        )

    def test_one_country_holds_a_group_only_if_measures_agree(self):
        assert english(found()[4]) == (
            "Measures agree in none of 2 groups who holds 50%.",
            "single shares: 1 of 2",
        )
        second = CONCENTRATION.iloc[[1]].assign(measure="families")
        both = pd.concat([CONCENTRATION, second], ignore_index=True)
        agreed = english(found(replace(RESULTS, group_concentration=both))[4])[0]
        assert agreed == (
            "Measures agree in 1 of 2 groups that one country holds 50%: United States."
        )

    def test_no_country_holds_a_group(self):
        even = CONCENTRATION.assign(flag_top=False)
        sentence, _ = english(found(replace(RESULTS, group_concentration=even))[4])
        assert sentence == "No country holds 50% in any of 2 groups."

    def test_nothing_near_enough_to_speak_of_concentration(self):
        proxies = CONCENTRATION.assign(role="proxy")
        sentence, _ = english(found(replace(RESULTS, group_concentration=proxies))[4])
        assert sentence.startswith("No group has figures near enough")


class TestRanks:
    def test_coverage_says_the_role_in_the_rank(self):
        made = read(page.coverage_table(RESULTS), page.coverage_columns(TAXONOMY))
        assert made["role in the rank"] == ["direct", "direct", "proxy"]
        assert made["in the rank"] == [
            "patent families, articles",
            "US-office patents by domain",
            "patent families",
        ]
        assert made["note"][2] == "proxies only: do not conclude"
        assert page.coverage_headline(RESULTS).say("en") == (
            "The rank rests on a direct measure in 2 of 3 groups, on one measure alone in 2"
        )

    def test_countries_shown_are_the_named_the_leaders_and_last_the_viewpoint(self):
        assert page.countries_shown(RANKS, ["USA", "KOR"], "VNM", most=4) == [
            # equal means: by code; a country without any rank comes last but one
            *("JPN", "USA", "KOR", "VNM"),
        ]
        assert page.countries_shown(RANKS, ["USA", "KOR", "VNM"], "VNM", most=1) == [
            *("USA", "KOR", "VNM"),
        ]

    def test_headlines_and_alternative_texts(self, names):
        assert page.matrix_headline(RESULTS).say("en") == (
            "First place holds whatever the measure in 1 of 3 groups; one measure decides 2, the "
            "US office alone 1"
        )
        shown = ["JPN", "VNM"]
        assert (
            page.matrix_alt(RESULTS, shown, "VNM", names)
            .say("en")
            .endswith("Vietnam has a rank in 2, in 1 of them from few items.")
        )
        assert page.matrix_alt(RESULTS, shown, "LAO", names).say("en").endswith("Laos has no rank.")
        # five places in the two groups with nearer measures
        assert page.leading_headline(RESULTS).say("en") == (
            "Of 5 places among the first ten, 1 are firm and 1 leaning; 2 rest on one measure alone"
        )
        assert "\u201cChips\u201d, where Japan lies between 1 and 2" in page.leading_alt(
            RESULTS, TAXONOMY, "VNM", names
        ).say("en")
        assert f"US-office patents 1976{DASH}2025" in page.ranks_subtitle(RESULTS, 0.9).say("en")


class TestStrength:
    def test_the_first_by_share_and_the_viewpoint(self, names):
        table = single.strength_table(RESULTS, "VNM", most=1)
        assert table[["group_id", "measure", "country"]].to_numpy().tolist() == [
            ["G06", "families", "JPN"],
            ["G06", "families", "VNM"],
            ["G06", "articles", "VNM"],
            ["G10", "uspto_domains", "USA"],
        ]
        made = read(table, single.strength_columns(TAXONOMY, names, 0.9))
        assert made["share of listed economies"][0] == "60.00%"
        assert made["growth a year"][0] == "+12.5%"
        flagged = read(table, single.advantage_columns(TAXONOMY, names, 0.9))
        assert flagged["note"][1] == "few items"

    def test_a_share_without_interval_is_refused(self, names):
        broken = single.strength_table(RESULTS, "VNM").assign(share_low=np.nan)
        with pytest.raises(InvalidPage):
            check_columns(broken, single.strength_columns(TAXONOMY, names, 0.9), "test")

    def test_in_how_many_pairs_the_viewpoint_has_figures(self, names):
        assert single.strength_headline(RESULTS, "VNM", names).say("en") == (
            "Vietnam has figures in 2 of 3 pairs of group and measure; in 1 they are few"
        )
        assert f"1976{DASH}2025" in single.strength_subtitle(RESULTS).say("en")


class TestConcentration:
    settings = ConcentrationSettings(top_share=0.5, hhi=0.25)

    def test_near_shares_are_no_proxies_and_have_a_share(self):
        assert spelled.near_shares(CONCENTRATION)["group_id"].tolist() == ["G06", "G10"]

    def test_headline_with_and_without_a_flag(self, names):
        assert single.concentration_headline(RESULTS, self.settings, names).say("en") == (
            "One country holds 50% or more in 1 of 2 measures of groups: United States by "
            "US-office patents in 1"
        )
        even = replace(RESULTS, group_concentration=CONCENTRATION.assign(flag_top=pd.NA))
        assert single.concentration_headline(even, self.settings, names).say("en") == (
            "One country holds 50% or more in 0 of 2 measures of groups"
        )

    def test_the_table_follows_the_list_nearest_measures_first(self, names):
        rows = single.concentration_table(CONCENTRATION, TAXONOMY)
        assert rows["group_id"].tolist() == ["G06", "G06", "G09", "G10"]
        made = read(rows, single.concentration_columns(TAXONOMY, names, 0.9))
        assert made["flag"] == [DASH, DASH, *["one country; few countries"] * 2]

    @pytest.mark.parametrize(
        ("top", "index", "words"),
        [
            (True, False, "one country"),
            (False, True, "few countries"),
            (True, True, "one country; few countries"),
        ],
    )
    def test_flags(self, top, index, words):
        assert single._flags(top, index).say("en") == words
        assert single._flags(pd.NA, pd.NA) is None

    def test_what_is_largest_and_smallest(self, names):
        near = spelled.near_shares(CONCENTRATION)
        alt = single.concentration_alt(near, TAXONOMY, names).say("en")
        assert "\u201cCybersecurity\u201d (United States, 70%)" in alt
        assert "\u201cChips\u201d (Japan, 40%)" in alt
        assert f"families 2016{DASH}2020" in single.concentration_subtitle(near, 0.9).say("en")


class TestSpread:
    @pytest.mark.parametrize(
        ("low", "high", "words"),
        [(8.0, 9.0, "wider than before"), (6.0, 6.4, "less than before"), (7.0, 9.0, "as before")],
    )
    def test_it_is_compared_with_the_window_before(self, names, low, high, words):
        moved = SPREAD.assign(
            effective_number_low=[np.nan, 6.5, low], effective_number_high=[np.nan, 7.5, high]
        )
        assert words in single.spread_headline(moved, "VNM", names).say("en")

    def test_a_first_window_is_compared_with_nothing(self, names):
        assert single.spread_headline(SPREAD.tail(1), "VNM", names).say("en") == (
            f"Vietnam's articles of 2018{DASH}2022 spread over 8.5 equal fields"
        )

    def test_only_evidence_with_numbers_is_named(self, names):
        assert single.spread_sources(SPREAD) == ["ncses_articles"]
        assert (
            single.spread_subtitle(SPREAD, 0.9)
            .say("en")
            .endswith(f"articles published, 2013{DASH}2022")
        )
        assert f"articles of 2013{DASH}2017 over 7.0" in single.spread_alt(
            SPREAD, "VNM", names
        ).say("en")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_two_kinds_of_evidence_can_be_read_aloud_as_well(self, names, language):
        windows = ["2001-2005", "2006-2010", "2011-2015", "2016-2020"]
        one = pd.DataFrame({"window": windows, "effective_number": [22.9, 21.6, 25.3, 25.4]})
        both = pd.concat([one.assign(evidence=kind) for kind in ("patents", "publications")])
        assert 40 <= len(single.spread_alt(both, "KOR", names).say(language)) <= 300


class TestStated:
    def test_headlines(self):
        assert graded.stated_headline(RESULTS).say("en") == (
            "Supported: 80% of the stated pairs, 40% of those that nobody stated"
        )
        assert graded.rates_headline(RESULTS).say("en").endswith("beyond chance")
        close = RATES.assign(share_unstated_high=0.7)
        assert "not surely" in graded.rates_headline(replace(RESULTS, grade_rates=close)).say("en")
        assert graded.ledger_headline(RESULTS).say("en") == (
            "Chance in counts could change 1 of 2 grades; 1 of them rest on a direct measure"
        )
        assert graded.stated_subtitle(RESULTS).say("en").startswith("3 statements, 2 from one")
        assert "1 carry a sign of conflict" in graded.stated_alt(RESULTS).say("en")
        assert graded.stated_where(LEDGER).say("en") == (
            "The 3 statements come from: Two (2), One (1)."
        )

    def test_the_ledger(self, names):
        rows = graded.ledger_table(RESULTS)
        made = read(rows, graded.ledger_columns(TAXONOMY, names, 0.9))
        assert made["stated strength"] == ["chips", "cyber", "security"]
        assert made["group"] == ["Chips", "Cybersecurity", DASH]
        assert made["conflict"] == [DASH, "\u26a0 K09, K18", DASH]
        # the share takes its interval from the measure that decided
        assert rows["share_high"].round(2).tolist()[:2] == [0.61, 0.71]
        assert rows["strength"].iloc[1].say("vi") == "an ninh mạng"

    def test_a_share_that_no_row_of_strength_holds_is_not_shown(self):
        none = replace(RESULTS, technology_strength=STRENGTH.head(0).astype(STRENGTH.dtypes))
        assert graded.ledger_table(none)["share"].isna().all()

    def test_rates_and_agreement_have_intervals_or_say_why_not(self):
        made = read(RATES, graded.rate_columns(0.9))
        assert made["stated pairs"] == ["8", "1", "1", "0"]
        shown = read(AGREEMENT, graded.agreement_columns(0.9))
        assert shown["90% low"][0] == "too few"
        assert shown["compared by"][2] == "probability of specialisation"

    @pytest.mark.parametrize(
        ("p", "words"),
        [
            (0.001, "3 of 3 comparisons of stated pairs with the others differ from chance"),
            (0.2, "0 of 3 comparisons"),
            (np.nan, "Too few statements"),
        ],
    )
    def test_agreement_beside_chance(self, p, words):
        table = AGREEMENT.assign(p_value=p)
        said = graded.agreement_headline(replace(RESULTS, stated_agreement=table)).say("en")
        assert words in said


class TestMissing:
    def test_groups_of_proxies_and_of_one_office_are_named(self):
        assert page.missing_words(RESULTS, TAXONOMY).say("en") == (
            "Ranked by proxies only: Rare earths, ocean. Ranked by grants of the US office only: "
            "Cybersecurity."
        )
        near = COVERAGE.assign(status="ok", measures_ranked="families")
        said = page.missing_words(replace(RESULTS, group_coverage=near), TAXONOMY).say("en")
        assert said.startswith("Every group has a near measure")

    def test_what_the_fields_in_a_rank_do_not_see(self):
        ocean = COVERAGE.assign(measures_ranked=["families", "families", "uspto_topics"])
        rows = page.missing_parts(replace(RESULTS, group_coverage=ocean))
        assert rows["group_id"].tolist() == ["G09"]
        made = read(rows, page.missing_columns(TAXONOMY))
        assert made["not measured"][0].startswith("rare earths")
        assert page.missing_parts(RESULTS).empty

    def test_conflicts_of_the_list_as_a_whole(self):
        conflicts = pd.DataFrame(
            {"conflict_id": ["K01", "K12", "K99"], "what": ["Number", "Sources", "Other"]}
        ).assign(what_vi=["Số", "Nguồn", "Khác"])
        links = pd.DataFrame(
            {
                "conflict_id": ["K01", "K12", "K99"],
                "touches": ["list", "statements", "list"],
                "key": ["vn-1131-2025", "ALL", "vn-21-2026"],
            }
        )
        said = page.conflict_words(conflicts, links, "vn-1131-2025")
        assert said.say("en").endswith(": \u26a0 K01 number; \u26a0 K12 sources.")
        assert "K12 nguồn" in said.say("vi")
        none = page.conflict_words(conflicts, links.head(0), "vn-1131-2025")
        assert none.say("en").startswith("No conflict")


class TestRelated:
    def test_the_nearest_first_and_none_without_a_place(self, names):
        table = single.related_table(RELATED)
        assert table["field"].tolist() == ["chemistry", "physics"]
        assert single.related_table(RELATED, most=1)["field"].tolist() == ["chemistry"]
        made = read(table, single.related_columns(TAXONOMY, names, 0.9))
        assert made["speaks for"] == [DASH, "Energy, materials"]
        assert made["partners that cover it"][1] == DASH

    def test_headline(self, names):
        assert (
            single.related_headline(RELATED, "VNM", names)
            .say("en")
            .endswith("lies chemistry; Japan, South Korea, Germany cover it")
        )
        alone = RELATED.assign(covering_partners=pd.NA)
        assert "no large country" in single.related_headline(alone, "VNM", names).say("en")
        empty = RELATED.assign(place=pd.array([pd.NA] * 3, dtype="Int64"))
        assert single.related_headline(empty, "VNM", names).say("en").startswith("No source lists")
        assert (
            single.related_sources(empty) == single.related_sources(RELATED) == ["ncses_articles"]
        )
        assert (
            single.related_subtitle(empty).say("en").endswith(f"articles published 2018{DASH}2022")
        )


class TestSensitivity:
    def test_one_row_a_choice_and_no_group_of_another_list(self, names):
        table = single.sensitivity_table(SENSITIVITY, TAXONOMY)
        assert table["variant"].tolist() == ["as_used", "window_before", "specialisation"]
        made = read(table, single.sensitivity_columns(TAXONOMY, names))
        assert made["first countries"] == [
            "Japan, United States",
            "United States, Japan",
            "South Korea, Japan",
        ]
        assert made["shared with as used"] == ["2", "2", "1"]

    def test_headline(self):
        said = single.sensitivity_headline(SENSITIVITY, TAXONOMY).say("en")
        assert said == (
            "First place changes under some other choice in 1 of 1 groups, in 0 with size as the "
            "yardstick"
        )
        alone = SENSITIVITY[SENSITIVITY["variant"] == "as_used"]
        assert single.sensitivity_headline(alone, TAXONOMY).say("en").startswith("No other choice")
        assert single.sensitivity_sources(SENSITIVITY) == [
            "github_topics",
            "ncses_patent_families",
        ]


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("technology_strength", "measure", vocabulary.MEASURES),
        ("technology_strength", "measure", vocabulary.BRIEF_MEASURES),
        ("technology_strength", "measure", vocabulary.MEASURE_SOURCES),
        ("technology_strength", "status", vocabulary.STATUSES),
        ("group_concentration", "status", vocabulary.STATUSES),
        ("stated_agreement", "status", vocabulary.STATUSES),
        ("technology_strength", "role", vocabulary.ROLES),
        ("technology_ranks", "label", vocabulary.RANK_MARKS),
        ("technology_ranks", "label", vocabulary.GROUP_LABELS),
        ("group_coverage", "status", vocabulary.COVERAGE),
        ("stated_ledger", "grade", vocabulary.GRADES),
        ("stated_ledger", "grade", vocabulary.GRADE_MARKS),
        ("stated_ledger", "reason", vocabulary.REASONS),
        ("stated_agreement", "measure", vocabulary.MEASURES),
        ("stated_agreement", "indicator", vocabulary.INDICATORS),
        ("stated_agreement", "statistic", vocabulary.STATISTICS),
        ("rank_sensitivity", "variant", vocabulary.VARIANTS),
    ],
)
def test_each_code_that_a_result_may_hold_has_words(table, column, words):
    assert codes_of(table, column) <= set(words)


def test_headline_numbers_are_those_of_the_results():
    numbers = page.headline_numbers(RESULTS, "VNM")
    assert numbers["first_G06"] == "JPN"
    assert numbers["first_places_that_hold"] == 1
    assert numbers["groups_with_proxies_only"] == 1
    assert numbers["stated_supported"] == 1
    assert numbers["share_supported_unstated"] == 0.4
    assert numbers["auc_pooled"] == 0.71
    assert (numbers["measures_held_by_one_country"], numbers["measures_near"]) == (1, 2)
    assert numbers["viewpoint_best_rank_median"] == 3.5
    assert page.headline_numbers(RESULTS, "LAO")["viewpoint_best_group"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_alternative_texts_can_be_read_aloud(language, names):
    shown = ["JPN", "USA", "VNM"]
    near = spelled.near_shares(CONCENTRATION)
    for text in (
        page.matrix_alt(RESULTS, shown, "VNM", names),
        page.leading_alt(RESULTS, TAXONOMY, "VNM", names),
        single.concentration_alt(near, TAXONOMY, names),
        single.spread_alt(SPREAD, "VNM", names),
        graded.stated_alt(RESULTS),
    ):
        assert 40 <= len(text.say(language)) <= 300


def test_rows_with_a_sure_advantage_are_counted(names):
    rows = pd.DataFrame({"probability_above": [0.99, 0.95, 0.5, np.nan]})
    assert single.advantage_headline(rows, 0.95).say("en") == (
        "Large is not specialised: 2 of 3 rows show an advantage with a probability of 95% or more"
    )
