"""Eurostat: what is asked, how sparse answers are read, which areas are kept, what stops."""

import gzip
import json
from decimal import Decimal

import pytest
from conftest import ROOT
from fake_kit import FakeKit
from loopback import Answer, Loopback, Route
from worlds import eurostat as world

from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import (
    ContentRejected,
    InvalidParams,
    NotFound,
    QueryTooLarge,
    RequestRejected,
    SourceChanged,
    SourceUnavailable,
)
from techdiplomacy.sources import eurostat, eurostat_answers
from techdiplomacy.sources.download import Downloads
from techdiplomacy.sources.eurostat_answers import Cell
from techdiplomacy.sources.throttle import Clock
from techdiplomacy.tables import read_csv

SAMPLES = ROOT.parent / "shared" / "samples" / "eurostat"
SELECTION = parse_settings(eurostat.Selection, world.ASK, where="test")
THOUSANDS = {"freq": "A", "unit": "THS_PER"}
TOO_LARGE = QueryTooLarge("413", where="Eurostat", next_step="-")
# all figures of this file are invented
DOWNLOAD = """\
DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS
ESTAT:ISOC_SKS_ITSPT(1.0),03/04/26 11:00:00,A,THS_PER,DE,2021,7,,
ESTAT:ISOC_SKS_ITSPT(1.0),03/04/26 11:00:00,A,PC_EMP,DE,2022,4.5,,
ESTAT:ISOC_SKS_ITSPT(1.0),03/04/26 11:00:00,A,THS_PER,DE,2022,1950.5,,
ESTAT:ISOC_SKS_ITSPT(1.0),03/04/26 11:00:00,A,THS_PER,DE,2023,2012,b,
ESTAT:ISOC_SKS_ITSPT(1.0),03/04/26 11:00:00,A,THS_PER,EL,2023,120.250,e,
ESTAT:ISOC_SKS_ITSPT(1.0),03/04/26 11:00:00,A,THS_PER,EU27_2020,2023,9803,,
ESTAT:ISOC_SKS_ITSPT(1.0),03/04/26 11:00:00,A,THS_PER,FR,2023,1400,,
ESTAT:ISOC_SKS_ITSPT(1.0),03/04/26 11:00:00,A,THS_PER,US,2023,5000,,
ESTAT:ISOC_SKS_ITSPT(1.0),03/04/26 11:00:00,A,THS_PER,XK,2022,:,,C
ESTAT:ISOC_SKS_ITSPT(1.0),03/04/26 11:00:00,Q,THS_PER,DE,2022-Q1,2,,
"""
GRADUATES = """\
DATAFLOW,LAST UPDATE,freq,unit,isced11,iscedf13,sex,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG
ESTAT:EDUC_UOE_GRAD02(1.0),11/09/26,A,NR,ED5-8,F06,T,DE,2022,32000,
ESTAT:EDUC_UOE_GRAD02(1.0),11/09/26,A,NR,ED5-8,F06,T,EL,2022,2900,
ESTAT:EDUC_UOE_GRAD02(1.0),11/09/26,A,NR,ED5-8,F06,T,XK,2022,410,u
ESTAT:EDUC_UOE_GRAD02(1.0),11/09/26,A,NR,ED5-8,F06,F,XK,2022,110,u
"""


def cells_of(answer, codes=THOUSANDS):
    return eurostat_answers.parse_answer(json.dumps(answer).encode(), codes, "test")


def specialists(cells, **more):
    return world.answer(THOUSANDS, cells, **more)


def kit_of(folder, first=None, second=None, contents=None):
    return FakeKit(
        folder,
        {
            "^table_of_contents": (contents or world.CONTENTS).encode(),
            "^ict_specialists": first or json.dumps(world.specialists()).encode(),
            "^ict_graduates": second or json.dumps(world.graduates()).encode(),
        },
    )


def downloads(tmp_path, said):
    """Return the kit of the project on a clock that nobody waits for."""
    ticks = [0.0]

    def sleep(seconds):
        ticks[0] += seconds

    clock = Clock(now=lambda: 1.8e9 + ticks[0], monotonic=lambda: ticks[0], sleep=sleep)
    return Downloads(
        "eurostat_ict",
        eurostat.SERVICE,
        tmp_path / "downloads" / "eurostat_ict",
        selection="one",
        refresh=False,
        clock=clock,
        announce=said.append,
    )


def test_the_question_repeats_the_filter_and_asks_each_dimension_for_one_code():
    ask = eurostat.ask_figures(SELECTION, "ict_graduates", ["DE", "EL"])
    assert ask.path == "statistics/1.0/data/educ_uoe_grad02"
    assert list(ask.query) == [
        ("format", "JSON"),
        ("lang", "EN"),
        ("freq", "A"),
        ("isced11", "ED5-8"),
        ("iscedf13", "F06"),
        ("sex", "T"),
        ("unit", "NR"),
        ("geo", "DE"),
        ("geo", "EL"),
        ("sinceTimePeriod", "2022"),
    ]


def test_the_card_asks_for_what_is_embedded():
    card = load_card("eurostat_ict")
    selection = parse_settings(eurostat.Selection, card.live.ask, where="card")
    figures = read_csv(ROOT / "data/snapshots/eurostat_ict.csv.gz", dtype="str")
    assert set(selection.countries) == set(figures["geo"])
    assert set(selection.statistics) == set(figures["statistic"])
    assert tuple(card.columns) == eurostat.COLUMNS
    assert selection.first_year == int(figures["year"].min())
    assert selection.statistics["ict_specialists"].times == 1000


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"countries": ["DE", "US", "EU27_2020"]}, "candidate of the Union: EU27_2020, US"),
        ({"countries": ["DE", "DE"]}, "listed twice"),
        ({"statistics": {"x": {"table": "y", "where": {"geo": "DE"}}}}, "area and time"),
        ({"statistics": {"x": {"table": "Y", "where": {}}}}, "statistics.x.table"),
    ],
)
def test_a_question_that_cannot_be_meant_is_refused(change, words):
    with pytest.raises(InvalidParams, match=words):
        parse_settings(eurostat.Selection, {**world.ASK, **change}, where="card")


def test_lists_of_areas_do_not_overlap():
    lists = (eurostat_answers.EUROPE, eurostat_answers.AGGREGATES, eurostat_answers.ELSEWHERE)
    assert sum(len(each) for each in lists) == len(frozenset().union(*lists))
    assert len(eurostat_answers.UNION.split()) == 27
    assert {"EL", "UK", "XK", "NO"} <= lists[0]
    assert {"EU27_2020", "EA19", "EA20", "EU28"} <= lists[1]
    assert {"US", "JP", "CN"} <= lists[2]


@pytest.mark.parametrize("as_list", [False, True])
@pytest.mark.parametrize("order", [(), ("time", "geo", "unit", "freq"), ("geo", "freq", "time")])
def test_sparse_cells_are_found_by_their_place(as_list, order):
    order = order if len(order) != 3 else (*order, "unit")
    found = cells_of(specialists(world.SPECIALISTS, order=order, as_list=as_list))
    assert {(cell.geo, cell.period): (cell.value, cell.flags) for cell in found} == {
        key: (None if value is None else Decimal(str(value)), flags)
        for key, (value, flags) in world.SPECIALISTS.items()
    }


def test_codes_of_a_dimension_may_be_a_list():
    answer = specialists(world.SPECIALISTS)
    for dimension in answer["dimension"].values():
        dimension["category"]["index"] = list(dimension["category"]["index"])
    assert cells_of(answer) == cells_of(specialists(world.SPECIALISTS))


def test_a_dimension_that_was_renamed_is_named_with_what_is_there():
    answer = world.answer({"freq": "A", "nace_r2_1": "J62"}, {("DE", "2022"): (1, "")})
    with pytest.raises(SourceChanged, match=r"Missing: nace_r2; unknown: nace_r2_1") as caught:
        cells_of(answer, {"freq": "A", "nace_r2": "J62"})
    assert "NACE Rev. 2.1" in caught.value.next_step


@pytest.mark.parametrize("there", ["PC_EMP", "NR"])
def test_another_code_than_asked_for_is_named(there):
    answer = world.answer({"freq": "A", "unit": there}, {("DE", "2022"): (1, "")})
    with pytest.raises(SourceChanged, match=f"Asked for THS_PER in the dimension unit.*{there}"):
        cells_of(answer)


def test_an_ignored_filter_stops():
    answer = specialists({("DE", "2022"): (1, "")})
    answer["dimension"]["unit"]["category"]["index"] = {"THS_PER": 0, "PC_EMP": 1}
    answer["size"][answer["id"].index("unit")] = 2
    with pytest.raises(SourceChanged, match="there are: THS_PER, PC_EMP"):
        cells_of(answer)


@pytest.mark.parametrize("place", ["4711", "-1"])
def test_a_place_outside_the_box_stops(place):
    with pytest.raises(SourceChanged, match="do not fit"):
        cells_of(specialists({("DE", "2022"): (1, "")}, value={place: 5}))


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        ({"error": [{"status": 400, "label": "INVALID"}]}, SourceChanged, "INVALID"),
        ({"warning": {"status": 400, "label": "WAIT"}}, SourceChanged, "WAIT"),
        ({"version": "2.0"}, SourceChanged, "no JSON-stat.*size"),
        ([1], SourceChanged, "instead of figures"),
    ],
)
def test_other_answers_in_json_stop(body, error, words):
    with pytest.raises(error, match=words):
        cells_of(body)


def test_text_in_place_of_a_number_stops():
    with pytest.raises(SourceChanged, match=r"Expected a number, came '5\.0 b'"):
        cells_of(specialists({("DE", "2022"): (1, "")}, value={"0": "5.0 b"}))


def test_an_area_written_na_is_not_missing():
    [cell] = cells_of(specialists({("NA", "2022"): (1, "")}))
    assert cell == Cell("NA", "2022", Decimal(1), "")
    with pytest.raises(SourceChanged, match="Outside the question: NA"):
        eurostat.check_cells([cell], SELECTION, ["DE"], 2026, "test")
    found, _ = eurostat_answers.parse_download(
        DOWNLOAD.replace(",DE,2022,1950.5", ",NA,2022,1950.5").encode(), THOUSANDS, "test"
    )
    assert Cell("NA", "2022", Decimal("1950.5"), "") in found


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (Cell("QQ", "2022", Decimal(1), ""), "question: QQ"),
        (Cell("FR", "2022", Decimal(1), ""), "question: FR"),
        (Cell("DE", "2021", Decimal(1), ""), "question: 2021"),
        (Cell("DE", "2027", Decimal(1), ""), "2022 to 2026, in which"),
        (Cell("DE", "2022-Q1", Decimal(1), ""), "question: 2022-Q1"),
    ],
)
def test_what_was_not_asked_for_stops(cell, words):
    with pytest.raises(SourceChanged, match=words):
        eurostat.check_cells([cell], SELECTION, ["DE"], 2026, "test")


def test_aggregates_and_countries_elsewhere_are_dropped_and_counted():
    cells = [Cell(geo, "2022", Decimal(2), "") for geo in ("DE", "EU27_2020", "EA20", "US", "JP")]
    eurostat.check_cells(cells, SELECTION, ["DE"], 2026, "test")
    raw = eurostat.rows_of(
        {"ict_specialists": cells, "ict_graduates": cells[:1]}, SELECTION, {}, "test"
    )
    assert {row[0] for row in raw.rows} == {"DE"}
    assert raw.facts["left_out"] == {"aggregates": 2, "other countries": 2}


def test_two_figures_of_one_thing_stop():
    cells = [Cell("DE", "2022", Decimal(2), ""), Cell("DE", "2022", Decimal(3), "")]
    with pytest.raises(SourceChanged, match="Two figures of one thing: DE ict_specialists 2022"):
        eurostat.rows_of({"ict_specialists": cells}, SELECTION, {}, "test")


def test_days_of_the_table_of_contents_are_read_day_first():
    days = eurostat_answers.parse_contents(world.CONTENTS.encode(), SELECTION.tables())
    assert eurostat.state(days) == "educ_uoe_grad02 2026-09-11; isoc_sks_itspt 2026-04-03"
    with pytest.raises(SourceChanged, match=r"Expected a day as %d\.%m\.%Y, came '04/30/2026'"):
        eurostat_answers.parse_contents(
            world.CONTENTS.replace("03.04.2026", "04/30/2026").encode(), SELECTION.tables()
        )


def test_a_table_that_is_gone_is_named_with_the_nearest_and_a_hint():
    contents = world.CONTENTS.replace("isoc_sks_itspt", "isoc_sks_itspt21")
    with pytest.raises(SourceChanged, match=r"lists the table isoc_sks_itspt\..*itspt21") as caught:
        eurostat_answers.parse_contents(contents.encode(), SELECTION.tables())
    assert "NACE Rev. 2.1" in caught.value.next_step
    with pytest.raises(SourceChanged, match="Missing: code"):
        eurostat_answers.parse_contents(b'"title"\t"id"\t"type"\t"last update of data"\n', ["x"])


def test_fetch_gives_the_rows_of_the_world(tmp_path):
    kit = kit_of(tmp_path)
    raw = eurostat.fetch(SELECTION, kit)
    assert sorted(raw.rows) == world.ROWS
    assert raw.columns == eurostat.COLUMNS
    assert raw.facts["empty"] == ["XK ict_specialists"]
    assert raw.facts["breaks"] == [{"country": "DE", "statistic": "ict_specialists", "year": 2023}]
    assert raw.facts["flags"] == {"b": 1, "c": 1, "e": 1, "u": 1}
    assert raw.facts["narrowed"] == []
    assert kit.asked[0].name == "table_of_contents.txt"
    assert raw.version == eurostat.newest(SELECTION, kit_of(tmp_path))
    json.dumps(raw.facts)


def test_newest_asks_for_no_figures(tmp_path):
    kit = kit_of(tmp_path)
    eurostat.newest(SELECTION, kit)
    assert [ask.name for ask in kit.asked] == ["table_of_contents.txt"]


def test_a_statistic_without_any_figure_stops(tmp_path):
    nothing = world.specialists() | {"value": {}, "status": {}}
    with pytest.raises(SourceChanged, match="without a single figure for freq A, unit THS_PER"):
        eurostat.fetch(SELECTION, kit_of(tmp_path, json.dumps(nothing).encode()))
    without_areas = nothing | {"size": [1, 1, 0, 0], "dimension": {}}
    assert cells_of(without_areas) == []


def test_too_much_is_asked_once_more_by_groups(tmp_path):
    countries = [*world.ASK["countries"], *["AT", "BE", "BG", "CH", "CY", "CZ"]]
    selection = SELECTION.model_copy(update={"countries": countries})
    rest = json.dumps(specialists({("CZ", "2022"): (9, "")})).encode()
    first = [TOO_LARGE, json.dumps(world.specialists()).encode(), rest]
    kit = kit_of(tmp_path, first)
    raw = eurostat.fetch(selection, kit)
    asked = [ask for ask in kit.asked if ask.name.startswith("ict_specialists")]
    assert [ask.name for ask in asked] == [
        "ict_specialists.json",
        "ict_specialists_DE.json",
        "ict_specialists_CZ.json",
    ]
    assert [value for name, value in asked[2].query if name == "geo"] == ["CZ"]
    assert ("CZ", "ict_specialists", "2022", "9000") in raw.rows
    assert raw.facts["narrowed"] == ["ict_specialists"]
    with pytest.raises(QueryTooLarge):
        eurostat.fetch(selection, kit_of(tmp_path, [TOO_LARGE, TOO_LARGE]))


def test_a_refused_question_says_what_may_have_been_renamed(tmp_path):
    refused = RequestRejected("status 400: fault 150", where="Eurostat", next_step="-")
    with pytest.raises(SourceChanged, match=r"freq A, unit THS_PER.*fault 150") as caught:
        eurostat.fetch(SELECTION, kit_of(tmp_path, refused))
    assert "NACE Rev. 2.1" in caught.value.next_step


def test_read_takes_what_is_wanted_out_of_downloads(tmp_path):
    (tmp_path / "specialists.csv").write_text("\ufeff" + DOWNLOAD, encoding="utf-8")
    (tmp_path / "graduates.csv.gz").write_bytes(gzip.compress(GRADUATES.encode()))
    raw = eurostat.read(SELECTION, tmp_path)
    assert sorted(raw.rows) == world.ROWS
    assert raw.version == "educ_uoe_grad02 2026-09-11; isoc_sks_itspt 2026-04-03"
    assert raw.facts["left_out"] == {"aggregates": 1, "other countries": 2}
    assert raw.facts["flags"] == {"b": 1, "c": 1, "e": 1, "u": 1}


def test_read_refuses_what_is_missing_doubled_or_something_else(tmp_path):
    path = tmp_path / "specialists.csv"
    path.write_text(DOWNLOAD, encoding="utf-8")
    with pytest.raises(SourceChanged, match="number of times: educ_uoe_grad02") as caught:
        eurostat.read(SELECTION, path)
    assert "SDMX-CSV without labels" in caught.value.next_step
    (tmp_path / "graduates.csv").write_text(GRADUATES, encoding="utf-8")
    (tmp_path / "again.csv").write_text(DOWNLOAD, encoding="utf-8")
    with pytest.raises(SourceChanged, match="number of times: isoc_sks_itspt"):
        eurostat.read(SELECTION, tmp_path)
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SourceChanged, match="Missing: DATAFLOW"):
        eurostat.read(SELECTION, path)
    with pytest.raises(SourceUnavailable):
        eurostat.read(SELECTION, tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("03/04/26 11", "04/30/26 11", r"Expected a day as %d/%m/%y"),
        ("freq,unit", "freq,unit_of_measure", "Missing: unit; unknown: unit_of_measure"),
        ("THS_PER", "PERS", "Asked for THS_PER in the dimension unit"),
        ("OBS_FLAG", "FLAGS", "Missing: OBS_FLAG"),
    ],
)
def test_a_download_in_another_form_stops(old, new, words):
    with pytest.raises(SourceChanged, match=words):
        eurostat_answers.parse_download(DOWNLOAD.replace(old, new).encode(), THOUSANDS, "test")


def test_a_download_that_is_cut_is_refused():
    with pytest.raises(ContentRejected, match="another number of cells"):
        eurostat_answers.parse_download(DOWNLOAD.encode()[:-9], THOUSANDS, "test")


def fetched(tmp_path, monkeypatch, *faults):
    """Fetch through the kit of the project, with faults in front of the first table."""
    with Loopback(world.routes()) as server:
        good = server.routes[1].answers[0]
        answers = [*faults, good]
        if faults and faults[-1].status in (400, 410):
            answers = list(faults)
        server.add(Route(r"/isoc_sks_itspt\?", answers))
        monkeypatch.setenv("EUROSTAT_BASE_URL", server.url)
        with downloads(tmp_path, []) as kit:
            return eurostat.fetch(SELECTION, kit), server.requests


def test_a_footer_with_status_200_is_a_question_too_large(tmp_path, monkeypatch):
    footer = (
        b'<?xml version="1.0"?><m:GenericData xmlns:m="m" xmlns:f="f"><f:Footer>'
        b'<f:Message code="413" severity="Infomation"/></f:Footer></m:GenericData>'
    )
    raw, requests = fetched(tmp_path, monkeypatch, Answer(footer, content_type="text/xml"))
    assert sorted(raw.rows) == world.ROWS
    assert raw.facts["narrowed"] == ["ict_specialists"]
    asked = [seen for seen in requests if seen.path.endswith("isoc_sks_itspt")]
    assert len(asked) == 2
    assert [value for name, value in asked[1].query if name == "geo"] == ["DE", "EL", "XK"]


def test_413_is_asked_by_groups(tmp_path, monkeypatch):
    raw, _ = fetched(tmp_path, monkeypatch, Answer(b"", status=413))
    assert (sorted(raw.rows), raw.facts["narrowed"]) == (world.ROWS, ["ict_specialists"])


def test_fault_150_and_410_stop(tmp_path, monkeypatch):
    fault = b'<S:Fault xmlns:S="s"><faultcode>150</faultcode><faultstring>x</faultstring></S:Fault>'
    with pytest.raises(SourceChanged, match="refuses a question that it used to answer"):
        fetched(tmp_path, monkeypatch, Answer(fault, status=400, content_type="text/xml"))
    with pytest.raises(NotFound):
        fetched(tmp_path, monkeypatch, Answer(b"gone", status=410))


def test_a_web_page_is_refused(tmp_path, monkeypatch):
    page = Answer(b"<!DOCTYPE html><html><footer/></html>", content_type="application/json")
    with pytest.raises(ContentRejected, match="web page"):
        fetched(tmp_path, monkeypatch, page)


@pytest.mark.skipif(not SAMPLES.exists(), reason="no samples of the services here")
def test_the_sample_of_one_cell():
    answer = json.loads((SAMPLES / "jsonstat_demo_pjan_one_cell.real.json").read_text())
    found = {name: "Y25" if name == "age" else "x" for name in answer["id"]}
    for name, code in found.items():  # the sample keeps the codes of one dimension only
        answer["dimension"].setdefault(name, {"category": {"index": {code: 0}}})
    codes = {name: code for name, code in found.items() if name not in ("geo", "time")}
    assert cells_of(answer, codes) == [Cell("x", "x", Decimal(974583), "b")]
