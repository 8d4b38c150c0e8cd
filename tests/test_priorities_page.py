"""The words of the priorities page follow the results; overlapping places are never told apart."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, read

from techdiplomacy import pages, priorities, vocabulary
from techdiplomacy import partner_groups_page as groups
from techdiplomacy import partner_orders_page as orders
from techdiplomacy import priorities_page as page
from techdiplomacy import priority_words as words
from techdiplomacy.params import load_params
from techdiplomacy.partnership import Partnership
from techdiplomacy.technologies import load_taxonomy
from techdiplomacy.texts import LANGUAGES, period, say

pytestmark = pytest.mark.usefixtures("at_the_root")

DASH = "\N{EN DASH}"
LIST = "vn-1131-2025"
TAXONOMY = load_taxonomy(LIST)
SUBTITLE = "strength 2016-2020 (year of grant), works 2019-2023"
BASIS = words.Basis(
    strength=period("2016-2020"),
    works=period("2019-2023"),
    ai=period("2003-2022"),
    strength_sources=("ncses_patent_families",),
    joint_works={"USA": 900.0, "JPN": 400.0, "SGP": 80.0, "KHM": 7.0},
)
RANKS = pd.DataFrame(
    [
        # group, partner, rank, median, low, high, any low, any high, front, share, reasons
        ("ALL", "USA", 1, 1.0, 1, 2, 1, 3, True, 1.0, "leads_here;room_to_grow;tie_all_fields"),
        ("ALL", "JPN", 2, 2.0, 1, 2, 1, 4, True, 0.9, "close_tie;tie_all_fields"),
        ("ALL", "KOR", 3, 3.0, 3, 4, 1, 4, False, 0.1, "strong_here;tie_all_fields"),
        ("ALL", "SGP", 14, 14.0, 12, 15, 3, 15, False, 0.0, "few_items;tie_all_fields"),
        ("G06", "USA", 1, 1.0, 1, 1, 1, 2, True, 1.0, "leads_here;room_to_grow;one_measure"),
        ("G06", "SGP", 2, 2.0, 2, 3, 1, 3, True, 0.6, "strong_here"),
        ("G06", "JPN", 3, 3.0, 2, 3, 1, 3, False, 0.2, "leads_here;above_expected"),
        ("G11", "JPN", 1, 1.0, 1, 1, 1, 1, True, 0.99, "leads_here"),
        ("G11", "USA", 2, 2.0, 2, 2, 2, 2, False, 0.0, "leads_here"),
    ],
    columns=[
        *("group_id", "partner", "rank", "rank_median", "rank_low", "rank_high", "any_low"),
        *("any_high", "on_front", "front_share", "reasons"),
    ],
).assign(
    framework=LIST,
    status="ok",
    label="firm",
    groups=2,
    ranked=15,
    score=0.5,
    front_shown=lambda rows: rows["on_front"] & (rows["front_share"] >= 0.9),
)
UNRANKED = pd.DataFrame(
    {"group_id": ["ALL"], "partner": ["KHM"], "status": ["not_estimable"], "framework": [LIST]}
).assign(label="do not conclude", groups=0, ranked=15, on_front=False, front_shown=False)
PARTNER_RANKS = pd.concat([RANKS, UNRANKED], ignore_index=True)
VALUES = pd.DataFrame(
    [
        ("G06", "USA", 1.0, np.log(0.5), np.log(0.25), np.log(0.8)),
        ("G06", "SGP", 8.0, np.log(1.0), np.log(0.8), np.log(1.25)),
        ("G06", "JPN", 2.0, np.log(2.0), np.log(1.6), np.log(2.5)),
        ("G11", "JPN", 1.0, np.log(2.0), np.log(1.6), np.log(2.5)),
        ("G11", "USA", 2.0, np.log(0.5), np.log(0.25), np.log(0.8)),
    ],
    columns=["group_id", "partner", "strength_rank", "gap", "gap_low", "gap_high"],
).assign(framework=LIST, tie_kind="joint_works", tie_scope="all_fields", status="ok")
PRIORITY_LISTS = pd.DataFrame(
    [
        ("leaders_without_tie", "G06", "USA", 1.0, "joint_works", "below_expected"),
        ("leaders_without_tie", "G11", "USA", 2.0, "joint_works", "below_expected"),
        ("leaders_without_tie", "G11", "KOR", 4.0, "joint_works", "below_association"),
        ("ties_without_strength", "ALL", "THA", 35.0, "joint_works", "ranks_lower"),
    ],
    columns=["list", "group_id", "partner", "strength_rank", "tie_kind", "reasons"],
).assign(
    strength_low=lambda rows: rows["strength_rank"],
    strength_high=lambda rows: rows["strength_rank"],
    tie_scope="all_fields",
    volume=900.0,
    tie_place=1,
    association=0.7,
    association_low=0.6,
    association_high=0.8,
    gap=np.log(0.5),
    gap_low=np.log(0.25),
    gap_high=[np.log(0.8), np.log(0.8), np.log(1.1), np.log(1.1)],
)
STATED = pd.DataFrame(
    {
        "list": ["long_term"] * 3,
        "partner": ["USA", "EU", "SGP"],
        "stated_position": [1, 2, 3],
        "members": [1, 27, 1],
        "measured_members": [1, 13, 1],
        "rank": [1.0, 21.0, 14.0],
        "rank_median": [1.0, 20.0, 14.0],
        "rank_low": [1.0, 17.0, 12.0],
        "rank_high": [2.0, 22.0, 15.0],
        "best_member": [None, "DEU", None],
        "best_rank": [np.nan, 10.0, np.nan],
        "best_low": [np.nan, 4.0, np.nan],
        "best_high": [np.nan, 13.0, np.nan],
        "among": [15, 15, 15],
        "status": ["ok", "group", "ok"],
    }
)
AGREEMENT = pd.DataFrame(
    [
        ("ten_leaders", 10, 0.65, 0.35, 0.88, -0.56, 0.55, "ok"),
        ("long_term", 2, *[np.nan] * 5, "too_short"),
    ],
    columns=[
        *("list", "n", "correlation", "correlation_low", "correlation_high"),
        *("null_low", "null_high", "status"),
    ],
)
REPLICATION = pd.DataFrame(
    {
        "partner": ["USA", "KOR", "SGP", "KHM"],
        "position": pd.array([1, 2, 3, pd.NA], dtype="Int64"),
        "step": pd.array([1, 2, 2, pd.NA], dtype="Int64"),
        "rank": [1.0, 3.0, 14.0, np.nan],
        "rank_median": [1.0, 3.0, 14.0, np.nan],
        "rank_low": [1.0, 3.0, 4.0, np.nan],
        "rank_high": [2.0, 4.0, 15.0, np.nan],
        "similarity_to_pilot": [0.9, 0.99, 0.95, 0.85],
        "groups_measured": [2, 2, 2, 0],
        "status": ["ok", "ok", "ok", "not_estimable"],
    }
)
CARD = pd.DataFrame(
    {
        "indicator": ["gap", "gap"],
        "partner": ["KHM", "USA"],
        "value": [np.log(1.7), np.log(9.0)],
        "low": [np.log(1.0), np.log(8.0)],
        "high": [np.log(2.0), np.log(10.0)],
    }
)
TOTALS = pd.DataFrame(
    {
        "what": ["offices", "host_countries"],
        "known": [5, 4],
        "from_register": [0, 0],
        "stated": pd.array([23, 19], dtype="Int64"),
    }
)
FRAMES = {
    "partner_values": VALUES,
    "partner_ranks": PARTNER_RANKS,
    "priority_lists": PRIORITY_LISTS,
    "stated_order": STATED,
    "stated_order_agreement": AGREEMENT,
    "replication_order": REPLICATION,
    "scorecard": CARD,
    "scorecard_totals": pd.DataFrame({"label": ["firm", "do not conclude"], "measured": [6, 5]}),
    "event_study": pd.DataFrame(
        {"event_kind": ["any"], "used": [20], "effect": [0.07], "p_value": [0.59]}
    ).assign(verdict="no_change_seen", detectable=np.log(1.5)),
    "side_correlations": pd.DataFrame({"correlation": [-0.78, np.nan, -0.58]}),
    "event_list": pd.DataFrame({"event_kind": ["any"] * 3, "year": [2001, 2025, None]}),
    "event_sensitivity": pd.DataFrame({"verdict": ["change_seen", "no_change_seen"]}),
    "representation": pd.DataFrame({"groups_led": [2, 1, 0], "st_offices_known": [0, 1, 1]}),
    "representation_totals": TOTALS,
}


def made(**changes: pd.DataFrame) -> Partnership:
    """Return results with some tables replaced; what no test here needs is empty."""
    tables = FRAMES | changes
    return Partnership(
        **{one.name: tables.get(one.name, pd.DataFrame()) for one in fields(Partnership)}
    )


RESULTS = made()


@pytest.fixture
def params(at_the_root):
    """Return the settings with few partners, one of them the viewpoint."""
    return load_params().model_copy(
        update={"viewpoint": "VNM", "partners": ["USA", "JPN", "SGP", "KHM", "VNM"]}
    )


class TestWords:
    def test_partners_of_a_step_are_those_whose_interval_reaches_its_first(self):
        rows = words.over_all(PARTNER_RANKS, LIST)
        assert priorities.steps_of_places(rows) == [["USA", "JPN"], ["KOR"], ["SGP"]]

    def test_the_viewpoint_is_never_shown_and_the_unranked_come_last(self, params):
        assert params.others == ["USA", "JPN", "SGP", "KHM"]
        assert words.shown_partners(PARTNER_RANKS, params, LIST) == [
            *("USA", "JPN", "KOR", "SGP", "KHM"),
        ]

    def test_logarithms_become_ratios(self):
        rows = words.with_ratios(VALUES.head(1))
        assert rows[["ratio", "ratio_low", "ratio_high"]].to_numpy().round(6).tolist() == [
            [0.5, 0.25, 0.8]
        ]

    def test_many_names_are_cut(self, names):
        said = words.some(["USA", "JPN", "KOR", "SGP"], names, 2).say("en")
        assert said == "United States, Japan and 2 more"

    def test_codes_without_those_that_all_share(self):
        said = words.codes_in_words("close_tie;one_measure", vocabulary.PARTNER_REASONS)
        assert said.say("en") == "close tie, strength by one measure only"
        none = words.codes_in_words(None, vocabulary.PARTNER_REASONS)
        assert none.say("en") == DASH
        assert words.codes_of_all(pd.Series(["a;b", None])) == []

    def test_basis_is_read_from_the_features(self, params):
        evidence = pd.DataFrame(
            {
                "framework": LIST,
                "rule": "strongest",
                "measure": "families",
                "group_id": "G06",
                "window": "2016-2020",
                "country": [f"C{n}" for n in range(30)],
                "role": "direct",
                "count_items": 5.0,
            }
        )
        ties = pd.DataFrame(
            [
                ("joint_works", "JPN", "VNM", 2018, 2018, 3.0),
                ("joint_works", "JPN", "VNM", 2019, 2019, 4.0),
                *(("joint_works", "USA", "VNM", year, year, 1.0) for year in range(2015, 2024)),
                ("joint_works", "JPN", "USA", 2023, 2023, 50.0),
                ("joint_ai_articles", "JPN", "USA", 2022, 2003, 5.0),
            ],
            columns=["kind", "country", "partner", "year", "first_year", "value"],
        )
        found = words.basis({"group_evidence": evidence, "ties": ties}, TAXONOMY, params)
        assert found.joint_works == {"JPN": 4.0, "USA": 5.0}  # 2019 to 2023
        assert found.strength_sources == ("ncses_patent_families",)
        said = found.four_sides.say("en")
        for span in ("2016-2020", "2019-2023", "2003-2022"):
            assert span.replace("-", DASH) in said
        assert len(found.sources) == len(set(found.sources))


class TestFindings:
    def test_they_are_shown_and_say_who_cannot_be_ranked(self, params, names):
        items = page.findings(RESULTS, BASIS, LIST, params, names, say("2022"), TAXONOMY)
        said = [item.sentence.say("en") for item in items]
        assert said == [
            f"To ask first: United States and Japan (1{DASH}2); then South Korea.",
            f"Chips: United States (1), then Singapore (2{DASH}3).",
            "Fewer joint works than size, distance and language suggest: United States.",
            "Whether agreements raise joint work cannot be told: changes under 1.5-fold stay "
            "unseen (20 of 2 steps usable).",
            "5 of 23 stated science offices are known, in 4 of 19 host countries.",
        ]
        assert items[2].certainty.say("en") == f"times expected: 0.50 (0.25{DASH}0.80)"
        assert "1 of 4 partners unranked" in items[0].certainty.say("en")
        assert items[1].certainty.say("en") == "ranks; other weights reach 3"
        assert items[3].certainty.say("en") == "p = 0.59; 1 of 2 choices see one"
        assert pages.findings(items).kind == "findings"

    def test_without_what_is_known_of_one_country_only(self, params, names):
        plain = made(
            priority_lists=PRIORITY_LISTS.iloc[:0],
            representation_totals=TOTALS.assign(stated=pd.array([pd.NA, pd.NA], dtype="Int64")),
            event_study=FRAMES["event_study"].assign(used=1, verdict="not_enough_data"),
            partner_ranks=RANKS[RANKS["partner"].isin(["USA", "JPN"])],
        )
        two = params.model_copy(update={"partners": ["USA", "JPN"]})
        said = [
            item.sentence.say("en")
            for item in page.findings(plain, BASIS, LIST, two, names, say("2022"), TAXONOMY)
        ]
        assert said == [
            f"To ask first, in an open order: United States and Japan (1{DASH}2).",
            f"Chips: United States (1), then Japan (2{DASH}3).",
            "With no leader are joint works surely below what is expected.",
            "Too few dated steps to say what followed (1 of 2 usable).",
            "5 science offices of Vietnam are known, in 4 host countries.",
        ]


class TestOrder:
    def test_unknown_is_a_dash_and_known_ties_are_shown_without_a_rank(self, params, names):
        table = page.order_table(RESULTS, BASIS, LIST, params)
        shown = read(table, page.order_columns(names, 0.9))
        assert shown["partner"][-1] == "Cambodia"
        assert shown["place, median"] == ["1", "2", "3", "14", DASH]
        assert shown["joint works"] == ["900", "400", DASH, "80", "7"]
        # of the sides first, and of the card where there are none
        assert shown["times expected"] == ["0.50", "2.0", DASH, "1.0", "1.7"]
        assert shown["among the first five by size (groups)"] == ["2", "2", DASH, "0", DASH]
        assert shown["for (+), cautions (\u2212)"][1] == "+ close tie"
        columns = page.order_columns(names, 0.9)
        assert_headings_differ(columns)
        assert_can_be_shown(
            table, columns, "order", subtitle=SUBTITLE, source="ncses_patent_families"
        )

    def test_headlines(self, params, names):
        assert page.order_headline(RESULTS, LIST, names).say("en") == (
            "United States and Japan come first and are not told apart; the places of the next 1 "
            "overlap"
        )
        assert page.sides_headline(RESULTS, names).say("en") == (
            "Of the first five by size, with fewer joint works than expected: United States 0.50 "
            "times"
        )
        one = made(partner_ranks=RANKS[RANKS["partner"].isin(["USA", "KOR"])])
        assert page.order_headline(one, LIST, names).say("en").startswith("United States comes")
        alone = made(partner_ranks=RANKS[RANKS["partner"] == "USA"])
        assert page.order_headline(alone, LIST, names).say("en").startswith("No place of the 1")
        none = made(priority_lists=PRIORITY_LISTS.iloc[:0])
        assert "no leader" in page.sides_headline(none, names).say("en")
        assert BASIS.four_sides.say("en") in page.order_subtitle(BASIS, 0.9).say("en")

    def test_prose(self, params, names):
        said = page.ranked_words(RESULTS, LIST, params, names).say("en")
        assert said.startswith("Of 5 economies with any figure by technology, 4 have")
        assert "Cambodia cannot. That says nothing of their importance" in said
        all_ranked = params.model_copy(update={"partners": ["USA"]})
        assert "among them" in page.ranked_words(RESULTS, LIST, all_ranked, names).say("en")
        assert "strength 40%" in page.weights_words(params).say("en")
        assert page.shared_words(RESULTS, LIST).say("en").endswith("tie of all fields.")
        other = made(partner_ranks=PARTNER_RANKS.assign(reasons=None))
        assert "leave it out" not in page.shared_words(other, LIST).say("en")
        assert f"Singapore (3{DASH}15)" in page.weights_matter(RESULTS, LIST, names).say("en")

    def test_a_small_economy_behind_over_all_is_named_where_it_is_large(self, params, names):
        said = page.hidden_words(RESULTS, TAXONOMY, params, names).say("en")
        assert f"Singapore (12{DASH}15 over all groups) is 8 by size in" in said
        none = made(partner_values=VALUES.assign(strength_rank=30.0))
        assert "may stand further" in page.hidden_words(none, TAXONOMY, params, names).say("en")


class TestByTechnology:
    def test_margins_agree_both_ways(self, params, names):
        shown = ["USA", "JPN"]
        by_group = groups.group_table(RESULTS, params, TAXONOMY, names)
        by_partner = groups.partner_table(RESULTS, params, TAXONOMY, shown)
        marks = ["ranked", "leader", "on_front"]
        assert by_partner["sure"].tolist() == [1, 1, 0, 2]
        last = by_partner[marks].iloc[-1].tolist()
        assert by_group[marks].iloc[-1].tolist() == last == [5, 4, 3]
        assert by_group[marks].iloc[:-1].sum().tolist() == last
        assert by_partner[marks].iloc[:-1].sum().tolist() == last
        assert by_partner["partner"].tolist() == ["USA", "JPN", "others", "ALL"]
        assert "in 0 of 11 groups" in groups.ties_words(RESULTS, TAXONOMY).say("en")

    def test_tables_can_be_shown(self, params, names):
        table = groups.group_table(RESULTS, params, TAXONOMY, names)
        columns = groups.group_columns(TAXONOMY, names)
        first = read(table, columns)["first five by all sides (interval)"]
        assert first[0] == (
            f"United States (1 {groups.STAR}), Singapore (2{DASH}3), Japan (2{DASH}3)"
        )
        source = {"subtitle": SUBTITLE, "source": "ncses_patent_families"}
        assert_can_be_shown(table, columns, "by-group", **source)
        table = groups.partner_table(RESULTS, params, TAXONOMY, ["USA", "KHM"])
        assert_can_be_shown(table, groups.partner_columns(names), "by-partner", **source)
        table = groups.front_table(RESULTS, TAXONOMY)
        assert_can_be_shown(table, groups.front_columns(TAXONOMY, names), "front", **source)
        assert table["surely"].tolist() == ["USA", "JPN"]
        assert table["more"].tolist() == [1, 0]

    def test_a_partner_without_any_row_is_shown_without_a_rank(self):
        rows = groups.matrix_rows(RESULTS, ["USA", "LAO"])
        assert rows.loc[rows["partner"] == "LAO", "status"].tolist() == ["not_estimable"]
        assert set(groups.matrix_rows(RESULTS, ["USA"])["partner"]) == {"USA"}

    def test_the_front_is_no_recommendation(self):
        said = groups.front_words(RESULTS).say("en")
        assert said.startswith("3 of 5 places lie on a front, 2 of them surely")
        assert "(rank correlation -0.78 to -0.58 over groups)" in said
        alone = made(side_correlations=pd.DataFrame({"correlation": [np.nan]}))
        assert "correlation" not in groups.front_words(alone).say("en")

    def test_headlines(self, params, names):
        assert groups.matrix_headline(RESULTS, LIST, names).say("en") == (
            "First by the weighted sides: United States in 1, Japan in 1 of 2 groups; in 1 of them "
            "strength is measured in one way only"
        )
        assert "2 groups each: Japan, United States" in groups.group_headline(
            RESULTS, params, names
        ).say("en")
        said = groups.partner_headline(RESULTS, params, LIST, names)
        assert said.say("en").startswith("Only those among the first five")
        sure = made(partner_ranks=PARTNER_RANKS.assign(front_shown=PARTNER_RANKS["on_front"]))
        assert groups.partner_headline(sure, params, LIST, names).say("en") == (
            "Never among the first five by size, yet surely on the front in 1 groups: Singapore"
        )
        assert groups.front_headline(RESULTS, LIST, names).say("en") == (
            "Surely on the front in most groups (1 of 2): Japan, United States"
        )
        nobody = made(partner_ranks=PARTNER_RANKS.assign(front_shown=False))
        assert groups.front_headline(nobody, LIST, names).say("en").startswith("Nobody")
        assert groups.panels_headline(RESULTS, ["G06", "G11"], names).say("en") == (
            "Large, with ties surely below what is expected in each of 2 groups: United States"
        )
        none = made(partner_values=VALUES.assign(gap_high=1.0))
        assert groups.panels_headline(none, ["G06"], names).say("en").startswith("No partner")


class TestLists:
    def test_leaders_stand_once_with_their_groups_by_reason(self, names):
        table = orders.short_table(RESULTS)
        assert table["partner"].tolist() == ["USA", "KOR"]
        assert table["groups"].tolist() == ["G06;G11", "G11"]
        columns = orders.short_columns(TAXONOMY, names, 0.9)
        assert_headings_differ(columns)
        assert read(table, columns)["in"] == ["Chips and Aerospace", "Aerospace"]
        source = {"subtitle": SUBTITLE, "source": "ncses_patent_families"}
        assert_can_be_shown(table, columns, "short", **source)
        by_group = orders.by_group_table(RESULTS, TAXONOMY)
        assert by_group["expected"].tolist() == ["USA", "USA"]
        assert by_group["other"].fillna("").tolist() == ["", "KOR"]
        assert_can_be_shown(
            by_group, orders.by_group_columns(TAXONOMY, names), "by-group", **source
        )
        assert_can_be_shown(
            orders.idle_table(RESULTS), orders.idle_columns(names, 0.9), "idle", **source
        )

    def test_many_groups_are_told_by_those_left_out(self, names):
        most = (
            PRIORITY_LISTS.head(1)
            .drop(columns="group_id")
            .merge(
                pd.DataFrame({"group_id": [one for one in TAXONOMY.groups if one != "G06"]}),
                how="cross",
            )
        )
        table = orders.short_table(made(priority_lists=most))
        assert read(table, orders.short_columns(TAXONOMY, names, 0.9))["in"] == [
            "10 groups, all but Chips"
        ]

    def test_headlines(self, names):
        assert orders.short_headline(RESULTS, names).say("en") == (
            "Of the first five by size without a tie: 0; surely below what is expected: United "
            "States"
        )
        assert orders.by_group_headline(RESULTS, TAXONOMY).say("en") == (
            "In 2 of 11 groups the tie with one of the first five by size falls short"
        )
        assert "Thailand" in orders.idle_headline(RESULTS, names).say("en")
        empty = made(priority_lists=PRIORITY_LISTS.iloc[:0])
        assert orders.short_headline(empty, names).say("en").startswith("With no leader")
        assert orders.idle_headline(empty, names).say("en").startswith("Every close tie")
        assert orders.short_table(empty).empty
        assert orders.by_group_table(empty, TAXONOMY).empty
        assert "up to 5" in orders.short_subtitle(BASIS, 5).say("en")
        assert "up to 20" in orders.idle_subtitle(BASIS, 20).say("en")


class TestOrders:
    def test_a_group_of_countries_is_not_given_a_place_of_its_own(self, names):
        table = orders.stated_table(RESULTS, "long_term")
        columns = orders.stated_columns(names, 0.9, unions=True)
        shown = read(table, columns)
        assert shown["partner"] == ["United States", "European Union", "Singapore"]
        assert shown["behind it"][1] == "13 of 27 members ranked, their median"
        assert shown["best member"] == [DASH, "Germany", DASH]
        assert_headings_differ(columns)
        assert_can_be_shown(
            table, columns, "long", subtitle=SUBTITLE, source="ncses_patent_families"
        )
        assert orders.stated_headline(RESULTS, "long_term", names).say("en") == (
            "Of 2 countries with a place, all may be among the first 3 but Singapore"
        )
        near = made(stated_order=STATED.head(1))
        assert "may be among the first 1" in orders.stated_headline(near, "long_term", names).say(
            "en"
        )
        assert orders.stated_table(RESULTS, "ten_leaders").empty
        assert orders.stated_headline(RESULTS, "ten_leaders", names).say("en").startswith("No")
        for first in (True, False):
            said = orders.stated_subtitle(BASIS, first_mention=first).say("en")
            assert ("first mention" in said) == first

    def test_agreement_is_held_against_random_orders(self):
        assert "more alike than by chance" in orders.agreement_words(RESULTS, "ten_leaders").say(
            "en"
        )
        weak = made(stated_order_agreement=AGREEMENT.assign(correlation=0.4))
        assert "no more than chance" in orders.agreement_words(weak, "ten_leaders").say("en")
        assert "too few" in orders.agreement_words(RESULTS, "long_term").say("en")
        none = made(stated_order_agreement=AGREEMENT.iloc[:0])
        assert orders.agreement_words(none, "long_term").say("en").startswith("No text")

    def test_the_unplaced_are_named_after_the_pilot(self, names):
        assert orders.replication_headline(RESULTS, "JPN", names).say("en") == (
            "After Japan: United States; then 2 that cannot be told apart"
        )
        said = orders.replication_words(RESULTS, names).say("en")
        assert said.startswith("Not placed, for want of figures by technology: Cambodia.")
        placed = made(replication_order=REPLICATION.iloc[1:3])
        assert orders.replication_headline(placed, "JPN", names).say("en") == (
            "After Japan, in one step: South Korea and Singapore"
        )
        assert "Not placed" not in orders.replication_words(placed, names).say("en")
        none = made(replication_order=REPLICATION.iloc[3:])
        assert orders.replication_headline(none, "JPN", names).say("en").startswith("No partner")
        assert "without Japan" in orders.replication_subtitle(BASIS, "JPN", names).say("en")
        columns = orders.replication_columns(names, 0.9)
        assert_can_be_shown(
            orders.replication_table(RESULTS),
            columns,
            "pilot",
            subtitle=SUBTITLE,
            source="ncses_patent_families",
        )


def test_the_pilot_itself_has_a_place_and_a_ratio(names):
    said = orders.pilot_words(RESULTS, TAXONOMY, ["G06"], "JPN", names).say("en")
    assert f"place 2 over all groups (1{DASH}2; any weights 1{DASH}4)" in said
    assert f"Chips 3 (2{DASH}3). Joint works are 2.0 times those expected (1.6 to 2.5)" in said
    assert "room does not" in said
    assert "room does too" in orders.pilot_words(RESULTS, TAXONOMY, [], "USA", names).say("en")
    assert "nothing can be said" in orders.pilot_words(RESULTS, TAXONOMY, [], "SGP", names).say(
        "en"
    )
    assert "too few figures" in orders.pilot_words(RESULTS, TAXONOMY, [], "KHM", names).say("en")


def test_first_is_one_number_everywhere(params, names):
    ranks = PARTNER_RANKS.assign(
        rank=PARTNER_RANKS["rank"].where(PARTNER_RANKS["group_id"] != "ALL", 9.0)
    )
    said = page.order_headline(made(partner_ranks=ranks), LIST, names).say("en")
    assert said.startswith("United States and Japan come first")
    # the words 'first five' are those of the setting
    assert params.priorities.leader_rank == 5


def test_headline_numbers_are_those_of_the_results(params):
    numbers = page.headline_numbers(RESULTS, LIST, params)
    assert numbers["partners_ranked"] == 4
    assert numbers["listed_partners_ranked"] == 3
    assert (numbers["pairs_ranked"], numbers["pairs_leading"], numbers["pairs_on_front"]) == (
        *(5, 4, 3),
    )
    assert (numbers["offices_known"], numbers["offices_stated"]) == (5, 23)
    assert numbers["rank_SGP_low"] == 12
    assert numbers["agreement_long_term"] is None
    assert numbers["steps_p_any"] == 0.59


@pytest.mark.parametrize(
    ("table", "column", "spoken"),
    [
        ("partner_ranks", "label", vocabulary.GROUP_LABELS),
        ("representation", "level", vocabulary.LEVELS),
        ("representation", "mission", vocabulary.MISSION_LISTED),
        ("representation", "confirmed", vocabulary.CONFIRMED),
        ("representation", "verdict", vocabulary.REPRESENTED),
        ("scorecard", "indicator", vocabulary.CARD_INDICATORS),
        ("scorecard", "status", vocabulary.CARD_STATUSES),
        ("event_study", "event_kind", vocabulary.STEP_KINDS),
        ("event_study", "verdict", vocabulary.STEP_VERDICTS),
        ("event_list", "why_not", vocabulary.STEP_REASONS),
    ],
)
def test_each_code_that_a_result_may_hold_has_words(table, column, spoken):
    assert codes_of(table, column) <= set(spoken)


def test_each_reason_has_words():
    from techdiplomacy.priority_tables import CAUTIONS, FOR_IT, SIDES, WHY_LISTED

    assert {*FOR_IT, *CAUTIONS} == set(vocabulary.PARTNER_REASONS)
    assert set(WHY_LISTED) == set(vocabulary.SHORTFALLS)
    assert set(SIDES) == set(vocabulary.PARTNER_SIDES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_alternative_texts_can_be_read_aloud(language, names):
    for text in (
        page.order_alt(RESULTS, LIST, names),
        groups.matrix_alt(RESULTS, ["USA", "JPN"], LIST, names),
        groups.panels_alt(RESULTS, ["G06", "G11"]),
        groups.panels_alt(made(partner_values=VALUES.assign(gap_high=1.0)), ["G06"]),
    ):
        assert 40 <= len(text.say(language)) <= 300
