"""Write the embedded figures in ``data/snapshots`` from the publishers' files.

Call it with the folder that holds those files, each source in a folder of its own with the
publisher-side ``card.yaml``; name sources to renew only these::

    python tools/extract_figures.py FIGURES_FOLDER [--only ID ...]

Each extract keeps the columns that the project's card reads, in the publisher's own spelling,
leaves out the rows named below, and is sorted by the key of the declared table. Of a card only
the block ``figures`` is rewritten; the rest is written by hand, and checked here.

Only sources whose terms say ``embeddable: 'yes'`` come in. From one that says ``care`` nothing may
be taken but an indicator derived from it, or single figures that name their publisher and page,
and only if the extract quotes the sentence of the terms that allows this.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import html
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cooperation_layouts as cooperation
import pandas as pd
import workforce_layouts as workforce
from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from techdiplomacy.cards import Card, load_card
from techdiplomacy.declarations import declared
from techdiplomacy.errors import (
    InvalidParams,
    InvalidTable,
    SourceChanged,
    SourceUnavailable,
    TechDiplomacyError,
    suggest,
)
from techdiplomacy.files import read_yaml, write_bytes
from techdiplomacy.paths import card_file, snapshot_file
from techdiplomacy.tables import read_csv

LARGEST_TOTAL_BYTES = 12_000_000
LAST_POPULATION_YEAR = 2060
AI_YEARS = ("2000", "2022")
FIRST_TOPIC_YEAR = 2000
FIRST_MIGRANT_YEAR = 2000
TOPICS = (
    "All fields",
    "all environmental sustainability technologies",
    "climate change mitigation technologies related to energy generation, transmission, or "
    "distribution",
    "semiconductors",
    "sustainable ocean economy",
)

Frame = pd.DataFrame
Mask = Callable[[Frame], "pd.Series[bool]"]


def equals(value: str, *columns: str) -> Mask:
    """Return a test for rows that hold a value in one of the columns."""
    return lambda rows: (rows[list(columns)] == value).any(axis=1)


def readable_names(rows: Frame) -> Frame:
    """Return article rows with names of economies free of HTML entities."""
    return rows.assign(economy=rows["economy"].map(html.unescape))


def readable_labels(rows: Frame) -> Frame:
    """Return employment rows with labels such as 'ICT professionals (ISCO-08 25)'."""
    labels = (
        rows["classification_label"]
        .str.replace(r"^ISCO-08 total employment$", "Total employment", regex=True)
        .str.replace(r"^(ISCO-08) (\d+) (.+)$", r"\3 (\1 \2)", regex=True)
        .str.replace(r"^ISIC4 ([A-Z]\d*) (.+)$", r"\2 (ISIC Rev. 4 \1)", regex=True)
    )
    return rows.assign(label=labels)


def one_row_per_age_group(rows: Frame) -> Frame:
    """Return population rows with one row for each age group in place of one column."""
    ages = [column for column in rows.columns if str(column).startswith("age_")]
    long = rows.melt(
        ["iso3", "year", "variant"], ages, var_name="age_from", value_name="population_thousand"
    )
    return long.assign(age_from=long["age_from"].str.extract(r"^age_(\d+)_", expand=False))


def one_topic_of_pooled_years(rows: Frame) -> Frame:
    """Return AI patents with the topic and the first and last year that their column names."""
    first, last = AI_YEARS
    return rows.assign(topic="AI patents", first_year=first, last_year=last)


def noted_shifts(rows: Frame) -> pd.Series[bool]:
    """Return which employment rows open a new level, as the column of notes says.

    The note stands on every row before or after the shift; the year in it is the first of the
    new level.
    """
    series = pd.Series(rows["iso3"] + " " + rows["classification"])
    noted = rows["series_note"].str.extract(r"shift (?:seen )?in (\d{4})$", expand=False)
    firsts = set((series + " " + noted).dropna())
    return (series + " " + rows["year"]).isin(firsts)


def flagged_breaks(rows: Frame) -> pd.Series[bool]:
    """Return which rows of researchers carry the letter B, a break in the series."""
    return rows["status"].fillna("").str.contains("B", regex=False)


@dataclass(frozen=True)
class Extract:
    """How one snapshot is made: its file, the rows left out, its layout.

    ``leave_out`` names what is left out; its counts must stand under ``trimmed`` in the card.
    ``shifts`` finds the breaks that the file marks; the card must list the same ones.
    ``derived_only`` quotes the sentence of the publisher-side card that allows an indicator
    derived from figures that may not be embedded themselves; no column of theirs is kept then.
    ``single_figures`` quotes the one that allows single figures; each row keeps who published it
    and the page it was read from.
    """

    folder: str
    file: str
    leave_out: dict[str, Mask] = field(default_factory=dict)
    layout: Callable[[Frame], Frame] = lambda rows: rows
    shifts: Mask | None = None
    derived_only: str = ""
    single_figures: str = ""


AGGREGATES = {"rows of aggregates": equals("aggregate", "economy_type")}
OFFICES = {"rows of offices": equals("office", "economy_type")}

EXTRACTS: dict[str, Extract] = {
    "ncses_patent_families": Extract(
        "ncses_patent_families", "patent_families_wipo35_1998_2020.csv.gz", AGGREGATES
    ),
    "ncses_pct_applications": Extract(
        "ncses_pct_applications",
        "pct_applications_sectors_2000_2022.csv.gz",
        AGGREGATES | OFFICES,
    ),
    "uspto_technology_domains": Extract(
        "uspto_technology_domains", "domain_country_totals_1976_2025.csv"
    ),
    "ncses_ai_patents": Extract(
        "ncses_ai_patents",
        "ai_patents_by_economy_2000_2022.csv",
        AGGREGATES | OFFICES,
        layout=one_topic_of_pooled_years,
    ),
    "ncses_uspto_topics": Extract(
        "ncses_uspto_ocean_environment_semiconductors",
        "uspto_patents_ocean_environment_sectors_1998_2022.csv.gz",
        AGGREGATES
        | {
            "rows of other topics": lambda rows: ~rows["technology_field"].isin(TOPICS),
            "rows before the totals": lambda rows: rows["year"].astype(int) < FIRST_TOPIC_YEAR,
        },
    ),
    "ncses_uspto_fields": Extract(
        "ncses_uspto_patents", "uspto_patents_wipo35_1998_2020.csv.gz", AGGREGATES
    ),
    "ncses_articles": Extract(
        "ncses_articles",
        "articles_economy_field_year_2003_2022.csv.gz",
        AGGREGATES,
        layout=readable_names,
    ),
    "openalex_coauthorship": Extract(
        "openalex_coauthorship", "coauthorship_pair_year_1990_2023.csv.gz"
    ),
    "openalex_international_works": Extract(
        "openalex_coauthorship", "coauthorship_country_totals_1990_2023.csv"
    ),
    "ncses_ai_coauthorship": Extract(
        "ncses_ai_coauthorship", "ai_coauthorship_pairs_2003_2022.csv"
    ),
    "ncses_coauthorship": Extract(
        "ncses_coauthorship",
        "coauthorship_pairs_1996_2022.csv.gz",
        {
            "rows of the edition of 2020": equals("2020", "edition"),
            "rows of World": equals("World", "economy_a", "economy_b"),
            "rows of the index": equals("collaboration_index", "measure"),
        },
    ),
    "cordis_participations": Extract("cordis_h2020", "h2020_participations.csv.gz"),
    "cordis_programme_parts": Extract("cordis_h2020", "h2020_programme_parts.csv.gz"),
    "github_collaborators": Extract(
        "github_innovation_graph",
        "economy_collaborators.csv.gz",
        {"rows of the European Union": equals("EU", "source", "destination")},
    ),
    "github_topics": Extract(
        "github_innovation_graph",
        "topics.csv.gz",
        {"rows of the European Union": equals("EU", "iso2_code")},
    ),
    "wikidata_missions": Extract(
        "wikidata_missions",
        "diplomatic_missions_2022-11-16.csv.gz",
        {"rows of a state with itself": cooperation.one_country_with_itself},
        layout=cooperation.plain_mission_types,
    ),
    "un_migrant_stock": Extract(
        "un_migrant_stock",
        "migrant_stock_pair_year_1990_2019.csv.gz",
        {
            "rows of regions": equals("region", "destination_type"),
            "rows before 2000": lambda rows: rows["year"].astype(int) < FIRST_MIGRANT_YEAR,
        },
    ),
    "oecd_student_origin": Extract(
        "oecd_student_origin",
        "student_origin_shares_2022.csv.gz",
        {
            "rows of aggregates": lambda rows: (
                (rows["host_type"] != "economy") | (rows["origin_type"] != "economy")
            ),
            "rows without a share": lambda rows: rows["share_percent"].isna(),
            "rows of hosts that report zeros alone": cooperation.hosts_of_zeros_alone,
        },
    ),
    "cepii_distance": Extract(
        "cepii_distance", "dist_cepii.csv.gz", layout=cooperation.each_pair_once
    ),
    "desta_pairs": Extract(
        "trade_agreements",
        "desta_members.csv.gz",
        {
            "rows of other entries": cooperation.binds_nobody,
            "rows without a year": lambda rows: rows["year_in_force"].isna(),
            "rows of agreements of nearly all": cooperation.joins_nearly_all,
        },
        layout=cooperation.first_year_in_force,
        derived_only="until then use them locally and publish derived indicators only.",
    ),
    "vietnam_partnerships": Extract(
        "vietnam_diplomacy",
        "vietnam_partnership_levels.csv",
        layout=cooperation.steps_of_partnership,
    ),
    "vietnam_st_agreements": Extract(
        "vietnam_diplomacy", "vietnam_st_agreements.csv", layout=cooperation.dated_instruments
    ),
    "vietnam_st_offices": Extract(
        "vietnam_diplomacy", "vietnam_st_offices.csv", layout=cooperation.dated_offices
    ),
    "ilostat_employment": Extract(
        "ilostat_employment",
        "ilostat_technology_employment.csv",
        {"rows of modelled estimates": lambda rows: rows["classification"].str.startswith("OCU_")},
        layout=readable_labels,
        shifts=noted_shifts,
    ),
    "oecd_researchers": Extract(
        "oecd_researchers", "researchers_fte_1981_2021.csv", shifts=flagged_breaks
    ),
    "ncses_degrees": Extract(
        "ncses_degrees",
        "science_engineering_degrees_2000_2018.csv.gz",
        {"rows of All fields": equals("All fields", "field")},
    ),
    "un_population_2022": Extract(
        "un_population_2022",
        "population_age5_1950_2100.csv.gz",
        {"country-years after 2060": lambda rows: rows["year"].astype(int) > LAST_POPULATION_YEAR},
        layout=one_row_per_age_group,
    ),
    "eurostat_ict": Extract(
        "eurostat_ict",
        "ict_specialists_graduates_2014_2024.csv",
        {"rows of aggregates": equals("aggregate", "geo_type")},
        layout=workforce.one_row_per_statistic,
    ),
    "indeed_ai_share": Extract("indeed_postings", "ai_share_monthly_2019_2026.csv"),
    "indeed_sectors": Extract(
        "indeed_postings",
        "tech_sector_index_monthly_2020_2025.csv.gz",
        {"rows of other sectors": workforce.other_sectors},
    ),
    "un_population_2024_totals": Extract(
        "un_population_2024",
        "population_totals_intervals_2024_2100.csv.gz",
        {"rows of aggregates": workforce.aggregates, "rows after 2060": workforce.later_totals},
        layout=workforce.both_sexes,
    ),
    "un_population_2024_ages": Extract(
        "un_population_2024",
        "population_age5_sex_decadal_1950_2100.csv.gz",
        {"rows of other decades": workforce.other_decades},
        layout=workforce.both_sexes_by_age,
    ),
    "published_projections": Extract(
        "published_projections",
        "published_projections.csv",
        {"rows of weak sources": workforce.weakly_sourced},
        layout=workforce.coded_projections,
        single_figures="Single figures may be quoted with their publisher.",
    ),
}


def read_figures(figures_folder: Path, extract: Extract) -> Frame:
    """Return one file of a publisher as text, once it is known to be the expected file.

    Parameters
    ----------
    figures_folder : Path
        Where the folders of the sources lie.
    extract : Extract
        Names the folder of the source and the file in it.

    Raises
    ------
    SourceUnavailable
        If there is no such file or its terms do not allow what the extract does with it.
    SourceChanged
        If its bytes or columns are not the ones that the publisher-side card describes.
    """
    folder, file = extract.folder, extract.file
    path = figures_folder / folder / file
    where = f"{folder}/{file}"
    if not path.is_file():
        raise SourceUnavailable(
            f"The file {where} is not in {figures_folder}.",
            where=str(figures_folder),
            next_step="Give the folder that holds one folder of figures for each source.",
        )
    terms = read_yaml(path.with_name("card.yaml"))
    _check_terms(terms["licence"], extract)
    described = {entry["name"]: entry for entry in terms["files"]}.get(file, {})
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != described.get("sha256"):
        raise SourceChanged(
            f"{file} has sha256 {found}, its card says {described.get('sha256')}.",
            where=where,
            next_step="Fetch the file again, or check the new figures and correct their card.",
        )
    rows = read_csv(path, dtype="str")
    columns = [column["name"] for column in described["columns"]]
    if list(rows.columns) != columns:
        raise SourceChanged(
            f"{file} has the columns {', '.join(rows.columns)}; expected {', '.join(columns)}.",
            where=where,
            next_step="Check what changed, then correct the publisher-side card.",
        )
    return rows


def _check_terms(licence: dict[str, str], extract: Extract) -> None:
    """Raise if the terms of a source do not allow what the extract does with its figures."""
    embeddable = licence["embeddable"]
    if embeddable == "yes":
        return
    sentence = extract.derived_only or extract.single_figures
    if embeddable != "care" or not sentence:
        raise SourceUnavailable(
            f"The card of {extract.folder} says embeddable: {embeddable!r}, not 'yes'.",
            where=f"{extract.folder}/card.yaml",
            next_step="Leave this source out, or clear its terms with the publisher first.",
        )
    if sentence not in " ".join(licence.get("note", "").split()):
        raise SourceUnavailable(
            f"The card of {extract.folder} no longer says: {sentence}",
            where=f"{extract.folder}/card.yaml: note",
            next_step="Read the terms again; leave the source out if they forbid it.",
        )


def extract_rows(rows: Frame, extract: Extract, card: Card) -> tuple[Frame, dict[str, int]]:
    """Return the rows of a snapshot, and how many rows each rule left out.

    Parameters
    ----------
    rows : DataFrame
        All rows of the publisher's file, as text.
    extract : Extract
        What to leave out and how to lay out the rest.
    card : Card
        Names the columns to keep, the table and its key.

    Raises
    ------
    SourceChanged
        If a column is missing.
    InvalidTable
        If the key of the declared table is not unique.
    InvalidParams
        If the card does not state a count or a level shift that the file holds.
    SourceUnavailable
        If only a derived indicator is allowed and a column of the file would be kept.
    """
    left_out = {}
    own_columns = set(rows.columns)
    try:
        for reason, matches in extract.leave_out.items():
            mask = matches(rows)
            left_out[reason] = int(mask.sum())
            rows = rows[~mask]
        rows = extract.layout(rows)
        kept = rows[list(card.columns)]
        shifts = extract.shifts(rows) if extract.shifts else None
    except KeyError as error:
        raise SourceChanged(
            f"The file of {card.id} lacks a column that the extract needs: {error}.",
            where=extract.file,
            next_step="Compare the columns with tools/extract_figures.py and the card.",
        ) from error
    copied = own_columns & set(kept.columns)
    if extract.derived_only and copied:
        raise SourceUnavailable(
            f"{card.id} may hold derived indicators only, but copies {', '.join(sorted(copied))}.",
            where="tools/extract_figures.py",
            next_step="Keep no column of the publisher's file.",
        )
    if extract.single_figures:
        _check_sayers(kept, card)
    _check_counts(left_out, card)
    if shifts is not None:
        _check_shifts(kept, shifts, card)
    return sorted_by_key(kept, card), left_out


def _check_sayers(rows: Frame, card: Card) -> None:
    """Raise if a single figure lacks its publisher or the page that it was read from."""
    named = ("publisher", "evidence_url")
    if not set(named) <= set(rows.columns) or rows[list(named)].isna().any(axis=None):
        raise SourceUnavailable(
            f"{card.id} may hold single figures only with their publisher and page.",
            where=f"data/snapshots/{card.id}.yaml: columns",
            next_step=f"Keep {' and '.join(named)}, filled in each row.",
        )


def sorted_by_key(rows: Frame, card: Card) -> Frame:
    """Return the rows in the order of the declared key, numbers as numbers; the key is unique."""
    raw_names = {reading.to: raw for raw, reading in card.columns.items()}
    key = [raw_names[name] for name in declared(card.table).key]
    if rows.duplicated(key).any():
        raise InvalidTable(
            f"{int(rows.duplicated(key).sum())} rows of {card.id} repeat {', '.join(key)}.",
            where=f"data/snapshots/{card.id}.csv.gz",
            next_step="Leave out the rows that stand twice, in tools/extract_figures.py.",
        )

    def order(values: pd.Series) -> pd.Series:
        numeric = card.columns[str(values.name)].read_as == "integer"
        return pd.to_numeric(values) if numeric else values

    return rows.sort_values(key, key=order, kind="stable", ignore_index=True)


def _check_counts(left_out: dict[str, int], card: Card) -> None:
    """Raise if the card does not state how many rows were left out."""
    for reason, count in left_out.items():
        if not any(f"{count:,}" in sentence for sentence in card.trimmed):
            raise InvalidParams(
                f"{count:,} rows were left out ({reason}); the card does not state this number.",
                where=f"data/snapshots/{card.id}.yaml: trimmed",
                next_step="State the number of rows there.",
            )


def _check_shifts(rows: Frame, marked: pd.Series[bool], card: Card) -> None:
    """Raise if the level shifts of the card are not the ones that the file marks.

    Those that the project found itself are in no file.
    """
    raw_names = {reading.to: raw for raw, reading in card.columns.items()}
    stated = pd.Series(False, index=rows.index)
    for shift in (one for one in card.level_shifts if not one.found_here):
        conditions = {"country": shift.country, "year": shift.year, **shift.where}
        mask = pd.Series(True, index=rows.index)
        for name, value in conditions.items():
            mask &= rows[raw_names[name]] == str(value)
        stated |= mask
    for words, wrong in (("lacks", marked & ~stated), ("adds", stated & ~marked)):
        if wrong.any():
            found = [", ".join(row) for row in rows[wrong].iloc[:, :3].astype(str).to_numpy()[:5]]
            raise InvalidParams(
                f"The card {words} level shifts ({int(wrong.sum())} rows): {'; '.join(found)}.",
                where=f"data/snapshots/{card.id}.yaml: level_shifts",
                next_step="List each shift with country, first year of the new level, and where.",
            )


def compressed(rows: Frame) -> bytes:
    """Return a table as gzip CSV that is the same bytes every time: no clock, no file name."""
    content = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=content, compresslevel=9, mtime=0) as stream:
        stream.write(rows.to_csv(index=False, lineterminator="\n").encode())
    return content.getvalue()


class _NullAsWord(RoundTripRepresenter):
    """Writes the word null, which the round trip would otherwise leave out."""


_NullAsWord.add_representer(
    type(None), lambda writer, _: writer.represent_scalar("tag:yaml.org,2002:null", "null")
)


def write_figures_block(source: str, content: bytes, rows: int) -> None:
    """Write hash, size and row count into the card of a source; all else stays as it is."""
    # quoted, for a hash of digits and one "e" would read as a number
    digest = SingleQuotedScalarString(hashlib.sha256(content).hexdigest())
    figures = {"figures.sha256": digest, "figures.bytes": len(content), "figures.rows": rows}
    write_card(source, figures)


def write_card(source: str, entries: Mapping[str, object]) -> None:
    """Write entries, named with dots, into the card of a source; all else stays as it is."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.Representer = _NullAsWord
    path = card_file(source)
    card = yaml.load(path.read_text(encoding="utf-8"))
    for name, value in entries.items():
        *blocks, last = name.split(".")
        place = card
        for block in blocks:
            place = place[block]
        place[last] = value
    text = io.StringIO()
    yaml.dump(card, text)
    write_bytes(path, text.getvalue().encode())


def extract_source(figures_folder: Path, source: str) -> str:
    """Write the snapshot of a source, renew its card, and return a line on what was done."""
    extract, card = EXTRACTS[source], load_card(source)
    rows = read_figures(figures_folder, extract)
    kept, left_out = extract_rows(rows, extract, card)
    content = compressed(kept)
    write_bytes(snapshot_file(source), content)
    write_figures_block(source, content, len(kept))
    trimmed = "".join(f", {count:,} {reason} left out" for reason, count in left_out.items())
    return f"{source}: {len(kept):,} rows, {len(content):,} bytes{trimmed}"


def total_bytes() -> int:
    """Return the size of all snapshots.

    Raises
    ------
    InvalidTable
        If they are too large for the repository.
    """
    folder = snapshot_file("any").parent
    total = sum(path.stat().st_size for path in folder.glob("*.csv.gz"))
    if total > LARGEST_TOTAL_BYTES:
        raise InvalidTable(
            f"All snapshots together have {total:,} bytes, the limit is {LARGEST_TOTAL_BYTES:,}.",
            where="data/snapshots",
            next_step="Trim the largest snapshot further.",
        )
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures_folder", type=Path, help="folder of the publishers' figures")
    parser.add_argument("--only", nargs="+", metavar="ID", default=list(EXTRACTS))
    chosen = parser.parse_args(arguments)
    try:
        for source in chosen.only:
            if source not in EXTRACTS:
                raise SourceUnavailable(
                    f"No extract is called '{source}'.{suggest(source, EXTRACTS)}",
                    where="tools/extract_figures.py",
                    next_step=f"Choose from: {', '.join(EXTRACTS)}.",
                )
            print(extract_source(chosen.figures_folder, source))
        print(f"all snapshots: {total_bytes():,} bytes")
    except TechDiplomacyError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
