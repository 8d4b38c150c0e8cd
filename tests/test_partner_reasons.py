"""Reasons for partners, on sides made up."""

import pandas as pd
from evidence_rows import chosen
from partner_rows import CLEAR, DRAWS, made, of, ranked

from techdiplomacy.partner_reasons import codes_that_hold, reasons, reasons_over_all
from techdiplomacy.partner_values import PartnerValues


def test_reasons_say_what_holds():
    table = made({"G06": CLEAR}).table
    table.loc[table["partner"] == "BBB", ["volume", "n_measures", "few_items"]] = [0.0, 1, True]
    table.loc[table["partner"] == "CCC", ["volume", "gap_low", "gap_high"]] = [2.0, 0.1, 0.5]
    params = chosen(
        ranks={"draws": DRAWS},
        priorities={"leader_rank": 1, "strength_rank": 2},
        relatedness={"partner_probability": 0.8},
    )
    values = made({"G06": CLEAR})
    found = ranked(PartnerValues(table, values.sides, values.draws), params).table
    assert of(found, "AAA")["reasons"] == (
        "leads_here;specialised;close_tie;room_to_grow;tie_all_fields"
    )
    assert of(found, "BBB")["reasons"] == (
        "strong_here;room_to_grow;no_tie;few_items;one_measure;tie_all_fields"
    )
    assert of(found, "CCC")["reasons"] == "shallow_tie;above_expected;tie_all_fields"
    assert of(found, "CCC", "ALL")["reasons"] == of(found, "CCC")["reasons"]


def test_a_reason_over_all_groups_holds_in_enough_of_those_with_all_sides():
    rows = [("G01", "leads_here"), ("G02", "leads_here;close_tie"), ("G03", None)]
    marked = pd.DataFrame(rows, columns=["group_id", "reasons"])
    marked = marked.assign(partner="AAA", status=["ok", "ok", "not_estimable"])
    found = {share: reasons_over_all(marked, share).loc[0, "reasons"] for share in (0.5, 0.6, 1)}
    assert found == {0.5: "leads_here;close_tie", 0.6: "leads_here", 1: "leads_here"}


def test_nothing_to_say_is_missing():
    flags = pd.DataFrame({"one": [True, True, False], "two": [True, False, False]})
    assert codes_that_hold(flags).tolist() == ["one;two", "one", None]
    quiet = made({"G06": CLEAR}).table.assign(tie_scope="group")
    found = reasons(quiet, chosen(priorities={"leader_rank": 1, "strength_rank": 1}))
    assert found.set_index("partner").loc["DDD", "reasons"] is None
