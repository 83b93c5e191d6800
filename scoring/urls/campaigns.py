from django.urls import path

from scoring.views import (
    campaign_edit,
    campaign_steps,
    campaigns,
    claims,
    exclusions,
    grade_scales,
    grading,
    replacing,
    survey,
)

urlpatterns = [
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaign_edit.campaign_new, name="campaign_new"),
    path("campaigns/<slug:code>/", campaigns.campaign, name="campaign"),
    path("campaigns/<slug:code>/edit/", campaign_edit.campaign_edit, name="campaign_edit"),
    path("campaigns/<slug:code>/replace-set/", replacing.campaign_replace_set, name="campaign_replace_set"),
    path(
        "campaigns/<slug:code>/replacements/<int:pk>/",
        replacing.campaign_replacement,
        name="campaign_replacement",
    ),
    path("campaigns/<slug:code>/assign/", campaign_edit.campaign_assign, name="campaign_assign"),
    path("campaigns/<slug:code>/exclusions/", exclusions.campaign_exclusions, name="campaign_exclusions"),
    path(
        "campaigns/<slug:code>/exclusions/<int:exclusion>/remove/",
        exclusions.campaign_exclusion_remove,
        name="campaign_exclusion_remove",
    ),
    path("campaigns/<slug:code>/claims/", claims.campaign_claims, name="campaign_claims"),
    path("campaigns/<slug:code>/survey/", survey.campaign_survey, name="campaign_survey"),
    path(
        "campaigns/<slug:code>/survey/template/", survey.campaign_survey_template, name="campaign_survey_template"
    ),
    path("campaigns/<slug:code>/grading/", grading.campaign_grading, name="campaign_grading"),
    path("campaigns/<slug:code>/grading/rules/", grading.grade_rule_add, name="grade_rule_add"),
    path(
        "campaigns/<slug:code>/grading/rules/<int:rule>/remove/",
        grading.grade_rule_remove,
        name="grade_rule_remove",
    ),
    path("campaigns/<slug:code>/publication/", campaign_steps.campaign_publication, name="campaign_publication"),
    path("campaigns/<slug:code>/open/", campaign_steps.campaign_open, name="campaign_open"),
    path("campaigns/<slug:code>/close/", campaign_steps.campaign_close, name="campaign_close"),
    path("campaigns/<slug:code>/reopen/", campaign_steps.campaign_reopen, name="campaign_reopen"),
    path("campaigns/<slug:code>/propose/", campaign_steps.campaign_propose, name="campaign_propose"),
    path("campaigns/<slug:code>/withdraw/", campaign_steps.campaign_withdraw, name="campaign_withdraw"),
    path("campaigns/<slug:code>/publish/", campaign_steps.campaign_publish, name="campaign_publish"),
    path("grade-scales/", grade_scales.grade_scales, name="grade_scales"),
    path("grade-scales/new/", grade_scales.grade_scale_new, name="grade_scale_new"),
    path("grade-scales/<slug:scale>/", grade_scales.grade_scale_edit, name="grade_scale_edit"),
]
