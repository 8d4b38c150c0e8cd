"""Checks the owner's registers: python tools/check_registers.py.

Lists every problem with file, row and column, what is wrong and what to do; exit code 1 if there
is any. No date may lie in the future, and the viewpoint country of params.yaml takes part in each
office and instrument. Once data/clean is there, it also asks of rows that may repeat an embedded
fact.
"""

from __future__ import annotations

import argparse
import datetime
import sys

from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.params import load_params
from techdiplomacy.paths import clean_file
from techdiplomacy.register_files import doubtful_rows, read_registers
from techdiplomacy.registers import joined_facts
from techdiplomacy.statements import load_office_claims
from techdiplomacy.tables import read_table

# clean tables that hold embedded facts, and their sources
EMBEDDED = {
    "partnership_levels": "vietnam_partnerships",
    "st_agreements": "vietnam_st_agreements",
    "st_offices": "vietnam_st_offices",
    "missions": "wikidata_missions",
}


def check_registers() -> tuple[list[str], list[str]]:
    """Return what is wrong, one line for each problem, and what the registers hold."""
    registers, problems = read_registers()
    viewpoint = load_params().viewpoint
    problems += doubtful_rows(registers, today=datetime.date.today(), viewpoint=viewpoint)
    told = [f"{name}.csv: {len(rows)} rows without problem" for name, rows in registers.items()]
    if all(clean_file(source).is_file() for source in EMBEDDED.values()):
        clean = {table: read_table(table, source=name) for table, name in EMBEDDED.items()}
        facts, undecided = joined_facts(clean, registers)
        problems += undecided
        offices = facts["known_offices"]
        own = int((offices["country"] == viewpoint).sum())
        stated = next(iter(load_office_claims(viewpoint).values()), None)
        told += [
            f"own offices known: {own}{'' if stated is None else f' (stated: {stated})'}",
            f"foreign offices known: {len(offices) - own}",
            f"instruments known: {len(facts['known_agreements'])}",
        ]
    else:
        told.append("Not compared with embedded facts: make, then check again.")
    return [str(problem) for problem in problems], told


def main() -> None:
    """Run the script."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    try:
        problems, told = check_registers()
    except TechDiplomacyError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
    for line in problems or told:
        print(line)
    if problems:
        print(f"{len(problems)} to correct.")
        sys.exit(1)


if __name__ == "__main__":
    main()
