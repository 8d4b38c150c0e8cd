"""Checks params.yaml and the cards it lists: python tools/check_settings.py.

DVC reads params.yaml before any stage does and words a misspelt key in its own way; make asks
here first.
"""

from techdiplomacy.cards import load_card
from techdiplomacy.errors import InvalidParams, suggest
from techdiplomacy.params import load_params
from techdiplomacy.paths import card_file, notebook_file, snapshot_file
from techdiplomacy.stages import run_stage


def check_settings() -> None:
    """Raise if a key is wrong, or a listed source or notebook has no file."""
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
    for name in params.sources:
        load_card(name)


if __name__ == "__main__":
    run_stage(check_settings)
