"""Registers as spreadsheets write them, every problem named, and each fact once."""

import importlib.util
import shutil

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as some

from techdiplomacy import registers
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidTable, TechDiplomacyError
from techdiplomacy.paths import reference_file, register_file
from techdiplomacy.scorecard_tables import INDICATORS, KNOWN_FACTS
from techdiplomacy.tables import check_table

OFFICES = "sending,host,city,name,since,last_confirmed,evidence,same_as,note\n"
AGREEMENTS = "country,partner,title,instrument_type,signed,in_force,evidence,same_as,note\n"
EXCHANGES = "origin,destination,year,kind,persons,evidence,note\n"


def clean():
    """Return embedded facts of AUS as sender or first country; JPN has two offices known."""
    return {
        "partnership_levels": pd.DataFrame(
            {
                "country": ["AUS", "AUS"],
                "partner": ["JPN", "KOR"],
                "level": ["strategic", "comprehensive"],
                "since": ["2009-04", None],
                "since_year": pd.array([2009, None], dtype="Int64"),
                "current": [1, 1],
                "evidence_urls": ["a", "b"],
            }
        ),
        "st_agreements": pd.DataFrame(
            {
                "country": ["AUS", "AUS"],
                "partner": ["JPN", "FRA"],
                "title": ["Agreement on science", "Joint commission"],
                "instrument_type": ["agreement", "commission"],
                "signed": ["2006-08-21", None],
                "signed_year": pd.array([2006, None], dtype="Int64"),
                "in_force": [None, None],
                "source_group": ["official", "press"],
                "evidence_urls": ["a", "b"],
            }
        ),
        "st_offices": pd.DataFrame(
            {
                "country": ["AUS", "AUS", "FRA"],
                "partner": ["JPN", "JPN", "AUS"],
                "city": ["Tokyo", "Osaka", "Sydney"],
                "name": ["Science office", "Consular science desk", "French institute"],
                "since": ["2004", None, None],
                "last_confirmed": [None, "2018-11", None],
                "evidence_url": ["a", "b", "c"],
            }
        ),
        "missions": pd.DataFrame(
            [
                ("AUS", "JPN", "embassy"),
                ("AUS", "JPN", "Consulate General of Australia"),
                ("AUS", "JPN", "trade office"),
                ("AUS", "GBR", "high commission"),
                ("AUS", "PNG", "assistant high commission"),
                ("AUS", "TWN", "de facto consulate"),
            ],
            columns=["country", "partner", "mission_type"],
        ),
    }


@pytest.fixture
def fill(tiny_project):
    """Return a function that fills registers; the others stay the empty templates."""
    shutil.copytree(ROOT / "data" / "registers", tiny_project / "data" / "registers")
    for name, header in (
        ("offices", OFFICES),
        ("agreements", AGREEMENTS),
        ("exchanges", EXCHANGES),
    ):
        register_file(name).write_text(header, encoding="utf-8")

    def write(name, content, encoding="utf-8"):
        register_file(name).write_bytes(content.encode(encoding))

    return write


def facts_of(fill, **filled):
    for name, content in filled.items():
        fill(name, content)
    return registers.known_facts(clean(), registers.load_registers())


def problems(fill, name, content):
    fill(name, content)
    return [(one.row, one.column) for one in registers.read_registers()[1]]


def test_the_templates_are_valid(at_the_root):
    loaded, found = registers.read_registers()
    assert not found
    assert set(loaded) == {"offices", "agreements", "exchanges"}


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
    assert counts.loc[["JPN", "GBR", "PNG", "TWN"], columns].values.tolist() == [
        [1, 1, 1],
        [1, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_spreadsheets_write_in_several_ways(fill, encoding, delimiter, ending):
    lines = [OFFICES, "AUS,KOR,Seoul,Văn phòng,2015-10-24,,list 5,,\n", ",,,,,,,,\n"]
    text = "".join(lines).replace(",", delimiter).replace("\n", ending)
    fill("offices", text, encoding)
    rows = registers.load_registers()["offices"]
    assert rows[["partner", "name", "since"]].values.tolist() == [
        ["KOR", "Văn phòng", "2015-10-24"]
    ]


def test_every_problem_is_listed_with_its_place(fill):
    rows = (
        "AUS,Jappan,Tokyo,Office,24/10/2015,,list,,\n"  # row 2: country and date
        "AUS,KOR,,Office,2015-02-30,,,,\n"  # row 3: day that is none, city and evidence empty
        "AUS,AUS,Perth,Office,,,list,,\n"  # row 4: no other country
        "AUS,KOR,Seoul,Office,2016,2015-12,list,,\n"  # row 5: confirmed before it opened
        "AUS,KOR,Busan,Office,,,list,,\n"
        "AUS,KOR,Busan,office,,,list,,\n"  # row 7: as row 6
        "AUS,KOR,Jeju,Office,,,list,,,more\n"  # row 8: a cell too many
    )
    assert problems(fill, "offices", OFFICES + rows) == [
        (8, ""),
        (2, "host"),
        (2, "since"),
        (3, "city"),
        (3, "evidence"),
        (3, "since"),
        (4, ""),
        (5, "last_confirmed"),
        (7, ""),
    ]
    with pytest.raises(InvalidTable, match="Did you mean 'Japan'"):
        registers.load_registers()


def test_problems_of_numbers_and_words(fill):
    rows = "AUS,JPN,24,holiday,1.200,report,\n"
    assert problems(fill, "exchanges", EXCHANGES + rows) == [
        (2, "year"),
        (2, "kind"),
        (2, "persons"),
    ]


def test_problems_of_columns_and_of_the_file(fill):
    assert problems(fill, "agreements", AGREEMENTS.replace("title", "titel")) == [
        (1, "title"),
        (1, "titel"),
    ]
    fill("agreements", AGREEMENTS)
    fill("offices", OFFICES + "AUS,KOR,Séoul,Office,,,list,,\n", "latin-1")
    assert [one.row for one in registers.read_registers()[1]] == [1]
    register_file("offices").unlink()
    with pytest.raises(TechDiplomacyError, match=r"offices\.csv is missing"):
        registers.load_registers()


@given(some.text(max_size=30))
def test_folding_twice_is_folding_once(words):
    assert registers.fold(registers.fold(words)) == registers.fold(words)


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


def command():
    spec = importlib.util.spec_from_file_location(
        "check_registers", ROOT / "tools" / "check_registers.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_command_lists_problems_and_ends_with_one(fill, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["check_registers.py"])
    command().main()
    assert "offices.csv: 0 rows without problem" in capsys.readouterr().out
    fill("offices", OFFICES + "AUS,KOR,,Office,,,list,,\n")
    with pytest.raises(SystemExit, match="1"):
        command().main()
    assert capsys.readouterr().out == (
        "offices.csv, row 2, city: The cell is empty. "
        "Fill it; for evidence, a document number or an address.\n1 to correct.\n"
    )


def test_names_of_countries_are_those_of_the_list(fill):
    names = load_countries()
    row = f"AUS,{names.name('DEU', 'vi')},Berlin,Office,,,list,,\n"
    fill("offices", OFFICES + row)
    assert registers.load_registers()["offices"]["partner"].tolist() == ["DEU"]
