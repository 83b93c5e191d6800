from django.urls import URLPattern, URLResolver

from plans.urls import documents, targets, tasks

urlpatterns: list[URLPattern | URLResolver] = [
    *targets.urlpatterns,
    *tasks.urlpatterns,
    *documents.urlpatterns,
]
