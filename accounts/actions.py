"""What can be done to accounts. One function: one intention, one transaction, one audit entry.

`actor` None is the console of the machine itself. Every change of a right has all sockets asked again what they may
hear, so that nobody goes on listening to what is no longer theirs.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.decision import Role
from accounts.errors import NotFound, OwnAccount, RoleHeld, Unacceptable
from accounts.models import ApiToken, Membership, Person, Unit, User
from accounts.text import nfc
from audit.journal import NOTHING, record
from realtime.publish import recheck

CHAIN = "accounts"
_MOST_LETTERS = {"username": 150, "full_name": 120, "position": 150, "phone": 30, "email": 254}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be made: for whom, and the role it begins with. `full_name` to `phone` are as in the directory."""

    username: str
    full_name: str
    unit: Unit
    role: Role
    position: str = ""
    email: str = ""
    phone: str = ""


@transaction.atomic
def create_account(actor: User | None, new: NewAccount) -> User:
    """Make an account that cannot log in yet: its first password is chosen with a link (`allow_new_password`).

    Somebody of that name whom the directory has at that very unit, without an account, becomes the account's person;
    otherwise the directory gains one. Raises Unacceptable with `fields` for a name that is taken or not well formed.
    """
    facts = {name: nfc(getattr(new, name)).strip() for name in _MOST_LETTERS}
    _check(facts)
    user = User(username=facts["username"], first_name=facts["full_name"], email=facts["email"])
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Unacceptable(fields={"username": "taken"}) from error
    _person(user, new.unit, facts)
    Membership.objects.create(user=user, role=new.role.value, unit=new.unit)
    _record(actor, "account.created", user, {"username": user.username, "roles": [[new.role.value, new.unit.code]]})
    return user


def _check(facts: Mapping[str, str]) -> None:
    wrong = {name: "too_long" for name, most in _MOST_LETTERS.items() if len(facts[name]) > most}
    wrong |= {name: "required" for name in ("username", "full_name") if not facts[name]}
    if "username" not in wrong:
        try:
            UnicodeUsernameValidator()(facts["username"])
        except ValidationError:
            wrong["username"] = "malformed"
        if User.objects.filter(username__iexact=facts["username"]).exists():
            wrong["username"] = "taken"
    if wrong:
        raise Unacceptable(fields=wrong)


def _person(user: User, unit: Unit, facts: Mapping[str, str]) -> Person:
    known = Person.objects.filter(user=None, unit=unit, full_name=facts["full_name"])
    person = known.order_by("pk").first() or Person(full_name=facts["full_name"], unit=unit)
    person.user = user
    for name in ("position", "email", "phone"):
        setattr(person, name, facts[name] or getattr(person, name))
    person.save()
    return person


@transaction.atomic
def grant_role(actor: User | None, user: User, role: Role, unit: Unit) -> Membership:
    """Let the account act as `role` at `unit` and everywhere below it. Raises RoleHeld when it does already."""
    user = _locked(user)
    held, made = Membership.objects.get_or_create(user=user, role=role.value, unit=unit)
    if not made:
        raise RoleHeld(role=role.value, unit=unit.code)
    _record(actor, "role.granted", user, {"role": role.value, "unit": unit.code})
    recheck(None)
    return held


@transaction.atomic
def withdraw_role(actor: User | None, user: User, membership_id: int) -> None:
    """Take a role from the account. Raises NotFound, or OwnAccount when administrators would shut themselves out."""
    user = _locked(user)
    held = Membership.objects.select_related("unit").filter(user=user, pk=membership_id).first()
    if held is None:
        raise NotFound(membership=membership_id)
    if actor is not None and actor.pk == user.pk and held.role == Role.ADMINISTRATOR:
        raise OwnAccount
    held.delete()
    _record(actor, "role.withdrawn", user, {"role": held.role, "unit": held.unit.code})
    recheck(None)


@transaction.atomic
def deactivate(actor: User | None, user: User) -> None:
    """Nobody gets in as this account from now on: its password goes, with it every session, and its API tokens.

    Roles and history stay. Doing it twice changes nothing. Raises OwnAccount for one's own.
    """
    user = _locked(user)
    if actor is not None and actor.pk == user.pk:
        raise OwnAccount
    if not user.is_active:
        return
    # Without the password the hash that sessions carry changes: reactivation does not bring them back.
    user.set_unusable_password()
    user.is_active = False
    user.save(update_fields=["password", "is_active"])
    tokens, _kinds = ApiToken.objects.filter(user=user).delete()
    _record(actor, "account.deactivated", user, {"username": user.username, "tokens": tokens})
    recheck(None)


@transaction.atomic
def reactivate(actor: User | None, user: User) -> None:
    """Let the account be used again, once a new password is chosen. Doing it twice changes nothing."""
    user = _locked(user)
    if user.is_active:
        return
    user.is_active = True
    user.save(update_fields=["is_active"])
    _record(actor, "account.reactivated", user, {"username": user.username})
    recheck(None)


@transaction.atomic
def allow_new_password(actor: User | None, user: User) -> User:
    """Note that the account is given a link with which its person chooses a password, and return the account as it is.

    The link itself is made where it is shown and kept nowhere. Raises NotFound for a deactivated account.
    """
    user = _locked(user)
    if not user.is_active:
        raise NotFound(account=user.pk)
    _record(actor, "password_link.issued", user, {"username": user.username})
    return user


@transaction.atomic
def turn_off_two_step_login(actor: User | None, user: User) -> None:
    """Let the password alone be enough again, for somebody whose telephone is gone. Raises NotFound when it is so."""
    user = _locked(user)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise NotFound(account=user.pk)
    _record(actor, "two_step_login.turned_off", user, {"username": user.username})


@transaction.atomic
def issue_token(actor: User | None, user: User, *, label: str = "") -> str:
    """A new API token of `user`: 43 characters, 256 bits. It is returned this once; only its SHA-256 is kept."""
    token = secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=user, digest=hashlib.sha256(token.encode()).hexdigest(), label=nfc(label).strip()[:100]
    )
    _record(actor, "token.issued", user, {"token": row.pk, "label": row.label})
    return token


@transaction.atomic
def withdraw_token(actor: User | None, user: User, token_id: int) -> None:
    """Make one API token of the account void. Raises NotFound."""
    user = _locked(user)
    token = ApiToken.objects.filter(user=user, pk=token_id).first()
    if token is None:
        raise NotFound(token=token_id)
    token.delete()
    _record(actor, "token.withdrawn", user, {"token": token_id, "label": token.label})
    recheck(None)


def _locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _record(actor: User | None, verb: str, user: User, data: Mapping[str, object] = NOTHING) -> None:
    record(actor, verb, chain=CHAIN, object_type="user", object_id=user.pk, label=str(user), data=data)
