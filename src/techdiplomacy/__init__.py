"""Technology Diplomacy Workbench: publishers' figures to country groups and forecasts.

Import the module you need (``from techdiplomacy import clusters``); the package itself imports
nothing, so that a stage that copies a file does not pay for pandas.
"""
