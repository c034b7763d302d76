"""Administration: the network in figures, the accounts with their roles, and the journals of both."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions
from accounts.decision import Right
from accounts.errors import DomainError, Forbidden, OwnAccount, RoleHeld, Unacceptable
from accounts.forms import FIELD_WORDS, AccountFilter, NewAccountForm, RoleForm
from accounts.journal_words import lines
from accounts.models import Membership, Person, User
from accounts.password_link import password_path
from accounts.selectors import (
    account_for,
    accounts_for,
    current_user,
    find_accounts,
    reads_whole_journal,
    require,
    rights_of,
    scope_filter,
    units_matching,
    units_where,
)
from audit.chain import Broken
from audit.selectors import entries_of, head_of, verify_chain

ACCOUNTS_ON_A_PAGE: Final = 50
ENTRIES_ON_A_PAGE: Final = 50
CHECKED_UNASKED: Final = 5000
"""A journal of no more entries is checked whenever it is opened; a longer one when somebody asks."""
JOURNALS: Final = (actions.CHAIN, "network")
OFFICE: Final = frozenset({Right.MANAGE_NETWORK, Right.MANAGE_ACCOUNTS, Right.READ_AUDIT})


@login_required
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """The network within the administrator's reach in figures, and the accounts."""
    user = current_user(request)
    if not OFFICE & rights_of(user):
        raise Forbidden(right=Right.MANAGE_ACCOUNTS.value)
    asked = AccountFilter(request.GET).asked()
    accounts = accounts_for(user)
    page = Paginator(find_accounts(accounts, **asked), ACCOUNTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **_context(user),
        "figures": _figures(user) | accounts.aggregate(accounts=Count("pk"), active=Count("pk", Q(is_active=True))),
        "page": page,
        "asked": asked,
        "filtered": any(asked.values()),
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "roles": Membership.ROLES,
    }
    return render(request, "accounts/administration.html", context)


def _context(user: User) -> dict[str, object]:
    return {
        "manages": Right.MANAGE_ACCOUNTS in rights_of(user),
        "manages_network": Right.MANAGE_NETWORK in rights_of(user),
        "reads_journal": reads_whole_journal(user),
        "nav_section": "administration",
    }


def _figures(user: User) -> dict[str, int]:
    """Units, endpoints, bridges and people within reach. Four queries."""
    right = Right.MANAGE_NETWORK
    units = units_where(user, right)
    return {
        "units": units.count(),
        "endpoints": units.aggregate(n=Count("endpoints", Q(endpoints__active=True)))["n"],
        "bridges": units.aggregate(n=Count("bridges"))["n"],
        "people": Person.objects.filter(scope_filter(user, right, "unit__path")).count(),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """Make an account; the next page shows the link with which its person chooses a password."""
    user = current_user(request)
    require(user, Right.MANAGE_ACCOUNTS)
    form = NewAccountForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.create_account(user, form.account())
        except Unacceptable as refused:
            _tell(form, refused)
        else:
            messages.success(request, _("The account %(name)s is made.") % {"name": made.username})
            return redirect("account-page", made.pk)
    status = 422 if form.errors else 200
    return render(request, "accounts/new_account.html", {**_context(user), "form": form}, status=status)


def _tell(form: NewAccountForm, refused: Unacceptable) -> None:
    fields = refused.params.get("fields")
    for name, code in fields.items() if isinstance(fields, Mapping) else ():
        form.add_error(str(name), str(FIELD_WORDS.get(str(code), code)))


@login_required
@require_safe
def account_page(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: who, its roles, its access keys, and what can be done with it."""
    user = current_user(request)
    return _account(request, user, account_for(user, account_id))


def _account(request: HttpRequest, user: User, account: User, *, status: int = 200, **more: object) -> HttpResponse:
    context = {
        **_context(user),
        "account": account,
        "own": account.pk == user.pk,
        "beyond": getattr(account, "beyond", False),
        "two_steps": Authenticator.objects.filter(user=account).exists(),
        "tokens": account.tokens.order_by("pk"),
        "form": RoleForm(user),
        **more,
    }
    response = render(request, "accounts/account.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def new_role(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give the account one more role."""
    user = current_user(request)
    account = account_for(user, account_id, change=True)
    form = RoleForm(user, request.POST)
    if not form.is_valid():
        return _account(request, user, account, status=422, form=form)
    try:
        actions.grant_role(user, account, form.cleaned_data["role"], form.cleaned_data["unit"])
    except RoleHeld as refused:
        form.add_error(None, _("The account holds this role there already."))
        return _account(request, user, account, status=refused.status, form=form)
    messages.success(request, _("The role is given."))
    return redirect("account-page", account.pk)


@login_required
@require_POST
def password_link(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show, this once, a link with which the person of the account chooses a password."""
    user = current_user(request)
    account = account_for(user, account_id, change=True)
    path = password_path(actions.allow_new_password(user, account))
    return _account(request, user, account, link=request.build_absolute_uri(path))


_ACTS: Final[Mapping[str, Callable[[User, User, int], None]]] = {
    "deactivate": lambda actor, account, _row: actions.deactivate(actor, account),
    "reactivate": lambda actor, account, _row: actions.reactivate(actor, account),
    "turn-off-two-steps": lambda actor, account, _row: actions.turn_off_two_step_login(actor, account),
    "withdraw-role": actions.withdraw_role,
    "withdraw-token": actions.withdraw_token,
}


@login_required
@require_POST
def act(request: HttpRequest, account_id: int, name: str) -> HttpResponse:
    """Deactivate, reactivate, turn two-step login off, take a role or an access key away."""
    done = _ACTS.get(name)
    if done is None:
        raise Http404
    user = current_user(request)
    account = account_for(user, account_id, change=True)
    row = request.POST.get("row", "")
    try:
        done(user, account, int(row) if row.isdecimal() and len(row) < 15 else 0)
    except OwnAccount:
        messages.error(request, _("Nothing was changed: this is your own account. Another administrator has to do it."))
    except DomainError:
        messages.error(request, _("Nothing was changed: somebody else was here before. This is how it stands now."))
    else:
        messages.success(request, _said(name, account))
    return redirect("account-page", account.pk)


def _said(name: str, account: User) -> str:
    words = {
        "deactivate": _("%(name)s can no longer log in."),
        "reactivate": _("The account of %(name)s can be used again. Give its person a link for a new password."),
        "turn-off-two-steps": _("%(name)s logs in with the password alone until two-step login is turned on again."),
        "withdraw-role": _("The role is taken away."),
        "withdraw-token": _("The access key is void."),
    }
    return words[name] % {"name": account}


@login_required
@require_safe
def unit_options(request: HttpRequest) -> HttpResponse:
    """Units whose code or name fits the words typed, as options of a unit field."""
    user = current_user(request)
    require(user, Right.MANAGE_ACCOUNTS)
    text = request.GET.get("unit", "")[:100]
    units = units_matching(user, text, Right.MANAGE_ACCOUNTS) if text.strip() else []
    return render(request, "accounts/_unit_options.html", {"units": units})


@login_required
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """What was done to accounts and to the network, newest first, and whether the journal is whole."""
    user = current_user(request)
    if not reads_whole_journal(user):
        raise Forbidden(right=Right.READ_AUDIT.value)
    chain = request.GET.get("of", "")
    chain = chain if chain in JOURNALS else JOURNALS[0]
    before = request.GET.get("before", "")
    older_than = int(before) if before.isdecimal() and len(before) < 15 else None
    entries = list(entries_of(chain, ENTRIES_ON_A_PAGE + 1, before=older_than))
    shown = entries[:ENTRIES_ON_A_PAGE]
    context = {
        **_context(user),
        "chain": chain,
        "entries": lines(shown),
        "older": shown[-1].seq if len(entries) > len(shown) else None,
        "from_start": older_than is None,
        **_checked(chain, asked="check" in request.GET),
    }
    return render(request, "accounts/journal.html", context)


def _checked(chain: str, *, asked: bool) -> dict[str, Any]:
    length = head_of(chain).length
    checked = asked or length <= CHECKED_UNASKED
    broken: Broken | None = verify_chain(chain) if checked else None
    return {"length": length, "checked": checked, "broken": broken}
