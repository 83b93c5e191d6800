from django.urls import URLPattern, URLResolver

from plans.urls import documents, inspections, obligations, registers, targets, tasks, year_figures

urlpatterns: list[URLPattern | URLResolver] = [
    *targets.urlpatterns,
    *tasks.urlpatterns,
    *documents.urlpatterns,
    *inspections.urlpatterns,
    *obligations.urlpatterns,
    *registers.urlpatterns,
    *year_figures.urlpatterns,
]
