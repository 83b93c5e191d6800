from django.urls import URLPattern, path

from plans.views import obligation_edit, obligation_files, obligation_steps, obligations

urlpatterns: list[URLPattern] = [
    path("obligations/", obligations.obligations, name="obligations"),
    path("obligations/new/", obligation_edit.obligation_new, name="obligation_new"),
    path("obligations/calendar.xlsx", obligation_files.obligations_workbook, name="obligations_workbook"),
    path("obligations/year/", obligation_steps.obligations_year, name="obligations_year"),
    path("obligations/sent/<int:pk>/", obligation_steps.obligation_sent, name="obligation_sent"),
    path("obligations/<int:pk>/", obligations.obligation, name="obligation"),
    path("obligations/<int:pk>/edit/", obligation_edit.obligation_edit, name="obligation_edit"),
    path("obligations/<int:pk>/remove/", obligation_edit.obligation_remove, name="obligation_remove"),
]
