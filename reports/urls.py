from django.urls import path

from reports import task_views, views

ANALYSIS = "reports/responsibility-analysis/<slug:code>/<str:unit>/"

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/files/<int:pk>/", views.report_file, name="report_file"),
    path(ANALYSIS, views.report_edit, name="report_edit"),
    path(f"{ANALYSIS}document/", views.report_html, name="report_html"),
    path(f"{ANALYSIS}make/", views.report_make, name="report_make"),
    path(f"{ANALYSIS}tasks/", task_views.report_task_add, name="report_task_add"),
    path(f"{ANALYSIS}tasks/propose/", task_views.report_tasks_propose, name="report_tasks_propose"),
    path(f"{ANALYSIS}tasks/<int:task>/", task_views.report_task, name="report_task"),
    path(f"{ANALYSIS}tasks/<int:task>/move/", task_views.report_task_move, name="report_task_move"),
    path(f"{ANALYSIS}tasks/<int:task>/remove/", task_views.report_task_remove, name="report_task_remove"),
]
