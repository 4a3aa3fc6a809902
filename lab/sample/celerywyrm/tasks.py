import time

from celery import current_task, shared_task


@shared_task
def record(queue, token, seconds):
    """Says who ran it. Acknowledged early: a worker that is killed meanwhile loses it."""
    from bookwyrm.models import Execution

    time.sleep(seconds)
    Execution.objects.create(queue=queue, token=token, worker=current_task.request.hostname)


@shared_task
def tick():
    from bookwyrm.models import Tick

    Tick.objects.create()
