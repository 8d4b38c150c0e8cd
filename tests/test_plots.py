"""Figures: the same numbers give the same drawing, and every drawing survives small input."""

import re
import unicodedata
import warnings
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from drawings import LINES, dots, hatched, heat_map, lines, multiples, scatter, tile_figure, tree
from matplotlib.figure import Figure

from techdiplomacy import plots
from techdiplomacy.texts import LANGUAGES

# every letter of the language with its marks
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
ALPHABET = unicodedata.normalize("NFC", "đ" + "".join(v + t for v in VOWELS for t in TONES))
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
