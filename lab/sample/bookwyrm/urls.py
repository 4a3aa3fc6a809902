from django.urls import path

from bookwyrm import views

urlpatterns = [
    path("robots.txt", views.robots),
    path("nodeinfo/2.0", views.nodeinfo),
    path("setup", views.setup),
    path("sample/tasks/<slug:queue>/<slug:token>", views.send_task),
    path("sample/executions/<slug:token>", views.executions),
    path("sample/ticks", views.ticks),
    path("sample/upload", views.upload),
]
