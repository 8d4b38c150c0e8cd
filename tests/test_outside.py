"""Only like is compared with like; ranges meet or do not; a passed year is due, not judged."""

import pandas as pd
import pytest

from techdiplomacy import outside, workforce_lists
from techdiplomacy.errors import InvalidTable
from techdiplomacy.paths import reference_file
from techdiplomacy.scenario_tables import SCENARIOS, WORKFORCE_SCENARIOS
from techdiplomacy.tables import check_table, read_csv
from techdiplomacy.workforce_tables import OUTSIDE_COLUMNS

COMPARED = next(table for table in WORKFORCE_SCENARIOS if table.name == "projections_compared")
MATCHES = pd.DataFrame(
    [
        ("ict", "EU27", "employment", "reconciled_forecasts", "EU27", "value", None, 1),
        ("ict", "*", "employment", "workforce_forecasts", "ict/{area}/all", "value", None, 1),
        ("chips", "*", "employment", "scenario_paths", "chips", "stock_wanted", None, 0),
        ("chips", "*", "openings", "scenario_paths", "chips", "openings", 2021, 0),
        ("chips", "*", "additional_demand", "scenario_paths", "chips", "expansion", 2021, 0),
    ],
    columns=[
        *("field", "area", "quantity", "own_table", "own_key", "own_quantity", "base_year"),
        "independent",
    ],
).astype({"base_year": "Int64"})


def figure(name: str, **changes: object) -> dict[str, object]:
    """Return a published figure: 100 chip workers employed in South Korea in 2030."""
    return {
        **{column.name: None for column in OUTSIDE_COLUMNS},
        "projection_id": name,
        "area": "KOR",
        "field": "chips",
        "publisher": "A ministry",
        "published": "2023-02",
        "quantity": "employment",
        "nature": "projection",
        "target_year": 2030,
        "central": 100.0,
        "unit": "persons",
        "evidence_grade": "press",
        "url": "https://example.org",
        **changes,
    }


def published(*rows: dict[str, object]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    ends = ["base_value", "low", "central", "high"]
    table[ends] = table[ends].astype(float)
    return table.astype({"base_year": "Int64"})


def own_figures(*, low: float = 90.0, high: float = 120.0) -> outside.OwnFigures:
    """Return own figures: 110 workers, 40 openings since 2021, and two forecasts of ICT."""
    path = {
        "country": "KOR",
        "pool": "chips",
        "scenario": "common_growth",
        "year": 2030,
        "stock_wanted": 110.0,
        "stock_wanted_low": low,
        "stock_wanted_high": high,
        "openings": 40.0,
        "openings_low": 30.0,
        "openings_high": 50.0,
        "expansion": 15.0,
        "expansion_low": 10.0,
        "expansion_high": 20.0,
    }
    # two other scenarios, which are never the one compared
    others = [{**path, "scenario": one, "stock_wanted_high": 1e9} for one in SCENARIOS[:2]]
    paths = pd.DataFrame([*others, path])
    ends = {"low_80": [None, 10.0, None], "high_80": [None, 12.0, None]}
    forecast = pd.DataFrame(
        {"year": [2024, 2028, 2030], "observed": [9.0, None, None], "value": [None, 11.0, 12.0]}
        | {"label": ["observed", "forecast", "scenario"]}
        | ends
    )
    return outside.OwnFigures(
        reconciled=forecast.assign(area="EU27"),
        forecasts=forecast.drop(columns="observed").assign(
            series="ict/FRA/all", value=[9.0, 11.0, 12.0]
        ),
        paths=paths,
        bases=pd.DataFrame({"country": ["KOR"], "pool": ["chips"], "base_year": [2021]}),
        newest_year=2025,
    )


def compared(*rows: dict[str, object], own: outside.OwnFigures | None = None) -> pd.DataFrame:
    found = outside.compare(published(*rows), MATCHES, own or own_figures())
    return check_table(found, COMPARED, where="test").set_index("projection_id")


class TestCompare:
    def test_ranges_meet_or_lie_apart(self):
        found = compared(
            figure("inside"),
            figure("touches", low=120.0, central=None, high=200.0),
            figure("above", central=120.1),
            figure("below", low=50.0, central=89.9),
        )
        assert found["verdict"].to_dict() == {
            "inside": "inside",
            "touches": "inside",
            "above": "above",
            "below": "below",
        }
        assert found.loc["inside", ["own_value", "own_value_low", "own_value_high"]].tolist() == [
            *(110, 90, 120),
        ]
        # chips draw their growth from figures of the kind
        assert set(found["independent"]) == {0}
        assert set(found["own_label"]) == {"scenario"}

    def test_openings_are_compared_only_from_the_same_year(self):
        found = compared(
            figure("same", quantity="openings", central=60.0),
            figure("later", quantity="openings", central=60.0, base_year=2023),
        )
        assert found["verdict"].to_dict() == {"same": "above", "later": "alone"}
        moved = own_figures()
        moved.bases["base_year"] = 2020
        assert compared(figure("same", quantity="openings"), own=moved)["verdict"].item() == "alone"

    def test_additional_people_are_growth_and_no_replacement(self):
        found = compared(figure("more", quantity="additional_demand", central=35.0))
        # 35 would lie inside the openings of 30 to 50
        assert found[["verdict", "own_value"]].to_numpy().tolist() == [["above", 15.0]]

    def test_what_has_nothing_alike_stands_alone_or_is_due(self):
        found = compared(
            figure("other_field", field="cooks"),
            figure("other_quantity", quantity="shortage"),
            figure("other_country", area="USA"),
            figure("other_year", target_year=2031),
            figure("passed", field="cooks", published="2018-08", target_year=2020),
            figure("of_its_own_year", field="cooks", published="2024-02", target_year=2022),
            figure("ahead", field="cooks", published="2025", target_year=2026),
        )
        verdicts = found["verdict"].to_dict()
        assert verdicts.pop("passed") == "due"
        assert set(verdicts.values()) == {"alone"}
        assert found["own_value"].isna().all()
        assert set(found["own_label"]) == {"none"}

    def test_forecasts_and_observed_values(self):
        ict = {"field": "ict", "area": "EU27"}
        found = compared(
            figure("ahead", **ict, target_year=2028, central=13.0),
            figure("far", **ict, target_year=2030, central=20.0),
            figure("known", **ict, target_year=2024, central=9.0),
            figure("fallen", **ict, target_year=2024, central=10.0),
            figure("member", field="ict", area="FRA", target_year=2028, central=9.9),
            figure("early", **ict, target_year=2019),
        )
        assert found["verdict"].to_dict() == {
            "ahead": "above",
            "far": "no_range",
            "known": "inside",
            "fallen": "above",
            "member": "below",
            "early": "alone",
        }
        assert found["own_label"].to_dict()["known"] == "observed"
        assert found.loc["member", "own_series"] == "ict/FRA/all"
        assert found.loc["far", "own_value"] == 12
        assert set(found["independent"].dropna()) == {1}

    def test_years_that_scenarios_need(self):
        rows = published(
            figure("a", target_year=2031),
            figure("b", quantity="openings", target_year=2029),
            figure("c", field="ict", target_year=2027),
            figure("d", quantity="shortage", target_year=2026),
        )
        assert outside.required_years(rows, MATCHES) == [2029, 2031]

    def test_nothing_published_and_nothing_computed(self):
        none = pd.DataFrame()
        own = outside.OwnFigures(none, none, none, none, 2024)
        rows = published(figure("a"), figure("b", field="ict", area="EU27"))
        assert set(outside.compare(rows, MATCHES, own)["verdict"]) == {"alone"}
        assert outside.compare(rows.head(0), MATCHES, own).empty
        bare = published(figure("a", central=None))
        assert outside.compare(bare, MATCHES, own_figures())["verdict"].item() == "alone"


@pytest.mark.usefixtures("tiny_project")
class TestLists:
    def test_matches_name_tables_and_columns_that_exist(self):
        rows = workforce_lists.load_outside_matches()
        paths = next(table for table in WORKFORCE_SCENARIOS if table.name == "scenario_paths")
        scenario = rows[rows["own_table"] == "scenario_paths"]
        assert set(scenario["own_quantity"]) <= set(paths.column_names())
        assert set(rows["independent"]) == {0, 1}
        # what is added up says from which year on
        flows = rows["own_quantity"].isin(["openings", "expansion"])
        assert flows.sum() == 2
        assert rows.loc[flows, "base_year"].notna().all()

    def test_what_only_looks_alike_is_never_compared(self):
        unlike = workforce_lists.load_outside_unlike()
        key = ["field", "area", "quantity"]
        like = workforce_lists.load_outside_matches()
        assert len(unlike) > 0
        assert like.merge(unlike, on=key).empty
        assert unlike.notna().all(axis=None)

    @pytest.mark.parametrize(
        ("name", "column", "value", "told"),
        [
            ("outside_matches", "quantity", "employmen", "Did you mean 'employment'"),
            ("outside_matches", "own_table", "moon", "unknown own_table 'moon'"),
            ("outside_matches", "field", "", "empty cells: \\['field'\\]"),
            ("outside_matches", "differs_vi", "", "empty cells: \\['differs_vi'\\]"),
            ("outside_matches", "like", "2", "unknown like '2'"),
            ("outside_matches", "independent", "", "does not say whether the own value"),
            ("workforce_claims", "test", "guess", "unknown test 'guess'"),
            ("workforce_claims", "claim_id", "X1", "is on no list of statements"),
            ("workforce_claims", "conflict_group", "K99", "names a conflict that is not in"),
            ("target_parts", "persons_low", "90000", "has its ends exchanged"),
        ],
    )
    def test_a_broken_list_is_refused(self, name, column, value, told):
        path = reference_file(name)
        rows = read_csv(path, dtype="str")
        rows.loc[0, column] = value
        rows.to_csv(path, index=False)
        load = {
            "outside_matches": workforce_lists.load_outside_matches,
            "workforce_claims": lambda: workforce_lists.load_workforce_claims("VNM"),
            "target_parts": workforce_lists.load_target_parts,
        }[name]
        with pytest.raises(InvalidTable, match=told) as caught:
            load()
        assert caught.value.where == f"data/reference/{name}.csv"

    def test_a_row_twice_is_refused(self):
        for name, load in (
            ("outside_matches", workforce_lists.load_outside_matches),
            ("target_parts", workforce_lists.load_target_parts),
            ("workforce_claims", lambda: workforce_lists.load_workforce_claims("VNM")),
        ):
            path = reference_file(name)
            rows = read_csv(path, dtype="str")
            pd.concat([rows, rows.tail(1)]).to_csv(path, index=False)
            with pytest.raises(InvalidTable, match=f"Line {len(rows) + 2} "):
                load()
