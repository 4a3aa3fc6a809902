from django.core.management.base import BaseCommand

from bookwyrm import models


class Command(BaseCommand):
    help = "Fills an empty database"

    def handle(self, *_args, **_options):
        # Fails when it is run a second time, as BookWyrm does before 0.8.6.
        models.Connector.objects.create(identifier="openlibrary.org")
        models.SiteSettings.objects.get_or_create(id=1, defaults={"install_mode": True})
