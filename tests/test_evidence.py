"""Evidence: planted groups are found again and written as declared tables."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from sklearn.metrics import adjusted_rand_score

from techdiplomacy import cluster_cuts_page, evidence, strength
from techdiplomacy.checks import parse_settings
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidTable
from techdiplomacy.files import read_yaml
from techdiplomacy.params import ClusterSettings, ProfileSettings
from techdiplomacy.tables import check_table
from techdiplomacy.vocabulary import NOTES_ON_CUTS

CONTENT = read_yaml(ROOT / "params.yaml")
SETTINGS = parse_settings(
    ClusterSettings,
    CONTENT["clusters"] | {"resamples": 20, "null_panels": 99, "k_max": 4},
    where="params.yaml: clusters",
)
PROFILES = parse_settings(ProfileSettings, CONTENT["profiles"], where="params.yaml: profiles")
PLANTED = (
    ("AUT", "BEL", "CHE", "DNK", "FIN"),
    ("BRA", "CHL", "COL", "MEX", "PER"),
    ("JPN", "KOR", "SGP", "THA", "VNM"),
)
# a comma in the name of a field is no border between fields
FIELDS = [f"field {number}, and what belongs to it" for number in range(9)]
# countries that are each specialised in a field of their own, and alike in all others
FLAT = ("EGY", "GHA", "KEN", "MAR", "NGA")


def specialisation(windows=("2011-2015", "2016-2020"), kinds=("patents",), seed=5, flat=()):
    """Return three groups, each with three fields of its own, and one country that is too small.

    ``flat`` countries are alike but for one field each.
    """
    rng = np.random.default_rng(seed)
    tables = []
    for kind in kinds:
        for window in windows:
            rows = {}
            for number, members in enumerate(PLANTED):
                weights = np.ones(9)
                weights[3 * number : 3 * number + 3] = 8
                for member in members:
                    rows[member] = rng.multinomial(4000, weights / weights.sum())
            for number, member in enumerate(flat):
                rows[member] = np.full(9, 400)
                rows[member][number] += 400
            rows["LAO"] = np.array([5, 5, 5, 0, 0, 0, 0, 0, 0])
            counts = pd.DataFrame.from_dict(rows, orient="index", columns=FIELDS, dtype=float)
            made = strength.specialisation(counts, min_families=10, interval=[0.05, 0.95])
            tables.append(made.assign(evidence=kind, window=window))
    renamed = {"count": "count_items", "total": "total_items"}
    return pd.concat(tables, ignore_index=True).rename(columns=renamed)


def grouped(table, kind="patents"):
    return evidence.group_by_evidence(
        table, kind, settings=SETTINGS, profiles=PROFILES, strong_fields=2, seed=3
    )


@pytest.fixture(scope="module")
def table():
    return specialisation()


@pytest.fixture(scope="module")
def found(table):
    return grouped(table)


def test_planted_groups_are_found_and_firm(found):
    members = {tuple(row.split(";")) for row in found.stability["members"]}
    assert members == set(PLANTED)
    assert set(found.stability["label"]) == {"firm"}
    assert found.verdict["verdict"].tolist() == ["groups"]
    assert found.verdict["k"].tolist() == [3]


def test_groups_are_described_by_their_own_fields(found):
    for number, row in enumerate(found.stability.sort_values("members").to_dict("records")):
        own = set(FIELDS[3 * number : 3 * number + 3])
        fields = row["strong_fields"].split(";")
        assert set(fields) <= own
        assert len(set(fields)) == len(fields) == 2


def test_strong_fields_come_strongest_first(found, table):
    newest = table[table["window"] == "2016-2020"]
    advantage = newest.set_index(["country", "field"])["rta_shrunk"]
    for row in found.stability.to_dict("records"):
        medians = [
            np.median([advantage[member, field] for member in row["members"].split(";")])
            for field in row["strong_fields"].split(";")
        ]
        assert medians == sorted(medians, reverse=True)


def test_a_group_whose_members_are_strong_in_different_fields_has_none(monkeypatch):
    monkeypatch.chdir(ROOT)
    made = grouped(specialisation(windows=("2016-2020",), flat=FLAT))
    rows = made.stability.set_index("members")
    assert pd.isna(rows.at[";".join(FLAT), "strong_fields"])
    others = rows.drop(index=";".join(FLAT))
    assert len(others) == 3
    assert others["strong_fields"].notna().all()
    checked = check_table(made.stability, declared("group_stability"), where="test")
    assert checked["strong_fields"].isna().sum() == 1
    said = {row["members"]: row for row in cluster_cuts_page.group_table(made).to_dict("records")}
    assert said[";".join(FLAT)]["strong_fields"].say("en") == "no field in common"


def test_what_was_adapted_is_noted_by_codes_with_semicolons_between(table, found):
    assert found.verdict["notes"].isna().tolist() == [True]
    more = SETTINGS.model_copy(update={"k_max": 8, "k": 7})
    adapted = evidence.group_by_evidence(
        table, "patents", settings=more, profiles=PROFILES, strong_fields=2, seed=3
    )
    # 15 countries: no more than five groups of three
    assert adapted.verdict["notes"].tolist() == ["k_max_lowered;k_lowered"]
    assert adapted.verdict["k"].tolist() == [5]
    assert set(adapted.verdict["notes"].iloc[0].split(";")) <= set(NOTES_ON_CUTS)


@pytest.mark.parametrize("name", evidence.RESULT_TABLES)
def test_results_are_declared_tables(found, name):
    frame = getattr(found, evidence.RESULT_TABLES[name])
    checked = check_table(frame, declared(name), where="test")
    assert len(checked) == len(frame)
    assert set(checked["evidence"]) == {"patents"}


def test_the_list_of_tables_is_that_of_the_notebook():
    from techdiplomacy.declarations import TABLES

    own = {name for name, one in TABLES.items() if one.notebook == "country_clusters"}
    assert set(evidence.RESULT_TABLES) == own


def test_a_small_country_is_placed_but_not_fitted(found):
    row = found.countries.set_index("country").loc["LAO"]
    assert row["status"] == "small_n"
    assert row["total_items"] == 15.0
    assert row["group"] == found.countries.set_index("country").at["AUT", "group"]
    assert "LAO" not in found.found.fitted
    assert "LAO" not in set(found.coassignments["country"]) | set(found.coassignments["partner"])


def test_the_newest_window_is_grouped_and_compared_with_the_one_before(table, found):
    assert found.window == "2016-2020"
    assert found.verdict["adjusted_rand_previous_window"].tolist() == [1.0]
    assert set(evidence.newest(table, found)["window"]) == {"2016-2020"}


def test_an_earlier_window_with_other_groups_agrees_less(table):
    swap = {"AUT": "BRA", "BRA": "AUT", "BEL": "JPN", "JPN": "BEL"}
    earlier = table["window"] == "2011-2015"
    changed = table.assign(country=table["country"].where(~earlier, table["country"].replace(swap)))
    now = {member: number for number, group in enumerate(PLANTED) for member in group}
    before = {swap.get(member, member): number for member, number in now.items()}
    expected = adjusted_rand_score(
        [now[key] for key in sorted(now)], [before[key] for key in sorted(now)]
    )
    assert expected < 0.6
    verdict = grouped(changed).verdict
    assert verdict["adjusted_rand_previous_window"].tolist() == [pytest.approx(expected)]


def test_without_an_earlier_window_nothing_is_compared(table):
    alone = grouped(table[table["window"] == "2016-2020"])
    assert alone.verdict["adjusted_rand_previous_window"].isna().all()
    checked = check_table(alone.verdict, declared("cluster_verdicts"), where="test")
    assert len(checked) == 1


def test_one_kind_of_evidence_says_nothing_about_the_other(table, found):
    other = specialisation(kinds=("publications",), seed=9)
    together = grouped(pd.concat([table, other], ignore_index=True))
    for name in evidence.RESULT_TABLES.values():
        pd.testing.assert_frame_equal(getattr(together, name), getattr(found, name))


def test_several_kinds_stand_below_each_other(found):
    twice = evidence.stacked("stability", found, found)
    assert len(twice) == 2 * len(found.stability)
    assert twice.index.tolist() == list(range(len(twice)))
    nothing = replace(found, cores=found.cores.head(0))
    assert len(evidence.stacked("cores", nothing, found)) == len(found.cores)
    assert evidence.stacked("cores", nothing, nothing).empty


def test_no_viewpoint_is_asked_for_and_order_of_rows_plays_no_part(table, found):
    again = grouped(table.sample(frac=1, random_state=2))
    for name, attribute in evidence.RESULT_TABLES.items():
        pd.testing.assert_frame_equal(
            check_table(getattr(again, attribute), declared(name), where="test"),
            check_table(getattr(found, attribute), declared(name), where="test"),
        )


def test_the_newest_counts_are_those_that_were_given(table):
    counts = evidence.counts_of(table, {"patents": "2016-2020"})
    assert counts.shape == (16, 9)
    assert counts.loc["LAO"].sum() == 15.0
    with pytest.raises(InvalidTable, match="no country has counts of patents in 1991-1995"):
        evidence.counts_of(table, {"patents": "1991-1995"})


# --- windows ----------------------------------------------------------------------------------


def test_windows_stand_side_by_side_under_one_numbering(found):
    rows = found.windows[found.windows["status"] == "ok"]
    assert sorted(rows["window"].unique()) == ["2011-2015", "2016-2020"]
    wide = rows.pivot(index="country", columns="window", values="group")
    assert (wide["2011-2015"] == wide["2016-2020"]).all()
    newest = rows[rows["window"] == "2016-2020"].set_index("country")
    own = found.countries.set_index("country").loc[newest.index]
    assert newest["group"].tolist() == own["group"].tolist()
    assert newest["own_group_coassignment"].tolist() == own["own_group_coassignment"].tolist()
    assert set(newest["label"]) == {"firm"}
    small = found.windows.loc[found.windows["country"] == "LAO", "status"]
    assert small.tolist() == ["small_n", "small_n"]


def test_planted_groups_are_the_cores(found):
    assert {tuple(row.split(";")) for row in found.cores["members"]} == set(PLANTED)
    assert set(found.cores["label"]) == {"firm"}
    assert set(found.cores["n_windows"]) == {2}
    assert found.agreement["n_common"].tolist() == [15]
    assert found.agreement["adjusted_rand"].tolist() == [1.0]


def test_fewer_redraws_of_earlier_windows_leave_the_newest_as_it_is(table, found):
    quick = evidence.group_by_evidence(
        table,
        "patents",
        settings=SETTINGS,
        profiles=PROFILES,
        strong_fields=2,
        seed=3,
        window_resamples=5,
    )
    for attribute in ("countries", "stability", "branches", "coassignments"):
        pd.testing.assert_frame_equal(getattr(quick, attribute), getattr(found, attribute))
    assert quick.windows["group"].equals(found.windows["group"])


def test_an_earlier_window_of_too_few_countries_has_no_groups(table):
    few = (table["window"] == "2011-2015") & (table["country"] > "BRA")
    short = table.assign(count_items=table["count_items"].where(~few, table["count_items"] / 1e4))
    made = grouped(short)
    older = made.windows[made.windows["window"] == "2011-2015"]
    # AUT, BEL and BRA are left
    assert len(older) == 16
    assert set(older["status"]) == {"not_estimable"}
    assert older["group"].isna().all()
    assert made.agreement.empty
    assert made.verdict["adjusted_rand_previous_window"].isna().all()
    checked = check_table(made.windows, declared("group_windows"), where="test")
    assert len(checked) == 2 * 16
    # a table without rows is not published
    assert set(evidence.RESULT_TABLES) - set(evidence.result_tables(made)) == {"window_agreement"}


# --- patents and publications together --------------------------------------------------------


@pytest.fixture(scope="module")
def together(table):
    science = specialisation(
        windows=("2008-2012", "2013-2017", "2018-2022"), kinds=("publications",), seed=11
    )
    absent = science[science["country"] != "VNM"]
    return grouped(pd.concat([table, absent], ignore_index=True), "both")


def test_both_pairs_windows_from_the_newest_back(together):
    assert together.window == "2016-2020;2018-2022"
    assert sorted(together.windows["window"].unique()) == [
        "2011-2015;2013-2017",
        "2016-2020;2018-2022",
    ]


def test_both_groups_the_countries_that_both_list(together):
    planted = {tuple(name for name in group if name != "VNM") for group in PLANTED}
    assert {tuple(row.split(";")) for row in together.stability["members"]} == planted
    assert "VNM" not in set(together.countries["country"])
    # families and articles are not added
    assert together.countries["total_items"].isna().all()
    assert together.countries["size_tier"].isna().all()
    assert set(together.verdict["verdict"]) == {"groups"}


def test_fields_of_both_parts_describe_a_group(together):
    for codes in together.stability["strong_fields"]:
        assert len(codes.split(";")) == 4


@pytest.mark.parametrize("name", evidence.RESULT_TABLES)
def test_results_of_both_are_declared_tables(together, name):
    frame = getattr(together, evidence.RESULT_TABLES[name])
    checked = check_table(frame, declared(name), where="test")
    assert len(checked) == len(frame) > 0
    assert set(checked["evidence"]) == {"both"}


def test_each_part_has_its_own_minimum(table):
    science = specialisation(windows=("2016-2020",), kinds=("publications",), seed=11)
    less = science["country"] == "JPN"
    science["count_items"] = science["count_items"].where(~less, science["count_items"] / 10)
    whole = pd.concat([table, science], ignore_index=True)
    made = evidence.group_by_evidence(
        whole,
        "both",
        settings=SETTINGS,
        profiles=PROFILES,
        strong_fields=2,
        seed=3,
        at_least={"publications": 1000},
    )
    status = made.countries.set_index("country")["status"]
    assert status["JPN"] == status["LAO"] == "small_n"
    assert (status.drop(["JPN", "LAO"]) == "ok").all()
    only = evidence.group_by_evidence(
        whole,
        "publications",
        settings=SETTINGS,
        profiles=PROFILES,
        strong_fields=2,
        seed=3,
        at_least={"publications": 1000},
    )
    assert "JPN" not in only.found.fitted
    assert len(evidence.newest(whole, made)) == 2 * 16 * 9
