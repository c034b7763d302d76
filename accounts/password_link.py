"""The way to a new password: an address that works once, for three days (settings.PASSWORD_RESET_TIMEOUT)."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from accounts.models import User


def password_path(user: User) -> str:
    """The path at which the person of the account chooses a password. `user` must be as the database has it."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=key)
