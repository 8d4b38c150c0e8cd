"""ILOSTAT: what is asked, what is taken out of a table, and what stops a fetch."""

import gzip
import json
import re

import pytest
from conftest import ROOT
from fake_kit import FakeKit
from loopback import Answer, Loopback, Route
from worlds import ilostat as world

from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import (
    ContentRejected,
    InvalidParams,
    SourceChanged,
    SourceUnavailable,
)
from techdiplomacy.sources import ilostat, ilostat_answers
from techdiplomacy.sources.download import Downloads
from techdiplomacy.sources.throttle import Clock
from techdiplomacy.tables import read_csv

SAMPLES = ROOT.parent / "shared" / "samples" / "ilostat"
SELECTION = parse_settings(ilostat.Selection, world.ASK, where="test")
# all figures of this file are invented
KOREA = parse_settings(
    ilostat.Selection,
    {
        "first_year": 2020,
        "series": [{"indicator": "EMP_X_A", "areas": ["KOR"], "codes": ["ECO_ISIC4_J"]}],
        "labels": {"ECO_ISIC4_J": "Information"},
    },
    where="test",
)


def row(year, value, source="BA:1", status="", area="KOR", code="ECO_ISIC4_J", sex="SEX_T"):
    return (area, source, "EMP_X_A", sex, code, str(year), value, status)


def parsed(rows, columns=world.COLUMNS):
    return ilostat_answers.parse_figures(world.table(rows, columns).encode(), "test")


def raw_of(rows, columns=world.COLUMNS, selection=KOREA):
    return ilostat.figures_of(parsed(rows, columns), selection, {}, "test")


def kit_of(folder, occupations=None, industries=None, contents=None):
    return FakeKit(
        folder,
        {
            "^table_of_contents": (contents or world.contents()).encode(),
            "OC2": occupations or world.table(world.OCCUPATION_ROWS).encode(),
            "ECO": industries or world.table(world.INDUSTRY_ROWS, world.COLUMNS).encode(),
        },
    )


def downloads(tmp_path, said):
    """Return the kit of the project on a clock that nobody waits for."""
    ticks = [0.0]

    def sleep(seconds):
        said.append(seconds)
        ticks[0] += seconds

    clock = Clock(now=lambda: 1.8e9 + ticks[0], monotonic=lambda: ticks[0], sleep=sleep)
    return Downloads(
        "ilostat_employment",
        ilostat.SERVICE,
        tmp_path / "downloads" / "ilostat_employment",
        selection="one",
        refresh=False,
        clock=clock,
        announce=said.append,
    )


def test_the_question_is_the_one_the_service_documents():
    ask = ilostat.ask_figures(SELECTION, world.OCCUPATIONS)
    assert ask.path == ("data/indicator/?id=EMP_TEMP_SEX_OC2_NB_A&ref_area=DEU+NAM&timefrom=2020")
    assert dict(ask.query) == {"type": "code", "format": ".csv"}
    assert (ask.kind, ask.a_file) == ("csv", False)
    assert dict(ilostat.ask_contents().query) == {"lang": "en", "format": ".csv"}


def test_the_card_asks_for_what_is_embedded():
    card = load_card("ilostat_employment")
    selection = parse_settings(ilostat.Selection, card.live.ask, where="card")
    figures = read_csv(ROOT / "data/snapshots/ilostat_employment.csv.gz", dtype="str")
    embedded = set(zip(figures["iso3"], figures["classification"], strict=True))
    wanted = {(area, code) for _, area, code in selection.wanted()}
    assert wanted - embedded == {("ISR", "OC2_ISCO08_21")}  # the card calls it missing
    assert embedded <= wanted
    labels = dict(zip(figures["classification"], figures["label"], strict=True))
    assert labels == selection.labels
    assert tuple(card.columns) == ilostat.COLUMNS
    assert selection.first_year == int(figures["year"].min())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labels": {"ECO_ISIC4_J": "x", "ECO_ISIC4_K": "y"}}, "differ in: ECO_ISIC4_K"),
        ({"series": [{"indicator": "EMP_2EMP_A", "areas": ["KOR"]}]}, "estimates of a model"),
        ({"series": [{"indicator": "EMP_X_A", "areas": ["X01"]}]}, "series.0.areas.0"),
        ({"series": [{"indicator": "EMP_X_A", "areas": ["KOR", "KOR"]}]}, "asked for twice"),
        ({"series": [{"indicator": "EMP_X_Q", "areas": ["KOR"]}]}, "series.0.indicator"),
        ({"first_yaer": 2000}, "Did you mean 'first_year'"),
    ],
)
def test_a_question_that_cannot_be_meant_is_refused(change, words):
    ask = {"first_year": 2020, "labels": {"ECO_ISIC4_J": "x"}, **change}
    ask.setdefault("series", [{"indicator": "EMP_X_A", "areas": ["KOR"]}])
    for series in ask["series"]:
        series["codes"] = ["ECO_ISIC4_J"]
    with pytest.raises(InvalidParams, match=words):
        parse_settings(ilostat.Selection, ask, where="card")


def test_days_are_read_day_first():
    entries = ilostat_answers.parse_contents(
        world.contents("03/04/2026 18:05:06").encode(), [world.INDUSTRIES]
    )
    entry = entries[world.INDUSTRIES]
    assert (entry.updated.day, entry.updated.month, entry.records) == (3, 4, 900)
    assert ilostat_answers.state(entries) == "EMP_TEMP_SEX_ECO_NB_A 2026-04-03 18:05:06"


@pytest.mark.parametrize("day", ["04/30/2026 18:05:06", "2026-04-03 18:05:06", "03/04/2026", ""])
def test_days_in_another_form_stop(day):
    with pytest.raises(SourceChanged, match="a day first"):
        ilostat_answers.parse_contents(world.contents(day).encode(), [world.INDUSTRIES])


def test_an_indicator_that_is_gone_is_named_with_the_nearest():
    with pytest.raises(SourceChanged, match=r"lists EMP_TEMP_SEX_OC3_NB_A.*OC2_NB_A"):
        ilostat_answers.parse_contents(world.contents().encode(), ["EMP_TEMP_SEX_OC3_NB_A"])


def test_codes_are_compared_whole():
    rows = [
        row(2021, "5"),
        row(2021, "6", code="ECO_ISIC3_J"),
        row(2021, "7", code="ECO_ISIC4_JK"),
        row(2021, "8", code="ECO_ISIC4_TOTAL"),
        row(2021, "9", sex="SEX_F"),
    ]
    assert raw_of(rows).rows == [("KOR", "ECO_ISIC4_J", "Information", "2021", "5")]


@pytest.mark.parametrize(
    ("written", "plain"), [("1e+05", "100000"), ("12.300", "12.3"), ("0", "0"), ("7.0", "7")]
)
def test_numbers_are_plain_text(written, plain):
    assert parsed([row(2021, written)])[0].value == plain


@pytest.mark.parametrize("missing", ["", "NA"])
def test_a_row_without_a_figure_is_counted_and_not_kept(missing):
    raw = raw_of([row(2020, missing), row(2021, "3")])
    assert [cells[3] for cells in raw.rows] == ["2021"]
    assert raw.facts["without_figure"] == 1


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (row(2021, "1,000"), "Expected a number, came '1,000'"),
        (row(2021, "-4"), "Expected a number, came '-4'"),
        (row("2021Q1", "4"), "Expected a year, came '2021Q1'"),
    ],
)
def test_odd_cells_stop(cells, words):
    text = ",".join(world.COLUMNS) + "\n" + ",".join(f'"{cell}"' for cell in cells) + "\n"
    with pytest.raises(SourceChanged, match=words):
        ilostat_answers.parse_figures(text.encode(), "test")


def test_best_source_decides_where_it_is_there():
    columns = (*world.COLUMNS, "best_source")
    rows = [
        (*row(2020, "1", "A"), "0"),
        (*row(2021, "2", "A"), "0"),
        (*row(2021, "3", "B"), "1"),
    ]
    raw = raw_of(rows, columns)
    assert [cells[3:] for cells in raw.rows] == [("2021", "3")]
    assert raw.facts["chosen_by"] == "best_source"
    assert raw.facts["without_best_source"] == 1  # 2020 has none


def test_two_best_sources_stop():
    columns = (*world.COLUMNS, "best_source")
    with pytest.raises(SourceChanged, match="marked as best"):
        raw_of([(*row(2021, "3", "B"), "1"), (*row(2021, "2", "A"), "1")], columns)


def test_without_the_mark_the_longest_survey_decides_and_the_others_fill_up():
    rows = [
        row(2020, "1", "B"),
        row(2021, "2", "B"),
        row(2021, "22", "A"),
        row(2022, "33", "A"),
        row(2022, "44", "C"),
    ]
    raw = raw_of(rows)
    # A and B have two years each, so the first by code goes first
    assert [cells[3:] for cells in raw.rows] == [("2020", "1"), ("2021", "22"), ("2022", "33")]
    assert raw.facts["surveys"] == {
        "KOR ECO_ISIC4_J": {"B": "1 years, 2020-2020", "A": "2 years, 2021-2022"}
    }
    assert "most years" in raw.facts["chosen_by"]


def test_two_rows_of_one_survey_stop():
    with pytest.raises(SourceChanged, match="of one survey"):
        raw_of([row(2021, "1"), row(2021, "2")])


def test_a_second_classification_stops_unless_it_is_empty():
    columns = (*world.COLUMNS, "classif2")
    assert len(raw_of([(*row(2021, "1"), "")], columns).rows) == 1
    with pytest.raises(SourceChanged, match="no second classification"):
        parsed([(*row(2021, "1"), "AGE_TOTAL")], columns)


def test_columns_may_stand_in_any_order_and_notes_may_be_missing():
    order = [6, 3, 0, 1, 5, 4, 2, 7]
    text = "\n".join(
        ",".join(cells[place] for place in order) for cells in (world.COLUMNS, row(2021, "5", "A"))
    )
    assert ilostat_answers.parse_figures(text.encode() + b"\n", "test") == parsed(
        [row(2021, "5", "A")]
    )


def test_unknown_and_missing_columns_are_named():
    columns = [name if name != "source" else "survey" for name in world.COLUMNS]
    with pytest.raises(SourceChanged, match=r"Missing: source; unknown: survey"):
        parsed([row(2021, "5")], columns)


def test_breaks_and_unreliable_figures_stay_and_are_listed():
    raw = raw_of([row(2020, "1", status="B"), row(2021, "2", status="U"), row(2022, "3")])
    assert len(raw.rows) == 3
    assert raw.facts["breaks"] == [{"area": "KOR", "classification": "ECO_ISIC4_J", "year": 2020}]
    assert [one["year"] for one in raw.facts["unreliable"]] == [2021]
    assert raw.facts["status"] == {"B": 1, "U": 1}


@pytest.mark.parametrize("area", ["NAM", "KOS", "TWN", "HKG"])
def test_codes_of_areas_stay_as_the_ilo_writes_them(area):
    selection = KOREA.model_copy(
        update={"series": [KOREA.series[0].model_copy(update={"areas": [area]})]}
    )
    assert raw_of([row(2021, "5", area=area)], selection=selection).rows[0][0] == area


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row(2021, "1", area="X01")], "question: X01. Expected only the areas KOR"),
        ([row(2021, "1", area="JPN")], "question: JPN"),
        ([row(2019, "1")], "question: 2019. Expected years 2020 to 2026"),
        ([row(2027, "1")], "question: 2027"),
        ([("KOR", "B", "EMP_Y", "SEX_T", "ECO_ISIC4_J", "2021", "1", "")], "only EMP_X_A"),
        ([], "without a single figure for KOR"),
        ([row(2021, "")], "without a single figure"),
    ],
)
def test_what_was_not_asked_for_stops(rows, words):
    entry = ilostat_answers.parse_contents(
        b"id,last.update,n.records\nEMP_X_A,03/04/2026 01:00:00,9\n", ["EMP_X_A"]
    )["EMP_X_A"]
    with pytest.raises(SourceChanged, match=words):
        ilostat.check_answer(parsed(rows), KOREA, "EMP_X_A", entry, "test")


def test_an_indicator_may_come_without_its_frequency():
    cells = [cell.removesuffix("_A") for cell in row(2021, "5")]
    assert parsed([cells])[0].indicator == "EMP_X_A"


def test_fetch_gives_the_rows_of_the_world(tmp_path):
    kit = kit_of(tmp_path)
    raw = ilostat.fetch(SELECTION, kit)
    assert sorted(raw.rows) == world.ROWS
    assert raw.columns == ilostat.COLUMNS
    assert raw.facts["empty"] == ["DEU OC2_ISCO08_21", "NAM OC2_ISCO08_25"]
    assert kit.asked[0].name == "table_of_contents.csv"
    assert raw.version == ilostat.newest(SELECTION, kit_of(tmp_path))
    assert raw.version.startswith("EMP_TEMP_SEX_ECO_NB_A 2026-04-03 18:05:06; EMP_TEMP_SEX_OC2")
    json.dumps(raw.facts)


def test_newest_asks_for_no_figures(tmp_path):
    kit = kit_of(tmp_path)
    ilostat.newest(SELECTION, kit)
    assert [ask.name for ask in kit.asked] == ["table_of_contents.csv"]


@pytest.mark.parametrize("body", [b'ref_area,source\n"KOR"\n', b'a,"b\n'])
def test_a_broken_table_is_refused(body):
    with pytest.raises((ContentRejected, SourceChanged)):
        ilostat_answers.parse_figures(body, "test")


def test_a_row_that_is_cut_is_refused():
    text = world.table([row(2021, "5"), row(2022, "6")], world.COLUMNS).rstrip()
    with pytest.raises(ContentRejected, match="Row 2 has 6 cells"):
        ilostat_answers.parse_figures(text.rpartition(",")[0].rpartition(",")[0].encode(), "test")


def test_read_takes_what_is_wanted_out_of_whole_tables(tmp_path):
    more = [("JPN", *world.OCCUPATION_ROWS[0][1:]), *world.OCCUPATION_ROWS]
    (tmp_path / "a.csv").write_text(world.table(more), encoding="utf-8")
    packed = gzip.compress(world.table(world.INDUSTRY_ROWS, world.COLUMNS).encode())
    (tmp_path / "b.csv.gz").write_bytes(packed)
    raw = ilostat.read(SELECTION, tmp_path)
    assert sorted(raw.rows) == world.ROWS
    assert raw.version == ""
    one = tmp_path / "both" / "both.csv"
    one.parent.mkdir()
    one.write_text(
        world.table([*world.OCCUPATION_ROWS, *world.INDUSTRY_ROWS], world.COLUMNS),
        encoding="utf-8",
    )
    assert sorted(ilostat.read(SELECTION, one).rows) == world.ROWS


def test_read_names_what_is_missing_and_where_to_get_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(world.table(world.OCCUPATION_ROWS), encoding="utf-8")
    with pytest.raises(SourceChanged, match="without a row: EMP_TEMP_SEX_ECO_NB_A") as caught:
        ilostat.read(SELECTION, path)
    assert "EMP_TEMP_SEX_ECO_NB_A+EMP_TEMP_SEX_OC2_NB_A&type=code" in caught.value.next_step
    with pytest.raises(SourceUnavailable):
        ilostat.read(SELECTION, tmp_path / "none.csv")


def test_a_busy_service_is_asked_again_with_the_right_name(tmp_path, monkeypatch):
    busy = Answer(b"Server Error", content_type="text/plain")
    forbidden = Answer(b"", status=403)
    said = []
    with Loopback(world.routes()) as server:
        good = server.routes[1].answers[0]
        server.add(Route(rf"^/data/indicator/\?id={world.OCCUPATIONS}&", [busy, forbidden, good]))
        monkeypatch.setenv("ILOSTAT_BASE_URL", server.url)
        with downloads(tmp_path, said) as kit:
            raw = ilostat.fetch(SELECTION, kit)
    assert sorted(raw.rows) == world.ROWS
    assert any(isinstance(wait, float) and wait >= 60 for wait in said)
    agents = {seen.headers["user-agent"] for seen in server.requests}
    assert len(agents) == 1
    assert re.fullmatch(r"Mozilla/5\.0 \(compatible; techdiplomacy/[\d.]+\)", agents.pop())
    assert {seen.method for seen in server.requests} == {"GET"}  # HEAD would be refused


def test_403_twice_ends_the_fetch(tmp_path, monkeypatch):
    with Loopback(world.routes()) as server:
        server.add(Route(r"^/data/indicator/", [Answer(b"", status=403)]))
        monkeypatch.setenv("ILOSTAT_BASE_URL", server.url)
        with downloads(tmp_path, []) as kit, pytest.raises(SourceUnavailable):
            ilostat.fetch(SELECTION, kit)
    assert len([path for path in server.paths() if path == "/data/indicator/"]) == 2


@pytest.mark.skipif(not SAMPLES.exists(), reason="no samples of the services here")
def test_groups_are_the_only_areas_with_digits_and_the_codes_asked_for_exist():
    lists = json.loads((SAMPLES / "codelists_extract.json").read_text(encoding="utf-8"))[
        "codelists"
    ]
    digits = {code for code in lists["CL_AREA"] if not code.isalpha()}
    assert all(code == "_Z" or code[0] == "X" for code in digits)
    assert len(digits - {"_Z"}) == 96
    assert {"KOS", "TWN", "HKG", "NAM"} <= set(lists["CL_AREA"])
    selection = parse_settings(
        ilostat.Selection, load_card("ilostat_employment").live.ask, where="card"
    )
    known = {code for name in ("CL_OC2", "CL_EC2", "CL_ECO") for code in lists[name]}
    assert set(selection.labels) <= known
    assert set(lists["CL_OBS_STATUS"]) >= {"B", "U"}
