from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            "SiteSettings",
            [
                ("id", models.AutoField(primary_key=True)),
                ("name", models.CharField(max_length=100, default="BookWyrm")),
                ("install_mode", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            "IPBlocklist",
            [
                ("id", models.AutoField(primary_key=True)),
                ("address", models.CharField(max_length=255, unique=True)),
                ("is_active", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            "Connector",
            [
                ("id", models.AutoField(primary_key=True)),
                ("identifier", models.CharField(max_length=255, unique=True)),
            ],
        ),
    ]
