"""What is wrong with a list of units, bridges or endpoints, or with a reorganisation, as sentences."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.units.rows import Problem

REASONS: Final[Mapping[str, str | Promise]] = {
    "not_utf8": gettext_lazy("this is not UTF-8 text"),
    "not_a_table": gettext_lazy("this is not comma-separated text: check the quotation marks"),
    "column_missing": gettext_lazy("this column is missing"),
    "cells_wrong": gettext_lazy("the row has %(value)s cells instead of %(detail)s"),
    "empty": gettext_lazy("nothing is written here"),
    "code_invalid": gettext_lazy("“%(value)s” is no code: up to 16 letters, digits, dots and hyphens"),
    "too_long": gettext_lazy("“%(value)s” is longer than %(detail)s letters"),
    "duplicate_code": gettext_lazy("code %(value)s stands already in row %(detail)s"),
    "tier_unknown": gettext_lazy("there is no tier “%(value)s”; there are: %(detail)s"),
    "number_invalid": gettext_lazy("“%(value)s” is no decimal number"),
    "number_out_of_range": gettext_lazy("%(value)s lies outside −%(detail)s to %(detail)s"),
    "place_incomplete": gettext_lazy("the other half of the place is missing"),
    "parent_missing": gettext_lazy("no unit has the code %(value)s"),
    "parent_cycle": gettext_lazy("the units are each other's parents: %(detail)s"),
    "begins_later": gettext_lazy("a unit %(value)s begins on %(detail)s, after the day given"),
    "ended_later": gettext_lazy("a unit %(value)s ended on %(detail)s, after the day given"),
    "parent_begins_later": gettext_lazy("the parent %(value)s begins on %(detail)s, after the day given"),
    "unit_missing": gettext_lazy("there is no unit %(value)s today"),
    "bridge_missing": gettext_lazy("there is no bridge %(value)s"),
    "yes_no_invalid": gettext_lazy("“%(value)s” is neither yes nor no"),
    "whole_number_invalid": gettext_lazy("“%(value)s” is no whole number up to %(detail)s"),
    "ports_in_use": gettext_lazy("meetings to come take %(detail)s ports of %(value)s at one time"),
    "links_in_use": gettext_lazy("meetings to come take %(detail)s links of %(value)s at one time"),
    "unit_in_use": gettext_lazy("unit %(value)s begins on %(detail)s and is in use: it cannot be left out"),
    "heads_unknown": gettext_lazy("the heads of the columns are not those of a template"),
    "no_rows": gettext_lazy("there are heads, but no row below them"),
    "share_unknown": gettext_lazy("“%(value)s” is no share: all of it, the main part, or a part"),
    "whole_and_parts": gettext_lazy("unit %(value)s passes as a whole and in parts at once"),
    "day_invalid": gettext_lazy("“%(value)s” is no day: write it 01/07/2025"),
    "zeros_lost": gettext_lazy("there is no unit %(value)s; is %(detail)s meant? Keep the zeros in front"),
    "no_unit_of_ours": gettext_lazy("no unit of the file stands in this network on the eve of the day"),
    "endpoint_missing": gettext_lazy("there is no endpoint %(value)s"),
    "new_unit_unknown": gettext_lazy("unit %(detail)s is to pass into %(value)s, which is not among the new units"),
    "unit_not_there": gettext_lazy("endpoint %(detail)s is to pass to %(value)s, which is not there from the day on"),
    "parent_not_there": gettext_lazy("%(detail)s stands under %(value)s, which is not there from the day on"),
    "kept_but_replaced": gettext_lazy("%(value)s is to stay, but the list has another unit under this code"),
    "beyond_reach": gettext_lazy("%(value)s is looked after by the administrators of another unit"),
    "still_held": gettext_lazy("%(value)s ends without an heir, but people, roles, MCU or groups still belong to it"),
    "changed_later": gettext_lazy("endpoint %(value)s was changed after this day already"),
}


def sentence(problem: Problem) -> str:
    """What is wrong, with its row and column in front."""
    said = str(REASONS[problem.reason]) % {"value": problem.value, "detail": problem.detail}
    if not problem.row:
        return said
    if not problem.column:
        return _("Row %(row)s: %(said)s") % {"row": problem.row, "said": said}
    return _("Row %(row)s, column %(column)s: %(said)s") % {"row": problem.row, "column": problem.column, "said": said}
