"""How fast pools have grown: by person of working age, and as figures imply."""

import numpy as np
import pandas as pd
import pytest
from workforce_worlds import ICT, NO_GRADUATES, NO_PROJECTIONS, POOLS, ages, one_series, published

from techdiplomacy.errors import InvalidTable
from techdiplomacy.pool_bases import find_bases
from techdiplomacy.pool_growth import (
    ages_by_year,
    deepening_ranges,
    growth_per_person,
    own_growth,
    published_growth,
)


def bases(*series, **given):
    rows = pd.concat(series, ignore_index=True)
    return find_bases(rows, NO_PROJECTIONS, NO_GRADUATES, ICT, past_years=8, **given)


def growth(rates, pool="ict"):
    return pd.DataFrame(
        {"pool": pool, "country": [f"C{n}" for n in range(len(rates))], "growth": rates}
    )


def test_growth_per_person_takes_working_age_out():
    _, working_age = ages(["AAA"], working_age=lambda year: 1000 * 1.02**year)
    found = growth_per_person(
        bases(one_series("AAA", [100 * 1.05**n for n in range(6)]), one_series("ZZZ", [1] * 6)),
        working_age,
    )
    # a country without population is left out
    assert found["country"].tolist() == ["AAA"]
    assert found["growth"].iloc[0] == pytest.approx(1.05 / 1.02 - 1)


def test_published_growth_of_countries_and_of_the_world():
    _, working_age = ages(["AAA", "BBB"], working_age=lambda year: 100 * 1.01 ** (year - 2025))
    figures = pd.concat(
        [
            published("AAA", 2025, 100.0, 2035, 200.0),
            published("WORLD", 2025, 100.0, 2030, 50.0, quantity="additional_demand"),
            published("BBB", 2025, 100.0, 2035, 900.0, nature="target"),
            published("BBB", 2025, 100.0, 2035, 900.0, quantity="shortage"),
            published("EU27", 2025, 100.0, 2035, 900.0),
        ]
    )
    found = published_growth(figures, working_age, POOLS).set_index("country")["growth"]
    assert found.to_dict() == pytest.approx(
        {"AAA": 2**0.1 / 1.01 - 1, "WORLD": 1.5**0.2 / 1.01 - 1}
    )


def test_ranges_of_few_countries_are_those_of_all_pools():
    counted = pd.concat([growth([0.0, 0.01, 0.02, 0.03, 0.04]), growth([0.5], "energy")])
    stated = growth([0.06, 0.04], "chips")
    found = deepening_ranges(counted, stated, ["ict", "energy", "chips"], [0.25, 0.75])
    rows = found.set_index("pool")
    assert rows.loc["ict", ["low", "high", "n"]].tolist() == pytest.approx([0.01, 0.03, 5])
    assert rows["assumption"].to_dict() == {
        "chips": "deepening",
        "energy": "deepening_all_pools",
        "ict": "deepening",
    }
    # quartiles of 0, .01, .02, .03, .04, .5
    assert rows.loc["energy", ["low", "high", "n"]].tolist() == pytest.approx([0.0125, 0.0375, 6])
    assert rows.loc["chips", ["low", "high"]].tolist() == [0.04, 0.06]
    assert rows.at["chips", "basis"] == "published"
    with pytest.raises(InvalidTable, match="how fast"):
        deepening_ranges(counted.head(0), stated, ["ict"], [0.25, 0.75])


def test_own_growth_is_the_mean_of_the_steps_picked():
    flows, working_age = ages(["AAA"], working_age=lambda year: 1000 * 1.02 ** (year - 2010))
    base = bases(one_series("AAA", [100, 110, 121, 121]))["AAA", "ict"]
    picked = np.array([[0, 0, 1], [2, 2, 2], [0, 1, 0]])
    # need that follows the population wholly, wholly, and by half
    follow = np.array([1.0, 1.0, 0.5])
    found = own_growth(base, ages_by_year(flows, working_age), picked, follow)
    assert found.tolist() == pytest.approx([1.1 / 1.02 - 1, 1 / 1.02 - 1, 1.1 / 1.01 - 1])


def test_an_old_base_tells_of_growth_like_any_other():
    _, working_age = ages(["AAA"])
    old = bases(one_series("AAA", [100, 110, 121, 133.1], last=2018), between=(2020, 2025))
    assert old["AAA", "ict"].status == "old_base"
    assert growth_per_person(old, working_age)["growth"].tolist() == pytest.approx([0.1])
