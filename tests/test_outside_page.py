"""Outside figures keep publisher, date and grade; agreement that proves nothing is said to."""

import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, read

from techdiplomacy import outside_page as page
from techdiplomacy import vocabulary
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.page_columns import side_by_side
from techdiplomacy.tables import check_table
from techdiplomacy.texts import verbatim
from techdiplomacy.workforce_tables import EVIDENCE_GRADES, NATURES, QUANTITIES

pytestmark = pytest.mark.usefixtures("at_the_root")

DASH = "\N{EN DASH}"


def _row(name: str, area: str, field: str, **more: object) -> dict[str, object]:
    return {
        **dict.fromkeys(declared("projections_compared").column_names()),
        "projection_id": name,
        "area": area,
        "field": field,
        "publisher": "A ministry",
        "published": "2024-09-21",
        "quantity": "employment",
        "nature": "projection",
        "target_year": 2030,
        "unit": "persons",
        "evidence_grade": "press",
        "url": "https://example.org",
        "own_label": "none",
        "verdict": "alone",
        **more,
    }


CHIPS = {"own_label": "scenario", "own_series": "chips", "independent": 0.0}
ICT = {"own_label": "scenario", "own_series": "EU27", "independent": 1.0, "own_value": 12.4e6}
ROWS = [
    _row(
        "alone", "WORLD", "semiconductors", central=1e6, published="2022", evidence_grade="official"
    ),
    _row("due", "CHN", "semiconductors", central=261e3, verdict="due", published="2020-11"),
    _row(
        *("above", "KOR", "semiconductors"),
        **{**CHIPS, "low": 250.0, "high": 304.0, "own_value": 237.04, "own_value_low": 219.0},
        own_value_high=244.0,
        verdict="above",
    ),
    _row(
        *("inside", "USA", "semiconductors"),
        **{**CHIPS, "central": 460.0, "own_value": 469.0, "own_value_low": 444.0},
        own_value_high=499.0,
        verdict="inside",
    ),
    _row("aim", "EU27", "ICT specialists", central=20e6, nature="target", **ICT)
    | {"verdict": "no_range", "evidence_grade": "publisher"},
    _row("path", "EU27", "ICT specialists", central=12e6, **ICT) | {"verdict": "no_range"},
]


def _compared(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    for column in declared("projections_compared").columns:
        kind = {"number": "float64", "integer": "Int64"}.get(column.kind, "str")
        table[column.name] = table[column.name].astype(kind)
    table["target_year"] = table["target_year"].astype("int64")
    return check_table(table, declared("projections_compared"), where="test")


COMPARED = _compared(ROWS)


class TestTable:
    def test_comparable_figures_come_first_with_what_stands_beside_them(self):
        table = page.outside_table(COMPARED)
        columns = page.outside_columns(load_countries(), 0.8)
        assert_headings_differ(columns)
        # what stands side by side fits on a page
        assert len(side_by_side(columns)) == 8
        cells = read(table, columns)
        assert cells["area"] == [
            *("European Union", "European Union", "South Korea", "United States"),
            *("China", "the world"),
        ]
        assert cells["their figure"] == [
            *("target: 20,000,000 (2030)", "outside projection: 12,000,000 (2030)"),
            *(f"outside projection: 250{DASH}304 (2030)", "outside projection: 460 (2030)"),
            *("outside projection: 261,000 (2030)", "outside projection: 1,000,000 (2030)"),
        ]
        assert cells["figure here"] == ["12,400,000", "12,400,000", "237", "469", DASH, DASH]
        assert cells["80% low"] == ["no interval", "no interval", "219", "444", DASH, DASH]
        assert cells["published by"][0] == "A ministry, 21 September 2024, page of the publisher"
        assert cells["published by"][4:] == [
            *("A ministry, 2020-11, press report", "A ministry, 2022, official page or table"),
        ]
        assert cells["their figure lies"][2:5] == [
            *("above our range (scenario)", "inside our range (scenario)"),
            "due: its year has passed",
        ]
        assert_can_be_shown(
            table,
            columns,
            "outside-figures",
            subtitle="About 2030",
            source="ilostat_employment",
        )

    def test_of_the_others_only_those_on_the_viewpoint_country_stay(self):
        first, others = page.outside_table(COMPARED, "CHN"), page.others_table(COMPARED, "CHN")
        assert first["projection_id"].tolist() == ["aim", "path", "above", "inside", "due"]
        assert others["projection_id"].tolist() == ["alone"]
        columns = page.others_columns(load_countries())
        assert_headings_differ(columns)
        assert len(side_by_side(columns)) == 5
        assert_can_be_shown(
            others, columns, "others", subtitle="About 2030", source="ilostat_employment"
        )
        assert page.others_subtitle(others).say("en") == (
            "Outside figures, published 2022 to 2022, about 2030 to 2030; nothing here counts the "
            "same"
        )
        assert page.others_headline(others).say("en") == (
            "1 more published figures on other countries have no like quantity here"
        )

    def test_every_code_has_words(self):
        assert set(vocabulary.OUTSIDE_QUANTITIES) == set(QUANTITIES)
        assert set(vocabulary.OUTSIDE_NATURES) == set(NATURES)
        assert set(vocabulary.EVIDENCE_GRADES) == set(EVIDENCE_GRADES)
        assert set(vocabulary.OWN_LABELS) == codes_of("projections_compared", "own_label")
        assert set(vocabulary.OUTSIDE_VERDICTS) == codes_of("projections_compared", "verdict")


class TestUnlike:
    COMPARED = _compared(
        [
            _row("firms", "VNM", "ICT", central=3e6, base_year=2025, base_value=1.2e6),
            _row("need", "VNM", "ICT", central=2.5e6, quantity="needed"),
            _row("chips", "VNM", "semiconductors", central=5e4),
            _row("elsewhere", "JPN", "ICT", central=1e6),
        ]
    )
    UNLIKE = pd.DataFrame(
        [
            ("ICT", "VNM", "employment", "ict", "workers of IT firms", "by employer"),
            ("ICT", "VNM", "needed", "ict", "people needed", "a need"),
        ],
        columns=["field", "area", "quantity", "own_key", "counts_en", "differs_en"],
    ).assign(counts_vi="đếm", differs_vi="khác")
    BASES = pd.DataFrame(
        {"country": ["VNM"], "pool": ["ict"], "stock": [123_449.0], "base_year": [2024]}
    )

    def words(self, bases=BASES, viewpoint="VNM"):
        pools = {"ict": verbatim("ICT workers")}
        return page.unlike_words(
            self.COMPARED, self.UNLIKE, bases, viewpoint, pools, load_countries()
        )

    def test_what_they_count_and_how_far_it_is_from_the_pool(self):
        told = (
            "ICT, Vietnam: 1,200,000 (2025), 3,000,000 (2030) workers of IT firms (by employer); "
            "2,500,000 (2030) people needed (a need); none of it counts the pool 'ICT workers'"
        )
        assert self.words().say("en") == f"{told}, of which there are 123,000 (2024)."
        assert self.words(self.BASES.assign(stock=float("nan"))).say("en") == f"{told}."
        assert "đếm (khác)" in self.words().say("vi")

    def test_a_country_without_such_figures(self):
        assert self.words(viewpoint="FRA").say("en").startswith("No published figure on France")


class TestCaptions:
    def test_headline_and_subtitle_count_what_is_there(self):
        assert page.outside_headline(COMPARED).say("en") == (
            "4 of 6 published figures have their like here: 1 inside its range, 1 above, 0 below, "
            "2 beside a value without range"
        )
        ranged = COMPARED[COMPARED["verdict"] != "no_range"]
        assert page.outside_headline(ranged).say("en") == (
            "2 of 4 published figures have their like here: 1 inside its range, 1 above, 0 below"
        )
        assert (
            page.outside_subtitle(COMPARED)
            .say("en")
            .startswith("Outside figures, published 2020 to 2024, about 2030 to 2030")
        )
        alone = COMPARED[COMPARED["verdict"] == "alone"]
        assert page.outside_headline(alone).say("en") == (
            "None of 1 published figures has its like here"
        )

    def test_the_note_says_what_agreement_is_worth(self):
        note = page.outside_note(COMPARED, 0.8).say("en")
        assert "Of 4 comparisons 2 rest on a value that owes nothing" in note
        assert "growth with growth" in note
        assert "lie 80% of its draws" in note
        assert "4 of 6 figures were read in the press or second hand; 1 are due" in note
