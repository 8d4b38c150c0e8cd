"""The UNESCO Institute for Statistics: hints, ignored parameters, releases, marks, Namibia."""

import json
from dataclasses import replace

import pytest
from conftest import ROOT
from fake_kit import FakeKit
from loopback import Answer, Loopback, Route
from route_kit import RouteKit, Time, downloads
from worlds import uis as world

from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import (
    ContentRejected,
    InvalidParams,
    QueryTooLarge,
    RequestRejected,
    SourceChanged,
    SourceUnavailable,
)
from techdiplomacy.sources import uis
from techdiplomacy.sources.uis_answers import (
    Question,
    check_indicators,
    month_first,
    parse_newest,
    parse_units,
    parse_values,
    parse_versions,
)

SAMPLES = ROOT.parent / "shared" / "samples" / "unesco_uis"
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="samples are not here")
TYPES = {unit["id"]: unit["type"] for unit in world.UNITS}
QUESTION = Question(world.INDICATORS, (), world.YEARS, world.VERSION)
TOO_MUCH = {
    "message": "Too much data requested (224879 records), please reduce the amount",
    "error": "Bad Request",
    "statusCode": 400,
}


def selection(**changes):
    return parse_settings(uis.Selection, world.WORLD.ask | changes, where="the card")


def fetch(tmp_path, *routes, **changes):
    """Return what comes of the small world with other routes in front, and the kit."""
    kit = RouteKit(tmp_path, [*routes, *world.routes()])
    return uis.fetch(selection(**changes), kit), kit


def values(records=world.RECORDS, hints=()):
    return json.dumps(world.values(list(records), list(hints))).encode()


def hint(code, message):
    return {"code": f"UIS::HINT::{code}", "message": message}


def test_the_small_world_gives_its_rows_and_says_what_was_left_out(tmp_path):
    raw, _ = fetch(tmp_path)
    assert raw.rows == world.WORLD.rows
    assert tuple(raw.columns) == uis.COLUMNS
    assert raw.version == world.VERSION
    assert raw.facts == {
        "empty": [],
        "left_out": {"not applicable": 1, "regional units": 1, "without a value": 1},
        "marks": {"NAT_EST": 1, "NIL": 1, "UIS_EST": 1},
        "hints": [],
        "last_updated": {"SCIENCE_TECHNOLOGY_INNOVATION": "2026-02-09"},
        "narrowed": [],
    }


def test_parameters_are_repeated_and_the_release_is_always_named(tmp_path):
    _, kit = fetch(tmp_path)
    version = ("version", world.VERSION)
    assert [(ask.path, list(ask.query)) for ask in kit.asked] == [
        ("versions", []),
        ("definitions/indicators", [version]),
        ("definitions/geounits", [version]),
        (
            "data/indicators",
            [
                ("indicator", "EXPGDP.TOT"),
                ("indicator", "RESDEN.INHAB.TFTE"),
                ("geoUnitType", "NATIONAL"),
                ("start", "2019"),
                ("end", "2020"),
                version,
            ],
        ),
    ]


def test_an_indicator_without_a_figure_is_listed(tmp_path):
    records = [record for record in world.RECORDS if record["geoUnit"] in ("VNM", "NAM")]
    raw, _ = fetch(tmp_path, Route(r"^/data/", [Answer(values(records))]))
    assert raw.facts["empty"] == ["RESDEN.INHAB.TFTE"]


def test_units_are_asked_for_one_by_one():
    question = replace(QUESTION, units=["VNM", "NAM"])
    assert [pair for pair in uis.ask_for_values(question).query if "geo" in pair[0]] == [
        ("geoUnit", "VNM"),
        ("geoUnit", "NAM"),
    ]


def test_namibia_historic_and_unknown_units_stay_and_regional_ones_go():
    records = [
        world.record("EXPGDP.TOT", unit, 2019, 1) for unit in ("NAM", "ANT", "QQQ", world.REGION)
    ]
    parsed = parse_values(values(records), QUESTION, TYPES)
    assert [row[0] for row in parsed.rows] == ["NAM", "ANT", "QQQ"]
    assert parsed.left_out == {"regional units": 1}


@pytest.mark.parametrize(
    ("value", "magnitude", "qualifier", "status"),
    [
        (1, None, None, ""),
        (1, "LOWREL", None, "LOWREL"),
        (1, None, "UIS_EST", "UIS_EST"),
        (0, "NIL", "NAT_EST", "NIL;NAT_EST"),
        (1, "", "", ""),
    ],
)
def test_marks_are_kept_as_they_are(value, magnitude, qualifier, status):
    record = world.record("EXPGDP.TOT", "VNM", 2019, value, magnitude, qualifier)
    parsed = parse_values(values([record]), QUESTION, TYPES)
    assert parsed.rows == [("VNM", "EXPGDP.TOT", "2019", str(value), status)]


def test_not_applicable_is_no_zero_and_stands_beside_zero_only():
    record = world.record("EXPGDP.TOT", "VNM", 2019, 0, "NA")
    parsed = parse_values(values([record]), QUESTION, TYPES)
    assert (parsed.rows, parsed.left_out) == ([], {"not applicable": 1})
    with pytest.raises(SourceChanged, match="expected zero beside NA, came 5"):
        parse_values(values([record | {"value": 5}]), QUESTION, TYPES)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("001", "The indicator could not be found, RESDEN.INHAB.TFTE"),
        ("003", "The geoUnit could not be found, ZZZ"),
        ("004", "No data for the given time range, available for EXPGDP.TOT= start: 1970"),
        ("009", "Something about EXPGDP.TOT."),
    ],
)
@pytest.mark.parametrize("records", [[], world.RECORDS])
def test_a_hint_at_what_was_asked_for_stops_even_when_there_are_rows(code, message, records):
    with pytest.raises(RequestRejected, match=message) as caught:
        parse_values(values(records, [hint(code, message)]), QUESTION, TYPES)
    assert "live.ask" in caught.value.next_step


def test_a_hint_at_something_else_is_kept(tmp_path):
    words = "EXPGDP.TOT.EXTRA and XEXPGDP.TOT are new"
    route = Route(r"^/data/", [Answer(values(hints=[hint("009", words)]))])
    raw, _ = fetch(tmp_path, route)
    assert raw.facts["hints"] == [f"{words} (UIS::HINT::009)"]


def test_an_empty_answer_without_a_hint_is_an_empty_set(tmp_path):
    raw, _ = fetch(tmp_path, *world.empty())
    assert (raw.rows, raw.facts["empty"]) == ([], list(world.INDICATORS))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"year": 2018}, "asked for years 2019 to 2020, came 2018: a parameter was ignored"),
        ({"year": 2021}, "came 2021: a parameter was ignored"),
        ({"year": "2019"}, "came '2019'"),
        ({"indicatorId": "CR.1"}, r"asked for indicators EXPGDP\.TOT, .*, came CR\.1"),
        ({"value": "1"}, "expected a number or null"),
        ({"value": True}, "expected a number or null"),
    ],
)
def test_a_record_outside_the_question_stops(changes, words):
    record = world.record("EXPGDP.TOT", "VNM", 2019, 1) | changes
    with pytest.raises(SourceChanged, match=words):
        parse_values(values([record]), QUESTION, TYPES)


def test_a_unit_that_was_not_asked_for_stops():
    asked = Question(world.INDICATORS, ("KOR",), world.YEARS, world.VERSION)
    with pytest.raises(SourceChanged, match="asked for units KOR, came VNM"):
        parse_values(values(), asked, TYPES)


def test_a_record_that_comes_twice_stops():
    with pytest.raises(SourceChanged, match="came twice"):
        parse_values(values([world.RECORDS[0]] * 2), QUESTION, TYPES)


def test_a_renamed_field_is_named_with_what_came_instead(tmp_path):
    with pytest.raises(SourceChanged, match=r"geoUnit missing, came indicatorId, unit"):
        fetch(tmp_path, *world.renamed())


@pytest.mark.parametrize(
    "body", [b"[]", b'{"records": []}', b'{"hints": [], "records": null}', b'{"hints": [1]}']
)
def test_an_answer_of_another_shape_stops(body):
    with pytest.raises(SourceChanged, match="otherwise than described"):
        parse_values(body, QUESTION, TYPES)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"hints": [], "records": [', b"[NaN]"])
def test_what_is_no_json_is_refused(body):
    with pytest.raises(ContentRejected, match="no JSON"):
        parse_values(body, QUESTION, TYPES)


def test_numbers_come_out_plain():
    body = values([world.record("EXPGDP.TOT", "VNM", 2019, 0)])
    for written, plain in ((b"1.5E+3", "1500"), (b"99.35000000000001", "99.35000000000001")):
        content = body.replace(b'"value": 0', b'"value": ' + written)
        assert parse_values(content, QUESTION, TYPES).rows[0][3] == plain


def test_dates_are_read_month_first():
    assert month_first("02/09/2026") == "2026-02-09"
    assert month_first("2025-02-23") == "2025-02-23"
    for wrong in ("23/02/2026", "2026", "", "02.09.2026"):
        with pytest.raises(SourceChanged, match="month first"):
            month_first(wrong)


def test_a_release_that_is_not_listed_stops_and_the_newest_is_named(tmp_path):
    with pytest.raises(SourceChanged, match="20260507-00000000 is not listed") as caught:
        fetch(tmp_path, version="20260507-00000000")
    assert world.VERSION in caught.value.next_step
    assert parse_versions(json.dumps(world.VERSIONS).encode(), "20250917-73f4b95c") == {
        "SCIENCE_TECHNOLOGY_INNOVATION": "2025-02-23"
    }


def test_newest_is_the_default_release(tmp_path):
    kit = RouteKit(tmp_path, world.routes())
    assert uis.newest(selection(), kit) == world.VERSION
    assert [ask.path for ask in kit.asked] == ["versions/default"]
    with pytest.raises(SourceChanged, match="release"):
        parse_newest(b"[]")


def test_an_indicator_that_is_not_defined_stops_before_figures_are_asked_for(tmp_path):
    kit = RouteKit(tmp_path, world.routes())
    with pytest.raises(SourceChanged, match=r"'RESDEN.INHAB.THX'. Did you mean 'RESDEN.INHAB.T"):
        uis.fetch(selection(indicators=["EXPGDP.TOT", "RESDEN.INHAB.THX"]), kit)
    assert "data/indicators" not in [ask.path for ask in kit.asked]
    with pytest.raises(SourceChanged, match="indicatorCode"):
        check_indicators(b"[]", ["EXPGDP.TOT"])
    with pytest.raises(SourceChanged, match="indicatorCode"):
        check_indicators(b'[{"id": "EXPGDP.TOT", "name": "x"}]', ["EXPGDP.TOT"])


def test_units_have_one_of_two_types():
    units = [*world.UNITS, {"id": "A1", "name": "x", "type": "SUBNATIONAL"}]
    with pytest.raises(SourceChanged, match="SUBNATIONAL"):
        parse_units(json.dumps(units).encode())
    with pytest.raises(SourceChanged, match="NATIONAL and REGIONAL"):
        parse_units(json.dumps(world.UNITS[:2]).encode())


def test_the_real_kit_asks_with_pauses_and_reuses_what_it_has(tmp_path, monkeypatch):
    time = Time()
    with Loopback(world.routes()) as server:
        monkeypatch.setenv(uis.SERVICE.variable, server.url)
        with downloads(tmp_path / "kept", uis.SERVICE, time) as kit:
            raw = uis.fetch(selection(), kit)
            kit.finish()
        assert raw.rows == world.WORLD.rows
        assert server.paths()[-1] == "/data/indicators"
        assert ("indicator", "EXPGDP.TOT") in server.requests[-1].query
        assert ("indicator", "RESDEN.INHAB.TFTE") in server.requests[-1].query
        assert time.seconds >= 1_800_000_000 + 3 * uis.SERVICE.pace.seconds
        with downloads(tmp_path / "kept", uis.SERVICE, time) as kit:
            assert uis.fetch(selection(), kit).rows == raw.rows
        assert len(server.requests) == 4


def by_indicator(indicator):
    records = [record for record in world.RECORDS if record["indicatorId"] == indicator]
    return Route(rf"^/data/indicators\?indicator={indicator}&geo", [Answer(values(records))])


@pytest.mark.parametrize(
    "refusal",
    [
        Answer.of_json(TOO_MUCH, status=400),
        Answer(b"<html>Request-URI Too Large</html>", status=414, content_type="text/html"),
    ],
)
def test_too_large_a_question_is_put_for_each_indicator(tmp_path, refusal):
    whole = Route(r"^/data/indicators\?indicator=[^&]*&indicator", [refusal])
    single = [by_indicator(indicator) for indicator in world.INDICATORS]
    raw, kit = fetch(tmp_path, *single, whole)
    assert raw.rows == world.WORLD.rows
    assert [ask.name for ask in kit.asked[3:]] == [
        "values.json",
        "values_EXPGDP.TOT.json",
        "values_RESDEN.INHAB.TFTE.json",
    ]
    assert raw.facts["narrowed"] == ["EXPGDP.TOT, RESDEN.INHAB.TFTE: in 2 smaller questions"]
    assert kit.said == ["EXPGDP.TOT, RESDEN.INHAB.TFTE: in 2 smaller questions"]


@pytest.mark.parametrize("status", [400, 414])
def test_the_real_kit_narrows_as_well(tmp_path, monkeypatch, status):
    refusal = Answer.of_json(TOO_MUCH, status=status)
    whole = Route(r"^/data/indicators\?indicator=[^&]*&indicator", [refusal])
    single = [by_indicator(indicator) for indicator in world.INDICATORS]
    with Loopback([*single, whole, *world.routes()]) as server:
        monkeypatch.setenv(uis.SERVICE.variable, server.url)
        with downloads(tmp_path / "kept", uis.SERVICE, Time()) as kit:
            assert uis.fetch(selection(), kit).rows == world.WORLD.rows
        assert len(server.requests) == 6


def test_then_by_fifty_countries_and_then_no_more(tmp_path):
    units = [{"id": f"C{n:02}", "type": "NATIONAL"} for n in range(60)]
    listed = json.dumps([*units, world.UNITS[-1]]).encode()
    too_large = QueryTooLarge("413", where="x", next_step="x")
    answers = {
        "versions": json.dumps(world.VERSIONS).encode(),
        "^indicators": json.dumps(world.DEFINED).encode(),
        "geounits": listed,
        "values.json": too_large,
        "values_1": values([world.record("EXPGDP.TOT", "C01", 2019, 1)]),
        "values_2": values([world.record("EXPGDP.TOT", "C55", 2019, 2)]),
    }
    one = selection(indicators=["EXPGDP.TOT"])
    kit = FakeKit(tmp_path, answers)
    raw = uis.fetch(one, kit)
    assert [row[0] for row in raw.rows] == ["C01", "C55"]
    asked = [sum(name == "geoUnit" for name, _ in ask.query) for ask in kit.asked[3:]]
    assert asked == [0, 50, 10]
    kit = FakeKit(tmp_path, answers | {"values_2": too_large})
    with pytest.raises(QueryTooLarge):
        uis.fetch(one, kit)
    assert len(kit.asked) == 6


def test_another_refusal_is_not_narrowed(tmp_path):
    refusal = Answer.of_json({"message": "start must be a number", "statusCode": 400}, status=400)
    kit = RouteKit(tmp_path, [Route(r"^/data/", [refusal]), *world.routes()])
    with pytest.raises(RequestRejected, match="start must be a number"):
        uis.fetch(selection(), kit)
    assert len(kit.asked) == 4


def test_files_on_disk_are_not_read_and_it_is_said_what_can_be_had(tmp_path):
    with pytest.raises(SourceUnavailable, match=r"OPRI\.zip cannot be read") as caught:
        uis.read(selection(), tmp_path / "OPRI.zip")
    assert "from: live" in caught.value.next_step
    assert "columns iso3, indicator, year, value, status" in caught.value.next_step


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"years": [2020, 2019]}, "2020 is after 2019"),
        ({"indicators": ["CR.1", "CR.1"]}, "indicators: one is listed twice"),
        ({"geo_units": ["VNM"]}, "Unknown key 'geo_units'"),
        ({"indicators": [200101]}, "indicators"),
        ({"version": "newest"}, "version"),
        ({"theme": "SCIENCE"}, "Unknown key 'theme'"),
    ],
)
def test_a_wrong_selection_is_refused(changes, words):
    with pytest.raises(InvalidParams, match=words):
        selection(**changes)


def sample(name):
    return (SAMPLES / name).read_bytes()


def test_the_card_asks_what_the_connector_understands():
    card = load_card("uis_indicators")
    chosen = parse_settings(uis.Selection, card.live.ask, where="the card")
    assert card.live.service == "uis"
    assert card.coverage.years == chosen.years
    assert tuple(card.columns) == uis.COLUMNS
    assert card.table == "indicators"
    assert card.licence.share == card.licence.adapt == "share_alike"
    assert card.live.ask["version"] in card.date_published


@needs_samples
def test_recorded_answers_are_read():
    question = Question(["CR.1"], ["CHE"], (2006, 2021), world.VERSION)
    units = parse_units(sample("uis_definitions_geounits.json"))
    assert sum(kind == "REGIONAL" for kind in units.values()) == 20
    parsed = parse_values(sample("uis_data_records.json"), question, units)
    assert len(parsed.rows) == 14
    assert parsed.rows[-1] == ("CHE", "CR.1", "2021", "99.35000000000001", "")
    narrower = Question(["CR.1"], ["CHE"], (2015, 2018), world.VERSION)
    with pytest.raises(SourceChanged, match="a parameter was ignored"):
        parse_values(sample("uis_data_records.json"), narrower, units)
    empty = parse_values(
        sample("uis_data_empty.json"), Question(["10"], ["CHE"], (2006, 2021), ""), units
    )
    assert (empty.rows, empty.hints) == ([], [])


@needs_samples
def test_recorded_definitions_and_releases_are_read():
    check_indicators(sample("uis_definitions_indicators.json"), ["CR.1", "CR.1.F"])
    with pytest.raises(SourceChanged, match=r"Did you mean"):
        check_indicators(sample("uis_definitions_indicators.json"), ["CR.1.X"])
    updated = parse_versions(sample("uis_versions.json"), "20251112-3e719d9a")
    assert updated["EDUCATION"] == "2025-09-17"
    listed = json.loads(sample("uis_versions.json"))
    assert all(parse_versions(sample("uis_versions.json"), each["version"]) for each in listed)
