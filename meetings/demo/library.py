"""The documents of the demo's meetings, put together from the fields of work. Pure.

Every function takes the land, a seed and the day it is dated, and returns the same Paper for the same arguments.
"""

import datetime as dt
from random import Random

from meetings.demo.papers import (
    Block,
    Heading,
    Land,
    Paper,
    Signature,
    Text,
    annexes,
    duties,
    grid_by_unit,
    lower_first,
    sectors,
    situation,
)

DISBURSEMENT, TRADE, DIGITAL = 2, 4, 9
RECIPIENTS = ("Thường trực UBND;", "Các sở, ban, ngành;", "UBND các đơn vị trực thuộc;", "Lưu: VT, TH.")
NO_NUMBER = "&nbsp;" * 6


def place_day(land: Land, day: dt.date) -> str:
    """Place and day as the State's layout wants them: days under 10 and the first two months with a nought."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"{land.place}, ngày {day.day:02} tháng {month} năm {day.year}"


def _committee(land: Land) -> str:
    return f"ỦY BAN NHÂN DÂN<br/>{land.province.upper()}"


def monthly_report(land: Land, seed: str, day: dt.date, *, signer: str, amended: bool = False) -> Paper:
    """The report on the month before `day` and the tasks of its month; 48 pages. `amended`: other figures in table 3,
    as its second version has."""
    last = day.replace(day=1) - dt.timedelta(days=1)
    lots = Random(f"{seed} monthly")
    blocks: list[Block] = [
        Text(
            f"Thực hiện Chương trình công tác năm {day.year}, Ủy ban nhân dân {land.province} báo cáo tình hình kinh "
            f"tế – xã hội tháng {last.month} và nhiệm vụ trọng tâm tháng {day.month} năm {day.year} như sau:"
        ),
        Heading(1, f"I. TÌNH HÌNH KINH TẾ – XÃ HỘI THÁNG {last.month} NĂM {last.year}"),
    ]
    for order, sector in enumerate(sectors(), start=1):
        own = Random(f"{seed} monthly {order} {amended and order == 1 + DISBURSEMENT}")
        blocks += situation(sector, order, own, land, lines=True)
    blocks += [
        Heading(1, "II. HẠN CHẾ, NGUYÊN NHÂN"),
        Text(
            "Tiến độ một số nhiệm vụ còn chậm so với kế hoạch, nhất là giải ngân vốn đầu tư công và giải phóng mặt "
            "bằng. Thời tiết diễn biến bất thường ảnh hưởng đến sản xuất và đời sống Nhân dân tại các xã vùng cao."
        ),
        Text(
            "Nguyên nhân chủ quan là công tác phối hợp giữa một số sở, ngành và địa phương chưa chặt chẽ; người đứng "
            "đầu ở một số nơi chưa sâu sát, việc kiểm tra, đôn đốc chưa thường xuyên."
        ),
        Heading(1, f"III. NHIỆM VỤ TRỌNG TÂM THÁNG {day.month} NĂM {day.year}"),
        *duties(sectors()),
        Text(
            f"Trên đây là báo cáo tình hình kinh tế – xã hội tháng {last.month}, nhiệm vụ trọng tâm tháng {day.month} "
            f"năm {day.year} của {land.province}./."
        ),
        Signature(
            RECIPIENTS,
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
            signer,
        ),
    ]
    return Paper(
        parent="",
        body=_committee(land),
        number=f"{NO_NUMBER}/BC-UBND",
        place_day=place_day(land, day),
        kind="BÁO CÁO",
        subject=f"Tình hình kinh tế – xã hội tháng {last.month}, nhiệm vụ trọng tâm tháng {day.month} năm {day.year}",
        blocks=tuple(blocks),
        annexes=tuple(annexes(sectors(), lots, land)),
        pages=48,
    )


def figures(land: Land, seed: str, day: dt.date, *, pages: int = 12) -> Paper:
    """A book of tables, one to a page."""
    lots = Random(f"{seed} figures")
    first, *others = annexes(sectors(), lots, land)
    return Paper(
        parent=f"UBND {land.province.upper()}",
        body="VĂN PHÒNG",
        number=f"{NO_NUMBER}/PL-VP",
        place_day=place_day(land, day),
        kind="PHỤ LỤC",
        subject="Biểu số liệu kèm theo báo cáo",
        blocks=(Text("Số liệu do các đơn vị báo cáo, tính đến ngày cuối tháng trước."), first),
        annexes=tuple(others),
        pages=pages,
    )


def field_report(
    land: Land, seed: str, day: dt.date, *, field: int, subject: str, number: str, signer: str, pages: int
) -> Paper:
    """The report of one office on its field of work."""
    sector = sectors()[field]
    lots = Random(f"{seed} field {field} {subject}")
    blocks: list[Block] = [
        Text(f"Thực hiện chỉ đạo của Ủy ban nhân dân {land.province}, {sector['office']} báo cáo như sau:"),
        Heading(1, "I. KẾT QUẢ THỰC HIỆN"),
        *situation(sector, 1, lots, land, lines=True),
        Heading(1, "II. ĐÁNH GIÁ THEO ĐỊA BÀN"),
    ]
    for district in land.districts:
        communes = land.communes.get(district, ())
        if communes:
            title = f"{sector['measure']} tại {lower_first(district)}"
            blocks.append(grid_by_unit(sector, title, communes[:12], lots, share=0.06))
        if len(blocks) > 12 + pages:
            break
    blocks += [Heading(1, "III. NHIỆM VỤ, GIẢI PHÁP"), *duties([sector])]
    blocks.append(Signature(RECIPIENTS, ("GIÁM ĐỐC",), signer))
    return Paper(
        parent=f"UBND {land.province.upper()}",
        body=sector["office"].upper(),
        number=number,
        place_day=place_day(land, day),
        kind="BÁO CÁO",
        subject=subject,
        blocks=tuple(blocks),
        annexes=tuple(annexes([sector, *sectors()], lots, land))[1:],
        pages=pages,
    )


def district_paper(land: Land, seed: str, day: dt.date, *, district: str, topic: int, signer: str, pages: int) -> Paper:
    """What a district says in the discussion."""
    sector = sectors()[topic]
    lots = Random(f"{seed} paper {district}")
    communes = land.communes.get(district, ()) or (district,)
    own = Land(land.province, land.place, communes, {district: communes})
    return Paper(
        parent=land.province.upper(),
        body=f"UBND {district.upper()}",
        number=f"{NO_NUMBER}/TL-UBND",
        place_day=place_day(land, day),
        kind="THAM LUẬN",
        subject=f"{sector['title']} trên địa bàn {lower_first(district)}",
        blocks=(
            Text("Kính thưa đồng chí chủ trì hội nghị, thưa toàn thể các đồng chí,"),
            Text(
                f"{district} có {len(communes)} xã, phường, thị trấn. Sau đây là kết quả và kinh nghiệm của địa phương."
            ),
            *situation(sector, 1, lots, own, lines=True),
            Heading(2, "2. Đề xuất, kiến nghị"),
            *duties([sector]),
            Signature(("Như trên;", "Lưu: VT."), ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), signer),
        ),
        annexes=tuple(annexes(sectors(), lots, own)),
        pages=pages,
    )


def plan(land: Land, seed: str, day: dt.date, *, subject: str, field: int, signer: str, pages: int) -> Paper:
    """A submission with the draft of a plan behind it."""
    sector = sectors()[field]
    lots = Random(f"{seed} plan {subject}")
    blocks: list[Block] = [
        Text(f"Kính gửi: Ủy ban nhân dân {land.province}."),
        Text(f"{sector['office']} trình dự thảo {subject} với các nội dung chính như sau:"),
        Heading(1, "I. SỰ CẦN THIẾT BAN HÀNH"),
        *(Text(sentence) for sentence in _reasons(land)),
        Heading(1, "II. MỤC TIÊU"),
        *situation(sector, 1, lots, land, lines=True),
        Heading(1, "III. NHIỆM VỤ, GIẢI PHÁP CHỦ YẾU"),
        *duties(sectors()),
        Heading(1, "IV. TỔ CHỨC THỰC HIỆN"),
        Text(
            "Các sở, ban, ngành và Ủy ban nhân dân các đơn vị căn cứ Kế hoạch này xây dựng kế hoạch cụ thể, định kỳ "
            f"báo cáo kết quả về {sector['office']} trước ngày 20 tháng cuối quý để tổng hợp."
        ),
        Signature(RECIPIENTS, ("GIÁM ĐỐC",), signer),
    ]
    return Paper(
        parent=f"UBND {land.province.upper()}",
        body=sector["office"].upper(),
        number=f"{NO_NUMBER}/TTr-SVHTTDL",
        place_day=place_day(land, day),
        kind="TỜ TRÌNH",
        subject=f"Về việc ban hành {subject}",
        blocks=tuple(blocks),
        annexes=tuple(annexes(sectors(), lots, land)),
        pages=pages,
    )


def _reasons(land: Land) -> tuple[str, ...]:
    return (
        f"Qua 5 năm thực hiện, {land.province} đã đạt và vượt nhiều chỉ tiêu đề ra; nhận thức của cấp ủy, chính quyền "
        "và Nhân dân có chuyển biến rõ nét, hạ tầng từng bước được đầu tư đồng bộ.",
        "Tuy nhiên, kết quả chưa tương xứng với tiềm năng; liên kết vùng còn hạn chế, nguồn nhân lực thiếu, chất lượng "
        "dịch vụ chưa đồng đều giữa các địa phương. Việc ban hành Kế hoạch cho giai đoạn tới là cần thiết.",
    )


def conclusions(land: Land, seed: str, day: dt.date, *, chair: str, title: str) -> Paper:
    """The draft of the notice of conclusions, due within five working days."""
    lots = Random(f"{seed} conclusions {title}")
    chosen = lots.sample(sectors(), 4)
    return Paper(
        parent=f"UBND {land.province.upper()}",
        body="VĂN PHÒNG",
        number=f"{NO_NUMBER}/TB-VP",
        place_day=place_day(land, day),
        kind="THÔNG BÁO",
        subject=f"Kết luận của đồng chí {chair} tại {lower_first(title)}",
        blocks=(
            Text(
                f"Ngày {day.day}/{day.month}/{day.year}, đồng chí {chair} chủ trì {lower_first(title)}. Sau khi nghe "
                "báo cáo và ý kiến thảo luận, đồng chí chủ trì kết luận như sau:"
            ),
            *duties(chosen),
            Text("Văn phòng thông báo để các cơ quan, đơn vị, địa phương biết, thực hiện./."),
            Signature(RECIPIENTS, ("CHÁNH VĂN PHÒNG",), ""),
        ),
        annexes=tuple(annexes(chosen, lots, land))[:2],
        pages=2,
    )
