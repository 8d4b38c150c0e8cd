"""Stage build_site: executed notebooks, source cards and table declarations as a site."""

from techdiplomacy import report
from techdiplomacy.params import load_params
from techdiplomacy.stages import run_stage


def build_site() -> None:
    """Write reports/site/."""
    report.build_site(load_params())


if __name__ == "__main__":
    run_stage(build_site)
