"""Two states of a source: what differs is counted by hand here."""

from decimal import Decimal

import pytest

from techdiplomacy.sources.revisions import (
    Change,
    Difference,
    Revision,
    as_number,
    compare,
    difference_table,
    plain,
)

# country, indicator, year, value, status; invented
BEFORE = [
    ("VNM", "people", "2019", "100", ""),
    ("VNM", "people", "2020", "110", ""),
    ("KOR", "people", "2019", "50", ""),
    ("KOR", "people", "2020", "", ""),
    ("NAM", "effort", "2020", "0", "E"),
]
KEY, VALUES, YEAR = (0, 1, 2), (3,), 2


def changed(rows, **cells):
    """Return rows with other values, named VNM_2020="111"; a None takes the row out."""
    found = []
    for row in rows:
        value = cells.get(f"{row[0]}_{row[2]}", row[3])
        found += [] if value is None else [(*row[:3], value, row[4])]
    return found


def revision(after, **more):
    return compare(BEFORE, after, KEY, VALUES, YEAR, **more)


def test_the_same_values_in_another_order_and_spelling_are_no_revision():
    after = changed(reversed(BEFORE), VNM_2019="100.0", NAM_2020="0.00")
    found = revision(after)
    assert not found.revised
    assert (found.added, found.removed, found.changed, found.shrunk) == (0, 0, 0, [])
    assert found.largest == ()
    assert found.words() == "The same values as before."


def test_more_values_are_a_revision_and_nothing_shrinks():
    found = revision([*changed(BEFORE, KOR_2020="55"), ("JPN", "people", "2020", "120", "")])
    assert (found.added, found.removed, found.changed, found.shrunk) == (2, 0, 0, [])
    assert (found.before, found.after) == ({"2019": 2, "2020": 2}, {"2019": 2, "2020": 4})
    assert found.revised
    assert found.words() == "2 values more, none less, none changed."


def test_other_values_are_listed_by_their_relative_size():
    found = revision(changed(BEFORE, VNM_2019="110", VNM_2020="99", KOR_2019="75", NAM_2020="2"))
    assert (found.added, found.removed, found.changed, found.shrunk) == (0, 0, 4, [])
    assert found.largest == (
        Change(("NAM", "effort", "2020"), 3, "0", "2", None),
        Change(("KOR", "people", "2019"), 3, "50", "75", Decimal("0.5")),
        Change(("VNM", "people", "2019"), 3, "100", "110", Decimal("0.1")),
        Change(("VNM", "people", "2020"), 3, "110", "99", Decimal("0.1")),
    )
    assert found.words() == (
        "no values more, none less, 4 changed; largest change from zero at NAM, effort, 2020: "
        "0 to 2."
    )


def test_five_changes_are_listed_at_most():
    before = [("VNM", str(year), "10") for year in range(2000, 2008)]
    after = [("VNM", str(year), str(11 + year - 2000)) for year in range(2000, 2008)]
    found = compare(before, after, (0, 1), (2,), 1)
    assert found.changed == 8
    assert [change.key[1] for change in found.largest] == ["2007", "2006", "2005", "2004", "2003"]
    assert found.largest[0].words() == "80 % at VNM, 2007: 10 to 18"


@pytest.mark.parametrize("gone", [None, ""])
def test_fewer_values_shrink_their_year_whether_the_row_or_the_cell_is_gone(gone):
    found = revision(changed(BEFORE, VNM_2020=gone))
    assert (found.added, found.removed, found.changed) == (0, 1, 0)
    assert found.shrunk == ["2020"]
    assert found.words() == (
        "no values more, 1 less, none changed; fewer values than before: 2020."
    )


def test_a_year_that_loses_as_much_as_it_gains_does_not_shrink():
    found = revision(changed(BEFORE, VNM_2020="", KOR_2020="55"))
    assert (found.added, found.removed, found.shrunk) == (1, 1, [])


def test_one_indicator_does_not_make_up_for_another():
    found = revision(changed(BEFORE, NAM_2020="", KOR_2020="55"), within=(1,))
    assert found.shrunk == ["effort 2020"]
    assert found.before == {"2019": 2, "2020": 2}


def test_without_years_the_whole_is_counted():
    found = compare(BEFORE, changed(BEFORE, VNM_2019=None), KEY, VALUES, None)
    assert (found.before, found.after, found.shrunk) == ({"all": 4}, {"all": 3}, ["all"])


def test_all_that_is_gone_is_shrunk_and_all_that_is_new_is_not():
    assert compare(BEFORE, [], KEY, VALUES, YEAR).shrunk == ["2019", "2020"]
    found = compare([], BEFORE, KEY, VALUES, YEAR)
    assert (found.added, found.shrunk) == (4, [])


def test_text_is_compared_but_has_no_size():
    after = [(*row[:4], "P") for row in BEFORE]
    found = compare(BEFORE, after, KEY, (3, 4), YEAR)
    assert (found.added, found.removed, found.changed, found.largest) == (4, 0, 1, ())


def test_repeated_keys_are_compared_as_a_set():
    before = [("VNM", "2020", "1"), ("VNM", "2020", "2"), ("VNM", "2020", "2.0")]
    same = [("VNM", "2020", "2"), ("VNM", "2020", "1.0"), ("VNM", "2020", "2")]
    assert not compare(before, same, (0, 1), (2,), 1).revised
    fewer = compare(before, before[:2], (0, 1), (2,), 1)
    assert (fewer.removed, fewer.changed, fewer.shrunk) == (1, 0, ["2020"])
    other = compare(before, [*before[:2], ("VNM", "2020", "3")], (0, 1), (2,), 1)
    assert (other.added, other.removed, other.changed) == (0, 0, 1)


def test_many_shrunk_years_are_named_in_part():
    words = Revision(0, 20, 0, shrunk=[str(year) for year in range(2000, 2020)]).words()
    assert words.endswith("2010, 2011 and 8 more.")


@pytest.mark.parametrize(
    ("share", "size"),
    [
        (None, "from zero"),
        ("0.00001", "less than 0.01 %"),
        ("0.0004", "0.04 %"),
        ("0.0421", "4.2 %"),
        ("0.996", "100 %"),
        ("12", "1200 %"),
    ],
)
def test_the_size_of_a_change_is_said_without_exponents(share, size):
    change = Change(("VNM",), 1, "1", "2", share and Decimal(share))
    assert change.words() == f"{size} at VNM: 1 to 2"


def test_the_table_of_differences_has_all_years_and_countries():
    after = changed(BEFORE, VNM_2019="110.5", KOR_2019=None, KOR_2020="55")
    assert difference_table(BEFORE, after, KEY, VALUES, YEAR, 0) == [
        Difference("all", "all", 4, 4, "260", "275.5", 3),
        Difference("year", "2019", 2, 1, "150", "110.5", 2),
        Difference("year", "2020", 2, 3, "110", "165", 1),
        Difference("country", "KOR", 1, 1, "50", "55", 2),
        Difference("country", "NAM", 1, 1, "0", "0", 0),
        Difference("country", "VNM", 2, 2, "210", "220.5", 1),
    ]


def test_the_table_without_years_and_countries_is_one_line():
    table = difference_table(BEFORE, BEFORE, KEY, VALUES)
    assert table == [Difference("all", "all", 4, 4, "260", "260", 0)]


def test_a_country_that_comes_or_goes_has_a_line():
    table = difference_table(BEFORE[:2], [("NAM", "people", "2020", "7", "")], KEY, VALUES, None, 0)
    assert [(line.name, line.before, line.after) for line in table] == [
        ("all", 2, 1),
        ("NAM", 0, 1),
        ("VNM", 2, 0),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", "12"), ("-1.50", "-1.5"), ("2e3", "2000"), ("0.000", "0"), ("1E-3", "0.001")],
)
def test_numbers_are_written_plainly(text, number):
    assert plain(as_number(text)) == number


@pytest.mark.parametrize("text", ["", "B", "NA", "NaN", "Infinity", "1,000", ".."])
def test_what_is_no_number_is_none(text):
    assert as_number(text) is None
