from scoring.urls import appraisal, campaigns, criteria, remediation, results, sheets

urlpatterns = [
    *sheets.urlpatterns,
    *appraisal.urlpatterns,
    *campaigns.urlpatterns,
    *results.urlpatterns,
    *remediation.urlpatterns,
    *criteria.urlpatterns,
]
