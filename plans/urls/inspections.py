from django.urls import URLPattern, path

from plans.views import findings, inspected_units, inspection_edit, inspections

urlpatterns: list[URLPattern] = [
    path("inspections/", inspections.inspections, name="inspections"),
    path("inspections/new/", inspection_edit.inspection_new, name="inspection_new"),
    path("inspections/inspections.xlsx", inspections.inspections_workbook, name="inspections_workbook"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/edit/", inspection_edit.inspection_edit, name="inspection_edit"),
    path("inspections/<int:pk>/remove/", inspection_edit.inspection_remove, name="inspection_remove"),
    path("inspections/<int:pk>/units/new/", inspected_units.inspected_unit_new, name="inspected_unit_new"),
    path("inspections/units/<int:pk>/edit/", inspected_units.inspected_unit_edit, name="inspected_unit_edit"),
    path(
        "inspections/units/<int:pk>/remove/", inspected_units.inspected_unit_remove, name="inspected_unit_remove"
    ),
    path("inspections/units/<int:pk>/findings/new/", findings.finding_new, name="finding_new"),
    path("inspections/findings/<int:pk>/edit/", findings.finding_edit, name="finding_edit"),
    path("inspections/findings/<int:pk>/remove/", findings.finding_remove, name="finding_remove"),
]
