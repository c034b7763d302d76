"""The tiers of the network as they stand. They are rows: an office may rename them, end one or add one."""

from django.db import migrations

TIERS = (
    ("central", "Trung ương", "Central", 0),
    ("province", "Cấp tỉnh", "Province", 1),
    ("district", "Cấp huyện", "District", 2),
    ("commune", "Cấp xã", "Commune", 3),
)


def add_tiers(apps, schema_editor):
    tier = apps.get_model("rooms", "Tier")
    for code, name_vi, name_en, rank in TIERS:
        tier.objects.using(schema_editor.connection.alias).get_or_create(
            code=code, defaults={"name_vi": name_vi, "name_en": name_en, "rank": rank}
        )


class Migration(migrations.Migration):
    dependencies = [("rooms", "0002_endpoint_exclusion")]

    operations = [migrations.RunPython(add_tiers, migrations.RunPython.noop)]
