"""What can be done to saved groups. A group is a name for endpoints; it books nothing and changes no booking."""

from collections.abc import Collection

from django.db import IntegrityError, transaction

from accounts.decision import Right
from accounts.models import Unit, User
from accounts.selectors import today
from accounts.text import nfc
from audit.journal import record
from rooms.actions import CHAIN
from rooms.groups.errors import GroupEmpty, GroupNameTaken, GroupNotFound
from rooms.models import EndpointGroup
from rooms.network import network
from rooms.scheduling.selection import Selection
from rooms.selectors import choose


def make_group(actor: User, unit: Unit, name: str, selection: Selection) -> EndpointGroup:
    """Save what the selection stands for today under a name. The caller has seen to it that the user may book for
    `unit`. Raises GroupNameTaken and the refusals of rooms.errors."""
    codes = choose(actor, selection, right=Right.BOOK, on=today())
    name = nfc(name).strip()
    with transaction.atomic():
        group = _named(EndpointGroup(unit=unit), name)
        group.endpoints.set(network().ids_of(codes).values())
        _record(actor, "group.made", group, {"endpoints": list(codes)})
    return group


def change_group(
    actor: User,
    group: EndpointGroup,
    *,
    name: str | None = None,
    joining: Collection[str] = (),
    leaving: Collection[str] = (),
) -> EndpointGroup:
    """Another name, endpoints that join and that leave; meetings booked by the group stay as they are.

    Raises GroupNameTaken, GroupNotFound when it was deleted meanwhile, GroupEmpty, and the refusals of rooms.errors
    for endpoints that the user may not book.
    """
    with transaction.atomic():
        group = _locked(group)
        before = set(group.endpoints.values_list("code", flat=True))
        new = [code for code in dict.fromkeys(joining) if code not in before]
        if new:
            choose(actor, Selection(endpoints=tuple(new)), right=Right.BOOK, on=today())
        after = (before | set(new)) - set(leaving)
        if not after:
            raise GroupEmpty
        was = group.name
        wanted = nfc(name).strip() if name is not None else was
        if after == before and wanted == was:
            return group
        if wanted != was:
            _named(group, wanted)
        group.endpoints.remove(*network().ids_of(before - after).values())
        group.endpoints.add(*network().ids_of(new).values())
        data: dict[str, object] = {"was": was, "joined": sorted(after - before), "left": sorted(before - after)}
        _record(actor, "group.changed", group, {**data, "endpoints": len(after)})
    return group


@transaction.atomic
def delete_group(actor: User, group: EndpointGroup) -> None:
    """The name is gone; its endpoints and what was booked by it stay. Raises GroupNotFound when it is gone already."""
    group = _locked(group)
    pk, codes = group.pk, sorted(group.endpoints.values_list("code", flat=True))
    group.delete()
    group.pk = pk
    _record(actor, "group.deleted", group, {"endpoints": codes})


def _locked(group: EndpointGroup) -> EndpointGroup:
    found = EndpointGroup.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=group.pk).first()
    if found is None:
        raise GroupNotFound(group=group.pk)
    return found


def _named(group: EndpointGroup, name: str) -> EndpointGroup:
    """Write the group under this name. Raises GroupNameTaken."""
    group.name = name
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as error:
        raise GroupNameTaken(name=name) from error
    return group


def _record(actor: User, verb: str, group: EndpointGroup, data: dict[str, object]) -> None:
    record(actor, verb, chain=CHAIN, object_type="group", object_id=group.pk, label=group.name, data=data)
