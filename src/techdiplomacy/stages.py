"""How a pipeline script runs: its argument, its errors, its exit code.

Knows: the command line of a stage. Must not know: what any stage does. May import: errors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from techdiplomacy.errors import TechDiplomacyError


def run_stage(stage: Callable[..., None], *, argument: str = "") -> None:
    """Run a stage from the command line; an expected failure is printed, and the exit code is 1.

    Parameters
    ----------
    stage : callable
        The stage; it is given the argument, if it takes one.
    argument : str
        What the argument names, for example ``source``; empty for a stage without one.
    """
    parser = argparse.ArgumentParser(description=stage.__doc__)
    if argument:
        parser.add_argument(argument)
    parser.add_argument("--debug", action="store_true", help="show the trace of an error")
    arguments = parser.parse_args()
    try:
        if argument:
            stage(getattr(arguments, argument))
        else:
            stage()
    except TechDiplomacyError as error:
        if arguments.debug:
            raise
        print(f"\n{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nStopped. What is complete is kept; run it again to go on.", file=sys.stderr)
        sys.exit(130)
