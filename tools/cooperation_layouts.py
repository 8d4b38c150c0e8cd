"""How the publishers' files on cooperation become the rows of a snapshot.

Each function takes all rows of a file as text and returns them in the project's own layout, or a
test for rows to leave out. ``tools/extract_figures.py`` names the file that each belongs to.
"""

from __future__ import annotations

import pandas as pd

Frame = pd.DataFrame

# the country whose relations the project compiled by hand
COMPILED_FOR = "VNM"
# Yugoslavia in the list of distances: its capital and main language are those of Serbia
SUCCESSORS = {"YUG": "SRB"}
# kinds of missions that Wikidata words by the state that sends them
MISSION_TYPES = {
    "Apostolic delegation": "apostolic delegation",
    "Australian High Commission": "high commission",
    "British High Commission": "high commission",
    "Consular Agency": "consular agency",
    "Consulate General of Belgium": "consulate general",
    "Consulate General of Sweden": "consulate general",
    "Embassy of the United States": "embassy",
    "Interests Section": "interests section",
    "Taipei Representative Office": "representative office",
    "consulates of Sweden": "consulate",
    "diplomatic mission of El Salvador": "diplomatic mission",
}
LEVELS = {
    "comprehensive partnership": "comprehensive",
    "strategic partnership": "strategic",
    "comprehensive strategic partnership": "comprehensive_strategic",
    "special relationship": "special",
}
LEADING_DAY = r"^(\d{4}(?:-\d{2}){0,2})\b"
BINDING_ENTRIES = ("base_treaty", "accession")
# above this many members an agreement is a system of preferences or a framework, not a tie of two
MOST_MEMBERS = 45


def plain_mission_types(rows: Frame) -> Frame:
    """Return missions whose kind does not name a state."""
    return rows.assign(mission_type=rows["mission_type"].replace(MISSION_TYPES))


def one_country_with_itself(rows: Frame) -> pd.Series[bool]:
    """Return which missions have the same state as sender and host."""
    return rows["sending_qid"] == rows["host_qid"]


def hosts_of_zeros_alone(rows: Frame) -> pd.Series[bool]:
    """Return which shares belong to a host that reports nothing but zeros: they are unknown."""
    shares = rows["share_percent"].astype(float)
    return shares.groupby(rows["host_code"]).transform("max") == 0


def each_pair_once(rows: Frame) -> Frame:
    """Return pairs of countries once, with one distance, one language and one colonial tie.

    The distance is the one weighted by population; where that is missing, the one between the
    largest cities. It is rounded to whole kilometres.
    """
    once = rows[rows["iso_o"] < rows["iso_d"]].replace(
        {"iso_o": SUCCESSORS, "iso_d": SUCCESSORS},
    )
    distance = once["distw"].fillna(once["dist"]).astype(float).round().astype(int)
    language = once[["comlang_off", "comlang_ethno"]].max(axis=1)
    return once.assign(distance_km=distance, common_language=language)


def binds_nobody(rows: Frame) -> pd.Series[bool]:
    """Return which entries of the list of agreements are neither base treaty nor accession."""
    return ~rows["entry_type"].isin(BINDING_ENTRIES)


def joins_nearly_all(rows: Frame) -> pd.Series[bool]:
    """Return which entries belong to an agreement of so many members that it ties no two."""
    return rows.groupby("desta_number")["iso3"].transform("nunique") > MOST_MEMBERS


def first_year_in_force(rows: Frame) -> Frame:
    """Return pairs of countries with the first year in which an agreement bound both.

    Nothing else of the agreements is kept: no name, no number, no list of members.
    """
    members = rows[["desta_number", "iso3", "year_in_force"]]
    both = members.merge(members.drop(columns="year_in_force"), on="desta_number")
    both = both[both["iso3_x"] < both["iso3_y"]]
    years = both["year_in_force"].astype(int).groupby([both["iso3_x"], both["iso3_y"]]).min()
    return years.rename_axis(["iso3_a", "iso3_b"]).rename("in_force_since").reset_index()


def steps_of_partnership(rows: Frame) -> Frame:
    """Return one row for each known level of a partner: the present one and earlier ones."""
    since = {
        "comprehensive": rows["note"].str.extract(
            r"\bcomprehensive partnership (?:of )?(\d{4}(?:-\d{2})?)\b", expand=False
        ),
        "strategic": rows["strategic_since"],
        "comprehensive_strategic": rows["comprehensive_strategic_since"],
        "special": pd.Series(pd.NA, rows.index, dtype="object"),
    }
    present = rows["level_2025_10_31"].map(LEVELS)
    steps = pd.concat(
        [
            rows[["iso3", "evidence_urls"]].assign(
                country=COMPILED_FOR, level=level, since=day, current=(present == level).astype(int)
            )
            for level, day in since.items()
        ],
        ignore_index=True,
    )
    known = steps["since"].notna() | (steps["current"] == 1)
    return steps.assign(since_year=steps["since"].str[:4])[known]


def dated_instruments(rows: Frame) -> Frame:
    """Return instruments with dates free of remarks, and kinds free of the number of meetings."""
    signed = rows["signed"].str.extract(LEADING_DAY, expand=False)
    return rows.assign(
        country=COMPILED_FOR,
        instrument_type=rows["instrument_type"].str.replace(r" \(\d.*\)$", "", regex=True),
        signed=signed,
        signed_year=signed.str[:4],
        in_force=rows["in_force"].str.extract(LEADING_DAY, expand=False),
    )


def dated_offices(rows: Frame) -> Frame:
    """Return offices whose day of last mention is a date or empty."""
    last = rows["last_confirmed"].str.extract(LEADING_DAY, expand=False)
    return rows.assign(last_confirmed=last)
