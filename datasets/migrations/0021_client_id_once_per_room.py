from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0020_reports'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='drawing',
            name='drawing_once_per_client_id',
        ),
        migrations.AddConstraint(
            model_name='drawing',
            constraint=models.UniqueConstraint(condition=models.Q(('client_id__isnull', False)), fields=('contributor', 'room', 'client_id'), name='drawing_once_per_client_id', nulls_distinct=False),
        ),
    ]
