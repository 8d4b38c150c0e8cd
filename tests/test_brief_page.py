"""The words of a brief follow its figures; unknown is never none; hostile names do no harm."""

import base64
import csv
import io
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from brief_world import LIST, RICH, THIN, US, changed, world
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, read

from techdiplomacy import (
    brief_charts,
    brief_facts,
    brief_page,
    brief_people,
    brief_points,
    brief_reasons,
    brief_strength,
    brief_ties,
    brief_words,
    pages,
)
from techdiplomacy.brief_rows import COUNTED
from techdiplomacy.brief_tables import WHY_NOT_FULL
from techdiplomacy.countries import Countries, load_countries
from techdiplomacy.params import load_params
from techdiplomacy.technologies import load_taxonomy
from techdiplomacy.texts import LANGUAGES, Spelled, say

pytestmark = pytest.mark.usefixtures("at_the_root")
PARAMS = load_params().model_copy(update={"viewpoint": US, "taxonomy": LIST})
TAXONOMY = load_taxonomy(LIST)
POOLS = {code: Spelled({"en": code, "vi": code}) for code in ("ict", "energy", "chips")}
DASH = "\N{EN DASH}"
SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://example.org","click")'


def spoken(partner=RICH, made=None):
    return brief_words.Spoken(
        facts=brief_facts.build_brief(made or world(), partner, PARAMS),
        params=PARAMS,
        names=load_countries(),
        taxonomy=TAXONOMY,
        pools=POOLS,
        wide={(RICH, "ict"): Spelled({"en": "wide ict", "vi": "wide ict"})},
    )


def points(words):
    return (
        brief_points.opportunities(words.facts, words.params),
        brief_points.cautions(words.facts, words.params),
    )


def elements(words):
    """Return every element of a brief, as the notebook shows them."""
    chances, risks = points(words)
    source = ["un_population_2022"]
    tables = {
        "points": (
            brief_page.points_table(chances, risks, words),
            brief_page.points_columns(),
            brief_page.points_headline(chances, risks),
            brief_page.points_subtitle(words),
            say("No rule holds."),
        ),
        "strength": (
            brief_strength.strength_table(words),
            brief_strength.strength_columns(words),
            brief_strength.complement_headline(words),
            brief_strength.strength_subtitle(words),
            brief_strength.unlisted_words(words),
        ),
        "ties": (
            brief_ties.ties_table(words),
            brief_ties.ties_columns(),
            brief_ties.ties_headline(words),
            brief_ties.ties_subtitle(words),
            say("No tie is listed."),
        ),
        "ages": (
            brief_people.ages_table(words),
            brief_people.ages_columns(words),
            brief_people.ages_headline(words),
            brief_people.ages_subtitle(words),
            brief_people.no_ages_words(words),
        ),
        "workers": (
            brief_people.pools_table(words),
            brief_people.pools_columns(words),
            brief_people.pools_headline(words),
            brief_people.pools_subtitle(words),
            brief_people.no_pools_words(words),
        ),
        "known": (
            brief_people.known_table(words),
            brief_people.known_columns(),
            brief_people.known_headline(words),
            brief_people.known_subtitle(),
            None,
        ),
    }
    missing = brief_facts.missing_sides(words.facts)
    return [
        pages.findings(brief_page.findings(words)),
        *(
            pages.paragraph(text)
            for text in (
                brief_page.coverage_words(missing, words),
                brief_page.place_words(words),
                brief_page.points_words(chances, risks),
                brief_strength.no_chart_words(words),
                brief_strength.stated_words(words),
                brief_strength.unlisted_words(words),
                brief_ties.tie_words(words),
            )
        ),
        *(
            pages.table(
                rows,
                columns=columns,
                name=name,
                headline=headline,
                subtitle=subtitle,
                sources=source,
                if_empty=empty,
            )
            for name, (rows, columns, headline, subtitle, empty) in tables.items()
        ),
    ]


@pytest.mark.parametrize("partner", [RICH, THIN, "TLS"])
def test_any_partner_gives_a_whole_brief_without_left_overs(partner):
    for element in elements(spoken(partner)):
        for language in LANGUAGES:
            shown = re.sub(r"base64,[^\"]*", "", element.markup[language])
            for leftover in ("nan", "None", "&lt;NA&gt;", "{", "}"):
                assert not re.search(rf"(?<!\w){re.escape(leftover)}(?!\w)", shown), leftover


class TestFindings:
    def sentences(self, partner=RICH, made=None):
        return [one.sentence.say("en") for one in brief_page.findings(spoken(partner, made))]

    def test_a_rich_partner(self):
        assert self.sentences() == [
            f"Among the first 5 by size in 2 of 3 groups, first: Chips (1{DASH}2), AI (2{DASH}4).",
            f"600 joint works with Vietnam: 2.0 times (1.5{DASH}3.0) what is expected.",
            f"30% are 65 or older in 2025; entrants less leavers of working life (20{DASH}64) to "
            "2045: -10%, Vietnam +5%.",
            "Figures support 1 of 2 stated strengths and cannot measure 1.",
            "Known instruments: 2, science offices: 2, partnership: comprehensive strategic.",
        ]

    def test_a_thin_partner_is_unknown_and_not_weak(self):
        assert self.sentences(THIN) == [
            "A rank by size is possible in 0 of 3 groups.",
            "2 joint works with Vietnam.",
            "Ages are tabled here for 2 countries, and Laos is none of them.",
            "Known instruments: 0, science offices: 0, level: none listed.",
        ]
        first = brief_page.findings(spoken(THIN))[0]
        assert first.certainty.say("en") == "unknown, not weak"

    def test_ages_in_dispute_are_said_to_be(self):
        apart = changed("population_check", newer_older_share=0.25)
        assert self.sentences(made=apart)[2] == (
            "Two revisions disagree on ages: 37% or 25% are 65 or older in 2045."
        )

    def test_a_verdict_that_another_fit_turns(self):
        turned = changed("cooperation_gaps", lambda rows: rows["verdict"] == "above", holds=0)
        told = brief_page.findings(spoken(made=turned))[1]
        assert told.certainty.say("en") == f"depends on the fit; other fits 1.2{DASH}2.5"

    def test_a_group_of_which_one_part_is_measured_is_named_by_this_part(self):
        words = spoken()
        words.facts.groups.loc[0, ["group_id", "measures"]] = ["G09", "uspto_topics"]
        assert words.group("G09", 1, 2).say("en") == f"ocean technology (1{DASH}2)"
        assert words.group_and_part("G09").say("en") == "Rare earths, ocean: ocean technology"
        words.facts.groups.loc[0, "measures"] = "uspto_topics;families"
        assert words.group_name("G09").say("en") == "Rare earths, ocean"

    def test_the_place_in_the_order_has_both_ranges(self):
        assert brief_page.place_words(spoken()).say("en") == (
            "Place in the order of partners to be asked next, over all groups: 3 of 35 "
            f"(3{DASH}7 with weights near those set, 2{DASH}28 with any)."
        )
        assert "too few figures" in brief_page.place_words(spoken(THIN)).say("en")


def test_the_index_reads_unknown_as_a_dash():
    rows = pd.concat(
        [
            brief_facts.index_row(spoken(one).facts, opportunities=1, cautions=2)
            for one in (RICH, THIN)
        ],
        ignore_index=True,
    )
    table = read(rows, brief_page.index_columns(PARAMS))
    assert table["figures"] == ["full", "thin"]
    assert table["times expected"] == ["2.0", DASH]
    assert table["entrants less leavers to 2045"] == ["-10%", DASH]
    assert table["level known"] == ["comprehensive strategic", DASH]
    assert table["what is missing"][1].startswith("any rank by technology, ")
    assert set(brief_page.MISSING) == set(WHY_NOT_FULL)


class TestPoints:
    def test_reasons_carry_number_certainty_and_date(self):
        words = spoken()
        table = read(brief_page.points_table(*points(words), words), brief_page.points_columns())
        assert table["reason"] == [
            f"Among the first 10 by size and surely specialised: AI (2{DASH}4), Chips (1{DASH}2); "
            "Vietnam surely is not, or no figure tells (1).",
            f"Joint works are 2.0 times (1.5{DASH}3.0) what the gravity model expects: a base to "
            "build on.",
            f"2026{DASH}2045: Japan has 100 fewer entrants to working life (20{DASH}64) than "
            "leavers (-10% of its people of these ages); Vietnam +5%.",
            "Stated strengths: 2; figures cannot measure 1.",
            "The ratio of joint works to what is expected is 0.50 times that of 2004"
            f"{DASH}2008 (0.37{DASH}0.90).",
            f"Ageing proves no shortage: none of 2 pools of workers is surely short. wide ict, "
            f"2026{DASH}2035: a gap of -50 to 200 if its own growth fades, of -60 to 210 if common "
            "growth fades.",
        ]
        assert all(re.search(r"\d{4}", to) for to in table["data"])
        assert all(table["how sure"])

    def test_fewer_than_three_are_said_to_be_fewer(self):
        words = spoken(THIN)
        assert "Opportunities here: 0, cautions: 3" in brief_page.points_words(*points(words)).say(
            "en"
        )

    def test_every_rule_can_be_said_in_both_languages(self):
        # figures of any rule, as far as its sentence asks for them
        told = {
            "groups": [("G06", 1.0, 2.0)],
            "all_groups": ["G06"],
            "n": 1,
            "firm": 1,
            "one_measure": 0,
            "unknown": 0,
            "first": 5,
            "leads": 2,
            "measures": ["families"],
            "ranked": 3,
            "all": 3,
            "nowhere": 1,
            "observed": 5.0,
            "expected": 9.0,
            "ratio": 0.5,
            "ratio_low": 0.4,
            "ratio_high": 0.6,
            "window": "2019-2023",
            "holds": 1,
            "volume": 0.2,
            "growth": 0.1,
            "growth_low": 0.0,
            "growth_high": 0.2,
            "growth_of_all": 0.3,
            "peak_year": 2020,
            "last_to_peak": 0.5,
            "from_window": "2004-2008",
            "to_window": "2019-2023",
            "change": -0.5,
            "change_low": -1.0,
            "change_high": -0.1,
            "partner": -9.0,
            "share": -0.1,
            "own": 5.0,
            "own_share": 0.1,
            "held": 1.0,
            "until": 2045,
            "pool": "ict",
            "match": "near",
            "gap": 5.0,
            "gap_low": 1.0,
            "gap_high": 9.0,
            "gap_common_low": -1.0,
            "gap_common_high": 11.0,
            "fits_low": 0.4,
            "fits_high": 0.7,
            "year": 2035,
            "base_year": 2022,
            "place": 1,
            "of": 9,
            "title": "x",
            "now": 2025,
            "country": RICH,
            "used": 0.3,
            "newer": 0.2,
            "difference": -0.1,
            "rank_low": 1.0,
            "rank_high": 2.0,
            "any_low": 1.0,
            "any_high": 9.0,
            "rank_median": 1.0,
        }
        words = spoken()
        for code, speech in {
            **brief_reasons.OPPORTUNITY_WORDS,
            **brief_reasons.CAUTION_WORDS,
        }.items():
            sentence, sure, to = speech(told | ({"first": 2026} if "years" in code else {}), words)
            for language in LANGUAGES:
                assert sentence.say(language)
                assert sure.say(language)
            assert re.search(r"\d", sentence.say("en") + sure.say("en")), code
            assert re.search(r"\d{4}", to.say("en")), code


class TestStrength:
    @pytest.mark.parametrize(
        ("theirs", "ours", "side", "told"),
        [
            (1.0, 0.0, "measured", "yes"),
            (1.0, 1.0, "measured", "both specialised"),
            (1.0, np.nan, "not_measured", "Vietnam unknown"),
            (1.0, 0.5, "measured", "open: 50%"),
            (0.5, 0.0, "measured", "open: 50%"),
            (0.0, 0.0, "measured", "not specialised"),
            (np.nan, np.nan, "not_measured", DASH),
        ],
    )
    def test_complements_only_where_both_sides_are_sure(self, theirs, ours, side, told):
        row = {"partner_probability": theirs, "own_probability": ours, "own_side": side}
        row["complementarity"] = theirs * (1 - ours)
        assert brief_strength.complement_words(row, spoken()).say("en") == told

    def test_rows_are_ordered_by_rank_and_carry_what_is_stated(self):
        words = spoken()
        table = read(brief_strength.strength_table(words), brief_strength.strength_columns(words))
        assert table["group"] == ["Chips", "AI", "Robotics"]
        assert table["stated strength"] == ["chips: supported", DASH, DASH]
        assert table["certainty"] == ["firm", "firm", "leaning"]

    def test_groups_that_no_source_lists_are_named(self):
        words = spoken(THIN)
        assert brief_strength.strength_table(words)["group_id"].tolist() == ["G01"]
        assert brief_strength.unlisted_words(words).say("en") == (
            "No source lists Laos in 2 groups: Robotics and Chips."
        )

    def test_strengths_of_no_group_are_kept(self):
        assert brief_strength.stated_words(spoken()).say("en") == (
            "Strengths stated: 2 (one press article); supported 1, cannot be measured 1. "
            "Of no group: finance: cannot be measured."
        )

    def test_the_chart_plots_ranks_with_both_ends(self):
        words = spoken()
        chart = brief_charts.strength_chart(words.facts.ranked, words.group_name, 0.9)
        assert chart.plotted["group_id"].tolist() == ["G06", "G01", "G05"]
        made = pages.figure(
            chart,
            name="ranks",
            headline=brief_strength.strength_headline(words),
            subtitle=brief_strength.strength_subtitle(words),
            alt=brief_strength.strength_alt(words),
            sources=["ncses_patent_families"],
        )
        assert "<svg" in made.markup["vi"]


class TestTies:
    def test_one_paragraph_says_expectation_growth_and_past(self):
        assert brief_ties.tie_words(spoken()).say("en") == (
            "Expected from size, distance, language, history, agreements and mix of fields: 300 "
            f"joint works, 2019{DASH}2023. Observed: 2.0 times (1.5{DASH}3.0) that, surely above; "
            f"other fits 1.2{DASH}2.5. Growth since the window before: 11% a year (8% to 13%), "
            "summed over all partners 22%. With the tie of the window before among what is "
            f"expected: 0.90 times (0.74{DASH}1.1), open."
        )

    def test_absent_is_zero_only_where_the_source_would_list_it(self):
        words = spoken(THIN)
        table = read(brief_ties.ties_table(words), brief_ties.ties_columns())
        assert table["how much"] == [
            "2",
            "0",
            "Vietnam to Laos: under the limit, Laos to Vietnam: under the limit",
            "Vietnam to Laos: not reported",
        ]

    def test_every_counted_kind_has_words_for_absence(self):
        assert set(COUNTED) <= codes_of("tie_measures", "kind")
        assert set(brief_ties.ABSENT) == set(COUNTED)


class TestPeople:
    def test_marks_and_balances(self):
        words = spoken()
        table = read(brief_people.ages_table(words), brief_people.ages_columns(words))
        assert table["14% reached"] == ["1994", "2036, projected"]
        assert table["21% reached"] == ["2006", "not by 2045"]
        assert table["the same, per person of these ages"] == ["-10%", "+5%"]

    def test_a_partner_without_ages_has_no_table_of_the_others(self):
        assert brief_people.ages_table(spoken(THIN)).empty

    def test_most_draws_without_a_gap_need_nobody_trained(self):
        words = spoken()
        table = read(brief_people.pools_table(words), brief_people.pools_columns(words))
        assert table["who is counted"] == ["wide ict", "energy"]
        assert table["to train for a part of it"] == ["0 to 9", "no gap in most draws"]

    def test_facts_known(self):
        words = spoken()
        table = read(brief_people.known_table(words), brief_people.known_columns())
        assert table["what is known"] == [
            "comprehensive strategic",
            "Memorandum on chips",
            "Agreement on science",
            "Office here, Hanoi",
            "Office there, Tokyo",
            "embassy",
            "list incomplete",
        ]
        assert table["year"] == ["2023", "2025", "2006", "2009", "2022", "2022", "2022"]

    def test_headings_differ_and_tables_can_be_shown(self):
        words = spoken()
        for rows, columns in (
            (brief_people.ages_table(words), brief_people.ages_columns(words)),
            (brief_people.pools_table(words), brief_people.pools_columns(words)),
            (brief_ties.ties_table(words), brief_ties.ties_columns()),
            (brief_strength.strength_table(words), brief_strength.strength_columns(words)),
        ):
            assert_headings_differ(columns)
            assert_can_be_shown(rows, columns, "one", subtitle="2025", source="un_population_2022")


def cells_of(markup):
    """Return the cells of all CSV files that a page carries."""
    found = re.findall(r"base64,([^\"]+)\"", markup)
    texts = [base64.b64decode(one).decode("utf-8-sig") for one in found]
    return [cell for text in texts for row in csv.reader(io.StringIO(text)) for cell in row]


class TestHostileNames:
    def hostile(self):
        made = changed("known_agreements", lambda rows: rows["signed_year"] == 2025, title=SCRIPT)
        made["known_offices"].loc[:, "name"] = FORMULA
        made["stated_ledger"].loc[0, "strength_en"] = SCRIPT
        table = load_countries().table.copy()
        table.loc[RICH, ["name_en", "name_vi"]] = SCRIPT
        words = spoken(made=made)
        listed = Countries(table, words.names.codes, words.names.aggregates)
        return replace(words, names=listed)

    def test_a_script_is_text_in_every_language(self):
        markup = "".join(
            one.markup[language] for one in elements(self.hostile()) for language in LANGUAGES
        )
        assert "<script" not in markup
        assert markup.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 10

    def test_a_formula_is_text_in_a_spreadsheet(self):
        markup = "".join(one.markup["en"] for one in elements(self.hostile()))
        cells = cells_of(markup)
        assert f"'{FORMULA}, Hanoi" in cells
        assert not [
            cell for cell in cells if (cell[:1] in "=+@\t" and cell) or re.match(r"-[^\d]", cell)
        ]
        assert "=HYPERLINK(&quot;" in markup

    @pytest.mark.parametrize("sign", [*"=+-@\t\r", "\uff1d", "\uff0b", " =", "\u00a0@"])
    def test_whatever_a_spreadsheet_would_calculate_is_quoted(self, sign):
        rows = pd.DataFrame({"name": [f"{sign}cmd"], "number": [-5.0]})
        cells = cells_of(pages.csv_link(rows, "one", "en"))
        # a carriage return by itself would end the row
        assert cells[2:] == [f"'{sign}cmd".replace("\r", "\n"), "-5.0"]
