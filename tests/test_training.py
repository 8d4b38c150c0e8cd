"""Needs of groups and what would have to be trained: by hand, statuses, shared pools."""

import numpy as np
import pandas as pd
import pytest
from test_scenarios import build, growing
from workforce_worlds import (
    GROUP_POOLS,
    NO_GRADUATES,
    POOLS,
    ages,
    published,
    settings,
)

from techdiplomacy.declarations import declared
from techdiplomacy.tables import check_table
from techdiplomacy.training import group_needs, training_needs

COUNTRIES = ("AAA", "BBB", "CCC", "DDD", "EEE")
# growth lasts
CHOICES = settings(
    years=[2026, 2027, 2035],
    half_life=[1e9, 1e9],
    transition=[0.4, 0.6],
    share_covered=[0.1, 0.3],
)


@pytest.fixture(scope="module")
def world():
    """AAA and BBB grow, CCC shrinks, DDD has a published figure only, EEE one that is too old."""
    flows, working_age = ages(COUNTRIES)
    found = build(
        [growing("AAA"), growing("BBB"), growing("CCC", -0.02), growing("EEE", last=2015)],
        COUNTRIES,
        pools=POOLS,
        projections=published("DDD", 2025, 100.0, 2035, 160.0),
        world=(flows, working_age),
        choices=CHOICES,
    )
    return found, flows


def needs(world):
    table = group_needs(world[0], GROUP_POOLS, CHOICES, COUNTRIES)
    return check_table(table, declared("group_needs"), where="test")


def training(world, known=NO_GRADUATES):
    table = training_needs(
        world[0], GROUP_POOLS, world[1], known, CHOICES, "AAA", COUNTRIES[1:], start=2025
    )
    checked = check_table(table, declared("training_needs"), where="test")
    return checked.set_index(["country", "group_id"])


def test_groups_repeat_the_pool_that_they_share(world):
    rows = needs(world)
    at = rows[(rows["country"] == "BBB") & (rows["year"] == 2027)]
    lasts = at[at["scenario"] == "own_growth"].set_index("group_id")
    path = world[0].paths
    same = path[(path["country"] == "BBB") & (path["year"] == 2027) & (path["pool"] == "ict")]
    told = same.set_index("scenario").loc["own_growth"]
    for group in ("A1", "A2"):
        assert lasts.at[group, "openings"] == pytest.approx(told["openings"])
        assert lasts.at[group, "gap_high"] == pytest.approx(told["gap_high"])
        assert lasts.at[group, "verdict"] == told["verdict"] == "short"
    assert lasts["shared_with"].dropna().to_dict() == {"A1": "A2", "A2": "A1"}
    assert lasts["role"].to_dict() == {
        "A1": "partial",
        "A2": "partial",
        "A3": "direct",
        "A4": "none",
    }


def test_every_country_and_group_has_a_status(world):
    rows = needs(world)
    assert len(rows) == 5 * 4 * 3 * 3
    status = rows.drop_duplicates(["country", "group_id"]).set_index(["country", "group_id"])
    assert status["status"].unstack().to_dict("index") == {
        "AAA": {"A1": "ok", "A2": "ok", "A3": "no_stock", "A4": "no_pool"},
        "BBB": {"A1": "ok", "A2": "ok", "A3": "no_stock", "A4": "no_pool"},
        "CCC": {"A1": "ok", "A2": "ok", "A3": "no_stock", "A4": "no_pool"},
        "DDD": {"A1": "no_stock", "A2": "no_stock", "A3": "no_past", "A4": "no_pool"},
        "EEE": {"A1": "old_base", "A2": "old_base", "A3": "no_stock", "A4": "no_pool"},
    }
    known = rows.set_index(["country", "group_id"]).sort_index()
    chips = known.loc[[("DDD", "A3")]].set_index("scenario")
    # without a past there is no growth of its own
    assert chips["openings"].notna().groupby(level=0).all().to_dict() == {
        "share_held": True,
        "own_growth": False,
        "common_growth": True,
    }
    assert chips[["gap", "verdict"]].isna().all(axis=None)
    assert known.loc[[("EEE", "A1")], ["openings", "gap", "verdict"]].isna().all(axis=None)
    assert known.loc[[("BBB", "A4")], ["openings", "gap"]].isna().all(axis=None)


def test_partner_is_covered_in_part_and_the_viewpoint_as_a_whole(world):
    found = training(world)
    own, partner = found.loc[("AAA", "A1")], found.loc[("BBB", "A1")]
    # both have grown by a tenth a year as has, in the median, every country
    assert own["gap"] == partner["gap"] == own["gap_common"] == pytest.approx(315 - 300)
    assert own["verdict"] == "short"
    drawn = world[0].drawn
    ends = np.quantile(own["gap"] / drawn["transition"], [0.1, 0.9])
    np.testing.assert_allclose(own[["to_train_low", "to_train_high"]].astype(float), ends)
    part = np.quantile(own["gap"] * drawn["share_covered"] / drawn["transition"], [0.1, 0.9])
    np.testing.assert_allclose(partner[["to_train_low", "to_train_high"]].astype(float), part)
    # the middle end year, less four years of study
    assert (own["year"], own["last_start"]) == (2027, 2023)


def test_gaps_of_both_growth_scenarios_count_alike(world):
    row, drawn = training(world).loc[("CCC", "A1")], world[0].drawn
    # 1000 shrink by 2 % a year: as many are wanted in the end as enter, 30 a year, and no more
    assert row["gap"] == pytest.approx(960.4 - 1000 + 0.05 * 1980 - 60)
    assert row["gap_common"] == pytest.approx(315 - 60)
    # half of the draws have no gap, the others that of what is common
    assert row["status"] == "ok"
    persons = row["gap_common"] * drawn["share_covered"] / drawn["transition"]
    both = np.concatenate([np.zeros_like(persons), persons])
    assert row["to_train_low"] == 0
    assert row["to_train_high"] == pytest.approx(np.quantile(both, 0.9))
    assert row["verdict"] == "open"


def test_need_alone_is_told_of_the_common_growth(world):
    row = training(world).loc[("DDD", "A3")]
    paths = world[0].paths.set_index(["country", "scenario", "year"])
    assert row["openings"] == pytest.approx(paths.at[("DDD", "common_growth", 2027), "openings"])
    assert row[["gap", "gap_common", "to_train_high"]].isna().all()
    assert row["status"] == "no_past"


def test_no_gap_in_most_draws_leaves_nothing_to_train():
    world = ages(["AAA", "BBB"], young=lambda year: 250 * 1.2 ** (year - 2010))
    choices = settings(years=[2030])
    found = build([growing("AAA"), growing("BBB")], ("AAA", "BBB"), world=world, choices=choices)
    row = training_needs(
        found, GROUP_POOLS.head(1), world[0], NO_GRADUATES, choices, "AAA", ["BBB"], start=2025
    ).iloc[0]
    assert (row["status"], row["verdict"]) == ("no_gap", "surplus")
    assert row["gap_high"] < 0
    assert row[["to_train_low", "to_train_high", "last_start"]].isna().all()


def test_gaps_of_some_draws_are_cut_at_none():
    series = [growing("AAA", 0.1), growing("BBB", 0.03), growing("CCC", 0.0)]
    chosen = settings(years=[2030], deepening=[0, 1], half_life=[20, 20], level=0.9, draws=1000)
    world = ages(["AAA", "BBB", "CCC"])
    found = build(series, ("AAA", "BBB"), world=world, choices=chosen)
    own = training_needs(
        found, GROUP_POOLS.head(1), world[0], NO_GRADUATES, chosen, "BBB", ["AAA"], start=2025
    ).set_index("country")
    gap = [found.draws["BBB", "ict", one].gap[0] for one in ("own_growth", "common_growth")]
    assert 0 < (gap[0] > 0).mean() + (gap[1] > 0).mean() < 2
    assert 0.5 < (np.array(gap) > 0).mean() < 0.9  # most draws have a gap, not all
    assert own.at["BBB", "status"] == "ok"
    assert own.at["BBB", "to_train_low"] == 0
    persons = np.maximum(np.concatenate(gap), 0) / 0.5
    assert own.at["BBB", "to_train_high"] == pytest.approx(np.quantile(persons, 0.95))


def test_viewpoint_counts_once_though_it_is_on_the_list_of_partners(world):
    args = (world[0], GROUP_POOLS, world[1], NO_GRADUATES, CHOICES, "AAA")
    alone, listed = (
        training_needs(*args, partners, start=2025) for partners in (["BBB"], ["AAA", "BBB"])
    )
    pd.testing.assert_frame_equal(alone, listed)


def test_ages_and_register_are_told(world):
    known = pd.DataFrame(
        [("AAA", "ict", 2024, 7.0, "l", "own"), ("AAA", "ict", 2023, 9.0, "l", "own")],
        columns=NO_GRADUATES.columns,
    )
    found = training(world, known)
    assert found.at[("BBB", "A1"), "leavers_per_100_entrants"] == pytest.approx(100 * 40 / 50)
    assert set(found["older_share"]) == {0.2}
    flows = world[1].assign(
        older_share=world[1]["year"] / 10_000,
        leavers=world[1]["year"].where(world[1]["year"].between(2026, 2027), 1e9),
    )
    own = training((world[0], flows))
    # of the start year for every country, and of the years after it until the middle one
    assert set(own["older_share"]) == {0.2025}
    assert set(own["leavers_per_100_entrants"]) == {100 * (2026 + 2027) / 100}
    graduates = found["viewpoint_graduates"].dropna()
    assert set(graduates.index.get_level_values("group_id")) == {"A1", "A2"}
    assert set(graduates) == {7.0}
