"""Stage partner_briefs: the brief of every partner, several at a time, and their index."""

from techdiplomacy import brief_runs
from techdiplomacy.params import load_params
from techdiplomacy.stages import run_stage


def partner_briefs() -> None:
    """Write reports/briefs/ and data/results/partner_briefs/."""
    brief_runs.run_briefs(load_params())


if __name__ == "__main__":
    run_stage(partner_briefs)
