"""Decisions keep their counts, concern many contributors, and can be undone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0013_recent_drawings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DecidedContributor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('blocked', models.BooleanField(help_text='afterwards; before it was the contrary', verbose_name='blocked')),
                ('block_reason_before', models.CharField(blank=True, max_length=200, verbose_name='reason of the block before')),
            ],
            options={
                'verbose_name': 'decided contributor',
                'verbose_name_plural': 'decided contributors',
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='contributors_count',
            field=models.PositiveIntegerField(default=0, verbose_name='contributors'),
        ),
        migrations.AddField(
            model_name='decision',
            name='drawings_count',
            field=models.PositiveIntegerField(default=0, verbose_name='drawings'),
        ),
        migrations.AddField(
            model_name='decision',
            name='undoes',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='datasets.decision', verbose_name='undoes'),
        ),
        migrations.AddField(
            model_name='decisionitem',
            name='decided_at_before',
            field=models.DateTimeField(blank=True, null=True, verbose_name='decided before'),
        ),
        migrations.AddField(
            model_name='decisionitem',
            name='rejection_reason_before',
            field=models.CharField(blank=True, max_length=200, verbose_name='reason of the rejection before'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='action',
            field=models.CharField(choices=[('approve', 'approved'), ('reject', 'rejected'), ('relabel', 'relabelled'), ('block', 'blocked'), ('unblock', 'unblocked'), ('undo', 'undone')], max_length=8, verbose_name='action'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'undo'), ('undoes__isnull', False)), models.Q(models.Q(('action', 'undo'), _negated=True), ('undoes__isnull', True)), _connector='OR'), name='undo_names_what_it_undoes'),
        ),
        migrations.AddField(
            model_name='decidedcontributor',
            name='contributor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='datasets.contributor', verbose_name='contributor'),
        ),
        migrations.AddField(
            model_name='decidedcontributor',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contributors', to='datasets.decision', verbose_name='decision'),
        ),
        migrations.AddConstraint(
            model_name='decidedcontributor',
            constraint=models.UniqueConstraint(fields=('decision', 'contributor'), name='contributor_once_per_decision'),
        ),
    ]
