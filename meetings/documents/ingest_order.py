"""What is said between the process that stores uploaded files and the one that opens them."""

import json
from dataclasses import asdict, dataclass
from typing import Final

from meetings.documents.rejections import Limits

CLEANED: Final = "cleaned"
THUMBNAIL: Final = "thumbnail.webp"
FIRST_PAGE: Final = "first-page.txt"


@dataclass(frozen=True, slots=True)
class Order:
    """Open the file at `source`, which came as `name`, and write CLEANED and THUMBNAIL into `folder`; of a PDF also
    FIRST_PAGE, the text of its first page."""

    source: str
    name: str
    folder: str
    limits: Limits

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Order":
        read = json.loads(text)
        return cls(read["source"], read["name"], read["folder"], Limits(**read["limits"]))
