"""Pools of workers: the committed lists fit the series and the lists of technologies."""

import pandas as pd
import pytest

from techdiplomacy import workforce_pools
from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.paths import reference_file
from techdiplomacy.tables import read_csv
from techdiplomacy.technologies import load_taxonomy
from techdiplomacy.workforce_tables import GRADUATE_FIELDS

LISTS = sorted(read_csv(reference_file("technologies"), dtype="str")["framework"].unique())


def test_pools_list_their_series_in_order_of_preference():
    pools = workforce_pools.load_pools()
    ict = pools[(pools["pool"] == "ict") & (pools["kind"] == "stock")]
    assert ict["order"].tolist() == [1, 2, 3]
    assert ict["match"].tolist() == ["near", "near", "wide"]
    trained = pools.loc[pools["kind"] == "graduates", "pool"]
    assert set(trained) == set(GRADUATE_FIELDS)
    assert pools.loc[pools["pool"] == "chips", ["measure", "match"]].values.tolist() == [
        ["projections", "published"]
    ]


@pytest.mark.parametrize("framework", LISTS)
def test_every_group_of_a_list_has_a_pool_or_none(framework):
    pools, groups = workforce_pools.load_group_pools(framework), load_taxonomy(framework).groups
    assert list(dict.fromkeys(pools["group_id"])) == list(groups)
    unknown = {name for name, group in groups.items() if not group.established}
    assert set(pools.loc[pools["group_id"].isin(unknown), "pool"]) <= {workforce_pools.NO_POOL}
    assert set(pools["pool"]) <= {*workforce_pools.load_pools()["pool"], workforce_pools.NO_POOL}


def test_a_list_without_pools_is_refused():
    with pytest.raises(InvalidParams, match="Did you mean 'vn-1131-2025'"):
        workforce_pools.load_group_pools("vn-1131-2026")


@pytest.fixture
def changed(tiny_project):
    """Return a function that writes one of the files with cells of a line of it changed."""
    originals = {}
    for file in ("workforce_pools", "group_pools"):
        path = reference_file(file)
        source = workforce_pools.__file__.split("/src/")[0] + f"/data/reference/{file}.csv"
        originals[file] = pd.read_csv(source, dtype="str", keep_default_na=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        originals[file].to_csv(path, index=False)

    def write(file, line, **cells):
        table = originals[file].copy()
        for name, cell in cells.items():
            table.loc[line - 2, name] = cell
        table.to_csv(reference_file(file), index=False)

    return write


@pytest.mark.parametrize(
    ("line", "cells", "words"),
    [
        (3, {"kind": "stocks"}, "Line 3 has the unknown kind 'stocks'. Did you mean 'stock'"),
        (3, {"match": "far"}, "Line 3 has the unknown match 'far'"),
        (3, {"measure": "employed"}, "Line 3 has the unknown measure 'employed'"),
        (3, {"match": "published"}, "Line 3 has a published match"),
        (3, {"order": "3"}, "Line 3 breaks the order"),
        (3, {"name_vi": "khác"}, "Line 3 names its pool otherwise"),
        (3, {"note": ""}, r"columns with empty cells: \['note'\]"),
        (13, {"pool": "energy"}, "Line 13 breaks the order"),
        (12, {"kind": "graduates", "order": "1"}, "Line 12 gives graduates to another pool"),
        (13, {"kind": "graduates"}, "Line 13 belongs to a pool without a stock"),
    ],
)
def test_a_broken_line_of_pools_is_named(changed, line, cells, words):
    changed("workforce_pools", line, **cells)
    with pytest.raises(InvalidTable, match=words) as caught:
        workforce_pools.load_pools()
    assert caught.value.where == "data/reference/workforce_pools.csv"


@pytest.mark.parametrize(
    ("line", "cells", "words"),
    [
        (2, {"pool": "itc"}, "Line 2 has the unknown pool 'itc'. Did you mean 'ict'"),
        (2, {"role": "some"}, "Line 2 has the unknown role 'some'"),
        (2, {"role": "none"}, "Line 2 has a pool and the role none"),
        (2, {"covers": ""}, "Line 2 says what no pool covers"),
        (2, {"misses": ""}, r"columns with empty cells: \['misses'\]"),
        (3, {"group_id": "G01"}, "Line 3 says what a row above says"),
        (8, {"role": "direct", "group_id": "G09"}, "Line 11 gives no pool"),
        (7, {"role": "proxy"}, None),
        (8, {"role": "direct"}, None),
    ],
)
def test_a_broken_line_of_groups_is_named(changed, line, cells, words):
    changed("group_pools", line, **cells)
    if words is None:
        assert len(workforce_pools.load_group_pools("vn-1131-2025")) == 12
        return
    with pytest.raises(InvalidTable, match=words) as caught:
        workforce_pools.load_group_pools("vn-1131-2025")
    assert caught.value.where == "data/reference/group_pools.csv"


def test_the_nearest_pool_of_a_group_comes_first(changed):
    changed("group_pools", 7, pool="engineering", role="proxy")
    changed_twice = pd.read_csv(reference_file("group_pools"), dtype="str", keep_default_na=False)
    changed_twice.loc[6, ["pool", "role"]] = ["chips", "direct"]
    changed_twice.to_csv(reference_file("group_pools"), index=False)
    with pytest.raises(InvalidTable, match="Line 8 stands below a row of a lesser role"):
        workforce_pools.load_group_pools("vn-1131-2025")
