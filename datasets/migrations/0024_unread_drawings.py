from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0023_undo_restores_reports'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('status', 'pending'), ('opinion_digits_version', None)), fields=['-id'], name='queue_unread'),
        ),
    ]
