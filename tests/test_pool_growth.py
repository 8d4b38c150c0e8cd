"""How fast pools have grown: by person of working age, as figures imply, and with output."""

import numpy as np
import pandas as pd
import pytest
from workforce_worlds import ICT, NO_GRADUATES, NO_PROJECTIONS, POOLS, ages, one_series, published

from techdiplomacy.errors import InvalidTable
from techdiplomacy.pool_bases import find_bases
from techdiplomacy.pool_growth import (
    deepening_ranges,
    growth_per_person,
    growth_persistence,
    output_check,
    published_growth,
)


def bases(*series, past_years=8):
    rows = pd.concat(series, ignore_index=True)
    return find_bases(rows, NO_PROJECTIONS, NO_GRADUATES, ICT, past_years=past_years)


def halves(code, earlier, later, steps=3):
    """Return a series that grows at one log rate, then at another, for so many years each."""
    changes = [*[earlier] * steps, *[later] * steps]
    return one_series(code, 1e5 * np.exp(np.cumsum([0, *changes])))


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


def test_persistence_is_the_slope_between_halves():
    _, working_age = ages(["AAA", "BBB", "CCC", "DDD", "EEE"])
    earlier = np.array([0.0, 0.02, 0.04, 0.06])
    later = 0.01 + 0.5 * earlier + np.array([0.002, -0.002, -0.002, 0.002])
    series = [
        halves(*one) for one in zip(("AAA", "BBB", "CCC", "DDD"), earlier, later, strict=True)
    ]
    # too short for halves of three steps
    series.append(halves("EEE", 0.9, -0.9, steps=2))
    found = growth_persistence(bases(*series), working_age, "ict")
    assert (found.pool, found.n) == ("ict", 4)
    assert found.slope == pytest.approx(0.5)
    # residuals of .002 with two degrees of freedom over the spread of the earlier half
    assert found.slope_error == pytest.approx(np.sqrt(4 * 0.002**2 / 2 / 0.002))
    few = growth_persistence(bases(*series[1:]), working_age, "ict")
    assert few.n == 3
    assert np.isnan([few.slope, few.slope_error]).all()
    # growth with working age is no growth per person
    _, rising = ages(["AAA", "BBB", "CCC", "DDD"], working_age=lambda year: 1.1 ** (year - 2010))
    assert growth_persistence(bases(*series[:4]), rising, "ict").slope == pytest.approx(0.5)
    assert growth_persistence(bases(*series), working_age, "energy").n == 0


def test_persistence_finds_lasting_differences_and_none_in_chance():
    rng = np.random.default_rng(5)
    codes = [f"{a}{b}C" for a in "ABCDEFGH" for b in "ABCDE"]
    _, working_age = ages(codes)
    for spread, expected in ((0.05, 1.0), (0.0, 0.0)):
        own = rng.normal(0, spread, len(codes))
        series = [
            one_series(code, 1e5 * np.exp(np.cumsum(rng.normal(rate, 0.01, 13))))
            for code, rate in zip(codes, own, strict=True)
        ]
        found = growth_persistence(bases(*series, past_years=20), working_age, "ict")
        assert found.n == 40
        assert found.slope == pytest.approx(expected, abs=3 * found.slope_error)
        assert found.slope_error < 0.25


def test_output_check_finds_a_planted_elasticity_and_none_where_there_is_none():
    rng = np.random.default_rng(3)
    codes = [f"C{a}{b}" for a in "ABCDE" for b in "ABCD"]
    _, working_age = ages(codes)
    series, output = [], []
    for tied, code in zip([*[True] * 10, *[False] * 10], codes, strict=True):
        level = np.exp(np.cumsum(rng.normal(0.02, 0.03, 9)))
        workers = level**2 if tied else np.exp(np.cumsum(rng.normal(0.05, 0.03, 9)))
        series.append(one_series(code, 1e5 * workers))
        years = range(2017, 2026)
        output.append(pd.DataFrame({"country": code, "year": years, "output_million_lcu": level}))
    made = pd.concat(output)
    tied = output_check(bases(*series[:10]), working_age, made).set_index("comparison")
    assert tied["slope"].tolist() == pytest.approx([2, 2])
    assert tied["n"].to_dict() == {"countries": 10, "years": 80}
    loose = output_check(bases(*series[10:]), working_age, made).set_index("comparison")
    assert (loose["slope"].abs() < 3 * loose["slope_error"]).all()
    assert abs(loose.at["years", "r"]) < 0.2
    assert output_check(bases(*series[:3]), working_age, made).empty
