from django.urls import URLPattern, path

from plans.views import document_files, documents

urlpatterns: list[URLPattern] = [
    path("documents/", documents.documents, name="documents"),
    path("documents/new/", documents.document_new, name="document_new"),
    path("documents/register.xlsx", document_files.documents_workbook, name="documents_workbook"),
    path("documents/import/", document_files.documents_import, name="documents_import"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/edit/", documents.document_edit, name="document_edit"),
    path("documents/<int:pk>/remove/", documents.document_remove, name="document_remove"),
    path("documents/<int:pk>/file/", documents.document_file, name="document_file"),
]
