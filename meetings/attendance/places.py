"""How an endpoint is called inside a sentence."""

from django.utils.translation import get_language

from accounts.wording import is_english, spoken_unit
from rooms.models import Endpoint


def place_name(endpoint: Endpoint) -> str:
    """ "xã Lũng Cú", "Lũng Cú commune", or the endpoint's own name. Expects its unit at hand."""
    if endpoint.name != endpoint.unit.name or is_english(get_language() or "vi"):
        return endpoint.display_name
    return spoken_unit(endpoint.name)
