"""CORDIS: archives by name of member and column, broken rows aside, and no word of a person."""

import gzip
import itertools

import pytest
from conftest import ROOT
from fake_kit import FakeKit
from loopback import Loopback
from worlds.cordis import (
    ASK,
    BASES,
    H2020,
    HORIZON,
    ORGANISATION,
    ORGANISATIONS,
    PERSON,
    PROJECT,
    PROJECTS,
    ROWS,
    WORLD,
    basis,
    organisation,
    project,
    table,
    zipped,
)
from worlds.cordis import routes as archived

from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.errors import ContentRejected, InvalidParams, SourceChanged, SourceUnavailable
from techdiplomacy.paths import snapshot_file
from techdiplomacy.sources import cordis
from techdiplomacy.sources.cordis_rows import COLUMNS, KINDS, READ, REASONS, part_of
from techdiplomacy.sources.download import Clock, Downloads
from techdiplomacy.sources.service import Fetched

SAMPLES = ROOT.parent / "shared" / "samples" / "cordis"
CARDS = ("cordis_participations", "cordis_programme_parts", "cordis_horizon_participations")
PARTS = {
    "programme": "H2020",
    "table": "parts",
    "years": [2013, 2026],
    "parts": {"H2020-EU.1.1.": "ERC", "H2020-EU.2.1.": "LEIT"},
    "wide": ["H2020-EU.3."],
}
# enough good rows for a few broken ones to stay below the threshold
MANY = [
    organisation("600001", str(910000 + number), "DE", "participant", "1") for number in range(1000)
]


def chosen(base=ASK, **changed):
    return parse_settings(cordis.Selection, base | changed, where="a test")


def of_card(source):
    return parse_settings(cordis.Selection, load_card(source).live.ask, where=source)


def fetched(tmp_path, content, selection=None):
    return cordis.fetch(selection or chosen(), FakeKit(tmp_path, {"zip$": content}))


def with_broken(tmp_path, *rows, selection=None):
    """Return what comes of a thousand good rows and some broken ones."""
    return fetched(tmp_path, zipped([*MANY, *rows]), selection)


def test_the_rows_of_the_small_world_come_out(tmp_path):
    raw = fetched(tmp_path, zipped())
    assert sorted(raw.rows) == ROWS == WORLD.rows
    assert raw.quarantined == {}
    assert raw.facts["projects"] == 3
    assert raw.facts["members_not_read"] == ["legalBasis.csv", "webLink.csv"]


@pytest.mark.parametrize("source", CARDS)
def test_columns_and_ask_are_those_of_the_card(source):
    card = load_card(source)
    assert card.live.service == "cordis"
    selection = of_card(source)
    assert list(COLUMNS[selection.table]) == list(card.columns)


def test_roles_and_kinds_written_are_those_that_the_table_allows():
    allowed = {c.name: c.allowed for c in declared("project_participations").columns}
    assert set(of_card("cordis_participations").roles.values()) == set(allowed["role"])
    assert set(KINDS) == set(allowed["organisation_type"])


def test_parts_written_are_those_of_the_embedded_figures():
    with gzip.open(snapshot_file("cordis_programme_parts"), "rt", encoding="utf-8") as stream:
        embedded = {line.strip().split(",")[1] for line in stream} - {"programme_part"}
    assert set(of_card("cordis_programme_parts").parts.values()) == embedded


@pytest.mark.parametrize(("source", "name"), [(CARDS[0], H2020), (CARDS[2], HORIZON)])
def test_the_archive_of_the_programme_is_asked_for_as_a_file(source, name):
    (ask,) = cordis.asks(of_card(source))
    assert (ask.path, ask.kind, ask.a_file, ask.query) == (name, "zip", True, ())


def test_the_version_is_the_date_of_the_archive(tmp_path):
    class Dated(FakeKit):
        def fetch(self, ask, check=None):
            path = super().fetch(ask, check).path
            return Fetched(path, last_modified="Mon, 02 Nov 2026 06:00:00 GMT")

    raw = cordis.fetch(chosen(), Dated(tmp_path, {"zip$": zipped()}))
    assert raw.version == "Mon, 02 Nov 2026 06:00:00 GMT"


def test_european_codes_and_namibia_stay_and_can_be_translated(tmp_path):
    countries = {row[2] for row in fetched(tmp_path, zipped()).rows}
    assert countries == {"EL", "UK", "XK", "NA", "VN"}
    assert {load_countries().code(code) for code in countries} == {
        *("GRC", "GBR", "XKX", "NAM", "VNM")
    }


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_both_ends_of_lines_are_read_with_and_without_a_mark(tmp_path, end, mark):
    content = zipped(
        project=table(PROJECTS, PROJECT, end=end, mark=mark),
        organization=table(ORGANISATIONS, ORGANISATION, end=end, mark=mark),
    )
    assert sorted(fetched(tmp_path, content).rows) == ROWS


def test_columns_are_found_by_name_and_new_ones_do_no_harm(tmp_path):
    content = zipped(
        project=table(PROJECTS, ["humanValidated", *PROJECT[::-1]]),
        organization=table(ORGANISATIONS, [*ORGANISATION[::-1], "euroSciVoc"]),
    )
    assert sorted(fetched(tmp_path, content).rows) == ROWS


@pytest.mark.parametrize(
    ("member", "column"),
    [(member, column) for member in ("project.csv", "organization.csv") for column in READ[member]],
)
def test_a_missing_column_stops_and_is_named(tmp_path, member, column):
    rows, header = {
        "project.csv": (PROJECTS, PROJECT),
        "organization.csv": (ORGANISATIONS, ORGANISATION),
    }[member]
    left = [name for name in header if name != column]
    content = zipped(**{member.removesuffix(".csv"): table(rows, left)})
    with pytest.raises(SourceChanged, match=f"missing or repeated: {column}; there are") as stop:
        fetched(tmp_path, content)
    assert member in stop.value.where


def test_the_names_of_legal_bases_are_checked(tmp_path):
    content = zipped(legalBasis=table(BASES, ["projectID", "code", "title"]))
    with pytest.raises(SourceChanged, match=r"repeated: legalBasis; there are: projectID, code"):
        fetched(tmp_path, content, chosen(PARTS))


def test_the_column_of_an_early_end_may_be_missing(tmp_path):
    header = [name for name in ORGANISATION if name != "endOfParticipation"]
    raw = fetched(tmp_path, zipped(organization=table(ORGANISATIONS, header)))
    assert sorted(raw.rows) == ROWS
    assert raw.facts["left_before_the_end_and_kept"] == 0


def test_who_left_early_took_part_and_is_counted(tmp_path):
    raw = fetched(tmp_path, zipped())
    assert raw.facts["left_before_the_end_and_kept"] == 1
    assert any(row[1] == "900004" for row in raw.rows)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("528340.97", "528340.97"),
        ("960619,95", "960619.95"),
        ("1 234\u00a0567,50", "1234567.5"),
        ("1\u202f000", "1000"),
        ("0", "0"),
        ("0,00", "0"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_both_decimal_marks_are_read_and_empty_stays_empty(tmp_path, written, amount):
    row = organisation("600001", "900010", "DE", "participant", written)
    raw = with_broken(tmp_path, row)
    assert [r[-1] for r in raw.rows if r[1] == "900010"] == [amount]


BROKEN = [
    (organisation("600001", "9", "DE", "participant", "1.234,50"), "two decimal marks"),
    (organisation("600001", "9", "DE", "participant", "1,234,567"), "two decimal marks"),
    (organisation("600001", "9", "DE", "participant", PERSON), "contribution is no number from"),
    (organisation("600001", "9", "DE", "participant", "-5"), "contribution is no number from"),
    (organisation("600001", "9", "", "participant"), "unknown country"),
    (organisation("600001", "9", "ZZ", "participant"), "unknown country"),
    (organisation("600001", "9", "DE;HU", "participant"), "two countries"),
    (organisation("600001", "9", PERSON, "participant"), "country not in form"),
    (organisation("600001", "9", "de", "participant"), "country not in form"),
    (organisation("600001", "9", "DE", "hostInstitution"), "unknown role"),
    (organisation("600001", "9", "DE", PERSON), "unknown role"),
    (organisation("600001", "9", "DE", "participant", kind=""), "unknown kind"),
    (organisation("600001", "9", "DE", "participant", kind=PERSON), "unknown kind"),
    (organisation("600001", "", "DE", "participant"), "organisation number not in digits"),
    (organisation("600001", PERSON, "DE", "participant"), "organisation number not in digits"),
    (organisation(PERSON, "9", "DE", "participant"), "project id not in digits"),
    (organisation("699999", "9", "DE", "participant"), "project not listed"),
]


@pytest.mark.parametrize(("row", "reason"), BROKEN)
def test_a_broken_row_is_set_aside_with_its_reason(tmp_path, row, reason):
    raw = with_broken(tmp_path, row)
    ((found, count),) = raw.quarantined.items()
    assert found.startswith(f"organization.csv: {reason}")
    assert count == 1
    assert len(raw.rows) == raw.facts["rows_before"] - 1 == 1000


def test_every_reason_is_a_known_one():
    assert all(any(known.startswith(reason) for known in REASONS) for _, reason in BROKEN)


def test_an_unclosed_quote_shifts_rows_that_are_set_aside(tmp_path):
    good = table([*MANY, *ORGANISATIONS], ORGANISATION)
    line = good.splitlines(keepends=True)[500]
    shifted = line.replace(f'"{PERSON}"'.encode(), f'"{PERSON}" of\n"the; house"'.encode())
    raw = fetched(tmp_path, zipped(organization=good.replace(line, shifted)))
    assert raw.quarantined == {"organization.csv: wrong number of fields": 2}
    # one row became two pieces; all others are there
    assert len(raw.rows) == 1000 + 6 - 1
    assert raw.facts["rows_before"] == 1000 + 6 + 1


def test_rows_before_are_those_used_joined_and_set_aside(tmp_path):
    again = organisation("600001", "910000", "DE", "participant", "5")
    facts = with_broken(tmp_path, again, BROKEN[0][0], BROKEN[4][0]).facts
    assert (facts["rows_before"], facts["rows"]) == (1003, 1000)
    assert (facts["rows_joined_with_another"], facts["rows_set_aside"]) == (1, 2)


def test_too_many_broken_rows_stop(tmp_path):
    broken = [organisation("600001", str(n), "ZZ", "participant") for n in range(6)]
    assert with_broken(tmp_path, *broken[:5]).facts["rows_set_aside"] == 5
    with pytest.raises(
        SourceChanged, match=r"6 of 1,006 rows are broken: organization.csv: unknown country \(6\)"
    ):
        with_broken(tmp_path, *broken)


def test_too_many_shifted_projects_stop(tmp_path):
    content = zipped(MANY, [*PROJECTS, project("600004", "", "2015-01-01")])
    with pytest.raises(
        SourceChanged, match=r"project\.csv: record number .* See line 13\."
    ) as caught:
        fetched(tmp_path, content)
    assert (tmp_path / f"{H2020}.quarantine.csv").is_file()
    assert f"Look at {H2020}.quarantine.csv" in caught.value.next_step
    # no list is written beside a file of the researcher, and none is spoken of
    own = tmp_path / "own" / "file.zip"
    own.parent.mkdir()
    own.write_bytes(content)
    with pytest.raises(SourceChanged, match=r"See line 13\.") as caught:
        cordis.read(chosen(), own)
    assert caught.value.next_step.startswith("Look at these lines;")
    assert [path.name for path in own.parent.iterdir()] == ["file.zip"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (project("700000", "x1", "2015-01-01"), "record number not in digits"),
        (project("700000", "200000", "01/04/2015"), "start date not in form"),
        (project("700000", "200000", "1999-01-01"), "start outside the years asked for"),
        (project("600001", "200000", "2015-01-01"), "project listed twice"),
        (project("H-700000", "200000", "2015-01-01"), "project id not in digits"),
    ],
)
def test_a_broken_project_is_set_aside(tmp_path, row, reason):
    many = [project(str(610000 + n), str(210000 + n), "2016-05-01") for n in range(1000)]
    raw = fetched(tmp_path, zipped(ORGANISATIONS, [*PROJECTS, *many, row]))
    assert raw.quarantined == {f"project.csv: {reason}": 1}
    assert sorted(raw.rows) == ROWS


@pytest.mark.parametrize("turn", [1, -1])
def test_an_organisation_that_comes_twice_keeps_its_stronger_role(tmp_path, turn):
    twice = [
        organisation("600003", "900007", "AT", "coordinator", "10.5", "REC"),
        organisation("600003", "900007", "DE", "thirdParty", "2,25", "PRC"),
        organisation("600003", "900008", "AT", "participant", ""),
        organisation("600003", "900008", "AT", "participant", ""),
    ]
    raw = fetched(tmp_path, zipped([*ORGANISATIONS, *twice[::turn]]))
    found = {row[1]: row[2:] for row in raw.rows if row[0] == "190003"}
    assert found["900007"] == ("AT", "coordinator", "REC", "", "12.75")
    assert found["900008"] == ("AT", "participant", "HES", "", "")
    assert raw.facts["rows_joined_with_another"] == 2
    assert raw.facts["joined_of_two_countries"] == 1


def test_every_role_is_written_as_the_card_says(tmp_path):
    selection = of_card("cordis_participations")
    rows = [
        organisation("600001", str(n), "DE", role, "0") for n, role in enumerate(selection.roles, 1)
    ]
    raw = fetched(tmp_path, zipped(rows), selection)
    assert [row[3] for row in raw.rows] == ["coordinator", "participant"] + 4 * ["partner"]
    assert raw.facts["rows_by_role_in_cordis"] == dict.fromkeys(sorted(selection.roles), 1)
    assert raw.facts["empty"] == []


def test_a_role_without_rows_is_listed(tmp_path):
    raw = fetched(tmp_path, zipped(ORGANISATIONS[:2]))
    assert raw.facts["empty"] == ["thirdParty"]


def test_horizon_keeps_its_roles_and_may_have_no_kind(tmp_path):
    rows = [
        organisation("600001", "900001", "VN", "associatedPartner", "", kind=""),
        organisation("600001", "900002", "EL", "coordinator", "5"),
    ]
    projects = [project("600001", "290001", "2022-01-01")]
    raw = fetched(tmp_path, zipped(rows, projects), of_card("cordis_horizon_participations"))
    assert sorted(raw.rows) == [
        ("290001", "900001", "VN", "associatedPartner", "", "2022", ""),
        ("290001", "900002", "EL", "coordinator", "HES", "2022", "5"),
    ]


def test_a_person_leaves_no_trace_outside_the_archive(tmp_path, caplog):
    kit = FakeKit(tmp_path, {"zip$": zipped([*MANY, *(row for row, _ in BROKEN[:5])])})
    raw = cordis.fetch(chosen(), kit)
    assert PERSON not in repr(raw)
    assert PERSON not in " ".join(kit.said) + caplog.text
    for path in tmp_path.iterdir():
        assert path.name.endswith(".zip") or PERSON.encode() not in path.read_bytes()
    listed = (tmp_path / f"{H2020}.quarantine.csv").read_text()
    assert listed.splitlines()[:2] == [
        "line,record,reason",
        "1002,600001,organization.csv: two decimal marks",
    ]


def test_the_kit_keeps_the_archive_and_the_list_and_no_word_of_a_person(tmp_path, monkeypatch):
    folder, said = tmp_path / "cordis_participations", []
    ticks = itertools.count(10**9)
    clock = Clock(
        now=lambda: next(ticks), monotonic=lambda: next(ticks), sleep=lambda seconds: None
    )
    with Loopback(archived(zipped([*MANY, BROKEN[0][0]]))) as server:
        monkeypatch.setenv(cordis.SERVICE.variable, server.url)
        kit = Downloads(
            *("cordis_participations", cordis.SERVICE, folder),
            selection="small",
            refresh=False,
            clock=clock,
            announce=said.append,
        )
        with kit:
            raw = cordis.fetch(chosen(), kit)
            kit.finish()
    assert raw.version == "Mon, 02 Nov 2026 06:00:00 GMT"
    assert len(raw.rows) == 1000
    kept = {path.name for path in folder.iterdir()}
    assert {H2020, f"{H2020}.quarantine.csv", f"{H2020}.meta.json"} <= kept
    assert PERSON not in " ".join(said)
    for path in folder.iterdir():
        assert path.name == H2020 or PERSON.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        zipped([row for row, _ in BROKEN]),
        zipped(organization=table(ORGANISATIONS, [*ORGANISATION[:19], *ORGANISATION[20:]])),
        zipped(organization=table(ORGANISATIONS, ORGANISATION).split(b"\n", 1)[1]),
        zipped(organization=table(ORGANISATIONS, ORGANISATION).replace(b"Road", b"R\xffad")),
        zipped(organization=table(ORGANISATIONS, ORGANISATION) + b'"' + b"x" * 140_000),
    ],
    ids=["too many", "a column gone", "no header", "no UTF-8", "endless cell"],
)
def test_a_person_is_in_no_error(tmp_path, content):
    with pytest.raises((SourceChanged, ContentRejected)) as stop:
        fetched(tmp_path, content)
    assert PERSON not in str(stop.value)
    # what a reader of a file broke over holds a piece of the file: it is not passed on
    assert stop.value.__cause__ is None
    assert stop.value.__context__ is None or stop.value.__suppress_context__


def test_only_these_columns_are_ever_read_into_a_row():
    assert {
        "project.csv": ("id", "rcn", "startDate"),
        "organization.csv": (
            *("projectID", "organisationID", "country", "role", "activityType", "ecContribution"),
        ),
        "legalBasis.csv": ("projectID", "legalBasis"),
    } == READ


def test_parts_come_from_the_beginnings_of_legal_bases(tmp_path):
    again = basis("600001", "H2020-EU.1.1")
    raw = fetched(tmp_path, zipped(bases=[*BASES, again]), chosen(PARTS))
    assert sorted(raw.rows) == [("190001", "ERC"), ("190002", "LEIT")]
    assert raw.columns == ("rcn", "programme_part")
    assert raw.facts["rows_of_no_single_part"] == 1
    assert raw.facts["rows_of_the_same_part"] == 1
    assert raw.facts["projects_without_part"] == 1
    assert raw.facts["members_not_read"] == ["organization.csv", "webLink.csv"]


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("H2020-EU.1.1.", "ERC"),
        ("H2020-EU.1.2.3.", "FET"),
        ("H2020-EU.1.3.2", "MSCA"),
        ("H2020-EU.1.4.1.2.", "RI"),
        ("H2020-EU.2.1.1.", "LEIT"),
        ("H2020-EU.2.2.", "ARF"),
        ("H2020-EU.2.3.1.", "Innovation in SMEs"),
        ("H2020-EU.3.1.7.", "SC1"),
        ("H2020-EU.3.7.", "SC7"),
        ("H2020-EU.4.b.", "SEWP"),
        ("H2020-EU.5.a.", "SWAFS"),
        ("H2020-Euratom-1.3.", "Euratom"),
        ("H2020-EURATOM", "Euratom"),
        ("H2020-EU.1.", None),
        ("H2020-EU.1.10.", None),
        ("H2020-EU.10.", None),
        ("", None),
    ],
)
def test_legal_bases_lead_to_the_parts_of_the_card(code, part):
    assert part_of(code, of_card("cordis_programme_parts").parts) == part


def test_more_than_one_unknown_legal_basis_in_a_hundred_stops(tmp_path):
    good = [basis("600001", "H2020-EU.1.1.") for _ in range(198)]
    strange = [basis("600002", "H2020-EU.9.9."), basis("600002", PERSON)]
    raw = fetched(tmp_path, zipped(bases=[*good, *strange]), chosen(PARTS))
    assert raw.facts["legal_bases_unknown"] == {"(no code)": 1, "H2020-EU.9.9.": 1}
    more = [*good, *strange, basis("600003", "H2020-EU.9.9.")]
    with pytest.raises(SourceChanged, match=r"3 of 201 legal bases .*H2020-EU.9.9. \(2\)") as stop:
        fetched(tmp_path, zipped(bases=more), chosen(PARTS))
    assert PERSON not in str(stop.value)


def test_a_legal_basis_of_no_project_is_set_aside(tmp_path):
    good = [basis("600001", "H2020-EU.1.1.") for _ in range(300)]
    raw = fetched(tmp_path, zipped(bases=[*good, basis("1", "H2020-EU.1.1.")]), chosen(PARTS))
    assert raw.quarantined == {"legalBasis.csv: project not listed": 1}


def test_a_member_that_is_not_expected_is_not_opened_but_named(tmp_path):
    raw = fetched(tmp_path, zipped(persons=PERSON.encode()))
    assert "persons.csv" in raw.facts["members_not_read"]
    assert sorted(raw.rows) == ROWS


def test_a_member_that_reaches_out_of_the_archive_is_refused(tmp_path):
    with pytest.raises(ContentRejected, match="reaches out of its folder"):
        fetched(tmp_path, zipped(**{"../outside": b"x"}))


def test_a_missing_member_is_named(tmp_path):
    selection = chosen(PARTS)
    content = zipped().replace(b"legalBasis.csv", b"legalbases.csv")
    with pytest.raises(SourceChanged, match=r"lacks legalBasis\.csv"):
        fetched(tmp_path, content, selection)


@pytest.mark.parametrize("content", [b"<html>busy</html>", zipped()[:-30], zipped(project=b"")])
def test_what_is_no_whole_archive_is_refused(tmp_path, content):
    with pytest.raises(ContentRejected):
        fetched(tmp_path, content)


def test_a_flipped_byte_inside_a_member_is_seen(tmp_path):
    content = bytearray(zipped())
    content[200] ^= 0xFF
    with pytest.raises(ContentRejected, match="broken"):
        fetched(tmp_path, bytes(content))


def test_an_archive_without_rows_gives_none(tmp_path):
    assert fetched(tmp_path, zipped([], [])).rows == []


def test_an_archive_on_disk_gives_the_same_rows_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / "old.zip"
    path.write_bytes(zipped([*MANY, BROKEN[0][0]]))
    assert len(cordis.read(chosen(), path).rows) == 1000
    assert [entry.name for entry in tmp_path.iterdir()] == ["old.zip"]


def test_asking_what_is_newest_asks_nothing(tmp_path):
    kit = FakeKit(tmp_path, {})
    assert cordis.newest(chosen(), kit) == ""
    assert kit.asked == []


@pytest.mark.parametrize(
    ("base", "change", "words"),
    [
        (ASK, {"file": HORIZON}, "Unknown key 'file'"),
        (ASK, {"roles": {}}, "need roles"),
        (PARTS, {"roles": {"a": "b"}}, "need roles"),
        (ASK, {"parts": {"a": "b"}}, "need the legal bases"),
        (PARTS, {"parts": {}}, "need the legal bases"),
        (ASK, {"programme": "FP7"}, "programme"),
        (ASK, {"names": True}, "Unknown key 'names'"),
    ],
)
def test_an_ask_of_another_form_is_refused(base, change, words):
    with pytest.raises(InvalidParams, match=words):
        chosen(base, **change)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not on this machine")
@pytest.mark.parametrize(("sample", "source"), [("H2020", CARDS[0]), ("HORIZON", CARDS[2])])
def test_real_rows_are_read(tmp_path, sample, source):
    content = (SAMPLES / f"organization.{sample}.csv").read_bytes()
    numbers = {line.split(b'"')[1].decode() for line in content.splitlines()[1:]}
    projects = [project(n, f"1{n}", "2021-01-01") for n in sorted(numbers)]
    raw = fetched(tmp_path, zipped((), projects, organization=content), of_card(source))
    assert raw.quarantined == {}
    assert len(raw.rows) == len(content.splitlines()) - 1
    if sample == "H2020":
        assert {"EL", "UK", "XK", "HK", "GH"} <= {row[2] for row in raw.rows}
        assert {row[3] for row in raw.rows} == {"coordinator", "participant", "partner"}


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (None, SourceUnavailable, "is a folder"),
        (b"", SourceUnavailable, "is empty"),
        (b"no archive", ContentRejected, "zip file is broken"),
    ],
)
def test_what_is_no_archive_is_named(tmp_path, content, error, words):
    path = tmp_path / "own.zip"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(error, match=words):
        cordis.read(chosen(), path)
