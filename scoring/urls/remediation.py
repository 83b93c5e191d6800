from django.urls import path

from scoring.views import remediation, remediation_steps, remediation_unit

ROUND = "remediations/<int:pk>/"

urlpatterns = [
    path("campaigns/<slug:code>/remediation/", remediation_steps.remediation_open, name="remediation_open"),
    path("remediations/", remediation.remediations, name="remediations"),
    path(ROUND, remediation.remediation, name="remediation"),
    path(f"{ROUND}table.xlsx", remediation.remediation_workbook, name="remediation_workbook"),
    path(f"{ROUND}days/", remediation_steps.remediation_days, name="remediation_days"),
    path(f"{ROUND}add/", remediation_steps.remediation_add, name="remediation_add"),
    path(f"{ROUND}consolidation/", remediation_steps.remediation_consolidate, name="remediation_consolidate"),
    path(f"{ROUND}rows/<int:remediation_pk>/done/", remediation_steps.remediation_done, name="remediation_done"),
    path(f"{ROUND}units/<int:unit_pk>/", remediation_unit.remediation_own, name="remediation_own"),
    path("remediations/papers/<int:pk>/send/", remediation_unit.remediation_send, name="remediation_send"),
    path(
        "remediations/papers/<int:pk>/give-back/", remediation_unit.remediation_reopen, name="remediation_reopen"
    ),
]
