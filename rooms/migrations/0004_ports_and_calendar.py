"""Ways and ports of a booking, opening hours, and the office's own calendar.

SQLite rebuilds the table of the shares, which loses the triggers of 0002: they are raised again.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

guard = import_module("rooms.migrations.0002_endpoint_exclusion")


def lower_triggers(_apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        guard.tear_down(_apps, schema_editor)


def raise_triggers(_apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        guard.build(_apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('rooms', '0003_tiers'),
    ]

    operations = [
        migrations.RunPython(lower_triggers, raise_triggers),
        migrations.CreateModel(
            name='OfficeDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('worked', models.BooleanField(default=False)),
                ('name', models.CharField(max_length=120)),
            ],
            options={
                'ordering': ('day',),
            },
        ),
        migrations.AddField(
            model_name='bookedendpoint',
            name='bridge',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rooms.bridge'),
        ),
        migrations.AddField(
            model_name='bookedendpoint',
            name='relay',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rooms.endpoint'),
        ),
        migrations.AddField(
            model_name='bookedendpoint',
            name='way',
            field=models.CharField(choices=[('port', 'Own port'), ('relay', 'Relayed by another endpoint'), ('receive', 'Receives only, by television')], default='port', max_length=8),
        ),
        migrations.AddField(
            model_name='booking',
            name='fixed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='booking',
            name='tier',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rooms.tier'),
        ),
        migrations.CreateModel(
            name='BookedPorts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ports', models.PositiveIntegerField()),
                ('links', models.PositiveSmallIntegerField(default=0)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('released', models.BooleanField(default=False)),
                ('booking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='booked_ports', to='rooms.booking')),
                ('bridge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='booked', to='rooms.bridge')),
            ],
            options={
                'indexes': [models.Index(fields=['starts_at'], name='booked_ports_start')],
                'constraints': [models.UniqueConstraint(fields=('booking', 'bridge'), name='booked_ports_once'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='booked_ports_order')],
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('opens', models.TimeField()),
                ('closes', models.TimeField()),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opening_hours', to='rooms.endpoint')),
            ],
            options={
                'ordering': ('endpoint', 'weekday', 'opens'),
                'constraints': [models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens'))), name='opening_hours_order'), models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='opening_hours_weekday'), models.UniqueConstraint(fields=('endpoint', 'weekday', 'opens'), name='opening_hours_once')],
            },
        ),
        migrations.RunPython(raise_triggers, lower_triggers),
    ]
