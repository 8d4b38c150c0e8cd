"""Registers as an owner may fill them, and embedded facts to join them with."""

import pandas as pd

from techdiplomacy.paths import register_file

OFFICES = "sending,host,city,name,since,last_confirmed,evidence,same_as,note\n"
AGREEMENTS = "country,partner,title,instrument_type,signed,in_force,evidence,same_as,note\n"
EXCHANGES = "origin,destination,year,kind,persons,evidence,note\n"
GRADUATES = "country,field,year,graduates,evidence,licence,note\n"


def clean():
    """Return embedded facts of AUS as sender or first country; JPN has two offices known."""
    return {
        "partnership_levels": pd.DataFrame(
            {
                "country": ["AUS", "AUS"],
                "partner": ["JPN", "KOR"],
                "level": ["strategic", "comprehensive"],
                "since": ["2009-04", None],
                "since_year": pd.array([2009, None], dtype="Int64"),
                "current": [1, 1],
                "evidence_urls": ["a", "b"],
            }
        ),
        "st_agreements": pd.DataFrame(
            {
                "country": ["AUS", "AUS"],
                "partner": ["JPN", "FRA"],
                "title": ["Agreement on science", "Joint commission"],
                "instrument_type": ["agreement", "commission"],
                "signed": ["2006-08-21", None],
                "signed_year": pd.array([2006, None], dtype="Int64"),
                "in_force": [None, None],
                "source_group": ["official", "press"],
                "evidence_urls": ["a", "b"],
            }
        ),
        "st_offices": pd.DataFrame(
            {
                "country": ["AUS", "AUS", "FRA"],
                "partner": ["JPN", "JPN", "AUS"],
                "city": ["Tokyo", "Osaka", "Sydney"],
                "name": ["Science office", "Consular science desk", "French institute"],
                "since": ["2004", None, None],
                "last_confirmed": [None, "2018-11", None],
                "evidence_url": ["a", "b", "c"],
            }
        ),
        "missions": pd.DataFrame(
            [
                ("AUS", "JPN", "embassy"),
                ("AUS", "JPN", "Consulate General of Australia"),
                ("AUS", "JPN", "trade office"),
                ("AUS", "GBR", "high commission"),
                ("AUS", "PNG", "assistant high commission"),
                ("AUS", "TWN", "de facto consulate"),
                ("AUS", "TWN", "de facto embassy"),
                ("AUS", "HKG", "consulate general"),
                ("AUS", "PSE", "representative office"),
            ],
            columns=["country", "partner", "mission_type"],
        ),
    }


def empty_registers():
    """Empty the registers of the project folder at hand and return a function that fills one."""
    for name, header in (
        ("offices", OFFICES),
        ("agreements", AGREEMENTS),
        ("exchanges", EXCHANGES),
        ("graduates", GRADUATES),
    ):
        register_file(name).write_text(header, encoding="utf-8")

    def write(name, content, encoding="utf-8"):
        register_file(name).write_bytes(content.encode(encoding))

    return write
