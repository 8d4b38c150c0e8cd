"""Every code that a result table may hold has words, and different codes different words."""

import re
from typing import get_args

import pytest

from techdiplomacy import vocabulary
from techdiplomacy.declarations import declared
from techdiplomacy.params import ForecastSettings
from techdiplomacy.texts import LANGUAGES, Text

ALL = {
    name: words
    for name, words in vars(vocabulary).items()
    if name.isupper()
    and isinstance(words, dict)
    and all(isinstance(one, Text) for one in words.values())
    # short for long names, and some of them alike on purpose
    and name != "BRIEF_MEASURES"
}


def allowed(table, column):
    """Return the values that a declared column may hold."""
    (found,) = [one for one in declared(table).columns if one.name == column]
    assert found.allowed
    return set(found.allowed)


@pytest.mark.parametrize(
    ("name", "table", "column", "unsaid"),
    [
        ("VERDICTS", "cluster_verdicts", "verdict", set()),
        ("GROUP_LABELS", "group_stability", "label", set()),
        ("BY_EVIDENCE", "cluster_verdicts", "evidence", set()),
        ("EVIDENCE", "cluster_verdicts", "evidence", set()),
        ("ITEMS", "cluster_verdicts", "evidence", set()),
        ("PANELS", "forecast_skill", "measure", set()),
        # past years are told apart by how they are drawn, not by a word
        ("FORECAST_LABELS", "workforce_forecasts", "label", {"observed", "rescaled"}),
        ("WITHOUT_FORECAST", "series_status", "status", {"ok"}),
    ],
)
def test_the_codes_that_a_table_may_hold_have_words(name, table, column, unsaid):
    assert set(ALL[name]) == allowed(table, column) - unsaid


def test_the_methods_that_may_be_set_have_words():
    (kinds,) = get_args(ForecastSettings.model_fields["models"].annotation)
    assert set(vocabulary.METHODS) == set(get_args(kinds))


def test_the_notes_that_are_declared_have_words():
    (notes,) = [one for one in declared("cluster_verdicts").columns if one.name == "notes"]
    assert set(vocabulary.NOTES_ON_CUTS) == set(
        re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", notes.meaning)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(ALL))
def test_words_are_said_in_each_language_and_told_apart(name, language):
    said = [words.say(language) for words in ALL[name].values()]
    assert all(words.strip() == words and words for words in said)
    assert len(set(said)) == len(said)
