"""What every page knows of the office: who is here, as what, and where one may go. Read only when a page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.decision import Grant, Right, Role, rights_anywhere
from accounts.models import Membership, Unit, User
from accounts.selectors import grants_of
from accounts.wording import two_lines

ANYONE: frozenset[Right] = frozenset()
SECTIONS: tuple[tuple[str, str, StrOrPromise, frozenset[Right]], ...] = (
    ("today", "today", _("Today"), ANYONE),
    ("network", "network", _("Network"), frozenset({Right.VIEW_NETWORK})),
    ("meetings", "meeting-list", _("Meetings"), ANYONE),
    ("reports", "report-list", _("Reports"), frozenset({Right.READ_REPORT})),
    (
        "administration",
        "administration",
        _("Administration"),
        frozenset({Right.MANAGE_NETWORK, Right.MANAGE_ACCOUNTS, Right.READ_AUDIT}),
    ),
)
PREFIXES = {
    "/network/": "network",
    "/endpoints/": "network",
    "/meetings/": "meetings",
    "/requests/": "meetings",
    "/reports/": "reports",
    "/administration/": "administration",
}
ROLE_ORDER = tuple(Role)


@dataclass(frozen=True)
class Section:
    """An entry of the top bar. `code` is one of today, network, meetings, reports, administration."""

    code: str
    url: str
    label: StrOrPromise


@dataclass(frozen=True)
class Presence:
    """The person at the desk: name, most far-reaching role, unit, and every right held somewhere; whether the person
    answers for what is entered from outside (rooms.selectors.top_units)."""

    name: str
    role: StrOrPromise
    unit: str
    rights: frozenset[Right]
    sections: tuple[Section, ...]
    may_enter_blocks: bool = False

    @property
    def unit_lines(self) -> tuple[str, ...]:
        """The unit's name as the top bar writes it, in one or two lines."""
        return two_lines(self.unit)

    @property
    def may_book(self) -> bool:
        return Right.BOOK in self.rights


def section_of(request: HttpRequest) -> str:
    """The part of the product that a page belongs to: what its view says (`nav`), else what its address says."""
    match = request.resolver_match
    if match:
        view = getattr(match.func, "view_class", match.func)
        said = getattr(view, "nav", "")
        if said:
            return str(said)
    if request.path == "/":
        return "today"
    return next((code for prefix, code in PREFIXES.items() if request.path.startswith(prefix)), "")


def role_label(grants: Sequence[Grant]) -> StrOrPromise:
    """The name of the role that stands first in Role, which goes from the widest to the narrowest."""
    if not grants:
        return ""
    first = min((grant.role for grant in grants), key=ROLE_ORDER.index)
    return dict(Membership.ROLES)[first.value]


def unit_label(user: User, grants: Sequence[Grant]) -> str:
    """The person's own unit, or for an account without a person the unit of its first role. One query."""
    paths = [grant.unit_path for grant in grants[:1]]
    units = list(Unit.objects.filter(Q(people__user=user) | Q(path__in=paths)).order_by("path").distinct())
    own = [unit for unit in units if unit.path not in paths]
    chosen = (own or units)[:1]
    return chosen[0].display_name if chosen else ""


def sections_for(rights: frozenset[Right]) -> tuple[Section, ...]:
    """The entries that lead somewhere for these rights."""
    found = []
    for code, name, label, needed in SECTIONS:
        if needed and not needed & rights:
            continue
        try:
            found.append(Section(code, reverse(name), label))
        except NoReverseMatch:
            continue
    return tuple(found)


def presence_of(user: "User | AnonymousUser") -> Presence | None:
    """Who is here, in at most two queries; None for a visitor."""
    if not isinstance(user, User) or not user.is_authenticated:
        return None
    grants = grants_of(user)
    rights = rights_anywhere(grants)
    at_the_top = rights_anywhere([grant for grant in grants if grant.unit_path.count("/") <= 2])
    enters = bool(at_the_top & {Right.BOOK, Right.MANAGE_NETWORK})
    return Presence(str(user), role_label(grants), unit_label(user, grants), rights, sections_for(rights), enters)


def office(request: HttpRequest) -> dict[str, object]:
    """nav_section, presence (or None), demo flag, the office's telephone."""
    user = getattr(request, "user", AnonymousUser())
    return {
        "nav_section": section_of(request),
        "presence": SimpleLazyObject(lambda: presence_of(user)),
        "demo": settings.DEMO,
        "office_phone": settings.OFFICE_PHONE,
    }
