"""Which endpoints a request means: whole tiers, everything under a unit, groups, single codes, and exceptions.

The base is every active endpoint of the tiers named, or under the unit named, or, with both, of these tiers under
that unit. Single endpoints and groups add to it, exceptions take away from the sum. Inactive endpoints are never part
of a tier, a unit or a group; one that is asked for by its code is an error, as is every code that does not exist.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from rooms.scheduling.errors import SchedulingInvalid

LISTS = ("tiers", "endpoints", "groups", "except")
KEYS = ("tiers", "under", "endpoints", "groups", "except")


class SelectionInvalid(SchedulingInvalid):
    """Codes and params:

    ``selection_malformed``: ``field``, ``expected`` (``object`` | ``string`` | ``list_of_strings``).
    ``selection_keys_unknown``: ``keys``.
    ``selection_unknown``: those of ``tiers``, ``under``, ``endpoints``, ``groups``, ``except`` that have unknown
    codes, each a list of them; an unknown member of a group counts among ``endpoints``.
    ``selection_inactive``: ``endpoints``.
    ``selection_empty``: none.
    """


@dataclass(frozen=True, slots=True)
class Selection:
    """The normalised selection: NFC, trimmed, without repeats, in the order given."""

    tiers: tuple[str, ...] = ()
    under: str | None = None
    endpoints: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        """The JSON form again, without what is empty; ``parse(s.as_data()) == s``."""
        data: dict[str, object] = {
            "tiers": list(self.tiers),
            "under": self.under,
            "endpoints": list(self.endpoints),
            "groups": list(self.groups),
            "except": list(self.except_),
        }
        return {key: value for key, value in data.items() if value}


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An endpoint as the selection sees it; ``unit_path`` is "/1/24/333/", every unit's own path a prefix of those
    below it."""

    code: str
    tier: str
    unit_path: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that a person may name, inactive endpoints included: what is not in it does not exist for them.

    ``tiers``: code → rank; ``units``: code → path; ``groups``: name → endpoint codes.
    """

    endpoints: Sequence[EndpointRow]
    tiers: Mapping[str, int]
    units: Mapping[str, str]
    groups: Mapping[str, Collection[str]]


def parse(data: object) -> Selection:
    """The selection of a JSON value; null stands for an absent key.

    Raises SelectionInvalid ``selection_malformed``, ``selection_keys_unknown``, and ``selection_empty`` when nothing
    is named that could be selected.
    """
    if not isinstance(data, Mapping):
        raise SelectionInvalid("selection_malformed", {"field": "selection", "expected": "object"})
    if unknown := sorted(str(key) for key in data if key not in KEYS):
        raise SelectionInvalid("selection_keys_unknown", {"keys": unknown})
    under = data.get("under")
    if under is not None and not (isinstance(under, str) and under.strip()):
        raise SelectionInvalid("selection_malformed", {"field": "under", "expected": "string"})
    lists = {key: _codes(key, data.get(key)) for key in LISTS}
    selection = Selection(
        tiers=lists["tiers"],
        under=None if under is None else _clean(under),
        endpoints=lists["endpoints"],
        groups=lists["groups"],
        except_=lists["except"],
    )
    if not (selection.tiers or selection.under or selection.endpoints or selection.groups):
        raise SelectionInvalid("selection_empty")
    return selection


def expand(selection: Selection, catalogue: Catalogue) -> tuple[str, ...]:
    """The endpoint codes that the selection stands for, by rank of their tier, then code; at least one.

    Raises SelectionInvalid ``selection_unknown``, ``selection_inactive``, ``selection_empty``.
    """
    rows = {row.code: row for row in catalogue.endpoints}
    _check(selection, catalogue, rows)
    chosen = set(_base(selection, catalogue))
    chosen.update(selection.endpoints)
    for name in selection.groups:
        chosen.update(code for code in catalogue.groups[name] if rows[code].active)
    chosen.difference_update(selection.except_)
    if not chosen:
        raise SelectionInvalid("selection_empty")
    return tuple(sorted(chosen, key=lambda code: (catalogue.tiers[rows[code].tier], code)))


def _clean(text: str) -> str:
    return normalize("NFC", text.strip())


def _codes(field: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each.strip() for each in value):
        raise SelectionInvalid("selection_malformed", {"field": field, "expected": "list_of_strings"})
    return tuple(dict.fromkeys(_clean(each) for each in value))


def _check(selection: Selection, catalogue: Catalogue, rows: Mapping[str, EndpointRow]) -> None:
    members = [code for name in selection.groups for code in sorted(catalogue.groups.get(name, ()))]
    named: dict[str, tuple[Iterable[str], Collection[str]]] = {
        "tiers": (selection.tiers, catalogue.tiers),
        "under": ([] if selection.under is None else [selection.under], catalogue.units),
        "endpoints": (dict.fromkeys([*selection.endpoints, *members]), rows),
        "groups": (selection.groups, catalogue.groups),
        "except": (selection.except_, rows),
    }
    unknown = {key: [code for code in codes if code not in known] for key, (codes, known) in named.items()}
    if any(unknown.values()):
        raise SelectionInvalid("selection_unknown", {key: codes for key, codes in unknown.items() if codes})
    taken_out = set(selection.except_)
    inactive = [code for code in selection.endpoints if not rows[code].active and code not in taken_out]
    if inactive:
        raise SelectionInvalid("selection_inactive", {"endpoints": inactive})


def _base(selection: Selection, catalogue: Catalogue) -> Iterable[str]:
    if not selection.tiers and selection.under is None:
        return
    tiers = set(selection.tiers or catalogue.tiers)
    path = "" if selection.under is None else catalogue.units[selection.under]
    for row in catalogue.endpoints:
        if row.active and row.tier in tiers and row.unit_path.startswith(path):
            yield row.code
