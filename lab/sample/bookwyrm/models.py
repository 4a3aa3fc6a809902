from django.db import models


class SiteSettings(models.Model):
    """One row, with id 1. Whoever asks first creates it, and only initdb turns install mode on."""

    name = models.CharField(max_length=100, default="BookWyrm")
    install_mode = models.BooleanField(default=False)

    @classmethod
    def get(cls):
        return cls.objects.get_or_create(id=1)[0]


class IPBlocklist(models.Model):
    address = models.CharField(max_length=255, unique=True)
    is_active = models.BooleanField(default=True)


class Connector(models.Model):
    identifier = models.CharField(max_length=255, unique=True)


class Execution(models.Model):
    """A task that a worker ran: what the tests look at."""

    queue = models.CharField(max_length=100)
    token = models.CharField(max_length=100)
    worker = models.CharField(max_length=255)
    finished_at = models.DateTimeField(auto_now_add=True)


class Tick(models.Model):
    """A task that beat sent and a worker ran."""

    finished_at = models.DateTimeField(auto_now_add=True)
