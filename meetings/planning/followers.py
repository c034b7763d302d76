"""Slices above planning that go along with its acts: they sign up (meetings.apps) and are called in the act's
transaction, when the meeting's row is locked and its journal written. So they take locks of their own rows only."""

from collections.abc import Collection
from typing import Protocol

from accounts.models import User
from meetings.planning.lifecycle import Act
from meetings.planning.models import Meeting


class Follower(Protocol):
    """`changed` names the fields of Changes that are different now."""

    def __call__(self, actor: User, meeting: Meeting, act: Act, changed: Collection[str]) -> None: ...


_followers: list[Follower] = []


def follow(follower: Follower) -> None:
    """Have `follower` called after each act; signing up twice changes nothing."""
    if follower not in _followers:
        _followers.append(follower)


def tell_followers(actor: User, meeting: Meeting, act: Act, changed: Collection[str]) -> None:
    """Called by the acts that book, change, postpone or cancel a meeting."""
    for follower in _followers:
        follower(actor, meeting, act, changed)
