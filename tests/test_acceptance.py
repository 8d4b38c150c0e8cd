"""What figures are held against before they are let in, and what is kept of those let in last."""

import json

import pytest
from test_arrivals import (  # the fixtures are used by name
    COLUMNS,
    EDITION,
    HEADER,
    LIVE,
    PEOPLE,
    POPULATION,
    asked,
    clock,
    fetch,
    note,
    offer,
    on_disk,
    raw_rows,
    refresh,
    rows_of,
)

from techdiplomacy import acceptance, paths
from techdiplomacy.cards import load_card
from techdiplomacy.errors import SourceChanged, UnknownCountry

__all__ = ["asked", "clock"]
DAYS = ("2026-05-01", "2026-06-01")


def figures(*rows, status=""):
    """Return CSV text of source 'tiny', in the order of its card: country, year and value."""
    written = [
        {"iso3": iso3, "indicator": POPULATION, "year": year, "value": value, "status": status}
        for iso3, year, value in rows
    ]
    order = sorted(COLUMNS)  # as the tests write a card
    lines = [order, *([str(row[name]) for name in order] for row in written)]
    return "".join(",".join(line) + "\n" for line in lines).encode()


TWO = figures(("NAM", 2019, 70), ("VNM", 2019, 95))


def held(given, *, mode="downloaded", day_of=DAYS[0], fewer=False):
    """Hold figures against those before."""
    return acceptance.compared(load_card("tiny"), given, mode=mode, day_of=day_of, fewer=fewer)


def let_in(given, *, mode="downloaded", day_of=DAYS[0], fewer=False):
    """Hold figures against those before, and keep them."""
    comparison = held(given, mode=mode, day_of=day_of, fewer=fewer)
    acceptance.keep(load_card("tiny"), given, mode=mode, day_of=day_of, comparison=comparison)
    return comparison


def kept():
    return sorted(path.name for path in paths.accepted_folder().iterdir())


# countries


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (["VNM", "JPN"], "1 country that 'tiny' should have is not there: JPN"),
        (["JPN", "VNM", "KOR"], "2 countries that 'tiny' should have are not there: JPN, KOR"),
    ],
)
def test_the_first_figures_of_a_source_have_the_countries_that_its_card_expects(
    embed, expected, words
):
    offer(embed, HEADER, LIVE | {"expected": expected})
    with pytest.raises(SourceChanged, match=words) as caught:
        held(TWO)
    assert "ACCEPT=fewer" in caught.value.next_step
    assert held(TWO, fewer=True) == {}


def test_expected_countries_that_are_there_or_known_to_have_gone_stop_nothing(embed):
    offer(embed, HEADER, LIVE | {"expected": ["VNM", "JPN"], "gone": ["Japan"]})
    assert held(TWO) == {}
    # beside embedded figures their own countries are what is expected
    offer(embed, EDITION, LIVE | {"expected": ["JPN"]})
    assert held(TWO)["countries_gone"] == []


def test_a_first_fetch_without_the_expected_countries_writes_nothing(asked, embed, clock):
    offer(embed, HEADER, LIVE | {"expected": ["JPN"]})
    with pytest.raises(SourceChanged, match="JPN"):
        fetch()
    assert not paths.raw_file("tiny").exists()
    assert not paths.accepted_folder().exists()


def test_countries_that_are_new_are_named_in_the_codes_of_the_project(embed):
    offer(embed)
    found = held(figures(("Namibia", 2019, 70), ("VN", 2019, 95), ("Japan", 2019, 1)))
    assert (found["countries_gone"], found["countries_new"]) == ([], ["JPN"])


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 country that 'tiny' had is no longer there: AUT."),
        (3, "3 countries that 'tiny' had are no longer there: AUT, BEL, BGR."),
        (14, "14 countries that 'tiny' had are no longer there: AUT, .* and 2 more."),
    ],
)
def test_how_many_countries_have_gone_reads_well(embed, count, words):
    codes = ["AUT", "BEL", "BGR", "CHE", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR"]
    codes = [*codes, "GRC", "HUN"][:count]
    offer(embed, figures(*((code, 2019, 1) for code in (*codes, "VNM"))).decode())
    with pytest.raises(SourceChanged, match=words):
        held(figures(("VNM", 2019, 1)))


# values


def test_a_status_letter_that_goes_is_no_loss_and_no_change(embed):
    offer(embed, HEADER)
    let_in(figures(("NAM", 2019, 70), ("VNM", 2019, 95), status="E"))
    found = let_in(TWO, day_of=DAYS[1])
    assert (found["added"], found["removed"], found["changed"]) == (0, 0, 0)
    assert found["revised"] is False


def test_only_numbers_are_values_unless_a_table_has_none(embed):
    offer(embed)
    key, values, year = acceptance.places(load_card("tiny"))
    names = list(load_card("tiny").columns)
    assert {names[place] for place in key} == {"iso3", "indicator", "year"}
    assert [names[place] for place in values] == ["value"]
    assert names[year] == "year"


@pytest.mark.parametrize(
    ("source", "all_key"),
    # a list that is all key is counted by its first column
    [("wikidata_missions", False), ("cordis_programme_parts", True)],
)
def test_a_table_without_numbers_besides_its_key_is_compared_all_the_same(
    at_the_root, source, all_key
):
    card = load_card(source)
    key, found, _ = acceptance.places(card)
    names = list(card.columns)
    readings = [reading.read_as for reading in card.columns.values()]
    assert not [place for place in found if readings[place] in ("number", "integer")]
    if all_key:
        assert (len(key), found) == (len(names), key[:1])
    else:
        assert sorted(key + found) == list(range(len(names)))


def test_what_one_year_has_lost_another_does_not_make_up_for(embed):
    offer(embed, HEADER)
    let_in(TWO)
    later = figures(("NAM", 2019, 70), ("NAM", 2020, 71), ("VNM", 2020, 96))
    with pytest.raises(SourceChanged, match=f"fewer values than before: {POPULATION} 2019"):
        held(later, day_of=DAYS[1])
    assert held(later, day_of=DAYS[1], fewer=True)["removed"] == 1


def test_a_file_may_lack_what_it_lacked_not_before(embed):
    offer(embed)
    let_in(TWO, mode="file")
    found = let_in(figures(("JPN", 2019, 1)), mode="file", day_of=DAYS[1])
    assert found["against"] == {"mode": "file", "date": DAYS[0]}
    assert (found["countries_gone"], found["countries_new"]) == (["NAM", "VNM"], ["JPN"])


# what is kept


def test_the_same_figures_of_the_same_day_keep_what_was_said_of_them(embed):
    offer(embed)
    let_in(TWO)
    second = let_in(figures(("NAM", 2019, 70), ("VNM", 2019, 96)), day_of=DAYS[1])
    assert second["changed"] == 1
    assert held(figures(("NAM", 2019, 70), ("VNM", 2019, 96)), day_of=DAYS[1]) == second
    # of another day they are compared
    assert held(figures(("NAM", 2019, 70), ("VNM", 2019, 96)), day_of="2026-07-01")["changed"] == 0


def test_one_state_is_kept_for_each_way_that_figures_come(embed):
    offer(embed)
    let_in(TWO)
    let_in(figures(("NAM", 2019, 70), ("VNM", 2019, 96)), day_of=DAYS[1])
    let_in(TWO, mode="file")
    names = kept()
    assert len(names) == 4
    assert {"tiny.downloaded.json", "tiny.file.json"} < set(names)
    noted = json.loads((paths.accepted_folder() / "tiny.downloaded.json").read_text())
    assert f"tiny.downloaded.{noted['sha256'][:12]}.csv" in names
    assert noted["date"] == DAYS[1]


def test_figures_without_a_note_are_as_if_they_were_not_there(embed, monkeypatch):
    offer(embed)
    let_in(TWO)
    newer = figures(("NAM", 2019, 70), ("VNM", 2019, 96))

    def cut_off(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(acceptance, "write_json", cut_off)
        with pytest.raises(KeyboardInterrupt):
            let_in(newer, day_of=DAYS[1])
    assert len(kept()) == 3
    # the comparison is still with those that have their note, and then only the newest stay
    assert held(newer, day_of=DAYS[1])["against"] == {"mode": "downloaded", "date": DAYS[0]}
    let_in(newer, day_of=DAYS[1])
    assert len(kept()) == 2


@pytest.mark.parametrize("rows", [EDITION, HEADER])
def test_a_note_whose_figures_are_gone_leads_back_to_the_embedded_ones(embed, rows):
    offer(embed, rows)
    let_in(TWO)
    for path in paths.accepted_folder().glob("*.csv"):
        path.unlink()
    found = held(figures(("NAM", 2019, 70), ("VNM", 2019, 97)), day_of=DAYS[1])
    assert found.get("against", {}).get("mode") == ("embedded" if rows == EDITION else None)


def test_an_embedded_run_in_between_does_not_make_it_forget(asked, monkeypatch, clock):
    fetch()
    first = on_disk()
    fetch("snapshot")
    fetch()
    assert on_disk() == first
    fetch("snapshot")
    asked.shows(("NAM", "NA", 70, None), *PEOPLE[1:])
    # beside the download before, not beside the embedded figures that are laid out
    with pytest.raises(SourceChanged, match="fewer values than before"):
        refresh(monkeypatch, clock)
    assert note()["mode"] == "embedded"
    asked.shows(*PEOPLE)
    refresh(monkeypatch, clock)
    assert note()["against"]["mode"] == "downloaded"
    assert raw_rows() == rows_of(*PEOPLE)


def test_a_deleted_folder_of_raw_figures_does_not_make_it_forget(asked, monkeypatch, clock):
    fetch()
    for path in (paths.raw_file("tiny"), paths.raw_note_file("tiny")):
        path.unlink()
    asked.shows(*PEOPLE[1:])
    with pytest.raises(SourceChanged, match="1 country that 'tiny' had is no longer there: NAM"):
        refresh(monkeypatch, clock)


def test_figures_that_were_refused_are_not_kept(asked, monkeypatch, clock):
    fetch()
    before = {path: path.read_bytes() for path in paths.accepted_folder().iterdir()}
    asked.shows(("QQQ", "QQ", 1, 2), *PEOPLE)
    with pytest.raises(UnknownCountry):
        refresh(monkeypatch, clock)
    assert {path: path.read_bytes() for path in paths.accepted_folder().iterdir()} == before
