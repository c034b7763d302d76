"""Invented people: names as the peoples of a region bear them, put together from syllables. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class People:
    """How a people's names are made: family name, middle name by sex, given name by sex."""

    families: tuple[str, ...]
    men_middle: tuple[str, ...]
    men: tuple[str, ...]
    women_middle: tuple[str, ...]
    women: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_MEN = _words(
    "An Bình Chiến Cường Dũng Dương Đạt Định Đông Đức Giang Hà Hải Hiếu Hòa Hoàn Hùng Hưng Huy Khánh Khoa Kiên Lâm "
    "Linh Long Mạnh Minh Nam Nghĩa Phong Phú Phúc Quân Quang Quyết Sơn Tài Tâm Thái Thắng Thành Thiện Thịnh Thuận "
    "Tiến Toàn Trung Trường Tú Tuấn Tùng Tuyên Văn Việt Vinh Vũ"
)
_WOMEN = _words(
    "An Bích Chi Dung Duyên Giang Hà Hạnh Hằng Hiền Hiệp Hoa Hoài Hồng Huệ Hương Huyền Khuyên Lan Liên Linh Loan Ly "
    "Mai Minh Nga Ngân Ngọc Nguyệt Nhung Oanh Phượng Quyên Sen Tâm Thanh Thảo Thơm Thu Thủy Trang Tươi Tuyết Uyên Vân "
    "Xuân Yến"
)
_MIDDLE_MEN = _words("Văn Văn Văn Đức Hữu Minh Ngọc Quang Quốc Thanh Tiến Trung Xuân Đình Công Mạnh")
_MIDDLE_WOMEN = _words("Thị Thị Thị Thị Thu Thanh Ngọc Minh Hồng Bích Kim Thúy")

KINH = People(
    _words(
        "Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Đinh Đoàn Mai Tạ Cao"
    ),
    _MIDDLE_MEN,
    _MEN,
    _MIDDLE_WOMEN,
    _WOMEN,
)
TAY = People(
    _words("Nông Hoàng Hoàng Ma Lộc Lương Nguyễn Đàm La Bế Chu Hà Vi Triệu Mạc Quan Phùng"),
    _words("Văn Văn Văn Đức Quang Minh Trung Thanh Đình Xuân"),
    _MEN,
    _words("Thị Thị Thị Thu Thanh Kim Bích"),
    _WOMEN,
)
HMONG = People(
    _words("Giàng Vàng Thào Sùng Vừ Lầu Ly Lý Mua Cứ Hờ Sính Hạng Và Chá Ma Thò"),
    _words("Mí Mí Mí Seo Seo Chứ A Nhìa Pà Sính Chúng Sía"),
    _words(
        "Cáy Chá Chơ Chứ Cở Cường Dia Dình Dế Già Giống Hồng Lình Lùng Lử Mua Ná Nô Nỏ Páo Pao Phình Phừ Po Pó Sà Say "
        "Sính Sò Sử Súng Sùng Tủa Vư Vừ Xá Xía"
    ),
    ("Thị",),
    _words("Chở Chúa Cở Dế Dí Dính Dợ Dúa Già Hoa Lía Máy Mai Mẩy Mị Mỷ Mo Pà Pàng Say Sáy Sính Súa Sua Vá Xúa"),
)
DAO = People(
    _words("Triệu Bàn Đặng Phàn Chảo Lý Tẩn Phượng Lò Phùng"),
    _words("Chàn Dùn Kiềm Tà Vần Văn Văn Mùi Sành Chòi Tiến"),
    _words("Chiêu Chiêm Châu Cán Dào Diện Hin Hương Lìn Minh Nhàn On Phâu Phin Phú Quyên Quyên Siệu Sơn Thanh Vạng"),
    _words("Thị Thị Mùi Tà Mẩy"),
    _words("Coi Ghển Khé Lai Lưu Mản Mùi Mẩy Nái Nghình Nhậy Phẩy Pham Phây Sinh Viện"),
)
NUNG = People(
    _words("Lù Nùng Cháng Long Vương Sầm Hoàng Hoàng Lưu Tải Thền Lèng Xin Nông Viên Vi"),
    _words("Văn Văn Văn Seo Chẩn Sào Đức Minh"),
    _MEN,
    _words("Thị Thị Thị Thu"),
    _WOMEN,
)
LA_CHI = People(
    _words("Vương Vàng Lùng Tận Ly Xin Long"),
    _words("Văn Văn Seo Sào Đức"),
    _words("Chúng Dìn Giáo Khấn Lù Pao Phìn Phủ Sinh Tỉnh Vinh Xuân"),
    ("Thị",),
    _words("Bóng Cói Dung Hiền Kẻo Lan Mai Mản Phượng Tiên"),
)
THAI = People(
    _words("Lò Lò Cầm Quàng Tòng Cà Hà Vi Lường Lường Bạc Hoàng Điêu Ngần Kha Lang"),
    _words("Văn Văn Văn Đức Minh Xuân"),
    _words("Biên Chanh Chung Cương Hặc Hiêng Inh Lả Muôn Nghĩa Ngoan Pản Phanh Pháng Phương Tại Thân Tiện Xôm Xuân"),
    _words("Thị Thị Thị Thu"),
    _words("Ánh Bun Dinh Hặc Hiên Hoan Hợi Lả Lún Ngân Ngọc Nguyên Pâng Phương Sương Tiêng Thương Xiên"),
)
MUONG = People(
    _words("Bùi Bùi Bùi Đinh Đinh Quách Hà Bạch Phạm Cao"),
    _MIDDLE_MEN,
    _MEN,
    _MIDDLE_WOMEN,
    _WOMEN,
)
HIGHLAND = People(
    _words("Y H’ Rơ Siu Ksor Nay Rmah Ayun Kpă Niê Êban Đinh A K’"),
    _words("Bhôk Chăm Đăm Hiu Jut Khăm Mlô Niê Phôn Rin"),
    _words("Bhim Blô Dhăm Duel Jú Khoa Krông Lễ Nghĩa Nguyên Phương Sinh Suin Thuyn Tuân Wang"),
    _words("Bliăk Đrim Khuyên Linh Nhơ Wer"),
    _words("Ađrơng Êban Hmok Ksơr Liên Mlô Niê Nuê Thương Yuôn"),
)
CHAM = People(
    _words("Đạo Bá Báo Châu Đàng Hán Kiều Lưu Não Phú Quảng Thập Thành Trượng Từ"),
    _words("Văn Văn Ngọc Thanh Xuân Minh"),
    _MEN,
    _words("Thị Thị Kim Thanh"),
    _WOMEN,
)
KHMER = People(
    _words("Thạch Sơn Danh Kim Châu Lâm Kiên Lý Trần Neáng Huỳnh"),
    _words("Văn Minh Sóc Sa Ngọc Hoàng Thanh"),
    _words("Bình Dũng Đa Hiền Kha Lâm Mương Ngân Phal Phước Rinh Sang Sết Thươl Út Vũ"),
    _words("Thị Thị Sà Ngọc Kim"),
    _words("Bình Chanh Danh Hương Liên Mai Phal Phượng Rết Sa Thi Thươl Vân"),
)
SOUTH = People(
    _words("Nguyễn Nguyễn Nguyễn Trần Trần Lê Huỳnh Huỳnh Phạm Võ Võ Phan Trương Bùi Đặng Hồ Lâm Mai Cao Châu Tăng"),
    _MIDDLE_MEN,
    _MEN,
    _MIDDLE_WOMEN,
    _WOMEN,
)

Mix = Mapping[str, int]
BY_NAME = {
    "kinh": KINH,
    "tay": TAY,
    "hmong": HMONG,
    "dao": DAO,
    "nung": NUNG,
    "la_chi": LA_CHI,
    "thai": THAI,
    "muong": MUONG,
    "highland": HIGHLAND,
    "cham": CHAM,
    "khmer": KHMER,
    "south": SOUTH,
}

# Who lives where, in rough parts of a hundred: by province, and more closely by the districts of Hà Giang.
_PLATEAU: Mix = {"hmong": 78, "tay": 8, "dao": 6, "nung": 4, "kinh": 4}
_BY_UNIT: Mapping[str, Mix] = {
    "02": {"tay": 34, "kinh": 34, "hmong": 16, "dao": 10, "nung": 6},
    "024": {"tay": 46, "kinh": 42, "dao": 8, "hmong": 4},
    "026": _PLATEAU,
    "027": _PLATEAU,
    "028": {"hmong": 56, "tay": 18, "dao": 14, "nung": 8, "kinh": 4},
    "029": {"hmong": 58, "dao": 16, "tay": 12, "nung": 8, "kinh": 6},
    "030": {"tay": 50, "dao": 22, "hmong": 16, "kinh": 8, "nung": 4},
    "031": {"tay": 36, "dao": 30, "hmong": 26, "kinh": 8},
    "032": {"nung": 40, "dao": 24, "hmong": 16, "tay": 10, "la_chi": 10},
    "033": {"nung": 34, "hmong": 26, "tay": 18, "la_chi": 14, "dao": 8},
    "034": {"tay": 48, "kinh": 26, "dao": 18, "nung": 8},
    "035": {"tay": 50, "dao": 26, "la_chi": 10, "kinh": 10, "nung": 4},
    "04": {"tay": 46, "nung": 32, "kinh": 8, "dao": 8, "hmong": 6},
    "06": {"tay": 56, "kinh": 16, "dao": 16, "nung": 12},
    "08": {"tay": 38, "kinh": 36, "dao": 18, "hmong": 8},
    "10": {"kinh": 34, "hmong": 28, "tay": 18, "dao": 14, "nung": 6},
    "11": {"thai": 40, "hmong": 38, "kinh": 22},
    "12": {"thai": 36, "hmong": 28, "kinh": 20, "dao": 16},
    "14": {"thai": 54, "kinh": 18, "hmong": 16, "muong": 12},
    "15": {"kinh": 44, "tay": 26, "dao": 14, "hmong": 10, "thai": 6},
    "17": {"muong": 64, "kinh": 26, "thai": 6, "tay": 4},
    "19": {"kinh": 70, "tay": 16, "nung": 10, "dao": 4},
    "20": {"nung": 44, "tay": 36, "kinh": 16, "dao": 4},
    "62": {"highland": 52, "kinh": 48},
    "64": {"highland": 46, "kinh": 54},
    "66": {"highland": 34, "kinh": 58, "tay": 8},
    "67": {"highland": 30, "kinh": 62, "nung": 8},
    "68": {"highland": 24, "kinh": 76},
    "58": {"kinh": 76, "cham": 24},
    "60": {"kinh": 90, "cham": 10},
    "84": {"south": 70, "khmer": 30},
    "91": {"south": 86, "khmer": 14},
    "94": {"south": 68, "khmer": 32},
}
FIRST_SOUTHERN_PROVINCE = "70"


def mix_of(unit_code: str, province_code: str) -> Mix:
    """The peoples of a unit: its own figures, else those of its province, else the majority of the region."""
    known = _BY_UNIT.get(unit_code) or _BY_UNIT.get(province_code)
    if known is not None:
        return known
    return {"south": 1} if province_code >= FIRST_SOUTHERN_PROVINCE else {"kinh": 1}


def draw_name(lots: Random, mix: Mix, *, woman: bool) -> str:
    """A full name of somebody of one of these peoples."""
    people = BY_NAME[lots.choices(list(mix), weights=list(mix.values()))[0]]
    if woman:
        parts = (people.families, people.women_middle, people.women)
    else:
        parts = (people.families, people.men_middle, people.men)
    family, middle = lots.choice(parts[0]), lots.choice(parts[1])
    given = lots.choice([name for name in parts[2] if name not in {family, middle}])
    if family.endswith("’"):
        return f"{family}{given} {middle}"
    return f"{family} {middle} {given}"
