from django.urls import URLPattern, path

from plans.views import year_figures

urlpatterns: list[URLPattern] = [path("year-figures/", year_figures.year_page, name="year_figures")]
