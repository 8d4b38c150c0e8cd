"""Checks params.yaml and the cards it lists: python tools/check_settings.py [--refresh SOURCE].

DVC reads params.yaml before any stage does and words a misspelt key in its own way; make asks
here first. With --refresh it also says whether there is anything to fetch anew.
"""

from __future__ import annotations

import argparse
import os
import sys

from techdiplomacy import acceptance, arrivals
from techdiplomacy.cards import Card, load_card
from techdiplomacy.errors import InvalidParams, TechDiplomacyError, suggest
from techdiplomacy.params import Params, SourceSettings, load_params
from techdiplomacy.paths import card_file, notebook_file, snapshot_file


def check_settings() -> Params:
    """Return the settings; raise if a key is wrong, or what is listed cannot be had.

    Raises
    ------
    InvalidParams
        If a listed source or notebook has no file, a source cannot come from where it is set to
        come from, or two sources fill one table.
    """
    params = load_params()
    for section, names, path in (
        ("sources", params.sources, card_file),
        ("sources", params.sources, snapshot_file),
        ("notebooks", params.notebooks, notebook_file),
    ):
        for name in names:
            if not path(name).is_file():
                kept = path(name).parent.glob("*" + "".join(path(name).suffixes))
                known = [file.name.split(".")[0] for file in kept]
                raise InvalidParams(
                    f"'{name}' has no file {path(name).name}.{suggest(name, known)}",
                    where=f"params.yaml: {section}",
                    next_step="Correct the name, or add the file (see CONTRIBUTING.md).",
                )
    fills: dict[str, str] = {}
    for name, settings in params.sources.items():
        card = load_card(name)
        _check_origin(card, settings)
        if card.table in fills:
            raise InvalidParams(
                f"'{fills[card.table]}' and '{name}' both fill the table '{card.table}'.",
                where="params.yaml: sources",
                next_step="Keep one of the two lines: a table has one source.",
            )
        fills[card.table] = name
    return params


def _check_origin(card: Card, settings: SourceSettings) -> None:
    """Raise unless figures of a source can come from where they are set to come from."""
    where = f"params.yaml: sources.{card.id}.from"
    if card.only_from_file and settings.origin != "file":
        raise InvalidParams(
            f"Figures of '{card.id}' come from a file of yours only.",
            where=where,
            next_step=f"Write {card.id}: {{from: file, path: ../folder, date: '2026-05-01'}}.",
        )
    if settings.origin == "snapshot" and not card.embedded:
        raise InvalidParams(
            f"No figures of '{card.id}' are embedded.",
            where=where,
            next_step="Set it to live, or to file with a path and a date; or take the line out.",
        )
    if settings.origin == "live":
        arrivals.connector(card)


def check_refresh(params: Params, source: str) -> None:
    """Raise unless a source can be fetched anew.

    Raises
    ------
    InvalidParams
        If it is not listed, is embedded, or something unknown is to be accepted.
    """
    if source not in params.sources:
        known = [path.stem for path in card_file("any").parent.glob("*.yaml")]
        meant = "" if source in known else suggest(source, known)
        raise InvalidParams(
            f"'{source}' is not listed.{meant}",
            where="params.yaml: sources",
            next_step=f"Correct SOURCE, or add the line {source}: {{from: live}}.",
        )
    if params.sources[source].origin == "snapshot":
        raise InvalidParams(
            f"'{source}' is set to snapshot: nobody is asked for embedded figures.",
            where=f"params.yaml: sources.{source}.from",
            next_step="Set it to live, or to file with a path and a date.",
        )
    accept = os.environ.get(arrivals.ACCEPT_VARIABLE, "")
    if accept not in ("", acceptance.FEWER):
        raise InvalidParams(
            f"'{accept}' cannot be accepted.",
            where="ACCEPT",
            next_step=f"The only word is {acceptance.FEWER}: countries or values that have gone.",
        )


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--refresh", metavar="SOURCE", default="")
    chosen = parser.parse_args()
    try:
        params = check_settings()
        if chosen.refresh:
            check_refresh(params, chosen.refresh)
    except TechDiplomacyError as error:
        print(f"\n{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
