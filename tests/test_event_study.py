"""Dated steps: which can be used and why not, changes by hand, and other choices."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from techdiplomacy import event_study
from techdiplomacy.params import EventSettings
from techdiplomacy.random_dates import windows_of
from techdiplomacy.scorecard_tables import EVENT_KINDS, SCORECARD
from techdiplomacy.tables import check_table

TABLES = {table.name: table for table in SCORECARD}
SHORT = EventSettings(before=2, after=2, permutations=200, min_events=2, level=0.05)


def codes(count):
    return [f"P{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(count)]


def ties_of(counts, viewpoint="VVV"):
    """Return ties of the viewpoint, with a rest of the world that gives every country a size."""
    rows = []
    for partner, series in counts.items():
        for year, value in series.items():
            rows.append(("joint_works", *sorted((viewpoint, partner)), year, value))
            rows.append(("joint_works", *sorted(("ZZZ", partner)), year, 1000.0))
    return pd.DataFrame(rows, columns=["kind", "country", "partner", "year", "value"])


def levels_of(steps):
    rows = [("VVV", partner, "strategic", year) for partner, year in steps]
    table = pd.DataFrame(rows, columns=["country", "partner", "level", "since_year"])
    return table.astype({"since_year": "Int64"})


def agreements_of(steps):
    rows = [(*pair, year) for *pair, year in steps]
    table = pd.DataFrame(rows, columns=["country", "partner", "signed_year"])
    return table.astype({"signed_year": "Int64"})


def run(ties, steps=(), agreements=(), chosen=SHORT, partners=(), min_works=5.0):
    return event_study.study(
        ties,
        levels_of(steps),
        agreements_of(agreements),
        viewpoint="VVV",
        partners=partners,
        settings=chosen,
        min_works=min_works,
        seed=3,
    )


def even(count, years=range(2000, 2010), value=50.0):
    return {code: dict.fromkeys(years, value) for code in codes(count)}


def test_log_association_by_hand():
    # C = 10 with AAA; s_V = 10 + 30 = 40, s_A = 10 + 60 = 70, T = 2 (10 + 30 + 60) = 200
    rows = [("AAA", "VVV", 10.0), ("BBB", "VVV", 30.0), ("AAA", "BBB", 60.0)]
    ties = pd.DataFrame(
        [("joint_works", *pair, 2000, value) for *pair, value in rows],
        columns=["kind", "country", "partner", "year", "value"],
    )
    found, joint = event_study.log_association(ties, "VVV")
    assert found.at[2000, "AAA"] == pytest.approx(np.log(10.5 * 200 / (40 * 70)))
    assert joint.at[2000, "BBB"] == 30


def test_growth_of_either_country_alone_is_taken_out():
    counts = even(6, value=100.0)
    ties = ties_of(counts)
    ties["value"] *= np.where(ties["year"] >= 2005, 8.0, 1.0)  # everything grows eightfold
    association, _ = event_study.log_association(ties, "VVV")
    assert np.ptp(association["PAA"]) < 0.005  # only the half that is added moves it


def test_the_change_of_a_step_by_hand():
    counts = even(8)
    counts["PAA"] |= dict.fromkeys(range(2006, 2010), 100.0)
    found = run(ties_of(counts), [("PAA", 2005)])
    event = found["event_list"].set_index(["event_kind", "partner"]).loc[("any", "PAA")]
    association, _ = event_study.log_association(ties_of(counts), "VVV")
    own = association["PAA"].loc[2006:2007].mean() - association["PAA"].loc[2003:2004].mean()
    rest = association[codes(8)[1:]]
    others = (rest.loc[2006:2007].mean() - rest.loc[2003:2004].mean()).mean()
    # ZZZ has no works with the viewpoint, so it is not compared with
    assert event["change"] == pytest.approx(own - others)
    assert event["used"]
    # 100 for 50 works: log(100.5 / 50.5), less what its own growth takes from the ratio
    size = np.log(1100 / 1050)
    assert event["change"] == pytest.approx(np.log(100.5 / 50.5) - size, abs=1e-9)


def test_every_step_that_cannot_be_used_says_why():
    counts = even(9)
    counts["PAI"] = dict.fromkeys(range(2000, 2010), 4.0)
    steps = [
        ("PAA", 2001),  # needs 1999
        ("PAB", 2008),  # needs 2010
        ("PAC", 2003),
        ("PAC", 2005),  # the step of 2003 lies in the years before
        ("PAD", None),
        ("PAE", 2002),
        ("PAE", 2007),  # could be used, but the partner is there with 2002
        ("PAI", 2005),  # four works a year
        ("QQQ", 2005),
    ]
    found = run(ties_of(counts), steps, partners=["PAA", "PAF"])["event_list"]
    pooled = found[(found["event_kind"] == "any") & found["year"].notna()]
    reasons = pooled.set_index(["partner", "year"])["why_not"].fillna("").to_dict()
    assert reasons.pop(("PAC", 2003)) == ""
    assert reasons.pop(("PAE", 2002)) == ""
    assert reasons == {
        ("PAA", 2001): "too_early",
        ("PAB", 2008): "too_recent",
        ("PAC", 2005): "step_shortly_before",
        ("PAE", 2007): "later_step",
        ("PAI", 2005): "too_few_works",
        ("QQQ", 2005): "not_in_data",
    }
    undated = found[found["year"].isna()].set_index("partner")["why_not"]
    assert undated["PAF"] == "no_step_known"
    assert set(undated[["PAD"]]) == {"not_dated"}


def test_partners_with_a_step_of_another_kind_in_the_years_are_not_compared_with():
    counts = even(4)
    steps, signed = [("PAA", 2005)], [("VVV", "PAB", 2006), ("PAC", "VVV", 2003)]
    found = run(ties_of(counts), steps, signed)
    assert found["event_list"].query("event_kind == 'agreement'")["partner"].tolist() == [
        "PAB",
        "PAC",
    ]
    windows = windows_of(*event_study.log_association(ties_of(counts), "VVV"), SHORT, 5)
    assert windows.usable.sum() == 4 * 6  # 2002 to 2007
    row = found["event_study"].set_index("event_kind").loc["partnership_level"]
    assert (row["events"], row["used"], row["controls"]) == (1, 1, 1)  # only PAD is left


def test_without_anyone_to_compare_with_a_step_is_not_used():
    found = run(ties_of(even(2)), [("PAA", 2005), ("PAB", 2005)])
    assert set(found["event_list"]["why_not"]) == {"no_controls"}
    assert found["event_study"]["used"].tolist() == [0, 0, 0]


def test_few_steps_give_no_verdict_and_no_number():
    found = run(ties_of(even(8)), [("PAA", 2005)])
    study = found["event_study"]
    assert set(study["verdict"]) == {"not_enough_data"}
    assert study[["effect", "placebo_low", "p_value"]].isna().all(axis=None)
    assert found["event_paths"]["difference"].isna().all()


def test_a_country_of_which_no_step_is_known_has_rows_that_say_so():
    found = run(ties_of(even(8)), partners=["PAA", "PAB"])
    for name in ("event_study", "event_paths", "event_list"):
        assert len(check_table(found[name], TABLES[name], where="test"))
    assert set(found["event_list"]["why_not"]) == {"no_step_known"}
    assert found["event_study"]["event_kind"].tolist() == list(EVENT_KINDS)
    assert set(found["event_study"]["verdict"]) == {"not_enough_data"}


def test_the_same_seed_gives_the_same_tables_and_order_does_not_matter():
    rng = np.random.default_rng(2)
    counts = {
        code: dict(enumerate(rng.poisson(60, 12).astype(float), start=2000)) for code in codes(12)
    }
    steps = [(code, 2004 + place % 4) for place, code in enumerate(codes(5))]
    ties = ties_of(counts)
    first = run(ties, steps)
    again = run(ties.sample(frac=1, random_state=1), steps[::-1])
    for name in ("event_study", "event_paths", "event_list"):
        pd.testing.assert_frame_equal(
            check_table(first[name], TABLES[name], where="test"),
            check_table(again[name], TABLES[name], where="test"),
        )
    assert first["event_study"].loc[0, "used"] == 5


def test_other_choices_are_tried_and_the_main_one_is_marked():
    counts = even(12) | {"PAL": dict.fromkeys(range(2000, 2010), 15.0)}
    steps = [(code, 2004) for code in codes(3)] + [("PAL", 2004), ("PAD", 2008)]
    table = event_study.sensitivity(
        ties_of(counts),
        levels_of(steps),
        agreements_of([]),
        viewpoint="VVV",
        settings=SHORT,
        min_works=5.0,
        seed=1,
    )
    check_table(table, TABLES["event_sensitivity"], where="test")
    used = table.set_index(["years_after", "works_at_least"])["used"].to_dict()
    # one year after 2008 is there, two are not; 20 works a year are more than PAL has
    assert used == dict(
        zip(product((2, 1), (1.0, 5.0, 10.0, 20.0)), (4, 4, 4, 3, 5, 5, 5, 4), strict=True)
    )
    assert table.loc[table["as_used"], ["years_after", "works_at_least"]].values.tolist() == [
        [2, 5]
    ]
