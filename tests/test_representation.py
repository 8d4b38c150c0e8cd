"""Where technology stands and who is there; a filled register completes the matrix."""

import pandas as pd
import pytest
from register_rows import OFFICES, clean, empty_registers

from techdiplomacy import registers
from techdiplomacy.register_files import load_registers
from techdiplomacy.representation import (
    Known,
    Stated,
    build_representation,
    highest_levels,
)
from techdiplomacy.scorecard_tables import SCORECARD
from techdiplomacy.tables import check_table

TABLES = {table.name: table for table in SCORECARD}
STATED = Stated(23, 19, "C023", "C024")


def ranks():
    rows = [
        ("G1", "JPN", 1.0, "ok"),
        ("G1", "FRA", 5.0, "ok"),
        ("G1", "KOR", 6.0, "ok"),
        ("G2", "JPN", 2.0, "ok"),
        ("G2", "BRA", 3.0, "ok"),
        ("G2", "AUS", 1.0, "ok"),  # the viewpoint itself
        ("G2", "KOR", 1.0, "small_n"),  # counts too few items
    ]
    table = pd.DataFrame(rows, columns=["group_id", "country", "rank_median", "status"])
    return table.assign(
        framework="list", rank_low=table["rank_median"], rank_high=table["rank_median"] + 1
    )


@pytest.fixture
def build(tiny_project):
    """Return a function that fills the register of offices and makes the tables of AUS."""
    fill = empty_registers()

    def make(rows="", viewpoint="AUS", stated=STATED, partners=("KOR", "JPN", "GBR")):
        fill("offices", OFFICES + rows)
        facts = registers.known_facts(clean(), load_registers())
        return build_representation(
            Known(
                facts["known_missions"],
                facts["known_offices"],
                facts["known_agreements"],
                facts["known_levels"],
            ),
            ranks(),
            viewpoint=viewpoint,
            partners=partners,
            leader_rank=5,
            stated=stated,
        )

    return make


def test_partners_come_first_and_leaders_join_them(build):
    made = build()
    table = made["representation"].set_index("partner")
    assert table.index.tolist() == ["KOR", "JPN", "GBR", "BRA", "FRA"]
    assert table["listed_partner"].tolist() == [True] * 3 + [False] * 2
    assert table.loc["JPN", ["groups_led", "groups"]].tolist() == [2, "G1;G2"]
    assert table.loc["KOR", "groups_led"] == 0
    for name, frame in made.items():
        assert len(check_table(frame, TABLES[name], where="test"))


def test_what_is_known_by_hand(build):
    table = build()["representation"].set_index("partner")
    known = ["mission", "consulates", "st_offices_known", "inbound_offices_known"]
    assert table.loc["JPN", known].tolist() == ["embassy", 1, 2, 0]
    assert table.loc["FRA", known].tolist() == ["not_listed", 0, 0, 1]
    assert table["instruments_known"].to_dict() == {
        "KOR": 0,
        "JPN": 1,
        "GBR": 0,
        "BRA": 0,
        "FRA": 1,
    }
    assert table["verdict"].to_dict() == {
        "KOR": "nothing_listed",
        "JPN": "represented",
        "GBR": "mission_listed",
        "BRA": "nothing_listed",
        "FRA": "nothing_listed",
    }
    assert table.loc["KOR", "level"] == "comprehensive"
    assert pd.isna(table.loc["GBR", "level"])


def test_what_is_listed_is_named_by_its_rank(build):
    """A de facto embassy or consulate is neither, and not listed is not none."""
    made = build(partners=["JPN", "TWN", "HKG", "PSE", "PNG", "KOR"])
    for name in ("representation", "representation_matrix"):
        found = made[name].drop_duplicates("partner").set_index("partner")["mission"]
        assert found[["JPN", "TWN", "HKG", "PSE", "PNG", "KOR"]].tolist() == [
            "embassy",
            "other_mission",
            "consulate",
            "other_mission",
            "other_mission",
            "not_listed",
        ]
    table = made["representation"].set_index("partner")
    assert set(table.loc[["TWN", "HKG", "PSE", "PNG"], "verdict"]) == {"mission_listed"}
    assert table.loc["TWN", "consulates"] == 0


def test_offices_say_when_they_were_last_confirmed(build):
    """Offices in JPN: one opened in 2004 without date of confirmation, one confirmed in 2018."""
    before = build()["representation"].set_index("partner")
    # of the lists the newest date is 2018, of an office
    assert before.loc["JPN", ["last_confirmed", "confirmed"]].tolist() == ["2018-11", "recent"]
    assert before["last_confirmed"].notna().sum() == 1
    assert before.loc[["KOR", "FRA"], "confirmed"].isna().all()
    rows = (
        "Australia,KOR,Seoul,Science office,2019,2029-01,list 5,,\n"
        "Australia,BRA,Brasília,Science office,,,list 5,,\n"
        "Australia,GBR,London,Science office,2012-03,2019,list 5,,\n"
    )
    after = build(rows)["representation"].set_index("partner")
    told = after[["last_confirmed", "confirmed"]]
    assert told.loc["KOR"].tolist() == ["2029-01", "recent"]
    assert told.loc["JPN"].tolist() == ["2018-11", "stale"]  # eleven years before 2029
    assert told.loc["GBR"].tolist() == ["2019", "recent"]  # ten
    assert pd.isna(told.loc["BRA", "last_confirmed"])
    assert told.loc["BRA", "confirmed"] == "stale"


def test_the_highest_level_that_still_holds():
    levels = pd.DataFrame(
        [
            ("AUS", "JPN", "strategic", 0),
            ("AUS", "JPN", "comprehensive_strategic", 1),
            ("AUS", "KOR", "strategic", 1),
            ("AUS", "KOR", "comprehensive", 1),
            ("FRA", "KOR", "comprehensive_strategic", 1),
        ],
        columns=["country", "partner", "level", "current"],
    )
    found = highest_levels(levels, "AUS").to_dict()
    assert found == {"JPN": "comprehensive_strategic", "KOR": "strategic"}


def test_a_filled_register_completes_the_matrix_and_counts_nothing_twice(build):
    """Five countries; offices are known in JPN (2). The owner knows JPN, KOR and BRA."""
    before = build()
    rows = (
        "Australia,Japan,Tokyo,Science office,2004,2026-06,list 5,,\n"
        "Australia,Japan,Osaka,Ban khoa học,,,list 5,Consular science desk,\n"
        "Australia,Hàn Quốc,Seoul,Science office,2019,,list 5,,\n"
        "Australia,BRA,Brasília,Science office,2024,,list 5,,\n"
    )
    after = build(rows)
    totals = after["representation_totals"].set_index("what")
    assert before["representation_totals"]["known"].tolist() == [2, 1]
    assert totals["known"].to_dict() == {"offices": 4, "host_countries": 3}
    assert totals["from_register"].to_dict() == {"offices": 4, "host_countries": 3}
    assert totals["stated"].tolist() == [23, 19]
    assert totals["claim_id"].tolist() == ["C023", "C024"]

    def office(made):
        matrix = made["representation_matrix"]
        leaders = matrix[matrix["leader"]]
        return leaders.set_index(["group_id", "partner"])["office"].to_dict()

    blank = {("G1", "FRA"): "not_known", ("G1", "JPN"): "known", ("G2", "JPN"): "known"}
    assert office(before) == {**blank, ("G2", "BRA"): "not_known"}
    assert office(after) == {**blank, ("G2", "BRA"): "known"}
    verdicts = after["representation"].set_index("partner")["verdict"]
    assert verdicts[["KOR", "BRA", "FRA"]].tolist() == [
        "represented",
        "represented",
        "nothing_listed",
    ]


def test_rows_and_columns_of_the_matrix_agree_with_the_table(build):
    made = build()
    matrix, table = made["representation_matrix"], made["representation"]
    assert len(matrix) == 2 * len(table)
    led = matrix[matrix["leader"]].groupby("partner").size()
    assert led.to_dict() == table.set_index("partner")["groups_led"].loc[led.index].to_dict()
    assert led.sum() == table["groups_led"].sum()


def test_another_country_is_not_known_never_an_error(build):
    made = build(viewpoint="CHL", stated=None)
    for name, frame in made.items():
        assert len(check_table(frame, TABLES[name], where="test"))
    assert set(made["representation"]["verdict"]) == {"nothing_listed"}
    assert made["representation_totals"]["stated"].isna().all()
