from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0018_leases'),
    ]

    operations = [
        migrations.AddField(
            model_name='drawing',
            name='prompt',
            field=models.CharField(blank=True, help_text='what the page had asked for; empty: nothing', max_length=20, verbose_name='asked for'),
        ),
    ]
