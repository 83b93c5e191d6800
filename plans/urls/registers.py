from django.urls import URLPattern, path

from plans.views import initiative_files, initiatives, meetings

urlpatterns: list[URLPattern] = [
    path("initiatives/", initiatives.initiatives, name="initiatives"),
    path("initiatives/new/", initiatives.initiative_new, name="initiative_new"),
    path("initiatives/workbook/", initiative_files.initiatives_workbook, name="initiatives_workbook"),
    path("initiatives/<int:pk>/edit/", initiatives.initiative_edit, name="initiative_edit"),
    path("initiatives/<int:pk>/remove/", initiatives.initiative_remove, name="initiative_remove"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new/", meetings.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/edit/", meetings.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/remove/", meetings.meeting_remove, name="meeting_remove"),
]
