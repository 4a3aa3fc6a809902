"""BookWyrm's environment variables, and its ways of failing when one of them is missing."""
from environs import Env

env = Env()

# These five stop every process at import where they are not set, as in BookWyrm.
DOMAIN = env("DOMAIN")
SECRET_KEY = env("SECRET_KEY")
EMAIL_HOST = env("EMAIL_HOST")
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True)
EMAIL_BACKEND = env("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")

# Relative: the working directory must be that of the code.
with open("VERSION", encoding="utf-8") as version_file:
    VERSION = version_file.read().strip()

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["*"])
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
ROOT_URLCONF = "bookwyrm.urls"
WSGI_APPLICATION = "bookwyrm.wsgi.application"
MEDIA_ROOT = "images"
EXPORTS_ROOT = "exports"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django_celery_beat",
    "bookwyrm",
    "celerywyrm",
]
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "bookwyrm.middleware.IPBlocklistMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": env("POSTGRES_DB", "bookwyrm"),
        "USER": env("POSTGRES_USER", "bookwyrm"),
        "PASSWORD": env("POSTGRES_PASSWORD", "bookwyrm"),
        "HOST": env("POSTGRES_HOST", ""),
        "PORT": env.int("PGPORT", 5432),
    }
}


def redis_url(name, default_host):
    password = env(f"REDIS_{name}_PASSWORD", "")
    host = env(f"REDIS_{name}_HOST", default_host)
    port = env.int(f"REDIS_{name}_PORT", 6379)
    return f"redis://:{password}@{host}:{port}/0"


REDIS_ACTIVITY_URL = redis_url("ACTIVITY", "localhost")
REDIS_BROKER_URL = redis_url("BROKER", "redis_broker")
# Read by every process, so that a Service of this name breaks them all.
FLOWER_PORT = env.int("FLOWER_PORT", 8888)

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_ACTIVITY_URL,
    },
    # Made when Django starts: no process runs without a /tmp that it may write to.
    "file_resubmit": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": "/tmp/file_resubmit",
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
