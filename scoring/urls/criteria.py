from django.urls import path

from scoring.views import comparison, criteria, criterion, editor, lint

VERSION = "criteria-sets/<slug:code>/<int:version>/"

urlpatterns = [
    path("criteria-sets/", criteria.criteria_sets, name="criteria_sets"),
    path("criteria-sets/import/", criteria.criteria_set_import, name="criteria_set_import"),
    path("criteria-sets/template/", criteria.criteria_set_template, name="criteria_set_template"),
    path("criteria-sets/new/", editor.criteria_set_new, name="criteria_set_new"),
    path(VERSION, criteria.criteria_set, name="criteria_set"),
    path(f"{VERSION}edit/", editor.criteria_set_edit, name="criteria_set_edit"),
    path(f"{VERSION}step/", editor.criteria_set_step, name="criteria_set_step"),
    path(f"{VERSION}undo/", editor.criteria_set_undo, name="criteria_set_undo"),
    path(f"{VERSION}head/", editor.criteria_set_head, name="criteria_set_head"),
    path(f"{VERSION}compare/<int:other>/", comparison.criteria_set_compare, name="criteria_set_compare"),
    path(f"{VERSION}export/", criteria.criteria_set_export, name="criteria_set_export"),
    path(f"{VERSION}publish/", criteria.criteria_set_publish, name="criteria_set_publish"),
    path(f"{VERSION}retire/", criteria.criteria_set_retire, name="criteria_set_retire"),
    path(f"{VERSION}new-version/", criteria.criteria_set_new_version, name="criteria_set_new_version"),
    path(f"{VERSION}acknowledge/", lint.criteria_set_acknowledge, name="criteria_set_acknowledge"),
    path(f"{VERSION}take-frame/", lint.criteria_set_take_frame, name="criteria_set_take_frame"),
    path(f"{VERSION}edit/<int:criterion>/", criterion.criterion_edit, name="criterion_edit"),
    path(f"{VERSION}edit/<int:criterion>/try/", criterion.criterion_try, name="criterion_try"),
    path(f"{VERSION}delete/", criteria.criteria_set_delete, name="criteria_set_delete"),
]
