"""Project money: what has no amount is not zero, and both margins of the matrix agree."""

import pandas as pd
import pytest
from conftest import assert_headings_differ, read
from cooperation_rows import COVERAGE, PROJECTS, RESULTS

from techdiplomacy import pages, texts, vocabulary
from techdiplomacy import project_money as counted
from techdiplomacy import project_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.paths import reference_file

pytestmark = pytest.mark.usefixtures("at_the_root")

DASH = "\N{EN DASH}"
NOTHING = pages.paragraph(texts.say("There is no project."))
MONEY, REPEATS = RESULTS.project_money, RESULTS.project_repeats
PARTNERS, MATRIX = RESULTS.project_partners, RESULTS.project_matrix


class TestMoney:
    def test_the_finding(self):
        finding = page.money_finding(MONEY, "2015-2018", "VNM", load_countries())
        assert finding.sentence.say("en") == (
            "EU: 3 projects, EUR 0.10 million in 1 of 3 participations; Horizon 2020 only."
        )
        assert finding.certainty.say("en") == "2 amounts not given"
        assert finding.data_to.say("en") == f"starts 2015{DASH}2018"
        unknown = MONEY.assign(own_contribution_eur=float("nan"))
        without = page.money_finding(unknown, "2015-2018", "VNM", load_countries())
        assert without.sentence.say("en") == "EU: 3 projects; Horizon 2020 only."
        assert without.certainty.say("en") == "no amount is given"

    def test_years_of_start(self):
        assert page.years_of(PARTNERS, COVERAGE) == "2015-2018"
        assert page.years_of(PARTNERS.head(0), COVERAGE) == "2014-2022"

    def test_an_amount_that_is_not_given_is_not_zero(self):
        columns = page.money_columns()
        assert_headings_differ(columns)
        cells = read(page.money_table(MONEY), columns)
        assert cells["part of the programme"] == [
            *("all parts", "mobility of researchers (MSCA)", "health (SC1)"),
            "food, farming, sea and bioeconomy (SC2)",
        ]
        assert cells["own contribution, EUR"] == ["100,000", "not given", "100,000", "100,000"]
        assert page.money_headline(MONEY, "VNM", load_countries()).say("en") == (
            "1 of 3 participations of Vietnam name an amount: EUR 0.10 million together"
        )

    def test_captions_of_the_chart(self):
        assert page.parts_headline(MONEY).say("en") == (
            "2 of 3 projects belong to one part: mobility of researchers (MSCA)"
        )
        figure = page.parts_figure(MONEY, "2015-2018", otherwise=NOTHING)
        assert figure.kind == "figure"
        # the bars count projects, so no contribution is announced
        assert "Contribution" not in page.projects_subtitle("2015-2018").say("en")
        assert page.money_subtitle("2015-2018").say("en").startswith("Contribution")
        assert "3 parts have a project; 0 projects" in figure.text

    def test_without_projects_there_is_a_sentence(self):
        names = load_countries()
        nothing = MONEY.head(0)
        assert page.parts_figure(nothing, "2014-2022", otherwise=NOTHING) is NOTHING
        assert page.parts_headline(nothing).say("en").startswith("No project is listed")
        assert page.money_headline(nothing, "VNM", names).say("en").startswith("No project of")
        assert page.matrix(MATRIX.head(0), PARTNERS.head(0), nothing, ["DEU"]).empty
        assert page.repeats_words(REPEATS.head(0)).say("en").startswith("No foreign organisation")


class TestPartners:
    def test_the_matrix_has_both_margins(self):
        names = load_countries()
        table = page.matrix(MATRIX, PARTNERS, MONEY, ["JPN", "TUV"], at_least=2)
        columns = page.matrix_columns(MONEY, names)
        assert_headings_differ(columns)
        cells = read(table, columns)
        # Japan is listed, Germany has two projects; France has one and is left out
        assert cells["partner"] == ["any partner", "Japan", "Germany"]
        assert cells["all parts"] == ["3", "1", "2"]
        assert cells["MSCA"] == ["2", "1", "1"]
        assert cells["SC1"] == ["1", "0", "1"]
        assert cells["in several years"] == [DASH, "no", "yes"]
        # the margins are those of the two tables it is made of
        whole = page.matrix(MATRIX, PARTNERS, MONEY, sorted(PARTNERS["partner"]))
        by_partner = whole[whole["partner"] != page.ANYBODY].set_index("partner")[page.ALL_PARTS]
        assert by_partner.to_dict() == PARTNERS.set_index("partner")["projects"].to_dict()
        by_part = whole.set_index("partner").loc[page.ANYBODY, list(MONEY["programme_part"])]
        assert by_part.to_dict() == MONEY.set_index("programme_part")["projects"].to_dict()

    def test_one_off_and_repeated(self):
        assert page.matrix_headline(PARTNERS).say("en") == (
            "Projects with 3 countries: 1 in several years, 2 in one year only"
        )
        assert (
            page.repeats_words(REPEATS)
            .say("en")
            .startswith(
                "Of 3 foreign organisations in these projects 2 were met in one project, 1 in two, "
                "and 0 in three or more."
            )
        )

    def test_every_part_of_the_list_has_words(self):
        listed = pd.read_csv(reference_file("labels"), keep_default_na=False)
        parts = set(listed.loc[listed["kind"] == "programme part", "label_en"])
        parts |= set(counted.by_part(PROJECTS)["programme_part"])
        assert parts == set(vocabulary.PROGRAMME_PARTS)
