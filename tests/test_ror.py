"""ROR: records become one row for each country, and pages hold what they announce."""

import json
import re

import pytest
from conftest import ROOT
from fake_kit import FakeKit
from loopback import Loopback
from worlds import ror as world
from worlds.ror import NAMIBIA, PAGE, VIETNAM, page, record

from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import (
    ContentRejected,
    InvalidParams,
    QueryTooLarge,
    SourceChanged,
    SourceUnavailable,
)
from techdiplomacy.sources import ror
from techdiplomacy.sources.download import Clock, Downloads
from techdiplomacy.sources.ror import Selection

SAMPLES = ROOT.parent / "shared" / "samples" / "ror"
TOTAL = {r"^organisations\.json": json.dumps(page(120_000, [])).encode()}


def encoded(number, items):
    return json.dumps(page(number, items)).encode()


def select(**more):
    return parse_settings(Selection, {"countries": ["VN"]} | more, where="card")


def run(tmp_path, answers, **more):
    kit = FakeKit(tmp_path, {**TOTAL, **answers})
    return ror.fetch(select(**more), kit), kit


def names(kit):
    return [ask.name.removesuffix(".json") for ask in kit.asked]


def test_pages_are_read_to_the_announced_number(tmp_path):
    answers = {
        "VN_education_page1": encoded(23, VIETNAM[:PAGE]),
        "VN_education_page2": encoded(23, VIETNAM[PAGE:]),
        "NA_education_page1": encoded(2, NAMIBIA),
    }
    raw, kit = run(tmp_path, answers, countries=["VN", "NA"], types=["education"])
    assert raw.columns == ("ror_id", "country", "name", "types", "locations")
    assert raw.rows == world.WORLD.rows
    assert raw.version == "120000 organisations"
    assert [dict(ask.query) for ask in kit.asked[1:]] == [
        {"filter": "country.country_code:VN,types:education", "page": "1"},
        {"filter": "country.country_code:VN,types:education", "page": "2"},
        {"filter": "country.country_code:NA,types:education", "page": "1"},
    ]
    assert {ask.path for ask in kit.asked} == {"v2/organizations"}
    assert len(set(names(kit))) == len(kit.asked)


def test_without_types_a_country_is_asked_as_a_whole(tmp_path):
    raw, kit = run(tmp_path, {"VN_page1": encoded(1, VIETNAM[:1])})
    assert names(kit) == ["organisations", "organisations_VN_page1"]
    assert dict(kit.asked[1].query)["filter"] == "country.country_code:VN"
    assert len(raw.rows) == 1


def test_a_last_full_page_is_not_followed_by_another_question(tmp_path):
    _, kit = run(tmp_path, {"VN_page1": encoded(PAGE, VIETNAM[:PAGE])})
    assert names(kit)[1:] == ["organisations_VN_page1"]


def test_the_client_number_travels_in_a_header_and_quickens_the_pace():
    service = ror.SERVICE
    assert (service.secret.variable, service.secret.header) == ("ROR_CLIENT_ID", "Client-Id")
    assert (service.pace.seconds, service.pace_with_key.seconds) == (7, 0.2)
    assert service.pace_with_key.name == service.pace.name


def test_an_organisation_in_several_countries_has_a_row_for_each(tmp_path):
    several = record(1, "VN", "US", "VN")
    raw, _ = run(tmp_path, {"VN_page1": encoded(1, [several])})
    assert [(row[1], row[4]) for row in raw.rows] == [("US", "2"), ("VN", "2")]
    assert raw.facts["in_several_countries"] == 1
    assert raw.facts["rows_of_countries_not_asked_for"] == {"US": 1}


def test_an_organisation_of_several_kinds_stands_once(tmp_path):
    both = record(1, "VN", types=["facility", "education"])
    raw, _ = run(tmp_path, {"VN_": encoded(1, [both])}, types=["education", "facility"])
    assert [(row[0], row[3]) for row in raw.rows] == [(both["id"], "education;facility")]


def test_namibia_is_a_country_and_north_america_is_not(tmp_path):
    answers = {
        "NA_page1": encoded(1, [record(1, "NA", continent="AF")]),
        "US_page1": encoded(1, [record(2, "US", continent="NA")]),
    }
    raw, _ = run(tmp_path, answers, countries=["NA", "US"])
    assert [row[1] for row in raw.rows] == ["NA", "US"]
    assert raw.facts["empty"] == []


def test_organisations_that_are_not_active_are_left_out_and_counted(tmp_path):
    items = [
        record(1, "VN"),
        record(2, "VN", status="inactive"),
        record(3, "VN", status="withdrawn"),
    ]
    raw, _ = run(tmp_path, {"VN_page1": encoded(3, items)})
    assert len(raw.rows) == 1
    assert raw.facts["left_out_by_status"] == {"inactive": 1, "withdrawn": 1}


def test_a_country_without_organisations_is_listed(tmp_path):
    answers = {"VN_page1": encoded(1, VIETNAM[:1]), "BV_page1": encoded(0, [])}
    raw, _ = run(tmp_path, answers, countries=["VN", "BV"])
    assert raw.facts["empty"] == ["BV"]


def test_a_list_longer_than_the_service_shows_is_too_large(tmp_path):
    with pytest.raises(QueryTooLarge, match=r"10,001 organisations") as caught:
        run(tmp_path, {"VN_page1": encoded(10_001, VIETNAM[:PAGE])})
    assert "types under live.ask" in caught.value.next_step


def test_ten_thousand_are_still_shown(tmp_path):
    path = tmp_path / "page.json"
    path.write_bytes(encoded(10_000, VIETNAM[:PAGE]))
    ror.shown_page(path)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (encoded(24, VIETNAM[PAGE:]), "24 organisations, page 1 announced 23"),
        (encoded(23, VIETNAM[PAGE:-1]), "23 organisations announced, 22 on the pages"),
        (encoded(23, []), "23 organisations announced, 20 on the pages"),
        (encoded(23, VIETNAM[PAGE - 1 : -1]), "1 of them again"),
    ],
    ids=["another total", "one short", "an empty page", "one twice"],
)
def test_pages_that_do_not_fit_together_stop(tmp_path, second, words):
    answers = {"VN_page1": encoded(23, VIETNAM[:PAGE]), "VN_page2": second}
    with pytest.raises(SourceChanged, match=words) as caught:
        run(tmp_path, answers)
    assert "Run it again later" in caught.value.next_step


@pytest.mark.parametrize(
    ("marks", "found"), [([["label"]], "0 of 1"), ([["ror_display"], ["ror_display"]], "2 of 2")]
)
def test_a_record_without_one_name_to_show_stops(tmp_path, marks, found):
    item = record(1, "VN")
    item["names"] = [{"value": "University", "types": types} for types in marks]
    with pytest.raises(SourceChanged, match=f"'ror_display' in each record, found {found}"):
        run(tmp_path, {"VN_page1": encoded(1, [item])})


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (record(1, "KR"), "organisations in VN, found .* in KR"),
        (record(1), "in no country"),
        (record(1, "VN", types=["company"]), "of type education, found .* of company"),
    ],
)
def test_a_filter_that_is_not_heeded_stops(tmp_path, item, words):
    with pytest.raises(SourceChanged, match=words):
        run(tmp_path, {"VN": encoded(1, [item])}, types=["education"])


def test_a_country_code_that_nobody_knows_is_passed_on(tmp_path):
    raw, _ = run(tmp_path, {"VN_page1": encoded(1, [record(1, "VN", "QQ")])})
    assert [row[1] for row in raw.rows] == ["QQ", "VN"]


@pytest.mark.parametrize("part", ["id", "names", "types", "locations", "status"])
def test_a_part_that_is_read_may_not_vanish(tmp_path, part):
    item = record(1, "VN")
    del item[part]
    with pytest.raises(SourceChanged, match=f"in each record, found no {part}") as caught:
        run(tmp_path, {"VN_page1": encoded(1, [item])})
    assert caught.value.where == "ROR: organisations_VN_page1.json"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"count": 1, "items": []}, "'number_of_results' and a list 'items'"),
        ({"number_of_results": 1, "organizations": []}, "'number_of_results'"),
        ([], "'number_of_results'"),
        (page(1, [{**record(1, "VN"), "locations": [{"country": "VN"}]}]), "country_code of each"),
        (page(1, [{**record(1, "VN"), "names": [{"types": ["ror_display"]}]}]), "of each name"),
    ],
)
def test_an_answer_of_another_shape_stops(tmp_path, answer, words):
    with pytest.raises(SourceChanged, match=words):
        run(tmp_path, {"VN_page1": json.dumps(answer).encode()})


def test_an_answer_that_is_no_json_is_refused(tmp_path):
    with pytest.raises(ContentRejected, match="no JSON"):
        run(tmp_path, {"VN_page1": b"{"})


def test_the_state_is_one_question(tmp_path):
    kit = FakeKit(tmp_path, TOTAL)
    assert ror.newest(select(), kit) == "120000 organisations"
    assert names(kit) == ["organisations"]


def test_a_release_on_disk_is_read_with_the_same_checks(tmp_path):
    path = tmp_path / "v9.9-2026-01-01-ror-data.json"
    path.write_text(json.dumps([*VIETNAM, *NAMIBIA, record(40, "KR"), record(41)]))
    raw = ror.read(select(countries=["VN", "NA"], types=["education"]), path)
    assert raw.rows == world.WORLD.rows
    assert raw.version == "v9.9-2026-01-01-ror-data"
    assert raw.facts["left_out_by_status"] == {"inactive": 1}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("release.zip", "release.zip is no JSON file of a ROR release"),
        ("missing.json", "missing.json is missing"),
        ("folder", "folder is a folder"),
        ("empty.json", "empty.json is empty"),
    ],
)
def test_what_is_no_release_is_refused(tmp_path, name, words):
    (tmp_path / "release.zip").write_bytes(b"PK")
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(SourceUnavailable, match=re.escape(words)):
        ror.read(select(), tmp_path / name)


def test_a_file_that_is_no_list_of_records_stops(tmp_path):
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(page(0, [])))
    with pytest.raises(SourceChanged, match="a list of records"):
        ror.read(select(), path)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"countries": ["VNM"]}, "countries"),
        ({"countries": []}, "countries"),
        ({"countries": ["VN", "VN"]}, "named twice"),
        ({"types": ["university"]}, "types"),
        ({"page": 1}, "Unknown key 'page'"),
    ],
)
def test_a_wrong_selection_is_named(more, words):
    with pytest.raises(InvalidParams, match=words):
        select(**more)


def test_the_card_asks_what_the_connector_understands():
    card = load_card("ror_organisations")
    assert card.live.service == "ror"
    assert parse_settings(Selection, card.live.ask, where="card").countries == ["VN", "SG", "KR"]
    assert tuple(card.columns) == ror.COLUMNS


@pytest.mark.skipif(not SAMPLES.exists(), reason="no samples of the services here")
def test_recorded_records_are_read(tmp_path):
    path = SAMPLES / "organizations_search_v2.reassembled.json"
    number, items = ror.read_page(path)
    assert (number, len(items)) == (104332, 3)
    found = [ror.organisation(item, path) for item in items]
    assert found[1] == ror.Organisation(
        "https://ror.org/00rqy9422", "University of Queensland", ("education",), ("AU",), "active"
    )
    with pytest.raises(QueryTooLarge):
        ror.shown_page(path)


# through the kit, to a server on this machine


@pytest.mark.parametrize(("client", "pace"), [("", 7), ("invented-client", 0.2)])
def test_the_small_world_is_served(tmp_path, monkeypatch, client, pace):
    monkeypatch.setenv("ROR_CLIENT_ID", client)
    now, waits = [1_800_000_000.0], []

    def sleep(seconds):
        waits.append(seconds)
        now[0] += seconds

    with Loopback(world.routes()) as server:
        monkeypatch.setenv("ROR_BASE_URL", server.url)
        with Downloads(
            "ror_organisations",
            ror.SERVICE,
            tmp_path / "ror_organisations",
            selection="one",
            refresh=False,
            clock=Clock(lambda: now[0], lambda: now[0], sleep),
            announce=lambda words: None,
        ) as kit:
            raw = ror.fetch(parse_settings(Selection, world.WORLD.ask, where="world"), kit)
    assert raw.rows == world.WORLD.rows
    assert {seen.headers.get("client-id", "") for seen in server.requests} == {client}
    assert len(server.requests) == 4
    assert waits == pytest.approx([pace] * 3, abs=0.01)
