"""The words on the card, the dated steps and the offices: nothing unknown is said to be none."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, read

from techdiplomacy import offices_page as offices
from techdiplomacy import scorecard_page as card
from techdiplomacy import steps_page as steps
from techdiplomacy.params import load_params
from techdiplomacy.partnership import Partnership
from techdiplomacy.priority_words import Basis
from techdiplomacy.registers import load_rubric
from techdiplomacy.texts import LANGUAGES, period, say

pytestmark = pytest.mark.usefixtures("at_the_root")

DASH = "\N{EN DASH}"
SHOWN = {"subtitle": "works 2019-2023", "source": "openalex_coauthorship"}
BASIS = Basis(
    strength=period("2016-2020"),
    works=period("2019-2023"),
    ai=period("2003-2022"),
    strength_sources=("ncses_patent_families",),
    joint_works={},
)
CARD = pd.DataFrame(
    [
        ("preference", "USA", 0.25, "ok"),
        ("preference", "JPN", 0.75, "ok"),
        ("persistence", "USA", 0.5, "ok"),
        ("persistence", "JPN", 0.5, "ok"),
        ("conversion", "USA", 0.5, "incomplete"),
        ("conversion", "JPN", np.nan, "not_enough_data"),
        ("people", "USA", np.nan, "needs_register"),
        ("people", "JPN", np.nan, "needs_register"),
        ("preference", "VNM", np.nan, "not_enough_data"),
    ],
    columns=["indicator", "partner", "score", "status"],
).assign(pool=10)
CARD_TOTALS = pd.DataFrame(
    {
        "partner": ["USA", "JPN", "VNM"],
        "measured": [3, 2, 0],
        "of": [12, 12, 12],
        "score": [0.42, 0.62, np.nan],
        "rank_median": [2.0, 1.0, np.nan],
        "rank_low": [1.0, 1.0, np.nan],
        "rank_high": [2.0, 4.0, np.nan],
        "label": ["do not conclude", "leaning", "do not conclude"],
        "shallow": [False, True, False],
    }
)
EVENTS = pd.DataFrame(
    [
        ("any", "JPN", 2006, np.log(1.25), True, None),
        ("any", "USA", 2000, np.log(0.5), True, None),
        ("any", "KOR", 2022, np.nan, False, "too_recent"),
        ("any", "FRA", 2024, np.nan, False, "too_recent"),
        ("any", "FRA", None, np.nan, False, "not_dated"),
        ("any", "LAO", None, np.nan, False, "no_step_known"),
        ("agreement", "JPN", 2006, np.nan, False, "later_step"),
        ("partnership_level", "JPN", 2006, np.log(1.25), True, None),
    ],
    columns=["event_kind", "partner", "year", "change", "used", "why_not"],
).astype({"year": "Int64"})
STUDY = pd.DataFrame(
    {
        "event_kind": ["any", "agreement"],
        "used": [2, 0],
        "controls": [9, 0],
        "effect": [np.log(1.1), np.nan],
        "placebo_low": [np.log(0.8), np.nan],
        "placebo_high": [np.log(1.25), np.nan],
        "p_value": [0.5, np.nan],
        "p_same_partners": [0.6, np.nan],
        "detectable": [np.log(1.5), np.nan],
        "verdict": ["no_change_seen", "not_enough_data"],
    }
)
SENSITIVITY = pd.concat([STUDY.head(1)] * 2, ignore_index=True).assign(
    years_after=[3, 5],
    works_at_least=[20.0, 5.0],
    as_used=[False, True],
    verdict=["change_seen", "no_change_seen"],
)
PATHS = pd.DataFrame(
    {
        "event_kind": "any",
        "relative_year": [-1, 0, 1, 2],
        "difference": [0.0, 0.1, 0.5, 0.1],
        "placebo_low": -0.2,
        "placebo_high": 0.2,
    }
)
REPRESENTATION = pd.DataFrame(
    {
        "partner": ["JPN", "KOR", "SGP"],
        "mission": ["embassy", "embassy", "not_listed"],
        "consulates": [2, 0, 0],
        "st_offices_known": [0, 1, 0],
        "confirmed": [None, "recent", None],
        "inbound_offices_known": [0, 2, 0],
        "instruments_known": [2, 1, 2],
        "level": ["comprehensive_strategic", "special", None],
        "groups_led": [11, 7, 0],
        "verdict": ["mission_listed", "represented", "nothing_listed"],
    }
)
MATRIX = pd.DataFrame(
    {
        "partner": ["JPN", "KOR", "SGP"],
        "leader": [True, True, False],
        "office": ["not_known", "known", "not_known"],
    }
)
TOTALS = pd.DataFrame(
    {
        "what": ["offices", "host_countries"],
        "known": [5, 4],
        "from_register": [1, 1],
        "stated": pd.array([23, 19], dtype="Int64"),
    }
)
FRAMES = {
    "scorecard": CARD,
    "scorecard_totals": CARD_TOTALS,
    "event_study": STUDY,
    "event_list": EVENTS,
    "event_paths": PATHS,
    "event_sensitivity": SENSITIVITY,
    "representation": REPRESENTATION,
    "representation_matrix": MATRIX,
    "representation_totals": TOTALS,
}


def made(**changes: pd.DataFrame) -> Partnership:
    """Return results with some tables replaced; what no test here needs is empty."""
    tables = FRAMES | changes
    return Partnership(
        **{one.name: tables.get(one.name, pd.DataFrame()) for one in fields(Partnership)}
    )


RESULTS = made()
UNSTATED = made(representation_totals=TOTALS.assign(stated=pd.array([pd.NA, pd.NA], dtype="Int64")))


@pytest.fixture
def settings(at_the_root):
    """Return the settings of steps: five years on each side, five steps at least."""
    return load_params().events.model_copy(update={"before": 5, "after": 5, "min_events": 5})


class TestCard:
    def test_the_rubric_is_shown_as_a_proposal(self):
        rubric = load_rubric()
        table = card.rubric_table(rubric)
        columns = card.rubric_columns()
        assert read(table, columns)["waits for"][:1] == ["nothing"]
        assert_headings_differ(columns)
        assert len(table) == len(rubric)
        assert card.rubric_headline(rubric).say("en").startswith("A proposal of 12 indicators; 6")

    def test_by_partner_and_by_indicator_hold_as_many_figures(self):
        said = card.card_words(RESULTS, "VNM").say("en")
        assert "5 of 8 cells hold a figure." in said
        assert "Of 2 ranks 0 are firm and 1 leaning" in said

    def test_an_indicator_says_why_others_have_no_score(self):
        table = card.indicator_table(RESULTS, "VNM")
        shown = read(table, card.indicator_columns())
        by_name = dict(zip(table["indicator"], shown["others: why not"], strict=True))
        assert by_name["conversion"] == "not enough data (1)"
        assert by_name["people"] == "waits for the register (2)"
        assert by_name["preference"] == DASH
        assert_can_be_shown(table, card.indicator_columns(), "indicators", **SHOWN)

    def test_headlines(self):
        assert card.card_headline(RESULTS, "VNM").say("en") == (
            "2 of 12 indicators are measured for every partner, 9 for none"
        )
        assert card.flat_headline(RESULTS, "VNM").say("en") == (
            "1 indicators tell partners apart; the same for all: years with works and after "
            "instruments"
        )
        moved = made(scorecard=CARD[CARD["indicator"] == "preference"])
        assert card.flat_headline(moved, "VNM").say("en") == "1 indicators tell partners apart"
        assert card.totals_headline(RESULTS, "VNM").say("en") == (
            "Of 2 ranks 0 are firm and 1 leaning; of the others nothing can be concluded"
        )
        nothing = made(scorecard_totals=CARD_TOTALS.assign(label="do not conclude"))
        assert card.totals_headline(nothing, "VNM").say("en") == "No rank of 2 can be concluded"
        none = made(scorecard_totals=CARD_TOTALS.tail(1))
        assert card.totals_headline(none, "JPN").say("en").startswith("No partner")
        assert "2019" in card.card_subtitle(BASIS).say("en")

    def test_indicators_that_nobody_has_get_no_column(self):
        assert list(card.with_figures(RESULTS, "VNM")) == [
            "preference",
            "persistence",
            "conversion",
        ]
        none = made(scorecard=CARD.assign(status="needs_register"))
        assert len(card.with_figures(none, "VNM")) == 12

    def test_the_viewpoint_has_no_card(self, names):
        table = card.totals_table(RESULTS, "VNM")
        assert table["partner"].tolist() == ["USA", "JPN"]
        assert_can_be_shown(table, card.totals_columns(names, 0.9), "totals", **SHOWN)


class TestSteps:
    def test_finding_says_what_would_have_been_seen(self, settings):
        item = steps.steps_finding(RESULTS, BASIS, settings)
        assert item.sentence.say("en") == (
            "Whether agreements raise joint work cannot be told: changes under 1.5-fold stay "
            "unseen (2 of 4 steps usable)."
        )
        assert item.data_to.say("en") == "2023"
        assert item.certainty.say("en") == "p = 0.50; 1 of 2 choices see one"

    def test_finding_without_enough_steps_and_with_a_change(self, settings):
        few = made(event_study=STUDY.assign(verdict="not_enough_data"))
        item = steps.steps_finding(few, BASIS, settings)
        assert item.sentence.say("en").startswith("Too few dated steps")
        assert item.certainty.say("en") == "5 are needed"
        seen = made(event_study=STUDY.assign(verdict="change_seen"))
        assert "why is open" in steps.steps_finding(seen, BASIS, settings).sentence.say("en")

    def test_when_the_newest_can_be_judged(self, settings):
        assert steps.steps_words(RESULTS, settings).say("en") == (
            "Of 4 dated steps 2 can be used; 2 are too recent. A step of 2024 can be judged when "
            "works of 2029 are counted, not before."
        )
        old = made(event_list=EVENTS.head(2))
        assert steps.steps_words(old, settings).say("en") == "Of 2 dated steps 2 can be used."

    def test_tables_hold_ratios(self, names):
        columns = steps.study_columns()
        shown = read(steps.study_table(RESULTS), columns)
        assert shown["after over before, beside others"] == ["1.1", DASH]
        assert shown["dated steps"] == ["4", "1"]
        assert shown["would be seen from"] == ["1.5", DASH]
        assert_headings_differ(columns)
        assert_can_be_shown(steps.study_table(RESULTS), columns, "study", **SHOWN)
        table = steps.sensitivity_table(RESULTS)
        assert table["years_after"].tolist() == [5, 3]
        assert_can_be_shown(table, steps.sensitivity_columns(), "choices", **SHOWN)
        used = steps.used_table(RESULTS)
        assert used["partner"].tolist() == ["USA", "JPN"]
        assert read(used, steps.used_columns(names))["kind of step"][1] == (
            "instrument on science and technology, higher level of partnership"
        )
        left = steps.unused_table(RESULTS)
        assert left["why_not"].tolist() == ["too_recent", "no_step_known", "not_dated"]
        assert_can_be_shown(left, steps.unused_columns(names), "unused", **SHOWN)

    def test_headlines(self, settings):
        assert steps.study_headline(RESULTS).say("en") == (
            "Of 2 kinds of step, 0 show a change of joint work and 1 are too few to judge"
        )
        assert (
            steps.sensitivity_headline(RESULTS).say("en").endswith("1 of 2 combinations of choices")
        )
        assert steps.path_headline(RESULTS).say("en").startswith("After steps, 1 of 2 yearly means")
        assert "after 1 of 2 steps, lower after 1" in steps.used_headline(RESULTS).say("en")
        assert "(2 of 4)" in steps.unused_headline(RESULTS).say("en")
        all_used = made(event_list=EVENTS.head(2))
        assert steps.unused_headline(all_used).say("en") == "Every known step is used"
        assert "2 can be used" in steps.no_path_words(RESULTS).say("en")
        assert "5 years before and 5 after" in steps.steps_subtitle(BASIS, settings).say("en")
        assert "2023" in steps.choices_subtitle(BASIS).say("en")


class TestOffices:
    def test_known_is_said_beside_stated(self, names):
        item = offices.offices_finding(RESULTS, "VNM", names, say("2022"))
        assert item.sentence.say("en") == (
            "5 of 23 stated science offices are known, in 4 of 19 host countries."
        )
        assert item.certainty.say("en") == "unknown, not none"
        said = offices.totals_words(RESULTS, "VNM", names).say("en")
        assert "in 4 of 19 host countries; 1 come from the register. The others exist" in said

    def test_where_no_text_states_a_number(self, names):
        item = offices.offices_finding(UNSTATED, "VNM", names, say("2022"))
        assert item.sentence.say("en").startswith("5 science offices of Vietnam are known")
        assert "No text" in offices.totals_words(UNSTATED, "VNM", names).say("en")
        empty = made(representation_totals=TOTALS.iloc[:0])
        assert offices.own_total(empty) == {"known": 0, "from_register": 0, "stated": None}

    def test_newest_confirmation(self):
        known = pd.DataFrame(
            {
                "country": ["VNM", "VNM", "KOR"],
                "last_confirmed": ["2018-11", None, "2024"],
                "since": [None, "2015-10-24", None],
            }
        )
        assert offices.newest_confirmation(known, "VNM", say("none")).say("en") == "2018"
        assert offices.newest_confirmation(known, "LAO", say("none")).say("en") == "none"

    def test_unlisted_is_not_none(self, names):
        table = offices.offices_table(RESULTS)
        columns = offices.offices_columns(names)
        shown = read(table, columns)
        assert shown["highest mission listed"][2] == "list incomplete"
        assert shown["what is known"][2] == "nothing found, list incomplete"
        assert shown["level known"] == [
            *("comprehensive strategic", "special relationship", "not applicable or not known")
        ]
        assert_headings_differ(columns)
        assert_can_be_shown(table, columns, "offices", **SHOWN)

    def test_offices_known_are_named_in_both_directions(self, names):
        known = pd.DataFrame(
            [
                ("KOR", "VNM", "Hanoi", "An institute", None),
                ("VNM", "AUS", "Sydney", "An office", "2015-10"),
                ("KOR", "JPN", "Tokyo", "Another", "2020"),
            ],
            columns=["country", "partner", "city", "name", "last_confirmed"],
        )
        table, columns = offices.known_table(known, "VNM"), offices.known_columns(names)
        shown = read(table, columns)
        assert shown["direction"] == ["own office abroad", "office of the partner here"]
        assert shown["partner"] == ["Australia", "South Korea"]
        assert shown["last confirmed"] == ["2015", DASH]
        assert offices.known_headline(known, "VNM").say("en") == (
            "Known by name: 1 offices abroad and 1 of partners here; 1 without a year"
        )
        assert_can_be_shown(table, columns, "known", **SHOWN)
        assert "up to 2022" in offices.known_subtitle(say("2022")).say("en")

    def test_headlines(self, names):
        assert offices.matrix_headline(RESULTS).say("en") == (
            "An office is known in 1 of 2 economies among the first five of a group, for 1 of 2 "
            "such places"
        )
        assert offices.offices_headline(RESULTS, names).say("en").endswith("an office in Japan")
        full = made(representation=REPRESENTATION.iloc[1:])
        assert offices.offices_headline(full, names).say("en").startswith("A science office is")
        assert "(patents by year of grant)" in offices.offices_subtitle(period("2016-2020")).say(
            "en"
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_alternative_texts_can_be_read_aloud(language, names):
    bare = made(representation=REPRESENTATION.assign(st_offices_known=0))
    for text in (
        card.card_alt(RESULTS, "VNM"),
        steps.path_alt(RESULTS),
        offices.matrix_alt(RESULTS, names),
        offices.matrix_alt(bare, names),
    ):
        assert 40 <= len(text.say(language)) <= 300
