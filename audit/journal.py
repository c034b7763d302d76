"""Writing the journal: one call per act, in the transaction of the act."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol, cast

from django.db import connection
from django.utils import timezone

from audit.chain import Record, entry_hash, normalised
from audit.errors import OutsideTransaction
from audit.middleware import current_request_id
from audit.models import Chain, Entry

NOTHING: Mapping[str, object] = MappingProxyType({})


class Actor(Protocol):
    """Whoever acts: a user account. ``pk`` is an integer, or None for nobody known."""

    @property
    def pk(self) -> int | None: ...


def record(
    actor: Actor | None,
    verb: str,
    *,
    chain: str,
    object_type: str,
    object_id: str | int,
    label: str,
    data: Mapping[str, object] = NOTHING,
) -> Entry:
    """Add one entry to ``chain`` and return it.

    ``actor`` is the acting user (named by ``get_full_name()``, else ``str()``), or None for the system itself.
    ``verb`` is in the manner of an event kind ("meeting.opened"); ``label`` names the object as people know it at
    this moment; ``data`` is JSON data, with dates, UUIDs, decimals and enums allowed.

    Locks the row of the chain until the end of the transaction: call it after the locks of the domain and before
    ``realtime.publish``. Raises OutsideTransaction outside transaction.atomic, TypeError or ValueError for data
    that is not JSON.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(verb)
    held, _created = Chain.objects.select_for_update().get_or_create(name=chain)
    unsealed = Record(
        chain=held.name,
        seq=held.length + 1,
        at=timezone.now(),
        actor_id=None if actor is None else actor.pk,
        actor_name=_text(_name(actor)),
        verb=verb,
        object_type=object_type,
        object_id=_text(str(object_id)),
        object_label=_text(label),
        data=cast("Mapping[str, object]", normalised(data)),
        request_id=current_request_id(),
        prev_hash=held.head_hash,
    )
    sealed = replace(unsealed, hash=entry_hash(unsealed))
    entry = Entry.objects.create(
        chain=held,
        seq=sealed.seq,
        at=sealed.at,
        actor_id=sealed.actor_id,
        actor_name=sealed.actor_name,
        verb=sealed.verb,
        object_type=sealed.object_type,
        object_id=sealed.object_id,
        object_label=sealed.object_label,
        data=sealed.data,
        request_id=sealed.request_id,
        prev_hash=sealed.prev_hash,
        hash=sealed.hash,
    )
    held.length, held.head_hash = sealed.seq, sealed.hash
    held.save(update_fields=["length", "head_hash"])
    return entry


def _name(actor: Actor | None) -> str:
    if actor is None:
        return ""
    full_name = getattr(actor, "get_full_name", None)
    return (str(full_name()) if callable(full_name) else "") or str(actor)


def _text(text: str) -> str:
    return str(normalised(text))
