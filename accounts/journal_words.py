"""The journals of the network and of the accounts as sentences, for whoever may read them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Membership
from accounts.wording import day
from audit.models import Entry

_CLAUSES: Final[Mapping[str, str | Promise]] = {
    "account.created": _("made the account of %(label)s"),
    "account.deactivated": _("deactivated the account of %(label)s"),
    "account.reactivated": _("let the account of %(label)s be used again"),
    "role.granted": _("gave %(label)s the role “%(role)s” at %(unit)s"),
    "role.withdrawn": _("took the role “%(role)s” at %(unit)s from %(label)s"),
    "password_link.issued": _("made a link with which %(label)s chooses a password"),
    "two_step_login.turned_off": _("turned two-step login of %(label)s off"),
    "token.issued": _("made an access key for %(label)s"),
    "token.withdrawn": _("made an access key of %(label)s void"),
    "calendar.made": _("made an address for the calendar of %(label)s"),
    "calendar.revoked": _("made an address for the calendar of %(label)s void"),
    "booking.made": _("booked %(endpoints)s for “%(label)s”"),
    "booking.held": _("held %(endpoints)s for “%(label)s”"),
    "booking.changed": _("changed the booking of “%(label)s”: %(endpoints)s"),
    "booking.extended": _("held %(endpoints)s of “%(label)s” for longer"),
    "booking.ended": _("let go of %(endpoints)s of “%(label)s” before their time was over"),
    "booking.released": _("let go of %(endpoints)s of “%(label)s”"),
    "group.made": _("saved %(endpoints)s as the group “%(label)s”"),
    "group.changed": _("changed the group “%(label)s”: %(endpoints)s"),
    "group.deleted": _("deleted the group “%(label)s” of %(endpoints)s"),
    "template.saved": _("saved a meeting as the template “%(label)s”"),
    "template.changed": _("changed the template “%(label)s”"),
    "template.deleted": _("deleted the template “%(label)s”"),
    "block.preempted": _("entered “%(label)s” from outside in the place of other meetings"),
    "closure.reported": _("reported %(label)s out of service"),
    "closure.ended": _("put %(label)s in service again"),
    "closure.removed": _("took back that %(label)s would be out of service"),
    "endpoint.hours_set": _("set the opening hours of %(label)s"),
    "endpoint.always_open": _("made %(label)s open at any time"),
    "calendar.day_added": _("added %(day)s, “%(label)s”, to the office calendar"),
    "calendar.day_changed": _("changed %(day)s, “%(label)s”, in the office calendar"),
    "calendar.day_removed": _("removed %(day)s, “%(label)s”, from the office calendar"),
    "units.imported": _("read in the list of units “%(label)s”"),
    "bridges.loaded": _("read in the list of bridges “%(label)s”"),
    "endpoints.loaded": _("read in the list of endpoints “%(label)s”"),
    "reorganisation.begun": _("began to prepare the reorganisation “%(label)s”"),
    "reorganisation.read": _("read a file into the reorganisation “%(label)s”"),
    "reorganisation.added": _("added a change to the reorganisation “%(label)s”"),
    "reorganisation.decided": _("decided in the reorganisation “%(label)s”"),
    "reorganisation.removed": _("threw the draft “%(label)s” away"),
    "reorganisation.carried_out": _("carried out the reorganisation “%(label)s”: %(endpoints)s"),
    "reorganisation.took_effect": _("let the reorganisation “%(label)s” take effect on its day"),
    "network.built": _("built the network of %(label)s"),
}
_OTHERWISE: Final = _("did “%(verb)s” with “%(label)s”")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. `actor` is "" for the system itself; `clause` begins with a verb and ends without a full stop."""

    seq: int
    at: dt.datetime
    actor: str
    clause: str


def lines(entries: Iterable[Entry]) -> list[Line]:
    """The entries told, in the order given."""
    return [Line(entry.seq, entry.at, entry.actor_name, clause(entry)) for entry in entries]


def clause(entry: Entry) -> str:
    """What was done, to follow the actor's name; a verb without a clause is told by its own words."""
    words = _CLAUSES.get(entry.verb, _OTHERWISE)
    roles = {value: str(name) for value, name in Membership.ROLES}
    role = str(entry.data.get("role") or "")
    return str(words) % {
        "label": entry.object_label,
        "verb": entry.verb.replace(".", " ").replace("_", " "),
        "role": roles.get(role, role),
        "unit": str(entry.data.get("unit") or ""),
        "endpoints": _endpoints(entry.data.get("endpoints")),
        "day": _day(entry.data.get("day")),
    }


def _day(value: object) -> str:
    return day(dt.date.fromisoformat(value)) if isinstance(value, str) and value else ""


def _endpoints(value: object) -> str:
    count = value if isinstance(value, int) else len(value) if isinstance(value, list) else 0
    return ngettext("%(n)d endpoint", "%(n)d endpoints", count) % {"n": count}
