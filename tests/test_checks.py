"""Checked settings: each wrong key or value is named, with the nearest right one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError, model_validator

from techdiplomacy.checks import Settings, parse_settings
from techdiplomacy.errors import InvalidParams


class Inner(Settings):
    years: int
    share: float = Field(default=0.5, le=1)


class Outer(Settings):
    inner: Inner
    listed: dict[str, Inner] = Field(default_factory=dict)
    pair: list[int] = Field(default_factory=list)

    @model_validator(mode="after")
    def _paired(self):
        if len(self.pair) == 1:
            raise ValueError("a pair has two ends")
        return self


def parsed(content):
    return parse_settings(Outer, content, where="params.yaml: outer")


def refused(content):
    with pytest.raises(InvalidParams) as caught:
        parsed(content)
    assert caught.value.where == "params.yaml: outer"
    return caught.value


def test_good_settings_are_typed_and_frozen():
    good = parsed({"inner": {"years": 5}, "listed": {"a": {"years": 1, "share": 1}}})
    assert (good.inner.years, good.listed["a"].share) == (5, 1.0)
    with pytest.raises(ValidationError, match="frozen"):
        good.inner.years = 6


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"iner": {}, "inner": {"years": 1}}, "Unknown key 'iner'. Did you mean 'inner'?"),
        ({"inner": {"years": 1, "shar": 1}}, "Unknown key 'inner.shar'. Did you mean 'share'?"),
        (
            {"inner": {"years": 1}, "listed": {"a": {"years": 1, "yers": 1}}},
            "Unknown key 'listed.a.yers'. Did you mean 'years'?",
        ),
        ({"inner": {"years": 1, "xyz": 1}}, "Unknown key 'inner.xyz'."),
        ({"inner": {}}, "Key 'inner.years' is missing."),
        ({}, "Key 'inner' is missing."),
        ({"inner": {"years": "5"}}, "found '5' (str)"),
        ({"inner": {"years": True}}, "found True (bool)"),
        ({"inner": {"years": 1, "share": 1.5}}, "found 1.5 (float)"),
        ({"inner": {"years": 1}, "pair": [1]}, "a pair has two ends."),
    ],
)
def test_what_is_wrong_is_said_in_words(content, words):
    error = refused(content)
    assert words in error.what
    assert error.next_step == "Correct the key or value in params.yaml."


def test_all_problems_are_listed_at_once():
    what = refused({"inner": {"share": 2.0, "yeers": 1}}).what
    for words in ("'inner.years' is missing", "'inner.share'", "Did you mean 'years'"):
        assert words in what


@pytest.mark.parametrize("content", [None, [], "text", 5])
def test_what_is_no_mapping_is_refused(content):
    error = refused(content)
    assert type(content).__name__ in error.what
    assert error.next_step.endswith("git diff params.yaml")


@settings(deadline=None)
@given(st.text(min_size=1).filter(lambda key: key not in ("inner", "listed", "pair")))
def test_no_unknown_key_passes(key):
    assert f"Unknown key '{key}'" in refused({"inner": {"years": 1}, key: 1}).what
