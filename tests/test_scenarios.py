"""Scenarios: two years by hand, planted worlds, identities draw by draw, seeds, bad input."""

import numpy as np
import pandas as pd
import pytest
from workforce_worlds import (
    ICT,
    NO_GRADUATES,
    NO_PROJECTIONS,
    POOLS,
    ages,
    one_series,
    published,
    settings,
)

from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.params import load_params
from techdiplomacy.scenario_tables import SCENARIOS
from techdiplomacy.scenarios import PathDraws, build_scenarios, need_verdicts
from techdiplomacy.tables import check_table

GRADUATES = "graduates/{}/ict"
# ends of the ranges that are drawn from in worlds with chance
DRAWN = {
    "deepening": [0.0, 1.0],
    "half_life": [5, 20],
    "population_weight": [0.0, 1.0],
    "retirement_factor": [0.5, 1.0],
    "other_exits": [0.01, 0.03],
    "transition": [0.2, 0.4],
    "years": [2030, 2040],
}
# a half-life after which nothing has faded yet
LASTING = [1e9, 1e9]


def build(series, countries=("AAA",), *, world=None, seed=1, pools=ICT, **given):
    chosen = given.pop("choices", settings())
    flows, working_age = world or ages([*countries])
    return build_scenarios(
        pd.concat(series, ignore_index=True) if isinstance(series, list) else series,
        flows,
        working_age,
        given.get("projections", NO_PROJECTIONS),
        given.get("known", NO_GRADUATES),
        pools,
        list(countries),
        chosen,
        seed=seed,
        start=given.get("start", 2025),
    )


def growing(country="AAA", rate=0.1, years=4, **given):
    return one_series(
        country, [1000 * (1 + rate) ** (n - years + 1) for n in range(years)], **given
    )


def uneven(country="AAA", rates=(0.2, -0.05, 0.1, 0.0, 0.15, -0.1, 0.05, 0.08), **given):
    """Return a stock of 1000 at the end that has grown by these rates."""
    stock = np.cumprod([1.0, *(1 + np.array(rates))])
    return one_series(country, 1000 * stock / stock[-1], **given)


def row(found, scenario, year=2027, country="AAA", pool="ict"):
    return found.paths.set_index(["country", "pool", "scenario", "year"]).loc[
        (country, pool, scenario, year)
    ]


def test_two_years_by_hand():
    # 4 in 100 reach the exit age, half of that leaves this pool, 3 in 100 leave otherwise: 5 %.
    # entries of the past: each stock grew by 10 % and lost 5 %; so of the newest stock
    entered = 2 * 0.15 * 1000
    lasting = build(growing(), choices=settings(half_life=LASTING))
    # there is no other country: what is common is what is its own
    for scenario in ("own_growth", "common_growth"):
        lasts = row(lasting, scenario)
        assert lasts["stock_wanted"] == pytest.approx(1210)
        assert lasts["expansion"] == pytest.approx(210)
        assert lasts["replacement"] == pytest.approx(0.05 * 2100)
        assert lasts["openings"] == pytest.approx(315)
        assert lasts["entries"] == pytest.approx(entered)
        assert lasts["gap"] == pytest.approx(315 - entered)
        assert (lasts["draws_short"], lasts["verdict"]) == (1, "short")
    found = build(growing())
    # halved after a year: 5 %, then 2.5 %
    fades = row(found, "own_growth")
    assert fades["stock_wanted"] == pytest.approx(1000 * 1.05 * 1.025)
    assert fades["openings"] == pytest.approx(76.25 + 0.05 * 2050)
    assert fades["verdict"] == "surplus"
    held = row(found, "share_held")
    assert (held["expansion"], held["replacement"]) == pytest.approx((0, 100))
    assert held["gap"] == pytest.approx(100 - entered)
    assert held["draws_short"] == 0
    assert pd.isna(held["verdict"])


def test_toy_numbers_of_acceptance_check_8():
    found = build(growing(rate=0.03), choices=settings(years=[2030], half_life=LASTING))
    lasts = row(found, "own_growth", 2030)
    assert lasts["expansion"] == pytest.approx(159.27, abs=0.005)
    assert lasts["replacement"] == pytest.approx(265.46, abs=0.005)
    assert lasts["openings"] == pytest.approx(424.73, abs=0.005)


@pytest.mark.parametrize(("weight", "first", "second"), [(1, 900, 810), (0.5, 950, 902.5)])
def test_openings_follow_working_age_by_their_weight(weight, first, second):
    world = ages(["AAA"], working_age=lambda year: 1000 * 0.9 ** (year - 2005))
    chosen = settings(population_weight=[weight, weight])
    held = row(build(one_series("AAA", [1000] * 4), world=world, choices=chosen), "share_held")
    assert held["stock_wanted"] == pytest.approx(second)
    assert held["openings"] == pytest.approx(second - 1000 + 0.05 * (1000 + first))


def test_sums_begin_after_the_start_and_stocks_in_the_base_year():
    world = ages(["AAA"], young=lambda year: 250 * 1.1 ** (year - 2010))
    series = growing(last=2023)
    found = row(build(series, world=world, choices=settings(half_life=LASTING)), "own_growth")
    # wanted 1210 in 2025 and 1464.1 in 2027; who entered in 2024 has become more by a tenth a year
    assert found["stock_wanted"] == pytest.approx(1464.1)
    assert found["expansion"] == pytest.approx(1464.1 - 1210)
    assert found["replacement"] == pytest.approx(0.05 * (1210 + 1331))
    assert found["entries"] == pytest.approx(150 * (1.1**2 + 1.1**3))
    own = build(series, world=world, choices=settings(half_life=LASTING), start=None)
    since_base = row(own, "own_growth")
    assert since_base["stock_wanted"] == pytest.approx(1464.1)
    assert since_base["expansion"] == pytest.approx(464.1)
    assert since_base["replacement"] == pytest.approx(0.05 * (1000 + 1100 + 1210 + 1331))
    assert since_base["entries"] == pytest.approx(150 * (1 + 1.1 + 1.1**2 + 1.1**3))


def test_a_base_that_is_too_old_has_no_path():
    series = [growing("AAA", last=2019), growing("BBB", last=2020)]
    found = build(series, ("AAA", "BBB"))
    rows = found.bases.set_index("country")
    assert rows["status"].to_dict() == {"AAA": "old_base", "BBB": "ok"}
    assert rows.at["AAA", "stock"] == pytest.approx(1000)
    assert set(found.paths["country"]) == {"BBB"}
    assert "AAA" not in set(found.assumptions["country"])
    # beside figures that count from their own base every base stands
    assert set(build(series, ("AAA", "BBB"), start=None).paths["country"]) == {"AAA", "BBB"}


def test_nobody_enters_less_than_not_at_all():
    found = build(growing(rate=-0.2), choices=settings(half_life=LASTING))
    shrinks = row(found, "own_growth")
    # a fifth fewer each year and only 5 % have left: entries would have been below 0
    assert shrinks["entries"] == 0
    assert shrinks["gap"] == pytest.approx(640 - 1000 + 0.05 * 1800)
    assert found.assumptions.set_index("assumption").at["past_entries", "low"] == 0


def test_verdict_stands_where_both_scenarios_agree():
    def path(*short, draws=10):
        """Return a path with as many draws short in each year, the others with too many."""
        gap = np.array([[1.0] * one + [-1.0] * (draws - one) for one in short])
        return PathDraws(tuple(range(len(short))), gap, gap, 0 * gap, 0 * gap)

    own, common = path(9, 9, 8, 1, 1, 10, 5), path(10, 8, 10, 0, 2, 0, 5)
    told = ["short", "open", "open", "surplus", "open", "open", "open"]
    assert need_verdicts(own, common) == told
    assert need_verdicts(common, own) == told
    without = PathDraws((0,), *[np.ones((1, 10))] * 3, np.empty((0, 10)))
    assert need_verdicts(without, without) == [None]
    assert need_verdicts(None, without) == [None]
    assert need_verdicts(None, None) == []
    # neither short nor too many is no surplus
    assert need_verdicts(*[PathDraws((0,), *[np.zeros((1, 10))] * 4)] * 2) == ["open"]


def test_verdict_of_the_table_is_that_of_both_growth_scenarios():
    series = [growing("AAA", 0.02, 9), growing("BBB", 0.2, 9)]
    world = ages(["AAA", "BBB"], young=lambda year: 250 * 1.3 ** (year - 2010))
    found = build(series, ("AAA", "BBB"), world=world, choices=settings(half_life=LASTING))
    told = found.paths.set_index(["country", "scenario"])
    # 11 % are common: more than 7 and 9.1 % enter AAA, and less than 25 and 32.5 % BBB
    assert told["draws_short"].unstack().to_dict("index") == {
        "AAA": {"share_held": 0, "own_growth": 0, "common_growth": 1},
        "BBB": {"share_held": 0, "own_growth": 0, "common_growth": 0},
    }
    verdict = told["verdict"].unstack()
    assert verdict["own_growth"].to_dict() == {"AAA": "open", "BBB": "surplus"}
    assert verdict["common_growth"].equals(verdict["own_growth"].rename("common_growth"))
    assert verdict["share_held"].isna().all()


@pytest.mark.parametrize("graduates", [True, False])
def test_a_past_that_goes_on_leaves_no_gap(graduates):
    """Stock, ages and graduates stay as they are: in every draw as many enter as leave."""
    series = [one_series("AAA", [1000] * 8)]
    series += [one_series("AAA", [50] * 8, code=GRADUATES)] if graduates else []
    found = build(series, choices=settings(**DRAWN))
    assert found.bases["supply_basis"].tolist() == ["graduates" if graduates else "young_people"]
    for path in found.draws.values():
        np.testing.assert_allclose(path.gap, 0, atol=1e-9)
        assert path.openings.std(axis=1).min() > 1  # though draws differ


@pytest.mark.parametrize("graduates", [True, False])
def test_fewer_young_people_leave_a_gap(graduates):
    series = [one_series("AAA", [1000] * 8)]
    series += [one_series("AAA", [50] * 8, code=GRADUATES)] if graduates else []
    world = ages(["AAA"], young=lambda year: 250 * 0.97 ** max(year - 2026, 0))
    found = build(series, world=world, choices=settings(**DRAWN))
    for path in found.draws.values():
        assert (path.gap > 0).all()
    # those who have studied and those who have not become fewer alike
    path = found.draws["AAA", "ict", "share_held"]
    left = sum(0.97**n for n in range(5))
    np.testing.assert_allclose(path.entries[0], path.openings[0] * left / 5)


def test_identities_hold_in_every_draw():
    series = [growing(code, rate, 9) for code, rate in (("AAA", 0.05), ("BBB", 0.01))]
    series.append(one_series("AAA", range(40, 49), code=GRADUATES))
    world = ages(["AAA", "BBB"], working_age=lambda year: 1000 * 1.01 ** (year - 2005))
    found = build(series, ("AAA", "BBB"), world=world, choices=settings(**DRAWN))
    for (country, _, _), path in found.draws.items():
        np.testing.assert_allclose(path.openings, path.expansion + path.replacement)
        np.testing.assert_allclose(path.gap, path.openings - path.entries)
        stock = found.bases.set_index("country").at[country, "stock"]
        np.testing.assert_allclose(path.stock_wanted, stock + path.expansion)
        # both have grown at least as much as their people, AAA more than any
        held, own, common = (found.draws[country, "ict", one] for one in SCENARIOS)
        pairs = [(held, own), (held, common), *([(common, own)] if country == "AAA" else [])]
        for less, more in pairs:
            assert (more.stock_wanted >= less.stock_wanted - 1e-9).all()
        # the same draws: entries do not depend on the scenario
        np.testing.assert_array_equal(path.entries, held.entries)
    table = check_table(found.paths, declared("scenario_paths"), where="test")
    for name in ("openings", "gap", "stock_wanted"):
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()


def test_ends_are_quantiles_of_the_draws():
    found = build([growing("AAA", 0.05, 9)], choices=settings(**DRAWN, draws=999))
    drawn = found.draws["AAA", "ict", "common_growth"].gap[1]
    told = row(found, "common_growth", 2040)
    inside = (drawn >= told["gap_low"]) & (drawn <= told["gap_high"])
    assert inside.mean() == pytest.approx(0.8, abs=0.005)
    assert told["gap"] == pytest.approx(np.median(drawn))
    assert told["draws_short"] == (drawn > 0).mean()


def test_past_entries_are_told_as_the_stocks_tell_them():
    found = build([growing(), one_series("AAA", [10, 20, 30], code=GRADUATES)])
    notes = found.assumptions.set_index("assumption")
    assert notes.at["past_entries", "low"] == pytest.approx(150)
    # half of the 30 newest graduates; the others come in other ways
    assert notes.at["other_entries", "high"] == pytest.approx(135)
    assert notes.at["other_entries", "n"] == 3
    assert row(found, "share_held")["entries"] == pytest.approx(300)


def test_graduates_of_old_are_carried_to_the_first_year():
    young = {"young": lambda year: 250 * 1.1 ** (year - 2021)}
    found = build(
        [growing(), one_series("AAA", [20, 20], code=GRADUATES, last=2021)],
        world=ages(["AAA"], **young),
    )
    # counted in 2021, they have grown with young people until 2026
    entered = 0.5 * 20 * 1.1**5
    assert found.assumptions.set_index("assumption").at["other_entries", "low"] == pytest.approx(
        150 - entered
    )


def test_graduates_follow_their_trend():
    series = [one_series("AAA", [1000] * 5), one_series("AAA", [20] * 5, code=GRADUATES)]
    found = build(series, choices=settings(graduation_trend=[0.1, 0.1]))
    # of 50 entrants in the first year 11 have studied the field, half of 22; then half of 24.2
    assert row(found, "share_held")["entries"] == pytest.approx(2 * 39 + 11 + 12.1)


def test_no_more_graduates_enter_than_persons_did():
    world = ages(["AAA"], young=lambda year: 250 if year <= 2026 else 125)
    series = [one_series("AAA", [1000] * 5), one_series("AAA", [400] * 5, code=GRADUATES)]
    found = build(series, world=world)
    # 50 entered each year, not the 200 that half of the graduates would have been
    assert found.assumptions.set_index("assumption").at["other_entries", "high"] == 0
    # with half the graduates half as many enter in the second year, never fewer than none
    assert row(found, "share_held")["entries"] == pytest.approx(50 + 25)


def test_a_level_shift_is_not_growth_and_not_entries():
    plain = growing(years=6)
    values = plain["value"].where(plain["year"] >= 2023, plain["value"] / 3)
    shifted = plain.assign(
        value=values, level_shift=plain["year"].map({2023: "new survey"}).astype(object)
    )
    chosen = settings(half_life=LASTING)
    told, untold = (
        build(one, choices=chosen) for one in (shifted, shifted.assign(level_shift=None))
    )
    # the step into 2023 is left out, the others are brought to the newest level
    held = row(told, "share_held")
    assert held["entries"] == pytest.approx(2 * 150)
    assert row(told, "own_growth")["stock_wanted"] == pytest.approx(1210)
    assert row(untold, "share_held")["entries"] > 1.25 * held["entries"]


def test_register_graduates_replace_those_of_the_source():
    known = pd.DataFrame([("AAA", "ict", 2025, 80.0, "list", "own")], columns=NO_GRADUATES.columns)
    series = [one_series("AAA", [1000] * 4), one_series("AAA", [20] * 4, code=GRADUATES)]
    chosen = settings(graduation_trend=[0.1, 0.1])
    sources, register = (build(series, choices=chosen, known=one) for one in (NO_GRADUATES, known))
    # of 50 who enter 11 or 44 have studied the field, a tenth more of them in the second year
    assert row(sources, "share_held")["gap"] == pytest.approx(-1.1)
    assert row(register, "share_held")["gap"] == pytest.approx(-4.4)
    notes = register.assumptions.set_index("assumption")
    assert notes.loc["graduates", ["low", "high", "basis"]].tolist() == [80, 80, "register"]
    assert "graduates" not in set(sources.assumptions["assumption"])


def test_scatter_of_past_steps_is_drawn_and_growth_goes_with_entries():
    found = build(uneven(), choices=settings(half_life=LASTING, draws=4000))
    stock = uneven()["value"].to_numpy()
    change, before = np.diff(stock), stock[:-1]
    path = found.draws["AAA", "ict", "own_growth"]
    # nothing else is drawn: the standard error is that of a ratio of means of eight steps
    entries = path.entries[0] / 2
    rates = change / before
    off = change - change.sum() / before.sum() * before
    rate = change.sum() / before.sum()
    assert entries.mean() == pytest.approx(1000 * (rate + 0.05), rel=0.02)
    assert entries.std() == pytest.approx(1000 * off.std() / before.mean() / np.sqrt(8), rel=0.1)
    growth = np.log(path.stock_wanted[0] / 1000) / 2
    assert growth.mean() == pytest.approx(np.log1p(rates).mean(), abs=0.001)
    assert np.corrcoef(growth, entries)[0, 1] > 0.95
    # so the gap scatters less than openings and entries would apart
    apart = np.hypot(path.openings[0].std(), path.entries[0].std())
    assert path.gap[0].std() < 0.5 * apart
    notes = found.assumptions.set_index("assumption")
    ends = np.quantile(np.expm1(growth), [0.1, 0.9])
    assert notes.loc["own_past_growth", ["low", "high"]].tolist() == pytest.approx([*ends])
    assert notes.loc["own_past_growth", ["basis", "n"]].tolist() == ["data", 8]


def test_scatter_widens_the_gap_and_steady_steps_have_none():
    """Two countries with the same mean growth, one of them steady: ranges of the past alone."""
    rates = np.array([0.2, -0.05, 0.1, 0.0, 0.15, -0.1, 0.05, 0.08])
    steady = np.expm1(np.log1p(rates).mean())
    found = build([uneven("AAA", rates), growing("BBB", steady, 9)], ("AAA", "BBB"))
    for scenario in SCENARIOS:
        scattered, even = (row(found, scenario, country=code) for code in ("AAA", "BBB"))
        assert scattered["gap_high"] - scattered["gap_low"] > 50
        assert even["gap_high"] - even["gap_low"] == pytest.approx(0, abs=1e-6)
    notes = found.assumptions.set_index(["assumption", "country"])
    for name in ("past_entries", "own_past_growth"):
        low, high = notes.loc[(name, "BBB"), ["low", "high"]]
        assert low == pytest.approx(high)
        low, high = notes.loc[(name, "AAA"), ["low", "high"]]
        assert low < high


@pytest.mark.parametrize("rate", [0.0, 0.07])
def test_future_that_goes_on_as_the_past_leaves_no_gap(rate):
    """Entrants grow like the pool: own growth that lasts needs no more of them.

    At a rate of 0 young people stay as many as they are. The common range is far higher.
    """
    series = [growing("AAA", rate, 9), growing("BBB", 0.3, 9)]
    world = ages(["AAA", "BBB"], young=lambda year: 250 * (1 + rate) ** (year - 2025))
    lasting, fading = (
        build(series, world=world, choices=settings(**{**DRAWN, "half_life": one})).draws
        for one in (LASTING, DRAWN["half_life"])
    )
    path = lasting["AAA", "ict", "own_growth"]
    np.testing.assert_allclose(path.gap, 0, atol=1e-3)
    assert path.openings.std(axis=1).min() > 1
    assert (lasting["AAA", "ict", "common_growth"].gap > 0).mean() > 0.9
    # growth that fades needs fewer, unless there is none
    assert (fading["AAA", "ict", "own_growth"].gap < -1).all() == (rate > 0)


def test_same_number_of_young_people_cannot_keep_a_pool_growing():
    """Entries are held in persons: a pool that has grown at a rate outgrows them."""
    found = build(growing(rate=0.07, years=9), choices=settings(half_life=LASTING))
    assert row(found, "own_growth")["gap"] == pytest.approx(0.12 * (2070 - 2 * 1000))


def test_growth_is_its_own_or_common():
    series = [growing("AAA", 0.02, 9), growing("BBB", 0.06, 9)]
    lasting = settings(half_life=LASTING)
    found = build(series, world=ages(["AAA", "BBB"]), choices=lasting)
    assert row(found, "own_growth")["stock_wanted"] == pytest.approx(1000 * 1.02**2)
    # the median of 2 and 6 %
    assert row(found, "common_growth")["stock_wanted"] == pytest.approx(1000 * 1.04**2)
    # working age that grew as fast leaves nothing that is own
    world = ages(["AAA"], working_age=lambda year: 1000 * 1.02 ** (min(year, 2025) - 2010))
    found = build(growing("AAA", 0.02, 9), world=world, choices=lasting)
    assert row(found, "own_growth")["stock_wanted"] == pytest.approx(1000)


def test_without_past_steps_there_is_no_growth_of_its_own():
    figures = published("BBB", 2025, 100.0, 2035, 100 * 1.06**10)
    world = ages(["AAA", "BBB"])
    found = build(growing(), ("BBB",), world=world, pools=POOLS, projections=figures)
    assert found.paths["scenario"].tolist() == ["share_held", "common_growth"]
    assert found.paths["verdict"].isna().all()
    assert "own_past_growth" not in set(found.assumptions["assumption"])


def test_few_countries_and_published_figures_give_other_ranges():
    figures = published("BBB", 2024, 100.0, 2034, 100 * 1.06**10)
    chosen = settings(half_life=LASTING)
    found = build(
        growing(rate=0.08), ("AAA", "BBB"), pools=POOLS, projections=figures, choices=chosen
    )
    notes = found.assumptions.set_index(["assumption", "pool"])
    assert notes.loc[("deepening_all_pools", "energy"), ["low", "n"]].tolist() == pytest.approx(
        [0.08, 1]
    )
    assert notes.at[("deepening", "chips"), "basis"] == "published"
    chips = row(found, "common_growth", 2027, "BBB", "chips")
    # 106 in 2025, from where sums begin; no series tells of past entries
    assert chips["stock_wanted"] == pytest.approx(106 * 1.06**2)
    assert chips["openings"] == pytest.approx(106 * (1.06**2 - 1) + 0.05 * 106 * 2.06)
    assert chips[["entries", "gap", "draws_short", "verdict"]].isna().all()
    check_table(found.assumptions, declared("scenario_assumptions"), where="test")
    check_table(found.paths, declared("scenario_paths"), where="test")


def test_a_country_without_stock_has_a_status_and_no_path():
    found = build(growing(), ("AAA", "CCC"))
    status = found.bases.set_index("country")["status"]
    assert status.to_dict() == {"AAA": "ok", "CCC": "no_stock"}
    assert set(found.paths["country"]) == {"AAA"}
    # other countries tell of growth and get no rows
    assert set(build([growing(), growing("DDD")]).bases["country"]) == {"AAA"}


def test_end_years_that_have_passed():
    series, chosen = growing(last=2032), settings(years=[2031, 2035])
    with pytest.raises(InvalidParams, match="2031") as raised:
        build(series, choices=chosen, start=2032)
    assert "scenarios.years" in str(raised.value)
    with pytest.raises(InvalidParams, match="2032"):
        build(series, choices=settings(years=[2032]), start=2032)
    # from its own base year each pool has the end years that it can have
    found = build(series, choices=chosen, start=None)
    assert set(found.paths["year"]) == {2035}
    # and none at all is an empty table with the same columns
    none = build(series, choices=settings(years=[2031]), start=None).paths
    assert none.empty
    assert none.columns.tolist() == found.paths.columns.tolist()


def test_same_seed_same_numbers_whatever_the_order():
    series = [uneven("AAA"), uneven("BBB", (0.1, 0.0, 0.05)), growing("CCC", 0.01, 9)]
    choices = settings(**DRAWN)
    one = build(series, ("AAA", "BBB", "CCC"), choices=choices)
    other = build(series[::-1], ("CCC", "AAA", "BBB"), choices=choices)
    for name in ("paths", "bases", "assumptions"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    # fewer countries shown: the others stay, for ranges come from all series
    world = ages(["AAA", "BBB", "CCC"])
    alone = build(series, ("BBB",), choices=choices, world=world).paths
    both = one.paths[one.paths["country"] == "BBB"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, both)
    assert not build(series, ("BBB",), choices=choices, world=world, seed=2).paths.equals(alone)


def test_more_end_years_change_no_other():
    series = [growing("AAA", 0.05, 9), growing("BBB", 0.02, 9)]
    few = build(series, choices=settings(**DRAWN)).paths
    more = build(series, choices=settings(**{**DRAWN, "years": [2030, 2031, 2040]})).paths
    same = more[more["year"] != 2031].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, few)


def test_ages_that_lack_a_year_are_named():
    flows, working_age = ages(["AAA"])
    for world in (
        (flows[flows["year"] != 2026], working_age),
        (flows, working_age[working_age["year"] < 2027]),
        (flows[flows["country"] == "BBB"], working_age),
    ):
        with pytest.raises(InvalidTable, match="of AAA in some year"):
            build(growing(), world=world)


def test_no_stock_at_all_is_an_error():
    with pytest.raises(InvalidTable, match="how fast"):
        build(growing().head(0))
    with pytest.raises(InvalidTable, match="No country has a stock"):
        build(growing(), ("CCC",), world=ages(["AAA"]))


def test_more_than_everyone_cannot_retire():
    with pytest.raises(InvalidTable, match="between 0 and 1"):
        build(growing(), world=ages(["AAA"], retirement=3.0))


def test_settings_of_the_project_are_drawn_within_their_ranges():
    chosen = load_params().scenarios
    found = build(growing(years=9), choices=chosen)
    for name, values in found.drawn.items():
        low, high = getattr(chosen, name)
        assert low <= values.min() < values.max() <= high
        assert len(values) == chosen.draws
    pairs = np.corrcoef([*found.drawn.values()])
    assert np.abs(pairs - np.eye(len(pairs))).max() < 0.1


@pytest.mark.parametrize("ends", [[-0.1, 0.5], [0.5, 1.1]])
def test_weight_of_the_population_is_a_share(ends):
    with pytest.raises(ValueError, match="between 0 and 1"):
        settings(population_weight=ends)
