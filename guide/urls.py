from django.urls import path

from guide import views

urlpatterns = [
    path("guide/", views.guide, name="guide"),
    path("guide/<slug:slug>/", views.guide_chapter, name="guide_chapter"),
    path("guide/<slug:slug>/pdf/", views.guide_pdf, name="guide_pdf"),
]
