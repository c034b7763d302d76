"""Forms of documents, and the sentences for every file that is not taken in."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.wording import NBSP, number
from meetings.agenda.selectors import items_of
from meetings.documents.models import Document
from meetings.planning.models import Meeting

ACCEPTED = ".pdf,.jpg,.jpeg,.png"
MOST_FILES = 20

_REFUSALS: dict[str, str | Promise] = {
    "empty_file": _("The file is empty."),
    "too_large": _("The file is larger than %(limit)s, the most that is taken."),
    "not_allowed_type": _(
        "Only PDF, JPEG and PNG files are taken. This one is something else, whatever its name says."
    ),
    "encrypted_pdf": _("The PDF is locked with a password. Please save it without one and upload it again."),
    "damaged_file": _("The file is damaged and cannot be opened. Please make it anew."),
    "too_many_pages": _("The document has %(pages)s pages; at most %(limit)s are taken."),
    "page_too_large": _("Page %(page)s is too large to be shown. Please save it on a smaller sheet."),
    "image_too_large": _("The picture has too many pixels. Please save it smaller."),
    "unpacked_too_large": _("The file grows too large when opened. Please save it with smaller pictures."),
    "state_secret:title": _("The title names the degree of secrecy “%(degree)s”."),
    "state_secret:file_name": _("The name of the file names the degree of secrecy “%(degree)s”."),
    "state_secret:first_page": _("The first page is stamped “%(degree)s”."),
    "same_content": _("This is the same file as version %(version)s. Nothing was changed."),
    "agenda_item_not_found": _("The item is no longer on the agenda. Please choose another one."),
    "document_withdrawn": _("The document has been withdrawn. Please upload it as a new one."),
    "document_not_published": _("The document is not published."),
    "document_published": _("The document has been published: it can be withdrawn, not thrown away."),
    "document_not_found": _("There is no such document any more."),
    "nothing_to_publish": _("Everything is published already."),
    "act_impossible": _("Documents of this meeting can no longer be changed."),
    "disk_full": _("There is no room left for this file. Please tell the administrator."),
}
SECRETS_STAY_OUT = _(
    "State secrets are not put on this system. Please hand out the paper and collect it after the meeting."
)


def megabytes(octets: int) -> str:
    """A limit as people's file managers count: "200 MB" for 200 × 1024²."""
    return f"{number(octets // 1024**2, get_language() or 'vi')}{NBSP}MB"


def refusal(error: DomainError) -> str:
    """The sentence for a refused act on a document."""
    language = get_language() or "vi"
    facts = {
        name: megabytes(value) if name == "limit" and error.code == "too_large" else number(value, language)
        for name, value in error.params.items()
        if isinstance(value, int)
    }
    texts = {name: value for name, value in error.params.items() if isinstance(value, str)}
    code = f"state_secret:{texts['where']}" if error.code == "state_secret" else error.code
    sentence = str(_REFUSALS.get(code, _("The file was not taken in."))) % {**texts, **facts}
    return f"{sentence} {SECRETS_STAY_OUT}" if error.code == "state_secret" else sentence


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files; an empty one is refused by the act, which says so in words of its own."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                _("Please choose at most %(most)s files at a time."), code="too_many", params={"most": MOST_FILES}
            )
        return list(files)


class DocumentForm(forms.Form):
    """Title, place on the agenda and readers of a document."""

    title = forms.CharField(label=_("Title"), max_length=250, required=False)
    item = forms.TypedChoiceField(label=_("Agenda item"), coerce=int, empty_value=None, required=False)
    access = forms.ChoiceField(label=_("Readers"), choices=Document.Access.choices, initial=Document.Access.EVERYONE)

    def __init__(self, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = [(str(item.pk), f"{place}. {item.title}") for place, item in enumerate(items_of(meeting), start=1)]
        field = self.fields["item"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("The meeting as a whole")), *items]


class ChangeForm(DocumentForm):
    """The same for a document that exists: it keeps a title."""

    title = forms.CharField(label=_("Title"), max_length=250)


class UploadForm(DocumentForm):
    """Files with the place where they belong. With several files each gets its own name as its title."""

    file = FilesField(label=_("Files"), widget=_SeveralFiles(attrs={"accept": ACCEPTED}))
    field_order = ("file", "title", "item", "access")


class VersionForm(forms.Form):
    """One file that takes the place of the newest version."""

    file = forms.FileField(
        label=_("File"), allow_empty_file=True, widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED})
    )
