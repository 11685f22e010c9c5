"""The indexes of the queue hold public drawings only, and enough to count by: no row is read for that."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0028_groups'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='drawing',
            name='drawing_queue',
        ),
        migrations.RemoveIndex(
            model_name='drawing',
            name='queue_doubt',
        ),
        migrations.RemoveIndex(
            model_name='drawing',
            name='queue_label',
        ),
        migrations.RemoveIndex(
            model_name='drawing',
            name='queue_verdict',
        ),
        migrations.RemoveIndex(
            model_name='drawing',
            name='queue_confidence',
        ),
        migrations.RemoveIndex(
            model_name='drawing',
            name='queue_date',
        ),
        migrations.RemoveIndex(
            model_name='drawing',
            name='queue_read_by',
        ),
        migrations.RemoveIndex(
            model_name='drawing',
            name='queue_unread',
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('room__isnull', True), ('status', 'pending')), fields=['-doubt', '-id'], name='queue_doubt'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('room__isnull', True), ('status', 'pending'), ('opinion_digits_version', None)), fields=['-id'], name='queue_unread'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('room__isnull', True), ('status', 'pending')), fields=['claimed_label', '-doubt', '-id'], name='queue_label'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('room__isnull', True), ('status', 'pending')), fields=['verdict', '-doubt', '-id'], name='queue_verdict'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(models.Func(models.F('opinion_confidence'), output_field=models.SmallIntegerField(), template='width_bucket(%(expressions)s, ARRAY[0.5, 0.9, 0.99]::float8[])'), models.OrderBy(models.F('doubt'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('room__isnull', True), ('status', 'pending')), name='queue_confidence'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('room__isnull', True), ('status', 'pending')), fields=['-created_at', '-id'], name='queue_date'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(models.F('opinion_digits_version'), models.F('opinion_digit_or_not_version'), condition=models.Q(('room__isnull', True), ('status', 'pending')), name='queue_read_by'),
        ),
    ]
