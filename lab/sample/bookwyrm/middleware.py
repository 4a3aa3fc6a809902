from django.http import Http404

from bookwyrm import models


class IPBlocklistMiddleware:
    """One query for every request: without the database, every URL is a 500."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        address = request.META.get("REMOTE_ADDR")
        if models.IPBlocklist.objects.filter(address=address, is_active=True).exists():
            raise Http404()
        return self.get_response(request)
