import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('meetings', '0003_meeting_local_and_reason'),
        ('rooms', '0004_ports_and_calendar'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SkippedDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('why', models.CharField(choices=[('conflict', 'Something stood in the way'), ('holiday', 'Holiday'), ('cancelled', 'Cancelled'), ('chosen', 'Left out on purpose')], default='chosen', max_length=10)),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ('day',),
            },
        ),
        migrations.CreateModel(
            name='UsageRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('pending', 'Waiting for an answer'), ('approved', 'Approved'), ('refused', 'Refused'), ('lapsed', 'Lapsed'), ('withdrawn', 'Withdrawn')], default='pending', max_length=10)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ('asked_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='WaitingEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'In line'), ('offered', 'Offered'), ('taken', 'Taken up'), ('lapsed', 'Lapsed'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=10)),
                ('placed_at', models.DateTimeField(auto_now_add=True)),
                ('offered_at', models.DateTimeField(blank=True, null=True)),
                ('offer_expires_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('placed_at', 'pk'),
            },
        ),
        migrations.AddField(
            model_name='meeting',
            name='displaced_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='displaced', to='rooms.booking'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='occurs_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('data', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='meetings.meeting')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=250)),
                ('rrule', models.CharField(max_length=300)),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.PositiveIntegerField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='accounts.unit')),
            ],
            options={
                'verbose_name_plural': 'series',
                'ordering': ('starts_at', 'pk'),
            },
        ),
        migrations.AddField(
            model_name='meeting',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='meetings', to='meetings.series'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('series', 'occurs_on'), name='meeting_series_day_once'),
        ),
        migrations.AddField(
            model_name='skippeddate',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skipped', to='meetings.series'),
        ),
        migrations.AddField(
            model_name='usagerequest',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='usagerequest',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='usagerequest',
            name='endpoints',
            field=models.ManyToManyField(related_name='usage_requests', to='rooms.endpoint'),
        ),
        migrations.AddField(
            model_name='usagerequest',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='usage_requests', to='meetings.meeting'),
        ),
        migrations.AddField(
            model_name='usagerequest',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='usage_requests', to='accounts.unit'),
        ),
        migrations.AddField(
            model_name='waitingentry',
            name='meeting',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='waiting', to='meetings.meeting'),
        ),
        migrations.AddField(
            model_name='waitingentry',
            name='placed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['user', 'read_at'], name='notice_user_unread'),
        ),
        migrations.AddConstraint(
            model_name='skippeddate',
            constraint=models.UniqueConstraint(fields=('series', 'day'), name='skipped_date_once'),
        ),
        migrations.AddIndex(
            model_name='usagerequest',
            index=models.Index(fields=['state', 'expires_at'], name='usage_request_state'),
        ),
        migrations.AddConstraint(
            model_name='usagerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('meeting', 'unit'), name='usage_request_pending_once'),
        ),
        migrations.AddIndex(
            model_name='waitingentry',
            index=models.Index(fields=['state', 'placed_at'], name='waiting_state'),
        ),
    ]
