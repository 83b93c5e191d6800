from django.urls import path

from scoring.views import criteria

VERSION = "criteria-sets/<slug:code>/<int:version>/"

urlpatterns = [
    path("criteria-sets/", criteria.criteria_sets, name="criteria_sets"),
    path("criteria-sets/import/", criteria.criteria_set_import, name="criteria_set_import"),
    path("criteria-sets/template/", criteria.criteria_set_template, name="criteria_set_template"),
    path(VERSION, criteria.criteria_set, name="criteria_set"),
    path(f"{VERSION}export/", criteria.criteria_set_export, name="criteria_set_export"),
    path(f"{VERSION}publish/", criteria.criteria_set_publish, name="criteria_set_publish"),
    path(f"{VERSION}retire/", criteria.criteria_set_retire, name="criteria_set_retire"),
    path(f"{VERSION}new-version/", criteria.criteria_set_new_version, name="criteria_set_new_version"),
    path(f"{VERSION}delete/", criteria.criteria_set_delete, name="criteria_set_delete"),
]
