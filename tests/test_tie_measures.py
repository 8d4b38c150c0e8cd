"""The ties of one country: a planted dead link, windows by kind, what is not defined, a network."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdiplomacy import tie_measures as measures
from techdiplomacy.declarations import declared
from techdiplomacy.params import CooperationSettings
from techdiplomacy.strength import log_ratio_of_counts
from techdiplomacy.tables import check_table
from techdiplomacy.tie_tables import KIND, TIE_KINDS
from techdiplomacy.ties import tie_indices, tie_matrix

SETTINGS = CooperationSettings(window_years=5, min_ties=5, shallow_max=2)
INTERVAL = (0.05, 0.95)
VIEW = "VNM"


def tie(kind, country, partner, year, value, first_year=None):
    return {
        "kind": kind,
        "country": country,
        "partner": partner,
        "year": year,
        "first_year": first_year or year,
        "value": float(value),
        "unit": KIND[kind].unit,
    }


def works(yearly, years=range(2009, 2024), dead_after=2015):
    """Return joint works of the same number each year; those with CUB stop."""
    return [
        tie("joint_works", *sorted(pair), year, value)
        for pair, value in yearly.items()
        for year in years
        if "CUB" not in pair or year <= dead_after
    ]


# all pairs go on but that of the viewpoint with CUB, which was among the strongest
YEARLY = {
    ("VNM", "JPN"): 10,
    ("VNM", "KOR"): 6,
    ("VNM", "LAO"): 2,
    ("VNM", "CUB"): 20,
    ("JPN", "KOR"): 30,
    ("JPN", "LAO"): 1,
    ("KOR", "LAO"): 1,
}
PLANTED = pd.DataFrame(
    # CUB itself goes on with others
    [*works(YEARLY), *works({("BRA", "JPN"): 5})]
    + [tie("joint_works", "BRA", "CUB", year, 9) for year in range(2009, 2024)]
)


def measured(ties=PLANTED, viewpoint=VIEW, windows=4):
    table = measures.tie_measures(ties, viewpoint, SETTINGS, interval=INTERVAL, windows=windows)
    return check_table(table, declared("tie_measures"), where="test")


def newest(**choices):
    table = measured(**choices)
    return table[table["window"] == "2019-2023"].set_index("partner")


def test_a_dead_link_is_last_by_every_measure():
    table = newest()
    assert sorted(table.index) == ["CUB", "JPN", "KOR", "LAO"]
    for measure in ("volume", "share_of_ties", "growth", "growth_high", "last_active"):
        assert table[measure].astype(float).idxmin() == "CUB", measure
        assert (table[measure].drop("CUB") > table.at["CUB", measure]).all(), measure
    assert table["active_of_10"].to_dict() == {"CUB": 2, "JPN": 10, "KOR": 10, "LAO": 10}
    dead = table.loc["CUB"]
    assert dead["last_active"] == 2015
    assert dead["volume"] == 0
    assert bool(dead["shallow"])
    assert dead["status"] == "small_n"
    # the ratio is hidden in the table, and last where it is computed
    assert pd.isna(dead["association"])
    inside = PLANTED[PLANTED["year"] >= 2019]
    pairs = tie_indices(tie_matrix(inside, symmetric=True), min_ties=5)
    own = pairs[pairs["partner"] == VIEW].set_index("country")["association"]
    assert own.drop("BRA").idxmin() == "CUB"
    # while it was alive it was first
    table = measured()
    old = table[table["window"] == "2009-2013"].set_index("partner")
    assert old["volume"].idxmax() == "CUB"
    assert old.at["CUB", "last_active"] == 2013


def test_the_newest_window_by_hand():
    table = newest()
    # 50 with JPN, 30 with KOR, 10 with LAO
    assert table.at["JPN", "share_of_ties"] == pytest.approx(50 / 90)
    # a year: VNM 18, JPN 10 + 30 + 1 + 5 = 46, all 2 (10 + 6 + 2 + 30 + 1 + 1 + 5 + 9) = 128
    assert table.at["JPN", "association"] == pytest.approx(10 * 128 / (18 * 46))
    assert table.at["JPN", "salton"] == pytest.approx(10 / np.sqrt(18 * 46))
    assert table.at["JPN", "jaccard"] == pytest.approx(10 / (18 + 46 - 10))
    # the same each year: only chance; 5 % of Gamma(50.5) is 39.4066
    assert table.at["JPN", "dispersion"] == 1
    assert table.at["JPN", "association_low"] == pytest.approx(39.4066 / 5 * 128 / (18 * 46))
    assert table.at["JPN", "growth"] == 0
    # 5 % of Beta(50.5, 50.5) is .418512
    assert table.at["JPN", "growth_low"] == pytest.approx(np.log(0.418512 / 0.581488) / 5, rel=1e-5)
    assert table.at["JPN", "growth_low"] < 0 < table.at["JPN", "growth_high"]
    for low, mid, high in (
        ("association_low", "association", "association_high"),
        ("growth_low", "growth", "growth_high"),
    ):
        known = table[table[mid].notna()]
        assert (known[low] <= known[mid]).all()
        assert (known[mid] <= known[high]).all()


def test_growth_is_the_log_ratio_of_two_windows_a_year():
    rows = [tie("joint_works", "JPN", VIEW, year, 4) for year in range(2014, 2019)]
    rows += [tie("joint_works", "JPN", VIEW, year, 8) for year in range(2019, 2024)]
    table = measured(pd.DataFrame(rows)).set_index("window")
    assert table.at["2019-2023", "growth"] == pytest.approx(np.log(40.5 / 20.5) / 5)
    assert table.at["2019-2023", "growth_low"] > 0
    assert pd.isna(table.at["2014-2018", "growth"])


def test_the_growth_of_all_is_that_of_the_sum_and_the_same_for_every_partner():
    table = measured()
    newest_rows = table[table["window"] == "2019-2023"]
    # 18 a year, before it 18 as well and 20 with CUB in the first two years
    assert newest_rows["growth_of_all"].to_numpy() == pytest.approx(np.log(90.5 / 130.5) / 5)
    assert table.loc[table["window"] == "2009-2013", "growth_of_all"].isna().all()


def world(swinging, years=range(2014, 2024)):
    """Return joint works of five countries, the same each year but for the viewpoint and IRN."""
    others = {("CUB", "JPN"): 300, ("JPN", "KOR"): 200, ("JPN", "VNM"): 100, ("IRN", "KOR"): 400}
    own = [tie("joint_works", "IRN", VIEW, *row) for row in zip(years, swinging, strict=True)]
    few = [tie("joint_works", "LAO", VIEW, year, 1) for year in (2019, 2021)]
    return pd.DataFrame([*works(others, years, dead_after=2023), *own, *few])


def course(swinging):
    table = measured(world(swinging))
    return table[table["partner"] == "IRN"].set_index("window")


def test_a_tie_that_swings_has_wider_intervals():
    even = course([60] * 10)
    swings = course([60] * 5 + [20, 100, 60, 20, 100])
    assert swings.at["2019-2023", "association"] == even.at["2019-2023", "association"]
    assert even.at["2019-2023", "dispersion"] == 1
    assert swings.at["2019-2023", "dispersion"] > 5
    for measure in ("association", "growth"):
        ends = [f"{measure}_low", measure, f"{measure}_high"]
        low, _, high = even.loc["2019-2023", ends].astype(float)
        lower, middle, higher = swings.loc["2019-2023", ends].astype(float)
        assert lower < low < middle < high < higher, measure
    # scatter in the window before widens growth as well, but not the association
    before = course([20, 100, 60, 20, 100] + [60] * 5)
    assert before.at["2019-2023", "growth_low"] < even.at["2019-2023", "growth_low"]
    assert before.at["2019-2023", "association_low"] == even.at["2019-2023", "association_low"]


def test_a_tie_that_burst_is_told_from_one_that_grows():
    burst = course([25, 25, 27, 75, 247, 609, 1580, 745, 309, 240])
    assert burst["turned"].to_dict() == {"2019-2023": "fell", "2014-2018": "rose"}
    assert burst.at["2019-2023", "growth_low"] > 0
    assert burst["peak_year"].to_dict() == {"2019-2023": 2020, "2014-2018": 2018}
    assert burst.at["2019-2023", "last_to_peak"] == pytest.approx(240 / 1580)
    assert burst.at["2014-2018", "last_to_peak"] == 1


@pytest.mark.parametrize(
    ("newest_years", "told", "peak"),
    [
        ((100, 100, 100, 100, 100), "steady", 2023),
        ((100, 120, 110, 130, 95), "steady", 2022),
        # beyond the noise, but by less than a factor of 1.5
        ((1000, 1400, 1400, 1400, 1000), "steady", 2022),
        # beyond the factor, but within the noise
        ((4, 8, 4, 8, 5), "steady", 2022),
        ((4, 5, 6, 5, 8), "steady", 2023),
        # one year below another would be told, one below the highest of five may be chance
        ((8, 14, 8, 8, 5), "steady", 2020),
        ((100, 400, 100, 100, 100), "fell", 2020),
        ((400, 300, 200, 200, 200), "fell", 2019),
        ((100, 120, 160, 200, 200), "rose", 2023),
        ((100, 60, 60, 200, 190), "rose", 2022),
    ],
)
def test_the_course_within_a_window(newest_years, told, peak):
    found = course([100] * 5 + list(newest_years)).loc["2019-2023"]
    assert (found["turned"], found["peak_year"]) == (told, peak)
    assert found["last_to_peak"] == pytest.approx(newest_years[-1] / max(newest_years))


def test_where_every_tie_swings_a_fall_has_to_be_deeper():
    bursts = [20, 100, 20, 60, 40] * 2
    wild = [
        tie("joint_works", *pair, year, 10 * bursts[(place + year) % 5])
        for place, pair in enumerate((("CUB", "JPN"), ("JPN", "KOR"), ("CUB", "KOR")))
        for year in range(2014, 2024)
    ]
    own = [tie("joint_works", "JPN", VIEW, year, 40) for year in range(2014, 2023)]
    last = [tie("joint_works", "JPN", VIEW, 2023, 20)]
    found = newest(ties=pd.DataFrame([*wild, *own, *last]))
    assert found.at["JPN", "turned"] == "steady"
    calm = works({("CUB", "JPN"): 400, ("JPN", "KOR"): 400, ("CUB", "KOR"): 400}, dead_after=2023)
    found = newest(ties=pd.DataFrame([*calm, *own, *last]))
    assert found.at["JPN", "turned"] == "fell"


def test_too_few_items_have_no_course():
    table = measured(world([60] * 10)).set_index(["partner", "window"])
    few = table.loc[("LAO", "2019-2023")]
    assert few["status"] == "small_n"
    assert few[["peak_year", "last_to_peak", "turned"]].isna().all()


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 5000), st.integers(0, 5000), st.floats(1, 50), st.floats(1, 50))
def test_the_ratio_of_scattered_counts_lies_in_its_interval(newer, older, one, other):
    ratio, low, high = log_ratio_of_counts([newer], [older], *INTERVAL, spread=([one], [other]))
    assert low[0] <= ratio[0] <= high[0]
    # the same spread in both is that of fewer items
    _, low, high = log_ratio_of_counts([newer * one], [older * one], *INTERVAL, spread=(one, one))
    _, fewer_low, fewer_high = log_ratio_of_counts([newer], [older], *INTERVAL)
    assert low[0] <= fewer_low[0] + 1e-9
    assert high[0] >= fewer_high[0] - 1e-9


def test_windows_come_newest_first_and_the_one_before_serves_growth():
    one = measured(windows=1)
    assert set(one["window"]) == {"2019-2023"}
    assert one["growth"].notna().all()
    assert set(measured()["window"]) == {"2019-2023", "2014-2018", "2009-2013"}


OTHERS = pd.DataFrame(
    [
        tie("joint_ai_articles", "JPN", VIEW, 2022, 0, 2003),
        tie("joint_ai_articles", "KOR", VIEW, 2022, 40, 2003),
        tie("joint_ai_articles", "JPN", "KOR", 2022, 60, 2003),
        tie("joint_projects", "FRA", VIEW, 2015, 6),
        tie("joint_projects", "FRA", VIEW, 2020, 1),
        *[tie("software_events", VIEW, "JPN", year, 30) for year in range(2020, 2025)],
        *[tie("software_events", "JPN", VIEW, year, 10) for year in range(2020, 2025)],
        tie("software_events", "JPN", "KOR", 2024, 50),
        tie("missions", VIEW, "JPN", 2022, 3),
        tie("missions", "KOR", VIEW, 2022, 1),
        tie("students", VIEW, "JPN", 2021, 0.3),
        tie("students", VIEW, "JPN", 2022, 0.2),
        tie("migrants", VIEW, "JPN", 2015, 10),
        tie("migrants", VIEW, "JPN", 2019, 30),
        tie("migrants", VIEW, "USA", 2019, 90),
        tie("st_agreements", "JPN", VIEW, 2006, 1),
        tie("st_agreements", "JPN", VIEW, 2020, 2),
        tie("partnership_level", "JPN", VIEW, 2025, 3, 2023),
        tie("partnership_level", "USA", VIEW, 2025, 3, 2025),
    ]
)


@pytest.fixture(scope="module")
def others():
    return measured(OTHERS).set_index(["kind", "direction", "partner"]).sort_index()


def test_what_a_figure_stands_for_follows_the_kind(others):
    windows = others.groupby("kind")["window"].agg(set).to_dict()
    assert windows == {
        "joint_ai_articles": {"2003-2022"},
        "joint_projects": {"2015-2020"},
        "software_events": {"2020-2024"},
        "missions": {"2022"},
        "students": {"2022"},
        "migrants": {"2019"},
        "st_agreements": {"2006-2020"},
        "partnership_level": {"2025"},
    }
    # a stock is never added to another, projects of all years are
    assert others.at[("migrants", "out", "JPN"), "volume"] == 30
    assert others.at[("joint_projects", "both", "FRA"), "volume"] == 7


def test_directed_kinds_have_both_directions(others):
    assert others.at[("software_events", "out", "JPN"), "volume"] == 150
    assert others.at[("software_events", "in", "JPN"), "volume"] == 50
    # VNM sends 150, JPN receives 150 of 250 events
    assert others.at[("software_events", "out", "JPN"), "association"] == pytest.approx(
        150 * 250 / (150 * 150)
    )
    assert pd.isna(others.at[("software_events", "out", "JPN"), "salton"])
    assert ("missions", "in", "JPN") not in others.index


def test_ratios_that_a_kind_does_not_allow_are_empty_and_said_so(others):
    for kind in TIE_KINDS[1:]:
        rows = others.loc[[kind.code]]
        assert (rows["status"] == "not_defined").all() != kind.association, kind.code
        assert rows["share_of_ties"].isna().all() != kind.adds_over_partners, kind.code
        if not kind.association:
            assert rows["association"].isna().all()
        if not kind.joint_output:
            assert not rows["shallow"].any()
        if not kind.dated:
            assert rows["last_active"].isna().all()
    # without years the noise of counting alone: 5 % of Gamma(40.5) is 30.6307
    articles = others.loc[("joint_ai_articles", "both", "KOR")]
    assert articles["association_low"] / articles["association"] == pytest.approx(
        30.6307 / 40, rel=1e-5
    )
    years = others.index.get_level_values("kind").isin(["joint_works", "software_events"])
    assert others.loc[~years, ["dispersion", "turned", "growth_of_all"]].isna().all(axis=None)
    assert others.at[("migrants", "out", "USA"), "share_of_ties"] == 0.75
    # two instruments in ten years, but what is not known may exist
    assert others.at[("st_agreements", "both", "JPN"), "last_active"] == 2020
    assert pd.isna(others.at[("st_agreements", "both", "JPN"), "active_of_10"])


def test_a_published_zero_is_a_shallow_tie(others):
    none = others.loc[("joint_ai_articles", "both", "JPN")]
    assert (none["volume"], bool(none["shallow"]), none["status"]) == (0, True, "small_n")


def test_another_country_may_be_the_viewpoint_and_may_have_nothing():
    table = newest(viewpoint="JPN")
    assert sorted(table.index) == ["BRA", "KOR", "LAO", "VNM"]
    assert set(table["country"]) == {"JPN"}
    nobody = measures.tie_measures(PLANTED, "MCO", SETTINGS, interval=INTERVAL, windows=4)
    assert nobody.empty


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["AAA", "BBB", "CCC", "DDD"]),
            st.integers(2014, 2023),
            st.integers(0, 30),
        ),
        min_size=1,
        unique_by=lambda row: row[:2],
    ),
    st.randoms(use_true_random=False),
)
def test_shares_add_to_one_and_order_plays_no_part(rows, chance):
    ties = pd.DataFrame([tie("joint_works", partner, VIEW, *rest) for partner, *rest in rows])
    call = {"interval": INTERVAL, "windows": 4}
    table = measures.tie_measures(ties, VIEW, SETTINGS, **call)
    for _, window in table.groupby("window"):
        total = window["volume"].sum()
        assert window["share_of_ties"].sum() == pytest.approx(1.0 if total else 0.0)
    order = list(range(len(ties)))
    chance.shuffle(order)
    again = measures.tie_measures(ties.iloc[order], VIEW, SETTINGS, **call)
    key = ["kind", "window", "direction", "partner"]
    pd.testing.assert_frame_equal(
        again.sort_values(key, ignore_index=True), table.sort_values(key, ignore_index=True)
    )


def test_coverage_counts_countries_pairs_and_what_has_no_year():
    both = pd.concat([PLANTED, OTHERS])
    table = measures.tie_coverage(both, VIEW, {"joint_projects": 2, "st_agreements": 0})
    table = check_table(table, declared("tie_coverage"), where="test").set_index("kind")
    assert sorted(table.index) == sorted(KIND)
    own = table.loc["joint_works"]
    assert own[["first_year", "last_year", "n_countries", "n_pairs"]].tolist() == [
        2009, 2023, 6, 9
    ]  # fmt: skip
    assert own["viewpoint_partners"] == 4
    # a published zero is listed, but is no tie
    assert table.at["joint_ai_articles", "n_pairs"] == 2
    assert table.at["joint_ai_articles", "viewpoint_partners"] == 1
    assert table.at["joint_projects", "undated"] == 2
    assert pd.isna(table.at["migrants", "undated"])
    none = measures.tie_coverage(PLANTED, "MCO").set_index("kind")
    assert not none["listed"].any()
    assert none.at["missions", "n_countries"] == 0
    assert pd.isna(none.at["missions", "last_year"])


def test_undated_projects_count_once():
    projects = pd.DataFrame({"project": ["1", "1", "2", "3"], "year": [None, None, 2015, None]})
    instruments = pd.DataFrame(
        {
            "country": ["VNM", "VNM", "LAO"],
            "partner": ["JPN", "IND", "THA"],
            "signed_year": [2001, None, None],
        }
    )
    counted = measures.undated_ties(projects, instruments, "VNM")
    assert counted == {"joint_projects": 2, "st_agreements": 1}


def network(**choices):
    table = measures.network_edges(PLANTED, VIEW, SETTINGS, interval=INTERVAL, **choices)
    table = check_table(table, declared("network_edges"), where="test")
    return table.set_index(table["country"] + table["partner"])


def test_the_network_shows_own_ties_and_the_nearest_of_each_partner():
    table = network()
    # CUB has no joint work any more, BRA never had one
    assert sorted(table.index) == ["JPNKOR", "JPNLAO", "JPNVNM", "KORLAO", "KORVNM", "LAOVNM"]
    # a year JPN 46, KOR 37, LAO 4: KOR is nearer to LAO than JPN is; JPN is near to KOR
    assert table.index[~table["shown"]].tolist() == ["JPNLAO"]
    assert table.at["JPNKOR", "joint_works"] == 150
    # five joint works in as many years are enough for a ratio, as set; fewer would not be
    assert table["association"].notna().all()
    few = SETTINGS.model_copy(update={"min_ties": 6})
    hidden = measures.network_edges(PLANTED, VIEW, few, interval=INTERVAL)
    assert hidden.loc[hidden["joint_works"] == 5, "association_high"].isna().all()
    # totals of all countries, not of those shown
    assert table.at["JPNKOR", "association"] == pytest.approx(30 * 128 / (46 * 37))


def test_an_edge_of_the_network_tells_that_it_burst():
    edges = measures.network_edges(
        world([60] * 5 + [609, 1580, 745, 309, 240]), VIEW, SETTINGS, interval=INTERVAL
    )
    check_table(edges, declared("network_edges"), where="test")
    edge = edges[(edges["country"] == "IRN") & (edges["partner"] == VIEW)].iloc[0]
    assert (edge["peak_year"], edge["turned"]) == (2020, "fell")
    assert edge["last_to_peak"] == pytest.approx(240 / 1580)
    # as in the table of ties
    row = course([60] * 5 + [609, 1580, 745, 309, 240]).loc["2019-2023"]
    for column in ("association", "association_low", "association_high", "dispersion"):
        assert edge[column] == pytest.approx(row[column])


def test_the_declarations_say_how_works_of_many_countries_and_levels_count():
    for table, column in (("ties", "value"), ("tie_measures", "volume"), ("tie_coverage", "unit")):
        meanings = {one.name: one.meaning for one in declared(table).columns}
        assert "n(n-1)/2 pairs" in meanings[column]
        assert ("never averaged" in meanings[column]) == (table != "tie_coverage")


def test_the_network_stays_small():
    table = network(partners=2)
    assert sorted(table.index[table["shown"]]) == ["JPNKOR", "JPNVNM", "KORVNM"]
    names = [f"P{first}{second}" for first in "ABCDEF" for second in "ABCD"]
    nodes = [VIEW, *names]
    dense = pd.DataFrame(
        [
            tie("joint_works", *sorted((one, other)), year, 5 + (3 * i + 7 * j) % 11)
            for i, one in enumerate(nodes)
            for j, other in enumerate(nodes[:i])
            for year in range(2019, 2024)
        ]
    )
    found = measures.network_edges(dense, VIEW, SETTINGS, interval=INTERVAL)
    assert len(found) == 13 * 12 / 2
    assert 12 < found["shown"].sum() <= 24


def test_a_network_without_joint_works_is_empty():
    assert measures.network_edges(OTHERS, VIEW, SETTINGS, interval=INTERVAL).empty


def test_the_official_report_is_compared_in_its_own_newest_year():
    official = pd.DataFrame(
        [
            ("JPN", VIEW, 2022, 2020, 1.0),
            ("JPN", VIEW, 2024, 2022, 7.0),
            ("KOR", VIEW, 2024, 2022, 9.0),
            ("CUB", VIEW, 2024, 2022, 9.0),
            ("JPN", VIEW, 2024, 2012, 90.0),
        ],
        columns=["country", "partner", "edition", "year", "joint_articles"],
    )
    table = measures.official_check(PLANTED, official, VIEW)
    table = check_table(table, declared("official_check"), where="test").set_index("partner")
    assert table[["joint_works", "joint_articles"]].to_numpy().tolist() == [[0, 9], [10, 7], [6, 9]]
    assert table["rank_works"].to_dict() == {"CUB": 3, "JPN": 1, "KOR": 2}
    assert table["rank_articles"].to_dict() == {"CUB": 1, "JPN": 3, "KOR": 1}
    assert measures.official_check(PLANTED, official, "LAO").empty


def test_the_years_of_a_kind_without_rows_are_none():
    assert measures.spans(PLANTED.iloc[:0], KIND["joint_works"], 5) == []
