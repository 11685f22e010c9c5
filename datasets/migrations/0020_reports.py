import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0019_prompt'),
    ]

    operations = [
        migrations.AddField(
            model_name='drawing',
            name='reported_at',
            field=models.DateTimeField(blank=True, help_text='on no public page until a moderator has looked', null=True, verbose_name='reported'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(models.F('reported_at'), condition=models.Q(('reported_at__isnull', False)), name='drawing_reported'),
        ),
        migrations.CreateModel(
            name='DrawingReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('drawing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='datasets.drawing', verbose_name='drawing')),
                ('reason', models.CharField(choices=[('offensive', 'It is offensive'), ('personal', 'It shows a name or something else about a person'), ('wrong-label', 'It is not what it is said to be'), ('mine', 'It is mine, and I want it to be gone'), ('other', 'Something else')], max_length=12, verbose_name='reason')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='in his words')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('looked_at', models.DateTimeField(blank=True, null=True, verbose_name='a moderator has looked')),
            ],
            options={
                'verbose_name': 'report of a drawing',
                'verbose_name_plural': 'reports of drawings',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('looked_at', None)), fields=['-id'], name='report_open')],
            },
        ),
    ]
