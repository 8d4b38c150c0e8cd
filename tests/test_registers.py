"""Known facts: embedded ones and rows of registers, each once; the rubric of the scorecard."""

import pytest
from register_rows import AGREEMENTS, EXCHANGES, OFFICES, clean, empty_registers

from techdiplomacy import register_files, registers
from techdiplomacy.errors import InvalidTable
from techdiplomacy.paths import reference_file
from techdiplomacy.scorecard_tables import INDICATORS, KNOWN_FACTS
from techdiplomacy.tables import check_table


@pytest.fixture
def fill(tiny_project):
    """Return a function that fills registers; the others stay the empty templates."""
    return empty_registers()


def facts_of(fill, **filled):
    for name, content in filled.items():
        fill(name, content)
    return registers.known_facts(clean(), register_files.load_registers())


def test_empty_registers_leave_the_embedded_facts(fill):
    facts = facts_of(fill)
    assert set(facts) == {table.name for table in KNOWN_FACTS}
    for table in KNOWN_FACTS:
        check_table(facts[table.name], table, where="test")
        if table.name != "known_missions":
            assert set(facts[table.name]["origin"]) <= {"embedded"}
    assert facts["known_exchanges"].empty
    assert len(facts["known_offices"]) == 3


def test_a_row_of_the_same_name_replaces_the_fact_and_keeps_what_it_leaves_open(fill):
    row = "Australia,Nhật Bản,TOKYO , science  OFFICE,,2026-01,list 5,,\n"
    offices = facts_of(fill, offices=OFFICES + row)["known_offices"]
    assert len(offices) == 3
    one = offices[offices["origin"] == "register"].iloc[0]
    assert one[["country", "partner", "since", "last_confirmed", "evidence"]].tolist() == [
        "AUS",
        "JPN",
        "2004",
        "2026-01",
        "list 5",
    ]


def test_another_name_in_the_same_country_has_to_say_whether_it_is_the_same(fill):
    open_row = "AUS,JPN,Tô-ky-ô,Văn phòng KH&CN,,,list 5,{},\n"
    with pytest.raises(InvalidTable, match=r"offices.csv, row 2, same_as.*'Science office'"):
        facts_of(fill, offices=OFFICES + open_row.format(""))
    with pytest.raises(InvalidTable, match="same_as"):
        facts_of(fill, offices=OFFICES + open_row.format("Sience office"))
    same = facts_of(fill, offices=OFFICES + open_row.format("Science office"))["known_offices"]
    new = facts_of(fill, offices=OFFICES + open_row.format("new"))["known_offices"]
    assert (len(same), len(new)) == (3, 4)
    twice = open_row.format("Science office") + "AUS,JPN,Tokyo,Science office,,,list 5,,\n"
    with pytest.raises(InvalidTable, match="row 3, same_as: An earlier row"):
        facts_of(fill, offices=OFFICES + twice)


def test_a_name_to_be_the_same_as_has_to_be_known(fill):
    row = "AUS,KOR,Seoul,Office,,,list 5,Science office,\n"
    with pytest.raises(InvalidTable, match=r"'Science office' is not known\. Write new, or"):
        facts_of(fill, offices=OFFICES + row)


def test_a_country_without_known_office_needs_no_answer(fill):
    offices = facts_of(fill, offices=OFFICES + "AUS,KOR,Seoul,Office,,,list 5,,\n")
    assert offices["known_offices"]["partner"].tolist().count("KOR") == 1


def test_instruments_are_the_same_whichever_country_stands_first(fill):
    row = "JPN,AUS,Agreement on Science,treaty,2006-08-22,,series 7,,\n"
    agreements = facts_of(fill, agreements=AGREEMENTS + row)["known_agreements"]
    one = agreements[agreements["origin"] == "register"].iloc[0]
    assert len(agreements) == 2
    assert (one["country"], one["signed_year"], one["source_group"]) == ("AUS", 2006, "official")


def test_only_instruments_of_the_same_or_an_unknown_year_ask_for_an_answer(fill):
    later = "AUS,JPN,Protocol,,2015,,series 8,,\n"  # the known one is of 2006
    found = facts_of(fill, agreements=AGREEMENTS + later)["known_agreements"]
    assert len(found) == 3
    assert found["source_group"].tolist() == ["official", "press", "register"]
    with pytest.raises(InvalidTable, match="Joint commission"):
        facts_of(fill, agreements=AGREEMENTS + "AUS,FRA,Protocol,,2015,,series 8,,\n")


def test_exchanges_come_from_the_register(fill):
    rows = "AUS,JPN,2024,study,12,report,\nJPN,AUS,2024,study,7,report,\n"
    found = facts_of(fill, exchanges=EXCHANGES + rows)["known_exchanges"]
    assert found["persons"].tolist() == [12, 7]
    declared = next(table for table in KNOWN_FACTS if table.name == "known_exchanges")
    assert len(check_table(found, declared, where="test")) == 2


def test_missions_are_counted_by_rank():
    counts = registers.missions_by_rank(clean()["missions"]).set_index("partner")
    columns = ["embassies", "consulates", "other_missions"]
    assert counts.loc[["JPN", "GBR", "PNG", "HKG", "PSE"], columns].values.tolist() == [
        [1, 1, 1],
        [1, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
        [0, 0, 1],
    ]
    # what stands in the place of an embassy or a consulate is neither
    assert counts.loc["TWN", columns].tolist() == [0, 0, 2]


def test_the_rubric_lists_each_indicator_in_both_languages(at_the_root):
    rubric = registers.load_rubric()
    assert rubric["indicator"].tolist() == list(INDICATORS)
    assert rubric["number"].tolist() == [str(number) for number in range(1, 13)]
    assert set(rubric["direction"]) <= {"higher", "lower"}
    assert set(rubric["ranked_by"]) <= {"value", "low"}
    for name in ("name", "definition", "weakness"):
        assert not rubric[f"{name}_vi"].duplicated().any()
        assert not (rubric[f"{name}_vi"] == rubric[f"{name}_en"]).any()


def test_a_rubric_with_a_gap_is_refused(tiny_project):
    path = reference_file("effectiveness_rubric")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(InvalidTable, match="rubric"):
        registers.load_rubric()
