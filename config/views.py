"""Pages that belong to no app: health, refused forms, locked accounts."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe


@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The process answers and its database too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok", "database": connection.vendor})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Our mark: browsers ask for it beside answers that have no head to name it, such as a PDF or an export."""
    return HttpResponseRedirect(static("img/mark.svg"), headers={"Cache-Control": "public, max-age=86400"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our own page, or whose page is too old."""
    if request.path.startswith("/api/"):
        body = {"code": "csrf_failed", "message": "CSRF verification failed", "params": {}}
        return JsonResponse(body, status=403)
    return render(request, "403_csrf.html", status=403)


def locked_out(request: HttpRequest, credentials: object, *args: object, **kwargs: object) -> HttpResponse:
    """Too many wrong passwords for this name from this address."""
    return render(request, "account/locked.html", status=429)
