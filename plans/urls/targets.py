from django.urls import URLPattern, path

from plans.views import target_files, target_rows, targets

urlpatterns: list[URLPattern] = [
    path("plans/", targets.plans, name="plans"),
    path("plans/new/", targets.plan_new, name="plan_new"),
    path("plans/<int:pk>/", targets.plan, name="plan"),
    path("plans/<int:pk>/edit/", targets.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/delete/", targets.plan_delete, name="plan_delete"),
    path("plans/<int:pk>/targets.xlsx", target_files.plan_workbook, name="plan_workbook"),
    path("plans/<int:pk>/import/", target_files.plan_import, name="plan_import"),
    path("plans/<int:pk>/targets/new/", target_rows.target_new, name="target_new"),
    path("plans/targets/<int:pk>/edit/", target_rows.target_edit, name="target_edit"),
    path("plans/targets/<int:pk>/remove/", target_rows.target_remove, name="target_remove"),
    path("plans/targets/<int:pk>/result/", target_rows.target_result, name="target_result"),
]
