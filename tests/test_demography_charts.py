"""Charts of ages: plotted is what was given, dashes start where projected, marks are written."""

import pandas as pd
import pytest

from techdiplomacy import age_plots, plots
from techdiplomacy import demography_charts as charts
from techdiplomacy.texts import LANGUAGES

YEARS = [2000, 2010, 2021, 2022, 2030]
SHARES = {"VNM": (0.06, 0.065, 0.08, 0.09, 0.15), "JPN": (0.17, 0.2, 0.29, 0.30, 0.32)}
FLOWS = pd.DataFrame(
    [
        {
            "country": country,
            "year": year,
            "entrants": 1_500_000.0 if country == "VNM" else 1_000_000.0,
            "leavers": 900_000.0 + 100_000.0 * place,
            "older_share": share,
            "core": 60e6,
            "projection": "estimate" if year < 2022 else "medium",
        }
        for country, shares in SHARES.items()
        for place, (year, share) in enumerate(zip(YEARS, shares, strict=True))
    ]
).assign(balance=lambda rows: rows["entrants"] - rows["leavers"])
AGEING = pd.DataFrame(
    [
        ("VNM", 0.07, 2021, "passed"),
        ("VNM", 0.14, 2030, "ahead"),
        ("VNM", 0.21, pd.NA, "not_yet"),
        ("JPN", 0.07, 2000, "before"),
        ("JPN", 0.14, 2000, "before"),
        ("JPN", 0.21, 2021, "passed"),
    ],
    columns=["country", "mark", "year", "status"],
).astype({"year": "Int64"})
# the order of reading
SHOWN = ["VNM", "JPN"]


def ageing(names, **changes):
    given = {"from_year": 2000} | changes
    return charts.ageing_panels(FLOWS, AGEING, "VNM", SHOWN, names, **given)


def flows(names, **changes):
    given = {"from_year": 2000, "base_year": 2021} | changes
    return charts.flow_panels(FLOWS, SHOWN, names, **given)


def panels(figure):
    return [ax for ax in figure.axes if ax.get_visible()]


def words(ax):
    return [text.get_text() for text in ax.texts]


def titles(figure):
    return [ax.get_title(loc="left").strip() for ax in panels(figure)]


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def dashed(ax, colour):
    """Return from which year on lines of a colour are dashed, and where the full ones end."""
    own = [line for line in ax.lines if line.get_color() == colour and len(line.get_xdata()) > 1]
    full = [line for line in own if line.get_linestyle() == "-"]
    broken = [line for line in own if line.get_linestyle() == "--"]
    return [max(line.get_xdata()) for line in full], [min(line.get_xdata()) for line in broken]


class TestAgeing:
    def test_plotted_is_what_was_given(self, names):
        plotted = ageing(names).plotted
        assert list(plotted) == ["country", "year", "older_share", "projection"]
        assert len(plotted) == 10
        assert ageing(names, from_year=2010).plotted["year"].min() == 2010

    def test_each_country_has_its_chart_with_the_years_of_its_marks(self, names):
        figure = ageing(names).draw("en")
        assert titles(figure) == ["Vietnam", "Japan"]
        first, second = panels(figure)
        assert words(first) == ["2021", "2030", "6% in 2000, 15% in 2030"]
        # a mark passed before the table begins has no year of its own
        assert words(second) == ["2021", "17% in 2000, 32% in 2030"]

    def test_dots_lie_on_the_line(self, names):
        first, _ = panels(ageing(names).draw("en"))
        dots = [line for line in first.lines if len(line.get_xdata()) == 1]
        assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in dots] == [
            (2021, 0.08),
            (2030, 0.15),
        ]

    def test_the_axis_names_the_marks_in_the_language(self, names):
        first, _ = panels(ageing(names).draw("vi"))
        # the steps of the marks go on to the highest share, 32 %
        assert first.get_yticks().tolist() == pytest.approx([0, 0.07, 0.14, 0.21, 0.28])
        assert first.yaxis.get_major_formatter()(0.07, 1) == "7%"
        # all charts reach equally high
        limits = {ax.get_ylim() for ax in panels(ageing(names).draw("vi"))}
        assert len(limits) == 1
        assert next(iter(limits))[1] > 0.32

    def test_the_viewpoint_has_the_accent_and_dashes_start_at_the_last_estimate(self, names):
        first, second = panels(ageing(names).draw("en"))
        assert dashed(first, plots.ACCENT) == ([2021], [2021])
        assert dashed(second, plots.ACCENT) == ([], [])
        assert dashed(second, plots.PALETTE[0]) == ([2021], [2021])

    def test_marks_before_the_first_year_drawn_are_left_out(self, names):
        first, _ = panels(ageing(names, from_year=2022).draw("en"))
        assert words(first)[0] == "2030"

    def test_words_at_the_left_edge_stand_to_the_right(self, names):
        first, _ = panels(ageing(names, from_year=2021).draw("en"))
        assert [text.get_ha() for text in first.texts[:2]] == ["left", "right"]


class TestFlows:
    def test_plotted_is_what_was_given(self, names):
        plotted = flows(names).plotted
        assert list(plotted) == [
            *("country", "year", "entrants", "leavers", "balance", "projection"),
        ]
        assert len(plotted) == 10

    def test_small_print_adds_up_after_the_base_year(self, names):
        first, second = panels(flows(names).draw("en"))
        # 1.5 - 1.2 and 1.5 - 1.3 million; 1.0 - 1.2 and 1.0 - 1.3
        assert words(first) == ["+0.500 million, 2022 to 2030"]
        assert words(second) == ["-0.500 million, 2022 to 2030"]
        assert words(panels(flows(names).draw("vi"))[0])[0].startswith("+0,500")

    def test_only_where_more_leave_is_shaded(self, names):
        first, second = panels(flows(names).draw("en"))
        areas = [ax.collections[0].get_paths() for ax in (first, second)]
        assert areas[0] == []
        # leavers are more than a million from 2021 on, interpolated to where the lines cross
        assert min(areas[1][0].vertices[:, 0]) == pytest.approx(2010)

    def test_shapes_and_words_say_what_colours_say(self, names):
        figure = flows(names).draw("en")
        assert legend(figure) == [
            *("reach the entry age", "reach the exit age", "projected", "more leave than enter"),
        ]
        signs = {line.get_marker() for line in panels(figure)[0].lines} - {"None"}
        assert signs == {"o", "s"}

    def test_all_projected_is_dashed_from_the_first_year(self, names):
        ahead = FLOWS.assign(projection="medium")
        chart = charts.flow_panels(ahead, SHOWN, names, from_year=2000, base_year=2021)
        assert dashed(panels(chart.draw("en"))[0], plots.PALETTE[0]) == ([], [2000])


def test_balances_in_millions():
    assert charts.balance_words(6_437_570.9, 2026, 2045).say("en") == "+6.44 million, 2026 to 2045"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_in_every_language_in_letters_that_can_be_read(language, names):
    for chart in (ageing(names), flows(names)):
        figure = chart.draw(language)
        sizes = [text.get_fontsize() for ax in panels(figure) for text in ax.texts]
        assert min(sizes) >= age_plots.SMALLEST
        assert plots.to_svg(figure, "one").startswith("<svg")
