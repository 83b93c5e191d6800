from django.urls import URLPattern, path

from indicators.views import sets

VERSION = "statistics/sets/<slug:code>/<int:version>/"

urlpatterns: list[URLPattern] = [
    path("statistics/sets/", sets.indicator_sets, name="indicator_sets"),
    path("statistics/sets/import/", sets.indicator_set_import, name="indicator_set_import"),
    path(VERSION, sets.indicator_set, name="indicator_set"),
    path(f"{VERSION}workbook/", sets.indicator_set_workbook, name="indicator_set_workbook"),
    path(f"{VERSION}step/", sets.indicator_set_step, name="indicator_set_step"),
]
