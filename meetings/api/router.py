"""The meetings' routers of /api/v1, joined."""

from ninja import Router

from meetings.api.agenda import router as agenda
from meetings.api.attendance import router as attendance
from meetings.api.documents import router as documents
from meetings.api.live import router as live
from meetings.api.network import router as network
from meetings.api.participants import router as participants
from meetings.api.planning import router as planning
from meetings.api.precedence import router as precedence
from meetings.api.prepared import router as prepared
from meetings.api.requests import router as requests
from meetings.api.series import router as series

PARTS = (
    network,
    planning,
    series,
    prepared,
    requests,
    precedence,
    participants,
    agenda,
    documents,
    attendance,
    live,
)
router = Router()
for part in PARTS:
    router.add_router("", part)
