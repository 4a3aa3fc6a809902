from django.contrib.postgres.operations import BloomExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Needs a superuser, as BookWyrm's 0224 does."""

    dependencies = [("bookwyrm", "0001_initial")]
    operations = [BloomExtension()]
