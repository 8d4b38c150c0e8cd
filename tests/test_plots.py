"""Figures: the same numbers give the same drawing, and every drawing survives small input."""

import re
import unicodedata
import warnings
import xml.etree.ElementTree as ElementTree
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from techdiplomacy import plots
from techdiplomacy.texts import LANGUAGES

VIETNAMESE = "Đặng Quốc Bảo: ữ ỵ ằ ẵ ợ ễ"
# every letter of the language with its marks
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
ALPHABET = unicodedata.normalize("NFC", "đ" + "".join(v + t for v in VOWELS for t in TONES))


def heat_map(language="en"):
    values = pd.DataFrame(
        [[0.5, np.nan], [-3.0, -np.inf], [0.0, 2.0]],
        index=["optics", "engines", VIETNAMESE],
        columns=["VNM", "JPN"],
    )
    return plots.heat_map(
        values,
        unsure=values.abs() < 1,
        limit=2.0,
        legend=VIETNAMESE,
        ends=("less", VIETNAMESE, "more"),
    )


def tree(language="en"):
    branches = {
        "b1": plots.Branch("VNM", "JPN", 1.0, "90"),
        "b2": plots.Branch("b1", "KOR", 2.0, ""),
    }
    names = {"VNM": VIETNAMESE, "JPN": "Japan", "KOR": "Korea"}
    return plots.tree(
        ["VNM", "JPN", "KOR"],
        branches,
        names,
        {"JPN": "#000000"},
        {"VNM"},
        x_label=VIETNAMESE,
        language=language,
    )


def points(count=5, seed=1):
    spread = np.random.default_rng(seed).normal(size=(count, 2))
    return pd.DataFrame(
        {
            "x": spread[:, 0],
            "y": spread[:, 1],
            "group": [1 + place % 2 for place in range(count)],
            "name": [f"Country number {place}" for place in range(count)],
        },
        index=[f"C{place:02d}" for place in range(count)],
    )


def scatter(language="en", rows=None, emphasised=("C01",)):
    rows = points() if rows is None else rows
    return plots.labelled_scatter(
        rows,
        groups={1: "group 1 (firm)", 2: VIETNAMESE},
        emphasised=set(emphasised),
        labelled=set(rows.index),
        x_label="first",
        y_label=VIETNAMESE,
        language=language,
    )


def series(labels=("observed", "observed", "forecast", "scenario"), shift=None):
    rows = pd.DataFrame({"year": [2020 + step for step in range(len(labels))], "label": labels})
    ahead = rows["label"] == "forecast"
    value = 100.0 + rows.index.to_numpy()
    return rows.assign(
        value=value,
        value_published=pd.Series(value).where(rows["label"] == "observed") * 0.9,
        low_80=pd.Series(value - 1).where(ahead),
        high_80=pd.Series(value + 1).where(ahead),
        low_95=np.nan,
        high_95=np.nan,
        level_shift=[shift if year == 2021 else None for year in rows["year"]],
    )


def multiples(language="en"):
    panels = [
        (VIETNAMESE, series(shift="new survey")),
        ("without forecast", series(["observed"])),
        ("no skill", series(["observed", "observed", "no_skill"])),
        ("a title " * 20, series(["observed", "scenario"])),
    ]
    return plots.small_multiples(panels, language=language, columns=3)


def dots(language="en"):
    rows = pd.DataFrame(
        {
            "name": [VIETNAMESE, "b"],
            "value": [1.0, np.nan],
            "low": [0.5, np.nan],
            "high": [1.5, np.nan],
            "emphasis": [True, False],
        }
    )
    return plots.dots_with_intervals(rows, reference=1.0, x_label=VIETNAMESE, language=language)


LINES = pd.DataFrame(
    {VIETNAMESE: [1000.5, 1001, 1002], "Japan": [1000.0, np.nan, 990.0]}, index=[2020, 2021, 2022]
)


def lines(language="en", table=LINES, **more):
    given = {"y_label": VIETNAMESE, "dashed_from": 2021, "emphasised": {VIETNAMESE}} | more
    return plots.lines(table, language=language, **given)


def hatched(language="en"):
    return lines(language, incomplete_from=2021, incomplete_words=VIETNAMESE)


DRAWINGS = [heat_map, tree, scatter, multiples, dots, lines, hatched]


@pytest.mark.parametrize("draw", DRAWINGS)
class TestEveryDrawing:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_a_figure_whose_letters_all_exist(self, draw, language):
        with warnings.catch_warnings():
            # a letter that the font lacks is a warning, and an empty box in the drawing
            warnings.simplefilter("error")
            figure = draw(language)
            svg = plots.to_svg(figure, "one")
        assert isinstance(figure, Figure)
        assert ElementTree.fromstring(svg).tag.endswith("svg")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_gives_the_same_bytes_when_drawn_again(self, draw, language):
        assert plots.to_svg(draw(language), "one") == plots.to_svg(draw(language), "one")

    def test_gives_the_same_bytes_when_written_again(self, draw):
        figure = draw()
        first = plots.to_svg(figure, "one")
        assert plots.to_svg(figure, "one") == first

    def test_has_prefixed_ids_and_refers_to_nothing_else(self, draw):
        root = ElementTree.fromstring(plots.to_svg(draw(), "one"))
        ids, references = [], []
        for element in root.iter():
            for name, value in element.attrib.items():
                if name == "id":
                    ids.append(value)
                elif name.endswith("href"):
                    references.append(value)
                references += [f"#{inside}" for inside in re.findall(r"url\(#([^)]+)\)", value)]
        assert ids
        assert len(set(ids)) == len(ids)
        assert all(one.startswith("one-") for one in ids)
        pictures = [one for one in references if one.startswith("data:image/png;base64,")]
        assert {one.removeprefix("#") for one in references if one not in pictures} <= set(ids)

    def test_names_no_date_no_machine_and_no_size(self, draw):
        svg = plots.to_svg(draw(), "one")
        assert svg.startswith("<svg")
        assert "<metadata" not in svg
        assert not re.search(r"\b20\d\d-\d\d-\d\dT", svg)
        without_spaces = re.sub(r'\bxmlns(:\w+)?="[^"]*"', "", svg)
        assert "http" not in without_spaces
        opening = svg[: svg.index(">")]
        assert "viewBox" in opening
        assert " width=" not in opening
        assert " height=" not in opening


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_every_vietnamese_letter_has_a_glyph(weight):
    assert len(ALPHABET) == 1 + 12 * 6
    figure = Figure()
    words = figure.text(0, 0.5, f"{ALPHABET} {ALPHABET.upper()} – − …", fontweight=weight)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plots.to_svg(figure, "one")
    # a letter that is not there would have been told
    words.set_text("\u8d8a")
    with pytest.warns(UserWarning, match=r"Glyph .* missing"):
        plots.to_svg(figure, "one")


def test_two_figures_of_one_page_share_no_id():
    def ids(name):
        return set(re.findall(r'\bid="([^"]+)"', plots.to_svg(dots(), name)))

    assert not ids("one") & ids("two")


def boxes(figure):
    """Return the label boxes of a scatter as the written figure has them."""
    plots.to_svg(figure, "one")  # writing lays the figure out once more
    return [text.get_window_extent() for text in figure.axes[0].texts]


def overlapping(found):
    return [
        (one, other)
        for one, other in combinations(found, 2)
        if min(one.x1, other.x1) - max(one.x0, other.x0) > 1
        and min(one.y1, other.y1) - max(one.y0, other.y0) > 1
    ]


@pytest.mark.parametrize("seed", range(4))
def test_labels_of_a_crowd_do_not_overlap(seed):
    found = boxes(scatter(rows=points(60, seed)))
    assert len(found) >= 20
    assert not overlapping(found)


def test_labels_of_points_in_one_place_do_not_overlap():
    rows = points(12).assign(x=[0.0] * 11 + [1.0], y=[0.0] * 11 + [1.0])
    found = boxes(scatter(rows=rows))
    assert 1 <= len(found) <= 12
    assert not overlapping(found)


def test_an_emphasised_point_keeps_its_name_in_a_crowd():
    rows = points(60)
    figure = scatter(rows=rows, emphasised=["C59"])
    bold = [text.get_text() for text in figure.axes[0].texts if text.get_fontweight() == "bold"]
    assert bold == ["Country number 59"]


def test_only_labelled_and_emphasised_points_carry_a_name():
    figure = plots.labelled_scatter(
        points(),
        groups={1: "a", 2: "b"},
        emphasised={"C01"},
        labelled={"C03"},
        x_label="x",
        y_label="y",
        language="en",
    )
    assert {text.get_text() for text in figure.axes[0].texts} == {
        "Country number 1",
        "Country number 3",
    }


def test_colours_of_a_heat_map_are_clipped_and_missing_cells_masked():
    mesh = heat_map().axes[0].collections[0]
    drawn = mesh.get_array()
    assert drawn.reshape(3, 2).filled(99).tolist() == [[0.5, 99], [-2.0, -2.0], [0.0, 2.0]]


def test_rings_stand_on_the_unsure_cells_that_have_a_value():
    values = pd.DataFrame([[0.5, np.nan], [1.0, 2.0]])
    unsure = pd.DataFrame([[True, True], [False, True]])
    ends = ("a", "b", "c")
    figure = plots.heat_map(values, unsure=unsure, limit=2.0, legend="l", ends=ends)
    rings = figure.axes[0].lines[0]
    assert list(zip(rings.get_xdata(), rings.get_ydata(), strict=True)) == [(0.5, 0.5), (1.5, 1.5)]


def test_a_chart_without_interval_has_no_band():
    bands = [len(ax.collections) for ax in multiples().axes]
    # only the first series has an interval, and only one of 80 percent
    assert bands[:4] == [1, 0, 0, 0]


def test_every_chart_names_its_years():
    figure = multiples()
    figure.draw_without_rendering()
    for ax in figure.axes[:4]:
        assert any(tick.get_text() and tick.get_visible() for tick in ax.get_xticklabels())


@pytest.mark.parametrize("words", ["Kỹ thuật hàng không và vũ trụ", "Toán"])
def test_column_names_of_a_heat_map_lean_only_where_they_do_not_fit(words):
    values = pd.DataFrame(1.0, index=["VNM"], columns=[f"{words} {n}" for n in range(14)])
    ends = ("less", "as", "more")
    figure = plots.heat_map(values, unsure=values < 0, limit=2.0, legend="l", ends=ends)
    figure.draw_without_rendering()
    ticks = figure.axes[0].get_xticklabels()
    if len(words) > 12:
        assert {tick.get_rotation() for tick in ticks} == {40.0}
        return
    assert {tick.get_rotation() for tick in ticks} == {0.0}
    boxes = [tick.get_window_extent() for tick in ticks]
    assert all(a.x1 <= b.x0 for a, b in pairwise(boxes))


def test_years_along_lines_stand_at_tens_and_end_with_the_data():
    table = pd.DataFrame({"Japan": 1.0}, index=range(2000, 2061))
    ticks = lines(table=table, emphasised=set()).axes[0].get_xticks()
    assert list(ticks) == list(range(2000, 2061, 10))


def test_charts_that_are_not_needed_are_hidden():
    shown = [ax.get_visible() for ax in multiples().axes]
    assert shown == [True] * 4 + [False] * 2


def test_a_key_names_the_marks_above_the_charts_and_looks_like_them():
    key = {"95": "wide", "forecast": VIETNAMESE, "shift": "shift", "published": "ring"}
    figure = plots.small_multiples([("a", series())], language="en", key=key)
    (legend,) = figure.legends
    # in the order of the marks, whatever the order asked for
    assert [text.get_text() for text in legend.get_texts()] == ["ring", "shift", VIETNAMESE, "wide"]
    ring, shift, ahead, band = legend.legend_handles
    assert (ring.get_marker(), ring.get_markerfacecolor()) == ("o", "none")
    assert shift.get_color() == plots.PALETTE[1]
    drawn = [line for line in figure.axes[0].lines if line.get_color() == plots.PALETTE[0]]
    assert (ahead.get_color(), ahead.get_linestyle()) == ("#0072B2", drawn[0].get_linestyle())
    assert band.get_alpha() == 0.18
    assert not plots.small_multiples([("a", series())], language="en").legends


def test_rescaled_years_are_ringed_as_published_and_dashed_as_scaled():
    rows = series(["rescaled", "rescaled", "observed", "forecast"]).assign(
        value_published=[90.0, 91.0, 102.0, np.nan]
    )
    ax = plots.small_multiples([("a", rows)], language="en").axes[0]
    rings, scaled, observed = ax.lines[:3]
    assert (rings.get_marker(), rings.get_markerfacecolor()) == ("o", "none")
    assert rings.get_xydata().tolist() == [[2020, 90.0], [2021, 91.0]]
    # the dashed line goes on to the last year, so that both parts meet
    assert scaled.get_xydata().tolist() == [[2020, 100.0], [2021, 101.0], [2022, 102.0]]
    assert scaled.is_dashed()
    assert observed.get_xydata().tolist() == [[2022, 102.0]]
    assert not observed.is_dashed()


def test_a_drawing_is_cut_to_what_is_drawn_and_clips_no_label():
    def size(figure):
        svg = plots.to_svg(figure, "one")
        return [float(part) for part in re.search(r'viewBox="([^"]+)"', svg)[1].split()]

    bare, wide = Figure(figsize=(3, 2)), Figure(figsize=(3, 2))
    for figure in (bare, wide):
        figure.subplots()
    before = size(bare)
    wide.axes[0].text(1.0, 0.5, "a long label " * 20)
    after = size(wide)
    assert before[:2] == after[:2] == [0.0, 0.0]
    # 3 inches are 216 points: the label alone is wider
    assert before[2] <= 216 + 1
    assert after[2] > 2 * 216
    assert after[3] == pytest.approx(before[3], abs=1)


def test_a_level_shift_is_drawn_between_its_years():
    ax = multiples().axes[0]
    places = [line.get_xdata()[0] for line in ax.lines if len(set(line.get_xdata())) == 1]
    assert 2020.5 in places


def test_the_colour_bar_says_both_ends_and_the_middle():
    bar = heat_map().axes[1]
    assert [label.get_text() for label in bar.get_xticklabels()] == ["less", VIETNAMESE, "more"]
    assert bar.get_xticks().tolist() == [-2.0, 0.0, 2.0]


@pytest.mark.parametrize(
    ("value", "english", "vietnamese"),
    [
        (1_250_000, "1.25M", "1,25 Tr"),
        (2.5e9, "2.5B", "2,5 T"),
        (1000, "1K", "1 N"),
        (-1500, "−1.5K", "−1,5 N"),
        (999, "999", "999"),
        (-0.25, "−0.25", "−0,25"),
        (0.00025, "0.00025", "0,00025"),
        (0.1 + 0.2, "0.3", "0,3"),
        (0, "0", "0"),
        (-0.0, "0", "0"),
        (-1e-17, "0", "0"),
    ],
)
def test_numbers_on_an_axis_are_short_in_each_language(value, english, vietnamese):
    assert plots.short_number(value, "en") == english
    assert plots.short_number(value, "vi") == vietnamese


def numbers_along(axis):
    axis.figure.draw_without_rendering()
    return [label.get_text() for label in axis.get_ticklabels()]


def test_axes_are_numbered_in_the_form_of_the_language():
    def both(draw, of):
        return [set(numbers_along(of(draw(language).axes[0]))) for language in ("en", "vi")]

    english, vietnamese = both(lines, lambda ax: ax.yaxis)
    assert "1,000" in english
    assert "1.000" in vietnamese
    english, vietnamese = both(dots, lambda ax: ax.xaxis)
    assert "1.2" in english
    assert "1,2" in vietnamese
    english, vietnamese = both(tree, lambda ax: ax.xaxis)
    assert "0.6" in english
    assert "0,6" in vietnamese
    english, vietnamese = both(scatter, lambda ax: ax.yaxis)
    assert any("." in number for number in english)
    assert {number.replace(".", ",") for number in english} == vietnamese


def test_years_along_an_axis_have_no_separator():
    for language in LANGUAGES:
        for draw in (lines, multiples):
            below = draw(language).axes[1 if draw is multiples else 0]
            assert "2021" in numbers_along(below.xaxis)


def test_the_language_changes_no_plotted_number():
    def plotted(figure):
        return [line.get_xydata().tolist() for ax in figure.axes for line in ax.lines]

    for draw in (tree, dots, multiples, hatched):
        english, vietnamese = plotted(draw("en")), plotted(draw("vi"))
        assert len(english) > 0
        np.testing.assert_equal(english, vietnamese)


def test_incomplete_years_are_hatched_from_edge_to_edge_and_named():
    figure = Figure()
    ax = figure.subplots()
    ax.plot([2018, 2021], [3, 1])
    plots.hatch_incomplete(ax, 2020, 2021, "still filling up")
    (area,) = ax.patches
    assert area.get_hatch() == "///"
    assert not area.get_fill() or area.get_facecolor()[3] == 0
    left, right = area.get_x(), area.get_x() + area.get_width()
    assert (left, right) == (2019.5, 2021.5)
    assert [text.get_text() for text in ax.texts] == ["still filling up"]
    # the words stand above the hatched years
    place = ax.texts[0].get_position()
    assert 2020 < place[0] <= 2021.5
    assert place[1] >= 1
    svg = plots.to_svg(figure, "one")
    assert svg.count("<pattern") == 1
    # the drawing itself shows from which year on it is hatched
    assert f'id="one-{plots.hatched_years(2020)}"' in svg


def test_hatched_charts_of_one_figure_share_no_id():
    figure, axes = plots.new_figure(6, 3, columns=2)
    for ax in axes.ravel():
        ax.plot([2018, 2021], [3, 1])
        plots.hatch_incomplete(ax, 2020, 2021, "")
    svg = plots.to_svg(figure, "one")
    assert 'id="one-incomplete-from-2020"' in svg
    assert 'id="one-incomplete-from-2020-2"' in svg


def test_lines_are_hatched_up_to_their_last_year_only_if_asked():
    assert not lines().axes[0].patches
    (area,) = hatched().axes[0].patches
    assert (area.get_x(), area.get_x() + area.get_width()) == (2020.5, 2022.5)
    assert VIETNAMESE in [text.get_text() for text in hatched().axes[0].texts]


def test_a_line_that_breaks_off_carries_its_name_where_it_ended():
    table = LINES.assign(Japan=[1000.0, 999.0, np.nan], Nowhere=np.nan)
    texts = {text.get_text(): text.xy for text in lines(table=table).axes[0].texts}
    assert texts == {VIETNAMESE: (2022, 1002.0), "Japan": (2022, 999.0)}


def test_a_dollar_sign_in_a_name_is_no_formula():
    # the first would lose its signs, the second cannot be read as a formula at all
    for name in ("US$ and SG$", "$^_$"):
        svg = plots.to_svg(lines(table=LINES.rename(columns={"Japan": name})), "one")
        assert f"<!-- {name} -->" in svg


def test_hostile_words_bring_no_element_into_a_drawing():
    hostile = '--><script>alert("x")</script><!--'
    figure = lines(table=LINES.rename(columns={"Japan": hostile}), y_label=hostile)
    svg = plots.to_svg(figure, "one")
    assert "<script" not in svg
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert "path" in tags
    assert "script" not in tags


def test_a_chart_marks_no_year_unless_told():
    chart = plots.Chart(lines, LINES)
    assert chart.incomplete_from is None
    assert chart.draw("vi").axes


@settings(deadline=None)
@given(
    st.lists(st.floats(min_value=0, max_value=100), min_size=1, max_size=12).map(sorted),
    st.floats(min_value=0.1, max_value=5),
)
@example([0.0] * 5, 1.0)
def test_spread_places_stay_in_order_and_apart(values, gap):
    places = plots.spread(np.array(values), gap)
    assert (np.diff(places) >= gap * 0.98).all()
    assert places.mean() == pytest.approx(np.mean(values), abs=1e-6)


def test_three_names_in_one_place_move_to_both_sides():
    assert plots.spread(np.zeros(3), 1.0) == pytest.approx([-1.0, 0.0, 1.0], abs=0.01)


def test_places_that_are_apart_are_left_alone():
    values = np.array([1.0, 2.0, 5.0])
    assert plots.spread(values, 0.5).tolist() == [1.0, 2.0, 5.0]


# --- tiles ------------------------------------------------------------------------------------


def tile_figure(**changes):
    numbers = pd.DataFrame(
        [[1, 1, 2], [7, pd.NA, 2], [12, 3, 3]],
        index=[VIETNAMESE, "Japan", "Korea"],
        columns=["2001", "2006", "2011"],
        dtype="Int64",
    )
    sure = pd.DataFrame([[True, False, True]] * 3)
    given = {
        "sure": sure,
        "sides": [(0, 1, "group 2"), (2, 2, VIETNAMESE)],
        "emphasised": {"Japan"},
        "legend": ("full", "pale", "blank"),
    }
    return plots.tiles(numbers, **(given | changes))


def test_tiles_carry_their_number_and_a_strip_joins_alike_neighbours():
    ax = tile_figure().axes[0]
    written = [text.get_text() for text in ax.texts]
    assert written[:9] == ["1", "1", "2", "7", "\u2013", "2", "12", "3", "3"]
    assert written[9:] == ["group 2", VIETNAMESE]
    # eight tiles, and strips from 1 to 1 and from 3 to 3
    assert len(ax.patches) == 8 + 2


def test_unsure_tiles_are_pale_and_numbers_can_be_read_on_all():
    ax = tile_figure().axes[0]
    full, pale = plots._tile_colours(1)
    assert full != pale

    def brightness(colour):
        parts = np.array(plots.to_rgb(colour))
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ np.array([0.2126, 0.7152, 0.0722]))

    tiles = [patch for patch in ax.patches if patch.get_height() > 0.5]
    numbers = [text for text in ax.texts if text.get_text().isdigit()]
    for tile, text in zip(tiles, numbers, strict=True):
        lightness = sorted((brightness(tile.get_facecolor()[:3]), brightness(text.get_color())))
        assert (lightness[1] + 0.05) / (lightness[0] + 0.05) >= 4.5
    assert [patch.get_facecolor() for patch in tiles[:2]] == [
        (*plots.to_rgb(full), 1.0),
        (*plots.to_rgb(pale), 1.0),
    ]


def test_the_legend_of_tiles_names_blanks_only_if_there_are_any():
    assert [text.get_text() for text in tile_figure().legends[0].get_texts()] == [
        "full",
        "pale",
        "blank",
    ]
    whole = pd.DataFrame([[1, 2]], index=["A"], columns=["x", "y"], dtype="Int64")
    figure = plots.tiles(
        whole,
        sure=pd.DataFrame([[True, True]]),
        sides=[],
        emphasised=set(),
        legend=("full", "pale", "blank"),
    )
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["full", "pale"]


def test_names_of_tiles_stand_in_order_and_the_emphasised_one_is_bold():
    ax = tile_figure().axes[0]
    assert [text.get_text() for text in ax.get_yticklabels()] == [VIETNAMESE, "Japan", "Korea"]
    assert [text.get_fontweight() for text in ax.get_yticklabels()] == ["normal", "bold", "normal"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


# --- ids --------------------------------------------------------------------------------------


def test_ids_are_short_and_each_reference_finds_its_own():
    svg = plots.to_svg(tile_figure(), "tiles")
    ids = re.findall(r'\bid="([^"]+)"', svg)
    used = [a or b for a, b in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)]
    assert len(set(ids)) == len(ids)
    assert set(ids) == set(used)
    assert all(re.fullmatch(r"tiles-\d+", one) for one in ids)
    ElementTree.fromstring(svg)


def test_what_is_hatched_keeps_its_id():
    svg = plots.to_svg(hatched(), "chart")
    assert re.search(r'id="chart-incomplete-from-\d{4}"', svg)
