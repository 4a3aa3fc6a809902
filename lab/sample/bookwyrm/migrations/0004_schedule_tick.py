from django.db import migrations

SECONDS = 4


def schedule(apps, _schema_editor):
    interval, _ = apps.get_model("django_celery_beat", "IntervalSchedule").objects.get_or_create(
        every=SECONDS, period="seconds"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.create(
        name="tick", task="celerywyrm.tasks.tick", interval=interval, queue="misc"
    )


def unschedule(apps, _schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name="tick").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("bookwyrm", "0003_executions"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [migrations.RunPython(schedule, unschedule)]
