"""Technology strength as a whole: every table declared, another list, order and names."""

import numpy as np
import pandas as pd
import pytest
from evidence_rows import LIST, chosen, codes, evidence_rows, many

from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidTable
from techdiplomacy.strength import specialisation
from techdiplomacy.tables import check_table
from techdiplomacy.technologies import load_taxonomy
from techdiplomacy.technology_strength import build_strength
from techdiplomacy.technology_tables import TECHNOLOGY_STRENGTH

PARAMS = chosen(ranks={"draws": 200}, stated={"resamples": 100}, relatedness={"fitted_from": 1})
COUNTRIES = codes(24)
PARAMS = PARAMS.model_copy(update={"viewpoint": COUNTRIES[0]})
OTHER = "vn-21-2026"


def world(seed=3):
    """Return evidence of both lists on made-up countries."""
    rng = np.random.default_rng(seed)
    parts = []
    for measure, window in (("families", "2016-2020"), ("uspto_domains", "1976-2025")):
        for group in ("G01", "G04", "G06", "G08"):
            counts = rng.poisson(rng.lognormal(4, 1, size=24)).astype(float)
            rows = dict(zip(COUNTRIES, counts, strict=True))
            base = dict(zip(COUNTRIES, 5 * counts + 400, strict=True))
            parts.append(
                evidence_rows(
                    rows, base=base, measure=measure, group=group, window=window, fields=group
                )
            )
    parts.append(
        parts[2].assign(framework=OTHER, group_id="R02")  # the same field under another list
    )
    return many(*parts)


def fields():
    """Return a specialisation in three fields of science."""
    rng = np.random.default_rng(9)
    counts = pd.DataFrame(
        rng.integers(20, 200, size=(24, 3)).astype(float),
        index=COUNTRIES,
        columns=["chemistry", "physics", "psychology"],
    )
    table = specialisation(counts, min_families=10).drop(columns="prior_strength")
    return table.rename(columns={"count": "count_items", "total": "total_items"}).assign(
        evidence="publications", window="2018-2022"
    )


STATED = pd.DataFrame(
    {
        "statement": range(1, 9),
        "country": COUNTRIES[:8],
        "group_id": ["G01", "G04", "G06", "G08"] * 2,
        "strength_en": "words",
        "strength_vi": "lời",
        "source_title": "a text",
        "source_url": "https://a.b",
    }
)
LIMITS = pd.DataFrame(columns=["country", "strength_en", "measure", "why"])
LINKS = pd.DataFrame([("K1", "group", "G06")], columns=["conflict_id", "touches", "key"])


def build(evidence, framework=LIST, specialised=None):
    return build_strength(
        evidence,
        load_taxonomy(framework),
        PARAMS,
        seed=1,
        stated=STATED,
        limits=LIMITS,
        links=LINKS,
        specialisation=fields() if specialised is None else specialised,
    )


@pytest.fixture(scope="module")
def built():
    return build(world())


def test_every_table_is_declared_and_there_is_no_other(built):
    tables = built.tables()
    assert set(tables) == {table.name for table in TECHNOLOGY_STRENGTH}
    for name, frame in tables.items():
        assert len(check_table(frame, declared(name), where="test")) == len(frame)


def test_the_same_seed_gives_the_same_tables(built):
    again = build(world())
    for name, frame in built.tables().items():
        pd.testing.assert_frame_equal(getattr(again, name), frame)


def test_the_order_of_the_rows_changes_nothing(built):
    turned = build(
        world().sample(frac=1, random_state=1), specialised=fields().sample(frac=1, random_state=2)
    )
    for name, frame in built.tables().items():
        declaration = declared(name)
        pd.testing.assert_frame_equal(
            check_table(getattr(turned, name), declaration, where="test"),
            check_table(frame, declaration, where="test"),
        )


def test_a_country_without_items_changes_nobody_else(built):
    zeros = [
        rows.iloc[[0]].assign(country="ZZZ", count_items=0.0, base_items=0.0)
        for _, rows in world().groupby(["framework", "measure", "group_id"])
    ]
    with_it = build(many(world(), *zeros))
    for name in ("technology_strength", "technology_ranks"):
        frame = getattr(with_it, name)
        assert "ZZZ" in set(frame["country"])
        left = frame[frame["country"] != "ZZZ"].reset_index(drop=True)
        pd.testing.assert_frame_equal(left, getattr(built, name))
    for name in ("group_concentration", "rank_sensitivity", "stated_ledger", "stated_agreement"):
        pd.testing.assert_frame_equal(getattr(with_it, name), getattr(built, name))


def test_another_list_is_a_matter_of_one_setting(built):
    other = build(world(), OTHER)
    coverage = other.group_coverage.set_index("group_id")
    assert coverage.at["R02", "status"] == "ok"
    assert (coverage.drop(index="R02")["status"] == "no_evidence").all()
    assert not coverage.at["R03", "established"]
    assert set(other.technology_ranks["group_id"]) == {"R02"}
    # the same figures under another name
    mine = other.technology_strength.drop(columns=["framework", "group_id"])
    theirs = built.technology_strength
    theirs = theirs[(theirs["measure"] == "families") & (theirs["group_id"] == "G06")]
    columns = ["country", "world_share", "share_low", "rta_shrunk", "rta_high"]
    pd.testing.assert_frame_equal(
        mine[columns].reset_index(drop=True), theirs[columns].reset_index(drop=True)
    )
    # what was stated in the words of one list is not graded by another
    assert set(other.stated_ledger["reason"]) == {"other_list"}
    assert set(other.stated_agreement["status"]) == {"not_estimable"}


def test_a_list_without_evidence_is_an_error():
    only = world().query("framework == @LIST")
    with pytest.raises(InvalidTable, match=f"no evidence for the list {OTHER}"):
        build(only, OTHER)


def test_conflicts_are_marked(built):
    marks = built.stated_ledger.set_index("group_id")["conflict"]
    assert set(marks["G06"]) == {"K1"}
    assert marks.drop(index="G06").isna().all()
