from django.urls import path

from parportal.entry import upload_views, views

urlpatterns = [
    path("session", views.session, name="session"),
    path("sw.js", views.service_worker, name="sw"),
    path("offline", views.offline, name="offline"),
    path("uploads/", upload_views.uploads, name="uploads"),
    path("uploads/<str:key>/", upload_views.upload, name="upload"),
]
