"""The addresses that people bookmark and programs rely on: each keeps its path and its name."""

import pytest
from django.urls import Resolver404, resolve

PAGES = {
    "/": "today",
    "/network/": "network",
    "/meetings/": "meeting-list",
    "/meetings/new/": "meeting-new",
    "/meetings/42/": "meeting",
    "/meetings/42/edit/": "meeting-edit",
    "/meetings/42/people/": "meeting-people",
    "/meetings/42/people/import/": "meeting-import",
    "/meetings/42/letters/": "meeting-letters",
    "/meetings/42/history/": "meeting-history",
    "/meetings/42/tablet/": "tablet",
    "/meetings/42/tablet/documents/7/": "reader",
    "/meetings/42/board/": "board",
    "/meetings/42/scan/": "scan",
    "/meetings/42/report/": "report",
    "/tablet/": "tablet-home",
    "/reports/": "report-list",
    "/reports/units/": "report-units",
    "/endpoints/X00715/screen/": "endpoint-screen",
    "/c/m42.X00715:1xUav2:signature": "check-in-code",
    "/administration/": "administration",
    "/livez": "livez",
    "/readyz": "readyz",
    "/accounts/login/": "account_login",
}


def name_of(address: str) -> str | None:
    """The name of the page at this address, None when there is none."""
    try:
        return resolve(address).url_name
    except Resolver404:
        return None


@pytest.mark.parametrize(("address", "name"), PAGES.items())
def test_a_page_keeps_its_address_and_its_name(address: str, name: str) -> None:
    assert name_of(address) == name
