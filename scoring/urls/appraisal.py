from django.urls import path

from scoring.views import (
    amendments,
    appraisal,
    appraisal_criterion,
    appraisal_evidence,
    appraisal_rows,
    explanations,
    external,
    losses,
    phrases,
)

urlpatterns = [
    path("sheets/<int:pk>/appraisal/", appraisal.appraisal, name="appraisal"),
    path("sheets/<int:pk>/appraisal/accept/", appraisal.appraisal_accept_rest, name="appraisal_accept_rest"),
    path("sheets/<int:pk>/appraisal/causes/", losses.appraisal_accept_causes, name="appraisal_accept_causes"),
    path("sheets/<int:pk>/appraisal/<int:criterion_pk>/", appraisal_rows.appraisal_row, name="appraisal_row"),
    path("sheets/<int:pk>/appraisal/<int:criterion_pk>/loss/", losses.appraisal_loss, name="appraisal_loss"),
    path(
        "sheets/<int:pk>/appraisal/<int:criterion_pk>/evidence/",
        appraisal_evidence.appraisal_evidence,
        name="appraisal_evidence",
    ),
    path(
        "sheets/<int:pk>/appraisal/<int:criterion_pk>/reply/", explanations.appraisal_reply, name="appraisal_reply"
    ),
    path("sheets/<int:pk>/rows/<int:criterion_pk>/amend/", amendments.score_amend, name="score_amend"),
    path(
        "campaigns/<slug:code>/appraisal/<str:criterion_code>/",
        appraisal_criterion.appraisal_by_criterion,
        name="appraisal_by_criterion",
    ),
    path(
        "campaigns/<slug:code>/appraisal/<str:criterion_code>/accept/",
        appraisal_criterion.appraisal_accept_selected,
        name="appraisal_accept_selected",
    ),
    path("campaigns/<slug:code>/phrases/", phrases.campaign_phrases, name="campaign_phrases"),
    path("campaigns/<slug:code>/phrases/add/", phrases.phrase_add, name="phrase_add"),
    path("campaigns/<slug:code>/phrases/<int:phrase>/", phrases.phrase_change, name="phrase_change"),
    path(
        "campaigns/<slug:code>/phrases/of/<str:criterion_code>/",
        phrases.phrase_menu,
        name="phrase_menu",
    ),
    path("campaigns/<slug:code>/external/", external.external_result, name="external_result"),
    path("campaigns/<slug:code>/external/publish/", external.external_publish, name="external_publish"),
]
