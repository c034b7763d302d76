"""/api/v1: one API of all apps. Each brings its own router; here they are joined and get one way of refusing."""

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from accounts.api import router as accounts_router
from accounts.api_auth import BearerToken, BrowserSession
from config.api_errors import answer_errors
from meetings.api.router import router as meetings_router
from rooms.api import router as rooms_router


class OfficeApi(NinjaAPI):
    """Describes itself once: anybody may ask for the description, and making it takes a quarter of a second."""

    _description: OpenAPISchema | None = None

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, object] | None = None
    ) -> OpenAPISchema:
        if self._description is None:
            self._description = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        return self._description


api = OfficeApi(
    title="Điểm Cầu",
    version="1",
    description="Videoconference scheduling and paperless meetings. Times are RFC 3339 with offset.",
    auth=[BearerToken(), BrowserSession()],
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
answer_errors(api)
for router in (accounts_router, rooms_router, meetings_router):
    api.add_router("", router)
