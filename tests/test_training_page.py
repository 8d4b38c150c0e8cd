"""What would be trained: once a pool, by partner, and the sentence where a register is empty."""

import pytest
from conftest import assert_headings_differ, read
from scenario_rows import BASES, POOLS, TRAINING

from techdiplomacy import pool_words
from techdiplomacy import training_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.params import load_params
from techdiplomacy.tables import check_table
from techdiplomacy.technologies import load_taxonomy
from techdiplomacy.vocabulary import POOL_STATUSES

pytestmark = pytest.mark.usefixtures("at_the_root")

SAID = pool_words.pool_names(POOLS)


def test_the_rows_of_these_tests_obey_their_declaration():
    check_table(TRAINING, declared("training_needs"), where="test")


def test_every_reason_has_words():
    statuses = next(
        one.allowed for one in declared("training_needs").columns if one.name == "status"
    )
    assert set(POOL_STATUSES) == set(statuses) - {"ok"}


class TestPools:
    def test_groups_that_share_a_pool_are_one_row(self):
        rows = page.once_a_pool(TRAINING, SAID)
        assert not rows.duplicated(["country", "pool"]).any()
        # the widest gap first: Japan 3000, Germany 100, Vietnam 60
        assert list(rows.loc[rows["pool"] == "ict", "country"])[:3] == ["JPN", "DEU", "VNM"]

    def test_pools_with_their_groups(self):
        table = page.pools_table(TRAINING, SAID, load_taxonomy("vn-1131-2025"))
        shown = read(table, page.pools_columns(SAID))
        assert shown["stands for"][0] == "partial: AI; Cloud, quantum, data"
        assert shown["countries with need and supply"] == ["3", "1", "0"]
        assert shown["with persons to be trained"] == ["2", "0", "0"]
        assert page.pools_headline(TRAINING, SAID).say("en") == (
            "Scenario: need and own supply can be told for 3 countries and 2 pools"
        )


class TestNeeds:
    def test_need_supply_and_ages(self):
        names = load_countries()
        table = page.needs_table(TRAINING, BASES, SAID)
        columns = page.needs_columns(SAID, names, 0.8)
        assert_headings_differ(columns)
        shown = read(table, columns)
        assert shown["country"] == ["Japan", "Germany", "Vietnam", "Vietnam"]
        assert shown["from"] == ["2022", "2024", "2024", "2024"]
        assert shown["need"][0] == "4,000"
        assert shown["gap, 80% of draws low"][0] == "2,800"
        assert shown["65 and older"][0] == "30%"
        assert shown["leavers for 100 entrants"][0] == "146"
        assert "(2021 to 2024) to 2035" in page.needs_subtitle(TRAINING, BASES).say("en")

    def test_the_headline_names_partners_only(self):
        names = load_countries()
        assert page.needs_headline(TRAINING, SAID, "VNM", names).say("en") == (
            "Scenario: fewer enter than are needed in nearly every draw; ICT workers: Japan"
        )
        assert "with no partner" in page.needs_headline(
            TRAINING[TRAINING["country"] != "JPN"], SAID, "VNM", names
        ).say("en")

    def test_who_has_no_row_and_why(self):
        assert page.without_words(TRAINING, SAID, load_countries()).say("en") == (
            "1 of 5 countries have no figure for any pool and no row: Laos. A need without own "
            "supply, for past entries are not known: Chip workers (South Korea)."
        )
        known = TRAINING[TRAINING["country"] == "VNM"]
        assert page.without_words(known, SAID, load_countries()).say("en").endswith("row: none.")
        taxonomy = load_taxonomy("vn-1131-2025")
        assert "For 1 groups" in page.groups_without_words(TRAINING, taxonomy).say("en")
        some = TRAINING[TRAINING["status"] != "no_pool"]
        assert "every group" in page.groups_without_words(some, taxonomy).say("en")


class TestOffers:
    def test_partners_with_persons_to_be_trained(self):
        names = load_countries()
        offers = page.offers_table(TRAINING, SAID, "VNM")
        columns = page.offers_columns(SAID, names, "VNM", 0.8, graduates=False)
        assert read(offers, columns)["to be trained, to"] == ["160"]
        assert read(offers, columns)["last start of studies"] == ["2031"]
        assert page.offers_headline(offers, SAID, names).say("en") == (
            "Scenario: most persons to be trained for Japan, ICT workers: 28 to 160, starting by "
            "2031"
        )
        assert "no partner" in page.offers_headline(offers.head(0), SAID, names).say("en")
        settings = load_params().scenarios
        low, high = settings.share_covered
        assert page.offers_subtitle(TRAINING, settings).say("en") == (
            f"{low:.0%} to {high:.0%} of the gap to 2035; {settings.study_years} years from the "
            "start of studies to work"
        )

    def test_graduates_have_a_column_once_they_are_known(self):
        names = load_countries()
        assert not page.known_graduates(TRAINING)
        said = page.graduates_words(TRAINING, SAID, "VNM", names).say("en")
        assert "No file of graduates of Vietnam" in said
        assert page.REGISTER in said
        filled = TRAINING.assign(
            viewpoint_graduates=TRAINING["viewpoint_graduates"].mask(
                TRAINING["pool"] == "ict", 50_000.0
            )
        )
        assert page.known_graduates(filled)
        assert page.graduates_words(filled, SAID, "VNM", names).say("en") == (
            "Graduates of Vietnam a year, from the register: ICT workers 50,000."
        )
        columns = page.offers_columns(SAID, names, "VNM", 0.8, graduates=True)
        shown = read(page.offers_table(filled, SAID, "VNM"), columns)
        assert shown["graduates of Vietnam a year"] == ["50,000"]
