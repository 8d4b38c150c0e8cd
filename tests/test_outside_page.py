"""Outside figures keep publisher, date and grade; agreement that proves nothing is said to."""

import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, read

from techdiplomacy import outside_page as page
from techdiplomacy import vocabulary
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.tables import check_table
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
        cells = read(table, columns)
        assert cells["area"] == [
            *("European Union", "European Union", "South Korea", "United States"),
            *("China", "the world"),
        ]
        assert cells["their figure"] == [
            *("20,000,000", "12,000,000", f"250{DASH}304", "460", "261,000", "1,000,000"),
        ]
        assert cells["figure here"] == ["12,400,000", "12,400,000", "237", "469", DASH, DASH]
        assert cells["80% low"] == ["no interval", "no interval", "219", "444", DASH, DASH]
        assert cells["kind"][:2] == ["target", "outside projection"]
        assert cells["read from"][0] == "page of the publisher"
        assert cells["published"] == [
            *("21 September 2024",) * 4,
            *("2020-11", "2022"),
        ]
        assert cells["their figure lies"][2:5] == [
            *("above our range", "inside our range", "due: its year has passed"),
        ]
        assert_can_be_shown(
            table,
            columns,
            "outside-figures",
            subtitle="About 2030",
            source="ilostat_employment",
        )

    def test_every_code_has_words(self):
        assert set(vocabulary.OUTSIDE_QUANTITIES) == set(QUANTITIES)
        assert set(vocabulary.OUTSIDE_NATURES) == set(NATURES)
        assert set(vocabulary.EVIDENCE_GRADES) == set(EVIDENCE_GRADES)
        assert set(vocabulary.OWN_LABELS) == codes_of("projections_compared", "own_label")
        assert set(vocabulary.OUTSIDE_VERDICTS) == codes_of("projections_compared", "verdict")


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
        assert "lie 80% of its draws" in note
        assert "4 of 6 figures were read in the press or second hand; 1 are due" in note

    def test_the_finding_rests_on_independent_values(self):
        names = load_countries()
        finding = page.outside_finding(COMPARED, names)
        assert finding.sentence.say("en") == (
            "ICT specialists, European Union: 12,400,000 here (scenario), beside target of "
            "20,000,000 by 2030 (beside a value without range), outside projection of 12,000,000 "
            "by 2030 (beside a value without range)."
        )
        assert finding.certainty.say("en") == "2 of 6 can be compared independently"
        assert finding.data_to.say("en") == "figures published to 2024"
        chips = COMPARED[COMPARED["independent"] != 1]
        assert page.outside_finding(chips, names).sentence.say("en") == (
            "Of 4 published figures 2 have their like here, none of them independent."
        )
