"""A conference over 208 endpoints with as many delegates as asked for, each with an account and a session.

DATABASE_URL=… python -m bench.live.scene CLIENTS HEADERS     writes one line "Cookie: …" for each
"""

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.sessions.models import Session

    from accounts.models import User

ENDPOINTS = 208
MEETING = 1


def main(clients: int, headers: Path) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    keys = build(clients)
    headers.write_text("".join(f"Cookie: {settings.SESSION_COOKIE_NAME}={key}\n" for key in keys), encoding="ascii")


def build(clients: int) -> list[str]:
    """The keys of the sessions."""
    from django.contrib.sessions.models import Session
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import Person, Unit, User
    from meetings.planning.models import Meeting, Participant
    from rooms.models import BookedEndpoint, Booking, Endpoint, Tier

    with transaction.atomic():
        since = dt.date(2000, 1, 1)
        unit = Unit.objects.create(
            code="00", name="Tỉnh", kind="province", tier="province", path="/0/", valid_from=since
        )
        secretary = User.objects.create(username="thuky")
        tier = Tier.objects.order_by("rank")[0]
        endpoints = Endpoint.objects.bulk_create(
            Endpoint(code=f"E{n:03}", name=f"Điểm {n}", unit=unit, tier=tier, valid_from=since, search_text=f"{n}")
            for n in range(ENDPOINTS)
        )
        begins = timezone.now()
        times = {"starts_at": begins, "ends_at": begins + dt.timedelta(hours=3)}
        hold = {"hold_starts_at": begins, "hold_ends_at": begins + dt.timedelta(hours=3)}
        booking = Booking.objects.create(title="Hội nghị", unit=unit, owner=secretary, state="booked", **times, **hold)
        BookedEndpoint.objects.bulk_create(
            BookedEndpoint(booking=booking, endpoint=each, **times) for each in endpoints
        )
        meeting = Meeting.objects.create(
            pk=MEETING,
            title="Hội nghị",
            unit=unit,
            booking=booking,
            host_endpoint=endpoints[0],
            status="open",
            created_by=secretary,
            **times,
        )
        users = User.objects.bulk_create(User(username=f"daibieu{n}", password="!") for n in range(clients))
        people = Person.objects.bulk_create(
            Person(full_name=f"Đại biểu {n}", unit=unit, user=user, search_text="") for n, user in enumerate(users)
        )
        Participant.objects.bulk_create(
            Participant(meeting=meeting, person=person, endpoint=endpoints[n % ENDPOINTS])
            for n, person in enumerate(people)
        )
        sessions = _sessions(users, begins + dt.timedelta(hours=12))
        Session.objects.bulk_create(sessions)
    return [session.session_key for session in sessions]


def _sessions(users: "list[User]", expires: dt.datetime) -> "list[Session]":
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    store: Any = SessionStore()
    made = []
    for user in users:
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        key = store._get_new_session_key()  # as many at once as a store makes one by one
        made.append(Session(session_key=key, session_data=store.encode(data), expire_date=expires))
    return made


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
