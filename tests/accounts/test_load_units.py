"""`load_units` on the two real lists and on small ones: what stays, changes, ends and begins on a day."""

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import translation

from accounts.models import Membership, Unit, User
from accounts.units.actions import Outcome, import_units
from accounts.units.rows import Problem, UnitsRejected, parse_units
from audit.models import Entry
from realtime.models import Stream
from tests.people import make_person, make_tier

pytestmark = pytest.mark.django_db

TIERS = ("province", "district", "commune")
HEAD = "code,name,kind,tier,parent_code,lat,lon\n"
HA_GIANG = "02,Tỉnh Hà Giang,tỉnh,province,,22.7662,104.9389\n"
DONG_VAN = "026,Huyện Đồng Văn,huyện,district,02,23.2247,105.2429\n"
LUNG_CU = "00715,Xã Lũng Cú,xã,commune,026,,\n"
LIST = HEAD + HA_GIANG + DONG_VAN + LUNG_CU
JANUARY, JULY, NEXT_YEAR = dt.date(2025, 1, 1), dt.date(2025, 7, 1), dt.date(2026, 1, 1)


@pytest.fixture(autouse=True)
def tiers() -> None:
    for rank, code in enumerate(("central", *TIERS)):
        make_tier(code, code, code, rank)


def load(text: str, day: dt.date, *, close_missing: bool = False) -> Outcome:
    return import_units(
        None, parse_units(text.encode(), TIERS), valid_from=day, close_missing=close_missing, source="list.csv"
    )


def command(file: Path, *arguments: str) -> str:
    out = StringIO()
    with translation.override("en"):
        call_command("load_units", str(file), *arguments, stdout=out)
    return out.getvalue()


def present(code: str) -> Unit:
    return Unit.objects.get(code=code, valid_to__isnull=True)


def history(code: str) -> list[tuple[str, dt.date, dt.date | None]]:
    return list(Unit.objects.filter(code=code).order_by("valid_from").values_list("name", "valid_from", "valid_to"))


def rejected(text: str, day: dt.date, *, close_missing: bool = False) -> list[Problem]:
    before = sorted(Unit.objects.values_list())
    with pytest.raises(UnitsRejected) as caught:
        load(text, day, close_missing=close_missing)
    assert sorted(Unit.objects.values_list()) == before
    return list(caught.value.problems)


def broken_paths() -> int:
    own = Concat(Coalesce("parent__path", Value("/")), Cast("pk", CharField()), Value("/"))
    return Unit.objects.exclude(path=own).count()


def test_both_real_lists_are_taken_over_and_the_second_ends_the_districts() -> None:
    data = Path(settings.BASE_DIR) / "data"
    command(data / "units-2025-01.csv", "--valid-from", "2025-01-01")
    on_new_year = Unit.objects.valid(on=JANUARY)
    assert (on_new_year.count(), on_new_year.filter(tier="district").count()) == (10810, 696)
    assert on_new_year.under(present("02")).count() == 1 + 11 + 193

    command(data / "units-2025-07.csv", "--valid-from", "2025-07-01", "--close-missing")
    in_july = Unit.objects.valid(on=JULY)
    assert list(in_july.order_by("tier").values_list("tier", flat=True).distinct()) == ["commune", "province"]
    assert in_july.count() == 3355
    assert on_new_year.count() == 10810
    assert in_july.under(present("08")).count() == 1 + 124
    assert history("02") == [("Tỉnh Hà Giang", JANUARY, JULY)]
    assert broken_paths() == 0

    rows, entries = sorted(Unit.objects.values_list()), Entry.objects.count()
    command(data / "units-2025-07.csv", "--valid-from", "2025-07-01", "--close-missing")
    assert sorted(Unit.objects.values_list()) == rows
    assert Entry.objects.count() == entries + 1


def test_units_are_found_without_marks_by_name_and_by_code() -> None:
    load(LIST, JANUARY)
    assert present("026").search_text == "026 huyen dong van"
    assert (present("00715").path, present("00715").lat) == (f"{present('026').path}{present('00715').pk}/", None)


def test_the_order_of_the_file_does_not_matter() -> None:
    outcome = load(HEAD + LUNG_CU + DONG_VAN + HA_GIANG, JANUARY)
    assert (outcome.created, broken_paths()) == (3, 0)


def test_the_same_facts_keep_the_row_whatever_the_day() -> None:
    load(LIST, JULY)
    rows = sorted(Unit.objects.values_list())
    assert load(LIST, NEXT_YEAR) == Outcome(unchanged=3)
    assert load(LIST, JANUARY) == Outcome(unchanged=3)
    assert sorted(Unit.objects.values_list()) == rows


def test_other_facts_on_the_day_of_the_beginning_correct_the_row() -> None:
    load(LIST, JANUARY)
    before = present("00715").pk
    assert load(HEAD + "00715,Xã Lũng Cú Mới,xã,commune,026,,\n", JANUARY) == Outcome(corrected=1)
    assert (present("00715").pk, present("00715").search_text) == (before, "00715 xa lung cu moi")


def test_other_facts_later_end_the_unit_and_begin_another() -> None:
    load(LIST, JANUARY)
    assert load(LIST.replace("Xã Lũng Cú,xã", "Phường Lũng Cú,phường"), JULY) == Outcome(replaced=1, unchanged=2)
    assert history("00715") == [("Xã Lũng Cú", JANUARY, JULY), ("Phường Lũng Cú", JULY, None)]


def test_another_place_on_the_map_is_the_same_unit_put_right() -> None:
    load(LIST, JANUARY)
    before = present("02").pk
    assert load(LIST.replace("22.7662,104.9389", "22.8,105"), JULY) == Outcome(corrected=1, unchanged=2)
    assert (present("02").pk, present("02").lat, present("02").lon) == (before, 22.8, 105.0)


def test_a_unit_of_the_list_moves_along_under_its_parents_new_row_with_all_below() -> None:
    load(LIST, JANUARY)
    lung_cu = present("00715").pk
    outcome = load(LIST.replace("Huyện Đồng Văn,huyện", "Thị xã Đồng Văn,thị xã"), JULY)
    assert outcome == Outcome(replaced=1, moved=1, unchanged=1)
    assert (present("00715").pk, present("00715").parent) == (lung_cu, present("026"))
    assert Unit.objects.under(present("026")).count() == 2
    assert broken_paths() == 0


def test_a_unit_that_the_list_does_not_name_keeps_its_parents_row() -> None:
    load(LIST, JANUARY)
    ended = present("026")
    outcome = load(HEAD + HA_GIANG + DONG_VAN.replace("Huyện Đồng Văn,huyện", "Thị xã Đồng Văn,thị xã"), JULY)
    assert (outcome.replaced, outcome.left_behind) == (1, 1)
    assert present("00715").parent == ended
    assert load(LIST.replace("Huyện Đồng Văn,huyện", "Thị xã Đồng Văn,thị xã"), JULY) == Outcome(moved=1, unchanged=2)
    assert present("00715").parent == present("026")


def test_screens_ask_again_who_may_listen_when_a_unit_has_moved() -> None:
    load(LIST, JANUARY)
    assert not Stream.objects.exists()
    load(LIST.replace("Huyện Đồng Văn,huyện", "Thị xã Đồng Văn,thị xã"), JULY)
    assert list(Stream.objects.values_list("name", "access_version")) == [("*", 1)]


def test_units_missing_from_a_list_stay_unless_it_is_complete() -> None:
    load(LIST, JANUARY)
    assert load(HEAD + HA_GIANG, JULY) == Outcome(unchanged=1)
    assert load(HEAD + HA_GIANG, JULY, close_missing=True) == Outcome(unchanged=1, closed=2)
    assert history("026") == [("Huyện Đồng Văn", JANUARY, JULY)]


def test_a_unit_that_begins_on_the_day_and_is_missing_never_was() -> None:
    load(LIST, JANUARY)
    assert load(HEAD + HA_GIANG, JANUARY, close_missing=True) == Outcome(unchanged=1, removed=2)
    assert history("026") == []


def test_a_unit_in_use_that_begins_on_the_day_cannot_be_left_out() -> None:
    load(LIST, JANUARY)
    make_person("Giàng Thị Súa", present("00715"))
    problem = Problem(0, "code", "unit_in_use", "00715", "2025-01-01")
    assert rejected(HEAD + HA_GIANG, JANUARY, close_missing=True) == [problem]


def test_an_ended_code_may_begin_again() -> None:
    load(LIST, JANUARY)
    load(HEAD + HA_GIANG + DONG_VAN, JULY, close_missing=True)
    assert load(LIST, NEXT_YEAR) == Outcome(created=1, unchanged=2)
    assert history("00715") == [("Xã Lũng Cú", JANUARY, JULY), ("Xã Lũng Cú", NEXT_YEAR, None)]


def test_roles_and_people_at_ended_units_are_counted() -> None:
    load(LIST, JANUARY)
    person = make_person("Giàng Thị Súa", present("026"))
    Membership.objects.create(user=User.objects.create(username="sua"), role="delegate", unit=person.unit)
    outcome = load(HEAD + HA_GIANG, JULY, close_missing=True)
    assert (outcome.roles_ended, outcome.people_ended) == (1, 1)


def test_an_older_list_does_not_overwrite_a_newer_one() -> None:
    load(LIST, JULY)
    assert rejected(LIST.replace("Xã Lũng Cú", "Xã Lũng Cao"), JANUARY) == [
        Problem(4, "code", "begins_later", "00715", "2025-07-01")
    ]
    assert rejected(HEAD + "00718,Xã Má Lé,xã,commune,026,,\n", JANUARY) == [
        Problem(2, "parent_code", "parent_begins_later", "026", "2025-07-01")
    ]


def test_a_code_does_not_begin_before_its_last_unit_has_ended() -> None:
    load(LIST, JANUARY)
    load(HEAD + HA_GIANG, JULY, close_missing=True)
    assert rejected(HEAD + HA_GIANG + DONG_VAN, JANUARY) == [Problem(3, "code", "ended_later", "026", "2025-07-01")]


def test_a_parent_may_stand_already_but_not_when_the_list_is_complete() -> None:
    load(HEAD + HA_GIANG, JANUARY)
    problem = Problem(2, "parent_code", "parent_missing", "02")
    assert rejected(HEAD + DONG_VAN, JULY, close_missing=True) == [problem]
    assert load(HEAD + DONG_VAN, JULY).created == 1


def test_an_ended_unit_is_no_parent() -> None:
    load(LIST, JANUARY)
    load(HEAD + HA_GIANG, JULY, close_missing=True)
    assert rejected(HEAD + LUNG_CU, NEXT_YEAR) == [Problem(2, "parent_code", "parent_missing", "026")]


def test_a_circle_through_a_standing_unit_is_refused() -> None:
    load(LIST, JANUARY)
    assert rejected(HEAD + "02,Tỉnh Hà Giang,tỉnh,province,00715,,\n", JULY) == [
        Problem(2, "parent_code", "parent_cycle", "02", "02 → 00715 → 026 → 02")
    ]


def test_every_import_is_one_entry_of_the_networks_journal() -> None:
    load(LIST, JANUARY)
    entry = Entry.objects.get()
    assert (entry.chain.name, entry.verb, entry.object_label) == ("network", "units.imported", "list.csv")
    assert (entry.data["valid_from"], entry.data["created"], entry.data["lines"]) == ("2025-01-01", 3, 3)


def test_the_command_names_row_and_column_and_takes_nothing_over(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST + "00718,Xã Má Lé,xã,hamlet,026,x,\n", encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        command(file)
    assert str(caught.value).splitlines() == [
        "Nothing was taken over.",
        "Row 5, column lat: “x” is no decimal number",
        "Row 5, column lon: the other half of the place is missing",
        "Row 5, column tier: there is no tier “hamlet”; there are: central, province, district, commune",
    ]
    assert not Unit.objects.exists()


def test_the_command_shows_twenty_problems_and_counts_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(HEAD + "".join(f"{n},Xã Má Lé,xã,hamlet,,,\n" for n in range(23)), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        command(file)
    said = str(caught.value).splitlines()
    assert (len(said), said[-1]) == (22, "… and 3 more.")


def test_the_command_without_a_day_means_today(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST, encoding="utf-8")
    assert command(file) == (
        "New: 3. Ended and begun anew: 0. Corrected: 0. Moved: 0. Ended: 0. Removed: 0. Unchanged: 0.\n"
    )
    assert Unit.objects.valid(on=dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=7))).date()).count() == 3


def test_the_command_tells_what_the_list_leaves_to_be_done(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST, encoding="utf-8")
    command(file, "--valid-from", "2025-01-01")
    make_person("Giàng Thị Súa", present("026"))
    file.write_text(HEAD + HA_GIANG + DONG_VAN.replace("Huyện Đồng Văn,huyện", "Thị xã Đồng Văn,thị xã"), "utf-8")
    assert command(file, "--valid-from", "2025-07-01").splitlines() == [
        "New: 0. Ended and begun anew: 1. Corrected: 0. Moved: 0. Ended: 0. Removed: 0. Unchanged: 1.",
        "Units that still stand under an ended one, for the list does not name them: 1.",
        "At the ended units: 0 roles and 1 people, to be given a new unit.",
    ]


def test_a_file_that_cannot_be_read_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.csv"):
        command(tmp_path / "nowhere.csv")
    with pytest.raises(CommandError):
        command(tmp_path / "nowhere.csv", "--valid-from", "1 July")
