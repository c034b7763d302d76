"""The one place that joins Django and the socket routes."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 -- needs the app registry
from django.conf import settings  # noqa: E402
from django.urls import path  # noqa: E402

from accounts.credentials import SocketCredential  # noqa: E402
from config.collector import calm  # noqa: E402
from realtime.consumers import stream_consumer  # noqa: E402
from realtime.origin import OriginCheck  # noqa: E402
from realtime.reporting import Reporting  # noqa: E402

socket_routes = [
    path("ws/meetings/<int:id>/", stream_consumer(stream_name=lambda kwargs: f"meeting:{kwargs['id']}")),
]

application = Reporting(
    ProtocolTypeRouter(
        {
            "http": django_application,
            "websocket": OriginCheck(SocketCredential(URLRouter(socket_routes)), allowed_hosts=settings.ALLOWED_HOSTS),
        }
    )
)

calm()
