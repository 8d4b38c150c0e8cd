"""Random dates: never too often by chance, a planted change is found, and which would be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.stats import binom

from techdiplomacy import random_dates
from techdiplomacy.params import EventSettings
from techdiplomacy.random_dates import RandomDates, hold_against_random, windows_of

LONG = EventSettings(before=5, after=5, permutations=200, min_events=5, level=0.05)
PARTNERS, YEARS, STEPS = 30, 20, 6


def panel(rng):
    """Return log associations that hang together over the years, with a trend of each partner."""
    noise = rng.normal(0, 0.2, (PARTNERS, YEARS))
    for year in range(1, YEARS):
        noise[:, year] += 0.7 * noise[:, year - 1]
    trend = rng.normal(0, 0.02, (PARTNERS, 1)) * np.arange(YEARS)
    return rng.normal(0, 1, (PARTNERS, 1)) + trend + noise


def windows(values, chosen=LONG, first=2000):
    """Return windows of log associations, partners x years, with enough works throughout."""
    codes = [f"P{number:02d}" for number in range(len(values))]
    frame = pd.DataFrame(values.T, index=range(first, first + values.shape[1]), columns=codes)
    return windows_of(frame, frame * 0 + 50.0, chosen, 5)


def random_steps(rng):
    drawn = rng.choice(PARTNERS, STEPS, replace=False)
    return np.column_stack([drawn, rng.integers(5, YEARS - 5, STEPS)])


def raised(values, steps, size):
    higher = values.copy()
    for partner, year in steps:
        higher[partner, year + 1 :] += size
    return higher


def held(values, steps, rng, chosen=LONG):
    return hold_against_random(steps, steps, windows(values, chosen), chosen, rng)


@pytest.fixture(scope="module")
def by_chance():
    """Return the rows of 400 data sets in which steps are random, with data and steps."""
    rng = np.random.default_rng(11)
    found = []
    for _ in range(400):
        values, steps = panel(rng), random_steps(rng)
        found.append((values, steps, held(values, steps, rng).row))
    return found


def test_random_dates_are_taken_for_a_change_in_at_most_five_of_a_hundred(by_chance):
    rows = pd.DataFrame([row for *_, row in by_chance])
    assert set(rows["verdict"]) == {"change_seen", "no_change_seen"}
    # both p-values have to be low: fewer than five of a hundred, without room for a looser level
    assert (rows["verdict"] == "change_seen").sum() <= LONG.level * len(rows)
    for name in ("p_value", "p_same_partners"):
        low, high = binom.interval(0.99, len(rows), LONG.level)
        assert low <= (rows[name] < LONG.level).sum() <= high
        assert rows[name].mean() == pytest.approx(0.5, abs=0.05)
    both = rows[["p_value", "p_same_partners"]].max(axis=1)
    assert ((rows["verdict"] == "change_seen") == (both < LONG.level)).all()


def test_the_band_holds_all_but_five_of_a_hundred(by_chance):
    rows = pd.DataFrame([row for *_, row in by_chance])
    outside = ~rows["effect"].between(rows["placebo_low"], rows["placebo_high"])
    low, high = binom.interval(0.99, len(rows), LONG.level)
    assert low <= outside.sum() <= high


def test_a_change_as_large_as_the_detectable_one_is_seen_in_four_of_five(by_chance):
    rng = np.random.default_rng(5)
    detectable = np.median([row["detectable"] for *_, row in by_chance])

    def seen(part):
        found = [
            held(raised(values, steps, sign * part * detectable), steps, rng).row["verdict"]
            for sign, (values, steps, _) in zip([1, -1] * 60, by_chance, strict=False)
        ]
        return found.count("change_seen") / len(found)

    # 0.8 with a standard error of 0.037 over 120 data sets; half the change is seen far less often
    assert seen(1.0) == pytest.approx(0.8, abs=0.1)
    assert seen(0.5) < 0.5


def test_the_detectable_change_of_normal_random_dates_by_hand():
    # standard normal quantiles: 1.96 + 0.84 = 2.80
    chance = np.random.default_rng(1).normal(0, 0.1, 20_000)
    dates = RandomDates(np.empty((20_000, 0)), chance, np.zeros(20_000))
    found = random_dates.detectable_change([dates, dates], dates, 0.05)
    assert found == pytest.approx(0.280, abs=0.005)
    wider = RandomDates(dates.path, 2 * chance, dates.planted)
    # the wider kind sets the bar: (2 x 1.96 + 0.84) x 0.1
    assert random_dates.detectable_change([dates, wider], dates, 0.05) == pytest.approx(
        0.476, abs=0.01
    )
    assert random_dates.detectable_change([dates], dates, 0.1) == pytest.approx(0.2486, abs=0.005)


def test_what_random_dates_share_with_the_steps_is_never_detectable():
    dates = RandomDates(np.empty((5, 0)), np.arange(5.0), np.ones(5))
    assert np.isnan(random_dates.detectable_change([dates], dates, 0.05))


def test_a_planted_jump_is_found_and_its_path_turns_at_the_step():
    rng = np.random.default_rng(5)
    steps = random_steps(rng)
    found = held(raised(panel(rng), steps, 0.8), steps, rng)
    assert found.row["verdict"] == "change_seen"
    # the trends of six partners, 0.02 a year each, move the mean over six years by about 0.05
    assert found.row["effect"] == pytest.approx(0.8, abs=0.3)
    path = found.path.set_index("relative_year")
    assert path.loc[1:, "difference"].min() > path.loc[:0, "difference"].max()
    outside = path["difference"] > path["placebo_high"]
    assert outside.loc[2:].all()
    assert path.loc[:-1, "difference"].mean() == pytest.approx(0, abs=1e-12)


def test_partners_that_always_rise_explain_a_change_that_random_partners_do_not():
    rng = np.random.default_rng(8)
    values, steps = panel(rng), random_steps(rng)
    values[steps[:, 0]] += 0.15 * np.arange(YEARS)
    row = held(values, steps, rng).row
    assert row["p_value"] < LONG.level < row["p_same_partners"]
    assert row["verdict"] == "no_change_seen"


def test_random_years_of_the_same_partners_by_hand():
    """Three partners, one of which has a step; two years can be used, before and after one."""
    short = EventSettings(before=1, after=1, permutations=200, min_events=2, level=0.05)
    values = np.array([[0.0, 0, 0, 6], [0, 0, 0, 0], [0, 2, 0, 0]])
    around = windows(values, short)
    steps = np.array([[0, 2]])
    rng = np.random.default_rng(1)
    planted = np.zeros((3, 4))
    found = random_dates.random_dates(steps, around, planted, 200, rng, same=True)
    # from 2000 to 2002 nothing, others nothing and nothing; from 2001 to 2003 6, others 0 and -2
    assert sorted(set(found.change.round(9))) == [0.0, 7.0]
    assert (found.change == 7).mean() == pytest.approx(0.5, abs=0.15)
    anybody = random_dates.random_dates(steps, around, planted, 200, rng, same=False)
    assert set(anybody.change.round(9)) == {0.0, 7.0, -2.0, -5.0}


def test_a_planted_change_is_seen_in_part_from_the_years_near_it():
    short = EventSettings(before=2, after=2, permutations=200, min_events=2, level=0.05)
    around = windows(np.zeros((2, 8)), short)
    steps = np.array([[0, 3]])  # years 2 to 5 can be used; the step is followed by 4, 5, 6, 7
    jumps = random_dates._planted(steps, around)
    # two years after less two before: 2002 has 0, 1; 2005 has 0, 1 before it and 1, 1 after it
    assert jumps[0, 2:6].tolist() == [0.5, 1.0, 1.0, 0.5]
    assert jumps[1].tolist()[2:6] == [0, 0, 0, 0]


def test_too_few_steps_or_no_random_dates_give_no_number():
    rng = np.random.default_rng(3)
    for steps in (random_steps(rng)[:4], np.empty((0, 2), dtype=np.int64)):
        row = held(panel(rng), steps, rng).row
        assert row["verdict"] == "not_enough_data"
        numbers = ("effect", "p_value", "p_same_partners", "detectable")
        assert np.isnan([row[name] for name in numbers]).all()


@pytest.mark.parametrize(
    ("p_values", "said"),
    [
        ((0.049, 0.049), "change_seen"),
        ((0.05, 0.01), "no_change_seen"),
        ((0.001, 0.06), "no_change_seen"),
        ((0.06, 0.001), "no_change_seen"),
    ],
)
def test_a_change_is_seen_only_if_both_p_values_lie_below_the_level(p_values, said):
    assert random_dates.verdict(p_values, 0.05) == said


@settings(max_examples=40, deadline=None)
@given(some.lists(some.floats(-5, 5), min_size=5, max_size=30), some.floats(-9, 9))
def test_a_p_value_lies_above_nothing_and_does_not_know_the_sign(random, statistic):
    values = np.array(random)
    p_value = random_dates.two_sided(statistic, values)
    assert 1 / (1 + len(random)) <= p_value <= 1
    assert random_dates.two_sided(-statistic, -values) == p_value
