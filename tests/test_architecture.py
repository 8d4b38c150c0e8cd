"""The house stands: imports go one way, and what a module may do it alone does."""

import ast
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "src" / "techdiplomacy"
# each module may import those of the levels above it in this list, never its own level or below
LEVELS = [
    {"errors"},
    {"paths"},
    {"files", "checks", "columns", "texts", "forked_kernels"},
    {"input_tables", "result_tables", "technology_tables", "markdown"}
    | {"tie_tables", "gap_tables", "priority_tables", "scorecard_tables", "workforce_tables"}
    | {"live_tables", "brief_tables"},
    {"scenario_tables"},
    {"declarations"},
    {"params", "cards", "tables", "stages"},
    {"reference_lists", "source_states", "licences"},
    {"countries", "labels", "technologies", "statements", "vocabulary", "sources"}
    | {"register_files", "workforce_pools", "workforce_lists", "smoothing"},
    {"clean", "patents", "damped_trend", "accuracy", "pair_facts", "registers"}
    | {"demography", "stock_flow", "reconciliation"},
    {"acceptance"},
    {"arrivals"},
    {
        "freshness",
        "strength",
        "backtest",
        "ranks",
        "relatedness",
        "agreement",
        "group_evidence",
        "ties",
        "ppml",
    },
    {"stability", "forecast", "concentration", "tie_measures", "gravity", "pair_panels"}
    | {"random_dates"},
    {"clusters", "group_description", "workforce", "group_strength", "viewpoint_fields"}
    | {"gaps", "gap_variants", "project_money", "event_study", "workforce_features"},
    {"group_ranks", "stated_evidence", "windows", "scorecard_values"}
    | {"union_forecast", "pool_bases", "outside", "workforce_claims"}
    | {"ledger", "forecast_record"},
    {"rank_choices", "partner_values", "partner_reasons", "pool_growth", "scenario_draws"},
    {"partner_ranks", "scenarios"},
    {"training"},
    {"evidence", "features", "technology_strength", "priorities", "scorecard", "representation"},
    {"cooperation", "workforce_outlook"},
    {"partnership", "brief_rows"},
    {"plots", "brief_facts"},
    {"label_placement"},
    {"grid_plots", "interval_plots", "cluster_plots", "series_plots"}
    | {"network_plot", "cooperation_plots", "age_plots"},
    {"charts", "technology_charts", "brief_points"},
    {"cooperation_charts", "partnership_charts", "demography_charts"}
    | {"scenario_charts", "posting_charts", "brief_charts"},
    {"page_columns", "notebooks", "technology_words", "direction_words", "demography_words"},
    {"pages", "priority_words", "pool_words", "cluster_words"}
    | {"backtest_page", "fans_page", "notebook_runs", "notebook_tables"},
    {"stated_page", "measures_page", "partners_page", "gaps_page", "fits_page", "project_page"}
    | {"partner_groups_page", "partner_orders_page", "scorecard_page", "steps_page"}
    | {"offices_page", "outside_page", "scenarios_page"}
    | {"ageing_page", "entrants_page", "cohort_page", "revisions_page"}
    | {"cluster_cuts_page", "cluster_windows_page", "cluster_viewpoint_page"}
    | {"training_page", "series_page", "postings_page", "assumptions_page", "brief_words"},
    {"clusters_page", "workforce_page", "technology_page", "ties_page", "priorities_page"}
    | {"claims_page", "record_page", "demography_page"}
    | {"brief_reasons", "brief_strength", "brief_ties", "brief_people"},
    {"brief_page", "trust", "changes", "search_index", "notebook_pages", "brief_runs"},
    {"wording", "render", "output_terms", "brief_site", "explained_changes", "citation"}
    | {"released_site"},
    {"report"},
]
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


def level_of(name: str) -> int:
    for number, names in enumerate(LEVELS):
        if name in names:
            return number
    raise AssertionError(f"module '{name}' has no level: add it to LEVELS in {Path(__file__).name}")


def imported(path: Path) -> set[str]:
    """Return the modules of the package that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "techdiplomacy":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("techdiplomacy."):
            found.add(str(node.module).split(".")[1])
    return found


def name_of(path: Path) -> str:
    return "sources" if path.parent.name == "sources" else path.stem


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_upwards(path):
    own = name_of(path)
    for other in imported(path) - {own}:
        assert level_of(other) < level_of(own), f"{own} must not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_opens_with_what_it_knows(path):
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    for words in ("Knows:", "Must not know:", "May import:"):
        assert words in " ".join(text.split()), f"{path.name} does not say '{words}'"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_analysis_opens_no_file_and_prints_nothing(path):
    analysis = {"patents", "strength", "clusters", "stability", "smoothing", "damped_trend"}
    analysis |= {"accuracy"}
    analysis |= {"backtest", "forecast", "workforce", "group_description", "evidence"}
    analysis |= {"ranks", "relatedness", "concentration", "agreement", "group_evidence"}
    analysis |= {"group_strength", "group_ranks", "rank_choices", "stated_evidence"}
    analysis |= {"viewpoint_fields", "technology_strength", "pair_facts", "ties", "ppml"}
    analysis |= {"tie_measures", "gravity", "gaps", "project_money", "event_study"}
    analysis |= {"pair_panels", "gap_variants", "workforce_features", "demography", "stock_flow"}
    analysis |= {"reconciliation", "union_forecast", "forecast_record", "pool_bases"}
    analysis |= {"pool_growth", "scenario_draws", "scenarios", "training", "outside"}
    analysis |= {"workforce_claims"}
    analysis |= {"partner_values", "partner_reasons", "partner_ranks", "priorities"}
    analysis |= {"scorecard", "scorecard_values", "random_dates", "representation"}
    analysis |= {"cooperation", "partnership", "brief_rows", "brief_facts", "brief_points"}
    if path.stem not in analysis:
        return
    assert not imported(path) & {"files", "paths", "tables", "cards", "sources"}
    called = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"open", "print"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_one_place_writes_tables(path):
    text = path.read_text(encoding="utf-8")
    if path.stem not in ("tables", "pages"):
        assert ".to_csv(" not in text
    if path.parent.name != "sources":
        assert "requests" not in imported_packages(path)
        assert "urllib" not in imported_packages(path)


def imported_packages(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "pipelines").glob("*.py")), ids=lambda path: path.stem
)
def test_a_stage_script_only_calls(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions] == [path.stem]
    ifs = [node for node in ast.walk(functions[0]) if isinstance(node, ast.If)]
    assert not ifs, "an if belongs in the package"


def test_no_country_or_group_is_named_in_the_analysis():
    for path in MODULES:
        if path.stem in {
            *("strength", "clusters", "stability", "forecast", "workforce", "features"),
            *("evidence", "group_description", "charts", "clusters_page", "workforce_page"),
            *("cluster_words", "cluster_cuts_page", "cluster_windows_page"),
            *("cluster_viewpoint_page", "cluster_plots"),
            *("ranks", "relatedness", "concentration", "agreement", "group_evidence"),
            *("group_strength", "group_ranks", "rank_choices", "stated_evidence"),
            *("viewpoint_fields", "technology_strength"),
        }:
            constants = {
                node.value
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            assert not constants & {"VNM", "JPN", "KOR", "USA", "CHN", "Vietnam", "Japan"}


def test_contributing_lists_the_same_levels():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = text[text.index("```\nerrors\npaths\n") + 4 :].split("```")[0]
    assert [set(line.split(", ")) for line in listed.strip().splitlines()] == LEVELS


def test_only_the_wire_of_the_download_kit_opens_a_connection():
    folder = PACKAGE / "sources"
    talks = {"requests", "urllib3", "http", "socket", "httpx"}
    found = {path.stem for path in folder.glob("*.py") if imported_packages(path) & talks}
    assert found == {"transfer"}
