"""Record what a release says: python tools/record_release.py VERSION DATE.

Headline numbers and findings go to ``data/releases/VERSION.json``, and the published forecasts to
the ledger ``data/ledger/forecasts.csv``; both are committed together, before the next release is
recorded. The page 'What is new' compares the pages with the newest record, and the workforce page
holds the forecasts against later figures. Call it when the pages of the release are built; a
record is never overwritten, and a forecast never changed. If it is stopped, there is no release:
call it again. CITATION.cff and pyproject.toml take the version.

It is the first step of a release (make record); the second is tools/make_release.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import pandas as pd
from make_citation import write_citation

from techdiplomacy import forecast_record, ledger
from techdiplomacy.changes import check_release, write_release
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.params import load_params
from techdiplomacy.source_states import card_in_use
from techdiplomacy.tables import read_table
from techdiplomacy.workforce_tables import UNION, UNION_MEASURE


def published_forecasts() -> pd.DataFrame:
    """Return all forecasts on the pages: of single series, and those made to add up."""
    members = load_countries().members(UNION)
    series = forecast_record.with_union(
        read_table("workforce_series"), members, union=UNION, measure=UNION_MEASURE
    )
    reconciled = forecast_record.reconciled_rows(read_table("reconciled_forecasts"), series)
    return pd.concat([read_table("workforce_forecasts"), reconciled], ignore_index=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Freeze the forecasts and write the record; return 0 if all went well."""
    parser = argparse.ArgumentParser(
        description="Record headline numbers and findings, and freeze the forecasts."
    )
    parser.add_argument("version", help="version of the release, for example 0.2.0")
    parser.add_argument("date", help="its day, for example 2026-11-21")
    given = parser.parse_args(arguments)
    try:
        check_release(given.version, given.date)
        params = load_params()
        cards = [card_in_use(name) for name in params.sources]
        frozen = ledger.freeze(published_forecasts(), given.version, given.date)
        with ledger.append(frozen) as block:
            release = write_release(
                given.version,
                given.date,
                list(params.notebooks),
                ledger_rows=block.rows,
                ledger_sha256=block.sha256,
            )
        write_citation(release, cards)
    except TechDiplomacyError as error:
        print(error, file=sys.stderr)
        return 1
    numbers = sum(len(values) for values in release.metrics.values())
    sentences = sum(len(items) for items in release.findings.values())
    print(
        f"release {release.version}: {numbers} headline numbers, {sentences} findings, "
        f"{release.ledger_rows} forecasts frozen"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
