"""Technology Diplomacy Workbench: from publishers' figures to country groups and workforce forecasts.

Import the module you need (``from techdiplomacy import clusters``); the package itself imports
nothing, so that a stage that copies a file does not pay for pandas.
"""
