"""Put the hourly erasure of hashes of addresses into the database; now it stands in the settings with the others."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("datasets", "0001_initial")]

    operations = []
