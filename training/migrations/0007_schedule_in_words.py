"""Schedules as columns that people can read; django-celery-beat keeps the clock only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('django_celery_beat', '0019_alter_periodictasks_options'),
        ('training', '0006_run_log'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='trainingrun',
            name='delivery',
            field=models.UUIDField(blank=True, help_text='one that is delivered twice starts nothing twice', null=True, verbose_name='message of the schedule'),
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('enabled', models.BooleanField(default=True, verbose_name='switched on')),
                ('kind', models.CharField(choices=[('at-times', 'at fixed times'), ('when-enough', 'when enough new drawings have been approved')], default='at-times', max_length=11, verbose_name='when')),
                ('days', models.JSONField(default=list, help_text='0 is Monday', verbose_name='days')),
                ('time', models.TimeField(blank=True, null=True, verbose_name='time')),
                ('threshold', models.PositiveIntegerField(blank=True, help_text='approved since the data of the last run', null=True, verbose_name='new drawings')),
                ('networks', models.JSONField(default=list, verbose_name='networks')),
                ('architecture', models.CharField(max_length=40, verbose_name='architecture')),
                ('start_from', models.CharField(choices=[('scratch', 'scratch'), ('published', 'the published version')], default='scratch', max_length=9, verbose_name='start from')),
                ('publish', models.CharField(choices=[('if_better', 'if it is better'), ('ask', 'ask me'), ('always', 'always')], default='if_better', max_length=9, verbose_name='publish')),
                ('sources', models.JSONField(blank=True, default=list, help_text='empty: all sources', verbose_name='sources')),
                ('config', models.JSONField(default=dict, verbose_name='settings')),
                ('when_busy', models.CharField(choices=[('wait', 'wait for it'), ('skip', 'skip this time')], default='wait', max_length=4, verbose_name='when a run is active')),
                ('last_at', models.DateTimeField(blank=True, null=True, verbose_name='last time')),
                ('last_result', models.TextField(blank=True, verbose_name='what came of it')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('periodic_task', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='django_celery_beat.periodictask', verbose_name='entry of the clock')),
            ],
            options={
                'verbose_name': 'schedule',
                'verbose_name_plural': 'schedules',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='trainingrun',
            name='schedule',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='training.schedule', verbose_name='schedule'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'at-times'), ('time__isnull', False)), models.Q(('kind', 'when-enough'), ('threshold__gte', 1)), _connector='OR'), name='schedule_says_when'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('publish', 'always'), _negated=True), name='nobody_looks_on_when_a_schedule_publishes'),
        ),
    ]
