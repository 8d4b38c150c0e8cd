"""OpenAlex: groups by country, what refuses them, and what is asked instead."""

import json

import pytest
from conftest import ROOT
from fake_kit import FakeKit
from loopback import Answer, Loopback, Route
from worlds import openalex as world

from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import (
    ContentRejected,
    InvalidParams,
    QueryTooLarge,
    QuotaExhausted,
    RequestRejected,
    SourceChanged,
    SourceUnavailable,
)
from techdiplomacy.sources import openalex, openalex_answers
from techdiplomacy.sources.download import Clock, Downloads
from techdiplomacy.sources.openalex import Selection

SAMPLES = ROOT.parent / "shared" / "samples" / "openalex"
samples = pytest.mark.skipif(not SAMPLES.exists(), reason="no samples of the services here")
NOT_NESTED = RequestRejected("status 400", where="OpenAlex", next_step="-")
TOO_LARGE = QueryTooLarge("504 query_timeout", where="OpenAlex", next_step="-")
# answers that every run needs; all numbers of this file are invented
AROUND = {
    r"^works_": json.dumps(world.grouped(777, [])).encode(),
    r"^without_country": json.dumps(
        world.grouped(1000, [*world.countries({"US": 300}), world.group("unknown", 250)])
    ).encode(),
}


def encoded(answer):
    return json.dumps(answer).encode()


def nested(country, years):
    return encoded(world.nested(years, country))


def plain(groups, **more):
    return encoded(world.grouped(max(groups.values(), default=0), world.countries(groups), **more))


def many(country, count, works=5):
    """Return a country and partners of it that fill a list of so many groups."""
    codes = [f"{a}{b}" for a in "QRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    partners = [code for code in codes if code != country][: count - 1]
    return {country: 900, **dict.fromkeys(partners, works)}


def select(**more):
    ask = {"measure": "pairs", "countries": ["VN"], "years": [2019, 2020]}
    return parse_settings(Selection, ask | more, where="card")


def run(tmp_path, answers, **more):
    kit = FakeKit(tmp_path, {**answers, **AROUND})
    return openalex.fetch(select(**more), kit), kit


def names(kit):
    return [ask.name.removesuffix(".json") for ask in kit.asked]


def query(kit, name):
    found = next(ask for ask in kit.asked if ask.name == f"{name}.json")
    return dict(found.query)


VN = {"2019": {"VN": 90, "KR": 12, "US": 20}, "2020": {"VN": 95, "NA": 1}}


# questions


def test_one_question_gives_all_years_of_a_country(tmp_path):
    raw, kit = run(tmp_path, {"^pairs_VN": nested("VN", VN)})
    assert raw.columns == ("iso2_a", "iso2_b", "year", "joint_works")
    assert raw.rows == [
        ("KR", "VN", "2019", "12"),
        ("NA", "VN", "2020", "1"),  # Namibia, not a missing value
        ("US", "VN", "2019", "20"),
    ]
    assert names(kit) == ["works_2020", "pairs_VN", "without_country"]
    assert query(kit, "pairs_VN") == {
        "filter": "publication_year:2019-2020,authorships.countries:VN",
        "group_by": "publication_year,authorships.countries",
        "per_page": "200",
    }
    assert raw.version == "777 works of 2020"
    assert raw.facts["without_country"] == {"all works": "0.2500 of the works of 2019-2020"}
    assert raw.facts["years_in_one_question"]


def test_no_question_has_what_the_service_refuses(tmp_path):
    years = {"2019": many("VN", 200), "2020": VN["2020"]}
    page = encoded(world.grouped(900, world.countries(years["2019"]), next_cursor=None))
    answers = {r"^pairs_VN\.": nested("VN", years), "cursor1": page}
    answers |= {"^countries": listing(["HK", "TW", "VN", "XK"]), "^pairs_": plain({})}
    _, kit = run(tmp_path, answers, countries="all")
    assert any("cursor" in dict(ask.query) for ask in kit.asked)
    for ask in kit.asked:
        sent = [name for name, _ in ask.query]
        assert sent.count("filter") <= 1
        assert set(sent) <= {"filter", "group_by", "per_page", "cursor"}
        assert dict(ask.query)["per_page"] == "200"
        assert "key" not in ask.path


def test_the_key_travels_in_a_header_and_quickens_the_pace():
    service = openalex.SERVICE
    assert service.secret.variable == "OPENALEX_API_KEY"
    assert (service.secret.header, service.secret.written) == ("Authorization", "Bearer {}")
    assert service.pace.seconds >= 1 / 3
    assert service.pace_with_key.seconds == 1 / 8
    assert service.pace_with_key.name == service.pace.name


def test_names_of_files_are_unlike(tmp_path):
    years = {"2019": many("VN", 200), "2020": many("VN", 200)}
    page = encoded(world.grouped(900, world.countries(many("VN", 200)), next_cursor="b"))
    last = encoded(world.grouped(900, [], next_cursor=None))
    answers = {r"^pairs_VN\.": nested("VN", years), "cursor1": page, "cursor2": last}
    _, kit = run(tmp_path, answers)
    assert len(set(names(kit))) == len(kit.asked)
    assert "pairs_VN_2019_cursor2" in names(kit)


def test_the_cost_is_said_before_the_first_country(tmp_path):
    _, kit = run(tmp_path, {"^pairs": nested("VN", VN)})
    assert "at least 3 questions" in kit.said[0]
    assert "1,000 credits without a key and 10,000" in kit.said[0]
    assert "midnight UTC" in kit.said[0]


# two groupings in one question


def test_a_refusal_of_two_groupings_means_one_question_per_year(tmp_path):
    answers = {
        r"^pairs_VN\.": NOT_NESTED,
        "^pairs_VN_2019": plain({"VN": 90, "KR": 12}),
        "^pairs_VN_2020": plain({"VN": 95, "KR": 15}),
        "^pairs_KR_2019": plain({"KR": 500, "VN": 12}),
        "^pairs_KR_2020": plain({"KR": 520, "VN": 16}),
    }
    raw, kit = run(tmp_path, answers, countries=["VN", "KR"])
    assert raw.rows == [("KR", "VN", "2019", "12"), ("KR", "VN", "2020", "16")]
    assert "pairs_KR" not in names(kit)  # probed once, with the first country
    assert not raw.facts["years_in_one_question"]
    assert any("refuses years and countries in one question" in words for words in kit.said)
    assert any("each of 2 years" in words for words in kit.said)
    assert query(kit, "pairs_KR_2020")["filter"].startswith("publication_year:2020,")


@pytest.mark.parametrize(
    "answer",
    [
        world.grouped(185, [world.group("2019", 90), world.group("2020", 95)]),
        world.grouped(185, []),
    ],
    ids=["the second grouping ignored", "groups somewhere else"],
)
def test_an_answer_of_another_shape_means_one_question_per_year(tmp_path, answer):
    answers = {r"^pairs_VN\.": encoded(answer), "^pairs_VN_": plain({"VN": 90, "KR": 12})}
    raw, kit = run(tmp_path, answers)
    assert raw.rows == [("KR", "VN", "2019", "12"), ("KR", "VN", "2020", "12")]
    assert any("answers otherwise" in words for words in kit.said)


def test_a_refusal_after_a_good_answer_is_an_error(tmp_path):
    answers = {r"^pairs_VN": nested("VN", VN), "^pairs_KR": NOT_NESTED}
    with pytest.raises(RequestRejected):
        run(tmp_path, answers, countries=["VN", "KR"])


def test_another_shape_after_a_good_answer_is_an_error(tmp_path):
    other = encoded(world.grouped(90, [world.group("2019", 90)]))
    with pytest.raises(SourceChanged, match="groups within each year, as before"):
        run(tmp_path, {r"^pairs_VN": nested("VN", VN), "^pairs_KR": other}, countries=["VN", "KR"])


def test_a_country_without_works_proves_nothing_and_is_listed(tmp_path):
    answers = {
        r"^pairs_BV\.": encoded(world.grouped(0, [world.group("2019", 0)])),
        r"^pairs_VN\.": NOT_NESTED,
        "^pairs_VN_": plain({"VN": 90, "KR": 12}),
    }
    raw, _ = run(tmp_path, answers, countries=["BV", "VN"])
    assert raw.facts["empty"] == ["BV"]
    assert len(raw.rows) == 2


# long lists


def test_a_full_list_is_asked_again_with_a_cursor(tmp_path):
    whole = many("VN", 230)
    first = dict(list(whole.items())[:200])
    keys = sorted(whole)
    pages = [
        encoded(
            world.grouped(900, world.countries({key: whole[key] for key in part}), next_cursor=to)
        )
        for part, to in ((keys[:200], "abc"), (keys[200:], "abc"))  # the cursor repeats at the end
    ]
    answers = {
        r"^pairs_VN\.": nested("VN", {"2019": first, "2020": VN["2020"]}),
        "^pairs_VN_2019_cursor": pages,
    }
    raw, kit = run(tmp_path, answers)
    assert sum(row[2] == "2019" for row in raw.rows) == 229
    assert names(kit).count("pairs_VN_2019_cursor2") == 1
    assert "pairs_VN_2019_cursor3" not in names(kit)
    assert query(kit, "pairs_VN_2019_cursor1")["cursor"] == "*"
    assert query(kit, "pairs_VN_2019_cursor2")["cursor"] == "abc"
    assert query(kit, "pairs_VN_2019_cursor1")["group_by"] == "authorships.countries"
    assert raw.facts["long_lists"] == ["pairs_VN_2019"]
    assert "page" not in query(kit, "pairs_VN_2019_cursor2")


def test_padding_does_not_fill_a_list(tmp_path):
    padded = world.nested({"2019": {"VN": 90, "KR": 12}}, "VN")
    padded["group_by"][0]["groups"] += [world.group(key, 0) for key in many("ZZ", 198)]
    _, kit = run(tmp_path, {"^pairs": encoded(padded)})
    assert not any("cursor" in name for name in names(kit))


def test_a_list_without_end_stops(tmp_path):
    years = {"2019": many("VN", 200)}
    pages = [
        encoded(world.grouped(900, world.countries(many("VN", 200)), next_cursor=f"c{number}"))
        for number in range(40)
    ]
    with pytest.raises(SourceChanged, match="Expected an end of the list"):
        run(tmp_path, {r"^pairs_VN\.": nested("VN", years), "cursor": pages})


def test_a_full_page_that_says_nothing_of_a_next_one_stops(tmp_path):
    years = {"2019": many("VN", 200)}
    page = plain(many("VN", 200))
    with pytest.raises(SourceChanged, match="a next_cursor, or null at the end"):
        run(tmp_path, {r"^pairs_VN\.": nested("VN", years), "cursor": page})


# partial answers


@pytest.mark.parametrize(
    "more", [{"timed_out": True}, {"db_response_time_ms": 4500}, {"db_response_time_ms": 5012}]
)
def test_a_partial_answer_is_refused(tmp_path, more):
    path = tmp_path / "pairs_VN.json"
    path.write_bytes(plain({"VN": 90}, **more))
    with pytest.raises(QueryTooLarge, match="before all works were counted"):
        openalex_answers.read_groups(path)


@samples
def test_the_partial_sample_is_refused():
    with pytest.raises(QueryTooLarge):
        openalex_answers.read_groups(
            SAMPLES / "partial_200_timed_out.STRUCTURE_synthetic_values.json"
        )


@pytest.mark.parametrize("slow", [TOO_LARGE, plain({"VN": 90}, db_response_time_ms=4900)])
def test_a_slow_question_is_asked_by_single_years(tmp_path, slow):
    answers = {r"^pairs_VN\.": slow, "^pairs_VN_": plain({"VN": 90, "KR": 12})}
    answers |= {"^pairs_KR": nested("KR", {"2019": {"KR": 500, "VN": 12}})}
    raw, kit = run(tmp_path, answers, countries=["VN", "KR"])
    assert names(kit)[1:4] == ["pairs_VN", "pairs_VN_2019", "pairs_VN_2020"]
    assert "pairs_KR" in names(kit)  # slowness of one country says nothing of another
    assert raw.facts["narrowed"] == ["pairs_VN"]
    assert raw.rows == [("KR", "VN", "2019", "12"), ("KR", "VN", "2020", "12")]


def test_a_single_year_that_is_too_slow_stops_and_names_it(tmp_path):
    slow = plain({"VN": 90}, timed_out=True)
    with pytest.raises(SourceUnavailable, match="'pairs_VN_2019', even for one year") as caught:
        run(tmp_path, {"^pairs": slow})
    assert "from: snapshot" in caught.value.next_step


def test_a_question_for_one_year_is_not_asked_again_unchanged(tmp_path):
    kit = FakeKit(tmp_path, {"^pairs": TOO_LARGE, **AROUND})
    with pytest.raises(SourceUnavailable, match="'pairs_VN', even for one year"):
        openalex.fetch(select(years=[2020, 2020]), kit)
    assert names(kit).count("pairs_VN") == 1


def test_the_share_without_a_country_is_asked_for_one_year_and_else_left_open(tmp_path):
    slow = {"^without_country": TOO_LARGE, "^works": AROUND["^works_"]}
    kit = FakeKit(tmp_path, {"^pairs": nested("VN", VN), **slow})
    raw = openalex.fetch(select(), kit)
    assert raw.facts["without_country"] == {"all works": "not counted in time by the service"}
    assert names(kit)[-2:] == ["without_country", "without_country_2020"]
    assert len(raw.rows) == 3


def test_a_used_up_budget_stops_the_run(tmp_path):
    quota = QuotaExhausted(
        "-", where="-", next_step="-", host="-", status=429, seconds=40211, until="-"
    )
    kit = FakeKit(tmp_path, {"^pairs_VN": quota, **AROUND})
    with pytest.raises(QuotaExhausted):
        openalex.fetch(select(countries=["VN", "KR"]), kit)
    assert names(kit) == ["works_2020", "pairs_VN"]


# what the numbers mean


def test_forms_of_a_key_fall_together_zeros_vanish_and_unknown_stays_apart():
    items = [
        world.group("https://openalex.org/countries/ae", 7),
        world.group("AE", 0),
        world.group("ae", 7),
        world.group("NA", 3),
        world.group("unknown", 4),
        world.group("-111", 2),
        world.group("https://openalex.org/countries/NR", 0),
    ]
    assert openalex_answers.groups_of(items) == {"AE": 7, "NA": 3, "UNKNOWN": 4}


def test_works_without_a_country_are_no_partner(tmp_path):
    years = {"2019": {"VN": 90, "KR": 12, "unknown": 4}}
    raw, _ = run(tmp_path, {"^pairs": nested("VN", years)})
    assert raw.rows == [("KR", "VN", "2019", "12")]
    assert raw.facts["groups_without_country"] == 1


def test_the_larger_direction_counts_and_differences_are_counted(tmp_path):
    answers = {
        "^pairs_VN": nested("VN", {"2019": {"VN": 90, "KR": 12}, "2020": {"VN": 95, "KR": 15}}),
        "^pairs_KR": nested("KR", {"2019": {"KR": 500}, "2020": {"KR": 520, "VN": 16}}),
    }
    raw, _ = run(tmp_path, answers, countries=["VN", "KR"])
    assert raw.rows == [("KR", "VN", "2019", "12"), ("KR", "VN", "2020", "16")]
    assert raw.facts["cells_that_differ"] == 1
    assert raw.facts["cells_of_one_direction"] == 1


@pytest.mark.parametrize(
    ("groups", "words"),
    [({"KR": 5, "US": 9}, "0 of VN"), ({"VN": 5, "US": 9}, "5 of VN and more of US")],
)
def test_works_of_other_countries_stop(tmp_path, groups, words):
    answer = world.nested({"2019": {"VN": 1, **groups}}, "VN")
    if "VN" not in groups:
        answer["group_by"][0]["groups"].pop(0)
    with pytest.raises(SourceChanged, match=f"Expected VN as the largest.*{words}"):
        run(tmp_path, {"^pairs": encoded(answer)})


def test_years_outside_the_question_stop(tmp_path):
    with pytest.raises(SourceChanged, match="years 2019 to 2020, found also 2018"):
        run(tmp_path, {"^pairs": nested("VN", {**VN, "2018": {"VN": 3}})})


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda answer: answer.pop("group_by"), "'meta' and a list 'group_by'"),
        (lambda answer: answer["meta"].pop("db_response_time_ms"), "db_response_time_ms"),
        (lambda answer: answer["meta"].pop("count"), "meta.count"),
        (lambda answer: answer["group_by"][0].pop("key"), "'key' and a whole number"),
        (lambda answer: answer["group_by"][0]["groups"][0].pop("count"), "whole number 'count'"),
        (lambda answer: answer["group_by"][0].update(count="12"), "whole number 'count'"),
    ],
)
def test_a_part_that_the_figures_hang_on_may_not_vanish(tmp_path, spoil, words):
    answer = world.nested(VN, "VN")
    spoil(answer)
    with pytest.raises(SourceChanged, match=words) as caught:
        run(tmp_path, {"^pairs": encoded(answer)})
    assert "live.ask" in caught.value.next_step
    assert caught.value.where == "OpenAlex: pairs_VN.json"


def test_an_answer_that_is_no_json_is_refused(tmp_path):
    with pytest.raises(ContentRejected, match="no JSON"):
        run(tmp_path, {"^pairs": b'{"meta": '})


@samples
def test_the_samples_of_good_answers_are_read():
    path = SAMPLES / "group_by_countries.STRUCTURE_synthetic_values.json"
    openalex_answers.read_groups(path)
    answer = json.loads(path.read_text())
    assert openalex_answers.groups_of(answer["group_by"]) == {"US": 400, "TW": 55, "AE": 3}
    answer = json.loads((SAMPLES / "nested_group_by.STRUCTURE_synthetic_values.json").read_text())
    assert openalex_answers.years_of(answer | {"meta": world.meta(10)}) == {"2024": {"KR": 4}}
    fields = json.loads((SAMPLES / "group_by_field_NSF.docs_items.json").read_text())
    assert openalex_answers.groups_of(fields)["22"] == 54753


# works with an author abroad


def test_international_works_and_partners(tmp_path):
    works = [world.group("2019", 30), world.group("2020", 31), world.group("2018", 0)]
    answers = {
        "^international_VN": encoded(world.grouped(61, works)),
        "^pairs_VN": nested("VN", VN),
        "^international_XX": encoded(world.grouped(0, [])),
        "^pairs_XX": encoded(world.grouped(0, [])),
    }
    raw, kit = run(tmp_path, answers, measure="international", countries=["VN", "XX"])
    assert raw.columns[2:] == ("internationally_coauthored_works", "partner_groups_reported")
    assert raw.rows == [("VN", "2019", "30", "3"), ("VN", "2020", "31", "2")]
    assert raw.facts["empty"] == ["XX"]
    assert query(kit, "international_VN") == {
        "filter": "publication_year:2019-2020,authorships.countries:VN,countries_distinct_count:>1",
        "group_by": "publication_year",
        "per_page": "200",
    }


def test_partners_are_those_of_the_list_and_no_cursor_is_asked_for_them(tmp_path):
    answers = {
        "^international_VN": encoded(world.grouped(30, [world.group("2019", 30)])),
        "^pairs_VN": nested("VN", {"2019": many("VN", 200)}),
    }
    raw, kit = run(tmp_path, answers, measure="international")
    assert raw.rows == [("VN", "2019", "30", "200"), ("VN", "2020", "0", "0")]
    assert not any("cursor" in name for name in names(kit))


def test_international_works_are_narrowed_as_well(tmp_path):
    answers = {
        r"^international_VN\.": TOO_LARGE,
        "^international_VN_2019": encoded(world.grouped(30, [world.group("2019", 30)])),
        "^international_VN_2020": encoded(world.grouped(31, [world.group("2020", 31)])),
        "^pairs_VN": nested("VN", VN),
    }
    raw, _ = run(tmp_path, answers, measure="international")
    assert [row[2] for row in raw.rows] == ["30", "31"]
    assert raw.facts["narrowed"] == ["international_VN"]


# all countries


def listing(codes, *, count=None, cursor=None):
    results = [
        {"id": f"https://openalex.org/countries/{code}", "country_code": code} for code in codes
    ]
    meta = world.meta(len(codes) if count is None else count, next_cursor=cursor)
    return encoded({"meta": meta, "results": results, "group_by": []})


def test_all_countries_are_those_of_the_service(tmp_path):
    answers = {
        "^countries": [
            listing(["HK", "TW"], count=5, cursor="b"),
            listing(["XK", "NA", "VN"], count=5),
        ],
        "^international_VN": encoded(world.grouped(30, [world.group("2019", 30)])),
        "^pairs_VN": nested("VN", VN),
        "^(international|pairs)": encoded(world.grouped(0, [])),
    }
    raw, kit = run(tmp_path, answers, measure="international", countries="all")
    assert {row[0] for row in raw.rows} == {"HK", "NA", "TW", "VN", "XK"}
    assert ("NA", "2020", "0", "0") in raw.rows  # the service lists it and counts none
    assert names(kit)[:2] == ["countries_1", "countries_2"]
    assert query(kit, "countries_2") == {"per_page": "200", "cursor": "b"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (listing(["HK", "TW", "XK"], count=247), "247 countries, found 3"),
        (listing(["HK", "VN", "XK"]), r"no \['TW'\]"),
        (encoded({"meta": {}, "results": [{"name": "Namibia"}]}), "an 'id' of every country"),
        (encoded({"meta": {}, "items": []}), "a list 'results'"),
        (
            encoded({"meta": {}, "results": [{"id": "countries/NA", "country_code": "NAM"}]}),
            "one code of a country",
        ),
    ],
)
def test_a_list_of_countries_that_is_not_whole_stops(tmp_path, answer, words):
    with pytest.raises(SourceChanged, match=words):
        run(tmp_path, {"^countries": answer}, countries="all")


# fields

SUBFIELDS = [
    {"filter": "primary_topic.subfield.id", "value": "1708", "code": "1708"},
    {"filter": "primary_topic.id", "value": "T10558", "code": "T10558"},
]


def named(path, name):
    return encoded({"id": f"https://openalex.org/{path}", "display_name": name})


def test_pairs_by_field_are_filtered_and_named(tmp_path):
    answers = {
        "^field_1708": named("subfields/1708", "Hardware and Architecture"),
        "^field_T10558": named("T10558", "Some topic"),
        "^pairs_1708_VN": nested("VN", VN),
        "^pairs_T10558_VN": nested("VN", {"2020": {"VN": 4, "NA": 1}}),
    }
    raw, kit = run(tmp_path, answers, measure="pairs_by_field", fields=SUBFIELDS)
    assert raw.columns == ("iso2_a", "iso2_b", "field", "year", "joint_works")
    assert raw.rows[:3] == [
        ("KR", "VN", "1708", "2019", "12"),
        ("NA", "VN", "1708", "2020", "1"),
        ("NA", "VN", "T10558", "2020", "1"),
    ]
    assert raw.facts["fields"]["1708"] == {
        "id": "https://openalex.org/subfields/1708",
        "display_name": "Hardware and Architecture",
    }
    paths = [ask.path for ask in kit.asked if ask.name.startswith("field_")]
    assert paths == ["subfields/1708", "topics/T10558"]
    assert query(kit, "pairs_1708_VN")["filter"] == (
        "primary_topic.subfield.id:1708,publication_year:2019-2020,authorships.countries:VN"
    )
    assert query(kit, "without_country_1708")["filter"].startswith("primary_topic.subfield.id:1708")
    assert set(raw.facts["without_country"]) == {"1708", "T10558"}


def test_another_field_than_the_asked_one_stops(tmp_path):
    answers = {"^field": named("subfields/1709", "Something else")}
    with pytest.raises(SourceChanged, match="the name of the field 1708"):
        run(tmp_path, answers, measure="pairs_by_field", fields=SUBFIELDS[:1])


# selection, disk, state, cards


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"countries": ["VNM"]}, "countries"),
        ({"countries": ["VN", "VN"]}, "named twice"),
        ({"countries": []}, "countries"),
        ({"years": [2020, 2019]}, "behind the last"),
        ({"measure": "pair"}, "measure"),
        ({"measure": "pairs_by_field"}, "fields go with"),
        ({"fields": SUBFIELDS}, "fields go with"),
        ({"measure": "pairs_by_field", "fields": SUBFIELDS[:1] * 2}, "same code"),
        ({"corpus": "all"}, "Unknown key 'corpus'"),
    ],
)
def test_a_wrong_selection_is_named(more, words):
    with pytest.raises(InvalidParams, match=words):
        select(**more)


def test_there_is_no_file_to_read(tmp_path):
    with pytest.raises(SourceUnavailable, match="publishes no file") as caught:
        openalex.read(select(), tmp_path / "works.json")
    assert "columns iso2_a, iso2_b, year, joint_works " in caught.value.next_step


def test_the_state_is_one_cheap_question(tmp_path):
    kit = FakeKit(tmp_path, AROUND)
    assert openalex.newest(select(), kit) == "777 works of 2020"
    assert query(kit, "works_2020")["filter"] == "publication_year:2020"
    assert len(kit.asked) == 1


@pytest.mark.parametrize(
    "source",
    ["openalex_coauthorship", "openalex_international_works", "openalex_field_coauthorship"],
)
def test_the_cards_ask_what_the_connector_understands(source):
    card = load_card(source)
    assert card.live.service == "openalex"
    selection = parse_settings(Selection, card.live.ask, where=source)
    columns = {
        "pairs": openalex.PAIR_COLUMNS,
        "international": openalex.INTERNATIONAL_COLUMNS,
        "pairs_by_field": openalex.FIELD_COLUMNS,
    }
    assert tuple(card.columns) == columns[selection.measure]


def test_the_small_world_gives_its_rows(tmp_path):
    answers = {f"^pairs_{code}": nested(code, years) for code, years in world.WORKS.items()}
    kit = FakeKit(tmp_path, {**answers, **AROUND})
    selection = parse_settings(Selection, world.WORLD.ask, where="world")
    assert openalex.fetch(selection, kit).rows == world.WORLD.rows


# through the kit, to a server on this machine

KEY = "invented-key-of-the-tests"
TIMEOUT = Answer.of_json({"error": "Gateway timeout", "reason": "query_timeout"}, status=504)


class Time:
    """A clock that does not run: a wait moves it on and is written down."""

    def __init__(self):
        self.seconds, self.waits = 1_800_000_000.0, []

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.seconds += seconds

    def clock(self):
        return Clock(lambda: self.seconds, lambda: self.seconds, self.sleep)


@pytest.fixture
def served(tmp_path, monkeypatch):
    """Return what runs the small world against a server that gives the added answers first."""
    monkeypatch.setenv("OPENALEX_API_KEY", KEY)
    selection = parse_settings(Selection, world.WORLD.ask, where="world")

    def start(*faults, finish=False):
        with Loopback([*faults, *world.routes()]) as server:
            monkeypatch.setenv("OPENALEX_BASE_URL", server.url)
            start.server, start.time, start.said = server, Time(), []
            folder = tmp_path / "openalex_coauthorship"
            with Downloads(
                "openalex_coauthorship",
                openalex.SERVICE,
                folder,
                selection="one",
                refresh=False,
                clock=start.time.clock(),
                announce=start.said.append,
            ) as kit:
                raw = openalex.fetch(selection, kit)
                if finish:
                    kit.finish()
        return raw

    start.asked = lambda: [dict(seen.query) for seen in start.server.requests]
    start.folder = tmp_path
    return start


def of_country(server, country):
    return [seen for seen in server.requests if f"countries:{country}" in str(seen.query)]


def test_the_small_world_is_served(served):
    raw = served()
    assert raw.rows == world.WORLD.rows
    for seen in served.server.requests:
        assert [name for name, _ in seen.query].count("filter") == 1
        assert seen.headers["authorization"] == f"Bearer {KEY}"
        assert KEY not in str(seen.query)
    assert all(wait <= 1 / 8 for wait in served.time.waits)
    files = [path for path in served.folder.rglob("*") if path.is_file()]
    assert not any(KEY.encode() in path.read_bytes() for path in files)
    assert not any(KEY in words for words in served.said)


def test_a_timeout_is_not_asked_again_unchanged(served):
    years = [
        Route(
            rf"publication_year:{year},authorships.countries:VN&",
            [Answer(plain(world.WORKS["VN"][year]))],
        )
        for year in ("2019", "2020")
    ]
    raw = served(*years, Route(r"authorships.countries:VN&", [TIMEOUT]))
    assert raw.rows == world.WORLD.rows
    assert len(of_country(served.server, "VN")) == 3
    assert raw.facts["narrowed"] == ["pairs_VN"]


def test_only_retry_after_tells_a_short_wait_from_a_used_up_day(served):
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "40211"}
    short = Answer(b"{}", 429, {**headers, "Retry-After": "1"}, content_type="application/json")
    good = Answer(nested("VN", world.WORKS["VN"]))
    assert served(Route(r"authorships.countries:VN&", [short, good])).rows == world.WORLD.rows
    assert len(of_country(served.server, "VN")) == 2
    assert any(1 <= wait <= 3 for wait in served.time.waits)


def test_a_used_up_day_stops_and_the_next_run_asks_the_rest_only(served):
    headers = {"X-RateLimit-Remaining": "0", "Retry-After": "40211"}
    empty = Answer(b"{}", 429, headers, content_type="application/json")
    with pytest.raises(QuotaExhausted) as caught:
        served(Route(r"authorships.countries:VN&", [empty]))
    assert caught.value.seconds == 40211
    assert len(of_country(served.server, "VN")) == 1
    assert not of_country(served.server, "KR")
    assert served().rows == world.WORLD.rows
    assert not of_country(served.server, "NA")  # came before the budget ended
    assert len(of_country(served.server, "VN")) == 1


def test_a_partial_answer_is_not_kept(served):
    slow = Answer(plain({"VN": 90}, timed_out=True))
    with pytest.raises(SourceUnavailable, match="even for one year alone"):
        served(Route(r"authorships.countries:VN&", [slow]))
    kept = {path.name.split(".")[0] for path in served.folder.rglob("pairs_*.json")}
    assert kept == {"pairs_NA"}


def test_a_refused_grouping_is_probed_once(served):
    routes = [Route(r"group_by=publication_year,authorships", [Answer(b'{"error": "no"}', 400)])]
    routes += [
        Route(
            rf"publication_year:{year},authorships.countries:{country}&",
            [Answer(plain(groups))],
        )
        for country, years in world.WORKS.items()
        for year, groups in years.items()
    ]
    assert served(*routes).rows == world.WORLD.rows
    probes = [seen for seen in served.asked() if seen["group_by"].startswith("publication_year,")]
    assert len(probes) == 1


def test_a_kept_download_is_read_again_without_a_question(served):
    first = served(finish=True)
    again = served(finish=True)
    assert again.rows == first.rows
    assert not served.server.requests


def test_a_kept_download_with_narrowed_questions_is_read_again(served):
    years = [
        Route(
            rf"publication_year:{year},authorships.countries:VN&",
            [Answer(plain(world.WORKS["VN"][year]))],
        )
        for year in ("2019", "2020")
    ]
    first = served(*years, Route(r"authorships.countries:VN&", [TIMEOUT]), finish=True)
    again = served(finish=True)
    assert again.rows == first.rows
    assert not served.server.requests
