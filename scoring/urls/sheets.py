from django.urls import path

from scoring.views import evidence, sheets, work

urlpatterns = [
    path("", work.home, name="home"),
    path("sheets/", sheets.sheets, name="sheets"),
    path("sheets/<int:pk>/", sheets.sheet, name="sheet"),
    path("sheets/<int:pk>/rows/<int:criterion_pk>/", sheets.sheet_row, name="sheet_row"),
    path("sheets/<int:pk>/move/", sheets.sheet_move, name="sheet_move"),
    path("sheets/<int:pk>/extend/", sheets.sheet_extend, name="sheet_extend"),
    path("sheets/<int:pk>/history/", sheets.sheet_history, name="sheet_history"),
    path(
        "sheets/<int:pk>/rows/<int:criterion_pk>/evidence/", evidence.sheet_evidence_add, name="sheet_evidence_add"
    ),
    path(
        "sheets/<int:pk>/rows/<int:criterion_pk>/evidence/<int:evidence_pk>/link/",
        evidence.sheet_evidence_link,
        name="sheet_evidence_link",
    ),
    path(
        "sheets/<int:pk>/rows/<int:criterion_pk>/evidence/<int:evidence_pk>/remove/",
        evidence.evidence_remove,
        name="evidence_remove",
    ),
    path("evidence/<int:pk>/", evidence.evidence_download, name="evidence_download"),
]
