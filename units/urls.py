from django.urls import path

from units.views import delegation, mail, notices, people, people_files, person_steps

urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("delegation/", delegation.delegation, name="delegation"),
    path("delegation/<int:delegated>/end/", delegation.delegation_end, name="delegation_end"),
    path("notices/mail/", mail.mail_switch, name="mail_switch"),
    path("mail/off/<str:token>/", mail.mail_off, name="mail_off"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/import/", people_files.people_import, name="people_import"),
    path("people/export/", people_files.people_export, name="people_export"),
    path("people/passwords/", people_files.people_passwords, name="people_passwords"),
    path("people/template/", people_files.people_template, name="people_template"),
    path("people/<int:pk>/", people.person_page, name="person"),
    path("people/<int:pk>/change/", person_steps.person_change, name="person_change"),
    path("people/<int:pk>/roles/", person_steps.person_role_add, name="person_role_add"),
    path("people/<int:pk>/roles/<int:membership>/end/", person_steps.person_role_end, name="person_role_end"),
    path("people/<int:pk>/deactivate/", person_steps.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", person_steps.person_reactivate, name="person_reactivate"),
    path("people/<int:pk>/unlock/", person_steps.person_unlock, name="person_unlock"),
    path("people/<int:pk>/password/", person_steps.person_password, name="person_password"),
    path("people/<int:pk>/hand-over/", person_steps.person_hand_over, name="person_hand_over"),
]
