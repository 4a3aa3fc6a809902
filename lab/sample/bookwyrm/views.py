"""A few pages of BookWyrm, and some by which a test sees what the other processes do."""
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from bookwyrm import models
from celerywyrm.tasks import record


@require_GET
def robots(_request):
    models.SiteSettings.get()
    return HttpResponse("User-agent: *\n", content_type="text/plain")


@require_GET
def nodeinfo(_request):
    models.SiteSettings.get()
    return JsonResponse(
        {"version": "2.0", "software": {"name": "bookwyrm", "version": settings.VERSION}}
    )


@require_GET
def setup(_request):
    if models.SiteSettings.get().install_mode:
        return HttpResponse("Set up this instance")
    # BookWyrm answers a forbidden page with status 200.
    return HttpResponse("Permission denied")


@require_GET
def send_task(request, queue, token):
    seconds = int(request.GET.get("seconds", 0))
    record.apply_async((queue, token, seconds), queue=queue)
    return JsonResponse({"sent": token}, status=202)


@require_GET
def executions(_request, token):
    found = models.Execution.objects.filter(token=token).order_by("id")
    return JsonResponse({"executions": list(found.values("queue", "worker"))})


@require_GET
def ticks(_request):
    found = models.Tick.objects.order_by("id").values_list("finished_at", flat=True)
    return JsonResponse({"ticks": [tick.timestamp() for tick in found]})


@require_GET
def upload(_request):
    for root in (settings.MEDIA_ROOT, settings.EXPORTS_ROOT):
        Path(root, "upload.txt").write_text("uploaded", encoding="utf-8")
    cache.set("upload", "uploaded")
    return JsonResponse({"cached": cache.get("upload")})
