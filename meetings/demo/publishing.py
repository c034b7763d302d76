"""The documents of two meetings: of the one in session and of the one that is being prepared. They are set, uploaded,
published and replaced through the acts of the documents slice, so that every file went through the same door."""

import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from accounts.text import fold
from meetings.agenda.models import Item
from meetings.demo.library import (
    DISBURSEMENT,
    TRADE,
    conclusions,
    district_paper,
    field_report,
    figures,
    monthly_report,
    plan,
)
from meetings.demo.papers import Paper
from meetings.demo.pdf import render
from meetings.demo.stage import Played
from meetings.documents.actions import add_version, publish_document, upload_document
from meetings.documents.models import Document

TOURISM_REPORT = "Báo cáo số 118/BC-SVHTTDL"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document of a meeting: under which item (from 1), its title, how it is written, and whether it is out."""

    item: int
    title: str
    paper: Callable[[], Paper]
    published: bool = True
    access: str = Document.Access.EVERYONE


def open_sheets(played: Played) -> list[Sheet]:
    """Six documents for everyone and a draft of the conclusions for the secretariat."""
    land, day, seed = played.stage.plot.land, played.session.starts_at.date(), played.stage.plot.province
    signer, title = played.chair.full_name, played.session.title
    first, second = _speakers(played)
    last = played.session.topics[1].title
    return [
        Sheet(2, last, partial(monthly_report, land, seed, day, signer=signer)),
        Sheet(2, "Phụ lục biểu số liệu", partial(figures, land, seed, day)),
        Sheet(
            3,
            "Báo cáo tình hình giải ngân vốn đầu tư công",
            partial(
                field_report,
                land,
                seed,
                day,
                field=DISBURSEMENT,
                subject="Tình hình giải ngân vốn đầu tư công",
                number="96/BC-STC",
                signer=_holder(played, "Giám đốc Sở Tài chính"),
                pages=16,
            ),
        ),
        _speech(played, 4, first, DISBURSEMENT, 6),
        _speech(played, 4, second, DISBURSEMENT, 5),
        Sheet(5, "Tờ trình và dự thảo Kế hoạch phát triển du lịch", partial(_plan, played, day, 31)),
        Sheet(
            6,
            "Dự thảo Thông báo kết luận",
            partial(conclusions, land, seed, day, chair=signer, title=title),
            published=False,
            access=Document.Access.STAFF,
        ),
    ]


def tourism_sheets(played: Played) -> list[Sheet]:
    """Some published, some still drafts."""
    land, day, seed = played.stage.plot.land, played.stage.times.now.date(), played.stage.plot.province
    first, second = _speakers(played)
    return [
        Sheet(2, TOURISM_REPORT, partial(_tourism_report, played, day, "")),
        Sheet(2, "Phụ lục biểu số liệu", partial(figures, land, f"{seed} tourism", day)),
        _speech(played, 3, first, TRADE, 6),
        _speech(played, 3, second, TRADE, 5, published=False),
        Sheet(4, "Tờ trình và dự thảo Kế hoạch", partial(_plan, played, day, 31), published=False),
    ]


def _tourism_report(played: Played, day: dt.date, edition: str) -> Paper:
    plot = played.stage.plot
    return field_report(
        plot.land,
        f"{plot.province}{edition}",
        day,
        field=TRADE,
        subject="Kết quả thực hiện Nghị quyết về phát triển du lịch giai đoạn 2021–2025",
        number="118/BC-SVHTTDL",
        signer=_holder(played, "Giám đốc Sở Văn hóa, Thể thao và Du lịch"),
        pages=48,
    )


def _plan(played: Played, day: dt.date, pages: int) -> Paper:
    plot = played.stage.plot
    return plan(
        plot.land,
        f"{plot.province} {played.key}",
        day,
        subject="Kế hoạch phát triển du lịch giai đoạn 2026–2030",
        field=TRADE,
        signer=_holder(played, "Giám đốc Sở Văn hóa, Thể thao và Du lịch"),
        pages=pages,
    )


def _speakers(played: Played) -> tuple[str, str]:
    """The delegate's district and the one after it, by name."""
    names = played.stage.plot.land.districts
    own = names.index(played.stage.plot.district_name)
    return names[own], names[(own + 1) % len(names)]


def _speech(played: Played, item: int, district: str, topic: int, pages: int, *, published: bool = True) -> Sheet:
    plot, day = played.stage.plot, played.session.starts_at.date()
    codes = {each.name: each.code for each in played.stage.network.districts}
    people = played.stage.directory.invited[f"H{codes[district]}"]
    signer = next((each for each in people if each.position.startswith("Phó Chủ tịch UBND")), people[0])
    paper = partial(
        district_paper,
        plot.land,
        f"{plot.province} {played.key}",
        day,
        district=district,
        topic=topic,
        signer=signer.full_name,
        pages=pages,
    )
    return Sheet(item, f"Tham luận {district[:1].lower()}{district[1:]}", paper, published)


def _holder(played: Played, position: str) -> str:
    """Who holds an office of the province."""
    people = played.stage.directory.invited["T1"]
    return next((person.full_name for person in people if person.position == position), people[0].full_name)


def enter_documents(opened: Played, prepared: Played) -> None:
    """Enter uploads, publications and two new versions in the script."""
    script, times = opened.stage.script, opened.stage.times
    now, yesterday = times.now, times.back(1)
    _enter(opened, open_sheets(opened), times.at(yesterday, 8, 40))
    _enter(prepared, tourism_sheets(prepared), times.at(yesterday, 13, 35))
    plot, signer = opened.stage.plot, opened.chair.full_name
    amended = partial(
        monthly_report, plot.land, plot.province, opened.session.starts_at.date(), signer=signer, amended=True
    )
    script.at(now - dt.timedelta(minutes=9), partial(_replace, opened, opened.session.topics[1].title, amended))
    second = partial(_tourism_report, prepared, now.date(), " 2")
    script.at(now - dt.timedelta(minutes=4), partial(_replace, prepared, TOURISM_REPORT, second))


def _enter(played: Played, sheets: list[Sheet], start: dt.datetime) -> None:
    for number, sheet in enumerate(sheets):
        played.stage.script.at(start + dt.timedelta(minutes=7 * number), partial(_upload, played, sheet))
    out = start + dt.timedelta(minutes=7 * len(sheets) + 20)
    for sheet in sheets:
        if sheet.published:
            played.stage.script.at(out, partial(_publish, played, sheet.title))


def _upload(played: Played, sheet: Sheet) -> None:
    item = Item.objects.get(meeting=played.meeting, position=sheet.item)
    with tempfile.TemporaryDirectory() as folder:
        upload_document(
            played.owner,
            played.meeting,
            path=_written(sheet.paper(), Path(folder)),
            name=_file_name(sheet.title),
            title=sheet.title,
            item=item.pk,
            access=sheet.access,
        )


def _replace(played: Played, title: str, paper: Callable[[], Paper]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = _written(paper(), Path(folder))
        add_version(played.owner, _document(played, title), path=path, name=_file_name(title))


def _publish(played: Played, title: str) -> None:
    publish_document(played.owner, _document(played, title))


def _document(played: Played, title: str) -> Document:
    return Document.objects.select_related("meeting", "item").get(meeting=played.meeting, title=title)


def _written(paper: Paper, folder: Path) -> Path:
    path = folder / "paper.pdf"
    path.write_bytes(render(paper))
    return path


def _file_name(title: str) -> str:
    """A name as offices give it: without marks, words joined."""
    words = "".join(letter if letter.isalnum() else " " for letter in fold(title)).split()
    return f"{'_'.join(words)}.pdf"
