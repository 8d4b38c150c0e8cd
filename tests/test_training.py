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

COUNTRIES = ("AAA", "BBB", "CCC", "DDD")
CHOICES = settings(
    years=[2026, 2027, 2035], half_life=[20, 20], transition=[0.4, 0.6], share_covered=[0.1, 0.3]
)


@pytest.fixture(scope="module")
def world():
    """AAA and BBB grow, CCC has grown faster than any will, DDD has a published figure only."""
    fast = growing("CCC", rate=0.3)
    flows, working_age = ages(COUNTRIES)
    found = build(
        [growing("AAA"), growing("BBB"), fast],
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
    table = training_needs(world[0], GROUP_POOLS, world[1], known, CHOICES, "AAA", COUNTRIES[1:])
    checked = check_table(table, declared("training_needs"), where="test")
    return checked.set_index(["country", "group_id"])


def test_groups_repeat_the_pool_that_they_share(world):
    rows = needs(world)
    at = rows[(rows["country"] == "BBB") & (rows["year"] == 2027)]
    lasts = at[at["scenario"] == "deepening_lasts"].set_index("group_id")
    path = world[0].paths
    same = path[(path["country"] == "BBB") & (path["year"] == 2027) & (path["pool"] == "ict")]
    told = same.set_index("scenario").loc["deepening_lasts"]
    for group in ("A1", "A2"):
        assert lasts.at[group, "openings"] == pytest.approx(told["openings"])
        assert lasts.at[group, "gap_high"] == pytest.approx(told["gap_high"])
    assert lasts["shared_with"].dropna().to_dict() == {"A1": "A2", "A2": "A1"}
    assert lasts["role"].to_dict() == {
        "A1": "partial",
        "A2": "partial",
        "A3": "direct",
        "A4": "none",
    }


def test_every_country_and_group_has_a_status(world):
    rows = needs(world)
    assert len(rows) == 4 * 4 * 3 * 3
    status = rows.drop_duplicates(["country", "group_id"]).set_index(["country", "group_id"])
    assert status["status"].unstack().to_dict("index") == {
        "AAA": {"A1": "ok", "A2": "ok", "A3": "no_stock", "A4": "no_pool"},
        "BBB": {"A1": "ok", "A2": "ok", "A3": "no_stock", "A4": "no_pool"},
        "CCC": {"A1": "ok", "A2": "ok", "A3": "no_stock", "A4": "no_pool"},
        "DDD": {"A1": "no_stock", "A2": "no_stock", "A3": "no_past", "A4": "no_pool"},
    }
    known = rows.set_index(["country", "group_id"]).sort_index()
    assert known.loc[[("DDD", "A3")], "openings"].notna().all()
    assert known.loc[[("DDD", "A3")], "gap"].isna().all()
    assert known.loc[[("BBB", "A4")], ["openings", "gap"]].isna().all(axis=None)


def test_partner_is_covered_in_part_and_the_viewpoint_as_a_whole(world):
    found = training(world)
    own, partner = found.loc[("AAA", "A1")], found.loc[("BBB", "A1")]
    assert own["gap"] == partner["gap"] > 0  # both grow alike
    drawn = world[0].drawn
    ends = np.quantile(own["gap"] / drawn["transition"], [0.1, 0.9])
    np.testing.assert_allclose(own[["to_train_low", "to_train_high"]].astype(float), ends)
    part = np.quantile(own["gap"] * drawn["share_covered"] / drawn["transition"], [0.1, 0.9])
    np.testing.assert_allclose(partner[["to_train_low", "to_train_high"]].astype(float), part)
    # the middle end year, less four years of study
    assert (own["year"], own["last_start"]) == (2027, 2023)


def test_no_gap_in_most_draws_leaves_nothing_to_train(world):
    row = training(world).loc[("CCC", "A1")]
    assert row["status"] == "no_gap"
    assert row["gap_high"] < 0
    assert row[["to_train_low", "to_train_high", "last_start"]].isna().all()


def test_gaps_of_some_draws_are_cut_at_none():
    series = [growing("AAA", 0.1), growing("BBB", 0.03), growing("CCC", 0.0)]
    chosen = settings(years=[2030], deepening=[0, 1], half_life=[20, 20], level=0.9, draws=1000)
    world = ages(["AAA", "BBB", "CCC"])
    found = build(series, ("AAA", "BBB"), world=world, choices=chosen)
    own = training_needs(
        found, GROUP_POOLS.head(1), world[0], NO_GRADUATES, chosen, "BBB", ["AAA"]
    ).set_index("country")
    gap = found.draws["BBB", "ict", "deepening_fades"].gap[0]
    assert 0.5 < (gap > 0).mean() < 0.9  # most draws have a gap, not all
    assert own.at["BBB", "status"] == "ok"
    assert own.at["BBB", "to_train_low"] == 0
    assert own.at["BBB", "to_train_high"] == pytest.approx(np.quantile(gap / 0.5, 0.95))
    gap = found.draws["AAA", "ict", "deepening_fades"].gap[0]
    assert (gap > 0).mean() < 0.5
    assert own.at["AAA", "status"] == "no_gap"


def test_ages_and_register_are_told(world):
    known = pd.DataFrame(
        [("AAA", "ict", 2024, 7.0, "l", "own"), ("AAA", "ict", 2023, 9.0, "l", "own")],
        columns=NO_GRADUATES.columns,
    )
    found = training(world, known)
    assert found.at[("BBB", "A1"), "leavers_per_100_entrants"] == pytest.approx(100 * 40 / 50)
    assert set(found["older_share"]) == {0.2}
    graduates = found["viewpoint_graduates"].dropna()
    assert set(graduates.index.get_level_values("group_id")) == {"A1", "A2"}
    assert set(graduates) == {7.0}
