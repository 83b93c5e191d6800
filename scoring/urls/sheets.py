from django.urls import path

from scoring.views import (
    evidence,
    evidence_items,
    explanations,
    history,
    previews,
    shares,
    sheet_files,
    sheet_moves,
    sheet_rows,
    sheets,
    work,
)

urlpatterns = [
    path("", work.home, name="home"),
    path("sheets/", sheets.sheets, name="sheets"),
    path("sheets/<int:pk>/", sheets.sheet, name="sheet"),
    path("sheets/<int:pk>/rows/<int:criterion_pk>/", sheet_rows.sheet_row, name="sheet_row"),
    path("sheets/<int:pk>/fields/<int:section_pk>/", sheet_rows.sheet_field, name="sheet_field"),
    path("sheets/<int:pk>/move/", sheet_moves.sheet_move, name="sheet_move"),
    path("sheets/<int:pk>/shares/", shares.sheet_shares, name="sheet_shares"),
    path("sheets/<int:pk>/shares/<int:share>/done/", shares.share_done, name="share_done"),
    path("sheets/<int:pk>/shares/<int:share>/reopen/", shares.share_reopen, name="share_reopen"),
    path("sheets/<int:pk>/shares/<int:share>/take-back/", shares.share_take_back, name="share_take_back"),
    path("sheets/<int:pk>/extend/", sheet_moves.sheet_extend, name="sheet_extend"),
    path("sheets/<int:pk>/workbook/", sheet_files.sheet_workbook, name="sheet_workbook"),
    path("sheets/<int:pk>/import/", sheet_files.sheet_import, name="sheet_import"),
    path("sheets/<int:pk>/last-year/", sheet_files.sheet_last_year, name="sheet_last_year"),
    path("sheets/<int:pk>/explanations/", explanations.sheet_explanations, name="sheet_explanations"),
    path(
        "sheets/<int:pk>/explanations/<int:criterion_pk>/",
        explanations.sheet_explanation,
        name="sheet_explanation",
    ),
    path("sheets/<int:pk>/approvals/", sheet_moves.sheet_approvals, name="sheet_approvals"),
    path("sheets/<int:pk>/approvals/<int:number>/", sheet_moves.sheet_approval, name="sheet_approval"),
    path("sheets/<int:pk>/history/", history.sheet_history, name="sheet_history"),
    path("sheets/<int:pk>/rows/<int:criterion_pk>/history/", history.row_history, name="row_history"),
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
    path("sheets/<int:pk>/evidence/", evidence_items.sheet_evidence, name="sheet_evidence"),
    path("evidence/<int:pk>/", evidence.evidence_download, name="evidence_download"),
    path("evidence/<int:pk>/change/", evidence_items.evidence_change, name="evidence_change"),
    path("evidence/<int:pk>/replace/", evidence_items.evidence_replace, name="evidence_replace"),
    path("evidence/<int:pk>/checked/", evidence_items.evidence_checked, name="evidence_checked"),
    path("evidence/<int:pk>/link/", evidence_items.evidence_link, name="evidence_link"),
    path("evidence/<int:pk>/versions/<int:earlier>/", evidence.evidence_version, name="evidence_version"),
    path("evidence/<int:pk>/preview/", previews.evidence_preview, name="evidence_preview"),
    path("evidence/<int:pk>/pages/<int:number>/", previews.evidence_page, name="evidence_page"),
]
