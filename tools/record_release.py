"""Record what a release says: python tools/record_release.py VERSION DATE.

Headline numbers and findings go to ``data/releases/VERSION.json``, which is committed. The page
'What is new' compares the pages with the newest record. Call it when the pages of the release are
built; a record is never overwritten.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from techdiplomacy.changes import write_release
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.params import load_params


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the record; return 0 if all went well."""
    parser = argparse.ArgumentParser(description="Record headline numbers and findings.")
    parser.add_argument("version", help="version of the release, for example 0.2.0")
    parser.add_argument("date", help="its day, for example 2026-11-21")
    given = parser.parse_args(arguments)
    try:
        release = write_release(given.version, given.date, list(load_params().notebooks))
    except TechDiplomacyError as error:
        print(error, file=sys.stderr)
        return 1
    numbers = sum(len(values) for values in release.metrics.values())
    sentences = sum(len(items) for items in release.findings.values())
    print(f"release {release.version}: {numbers} headline numbers, {sentences} findings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
