"""The order of the queue: how the opinion compares with the label, kept up by the database, and its indexes."""

import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0016_contributors_of_decisions'),
    ]

    operations = [
        migrations.AddField(
            model_name='drawing',
            name='doubt',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.Cast(django.db.models.expressions.CombinedExpression(models.Value(1000), '*', django.db.models.expressions.CombinedExpression(models.Value(1.0), '-', models.Case(models.When(django.db.models.lookups.Exact(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('final_label'), models.Value('')), models.F('claimed_label')), models.Value('not-a-digit')), then=django.db.models.expressions.CombinedExpression(models.Value(1.0), '-', models.F('opinion_is_digit'))), models.When(django.db.models.lookups.Exact(django.db.models.functions.comparison.Cast(models.F('opinion_digit'), models.CharField()), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('final_label'), models.Value('')), models.F('claimed_label'))), then=django.db.models.expressions.CombinedExpression(models.F('opinion_is_digit'), '*', models.F('opinion_confidence'))), default=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('opinion_is_digit'), '*', django.db.models.expressions.CombinedExpression(models.Value(1.0), '-', models.F('opinion_confidence'))), '/', models.Value(9.0))))), models.SmallIntegerField()), 500), help_text='in the label, permille: 1000 less the probability that the live networks give it', output_field=models.SmallIntegerField(), verbose_name='doubt'),
        ),
        migrations.AddField(
            model_name='drawing',
            name='lot',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('public_id'), output_field=models.SmallIntegerField(), template='((get_byte(uuid_send(%(expressions)s), 14) * 256 + get_byte(uuid_send(%(expressions)s), 15)) %% 1000)'), help_text='0 to 999, at random: which drawings are audited', output_field=models.SmallIntegerField(), verbose_name='lot'),
        ),
        migrations.AddField(
            model_name='drawing',
            name='verdict',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('opinion_digit', None), ('opinion_confidence', None), ('opinion_is_digit', None), _connector='OR'), then=models.Value('unread')), models.When(models.Q(('opinion_is_digit__lt', 0.5), django.db.models.lookups.Exact(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('final_label'), models.Value('')), models.F('claimed_label')), models.Value('not-a-digit'))), then=models.Value('agrees')), models.When(opinion_is_digit__lt=0.5, then=models.Value('no-digit')), models.When(django.db.models.lookups.Exact(django.db.models.functions.comparison.Cast(models.F('opinion_digit'), models.CharField()), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('final_label'), models.Value('')), models.F('claimed_label'))), then=models.Value('agrees')), default=models.Value('disagrees')), output_field=models.CharField(choices=[('agrees', 'agrees'), ('disagrees', 'disagrees'), ('no-digit', 'says no digit'), ('unread', 'not read yet')], max_length=9, verbose_name='opinion'), verbose_name='opinion'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['-doubt', '-id'], name='queue_doubt'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['claimed_label', '-doubt', '-id'], name='queue_label'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['verdict', '-doubt', '-id'], name='queue_verdict'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(models.F('opinion_confidence'), condition=models.Q(('status', 'pending')), name='queue_confidence'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(models.F('created_at'), condition=models.Q(('status', 'pending')), name='queue_date'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(models.F('opinion_digits_version'), models.F('opinion_digit_or_not_version'), condition=models.Q(('status', 'pending')), name='queue_read_by'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('status', 'rejected')), fields=['-id'], name='rejected_drawings'),
        ),
        migrations.AddIndex(
            model_name='drawing',
            index=models.Index(condition=models.Q(('status', 'approved'), ('verdict__in', ['disagrees', 'no-digit'])), fields=['verdict', '-id'], name='disputed_drawings'),
        ),
    ]
