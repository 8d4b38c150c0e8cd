"""Registers as spreadsheets write them: every problem named, with its place."""

import datetime
import importlib.util

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as some
from register_rows import AGREEMENTS, EXCHANGES, GRADUATES, OFFICES, empty_registers

from techdiplomacy import register_files
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidTable, TechDiplomacyError
from techdiplomacy.paths import register_file


@pytest.fixture
def fill(tiny_project):
    """Return a function that fills registers; the others stay the empty templates."""
    return empty_registers()


def problems(fill, name, content):
    fill(name, content)
    return [(one.row, one.column) for one in register_files.read_registers()[1]]


def test_the_templates_are_valid(at_the_root):
    loaded, found = register_files.read_registers()
    assert not found
    assert set(loaded) == {"offices", "agreements", "exchanges", "graduates"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_spreadsheets_write_in_several_ways(fill, encoding, delimiter, ending):
    lines = [OFFICES, "AUS,KOR,Seoul,Văn phòng,2015-10-24,,list 5,,\n", ",,,,,,,,\n"]
    text = "".join(lines).replace(",", delimiter).replace("\n", ending)
    fill("offices", text, encoding)
    rows = register_files.load_registers()["offices"]
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
        register_files.load_registers()


def test_a_country_is_suggested_only_if_it_is_near(fill):
    fill(
        "offices", OFFICES + "AUS,Atlantis,Town,Office,,,list,,\nAUS,Germny,Town,Office,,,list,,\n"
    )
    far, near = (str(one) for one in register_files.read_registers()[1])
    assert "Did you mean" not in far
    assert "Did you mean 'Germany'?" in near


@pytest.mark.parametrize(("delimiter", "other"), [(",", ";"), (";", ",")])
def test_a_row_under_another_separator_is_one_problem(fill, delimiter, other):
    row = "AUS,KOR,Seoul,Office,,,list,,\n"
    fill("offices", OFFICES.replace(",", delimiter) + row.replace(",", other))
    (one,) = register_files.read_registers()[1]
    assert (one.row, one.column) == (2, "")
    assert "separator differs" in one.what


def test_dates_to_come_and_rows_of_others_are_doubtful(fill):
    fill(
        "offices",
        OFFICES
        + "AUS,KOR,Seoul,Office,2026-03-05,2026-03-06,list,,\n"  # row 2: tomorrow
        + "JPN,AUS,Perth,Office,2026,2026-03,list,,\n"  # row 3: as far as is told, not later
        + "JPN,KOR,Seoul,Office,,,list,,\n",  # row 4: of two others
    )
    fill("agreements", AGREEMENTS + "JPN,AUS,Treaty,,2025,2027,list,,\n")
    fill("exchanges", EXCHANGES + "JPN,KOR,2027,study,2,list,\n")
    # of another country than the viewpoint, which is fine, and of a year to come, which is not
    fill("graduates", GRADUATES + "JPN,ict,2025,9,list,CC0,\nJPN,ict,2027,9,list,CC0,\n")
    rows, problems = register_files.read_registers()
    assert not problems
    today = datetime.date(2026, 3, 5)
    found = register_files.doubtful_rows(rows, today=today, viewpoint="AUS")
    assert [(one.register, one.row, one.column) for one in found] == [
        ("offices", 2, "last_confirmed"),
        ("offices", 4, ""),
        ("agreements", 2, "in_force"),
        ("exchanges", 2, "year"),
        ("graduates", 3, "year"),
    ]


def test_problems_of_numbers_and_words(fill):
    rows = "AUS,JPN,24,holiday,1.200,report,\n"
    assert problems(fill, "exchanges", EXCHANGES + rows) == [
        (2, "year"),
        (2, "kind"),
        (2, "persons"),
    ]


def test_problems_of_graduates_are_listed_with_their_place(fill):
    rows = (
        "Nhật Bản,ict,2020,1200,yearbook,CC BY 4.0,\n"
        "JPN,ict,2020,1300,yearbook,CC BY 4.0,\n"  # row 3: as row 2
        "JPN,itc,20,1.2,,,\n"  # row 4: no field, year or number; evidence and licence empty
        "JPN,engineering,2020,7,yearbook,own figures,checked\n"
    )
    assert problems(fill, "graduates", GRADUATES + rows) == [
        (3, ""),
        (4, "evidence"),
        (4, "licence"),
        (4, "field"),
        (4, "year"),
        (4, "graduates"),
    ]
    good, wrong = register_files.read_registers()
    assert any("Did you mean 'ict'" in str(one) for one in wrong)
    assert good["graduates"][["country", "year", "graduates"]].values.tolist() == [
        ["JPN", 2020, 1200.0],
        ["JPN", 2020, 7.0],
    ]
    assert "partner" not in good["graduates"]


def test_problems_of_columns_and_of_the_file(fill):
    assert problems(fill, "agreements", AGREEMENTS.replace("title", "titel")) == [
        (1, "title"),
        (1, "titel"),
    ]
    fill("agreements", AGREEMENTS)
    fill("offices", OFFICES + "AUS,KOR,Séoul,Office,,,list,,\n", "latin-1")
    assert [one.row for one in register_files.read_registers()[1]] == [1]
    register_file("offices").unlink()
    with pytest.raises(TechDiplomacyError, match=r"offices\.csv is missing"):
        register_files.load_registers()


@given(some.text(max_size=30))
def test_folding_twice_is_folding_once(words):
    assert register_files.fold(register_files.fold(words)) == register_files.fold(words)


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
        "Write the city in which the office is.\n1 to correct.\n"
    )


def test_the_command_knows_today_and_the_viewpoint(fill):
    fill("offices", OFFICES + "AUS,KOR,Seoul,Office,2100,,list,,\n")
    found, _ = command().check_registers()
    assert [line.split(": ")[0] for line in found] == [
        "offices.csv, row 2, since",
        "offices.csv, row 2",
    ]
    assert "no part" in found[1]


def test_names_of_countries_are_those_of_the_list(fill):
    names = load_countries()
    row = f"AUS,{names.name('DEU', 'vi')},Berlin,Office,,,list,,\n"
    fill("offices", OFFICES + row)
    assert register_files.load_registers()["offices"]["partner"].tolist() == ["DEU"]


def test_an_open_quotation_mark_swallows_no_row(fill):
    lines = [
        OFFICES,
        'VNM,KOR,Seoul,First,2015,,list 5,,"remark\n',
        "VNM,JPN,Tokyo,Second,2016,,list 5,,\n",
    ]
    fill("offices", "".join(lines))
    (problem,) = register_files.read_registers()[1]
    assert problem.row == 2
    assert "quotation mark" in str(problem)


def test_a_line_break_inside_a_cell_is_no_trace(fill):
    fill("offices", OFFICES + 'VNM,JPN,Tokyo,"Office\nof science, in Tokyo",2015,,list 5,,\n')
    rows, found = register_files.read_registers()
    assert len(rows["offices"]) + len(found) == 1
