from django.urls import path

from scoring.views import amendments, appraisal, appraisal_rows, external, losses

urlpatterns = [
    path("sheets/<int:pk>/appraisal/", appraisal.appraisal, name="appraisal"),
    path("sheets/<int:pk>/appraisal/accept/", appraisal.appraisal_accept_rest, name="appraisal_accept_rest"),
    path("sheets/<int:pk>/appraisal/causes/", losses.appraisal_accept_causes, name="appraisal_accept_causes"),
    path("sheets/<int:pk>/appraisal/<int:criterion_pk>/", appraisal_rows.appraisal_row, name="appraisal_row"),
    path("sheets/<int:pk>/appraisal/<int:criterion_pk>/loss/", losses.appraisal_loss, name="appraisal_loss"),
    path("sheets/<int:pk>/rows/<int:criterion_pk>/amend/", amendments.score_amend, name="score_amend"),
    path(
        "campaigns/<slug:code>/appraisal/<str:criterion_code>/",
        appraisal.appraisal_by_criterion,
        name="appraisal_by_criterion",
    ),
    path("campaigns/<slug:code>/external/", external.external_result, name="external_result"),
    path("campaigns/<slug:code>/external/publish/", external.external_publish, name="external_publish"),
]
