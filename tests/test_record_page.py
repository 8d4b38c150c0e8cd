"""The record says what is known of published forecasts: nothing, waiting ones, and wrong ones."""

import numpy as np
import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, read
from record_rows import ledger_rows, series_since

from techdiplomacy import forecast_record, vocabulary
from techdiplomacy import record_page as page
from techdiplomacy.countries import load_countries

pytestmark = pytest.mark.usefixtures("at_the_root")

SCORED = forecast_record.score(ledger_rows(), series_since())
EMPTY = SCORED.head(0)
WAITING = forecast_record.score(
    ledger_rows().query("series != 'employment/DEU/a'"), series_since().query("year <= 2024")
)
DASH = "\N{EN DASH}"


def en(text):
    return text.say("en")


def shown(record):
    """Return the kinds and names of the tables."""
    made = page.scored_tables(record, load_countries(), 2026, ["ilostat_employment"])
    return [element.name or element.kind for element in made]


class TestNothing:
    def test_one_sentence_says_that_nothing_is_frozen(self):
        assert en(page.state(EMPTY)).startswith("No release has frozen a forecast yet;")
        assert en(page.state(EMPTY)).count(".") == 1
        assert shown(EMPTY) == []
        assert page.findings(EMPTY) == []
        assert page.headline_numbers(EMPTY) == {
            "record_scored": 0,
            "record_inside_80": None,
            "record_nearer_than_naive": None,
        }


class TestWaiting:
    def test_it_is_said_what_can_be_scored_first(self):
        assert set(WAITING["status"]) == {"waiting"}
        assert en(page.state(WAITING)) == (
            "9 forecasts of 4 series have been frozen since 1 December 2026, and none has been "
            "scored: 9 wait for the figure of their year, most series next for that of 2025 "
            "(degrees) and 2025 (employment)."
        )
        # without a score there is nothing for a table
        assert shown(WAITING) == []

    def test_a_series_that_ended_long_ago_does_not_say_when(self):
        old = WAITING[WAITING["series"] == "employment/KOR/a"].head(1)
        ended = WAITING.replace({"series": {"degrees/JPN/b": "employment/TWN/a"}})
        ended = pd.concat([ended, old.assign(series="employment/FRA/a", year=1999)])
        ended = ended.assign(measure="employment")
        assert "most series next for that of 2025 (employment)." in en(page.state(ended))

    def test_the_release_itself_is_no_finding_and_moves_no_headline_number(self):
        assert page.findings(WAITING) == []
        assert page.headline_numbers(WAITING) == page.headline_numbers(EMPTY)


class TestScored:
    def test_a_repeated_forecast_is_not_counted_twice(self):
        # of 11 rows one repeats an earlier one; scored: JPN 2 + 1, KOR 2, USA 1, degrees 1
        assert en(page.state(SCORED)) == (
            "10 forecasts of 5 series have been frozen since 1 December 2026: 7 are scored; 1 wait "
            "for the figure of their year, most series next for that of 2027 (employment), 1 are "
            "not scored because the level of the series has shifted since and 1 cannot be scored "
            "because their series is no longer in the data."
        )

    def test_tables_follow_as_soon_as_one_is_scored(self):
        assert shown(SCORED) == ["record", "paragraph", "misses"]

    def test_wrong_ones_are_counted(self):
        # misses: KOR 2025 and 2026, and JPN 2026 of the second release (102 against 104 to 112)
        assert en(page.headline(SCORED)) == (
            "4 of 7 forecasts scored so far lay inside their 80% interval; 4 of 6 came nearer than "
            "the last value carried on"
        )
        assert en(page.subtitle(SCORED, 2026)) == (
            "Published forecasts of 2025 to 2027, by release and panel, held against series to 2026"
        )
        (finding,) = page.findings(SCORED)
        assert en(finding.sentence) == (
            "Of 7 published forecasts that can be checked, 4 held within their 80% interval."
        )
        assert en(finding.certainty) == "57%, meant to be 80%; misses of 4 series go together"
        assert en(finding.data_to) == "forecasts of 2025 to 2026"
        numbers = page.headline_numbers(SCORED)
        assert numbers["record_scored"] == 7
        assert numbers["record_inside_80"] == pytest.approx(4 / 7)
        assert numbers["record_nearer_than_naive"] == pytest.approx(4 / 6)

    def test_only_naive_lines_are_not_compared_with_themselves(self):
        degrees = SCORED[SCORED["measure"] == "degrees"]
        assert en(page.headline(degrees)) == (
            "1 of 1 forecasts scored so far lay inside their 80% interval"
        )
        assert page.headline_numbers(degrees)["record_nearer_than_naive"] is None
        assert en(page.findings(degrees)[0].data_to) == "forecasts of 2025"
        assert en(page.misses_headline(degrees, load_countries())) == (
            "None of 1 forecasts scored so far missed its 80% interval"
        )
        assert en(page.state(degrees)).endswith("; none is waiting.")

    def test_releases_newest_first(self):
        table = page.release_table(SCORED)
        columns = page.release_columns()
        assert_headings_differ(columns)
        cells = read(table, columns)
        assert cells["release"] == ["0.3.0", "0.2.0", "0.2.0"]
        assert cells["day"] == ["1 March 2027", "1 December 2026", "1 December 2026"]
        assert cells["panel"] == ["employment", "degrees", "employment"]
        assert cells["published as"] == ["forecast", "naive line", "forecast"]
        assert cells["inside 80%"] == ["50%", "100%", "60%"]
        assert cells["inside 95%"] == ["100%", DASH, "80%"]
        assert cells["not scored: level shifted"] == ["0", "0", "1"]
        assert cells["not scored: series gone"] == ["0", "0", "1"]
        assert cells["scored though past revised"] == ["0", "1", "0"]
        assert_can_be_shown(
            table,
            columns,
            "record",
            subtitle="A table of 2025",
            source="ilostat_employment",
        )

    def test_largest_misses_first(self):
        names = load_countries()
        table = page.misses_table(SCORED, 4)
        # KOR 2026: 20 over 4; KOR 2025: 5 over 2; JPN 2026 anew: 6 over 4; JPN 2026: 10 over 10
        assert table["widths"].tolist() == [5.0, 2.5, 1.5, 1.0]
        columns = page.misses_columns(names)
        assert_headings_differ(columns)
        cells = read(table, columns)
        assert cells["area"] == ["South Korea", "South Korea", "Japan", "Japan"]
        assert cells["release"] == ["0.2.0", "0.2.0", "0.3.0", "0.2.0"]
        assert cells["actual"] == ["74", "57", "102", "102"]
        assert cells["forecast"] == ["54", "52", "108", "112"]
        assert_can_be_shown(
            table,
            columns,
            "misses",
            subtitle="A table of 2025",
            source="ilostat_employment",
        )
        assert en(page.misses_headline(SCORED, names)) == (
            "3 of 7 forecasts scored so far missed their 80% interval, most of all ICT "
            "professionals (ISCO-08 25) in South Korea: 54.0 forecast for 2026, 74.0 reported"
        )

    def test_a_lone_interval_and_a_revised_past_are_told(self):
        cells = read(page.misses_table(SCORED, 9), page.misses_columns(load_countries()))
        place = cells["area"].index("Japan", 4)
        assert cells["95% low"][place] == "no interval"
        assert cells["past revised by"][place] == "+5.0%"

    def test_an_interval_without_width(self):
        point = SCORED.assign(low_80=SCORED["value"], high_80=SCORED["value"])
        assert np.isinf(page.misses_table(point, 1)["widths"][0])
        exact = point.assign(error=point["error"] * 0)
        assert set(page.misses_table(exact, 9)["widths"]) == {0.0}

    def test_a_series_that_the_lists_have_forgotten_is_still_shown(self):
        old = SCORED.assign(label_of_series="Telegraph operators")
        cells = read(page.misses_table(old, 1), page.misses_columns(load_countries()))
        assert cells["series"] == ["Telegraph operators"]
        assert "Telegraph operators" in en(page.misses_headline(old, load_countries()))

    def test_every_code_has_words(self):
        assert codes_of("forecast_record", "measure") <= set(vocabulary.RECORD_PANELS)
        assert codes_of("forecast_record", "label") <= set(vocabulary.FORECAST_LABELS)
        told = {"waiting", "shifted", "absent", "scored"}
        assert codes_of("forecast_record", "status") == told
