from scoring.urls import appraisal, campaigns, criteria, results, sheets

urlpatterns = [
    *sheets.urlpatterns,
    *appraisal.urlpatterns,
    *campaigns.urlpatterns,
    *results.urlpatterns,
    *criteria.urlpatterns,
]
