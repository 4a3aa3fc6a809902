import os

from django.apps import AppConfig
from django.conf import settings


class BookwyrmConfig(AppConfig):
    name = "bookwyrm"

    def ready(self):
        os.makedirs(settings.CACHES["file_resubmit"]["LOCATION"], exist_ok=True)
