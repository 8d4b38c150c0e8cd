"""How figures came here stands in a table, and in the words beside whatever is drawn from them."""

import shutil
import subprocess
import sys

import pandas as pd
import pytest
from conftest import CARD, ROOT
from test_arrivals import LIVE

from techdiplomacy import paths
from techdiplomacy.cards import Obtained, as_obtained, load_card, source_line
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.files import write_json
from techdiplomacy.source_states import card_in_use, source_states
from techdiplomacy.tables import read_table, write_table
from techdiplomacy.texts import day

WORDS = {
    "producer": "the bank",
    "citation": "The bank (2026).",
    "attribution": "Source: the bank",
    "caveats": ["New caveat."],
}
DAY = "2026-11-22"
ACCESSED = day(CARD["date_accessed"])


def note(source, **changes):
    """Write the note on a cleaned source."""
    content = {
        "source": source,
        "table": "patent_families",
        "mode": "downloaded",
        "date": DAY,
        "terms": "card",
        "rows_clean": 40,
        "countries": 2,
        "first_year": 2018,
        "last_year": 2024,
    } | changes
    kept = {name: value for name, value in content.items() if value is not None}
    write_json(paths.clean_note_file(source), kept)


def in_use(**changes):
    """Write the note and the table of source 'tiny', and return its card as it is shown."""
    note("tiny", **changes)
    write_table(source_states(["tiny"]), "source_states")
    return card_in_use("tiny")


def test_the_table_says_of_each_source_how_and_when_it_came(tiny_project):
    note("tiny", mode="embedded", date="2026-11-21")
    note("live")
    note("register", mode="file", date="2026-05-01", terms="own", first_year=None, last_year=None)
    found = source_states(["tiny", "live", "register"])
    assert list(found["source"]) == ["tiny", "live", "register"]
    assert list(found["mode"]) == ["embedded", "downloaded", "file"]
    assert list(found["date"]) == ["2026-11-21", DAY, "2026-05-01"]
    assert list(found["terms"]) == ["card", "card", "own"]
    assert list(found["rows"]) == [40, 40, 40]
    assert list(found["last_year"][:2]) == [2024, 2024]
    assert found["first_year"].isna().tolist() == [False, False, True]
    write_table(found, "source_states")
    written = read_table("source_states").set_index("source").loc[list(found["source"])]
    pd.testing.assert_frame_equal(written.reset_index()[list(found)], found)


def test_a_list_of_sources_without_years_is_a_table_too(tiny_project):
    note("tiny", first_year=None, last_year=None)
    found = source_states(["tiny"])
    assert found[["first_year", "last_year"]].isna().all(axis=None)
    write_table(found, "source_states")
    assert card_in_use("tiny").coverage.years == CARD["coverage"]["years"]


def test_a_source_that_was_not_cleaned_is_named(tiny_project):
    with pytest.raises(TechDiplomacyError, match=r"tiny\.json cannot be read"):
        source_states(["tiny"])


def test_the_stages_write_what_the_table_needs(tiny_project):
    text = (tiny_project / "params.yaml").read_text(encoding="utf-8")
    listed = text.replace("\nsources:\n", "\nsources:\n  tiny: {from: snapshot}\n")
    (tiny_project / "params.yaml").write_text(listed, encoding="utf-8")
    for stage in ("fetch_source", "clean_source"):
        script = [sys.executable, str(ROOT / "pipelines" / f"{stage}.py"), "tiny"]
        subprocess.run(script, cwd=tiny_project, check=True)
    (row,) = source_states(["tiny"]).to_dict("records")
    assert row == {
        "source": "tiny",
        "table": "patent_families",
        "mode": "embedded",
        "date": CARD["date_accessed"],
        "terms": "card",
        "countries": 2,
        "rows": 4,
        "first_year": 2019,
        "last_year": 2020,
    }


def test_embedded_figures_have_the_words_of_their_card(embed):
    embed(live=LIVE | WORDS)
    # whatever the years of the note are
    card = in_use(mode="embedded", date=CARD["date_accessed"])
    assert card == load_card("tiny")
    assert source_line(card).say("en") == (
        f"the tests (CC0; data 2019–2020, grant year; accessed {ACCESSED.say('en')})"
    )


def test_downloaded_figures_have_the_words_of_the_service_and_their_day(embed):
    embed(live=LIVE | WORDS)
    card = in_use(countries=7)
    assert {name: getattr(card, name) for name in WORDS} == WORDS
    assert (card.mode, card.date_accessed) == ("downloaded", DAY)
    assert (card.coverage.years, card.coverage.economies) == ([2018, 2024], 7)
    assert source_line(card).say("en") == (
        "the bank (CC0; data 2018–2024, grant year; downloaded 22 November 2026)"
    )
    # all else is the card's
    assert card.title == CARD["title"]
    assert card.coverage.year_means == CARD["coverage"]["year_means"]


def test_words_that_the_service_does_not_bring_are_those_of_the_card(embed):
    embed(live=LIVE | {"attribution": "Source: the bank, CC0"})
    card = in_use()
    assert (card.producer, card.citation) == (CARD["producer"], CARD["citation"])
    assert source_line(card).say("en") == (
        "the bank, CC0 (data 2018–2024, grant year; downloaded 22 November 2026)"
    )


def test_a_file_of_the_researcher_is_said_to_be_one(embed):
    embed(live=LIVE | WORDS)
    card = in_use(mode="file", date="2026-05-01")
    # the words of the service are not those of the file
    assert (card.attribution, card.caveats) == (CARD["attribution"], [])
    assert source_line(card).say("en") == (
        "the tests (CC0; data 2018–2024, grant year; "
        "from a file of the researcher, data of 1 May 2026)"
    )


def test_a_file_under_terms_of_its_owner_does_not_carry_the_names_of_the_publisher(embed):
    embed(live=LIVE | WORDS)
    card = in_use(mode="file", date="2026-05-01", terms="own")
    said = source_line(card).say("en")
    assert said.startswith(f"file in place of: {CARD['title']} (")
    assert card.licence.name in said
    assert "CC0" not in said
    assert (card.licence.share, card.licence.commercial) == ("forbidden", "forbidden")


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("embedded", "truy cập {day}"),
        ("downloaded", "tải về {day}"),
        ("file", "từ tệp của người nghiên cứu, số liệu {day}"),
    ],
)
def test_the_way_is_said_in_vietnamese_too(tiny_project, translate, mode, said):
    translate(
        {
            "accessed {day}": "truy cập {day}",
            "downloaded {day}": "tải về {day}",
            "from a file of the researcher, data of {day}": (
                "từ tệp của người nghiên cứu, số liệu {day}"
            ),
            "grant year": "năm cấp bằng",
            "{attribution} ({licence}; data {years}, {year_means}; {accessed})": (
                "{attribution} ({licence}; dữ liệu {years}, {year_means}; {accessed})"
            ),
        }
    )
    card = in_use(mode=mode)
    on = ACCESSED if mode == "embedded" else day(DAY)
    assert source_line(card).say("vi").endswith(f"{said.format(day=on.say('vi'))})")
    assert "năm cấp bằng" in source_line(card).say("vi")


def test_without_a_table_or_a_row_the_card_is_that_of_its_file(embed):
    embed(live=LIVE | WORDS)
    assert card_in_use("tiny") == load_card("tiny")
    note("other", table="articles")
    write_table(source_states(["other"]), "source_states")
    assert card_in_use("tiny") == load_card("tiny")


def test_a_source_that_stands_in_for_another_has_its_own_card_shown(embed, tiny_project):
    embed(id="newer", attribution="Source: newer tests, CC0")
    snapshots = tiny_project / "data" / "snapshots"
    (snapshots / "tiny.yaml").rename(snapshots / "newer.yaml")
    embed()
    note("newer")
    write_table(source_states(["newer"]), "source_states")
    assert card_in_use("tiny").id == card_in_use("newer").id == "newer"
    assert card_in_use("tiny").date_accessed == DAY
    # of two nobody knows which
    note("newest")
    write_table(source_states(["newer", "newest"]), "source_states")
    assert card_in_use("tiny") == load_card("tiny")


def test_researchers_of_the_oecd_are_credited_to_the_table_that_stands_in(tiny_project):
    snapshots = tiny_project / "data" / "snapshots"
    for source in ("oecd_researchers", "oecd_msti"):
        shutil.copy(ROOT / "data" / "snapshots" / f"{source}.yaml", snapshots)
    note("oecd_msti", table="researchers", first_year=1981, last_year=2024, countries=45)
    write_table(source_states(["oecd_msti"]), "source_states")
    shown = card_in_use("oecd_researchers")
    assert (shown.id, shown.mode, shown.date_accessed) == ("oecd_msti", "downloaded", DAY)
    assert (shown.coverage.years, shown.coverage.economies) == ([1981, 2024], 45)
    # a source of another table stands in for nobody
    note("oecd_msti", table="rd_personnel")
    write_table(source_states(["oecd_msti"]), "source_states")
    assert card_in_use("oecd_researchers") == load_card("oecd_researchers")
    # and who is listed itself needs nobody
    note("oecd_researchers", table="researchers", mode="embedded")
    note("oecd_msti", table="researchers")
    write_table(source_states(["oecd_researchers", "oecd_msti"]), "source_states")
    assert card_in_use("oecd_researchers") == load_card("oecd_researchers")


def test_a_table_that_was_made_again_is_read_again(tiny_project):
    assert in_use().date_accessed == DAY
    assert in_use(date="2026-12-24").date_accessed == "2026-12-24"
    assert in_use(mode="embedded").mode == "embedded"


def test_a_card_is_changed_in_a_copy_only(embed):
    embed(live=LIVE | WORDS)
    card = load_card("tiny")
    state = {"day": DAY, "years": [], "economies": 0, "terms": "card"}
    shown = as_obtained(card, Obtained(mode="downloaded", **state))
    assert shown.coverage == card.coverage
    assert shown.licence == card.licence
    assert card == load_card("tiny")
    assert as_obtained(card, Obtained(mode="embedded", **state)) is card
