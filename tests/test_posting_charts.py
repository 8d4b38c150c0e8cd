"""Lines end with the name of a country, and an incomplete month as an empty circle."""

import pandas as pd
import pytest
from test_postings_page import POSTINGS
from test_series_page import CUT, RECONCILED

from techdiplomacy import plots, postings_page
from techdiplomacy import posting_charts as charts
from techdiplomacy.countries import load_countries
from techdiplomacy.page_columns import check_pairs
from techdiplomacy.texts import LANGUAGES

pytestmark = pytest.mark.usefixtures("at_the_root")


def empty_circles(ax):
    return [line for line in ax.lines if line.get_markerfacecolor() == "white"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_shares_carry_names_and_values_at_their_ends(language):
    names = load_countries()
    chart = charts.posting_lines(postings_page.ai_shares(POSTINGS), names)
    (ax,) = chart.draw(language).axes
    said = {text.get_text() for text in ax.texts}
    share = {"en": "17.4%", "vi": "17,4%"}[language]
    assert f"{names.name('CAN', language)} {share}" in said
    assert len(said) == 2
    assert not empty_circles(ax)
    assert len(chart.plotted) == 4
    # lines of two countries differ by more than colour
    lines = [line for line in ax.lines if len(line.get_xdata()) > 1]
    assert len({str(line._dash_pattern) for line in lines}) == 2


def test_each_sector_has_a_chart_and_incomplete_months_a_circle():
    chart = charts.sector_panels(postings_page.sector_rows(POSTINGS), load_countries())
    electrical, software, *_ = chart.draw("en").axes
    assert electrical.get_title(loc="left") == "Electrical Engineering"
    assert {text.get_text() for text in software.texts} == {"DEU", "USA"}
    # the line of the base cannot strike out a name
    assert {text.get_bbox_patch().get_facecolor() for text in software.texts} == {(1, 1, 1, 1)}
    (circle,) = empty_circles(software)
    assert list(circle.get_ydata()) == [99.0]
    assert not empty_circles(electrical)
    assert electrical.get_ylim() == software.get_ylim()


class TestUnion:
    def test_plotted_are_past_ahead_and_target(self):
        chart = charts.union_fan(RECONCILED, "EU27", (2030, 720.0))
        check_pairs(chart.plotted, "test")
        assert chart.plotted["value"].tolist() == [280.0, 300.0, 326.0, 360.0, 720.0]
        assert chart.plotted["label"].tolist()[-1] == "target"
        (ax,) = chart.draw("en").axes
        assert [text.get_text() for text in ax.texts] == ["target"]
        # two bands, to the last year with an interval
        assert len(ax.collections) == 2
        assert max(path.vertices[:, 0].max() for path in ax.collections[0].get_paths()) == 2028

    def test_the_scenario_is_dotted_and_goes_on_from_the_forecast(self):
        (ax,) = charts.union_fan(RECONCILED, "EU27", None).draw("en").axes
        ahead = [line for line in ax.lines if line.get_color() == plots.PALETTE[0]]
        assert [line.get_linestyle() for line in ahead] == ["-", ":"]
        assert list(ahead[0].get_xdata()) == [2024, 2028]
        assert list(ahead[1].get_xdata()) == [2028, 2030]
        assert not ax.texts

    def test_without_intervals_there_is_no_band(self):
        bare = RECONCILED.assign(**dict.fromkeys(("low_80", "high_80", "low_95", "high_95"), pd.NA))
        (ax,) = charts.union_fan(bare, "EU27", None).draw("en").axes
        assert not ax.collections

    @pytest.mark.parametrize("target", [None, (2030, 720.0)])
    def test_without_a_forecast_the_past_stands_alone(self, target):
        chart = charts.union_fan(CUT, "EU27", target)
        check_pairs(chart.plotted, "test")
        assert chart.plotted["value"].tolist() == [280.0, 300.0] + [720.0] * (target is not None)
        (ax,) = chart.draw("en").axes
        assert not [line for line in ax.lines if line.get_color() == plots.PALETTE[0]]
        assert not ax.collections
        assert [list(line.get_xdata()) for line in ax.lines] == [
            [2023, 2024],
            *([[2030]] if target else []),
        ]
