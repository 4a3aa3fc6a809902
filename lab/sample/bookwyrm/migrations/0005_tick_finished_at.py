from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("bookwyrm", "0004_schedule_tick")]
    operations = [migrations.RenameField("Tick", "sent_by_beat_at", "finished_at")]
