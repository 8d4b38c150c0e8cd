"""Made-up results that the card of a partner is read from."""

import numpy as np
import pandas as pd

from techdiplomacy.scorecard_values import Results

OTHERS = ["PAA", "PAB", "PAC", "PAD", "PAE"]
WINDOW = "2019-2023"


def tie_measures():
    """Return newest and older measures; PAD has too few works, PAE none to speak of."""
    rows = [
        ("PAA", 4.0, 2.0, 8.0, 10, False, "ok"),
        ("PAB", 2.0, 1.0, 4.0, 10, False, "ok"),
        ("PAC", 0.5, 0.25, 1.0, 9, False, "ok"),
        ("PAD", np.nan, np.nan, np.nan, 4, False, "small_n"),
        ("PAE", np.nan, np.nan, np.nan, 1, True, "small_n"),
    ]
    columns = ["partner", "association", "association_low", "association_high"]
    newest = pd.DataFrame(rows, columns=[*columns, "active_of_10", "shallow", "status"])
    older = newest.assign(association=9.0, active_of_10=1, shallow=True)
    both = pd.concat([newest.assign(window=WINDOW), older.assign(window="2014-2018")])
    students = newest.assign(window="2022-2022", kind="students", association=7.0)
    return pd.concat([both.assign(kind="joint_works"), students], ignore_index=True)


def gaps():
    rows = [("PAA", 0.1, -0.1, 0.3), ("PAB", 0.5, -0.5, 1.5), ("PAC", 0.0, -0.05, 0.05)]
    table = pd.DataFrame(rows, columns=["partner", "gap", "gap_low", "gap_high"])
    table = table.assign(kind="joint_works", window=WINDOW, status="ok")
    return pd.concat(
        [
            table.assign(specification="without_past"),
            table.assign(specification="with_past", gap=5.0),
            table.assign(specification="without_past", window="2014-2018", gap=6.0),
        ]
    )


def changes():
    rows = [
        ("PAA", "2014-2018", 0.2, 0.1, 0.3),
        ("PAA", "2009-2013", 0.9, 0.8, 1.0),
        ("PAB", "2014-2018", -0.2, -0.3, -0.1),
    ]
    columns = ["partner", "from_window", "change", "change_low", "change_high"]
    return pd.DataFrame(rows, columns=columns).assign(
        kind="joint_works", specification="without_past", to_window=WINDOW
    )


def fields():
    rows = [
        ("PAA", "optics", 0.99),
        ("PAA", "biology", 0.97),
        ("PAA", "physics", 0.50),
        ("PAB", "physics", 0.96),
        ("PAC", "optics", 0.94),
    ]
    table = pd.DataFrame(rows, columns=["country", "field", "probability_above"])
    return table.assign(evidence="publications", window="2018-2022")


def relatedness():
    table = pd.DataFrame({"field": ["optics", "biology", "physics"], "density": [0.2, 0.4, 0.9]})
    return table.assign(evidence="publications", window="2018-2022", country="VVV")


def ties(jump=()):
    rows = []
    for code in OTHERS:
        for year in range(2000, 2012):
            value = 50.0 + 20 * sum(year > step for who, step in jump if who == code)
            rows.append(("joint_works", code, "VVV", year, value))
            rows.append(("joint_works", code, "ZZZ", year, 1000.0))
    return pd.DataFrame(rows, columns=["kind", "country", "partner", "year", "value"])


def agreements(steps):
    rows = [("VVV", partner, year) for partner, year in steps]
    table = pd.DataFrame(rows, columns=["country", "partner", "signed_year"])
    return table.astype({"signed_year": "Int64"})


def exchanges(rows=()):
    table = pd.DataFrame(rows, columns=["country", "partner", "year", "persons"], dtype=object)
    return table.astype({"year": "int64", "persons": "float64"})


def results(**other):
    given = {
        "tie_measures": tie_measures(),
        "cooperation_gaps": gaps(),
        "gap_changes": changes(),
        "partner_values": pd.DataFrame(
            [
                *[("G1", "PAA", 0.5, "measured"), ("G1", "PAB", np.nan, "measured")],
                *[("G1", "PAC", 0.9, "measured"), ("G2", "PAA", 0.7, "not_measured")],
                *[("G3", "PAA", np.nan, "measured"), ("G3", "PAE", 0.1, "measured")],
                ("G4", "PAA", 0.6, "measured"),
            ],
            columns=["group_id", "partner", "complementarity", "own_side"],
        ),
        "relatedness": relatedness(),
        "ties": ties(),
        "field_specialisation": fields(),
        "known_agreements": agreements([]),
        "known_exchanges": exchanges(),
    }
    return Results(**{**given, **other})


def cells(card, indicator, column):
    return card[card["indicator"] == indicator].set_index("partner")[column]
