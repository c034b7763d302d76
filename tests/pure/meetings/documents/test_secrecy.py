"""Stamp words of state secrets are found where they stamp, and not where they only occur."""

import unicodedata

import pytest

from meetings.documents.secrecy import stamp_in_file_name, stamp_in_title, stamp_on_page


@pytest.mark.parametrize(
    ("title", "degree"),
    [
        ("Tờ trình (Mật)", "mật"),
        ("MẬT", "mật"),
        ("[MẬT] Kế hoạch phòng thủ", "mật"),
        ("Báo cáo Tối mật về an ninh", "tối mật"),
        ("BÁO CÁO TUYỆT MẬT", "tuyệt mật"),
        ("Kế hoạch, độ mật: Mật", "mật"),
        ("Kế hoạch, mức độ mật: tối mật", "tối mật"),
        ("Báo cáo kết quả phát triển du lịch 2021–2025", ""),
        ("Luật Bảo vệ bí mật nhà nước", ""),
        ("BÁO CÁO CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC", ""),
        ("Đề án bảo mật thông tin", ""),
        ("Mật độ dân số các xã vùng cao", ""),
        ("MẬT ĐỘ DÂN SỐ", ""),
        ("Sản lượng mật ong bạc hà", ""),
        ("Điều chỉnh mật khẩu hệ thống", ""),
        ("", ""),
    ],
)
def test_a_title_is_read_for_its_degree(title: str, degree: str) -> None:
    assert stamp_in_title(title) == degree
    assert stamp_in_title(unicodedata.normalize("NFD", title)) == degree


@pytest.mark.parametrize(
    ("name", "degree"),
    [
        ("BC-118_TOI-MAT.pdf", "tối mật"),
        ("to_trinh_tuyet_mat.PDF", "tuyệt mật"),
        ("Kế-hoạch-(Mật).pdf", "mật"),
        ("Báo cáo tối mật.pdf", "tối mật"),
        ("mat-do-dan-so.pdf", ""),
        ("BC 118 tham luan mat tran.pdf", ""),
        ("automat.pdf", ""),
        ("bi-mat-nha-nuoc.pdf", ""),
        (".pdf", ""),
        ("", ""),
    ],
)
def test_a_file_name_is_read_for_its_degree(name: str, degree: str) -> None:
    assert stamp_in_file_name(name) == degree


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("ỦY BAN NHÂN DÂN\nTỈNH HÀ GIANG\nMẬT\nSố: 12/BC", "mật"),
        ("UBND TỈNH\n  TỐI  MẬT  \n", "tối mật"),
        ("UBND TỈNH\nT U Y Ệ T  M Ậ T\n", "tuyệt mật"),
        ("UBND\nM Ậ T\nSố", "mật"),
        ("UBND\n[ MẬT ]\nSố", "mật"),
        ("Độ mật: Tối mật\nNơi nhận", "tối mật"),
        ("Báo cáo về công tác bảo vệ\nbí mật\nnhà nước", ""),
        ("Mật độ dân số\nmật\nong", ""),
        ("Văn bản đóng dấu MẬT phải được thu hồi", ""),
        ("", ""),
    ],
)
def test_a_page_is_read_for_its_stamp(text: str, degree: str) -> None:
    assert stamp_on_page(text) == degree
