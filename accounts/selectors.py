"""Reads about units, people and rights."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.decision import ROLE_RIGHTS, Grant, Right, Role, decide, rights_anywhere
from accounts.errors import Forbidden, NotFound
from accounts.models import ApiToken, Membership, Person, Unit, User
from accounts.text import fold


def current_user(request: HttpRequest) -> User:
    """The account behind a request to a page that requires login. Raises NotFound for a visitor."""
    if not isinstance(request.user, User):
        raise NotFound
    return request.user


def today() -> dt.date:
    """The present day in Vietnam."""
    return timezone.localdate()


def grants_of(user: "User | AnonymousUser") -> list[Grant]:
    """Every role that the user holds, with the path of its unit. One query, remembered for the life of `user`."""
    if not user.is_authenticated or not user.is_active:
        return []
    if user.known_grants is None:
        rows = Membership.objects.filter(user=user).values_list("role", "unit__path").order_by("pk")
        user.known_grants = [Grant(Role(role), path) for role, path in rows]
    return user.known_grants


def rights_of(user: "User | AnonymousUser") -> frozenset[Right]:
    """Every right that the user holds somewhere: what a menu may offer."""
    return rights_anywhere(grants_of(user))


def scope_filter(user: "User | AnonymousUser", right: Right, path_field: str) -> Q:
    """A condition on `path_field` (e.g. "unit__path") that keeps what lies where the user holds `right`."""
    condition = Q(pk__in=[])
    for grant in grants_of(user):
        if right in ROLE_RIGHTS[grant.role]:
            condition |= Q(**{f"{path_field}__startswith": grant.unit_path})
    return condition


def units_where(user: "User | AnonymousUser", right: Right) -> QuerySet[Unit]:
    """The units, valid today, over which the user holds `right`."""
    return Unit.objects.filter(scope_filter(user, right, "path")).valid(on=today())


def unit_for(user: "User | AnonymousUser", code: str, right: Right) -> Unit:
    """The unit of that official code. Raises NotFound, or Forbidden when the user lacks `right` over it."""
    unit = Unit.objects.valid(on=today()).filter(code=code).first()
    if unit is None:
        raise NotFound(unit=code)
    if not decide(grants_of(user), right, unit.path).allowed:
        raise Forbidden(right=right.value, unit=code)
    return unit


def require(user: "User | AnonymousUser", right: Right) -> None:
    """Raises Forbidden unless the user holds `right` somewhere."""
    if right not in rights_of(user):
        raise Forbidden(right=right.value)


def person_of(user: "User | AnonymousUser") -> Person | None:
    """The person behind an account, if any."""
    if not user.is_authenticated:
        return None
    if user.known_person is None:
        user.known_person = list(Person.objects.select_related("unit").filter(user=user))
    return user.known_person[0] if user.known_person else None


def remember(users: Sequence[User]) -> None:
    """Read what grants_of and person_of would ask for each of these users, for all at once. At most two queries."""
    strangers = [user for user in users if user.known_grants is None and user.is_active]
    if strangers:
        grants: defaultdict[int, list[Grant]] = defaultdict(list)
        rows = Membership.objects.filter(user__in=strangers).values_list("user_id", "role", "unit__path")
        for pk, role, path in rows.order_by("pk"):
            grants[pk].append(Grant(Role(role), path))
        for user in strangers:
            user.known_grants = grants[user.pk]
    faceless = [user for user in users if user.known_person is None]
    if faceless:
        people = {person.user_id: person for person in Person.objects.select_related("unit").filter(user__in=faceless)}
        for user in faceless:
            user.known_person = [people[user.pk]] if user.pk in people else []


def people_matching(text: str, *, under: Unit | None = None, limit: int = 20) -> QuerySet[Person]:
    """People of the directory whose name or position holds every word of `text`, marks ignored."""
    people = Person.objects.select_related("unit")
    if under is not None:
        people = people.filter(unit__path__startswith=under.path)
    for word in fold(text).split():
        people = people.filter(search_text__contains=word)
    return people[:limit]


def accounts_for(user: "User | AnonymousUser") -> QuerySet[User]:
    """The accounts that the user may look after: of those who hold a role, or sit, where the user manages accounts.

    `beyond` tells that an account also holds a role out of that reach: such an account is somebody else's to change.
    """
    right = Right.MANAGE_ACCOUNTS
    within = Membership.objects.filter(scope_filter(user, right, "unit__path"), user=OuterRef("pk"))
    beyond = Membership.objects.filter(~scope_filter(user, right, "unit__path"), user=OuterRef("pk"))
    people = Person.objects.filter(scope_filter(user, right, "unit__path"), user=OuterRef("pk"))
    return User.objects.filter(Exists(within) | Exists(people)).annotate(beyond=Exists(beyond))


def find_accounts(accounts: QuerySet[User], *, q: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """Those whose name or login holds every word of `q`, who hold `role`, who are "active" or "inactive"; by login."""
    for word in q.split():
        accounts = accounts.filter(
            Q(username__icontains=word) | Q(first_name__icontains=word) | Q(person__search_text__contains=fold(word))
        )
    if role:
        accounts = accounts.filter(Exists(Membership.objects.filter(user=OuterRef("pk"), role=role)))
    if state in {"active", "inactive"}:
        accounts = accounts.filter(is_active=state == "active")
    related = accounts.select_related("person__unit").prefetch_related("memberships__unit")
    return related.order_by("username")


def account_for(user: "User | AnonymousUser", account_id: int, *, change: bool = False) -> User:
    """An account that the user may look after. Raises NotFound; with `change` Forbidden for one with roles beyond."""
    found = find_accounts(accounts_for(user)).filter(pk=account_id).first()
    if found is None:
        raise NotFound(account=account_id)
    if change and found.beyond:  # type: ignore[attr-defined]  # annotated by accounts_for
        raise Forbidden(right=Right.MANAGE_ACCOUNTS.value)
    return found


def reads_whole_journal(user: "User | AnonymousUser") -> bool:
    """Whether nothing in use lies out of the user's READ_AUDIT: the journals tell of every endpoint and account."""
    right = Right.READ_AUDIT
    if right not in rights_of(user):
        return False
    roles_beyond = Membership.objects.filter(~scope_filter(user, right, "unit__path"))
    rooms_beyond = Unit.objects.filter(~scope_filter(user, right, "path"), endpoints__isnull=False)
    return not roles_beyond.exists() and not rooms_beyond.exists()


def units_matching(user: "User | AnonymousUser", text: str, right: Right, *, limit: int = 12) -> QuerySet[Unit]:
    """Units over which the user holds `right` whose code begins with `text` or whose name holds its words."""
    units = units_where(user, right)
    words = Q()
    for word in fold(text).split():
        words &= Q(search_text__contains=word)
    return units.filter(words | Q(code__istartswith=text.strip())).order_by("path")[:limit]


def user_of_token(token: str) -> User | None:
    """The active user who holds this bearer token, or None."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    row = ApiToken.objects.select_related("user").filter(digest=digest, user__is_active=True).first()
    return row.user if row else None
