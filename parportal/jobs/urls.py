from django.urls import path

from parportal.jobs import views

urlpatterns = [path("jobs/<int:pk>/", views.job, name="job")]
