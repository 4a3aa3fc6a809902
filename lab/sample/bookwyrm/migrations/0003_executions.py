from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookwyrm", "0002_bloom")]
    operations = [
        migrations.CreateModel(
            "Execution",
            [
                ("id", models.AutoField(primary_key=True)),
                ("queue", models.CharField(max_length=100)),
                ("token", models.CharField(max_length=100)),
                ("worker", models.CharField(max_length=255)),
                ("finished_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            "Tick",
            [
                ("id", models.AutoField(primary_key=True)),
                ("sent_by_beat_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
