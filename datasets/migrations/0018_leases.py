"""Who has which drawing before him, and how he likes to see them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('datasets', '0017_review_priority'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Lease',
            fields=[
                ('drawing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='lease', serialize=False, to='datasets.drawing', verbose_name='drawing')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
            ],
            options={
                'verbose_name': 'lease',
                'verbose_name_plural': 'leases',
            },
        ),
        migrations.CreateModel(
            name='ReviewPreference',
            fields=[
                ('moderator', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='review_preference', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='moderator')),
                ('blind', models.BooleanField(default=False, help_text='hides what is claimed and what is read', verbose_name='blind')),
            ],
            options={
                'verbose_name': 'preference of a moderator',
                'verbose_name_plural': 'preferences of moderators',
            },
        ),
        migrations.AddField(
            model_name='lease',
            name='moderator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leases', to=settings.AUTH_USER_MODEL, verbose_name='moderator'),
        ),
    ]
