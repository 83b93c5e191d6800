from django.urls import URLPattern, URLResolver

from indicators.urls import files, periods, returns, sets

urlpatterns: list[URLPattern | URLResolver] = [
    *sets.urlpatterns,
    *periods.urlpatterns,
    *returns.urlpatterns,
    *files.urlpatterns,
]
