"""What would be trained: once a pool, by partner, and the sentence where a register is empty."""

import pytest
from conftest import assert_can_be_shown, assert_headings_differ, read
from scenario_rows import BASES, POOLS, SERIES, TRAINING

from techdiplomacy import pool_words
from techdiplomacy import training_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.page_columns import side_by_side
from techdiplomacy.params import load_params
from techdiplomacy.tables import check_table

pytestmark = pytest.mark.usefixtures("at_the_root")

SAID = pool_words.pool_names(POOLS)
WIDE = pool_words.wide_names(BASES, SERIES)


def test_the_rows_of_these_tests_obey_their_declaration():
    check_table(TRAINING, declared("training_needs"), where="test")


def partners(training=TRAINING):
    return page.partners_table(training, BASES, "VNM", SAID, WIDE)


def where(training, country, **changed):
    """Return the rows with other values in those of a country and the pool ict."""
    rows = (training["country"] == country) & (training["pool"] == "ict")
    return training.assign(
        **{name: training[name].mask(rows, value) for name, value in changed.items()}
    )


class TestPartners:
    def test_groups_that_share_a_pool_are_one_row(self):
        rows = page.once_a_pool(TRAINING, SAID)
        assert not rows.duplicated(["country", "pool"]).any()

    def test_need_and_both_gaps_of_partners_only(self):
        columns = page.partners_columns(load_countries(), 0.8)
        assert_headings_differ(columns)
        shown = read(partners(), columns)
        assert shown["partner"] == ["Japan", "Germany"]
        # a wide series bears its own name
        assert shown["who is counted"] == [
            "Information and communication (ISIC Rev. 4 J)",
            "ICT workers",
        ]
        assert shown["need"][0] == "4,000"
        assert shown["gap, own growth fades, 80% of draws low"][0] == "2,800"
        assert shown["gap, common growth fades"][1] == "100"
        assert shown["both scenarios"] == ["short", "open"]
        said = page.partners_subtitle(partners(), first=2026).say("en")
        assert said.startswith("Persons added up, 2026 to 2035; medians")
        assert_can_be_shown(
            partners().assign(counted=partners()["pool"].map(SAID)),
            columns,
            "partners",
            subtitle="Persons to 2035",
            source="ilostat_employment",
        )

    def test_it_has_nine_columns_at_most(self):
        assert len(side_by_side(page.partners_columns(load_countries(), 0.8))) <= 9

    def test_order_is_verdict_then_gap_over_stock(self):
        # both short: JPN 3000 of 1000 workers, DEU 100 of 2000
        both = where(TRAINING, "DEU", verdict="short")
        assert list(partners(both)["country"]) == ["JPN", "DEU"]
        # the wider gap of DEU in persons is the smaller one beside its stock
        assert list(partners(where(both, "DEU", gap=5000.0))["country"]) == ["JPN", "DEU"]
        surplus = where(both, "JPN", verdict="surplus")
        assert list(partners(surplus)["country"]) == ["DEU", "JPN"]

    def test_the_headline_counts_wide_pools_and_does_not_name_them(self):
        names = load_countries()
        said = (
            "Scenario: nine tenths of the draws of both growth scenarios show a shortage to 2035 "
            "in {} of 2 rows, a surplus in 0"
        )
        assert page.partners_headline(partners(), SAID, WIDE, names).say("en") == said.format(1)
        short = partners(where(TRAINING, "DEU", verdict="short"))
        assert page.partners_headline(short, SAID, WIDE, names).say("en") == (
            said.format(2) + "; Germany: ICT workers"
        )
        assert "no partner has" in page.partners_headline(
            partners().head(0), SAID, WIDE, names
        ).say("en")

    def test_who_has_no_row_and_why(self):
        names = load_countries()
        assert page.without_words(TRAINING, "VNM", SAID, names).say("en") == (
            "2 of 5 partners have no figure to start from and no row: United Kingdom, Laos. "
            "Figures that are too old to start from: ICT workers (United Kingdom). A need without "
            "own supply, for past entries are not known: Chip workers (South Korea)."
        )
        known = TRAINING[TRAINING["country"] == "JPN"]
        assert page.without_words(known, "VNM", SAID, names).say("en") == (
            "0 of 1 partners have no figure to start from and no row: none."
        )


class TestOffers:
    def test_partners_with_persons_to_be_trained(self):
        offers = page.offers_table(partners())
        columns = page.offers_columns(
            load_countries(), "VNM", first=2026, until=2035, graduates=False
        )
        assert read(offers, columns) == {
            "partner": ["Japan"],
            "who is counted": ["Information and communication (ISIC Rev. 4 J)"],
            "persons to train": ["28 to 160"],
            "65 and older, 2025": ["30%"],
            "leavers for 100 entrants, 2026 to 2035": ["146"],
        }

    def test_the_headline_names_a_partner_only_where_the_pool_itself_is_short(self):
        names = load_countries()
        offers = page.offers_table(partners())
        assert page.offers_headline(offers, "VNM", SAID, WIDE, names).say("en") == (
            "Scenario: 1 rows have a gap above 0 in most draws; none that counts the pool alone "
            "has one in nine tenths of the draws of both growth scenarios"
        )
        assert page.offers_headline(offers, "VNM", SAID, {}, names).say("en") == (
            "Scenario: Vietnam would train 28 to 160 persons for Japan, ICT workers, to 2035"
        )
        none = offers.head(0)
        assert "no partner" in page.offers_headline(none, "VNM", SAID, WIDE, names).say("en")

    def test_the_assumption_stands_in_the_subtitle(self):
        settings = load_params().scenarios
        low, high = settings.share_covered
        offers = page.offers_table(partners())
        assert page.offers_subtitle(offers, settings, first=2026).say("en") == (
            f"Assumption: {low:.0%} to {high:.0%} of the gap, 2026 to 2035; {settings.level:.0%} "
            "of the draws of both growth scenarios together"
        )

    def test_when_studies_begin_is_one_sentence(self):
        settings = load_params().scenarios.model_copy(update={"study_years": 4})
        assert page.start_words(TRAINING, settings, first=2026).say("en") == (
            "Studies last 4 years: the first intake, of 2026, can work in 2030, and the last one "
            "that counts until 2035 begins in 2031. Who is to be trained is spread over these 6 "
            "intakes."
        )

    def test_own_gaps_are_no_partners(self):
        names = load_countries()
        assert (
            page.own_words(TRAINING, "VNM", SAID, names)
            .say("en")
            .startswith(
                "To fill its own gaps as a whole, Vietnam would have to train: ICT workers 80 to "
                "150."
            )
        )
        assert "no gap" in page.own_words(TRAINING, "DEU", SAID, names).say("en")

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
        columns = page.offers_columns(names, "VNM", first=2026, until=2035, graduates=True)
        shown = read(page.offers_table(partners(filled)), columns)
        assert shown["graduates of Vietnam a year"] == ["50,000"]
