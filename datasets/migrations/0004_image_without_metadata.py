"""What is kept of an uploaded image is said in words; the column stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datasets", "0003_moderators")]

    operations = [
        migrations.AlterField(
            model_name="drawingcontent",
            name="image",
            field=models.BinaryField(null=True, verbose_name="image, without what the file said about it"),
        ),
    ]
