from django.urls import path

from scoring.views import campaign_edit, campaign_steps, campaigns

urlpatterns = [
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaign_edit.campaign_new, name="campaign_new"),
    path("campaigns/<slug:code>/", campaigns.campaign, name="campaign"),
    path("campaigns/<slug:code>/edit/", campaign_edit.campaign_edit, name="campaign_edit"),
    path("campaigns/<slug:code>/assign/", campaign_edit.campaign_assign, name="campaign_assign"),
    path("campaigns/<slug:code>/publication/", campaign_steps.campaign_publication, name="campaign_publication"),
    path("campaigns/<slug:code>/open/", campaign_steps.campaign_open, name="campaign_open"),
    path("campaigns/<slug:code>/close/", campaign_steps.campaign_close, name="campaign_close"),
    path("campaigns/<slug:code>/reopen/", campaign_steps.campaign_reopen, name="campaign_reopen"),
    path("campaigns/<slug:code>/propose/", campaign_steps.campaign_propose, name="campaign_propose"),
    path("campaigns/<slug:code>/withdraw/", campaign_steps.campaign_withdraw, name="campaign_withdraw"),
    path("campaigns/<slug:code>/publish/", campaign_steps.campaign_publish, name="campaign_publish"),
]
