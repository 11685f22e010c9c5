from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0022_drawings_to_vote_on'),
    ]

    operations = [
        migrations.AddField(
            model_name='decisionitem',
            name='reported_at_before',
            field=models.DateTimeField(blank=True, null=True, verbose_name='reported before'),
        ),
    ]
