"""Errors: what is wrong, where, what to do; and each kind is raised and tested."""

import ast
import re

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from techdiplomacy import errors
from techdiplomacy.errors import TechDiplomacyError, suggest

KINDS = sorted(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, TechDiplomacyError)
)
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def calls(path):
    """Return the calls in a file whose function is a plain name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]


def test_a_message_says_what_where_and_what_to_do():
    error = TechDiplomacyError("It broke.", where="a.csv", next_step="Mend it.")
    assert str(error) == "It broke.\n  where: a.csv\n  what to do: Mend it."
    assert (error.what, error.where, error.next_step) == ("It broke.", "a.csv", "Mend it.")


def test_where_and_what_to_do_cannot_be_left_out():
    with pytest.raises(TypeError, match="next_step"):
        TechDiplomacyError("It broke.", where="a.csv")
    with pytest.raises(TypeError, match="where"):
        TechDiplomacyError("It broke.", next_step="Mend it.")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_raised_by_the_package(kind):
    found = [path for path in SOURCES for call in calls(path) if call.func.id == kind]
    assert found, f"{kind} is never made"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_expected_by_a_test(kind):
    expected = [
        path.name
        for path in sorted((ROOT / "tests").glob("test_*.py"))
        if path.name != "test_errors.py"
        and re.search(rf"raises\(\s*{kind}\b", path.read_text(encoding="utf-8"))
    ]
    assert expected, f"no test expects {kind}"


def test_no_error_of_the_package_is_made_without_what_to_do():
    for path in SOURCES:
        for call in calls(path):
            if call.func.id in KINDS:
                given_names = {keyword.arg for keyword in call.keywords}
                assert {"where", "next_step"} <= given_names, f"{path.name}:{call.lineno}"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("clusers", " Did you mean 'clusters'?"),
        ("forcast", " Did you mean 'forecast' or 'forecasts'?"),
        ("zzz", ""),
        ("", ""),
    ],
)
def test_the_nearest_words_are_suggested(wrong, words):
    assert suggest(wrong, ["forecasts", "clusters", "forecast", "clusters"]) == words


def test_nothing_is_suggested_from_nothing():
    assert suggest("clusters", []) == ""


@settings(deadline=None)
@given(st.lists(st.text(min_size=1)), st.text(min_size=1))
def test_order_of_the_known_words_plays_no_part(known, wrong):
    assert suggest(wrong, known) == suggest(wrong, known[::-1])
