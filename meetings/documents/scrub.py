"""Take everything out of a PDF that could act: scripts, launches, forms that send, files inside, sound and film.

Actions can be reached only through a handful of keys (PDF 1.7, 12.6); those are emptied where they may stand, and every
object of the file is swept besides, whether or not something leads to it. Links to http and https stay, as do jumps
inside the document, layers, form fields and what one sees of a signature: the signature itself cannot survive a
rewritten file and is taken out, so that no reader calls it broken.
"""

import re
from collections.abc import Iterator
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

_HARMLESS: Final = frozenset({"/GoTo", "/SetOCGState", "/Thread", "/Trans"})
_TURNS: Final = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})
_ACTIONS: Final = frozenset(
    {
        "/GoToR",
        "/GoToE",
        "/GoToDp",
        "/Launch",
        "/URI",
        "/Sound",
        "/Movie",
        "/Hide",
        "/Named",
        "/SubmitForm",
        "/ResetForm",
        "/ImportData",
        "/JavaScript",
        "/ECMAScript",
        "/Rendition",
        "/GoTo3DView",
        "/RichMediaExecute",
    }
)
_LIVE_ANNOTATIONS: Final = frozenset(
    {"/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia", "/3D", "/TrapNet"}
)
_CATALOG_KEYS: Final = (
    "/OpenAction",
    "/AA",
    "/AF",
    "/Collection",
    "/Requirements",
    "/NeedsRendering",
    "/Perms",
    "/DSS",
    "/URI",
    "/SpiderInfo",
    "/PieceInfo",
)
_NAME_TREES: Final = ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/AlternatePresentations", "/IDS", "/URLS")
_FORM_KEYS: Final = ("/XFA", "/SigFlags")
_PAGE_KEYS: Final = ("/AA", "/AF", "/PresSteps", "/PieceInfo")
_PACKING: Final = frozenset({"/Length", "/Filter", "/DecodeParms"})
_LINK: Final = re.compile(r"https?://[^\s/]", re.IGNORECASE)


# A number where a dictionary belongs must not come as a Python int, which knows none of what is asked of it here.
@pikepdf.explicit_conversion()
def scrub(pdf: pikepdf.Pdf) -> None:
    """Empty ``pdf`` of everything active, in place. What then nothing leads to is left out when it is saved."""
    _drop(pdf.Root, *_CATALOG_KEYS)
    names, form = pdf.Root.get("/Names"), pdf.Root.get("/AcroForm")
    if isinstance(names, Dictionary):
        _drop(names, *_NAME_TREES)
    if isinstance(form, Dictionary):
        _drop(form, *_FORM_KEYS)
    for page in pdf.pages:
        _scrub_page(page.obj)
    for thing in pdf.objects:
        _sweep(thing)


def _scrub_page(page: Object) -> None:
    _drop(page, *_PAGE_KEYS)
    annotations = page.get("/Annots")
    if annotations is None:
        return
    kept = [one for one in _items(annotations) if isinstance(one, Dictionary) and not _is_live(one)]
    for annotation in kept:
        _drop(annotation, "/AA", "/AF", "/Movie", "/Sound", "/RichMediaContent", "/RichMediaSettings", "/3DD")
    if kept:
        page["/Annots"] = Array(kept)
    else:
        del page["/Annots"]


def _is_live(annotation: Object) -> bool:
    return str(annotation.get("/Subtype", "")) in _LIVE_ANNOTATIONS


def _sweep(top: Object) -> None:
    """Clean ``top`` and all that stands in it directly; what it refers to is an object of its own."""
    waiting = [top]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, (Dictionary, Stream)):
            _clean(thing)
            inner: Iterator[object] = iter([value for _, value in thing.items()])
        elif isinstance(thing, Array):
            inner = iter(thing)
        else:
            continue
        waiting.extend(value for value in inner if isinstance(value, (Dictionary, Array)) and not value.is_indirect)


def _clean(thing: Object) -> None:
    keys = set(thing.keys())
    if "/S" in keys and _is_stray_action(thing):
        _drop(thing, *(keys - _PACKING if isinstance(thing, Stream) else keys))
        return
    if isinstance(thing, Stream):
        # Contents kept in another file, and pages shown from one.
        _drop(thing, "/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI", "/AF", "/OnInstantiate")
        return
    for key in keys & {"/A", "/PA", "/Next", "/OpenAction"}:
        _clean_actions(thing, key)
    if "/AA" in keys and (keys & {"/FT", "/T", "/Subtype"} or _holds_actions(thing["/AA"])):
        _drop(thing, "/AA")
    if "/EF" in keys and isinstance(thing["/EF"], Dictionary):
        _drop(thing, "/EF", "/RF")
    if "/AF" in keys and isinstance(thing["/AF"], (Array, Dictionary)) and "/Type" in keys:
        _drop(thing, "/AF")
    if thing.get("/FT") == Name.Sig:
        _drop(thing, "/V", "/Lock", "/SV")


def _clean_actions(holder: Object, key: str) -> None:
    value = holder[key]
    if isinstance(value, Array) and key == "/Next":
        kept = [one for one in value if not _is_forbidden(one)]
        holder[key] = Array(kept)
    elif _is_forbidden(value):
        del holder[key]


def _is_forbidden(action: object) -> bool:
    """Whether this dictionary, standing where actions stand, may not stay. One without a kind is none."""
    if not isinstance(action, (Dictionary, Stream)) or "/S" not in action:
        return False
    kind = str(action["/S"])
    if kind == "/URI":
        return not _is_web_link(action.get("/URI"))
    if kind == "/Named":
        return str(action.get("/N", "")) not in _TURNS
    return kind not in _HARMLESS


def _is_stray_action(thing: Object) -> bool:
    """Whether this has the shape of a forbidden action. An element of the structure tree has ``/S`` too, and ``/P``."""
    kind = thing["/S"]
    if not isinstance(kind, Name) or str(kind) not in _ACTIONS:
        return False
    if "/P" in thing and thing.get("/Type") != Name.Action:
        return False
    return _is_forbidden(thing)


def _holds_actions(value: object) -> bool:
    return isinstance(value, Dictionary) and any(
        isinstance(action, (Dictionary, Stream)) and "/S" in action for _, action in value.items()
    )


def _is_web_link(address: object) -> bool:
    return isinstance(address, String) and _LINK.match(str(address)) is not None


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, Array) else []


def _drop(thing: Object, *keys: str) -> None:
    for key in keys:
        if key in thing:
            del thing[key]
