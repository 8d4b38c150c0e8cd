"""Report pages: each rule refuses what breaks it, and an element shows what it was given."""

import base64
import csv
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from conftest import CARD
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from techdiplomacy import page_columns as cells
from techdiplomacy import pages, plots
from techdiplomacy.cards import load_card
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidPage, InvalidParams, TechDiplomacyError
from techdiplomacy.plots import Chart
from techdiplomacy.texts import Text, count, decimal, percent, say, verbatim

ROWS = pd.DataFrame({"country": ["VNM", "JPN"], "families": [3, 40]})
SAID = pages.Finding(
    say("{groups} groups of {n} economies.", groups=count(7), n=count(1236)),
    say("noise in {share} of panels", share=percent(0.002, 1)),
    say("grants to 2020"),
)
GOOD = {
    "name": "small-figure",
    "headline": say("Japan has more families than Vietnam"),
    "subtitle": say("Families granted by country, 2019 to 2020"),
    "alt": say("Two bars by country: Japan has {n}, Vietnam fewer.", n=decimal(40.5)),
    "sources": ["tiny"],
}
ENGLISH = {key: GOOD[key].say("en") for key in ("headline", "subtitle", "alt")}
VIETNAMESE = {
    "Japan has more families than Vietnam": "Nhật Bản có nhiều họ sáng chế hơn Việt Nam",
    "Families granted by country, 2019 to 2020": "Họ sáng chế được cấp theo nước, 2019 đến 2020",
    "Two bars by country: Japan has {n}, Vietnam fewer.": (
        "Hai cột theo nước: Nhật Bản có {n}, Việt Nam ít hơn nhiều."
    ),
    "Source": "Nguồn",
    "Findings": "Phát hiện",
    "How sure:": "Độ chắc chắn:",
    "Data:": "Dữ liệu:",
    "Data (CSV, {size} kB)": "Dữ liệu (CSV, {size} kB)",
    "{groups} groups of {n} economies.": "{groups} nhóm trong {n} nền kinh tế.",
    "noise in {share} of panels": "nhiễu trong {share} số bảng",
    "grants to 2020": "bằng cấp đến 2020",
    "accessed {day}": "truy cập {day}",
    "{attribution} ({licence}; data {years}, {year_means}; {accessed})": (
        "{attribution} ({licence}; dữ liệu {years}, {year_means}; {accessed})"
    ),
    "grant year": "năm cấp",
    "country": "quốc gia",
    "families": "họ sáng chế",
    "firm": "chắc chắn",
}
HOSTILE = "<script>alert('x')</script>\"&"


def hatched_from(year):
    """Return a drawing whose years are hatched from one on."""

    def draw(language):
        figure = drawing()
        plots.hatch_incomplete(figure.axes[0], year, year + 1, "")
        return figure

    return draw


def drawing(language="en"):
    figure = Figure(figsize=(2, 1))
    figure.subplots().bar([0, 1], [3, 40])
    return figure


def words(template):
    """Return a sentence without places, whatever is written in it."""
    return say("{words}", words=verbatim(template))


def shown(plotted=ROWS, incomplete_from=None, **changes):
    draw = drawing if incomplete_from is None else hatched_from(incomplete_from)
    return pages.figure(Chart(draw, plotted, incomplete_from), **{**GOOD, **changes})


def columns():
    names = load_countries()
    return (
        cells.country("country", say("country"), names),
        cells.observed("families", say("families"), count),
    )


def tabled(rows=ROWS, **changes):
    captions = {key: GOOD[key] for key in ("name", "headline", "subtitle", "sources")}
    given = {**captions, **changes}
    given.setdefault("columns", columns())
    return pages.table(rows, **given)


def linked_text(markup):
    """Return the CSV inside the page, as a spreadsheet gets it."""
    return base64.b64decode(re.search(r"base64,([^\"]+)", markup)[1]).decode()


def linked_rows(markup):
    return list(csv.reader(io.StringIO(linked_text(markup).removeprefix("\ufeff"), newline="")))


class Cells(HTMLParser):
    """Collect the words of each cell and the attributes of each element."""

    def __init__(self, markup):
        super().__init__()
        self.cells, self.headings, self.attributes, self.inside = [], [], [], None
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))
        if tag == "span":  # what is marked as English stands inside its cell
            return
        self.inside = {"td": self.cells, "th": self.headings}.get(tag)
        if self.inside is not None:
            self.inside.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside if tag == "span" else None

    def handle_data(self, data):
        if self.inside is not None:
            self.inside[-1] += data

    def of(self, tag):
        return [found for name, found in self.attributes if name == tag]


def payload(element):
    """Return what the site gets of an element, as a notebook file keeps it."""
    return json.loads(json.dumps(element._repr_mimebundle_()[pages.ELEMENT_TYPE]))


class TestFindings:
    def test_each_shows_sentence_certainty_and_date_of_its_data_in_both_languages(self, translate):
        translate(VIETNAMESE)
        element = pages.findings([SAID] * 3)
        assert element.markup["en"].count("7 groups of 1,236 economies. <span") == 3
        certainty = '<span class="certainty"><b>How sure:</b> noise in 0.2% of panels</span>'
        assert certainty in element.markup["en"]
        dated = '<span class="data-date"><b>Data:</b> grants to 2020</span>'
        assert dated in element.markup["en"]
        assert 'aria-label="Findings"' in element.markup["en"]
        assert element.markup["vi"].count("7 nhóm trong 1.236 nền kinh tế. <span") == 3
        assert "<b>Độ chắc chắn:</b> nhiễu trong 0,2% số bảng</span>" in element.markup["vi"]
        assert "<b>Dữ liệu:</b> bằng cấp đến 2020</span>" in element.markup["vi"]
        assert "lang=" not in element.markup["vi"]
        assert 'aria-label="Phát hiện"' in element.markup["vi"]

    def test_the_payload_holds_every_word_by_language(self, translate):
        translate(VIETNAMESE)
        element = pages.findings([SAID] * 4)
        assert payload(element) == {
            "kind": "findings",
            "name": "findings",
            "markup": element.markup,
            "findings": [
                {
                    "sentence": {
                        "en": "7 groups of 1,236 economies.",
                        "vi": "7 nhóm trong 1.236 nền kinh tế.",
                    },
                    "certainty": {
                        "en": "noise in 0.2% of panels",
                        "vi": "nhiễu trong 0,2% số bảng",
                    },
                    "data_to": {"en": "grants to 2020", "vi": "bằng cấp đến 2020"},
                }
            ]
            * 4,
        }

    def test_their_plain_text_is_english_and_so_are_the_words_that_count(self, translate):
        translate(
            {"grants to 2020": "bằng " * 60 + "2020", "noise in {share} of panels": "{share}"}
        )
        element = pages.findings([SAID] * 3)
        line = "- 7 groups of 1,236 economies. (noise in 0.2% of panels; grants to 2020)"
        assert element._repr_mimebundle_()["text/plain"].splitlines() == [line] * 3
        assert element._repr_mimebundle_()["text/html"] == element.markup["en"]

    def test_each_has_an_anchor_of_its_own(self, tiny_project):
        markup = pages.findings([SAID] * 5).markup
        for language in ("en", "vi"):
            found = [item["id"] for item in Cells(markup[language]).of("li")]
            assert found == [f"finding-{number}" for number in range(1, 6)]

    @pytest.mark.parametrize("number", [0, 2, 6])
    def test_a_page_has_three_to_five(self, tiny_project, number):
        with pytest.raises(InvalidPage, match=f"three to five findings, this one has {number}"):
            pages.findings([SAID] * number)

    def test_together_they_keep_to_a_hundred_and_twenty_words(self, tiny_project):
        def long(number):
            padding = "word " * number
            return pages.Finding(words(f"seven {padding}"), SAID.certainty, say("2020"))

        # five words of certainty and one of date beside the sentence
        pages.findings([long(33)] * 3)
        with pytest.raises(InvalidPage, match="have 121 words in the language 'en', at most 120"):
            pages.findings([long(33), long(33), long(34)])

    def test_together_they_keep_to_230_vietnamese_syllables(self, translate):
        def spoken(syllables):
            # three data dates, three times seven syllables of sentence, three of certainty
            translate(
                {
                    "grants to 2020": "2020",
                    "noise in {share} of panels": "{share}",
                    "{groups} groups of {n} economies.": "{groups} {n} " + "nhóm " * syllables,
                }
            )
            return pages.findings([SAID] * 3)

        # a date, a share and two numbers beside them
        assert spoken(72)
        with pytest.raises(InvalidPage, match="have 231 words in the language 'vi', at most 230"):
            spoken(73)

    def test_each_has_a_number_in_its_sentence_or_certainty(self, tiny_project):
        vague = say("Borders move.")
        agreed = say("agreement {n}", n=decimal(0.4))
        pages.findings([SAID, SAID, pages.Finding(vague, agreed, say("2020"))])
        with pytest.raises(InvalidPage, match=r"has no number: 'Borders move\.'"):
            pages.findings([SAID, SAID, pages.Finding(vague, say("surely"), say("2020"))])

    @pytest.mark.parametrize(
        ("certainty", "data_to"),
        [("", "2020"), ("  ", "2020"), ("sure", "recent"), ("sure", ""), ("sure", "12020")],
    )
    def test_each_says_how_sure_and_of_which_year(self, tiny_project, certainty, data_to):
        bad = pages.Finding(SAID.sentence, words(certainty), words(data_to))
        with pytest.raises(InvalidPage, match="does not say how sure it is, or of which year"):
            pages.findings([SAID, SAID, bad])

    def test_hostile_words_are_escaped_in_both_languages(self, tiny_project):
        bad = say("1 {words}", words=verbatim(HOSTILE))
        element = pages.findings([SAID, SAID, pages.Finding(bad, bad, say("2020 {b}", b=bad))])
        for language in ("en", "vi"):
            assert "<script" not in element.markup[language]
            assert not Cells(element.markup[language]).of("script")


class TestWords:
    def test_a_number_typed_into_a_sentence_is_refused_with_the_sentence(self):
        with pytest.raises(InvalidPage, match="are typed into a sentence: 42") as caught:
            pages.Finding(say("There are 42 groups."), SAID.certainty, SAID.data_to)
        assert "There are 42 groups." in caught.value.where

    def test_a_paragraph_is_said_and_escaped_in_both_languages(self, translate):
        translate({"{n} of {who}": "{n} của {who}"})
        element = pages.paragraph(say("{n} of {who}", n=decimal(1.5), who=verbatim(HOSTILE)))
        escaped = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&amp;"
        assert element.markup == {
            "en": f"<p>1.50 of {escaped}</p>",
            "vi": f"<p>1,50 của {escaped}</p>",
        }
        assert payload(element) == {"kind": "paragraph", "name": "", "markup": element.markup}


class TestFigure:
    def test_it_carries_its_words_its_source_and_its_numbers(self, tiny_project):
        element = shown()
        found = Cells(element.markup["en"])
        (svg,) = found.of("svg")
        assert (svg["role"], svg["aria-label"]) == ("img", ENGLISH["alt"])
        assert found.attributes[0] == ("figure", {"class": "chart", "id": "small-figure"})
        # a wide drawing can be scrolled by keyboard, and the region says what it is
        assert found.of("div") == [
            {
                "class": "scroll",
                "tabindex": "0",
                "role": "region",
                "aria-label": ENGLISH["headline"],
            }
        ]
        assert re.search(
            r'<div class="scroll"[^>]*><svg.*</svg>\s*</div>', element.markup["en"], re.DOTALL
        )
        assert f'<p class="headline">{ENGLISH["headline"]}</p>' in element.markup["en"]
        assert f'<p class="subtitle">{ENGLISH["subtitle"]}</p>' in element.markup["en"]
        assert "Source: the tests (CC0; data 2019–2020, grant year;" in element.markup["en"]
        assert linked_rows(element.markup["en"]) == [
            ["country", "families"],
            ["VNM", "3"],
            ["JPN", "40"],
        ]

    def test_many_source_lines_are_folded_under_their_producers(self, at_the_root):
        sources = ["ncses_articles", "ncses_ai_patents", "openalex_coauthorship", "cepii_distance"]
        three, four = (
            pages._sources([load_card(source) for source in some], "en")
            for some in (sources[:3], sources)
        )
        assert three.startswith('<span class="source">Source: NCSES, Science')
        assert four.startswith(
            '<details class="source"><summary>Source: NCSES, OpenAlex, CEPII (4 collections)'
        )
        for source in sources:
            assert load_card(source).attribution.removeprefix("Source: ")[:40] in four

    def test_both_languages_have_their_own_words_and_the_same_numbers(self, translate):
        translate(VIETNAMESE)
        element = shown()
        found = Cells(element.markup["vi"])
        alt = "Hai cột theo nước: Nhật Bản có 40,50, Việt Nam ít hơn nhiều."
        assert found.of("svg")[0]["aria-label"] == alt
        assert found.of("div")[0]["aria-label"] == "Nhật Bản có nhiều họ sáng chế hơn Việt Nam"
        assert '<span class="source">Nguồn: the tests' in element.markup["vi"]
        assert ">Dữ liệu (CSV, 1 kB)</a>" in element.markup["vi"]
        assert ">Data (CSV, 1 kB)</a>" in element.markup["en"]
        links = [Cells(element.markup[language]).of("a")[0] for language in ("en", "vi")]
        assert links[0] == links[1]
        assert links[0]["download"] == "small-figure.csv"

    def test_it_is_drawn_once_in_each_language(self, tiny_project):
        asked = []

        def draw(language):
            asked.append(language)
            return drawing()

        pages.figure(Chart(draw, ROWS), **GOOD)
        assert asked == ["en", "vi"]

    def test_the_payload_holds_what_the_site_needs(self, translate):
        translate(VIETNAMESE)
        element = shown()
        found = payload(element)
        assert set(found) == {
            *("kind", "name", "markup", "headline", "subtitle", "alt", "sources"),
        }
        assert (found["kind"], found["name"], found["sources"]) == (
            *("figure", "small-figure"),
            ["tiny"],
        )
        assert found["markup"] == element.markup
        for key in ("headline", "subtitle", "alt"):
            assert found[key]["en"] == ENGLISH[key]
            assert found[key]["vi"] != ENGLISH[key]
        bundle = element._repr_mimebundle_()
        assert bundle["text/html"] == element.markup["en"]
        assert ENGLISH["alt"] in bundle["text/plain"]

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"headline": "  Too short "}, "headline is '  Too short '"),
            ({"subtitle": "Families granted by country"}, "names no year"),
            ({"subtitle": "Families granted, 12020 of them"}, "names no year"),
            ({"sources": []}, "No source is named"),
            ({"plotted": ROWS.head(0)}, "has no rows"),
            ({"name": "Small Figure"}, "'Small Figure' cannot be the name"),
            ({"name": "1st"}, "'1st' cannot be the name"),
            ({"name": ""}, "'' cannot be the name"),
            ({"name": "a_b"}, "'a_b' cannot be the name"),
            ({"name": 'a"onload='}, "cannot be the name"),
        ],
    )
    def test_one_that_breaks_a_rule_is_refused(self, tiny_project, change, message):
        change = {
            key: words(value) if key in ("headline", "subtitle") else value
            for key, value in change.items()
        }
        with pytest.raises(InvalidPage, match=message) as caught:
            shown(**change)
        assert caught.value.next_step

    def test_an_unknown_source_is_named_with_those_there_are(self, tiny_project):
        for element in (shown, tabled):
            with pytest.raises(
                TechDiplomacyError, match=r"'tinny'\. Did you mean 'tiny'"
            ) as caught:
                element(sources=["tinny"])
            assert caught.value.where == "data/snapshots/tinny.yaml"
            assert "listed: tiny;" in caught.value.next_step

    def test_without_alt_text_or_sources_it_is_refused(self, tiny_project):
        given = {key: value for key, value in GOOD.items() if key not in ("alt", "sources")}
        chart = Chart(drawing, ROWS)
        with pytest.raises(InvalidPage, match="No source is named"):
            pages.figure(chart, **given, alt=GOOD["alt"])
        with pytest.raises(InvalidPage, match="has no alt text"):
            pages.figure(chart, **given, sources=["tiny"])
        captions = {key: given[key] for key in ("name", "headline", "subtitle")}
        with pytest.raises(InvalidPage, match="No source is named"):
            pages.table(ROWS, columns=columns(), **captions)

    def test_half_an_interval_is_not_drawn(self, tiny_project):
        with pytest.raises(InvalidPage, match="'low' is drawn without high"):
            shown(ROWS.assign(low=1.0))

    def test_hostile_words_and_attributions_are_escaped_in_both_languages(self, embed):
        embed(attribution=f"Source: {HOSTILE}")
        bad = words(HOSTILE)
        element = shown(
            headline=bad,
            subtitle=say("granted 2020 {bad}", bad=bad),
            alt=say("{bad} is what a reader understands", bad=bad),
        )
        for language in ("en", "vi"):
            found = Cells(element.markup[language])
            assert "<script" not in element.markup[language]
            assert not found.of("script")
            assert found.of("svg")[0]["aria-label"] == f"{HOSTILE} is what a reader understands"


class TestAlternativeText:
    @pytest.mark.parametrize("length", [40, 300])
    def test_its_limits_are_allowed(self, tiny_project, length):
        markup = shown(alt=words("a" * length)).markup
        for language in ("en", "vi"):
            assert f'aria-label="{"a" * length}"' in markup[language]

    @pytest.mark.parametrize("length", [39, 301])
    def test_it_can_be_read_aloud_in_english(self, translate, length):
        sentence = "a" * length
        translate({sentence: "b" * 100})
        with pytest.raises(InvalidPage, match=f"alt text has {length} characters"):
            shown(alt=say(sentence))

    @pytest.mark.parametrize("length", [39, 301])
    def test_it_can_be_read_aloud_in_vietnamese(self, translate, length):
        sentence = "a" * 100
        shown(alt=say(sentence))
        translate({sentence: "ữ" * length})
        with pytest.raises(InvalidPage, match=f"alt text has {length} characters.*ữữ"):
            shown(alt=say(sentence))

    @pytest.mark.parametrize(
        "start",
        [
            *("Chart of", "A chart showing", "The figure shows", "figure:", "An image with"),
            *("Graph of", "Plot of", "Diagram of", "Picture of"),
        ],
    )
    def test_it_does_not_only_say_that_there_is_a_figure(self, tiny_project, start):
        with pytest.raises(InvalidPage, match="only says that there is a figure"):
            shown(alt=words(f"{start} families by country, with Japan on top"))

    @pytest.mark.parametrize("start", ["Figures of", "Charted are", "In Japan", "Plotting"])
    def test_it_may_start_with_other_words(self, tiny_project, start):
        alt = f"{start} families by country, with Japan on top"
        assert f'aria-label="{alt}"' in shown(alt=words(alt)).markup["en"]

    @pytest.mark.parametrize(
        "alt",
        [
            "Japan has more families granted than Vietnam in 2020",
            "Japan has more families granted than Vietnam in 2020.",
            " japan has more families granted  than Vietnam in 2020 ",
        ],
    )
    @pytest.mark.parametrize("key", ["headline", "subtitle"])
    def test_it_does_not_repeat_a_title(self, tiny_project, key, alt):
        title = words("Japan has more families granted than Vietnam in 2020")
        with pytest.raises(InvalidPage, match="repeats the title"):
            shown(alt=words(alt), **{key: title})

    def test_it_does_not_repeat_a_title_in_vietnamese_either(self, translate):
        same = "Nhật Bản có nhiều họ sáng chế hơn Việt Nam trong những năm qua"
        translate({GOOD["headline"].template: same, GOOD["alt"].template: f"{same} {{n}}"})
        shown()
        translate({GOOD["headline"].template: same, "an alternative text " * 3: same})
        with pytest.raises(InvalidPage, match="repeats the title"):
            shown(alt=say("an alternative text " * 3))


def dated(kind, **more):
    return {"coverage": CARD["coverage"] | {"year_kind": kind} | more}


class TestYears:
    """What the years of a source are stands in the subtitle, and filling ones are marked."""

    @pytest.mark.parametrize(
        ("kind", "subtitle"),
        [
            ("grant", "Families granted 2019 to 2020"),
            ("grant", "Grants of 2020"),
            ("priority", "Families by priority year, 2019 to 2020"),
            ("filing", "Families filed 2019 to 2020"),
            ("filing", "By year of filing, 2019 to 2020"),
            ("publication", "Articles of 2020"),
            ("calendar", "Persons in 2020"),
            ("event", "Projects of 2020"),
        ],
    )
    @pytest.mark.parametrize("element", [shown, tabled])
    def test_a_subtitle_that_says_how_they_count_is_taken(self, embed, element, kind, subtitle):
        embed(**dated(kind, complete_to=2020))
        assert f">{subtitle}</p>" in element(subtitle=words(subtitle)).markup["en"]

    @pytest.mark.parametrize(
        ("kind", "subtitle"),
        [
            ("grant", "Families by country, 2019 to 2020"),
            ("grant", "Families of immigrants and migrants, 2020"),
            ("priority", "Families granted 2019 to 2020"),
            ("filing", "Families by priority year, 2020"),
            ("filing", "Profiles filled with families, 2020"),
        ],
    )
    @pytest.mark.parametrize("element", [shown, tabled])
    def test_a_subtitle_that_does_not_is_refused(self, embed, element, kind, subtitle):
        embed(**dated(kind, complete_to=2020))
        with pytest.raises(InvalidPage, match=f"years of tiny are {kind} years: '{subtitle}'"):
            element(subtitle=words(subtitle))

    @pytest.mark.parametrize("kind", ["priority", "filing"])
    def test_a_card_whose_years_fill_up_says_to_which_year_it_is_complete(self, embed, kind):
        embed(**dated(kind))
        with pytest.raises(InvalidParams, match="say complete_to, the last full year"):
            shown(subtitle=words("By priority and filing, 2020"))

    @pytest.mark.parametrize("incomplete_from", [None, 2018, 2020])
    def test_years_that_are_still_filling_up_must_be_hatched(self, embed, incomplete_from):
        embed(**dated("priority", complete_to=2018))
        filling = pd.DataFrame({"year": [2018, 2019, 2020], "families": [3, 2, 1]})
        subtitle = words("By priority year, 2018 to 2020")
        with pytest.raises(InvalidPage, match="Years from 2019 on are incomplete") as caught:
            shown(filling, incomplete_from, subtitle=subtitle)
        assert "incomplete_from=2019" in caught.value.next_step
        assert shown(filling, 2019, subtitle=subtitle).name == "small-figure"

    @pytest.mark.parametrize("draw", [drawing, hatched_from(2018)])
    def test_what_the_chart_says_is_hatched_must_be(self, embed, draw):
        embed(**dated("priority", complete_to=2018))
        filling = pd.DataFrame({"year": [2018, 2019, 2020], "families": [3, 2, 1]})
        given = {**GOOD, "subtitle": words("By priority year, 2018 to 2020")}
        with pytest.raises(InvalidPage, match="does not hatch"):
            pages.figure(Chart(draw, filling, 2019), **given)

    @pytest.mark.parametrize("window", ["2016-2019", "2016\u20132020"])
    def test_periods_that_are_still_filling_up_say_so(self, embed, window):
        embed(**dated("priority", complete_to=2018))
        rows = ROWS.assign(window=["2012-2015", window])
        silent, said = words("By priority year, 2020"), words("By priority, 2019 on incomplete")
        for element in (shown, tabled):
            with pytest.raises(InvalidPage, match=r"Years from 2019 on .* subtitle does not say"):
                element(rows, subtitle=silent)
            assert element(rows, subtitle=said).name == "small-figure"
            full = rows.assign(window="2012-2018")
            assert element(full, subtitle=silent).name == "small-figure"

    def test_a_table_of_years_that_are_still_filling_up_says_so(self, embed):
        embed(**dated("priority", complete_to=2018))
        rows = ROWS.assign(year=[2018, 2019])
        with pytest.raises(InvalidPage, match="subtitle does not say so: 'By priority year, 2020'"):
            tabled(rows, subtitle=words("By priority year, 2020"))
        tabled(rows, subtitle=words("By priority year, 2019 incomplete"))
        tabled(rows.assign(year=2018), subtitle=words("By priority year, 2020"))

    def test_years_that_are_full_need_no_mark(self, embed):
        embed(**dated("priority", complete_to=2020))
        full = pd.DataFrame({"year": [2019, 2020], "families": [3, 2]})
        assert shown(full, subtitle=words("By priority year, 2020")).name == "small-figure"

    def test_the_source_that_is_full_for_the_shortest_time_decides(self, embed, tiny_project):
        snapshots = tiny_project / "data" / "snapshots"
        embed(**dated("priority", complete_to=2020))
        late = (snapshots / "tiny.yaml").read_text(encoding="utf-8").replace("id: tiny", "id: late")
        (snapshots / "late.yaml").write_text(late, encoding="utf-8")
        embed(**dated("filing", complete_to=2018))
        both = pd.DataFrame({"year": [2018, 2019], "families": [3, 2]})
        given = {"sources": ["late", "tiny"], "subtitle": words("By priority or filing, 2019")}
        with pytest.raises(InvalidPage, match="Years from 2019 on are incomplete"):
            shown(both, 2021, **given)
        assert shown(both, 2019, **given).name == "small-figure"


class TestTable:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"headline": words("Short")}, "headline is 'Short'"),
            ({"subtitle": words("No period")}, "names no year"),
            ({"sources": []}, "No source is named"),
            ({"rows": ROWS.head(0)}, "has no rows"),
            ({"name": "a_b"}, "'a_b' cannot be the name"),
            ({"rows": ROWS.drop(columns="families")}, "has no column families"),
        ],
    )
    def test_one_that_breaks_a_rule_is_refused(self, tiny_project, change, message):
        with pytest.raises(InvalidPage, match=message):
            tabled(**change)

    def test_cells_and_headings_are_said_in_each_language(self, translate):
        translate(VIETNAMESE)
        rows = pd.DataFrame({"country": ["VNM", "JPN"], "families": [1234.5, None]})
        named = (columns()[0], cells.observed("families", say("families"), decimal))
        markup = tabled(rows, columns=named).markup
        english, vietnamese = Cells(markup["en"]), Cells(markup["vi"])
        assert english.headings == ["country", "families"]
        assert english.cells == ["Vietnam", "1,234.50", "Japan", "–"]
        assert vietnamese.headings == ["quốc gia", "họ sáng chế"]
        assert vietnamese.cells == ["Việt Nam", "1.234,50", "Nhật Bản", "–"]
        assert linked_text(markup["en"]) == linked_text(markup["vi"])
        assert linked_text(markup["en"]) == "\ufeffcountry,families\nVNM,1234.5\nJPN,\n"

    def test_numbers_carry_the_value_they_are_sorted_by_and_words_do_not(self, tiny_project):
        rows = pd.DataFrame(
            {"country": ["VNM"] * 6, "families": [0.123456, 12345678, -0.5, None, np.inf, np.nan]}
        )
        markup = tabled(rows).markup
        for language in ("en", "vi"):
            found = Cells(markup[language]).of("td")
            assert found[0] == {}
            assert found[1] == {"class": "number", "data-value": "0.123456"}
            values = [cell.get("data-value") for cell in found[1::2]]
            assert values == ["0.123456", "12345678", "-0.5", None, None, None]
        nullable = rows.assign(families=pd.array([7, *[pd.NA] * 5], dtype="Int64"))
        found = Cells(tabled(nullable).markup["en"]).of("td")[1::2]
        assert [cell.get("data-value") for cell in found] == ["7", *[None] * 5]

    def test_the_csv_holds_the_columns_shown_once_and_no_others(self, tiny_project):
        twice = (*columns(), cells.observed("families", say("again"), decimal))
        element = tabled(ROWS.assign(secret=1), columns=twice)
        assert linked_rows(element.markup["en"])[0] == ["country", "families"]
        assert Cells(element.markup["en"]).headings == ["country", "families", "again"]

    def test_sentences_in_cells_stand_in_english_in_the_csv(self, translate):
        translate(VIETNAMESE)
        rows = ROWS.assign(note=pd.Series([say("firm"), None], dtype=object))
        before = rows.copy()
        element = tabled(rows, columns=(*columns(), cells.texts("note", say("note"))))
        assert Cells(element.markup["en"]).cells[2::3] == ["firm", "–"]
        assert Cells(element.markup["vi"]).cells[2::3] == ["chắc chắn", "–"]
        for language in ("en", "vi"):
            assert [row[2] for row in linked_rows(element.markup[language])] == ["note", "firm", ""]
        pd.testing.assert_frame_equal(rows, before)

    def test_a_hostile_name_from_the_data_is_escaped_in_both_languages(self, tiny_project):
        formula = '=HYPERLINK("http://x")'
        (tiny_project / "data" / "reference" / "labels.csv").write_text(
            f'kind,label_en,label_vi\nfield,{HOSTILE.replace(chr(34), "")},"<b onclick=""x"">"\n',
            encoding="utf-8",
        )
        bad = HOSTILE.replace('"', "")
        rows = pd.DataFrame({"field": [bad, formula]})
        heading = say("{bad}", bad=verbatim(HOSTILE))
        markup = tabled(rows, columns=(cells.label("field", heading, raw=True),)).markup
        assert Cells(markup["en"]).cells == [bad, formula]
        assert Cells(markup["vi"]).cells == ['<b onclick="x">', formula]
        for language in ("en", "vi"):
            assert Cells(markup[language]).headings == [HOSTILE]
            assert not {"script", "b"} & {tag for tag, _ in Cells(markup[language]).attributes}
            assert linked_rows(markup[language])[1:] == [[bad], [f"'{formula}"]]

    def test_what_has_no_translation_is_marked_as_english(self, translate):
        translate({key: VIETNAMESE[key] for key in ("country", "Source")})
        vietnamese = tabled().markup["vi"]
        assert '<th scope="col">quốc gia</th>' in vietnamese
        assert '<th scope="col" class="number"><span lang="en">families</span></th>' in vietnamese
        assert f'<p class="headline"><span lang="en">{ENGLISH["headline"]}</span></p>' in vietnamese
        # attributes hold no markup
        assert f'aria-label="{ENGLISH["headline"]}"' in vietnamese
        assert "lang=" not in tabled().markup["en"]

    def test_an_interval_that_a_row_lacks_is_explained_by_the_row(self, tiny_project):
        rows = pd.DataFrame(
            {
                "n": [1.0, 2.0],
                "n_low": [0.5, np.nan],
                "n_high": [1.5, np.nan],
                "kind": ["forecast", "scenario"],
            }
        )
        interval = cells.Interval("n_low", "n_high", percent(0.9))
        reasons = {"scenario": say("too far ahead")}
        column = cells.estimate("n", say("n"), decimal, interval, without=reasons, by="kind")
        markup = tabled(rows, columns=(column,)).markup["en"]
        assert Cells(markup).cells == ["1.00", "0.50 to 1.50", "2.00", "too far ahead"]
        assert linked_rows(markup)[0] == ["n", "n_low", "n_high"]
        with pytest.raises(InvalidPage, match="'n' is an estimate"):
            tabled(rows, columns=(cells.observed("n", say("n"), decimal),))

    def test_the_payload_holds_what_the_site_needs(self, tiny_project):
        element = tabled()
        assert payload(element) == {
            "kind": "table",
            "name": "small-figure",
            "markup": element.markup,
            "headline": dict.fromkeys(("en", "vi"), ENGLISH["headline"]),
            "subtitle": dict.fromkeys(("en", "vi"), ENGLISH["subtitle"]),
            "sources": ["tiny"],
        }

    def test_a_wide_one_says_so(self, tiny_project):
        for language in ("en", "vi"):
            wide = tabled(wide=True).markup[language]
            assert '<figure class="table wide" id="small-figure">' in wide
            assert '<figure class="table" id="small-figure">' in tabled().markup[language]

    def test_one_without_rows_says_why(self, translate):
        translate({"Nothing lies there.": "Không có gì ở đó."})
        element = tabled(ROWS.head(0), if_empty=say("Nothing lies there."))
        assert "<p>Nothing lies there.</p>" in element.markup["en"]
        assert "<p>Không có gì ở đó.</p>" in element.markup["vi"]
        assert "<table" not in element.markup["en"]
        assert payload(element)["headline"]["en"] == ENGLISH["headline"]
        assert payload(element)["sources"] == ["tiny"]

    @pytest.mark.parametrize(
        "change",
        [{"name": 'a"b'}, {"headline": words("Short")}, {"sources": []}],
    )
    def test_one_without_rows_keeps_to_the_rules_all_the_same(self, tiny_project, change):
        with pytest.raises(InvalidPage):
            tabled(ROWS.head(0), if_empty=say("Nothing lies there."), **change)

    def test_words_for_an_empty_table_do_not_stand_in_one_with_rows(self, tiny_project):
        markup = tabled(if_empty=say("Nothing lies there.")).markup["en"]
        assert "Nothing" not in markup
        assert Cells(markup).cells == ["Vietnam", "3", "Japan", "40"]


class TestLinkedData:
    def test_the_link_opens_as_utf8_in_a_spreadsheet(self, tiny_project):
        rows = pd.DataFrame({"tên": ["Việt Nam, 1"], "n": [1.5]})
        text = linked_text(pages.csv_link(rows, "one", "vi"))
        assert text == '\ufefftên,n\n"Việt Nam, 1",1.5\n'

    def test_formulas_are_quoted_and_negative_numbers_are_not(self, tiny_project):
        rows = pd.DataFrame(
            {"=text": ["=1+1", "+1", "-1", "@a", "\t=1", "a=1"], "number": [-1, -2, -3, 4, 5, 6]}
        )
        before = rows.copy()
        read = linked_rows(pages.csv_link(rows, "one", "en"))
        assert read[0] == ["'=text", "number"]
        assert [row[0] for row in read[1:]] == ["'=1+1", "'+1", "'-1", "'@a", "'\t=1", "a=1"]
        assert [row[1] for row in read[1:]] == ["-1", "-2", "-3", "4", "5", "6"]
        pd.testing.assert_frame_equal(rows, before)

    def test_its_size_is_said_in_the_form_of_the_language(self, tiny_project):
        rows = pd.DataFrame({"text": ["x" * 1_234_000]})
        assert "(CSV, 1,234 kB)" in pages.csv_link(rows, "one", "en")
        assert "(CSV, 1.234 kB)" in pages.csv_link(rows, "one", "vi")

    @settings(deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.text(
                    alphabet=st.characters(categories=["L", "N", "P", "Zs"]), min_size=1
                ).filter(lambda text: text[0] not in "=+-@"),
                st.floats(allow_nan=False, allow_infinity=False),
            ),
            min_size=1,
            max_size=5,
        )
    )
    def test_the_linked_rows_are_those_plotted(self, pairs):
        rows = pd.DataFrame(pairs, columns=["text", "number"])
        read = linked_rows(pages.csv_link(rows, "one", "en"))
        assert read[0] == ["text", "number"]
        assert [(text, float(number)) for text, number in read[1:]] == pairs


def test_the_words_of_the_tests_are_in_the_catalogue_form():
    # a sentence of GOOD that is renamed here and not there would test English against English
    for text in (GOOD["headline"], GOOD["subtitle"], GOOD["alt"], SAID.sentence, SAID.certainty):
        assert isinstance(text, Text)
        assert text.template in VIETNAMESE
