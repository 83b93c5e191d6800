from django.urls import path, re_path

from scoring.views import grade_decisions, results, results_import, simulation

urlpatterns = [
    path("results/", results.results, name="results"),
    path("results/import/", results_import.results_import, name="results_import"),
    path("results/<slug:code>/", results.results_campaign, name="results_campaign"),
    re_path(
        r"^results/(?P<code>[-\w]+)/export\.(?P<format_>json|csv|xlsx)$",
        results.results_export,
        name="results_export",
    ),
    path("results/<slug:code>/charts/<slug:chart>.svg", results.results_chart, name="results_chart"),
    path("results/<slug:code>/simulate/", simulation.results_simulate, name="results_simulate"),
    path("results/<slug:code>/<str:unit>/", results.results_unit, name="results_unit"),
    path("results/<slug:code>/<str:unit>/grade/", grade_decisions.grade_decide, name="grade_decide"),
    path(
        "results/<slug:code>/<str:unit>/grade/<int:decision>/remove/",
        grade_decisions.grade_decision_remove,
        name="grade_decision_remove",
    ),
]
