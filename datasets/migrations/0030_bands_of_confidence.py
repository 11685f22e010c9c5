"""Bands of confidence in a column, and what else the queue filters by in its indexes: counting reads no row."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0029_queue_indexes'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='drawing',
            name='rejected_drawings',
        ),
        migrations.RemoveIndex(
            model_name='drawing',
            name='disputed_drawings',
        ),
        migrations.RemoveIndex(
            model_name='drawing',
            name='queue_verdict',
        ),
        migrations.RemoveIndex(
            model_name='drawing',
            name='queue_confidence',
        ),
        migrations.AddField(
            model_name='drawing',
            name='confidence_band',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('opinion_confidence'), output_field=models.SmallIntegerField(), template='width_bucket(%(expressions)s, ARRAY[0.5, 0.9, 0.99]::float8[])'), output_field=models.SmallIntegerField(null=True), verbose_name='band of confidence'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('room__isnull', True), ('status', 'pending')), fields=['verdict', '-doubt', '-id'], include=('lot',), name='queue_verdict'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('room__isnull', True), ('status', 'pending')), fields=['confidence_band', '-doubt', '-id'], name='queue_confidence'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('room__isnull', True), ('status', 'rejected')), fields=['-id'], include=('claimed_label', 'verdict'), name='rejected_drawings'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('room__isnull', True), ('status', 'approved')), fields=['verdict', '-id'], include=('final_label',), name='approved_verdict'),
        ),
    ]
