"""Fetching: the embedded figures are the ones on the card, or the run stops."""

import json

import pytest

from techdiplomacy.arrivals import fetch_source
from techdiplomacy.cards import load_card
from techdiplomacy.errors import InvalidParams, SourceChanged, SourceUnavailable
from techdiplomacy.params import SourceSettings

SNAPSHOT = SourceSettings(**{"from": "snapshot"})
LIVE = SourceSettings(**{"from": "live"})


def test_fetch_writes_figures_and_note(tiny_project):
    fetch_source(load_card("tiny"), SNAPSHOT)
    raw = (tiny_project / "data/raw/tiny.csv").read_text()
    note = json.loads((tiny_project / "data/raw/tiny.json").read_text())
    assert raw.splitlines()[1] == "Vietnam,optics,2019,3"
    assert (note["mode"], note["rows"]) == ("embedded", 5)


def test_a_flipped_byte_stops_and_leaves_the_last_good_figures(tiny_project):
    fetch_source(load_card("tiny"), SNAPSHOT)
    good = (tiny_project / "data/raw/tiny.csv").read_bytes()
    path = tiny_project / "data/snapshots/tiny.csv.gz"
    packed = bytearray(path.read_bytes())
    packed[30] ^= 1
    path.write_bytes(bytes(packed))
    with pytest.raises(SourceChanged, match=r"sha256 .* instead of") as caught:
        fetch_source(load_card("tiny"), SNAPSHOT)
    assert "data/snapshots/tiny.csv.gz" in str(caught.value)
    assert "git checkout" in caught.value.next_step
    assert (tiny_project / "data/raw/tiny.csv").read_bytes() == good


def test_missing_figures_are_named(tiny_project):
    (tiny_project / "data/snapshots/tiny.csv.gz").unlink()
    with pytest.raises(SourceUnavailable, match="are missing"):
        fetch_source(load_card("tiny"), SNAPSHOT)


def test_live_says_how_to_switch_and_does_not_fall_back(tiny_project):
    with pytest.raises(SourceUnavailable, match="no live service") as caught:
        fetch_source(load_card("tiny"), LIVE)
    assert "snapshot" in caught.value.next_step
    assert not (tiny_project / "data/raw/tiny.csv").exists()


def test_a_card_must_carry_the_name_of_its_file(embed):
    embed(id="other")
    with pytest.raises(InvalidParams, match="says id: other"):
        load_card("tiny")


def test_a_misspelt_card_key_is_named(embed):
    embed(atribution="x")
    with pytest.raises(InvalidParams, match=r"atribution.*Did you mean 'attribution'"):
        load_card("tiny")


def test_a_wrong_row_count_on_the_card_stops(embed, tiny_project):
    card = load_card("tiny")
    wrong = card.model_copy(update={"figures": card.figures.model_copy(update={"rows": 9})})
    with pytest.raises(SourceChanged, match="have 5 rows, its card says 9"):
        fetch_source(wrong, SNAPSHOT)
