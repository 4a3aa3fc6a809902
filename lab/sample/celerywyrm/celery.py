import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "celerywyrm.settings")
app = Celery("celerywyrm")
app.config_from_object("celerywyrm.settings", namespace="CELERY")
app.autodiscover_tasks()
