"""The OECD's service: how it is asked, what its answers must look like, what comes of them.

All values are invented.
"""

import csv
import io
import json
import re
from urllib.parse import unquote

import pytest
from fake_kit import FakeKit
from loopback import Answer, Loopback, Route
from worlds.oecd import (
    ASK,
    AVAILABILITY,
    DIMENSIONS,
    FIGURES,
    FLOW,
    HEADER,
    ROWS,
    VERSION,
    WORLD,
    answer,
)

from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import (
    ContentRejected,
    InvalidParams,
    NotFound,
    QueryTooLarge,
    QuotaExhausted,
    SourceChanged,
    SourceUnavailable,
)
from techdiplomacy.paths import project_root
from techdiplomacy.sources import oecd, oecd_answers
from techdiplomacy.sources.download import Clock, Downloads
from techdiplomacy.sources.oecd_answers import read_answer

SAMPLES = project_root().parent / "shared" / "samples"
with_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="no samples of the services here")
CARDS = [
    *("oecd_patent_fields", "oecd_patent_technologies", "oecd_coinventions"),
    *("oecd_coauthorship", "oecd_rd_personnel", "oecd_msti", "oecd_researchers"),
]


def selected(**changes):
    return parse_settings(oecd.Selection, ASK | changes, where="the test")


def selection_of(source):
    return parse_settings(oecd.Selection, load_card(source).live.ask, where=source)


def kit(tmp_path, figures=None, availability=None):
    answers = {"availability": availability, r"\.csv": figures}
    usual = {"availability": AVAILABILITY.encode(), r"\.csv": answer().encode()}
    return FakeKit(
        tmp_path,
        {name: usual[name] if given is None else given for name, given in answers.items()},
    )


def read_text(tmp_path, text, selection=None, **more):
    path = tmp_path / "answer.csv"
    path.write_text(text, encoding="utf-8")
    return read_answer(selection or selected(), path, [2019, 2020], **more)


def not_found(body):
    return NotFound("nothing there", where="a host", next_step="look elsewhere", body=body)


def too_large():
    return QueryTooLarge("too large", where="a host", next_step="narrow it")


# -- asking -------------------------------------------------------------------------------------


def test_figures_are_asked_for_by_key_version_and_period():
    ask, left_open = oecd.data_ask(selected(), [2019, 2020])
    assert ask.path == (
        "data/OECD.STI.PIE,DSD_PATENTS@DF_PATENTS_WIPO,1.0/"
        "9P50_3.A.PF.PATN_FM.PRIORITY.._Z.INVENTOR._Z.WIPO_06+WIPO_08._Z"
    )
    assert list(ask.query) == [
        ("startPeriod", "2019"),
        ("endPeriod", "2020"),
        ("dimensionAtObservation", "AllDimensions"),
        ("format", "csvfile"),
    ]
    assert (ask.kind, ask.pace, ask.a_file, left_open) == ("csv", None, False, [])


def test_availability_does_not_count_among_the_questions_for_figures():
    ask = oecd.availability_ask(selected())
    assert ask.path == "contentconstraint/OECD.STI.PIE/CR_A_DSD_PATENTS@DF_PATENTS_WIPO/"
    assert ask.pace.name != oecd.SERVICE.pace.name
    assert ask.pace.questions is None
    assert (oecd.SERVICE.pace.seconds, oecd.SERVICE.pace.questions) == (61.0, 40)


def test_of_a_long_address_the_longest_list_is_left_open_and_chosen_here(tmp_path):
    fields = ["WIPO_06", "WIPO_08"] + [f"MADE_UP_FIELD_{n:03}" for n in range(80)]
    wide = selected(key=[*ASK["key"][:9], fields, ["_Z"]])
    ask, left_open = oecd.data_ask(wide, wide.years)
    assert left_open == ["WIPO"]
    assert "INVENTOR._Z.._Z" in ask.path
    assert "PATN_FM" in ask.path
    assert len(oecd.SERVICE.base_url) + len(ask.path) < oecd.LONGEST_ADDRESS
    other = ("KOR", "WIPO_01", "2019", "5", "A", "0")
    raw = oecd.fetch(wide, kit(tmp_path, answer([*FIGURES, other]).encode()))
    assert sorted(raw.rows) == ROWS
    assert raw.facts["chosen_here"] == ["WIPO"]
    assert raw.facts["rows_not_asked_for"] == 1


@pytest.mark.parametrize("source", CARDS)
def test_each_card_asks_what_fits_its_columns(source):
    card, selection = load_card(source), selection_of(source)
    assert card.live.service == "oecd"
    assert list(selection.columns.values()) == list(card.columns)
    assert card.coverage.years == selection.years or card.embedded
    ask, left_open = oecd.data_ask(selection, selection.years)
    assert left_open == selection.filter_here
    assert ask.path.count(".") - selection.agency.count(".") - selection.version.count(".") == (
        len(selection.dimensions) - 1
    )


@with_samples
@pytest.mark.parametrize("source", CARDS)
def test_each_card_keeps_to_the_published_structure(source):
    selection = selection_of(source)
    published = json.loads((SAMPLES / "oecd_structures_extract.json").read_text())[selection.flow]
    assert published["dataflow"]["agency_id"] == selection.agency
    assert published["dataflow"]["version"] == selection.version
    order = [dimension["id"] for dimension in published["dimensions"]["dimensions"]]
    assert selection.dimensions == order
    allowed = published["constraints"]
    for name, codes in selection.asked().items():
        assert set(codes) <= set(allowed[name]), name
    areas = {code for name in selection.areas() for code in allowed[name]}
    areas -= set(selection.aggregates)
    countries = {code for code in areas if not code.endswith("_F")}
    if not load_card(source).embedded:
        assert load_card(source).coverage.economies == len(countries)
    assert 0.75 * len(countries) <= selection.areas_at_least <= len(countries) or (
        selection.asked().get("REF_AREA")
    )
    # what is left out are groups, never a country
    assert all(not re.fullmatch("[A-Z]{3}", code) or code == "WXD" for code in selection.aggregates)


def test_all_fields_and_no_total_are_asked_for():
    assert selection_of("oecd_patent_fields").asked()["WIPO"] == [
        f"WIPO_{number:02}" for number in range(1, 36)
    ]
    technologies = selection_of("oecd_patent_technologies").asked()["OECD_TECHNOLOGY_PATENT"]
    assert len(technologies) == 13
    assert not {"_T", "TOTAL_EST"} & set(technologies)


def test_figures_from_scopus_may_not_be_passed_on():
    licence = load_card("oecd_coauthorship").licence
    assert (licence.share, licence.commercial, licence.adapt) == (
        "forbidden",
        "forbidden",
        "allowed",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": ASK["key"][:-1]}, "key has 10 positions, dimensions has 11"),
        ({"columns": {"AREA": "x", "OBS_VALUE": "y"}}, "no dimension of this flow: AREA"),
        ({"columns": {"TIME_PERIOD": "year"}}, "columns must name TIME_PERIOD and OBS_VALUE"),
        ({"columns": {"OBS_VALUE": "value"}}, "columns must name TIME_PERIOD and OBS_VALUE"),
        ({"years": [2020, 2019]}, "the first comes after the last"),
        ({"pair": ["REF_AREA", "PARTNER_AREA"]}, "pair names two dimensions that are columns"),
        ({"version": "latest"}, "version"),
        ({"agregates": ["W"]}, "Did you mean 'aggregates'"),
        ({"version": 1.0}, "version"),
    ],
)
def test_a_question_that_does_not_fit_is_refused(changes, words):
    with pytest.raises(InvalidParams, match=words):
        selected(**changes)


# -- availability -------------------------------------------------------------------------------


def test_the_state_of_a_flow_is_its_date_and_its_number_of_observations(tmp_path):
    asking = kit(tmp_path)
    assert oecd.newest(selected(), asking) == VERSION
    assert [ask.kind for ask in asking.asked] == ["xml"]


def test_a_state_without_a_number_says_so(tmp_path):
    message = AVAILABILITY.replace("obs_count", "something_else").encode()
    newest = oecd.newest(selected(), kit(tmp_path, availability=message))
    assert newest == "2026-03-05T10:11:12Z, no number of observations"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('version="1.0" agencyID', 'version="1.1" agencyID', r"DF_PATENTS_WIPO\(1.1\)"),
        ('agencyID="OECD.STI.PIE" class', 'agencyID="OECD.STI" class', "OECD.STI:DSD"),
        ("<Ref ", "<Reference ", "names no flow"),
        (' validFrom="2026-03-05T10:11:12Z"', "", "was to give a date"),
    ],
)
def test_another_flow_or_version_stops_before_figures_are_asked_for(tmp_path, old, new, found):
    message = AVAILABILITY.replace(old, new)
    assert message != AVAILABILITY
    asking = kit(tmp_path, availability=message.encode())
    with pytest.raises(SourceChanged, match=found) as caught:
        oecd.fetch(selected(), asking)
    assert "live.ask" in caught.value.next_step
    assert len(asking.asked) == 1


@pytest.mark.parametrize(
    "message",
    [
        b"<a><b></a>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"",
    ],
)
def test_a_message_that_is_no_safe_xml_is_refused(tmp_path, message):
    with pytest.raises(ContentRejected):
        oecd.newest(selected(), kit(tmp_path, availability=message))


def test_a_message_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(oecd, "LARGEST_MESSAGE", 100)
    with pytest.raises(ContentRejected, match="too large"):
        oecd.newest(selected(), kit(tmp_path))


def test_a_flow_that_is_gone_is_named(tmp_path):
    asking = kit(tmp_path, availability=not_found("Could not find requested structures"))
    with pytest.raises(NotFound, match="knows no flow DSD_PATENTS@DF_PATENTS_WIPO") as caught:
        oecd.fetch(selected(), asking)
    assert caught.value.body.startswith("Could not find")


@with_samples
def test_the_message_of_the_service_can_be_read():
    debt = selected(agency="OECD.DAF", flow="DSD_DEBT_TRANS_COLL@DF_MICRO")
    path = SAMPLES / "oecd" / "actualconstraint_DSD_DEBT_TRANS_COLL.xml"
    assert oecd.read_availability(debt, path) == "2023-10-16T14:33:16.13Z, 48 observations"
    with pytest.raises(SourceChanged, match=r"DF_MICRO\(1.0\)"):
        oecd.read_availability(selected(), path)


# -- columns ------------------------------------------------------------------------------------


def test_the_order_of_columns_does_not_matter(tmp_path):
    table = list(csv.reader(io.StringIO(answer())))
    turned = "\n".join(",".join([row[0], *reversed(row[1:])]) for row in table) + "\n"
    assert sorted(read_text(tmp_path, turned).rows) == ROWS


def labelled(*, area="Namibia"):
    names = [name for name in HEADER if name != "DATAFLOW"]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(
        ["STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION"]
        + [cell for name in names for cell in (name, "SEX" if name == "FREQ" else name.title())]
    )
    for row in list(csv.reader(io.StringIO(answer())))[1:]:
        pairs = [cell for code in row[1:] for cell in (code, area if code == "NAM" else "label")]
        write(["DATAFLOW", row[0], "Patents, by field", "I", *pairs])
    return out.getvalue()


@pytest.mark.parametrize(
    "label", ['China (People\'s "Republic" of), mainland', "China (People’s Republic of)", "KOR"]
)
def test_labels_beside_the_codes_are_passed_over(tmp_path, label):
    assert sorted(read_text(tmp_path, labelled(area=label)).rows) == ROWS


def test_a_byte_order_mark_and_dos_lines_do_no_harm(tmp_path):
    assert sorted(read_text(tmp_path, "\ufeff" + answer().replace("\n", "\r\n")).rows) == ROWS


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (["AREA" if n == "REF_AREA" else n for n in HEADER], "missing REF_AREA; unexpected AREA"),
        (["SEX" if n == "DECIMALS" else n for n in HEADER], "missing none; unexpected SEX"),
        (["FREQ" if n == "DECIMALS" else n for n in HEADER], "twice FREQ"),
        (["FLOW" if n == "DATAFLOW" else n for n in HEADER], "missing DATAFLOW"),
        (["PERIOD" if n == "TIME_PERIOD" else n for n in HEADER], "missing TIME_PERIOD"),
    ],
)
def test_a_column_too_few_or_too_many_stops(tmp_path, header, words):
    with pytest.raises(SourceChanged, match=words):
        read_text(tmp_path, answer(header=header))


@with_samples
@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("csvfile.CLI_QNA_headers.csv", None),
        ("csvfilewithlabels.DF_PATENTS_header.STRUCTURE.csv", "oecd_patent_technologies"),
    ],
)
def test_headers_of_the_service_can_be_read(name, source, tmp_path):
    path = SAMPLES / "oecd" / name
    if source is None:
        leading = selected(
            agency="OECD.SDD.STES",
            flow="DSD_STES@DF_CLI",
            version="4.1",
            dimensions=[
                *("REF_AREA", "FREQ", "MEASURE", "UNIT_MEASURE", "ACTIVITY", "ADJUSTMENT"),
                *("TRANSFORMATION", "TIME_HORIZ", "METHODOLOGY"),
            ],
            key=[[], ["M"], [], [], [], [], [], [], []],
            aggregates=["G20"],
            columns={"REF_AREA": "area", "TIME_PERIOD": "month", "OBS_VALUE": "index"},
        )
        with pytest.raises(ContentRejected, match="'2025-01' is not a year"):
            read_answer(leading, path, [2025, 2025])
        yearly = tmp_path / name
        yearly.write_text(path.read_text().replace("2025-01", "2025"))
        assert read_answer(leading, yearly, [2025, 2025]).rows == [("USA", "2025", "100.2")]
    else:
        selection = selection_of(source)
        assert selection.dimensions == DIMENSIONS
        # the one row is of applications, the card wants families
        with pytest.raises(ContentRejected, match="PATENT_AUTHORITIES 9P50_1"):
            read_answer(selection, path, selection.years)
        part = read_answer(selection, path, selection.years, left_open=DIMENSIONS)
        assert dict(part.counts) == {"not_asked_for": 1}


# -- rows ---------------------------------------------------------------------------------------


def test_figures_come_in_units_without_aggregates_and_empty_cells(tmp_path):
    raw = oecd.fetch(selected(), kit(tmp_path))
    assert list(raw.columns) == ["ref_area", "wipo", "year", "families"]
    assert sorted(raw.rows) == WORLD.rows == ROWS
    assert raw.version == VERSION
    assert raw.facts == {
        "empty": [],
        "aggregates_left_out": 2,
        "without_value": {"M": 1},
    }


def test_the_row_of_namibia_survives(tmp_path):
    part = read_text(tmp_path, answer([("NA", *FIGURES[2][1:]), FIGURES[2]]))
    assert [row[0] for row in part.rows] == ["NA", "NAM"]


@pytest.mark.parametrize("status", ["A", "", "E"])
def test_an_empty_value_needs_a_letter_that_says_why(tmp_path, status):
    with pytest.raises(ContentRejected, match="does not say why"):
        read_text(tmp_path, answer([("KOR", "WIPO_06", "2019", "", status, "0")]))


@pytest.mark.parametrize("status", ["M", "L", "K"])
@pytest.mark.parametrize("value", ["", "NaN"])
def test_an_empty_value_with_its_letter_is_counted(tmp_path, status, value):
    part = read_text(tmp_path, answer([("KOR", "WIPO_06", "2019", value, status, "0")]))
    assert (part.rows, dict(part.missing)) == ([], {status: 1})


@pytest.mark.parametrize("value", ["..", "1,5", "n/a", "-", "1 000", "inf"])
def test_a_value_that_is_no_number_is_refused(tmp_path, value):
    with pytest.raises(ContentRejected, match="is not a number"):
        oecd_answers.in_units(value, "0", "the test")


@pytest.mark.parametrize(
    ("value", "multiplier", "shown"),
    [
        ("471400", "0", "471400"),
        ("1223756.40", "", "1223756.4"),
        ("1.5", "6", "1500000"),
        ("250", "-2", "2.5"),
        ("1.2E+3", "0", "1200"),
        ("1E-7", "0", "0.0000001"),
        ("100", "0", "100"),
        ("-0.0", "0", "0"),
    ],
)
def test_values_are_plain_numbers_in_units(value, multiplier, shown):
    assert oecd_answers.in_units(value, multiplier, "the test") == shown


@pytest.mark.parametrize("multiplier", ["9999", "16", "units", "1.5"])
def test_a_multiplier_without_a_meaning_stops(multiplier):
    with pytest.raises(SourceChanged, match=multiplier):
        oecd_answers.in_units("1", multiplier, "the test")


def test_rows_of_another_version_stop(tmp_path):
    with pytest.raises(SourceChanged, match=r"DF_PATENTS_WIPO\(1.1\)"):
        read_text(tmp_path, answer(flow=FLOW.replace("1.0", "1.1")))


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (("KOR", "WIPO_01", "2019", "1", "A", "0"), "WIPO WIPO_01"),
        (("KOR", "WIPO_06", "2018", "1", "A", "0"), "TIME_PERIOD 2018"),
        (("KOR", "WIPO_06", "2021", "1", "A", "0"), "TIME_PERIOD 2021"),
        (("KOR", "WIPO_06", "2019-Q1", "1", "A", "0"), "'2019-Q1' is not a year"),
    ],
)
def test_rows_outside_the_question_are_refused(tmp_path, figure, words):
    with pytest.raises(ContentRejected, match=words):
        oecd.fetch(selected(), kit(tmp_path, answer([*FIGURES, figure]).encode()))


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (answer() + "OECD,KOR\n", "2 cells under 17 columns"),
        (answer() + '"OECD', "no CSV"),
        (answer() + '"OE"CD,', "no CSV"),
    ],
)
def test_broken_rows_are_refused(tmp_path, spoilt, words):
    with pytest.raises(ContentRejected, match=words):
        read_text(tmp_path, spoilt)


def test_text_that_is_not_utf8_is_refused(tmp_path):
    with pytest.raises(ContentRejected, match="no CSV text"):
        oecd.fetch(selected(), kit(tmp_path, answer().encode() + b"\xff\xfe\n"))


def test_a_figure_that_is_given_twice_stops(tmp_path):
    text = answer([*FIGURES, ("KOR", "WIPO_06", "2019", "5", "A", "0")])
    with pytest.raises(SourceChanged, match="more than once, for example KOR WIPO_06 2019"):
        oecd.fetch(selected(), kit(tmp_path, text.encode()))


def test_a_dimension_that_no_column_shows_must_not_vary(tmp_path):
    open_role = selected(key=[*ASK["key"][:7], [], *ASK["key"][8:]])
    text = answer().replace("INVENTOR", "APPLICANT", 1)
    with pytest.raises(SourceChanged, match=r"AGENT_ROLE was to have one code.*APPLICANT, INV"):
        oecd.fetch(open_role, kit(tmp_path, text.encode()))


def test_what_is_asked_openly_is_chosen_here(tmp_path):
    choosy = selected(filter_here=["AGENT_ROLE"])
    text = answer().replace("INVENTOR", "APPLICANT", 1)
    raw = oecd.fetch(choosy, kit(tmp_path, text.encode()))
    assert sorted(raw.rows) == ROWS[1:]
    assert raw.facts["rows_not_asked_for"] == 1


def test_codes_without_rows_are_listed(tmp_path):
    raw = oecd.fetch(
        selected(key=[*ASK["key"][:9], ["WIPO_06", "WIPO_08", "WIPO_35"], ["_Z"]]), kit(tmp_path)
    )
    assert raw.facts["empty"] == ["WIPO WIPO_35"]


def test_too_few_areas_stop(tmp_path):
    with pytest.raises(SourceChanged, match="At least 5 areas were to have figures, 4 have"):
        oecd.fetch(selected(areas_at_least=5), kit(tmp_path))


# -- letters ------------------------------------------------------------------------------------


def personnel(*figures):
    """An answer of the flow on personnel: area, year, value, letters, auxiliary letters."""
    selection = selection_of("oecd_rd_personnel")
    codes = [codes[0] if codes else "" for codes in selection.key]
    header = ["DATAFLOW", *selection.dimensions, "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"]
    header += ["OBS_STATUS_2", "OBS_STATUS_3", "AUX_OBS_STATUS", "CONF_STATUS", "UNIT_MULT"]
    lines = [",".join(header)]
    for area, year, value, letters, auxiliary in figures:
        three = [*letters, "", "", ""][:3]
        cells = [selection.named(), area, *codes[1:], year, value, *three, auxiliary, "F", "0"]
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def test_letters_of_several_columns_stand_together(tmp_path):
    text = personnel(
        ("CHN", "1991", "471400", "D", "M2"),
        ("CHN", "2000", "695062", "BD", ""),
        ("NAM", "2000", "12", "A", ""),
        ("DEU", "1982", "", "M", ""),
        ("USA", "1985", "700", "BE", "S2"),
        ("USA", "1986", "710", "I", ""),
    )
    narrow = selection_of("oecd_rd_personnel").model_copy(update={"areas_at_least": 1})
    path = tmp_path / "answer.csv"
    path.write_text(text)
    raw = oecd_answers.assemble(narrow, [read_answer(narrow, path, narrow.years)], version="x")
    assert list(raw.columns) == list(load_card("oecd_researchers").columns)
    assert sorted(raw.rows) == [
        ("CHN", "1991", "471400", "Dm"),
        ("CHN", "2000", "695062", "BD"),
        ("NAM", "2000", "12", ""),
        ("USA", "1985", "700", "BE"),
        ("USA", "1986", "710", "I"),
    ]
    assert raw.facts["status"] == {"": 1, "BD": 1, "BE": 1, "Dm": 1, "I": 1}
    assert raw.facts["status_unlike_embedded"] == ["I"]
    assert raw.facts["auxiliary_status_left_out"] == {"S2": 1}
    assert raw.facts["breaks"] == ["CHN 2000", "USA 1985"]
    assert raw.facts["without_value"] == {"M": 1}


def test_the_same_letter_twice_is_one(tmp_path):
    path = tmp_path / "answer.csv"
    path.write_text(personnel(("CHN", "2000", "1", "DD", "")))
    part = read_answer(selection_of("oecd_rd_personnel"), path, [1981, 2025])
    assert part.rows == [("CHN", "2000", "1", "D")]


# -- pairs --------------------------------------------------------------------------------------

PAIRED = {
    "agency": "OECD.STI.STP",
    "flow": "DSD_BIBLIO@DF_BIBLIO_COLLAB",
    "version": "1.1",
    "dimensions": ["REF_AREA", "MEASURE", "UNIT_MEASURE", "ASJC", "COUNTERPART_AREA"],
    "key": [[], ["COLLAB"], ["PBL_SC"], ["_Z"], []],
    "columns": {
        "REF_AREA": "ref_area",
        "COUNTERPART_AREA": "counterpart_area",
        "TIME_PERIOD": "year",
        "OBS_VALUE": "publications",
    },
    "pair": ["REF_AREA", "COUNTERPART_AREA"],
    "aggregates": ["EU27_2020"],
    "areas_at_least": 2,
}


def paired(*figures):
    header = ["DATAFLOW", *PAIRED["dimensions"], "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"]
    flow = "OECD.STI.STP:DSD_BIBLIO@DF_BIBLIO_COLLAB(1.1)"
    lines = [",".join(header)]
    for one, other, year, value in figures:
        lines.append(f"{flow},{one},COLLAB,PBL_SC,_Z,{other},{year},{value},A")
    return ("\n".join(lines) + "\n").encode()


def pair_kit(tmp_path, *figures):
    message = AVAILABILITY.replace("OECD.STI.PIE", "OECD.STI.STP").replace(
        'id="DSD_PATENTS@DF_PATENTS_WIPO" version="1.0"',
        'id="DSD_BIBLIO@DF_BIBLIO_COLLAB" version="1.1"',
    )
    return kit(tmp_path, paired(*figures), message.encode())


def test_a_pair_is_kept_once_and_its_directions_are_compared(tmp_path):
    raw = oecd.fetch(
        selected(**PAIRED),
        pair_kit(
            tmp_path,
            ("VNM", "KOR", "2019", "120"),
            ("KOR", "VNM", "2019", "120"),
            ("VNM", "NAM", "2019", "9"),
            ("NAM", "VNM", "2019", "10"),
            ("USA", "CHN", "2020", "15"),
            ("VNM", "VNM", "2020", "500"),
            ("EU27_2020", "VNM", "2020", "700"),
        ),
    )
    assert sorted(raw.rows) == [
        ("CHN", "USA", "2020", "15"),
        ("KOR", "VNM", "2019", "120"),
        ("NAM", "VNM", "2019", "10"),
    ]
    assert raw.facts["pairs"] == {
        "both_directions": 2,
        "directions_differ": 1,
        "one_direction": 1,
        "with_itself": 1,
    }
    assert raw.facts["aggregates_left_out"] == 1


def test_a_larger_figure_is_found_by_number_not_by_letter(tmp_path):
    raw = oecd.fetch(
        selected(**PAIRED),
        pair_kit(tmp_path, ("KOR", "VNM", "2019", "99"), ("VNM", "KOR", "2019", "100")),
    )
    assert raw.rows == [("KOR", "VNM", "2019", "100")]


def test_an_absent_pair_stays_absent(tmp_path):
    raw = oecd.fetch(selected(**PAIRED), pair_kit(tmp_path, ("KOR", "VNM", "2019", "99")))
    assert len(raw.rows) == 1


def test_the_same_direction_twice_stops(tmp_path):
    twice = pair_kit(tmp_path, ("KOR", "VNM", "2019", "99"), ("KOR", "VNM", "2019", "98"))
    with pytest.raises(SourceChanged, match="more than once"):
        oecd.fetch(selected(**PAIRED), twice)


# -- refusals of the service --------------------------------------------------------------------


@pytest.mark.parametrize("words", ["NoRecordsFound", "NoResultsFound", "No results found.\n"])
def test_an_empty_selection_has_no_rows(tmp_path, words):
    raw = oecd.fetch(selected(), kit(tmp_path, not_found(words)))
    assert (raw.rows, raw.version) == ([], VERSION)
    assert list(raw.columns) == ["ref_area", "wipo", "year", "families"]


@pytest.mark.parametrize(
    "words",
    [
        "Could not find Dataflow and/or DSD related with this data request",
        "<!doctype html><title>Not Found</title>",
        "No dataflow of that name",
        "",
    ],
)
def test_any_other_404_stops(tmp_path, words):
    with pytest.raises(SourceChanged, match="An empty selection was to be answered") as caught:
        oecd.fetch(selected(), kit(tmp_path, not_found(words)))
    assert words[:20] in caught.value.what


def test_too_much_is_asked_for_in_two_halves(tmp_path):
    first = answer([figure for figure in FIGURES if figure[2] == "2019"]).encode()
    second = answer([figure for figure in FIGURES if figure[2] == "2020"]).encode()
    asking = kit(tmp_path, [too_large(), first, second])
    raw = oecd.fetch(selected(), asking)
    assert sorted(raw.rows) == ROWS
    assert raw.facts["asked_in_parts"] == ["2019-2019", "2020-2020"]
    periods = [dict(ask.query) for ask in asking.asked if ask.kind == "csv"]
    assert [(asked["startPeriod"], asked["endPeriod"]) for asked in periods] == [
        *(("2019", "2020"), ("2019", "2019"), ("2020", "2020")),
    ]
    assert len({ask.name for ask in asking.asked}) == len(asking.asked)
    assert "two halves" in asking.said[0]


def test_one_half_may_be_empty(tmp_path):
    first = answer([figure for figure in FIGURES if figure[2] == "2019"]).encode()
    asking = kit(tmp_path, [too_large(), first, not_found("NoRecordsFound")])
    raw = oecd.fetch(selected(), asking)
    assert {row[2] for row in raw.rows} == {"2019"}


@pytest.mark.parametrize(
    ("years", "answers", "questions"),
    [([2019, 2020], [too_large(), too_large()], 2), ([2019, 2019], [too_large()], 1)],
)
def test_what_stays_too_large_stops(tmp_path, years, answers, questions):
    asking = kit(tmp_path, answers)
    with pytest.raises(QueryTooLarge, match="even narrowed") as caught:
        oecd.fetch(selected(years=years), asking)
    assert "live.ask.years" in caught.value.next_step
    assert sum(ask.kind == "csv" for ask in asking.asked) == questions


def test_a_quota_ends_the_run(tmp_path):
    quota = QuotaExhausted(
        *("no more for now",),
        where="a host",
        next_step="wait",
        host="a host",
        status=429,
        seconds=3000.0,
        until="",
    )
    asking = kit(tmp_path, [too_large(), quota])
    with pytest.raises(QuotaExhausted):
        oecd.fetch(selected(), asking)
    assert sum(ask.kind == "csv" for ask in asking.asked) == 2


# -- files of one's own -------------------------------------------------------------------------


def test_a_file_of_the_publisher_may_hold_more(tmp_path):
    path = tmp_path / "own.csv"
    more = [
        ("KOR", "WIPO_01", "2019", "5", "A", "0"),
        ("KOR", "WIPO_06", "2015", "5", "A", "0"),
    ]
    path.write_text(answer([*FIGURES, *more]))
    raw = oecd.read(selected(), path)
    assert sorted(raw.rows) == ROWS
    assert raw.facts["rows_not_asked_for"] == 2
    assert raw.version == ""


def test_a_file_without_a_row_of_the_question_is_refused(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(answer([("KOR", "WIPO_01", "2019", "5", "A", "0")]))
    with pytest.raises(ContentRejected, match="holds no figure") as caught:
        oecd.read(selected(), path)
    assert "WIPO WIPO_06, WIPO_08" in caught.value.next_step


def test_a_file_of_another_flow_is_refused(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(answer(flow="OECD.STI.PIE:DSD_PATENTS@DF_PATENTS(1.0)"))
    with pytest.raises(SourceChanged, match=r"DF_PATENTS\(1.0\)"):
        oecd.read(selected(), path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceUnavailable, match="is missing") as caught:
        oecd.read(selected(), tmp_path / "none.csv")
    assert caught.value.where.endswith("none.csv")
    with pytest.raises(SourceUnavailable, match="is a folder"):
        oecd.read(selected(), tmp_path)


def test_a_workbook_or_a_web_page_is_called_so(tmp_path):
    path = tmp_path / "own.csv"
    for content, words in ((b"<!DOCTYPE html>", "a web page"), (b"PK\x03\x04", "a spreadsheet")):
        path.write_bytes(content)
        with pytest.raises(ContentRejected, match=words):
            oecd.read(selected(), path)


# -- over the wire ------------------------------------------------------------------------------


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.seconds, self.slept = 1_700_000_000.0, []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.seconds += seconds

    def clock(self):
        return Clock(now=lambda: self.seconds, monotonic=lambda: self.seconds, sleep=self.sleep)


@pytest.fixture
def asked_of(tmp_path, monkeypatch):
    """A function that fetches from a server of this machine, with a clock that does not wait."""
    time = Time()

    def fetch(server, *, refresh=False, **changes):
        monkeypatch.setenv(oecd.SERVICE.variable, server.url)
        with Downloads(
            *(WORLD.source, oecd.SERVICE, tmp_path / WORLD.source),
            selection="the test",
            refresh=refresh,
            clock=time.clock(),
            announce=lambda words: None,
        ) as downloads:
            raw = oecd.fetch(selected(**changes), downloads)
            downloads.finish()
        return raw

    fetch.time = time
    return fetch


def of_figures(server):
    return [seen for seen in server.requests if seen.path.startswith("/data/")]


def of_year(year):
    return Answer.of_csv(answer([figure for figure in FIGURES if figure[2] == year]))


def test_the_service_is_asked_once_and_the_kept_answer_used_again(asked_of):
    with Loopback(WORLD.routes()) as server:
        first, second = asked_of(server), asked_of(server)
        assert sorted(first.rows) == sorted(second.rows) == ROWS
        assert [seen.path.split("/")[1] for seen in server.requests] == [
            "contentconstraint",
            "data",
        ]
    assert unquote(server.requests[1].path) == (
        "/data/OECD.STI.PIE,DSD_PATENTS@DF_PATENTS_WIPO,1.0/"
        "9P50_3.A.PF.PATN_FM.PRIORITY.._Z.INVENTOR._Z.WIPO_06+WIPO_08._Z"
    )
    assert ("startPeriod", "2019") in server.requests[1].query


def test_an_unknown_area_is_left_for_the_country_list(asked_of):
    with Loopback(WORLD.unknown()) as server:
        assert "QQQ" in {row[0] for row in asked_of(server).rows}


def test_a_renamed_column_stops_over_the_wire(asked_of):
    with Loopback(WORLD.renamed()) as server, pytest.raises(SourceChanged, match="REF_AREA"):
        asked_of(server)


def test_an_empty_selection_over_the_wire_has_no_rows(asked_of):
    with Loopback(WORLD.empty()) as server:
        assert asked_of(server).rows == []


def test_halves_are_a_minute_apart_and_availability_costs_nothing(asked_of):
    server = Loopback(WORLD.routes())
    server.add(
        Route("startPeriod=2019&endPeriod=2020", [Answer(b"too large", 413)]),
        Route("startPeriod=2019&endPeriod=2019", [of_year("2019")]),
        Route("startPeriod=2020&endPeriod=2020", [of_year("2020")]),
    )
    with server:
        assert sorted(asked_of(server).rows) == ROWS
        assert len(of_figures(server)) == 3
    assert [round(seconds) for seconds in asked_of.time.slept] == [61, 61]


def test_after_a_quota_only_what_is_missing_is_fetched(asked_of):
    refused = Answer(b"later", 429, headers={"Retry-After": "3000"})
    server = Loopback(WORLD.routes())
    server.add(
        Route("startPeriod=2019&endPeriod=2020", [Answer(b"too large", 413)]),
        Route("startPeriod=2019&endPeriod=2019", [of_year("2019")]),
        Route("startPeriod=2020&endPeriod=2020", [refused, of_year("2020")]),
    )
    with server:
        with pytest.raises(QuotaExhausted):
            asked_of(server)
        assert sorted(asked_of(server).rows) == ROWS
        halves = [dict(seen.query)["endPeriod"] for seen in of_figures(server)]
        assert halves.count("2019") == 1
        assert sum(seen.path.startswith("/content") for seen in server.requests) == 1


def test_halves_that_are_kept_are_used_again(asked_of):
    server = Loopback(WORLD.routes())
    server.add(
        Route("startPeriod=2019&endPeriod=2020", [Answer(b"too large", 413)]),
        Route("startPeriod=2019&endPeriod=2019", [of_year("2019")]),
        Route("startPeriod=2020&endPeriod=2020", [of_year("2020")]),
    )
    with server:
        assert sorted(asked_of(server).rows) == ROWS
        asked = len(server.requests)
        assert sorted(asked_of(server).rows) == ROWS
        assert len(server.requests) == asked


# -- the world of the fault matrix --------------------------------------------------------------


def test_the_small_world_answers_what_is_asked():
    selection = parse_settings(oecd.Selection, WORLD.ask, where="the world")
    card = load_card(WORLD.source)
    assert list(selection.columns.values()) == list(card.columns)
    ask, _ = oecd.data_ask(selection, selection.years)
    for number, asked in enumerate((oecd.availability_ask(selection), ask)):
        assert re.search(WORLD.routes()[number].pattern, "/" + unquote(asked.path))
    assert re.search(WORLD.figures, "/" + ask.path)
    assert not re.search(WORLD.figures, "/" + oecd.availability_ask(selection).path)
