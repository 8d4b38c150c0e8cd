"""Each statement stands with its verdict, the figures that decide, and what they rest on."""

import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, read
from test_workforce_claims import CLAIMS, EVIDENCE

from techdiplomacy import claims_page as page
from techdiplomacy import vocabulary
from techdiplomacy.countries import load_countries
from techdiplomacy.scenario_tables import CLAIM_FIGURES, CLAIM_TESTS, CLAIM_VERDICTS
from techdiplomacy.workforce_claims import check_claims

pytestmark = pytest.mark.usefixtures("at_the_root")

DASH = "\N{EN DASH}"
CHECKS = check_claims(CLAIMS, EVIDENCE)
VERDICTS, FIGURES = CHECKS.claim_verdicts, CHECKS.claim_figures
WORDED = CLAIMS.assign(
    statement_en="Words of " + CLAIMS["claim_id"],
    statement_vi="Lời văn",
    conflict_en=CLAIMS["conflict_group"].replace("K1", "Who is missing"),
    conflict_vi="Ai thiếu",
)


class TestTable:
    def test_each_statement_with_its_figures(self):
        table = page.claims_table(VERDICTS, FIGURES, WORDED, load_countries())
        columns = page.claims_columns()
        assert_headings_differ(columns)
        cells = read(table, columns)
        assert cells["statement"][0] == "Words of C1"
        assert table["statement"][0].say("vi") == "Lời văn"
        assert cells["figures"] == [
            "331,000 missing in 2 economies together (300,000 to 342,000), 1,000,000 more needed "
            "worldwide until 2030; held against 2,000,000",
            "6,400,000 people of the generation in 2045; who begins to work at 20 does so in "
            f"2043{DASH}2047, who begins to work at 15 does so in 2038{DASH}2042",
            "21 years from 7% to 14% of older people, by 2036; at most 25 years in 2 of 3 "
            "partners, 0 of them by projection",
            "12.0 young people per 100 of working life in 2025; fewer in 2 of 3 partners; in 2045 "
            "they are 8.0 to 13.0 in all of these countries",
            "engineering degrees a year per 100 young people: Japan 10.0 (2010), 20.0 (2018), "
            "South Korea 50.0 (2018)",
            "who leave working life per 100 who enter it, 2025: Vietnam 60.0, Japan 130.0",
            "50,000 by 2030; its 2 divisions add up to 50,000, 50,000",
        ]
        assert cells["verdict"][:2] == ["not supported as worded", "supported in part"]
        # no number of a list that readers do not have
        assert cells["sources disagree on"][:2] == ["\u26a0 Who is missing", DASH]
        assert next(iter(cells)) == "statement"
        assert_can_be_shown(
            table.head(1).assign(decides=table["decides"].head(1)),
            columns[:2],
            "claims",
            subtitle="Statements, figures to 2045",
            source="un_population_2022",
        )

    def test_what_is_not_on_record_is_said(self):
        rows = VERDICTS.assign(figure=float("nan"))
        told = page.claims_table(rows, FIGURES.head(0), WORDED, load_countries())["decides"]
        assert [text.say("en") for text in told] == [
            "no shortage of this field is published",
            "the generation is not followed to that year",
            "the shares of older people that it needs are not on record",
            "the ages that it needs are not on record",
            "nothing near it is counted",
            "nothing near it is counted",
            "the parts of the target are not known",
        ]

    def test_without_a_figure_of_the_world(self):
        own = FIGURES[FIGURES["figure"] != "world_need"]
        told = page.claims_table(VERDICTS, own, WORDED, load_countries())["decides"][0]
        assert told.say("en") == (
            "331,000 missing in 2 economies together (300,000 to 342,000); held against 2,000,000"
        )

    def test_every_code_has_words(self):
        assert set(vocabulary.CLAIM_VERDICTS) == set(CLAIM_VERDICTS)
        assert set(vocabulary.CLAIM_TESTS) == set(CLAIM_TESTS)
        assert set(vocabulary.CLAIM_FIGURES) == set(CLAIM_FIGURES)
        assert set(FIGURES["label"]) == set(vocabulary.CLAIM_LABELS)


class TestTarget:
    PARTS = EVIDENCE.parts.assign(part_en=EVIDENCE.parts["part"], part_vi="phần")

    def test_what_stands_beside_a_target(self):
        table = page.target_table(FIGURES, self.PARTS, "C7")
        columns = page.target_columns()
        assert_headings_differ(columns)
        cells = read(table, columns)
        assert cells["part"][1:4] == ["design, production", "bachelor", "designers"]
        assert cells["figure"] == [
            *("50,000", "50,000", "50,000", f"5,000{DASH}7,500", f"2.0{DASH}3.0", "500,000"),
            *("10.0", "416,666.7"),
        ]
        assert cells["year"][3] == DASH
        assert cells["it is"][3] == "outside figure"

    def test_headline(self):
        assert page.target_headline(FIGURES, "C7").say("en") == (
            f"The target of 50,000: one part is 2.0{DASH}3.0 times those at work in it, 10.0 per "
            "100 professionals, 416,666.7 per 100 young people"
        )
        bare = FIGURES[FIGURES["figure"] == "target"]
        assert page.target_headline(bare, "C7").say("en").endswith("nothing to hold it against")
        assert page.target_headline(bare, "C9").say("en") == "No target of this list is known"


class TestCaptions:
    def test_counts(self):
        assert page.claims_headline(VERDICTS).say("en") == (
            "Of 7 statements 1 are supported, 2 in part, 1 not as worded; 2 cannot be tested, and "
            "of 1 the parts add up"
        )
        assert "No text of this country" in page.claims_headline(VERDICTS.head(0)).say("en")
        assert page.claims_subtitle(2045).say("en").endswith("reach to 2045")
        assert "2 statements have no figure" in page.claims_note(VERDICTS).say("en")
        assert page.claims_empty().say("en").startswith("No text on the policy")

    def test_finding(self):
        finding = page.claims_finding(VERDICTS, FIGURES, 2025)
        assert finding.sentence.say("en") == (
            "Millions of missing chip workers: not supported as worded; published shortages of 2 "
            "economies total 331,000, the world needs 1,000,000 more by 2030."
        )
        for rows in (VERDICTS, VERDICTS[VERDICTS["test"] != "workers_missing"]):
            told = page.claims_finding(rows, FIGURES, 2025).sentence
            assert len(told.say("en").split()) <= 25
        assert finding.data_to.say("en") == "figures to 2025"
        without = FIGURES[FIGURES["figure"] != "world_need"]
        assert page.claims_finding(VERDICTS, without, 2025).sentence.say("en").endswith("331,000.")
        others = VERDICTS[VERDICTS["test"] != "workers_missing"]
        assert page.claims_finding(others, FIGURES, 2025).sentence.say("en") == (
            "Of 6 statements 1 are supported, 2 in part, 0 not as worded; 2 cannot be tested, and "
            "of 1 the parts add up."
        )
        none = pd.DataFrame(VERDICTS.head(0))
        assert page.claims_finding(none, FIGURES, 2025).certainty.say("en") == "0 statements"
