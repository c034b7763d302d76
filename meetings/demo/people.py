"""The demo's people: whoever may be invited at every endpoint, the technicians, and the accounts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from random import Random

from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Person, Unit, User
from accounts.names import proper_name
from accounts.text import fold
from meetings.demo.cast import (
    ACCOUNTS,
    DELEGATES_DISTRICT,
    OPERATORS_COMMUNE,
    PASSWORD,
    Account,
    named,
    sizes,
)
from meetings.demo.names import draw_name, mix_of
from meetings.demo.network import Network
from meetings.demo.offices import TECHNICIAN, Office, in_province, offices
from rooms.models import Endpoint

FIRST_PHONE = 1000


@dataclass(slots=True)
class Directory:
    """Whom one may invite, by endpoint code in the order of rank; `heads` are the persons (by key) summoned as heads of
    agencies. `users` and `persons` of the accounts by username; `seats` their endpoints."""

    invited: dict[str, list[Person]] = field(default_factory=dict)
    heads: set[int] = field(default_factory=set)
    users: dict[str, User] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    seats: dict[str, str] = field(default_factory=dict)


class _Maker:
    """Makes people one after the other; a name, an address and a telephone number are not given twice."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.province = network.province.code
        place = proper_name(network.province.name, network.province.kind)
        self.domain = f"{''.join(letter for letter in fold(place) if letter.isalnum())}.example.vn"
        self.lots = Random(f"{self.province} people")
        self.addresses: set[str] = set()
        self.numbers: Iterator[int] = count(FIRST_PHONE)

    def name(self, unit: Unit, woman: bool | None) -> str:
        woman = self.lots.random() < 0.34 if woman is None else woman
        return draw_name(self.lots, mix_of(_part(unit), self.province), woman=woman)

    def person(self, name: str, title: str, unit: Unit, phone: str = "") -> Person:
        number = next(self.numbers) % 10_000
        person = Person(
            full_name=name,
            position=title,
            unit=unit,
            email=self._address(name),
            phone=phone or f"0219.000.{number:04}",
            is_demo=True,
        )
        person.prepare()
        return person

    def _address(self, name: str) -> str:
        stem = ".".join("".join(letter for letter in word if letter.isalnum()) for word in fold(name).split())
        address = f"{stem}@{self.domain}"
        for number in count(2):
            if address not in self.addresses:
                self.addresses.add(address)
                return address
            address = f"{stem}{number}@{self.domain}"
        raise AssertionError


def _part(unit: Unit) -> str:
    """The code by which the peoples of a unit are known: its district's."""
    parent = unit.parent
    return parent.code if parent is not None and parent.parent_id is not None else unit.code


def build_people(network: Network, mean: float | None) -> Directory:
    """The directory of the network, written to the database. `mean`: people at an endpoint on average, None: as many as
    in the pictures."""
    directory, maker = Directory(), _Maker(network)
    _seat_accounts(network, directory)
    wanted = sizes(
        ((code, endpoint.tier_id) for code, endpoint in network.endpoints.items()),
        maker.province,
        maker.lots,
        mean,
    )
    _build_accounts(network, directory, maker)
    heads: list[Person] = []
    for code, endpoint in network.endpoints.items():
        places = _places(endpoint, code, wanted[code], directory, maker)
        directory.invited[code] = [person for person, _head in places]
        heads += [person for person, head in places if head]
    accounts = list(directory.persons.values())
    fresh = [person for people in directory.invited.values() for person in people if person not in accounts]
    Person.objects.bulk_create(fresh, batch_size=1000)
    directory.heads = {person.pk for person in heads}
    _build_technicians(network, directory, maker)
    return directory


def _seat_accounts(network: Network, directory: Directory) -> None:
    """Where the accounts belong: the delegate in a district with communes, the operator in one of these."""
    province = network.province.code
    settled = [district for district in network.districts if network.communes[district.code]] or network.districts
    codes = {district.code: district for district in settled}
    district = codes.get(DELEGATES_DISTRICT.get(province, ""), settled[min(1, len(settled) - 1)])
    communes = {commune.code: commune for commune in network.communes[district.code]}
    commune = communes.get(OPERATORS_COMMUNE.get(province, ""), next(iter(communes.values()), None))
    seats = {
        "province": "T1",
        "district": f"H{district.code}",
        "commune": f"X{commune.code}" if commune else f"H{district.code}",
    }
    directory.seats = {account.username: seats[account.seat] for account in ACCOUNTS}


def _build_accounts(network: Network, directory: Directory, maker: _Maker) -> None:
    password = make_password(PASSWORD)
    for account in ACCOUNTS:
        endpoint = network.endpoints[directory.seats[account.username]]
        # The names of the pictures are names of Hà Giang; elsewhere people bear those of their region.
        name = account.name if maker.province == "02" else maker.name(endpoint.unit, account.woman)
        title = in_province(account.title, network.province.kind).replace("{level}", endpoint.unit.kind)
        person = maker.person(name, title, endpoint.unit, account.phone)
        user = User(username=account.username, first_name=name, email=person.email, password=password)
        if account.locked:
            user.set_unusable_password()
        user.save()
        person.user = user
        person.save()
        Membership.objects.create(user=user, role=account.role.value, unit=endpoint.unit)
        directory.users[account.username], directory.persons[account.username] = user, person


def _places(endpoint: Endpoint, code: str, size: int, directory: Directory, maker: _Maker) -> list[tuple[Person, bool]]:
    """The people expected at an endpoint, and whether each is summoned as a head; those with accounts among them."""
    unit = endpoint.unit
    room = int(code[1:]) - 1 if endpoint.tier_id == "province" else 0
    listed = list(islice(offices(endpoint.tier_id, unit.kind, room), max(size, 60)))
    own = {
        directory.persons[account.username].position: directory.persons[account.username]
        for account in _invited(directory, code)
    }
    known = dict(named(maker.province, code, unit.short_name))
    listed = _own_first(listed, own.keys() | known.keys(), size)
    places = []
    for office in listed:
        person = own.pop(office.title, None)
        if person is None:
            name = known.pop(office.title, "") or maker.name(unit, office.woman)
            person = maker.person(name, office.title, unit)
        places.append((person, office.head))
    return places


def _invited(directory: Directory, code: str) -> list[Account]:
    return [account for account in ACCOUNTS if account.invited and directory.seats[account.username] == code]


def _own_first(listed: list[Office], titles: set[str], size: int) -> list[Office]:
    """As many offices as there are places, in their order, those of known people kept."""
    first_of: dict[str, int] = {}
    for index, office in enumerate(listed):
        first_of.setdefault(office.title, index)
    known = {first_of[title] for title in titles if title in first_of}
    others = [index for index in range(len(listed)) if index not in known]
    chosen = known.union(others[: max(size - len(known), 0)])
    return [listed[index] for index in sorted(chosen)]


def _build_technicians(network: Network, directory: Directory, maker: _Maker) -> None:
    """One at every endpoint; the operator's account is that of its own."""
    operator = directory.persons["kythuat"]
    made = []
    for code, endpoint in network.endpoints.items():
        if code == directory.seats["kythuat"]:
            endpoint.contact = operator
            continue
        name = named(maker.province, code, endpoint.unit.short_name).get("") or maker.name(endpoint.unit, None)
        endpoint.contact = maker.person(name, TECHNICIAN, endpoint.unit)
        made.append(endpoint.contact)
    Person.objects.bulk_create(made, batch_size=1000)
    Endpoint.objects.bulk_update(network.endpoints.values(), ["contact"], batch_size=500)
