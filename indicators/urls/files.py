from django.urls import URLPattern, path

from indicators.views import files

urlpatterns: list[URLPattern] = [
    path("statistics/returns/<int:pk>/workbook/", files.return_workbook, name="return_workbook"),
    path("statistics/returns/<int:pk>/import/", files.return_import, name="return_import"),
]
