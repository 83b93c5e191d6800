from django.urls import path

from reports.views import drafts, files, parts, sending, states, tasks

ONE = "reports/<int:pk>/"
PART = f"{ONE}parts/<str:key>/"

urlpatterns = [
    path("reports/", drafts.reports, name="reports"),
    path("reports/about/", drafts.report_about, name="report_about"),
    path("reports/new/<slug:kind>/", drafts.report_start, name="report_start"),
    path("reports/received/", sending.reports_received, name="reports_received"),
    path("reports/files/<int:pk>/", files.report_file, name="report_file"),
    path("reports/files/<int:pk>/pages/<int:number>/", files.report_page, name="report_page"),
    path("reports/campaigns/<slug:code>/zip/", files.campaign_zip, name="campaign_zip"),
    path("reports/zips/<slug:token>/", files.report_zip, name="report_zip"),
    path(ONE, drafts.report, name="report"),
    path(f"{ONE}head/", drafts.report_head, name="report_head"),
    path(f"{ONE}figures/", drafts.report_figures, name="report_figures"),
    path(f"{ONE}carry/", drafts.report_carry, name="report_carry"),
    path(f"{ONE}outline/", drafts.report_outline_reset, name="report_outline_reset"),
    path(f"{ONE}delete/", drafts.report_delete, name="report_delete"),
    path(f"{ONE}move/", states.report_move, name="report_move"),
    path(f"{ONE}send/", sending.report_send, name="report_send"),
    path(f"{ONE}archive/", states.report_archive, name="report_archive"),
    path(f"{ONE}comments/", states.report_comment, name="report_comment"),
    path(f"{ONE}comments/<int:comment>/settle/", states.report_comment_settle, name="report_comment_settle"),
    path(f"{ONE}parts/", parts.report_part_add, name="report_part_add"),
    path(PART, parts.report_part, name="report_part"),
    path(f"{PART}form/", parts.report_part_form, name="report_part_form"),
    path(f"{PART}move/", parts.report_part_move, name="report_part_move"),
    path(f"{PART}show/", parts.report_part_show, name="report_part_show"),
    path(f"{PART}reset/", parts.report_part_reset, name="report_part_reset"),
    path(f"{PART}remove/", parts.report_part_remove, name="report_part_remove"),
    path(f"{PART}history/", parts.report_part_history, name="report_part_history"),
    path(f"{PART}history/<int:change>/restore/", parts.report_part_restore, name="report_part_restore"),
    path(f"{ONE}document/", files.report_html, name="report_html"),
    path(f"{ONE}make/", files.report_make, name="report_make"),
    path(f"{ONE}pages/", files.report_pages, name="report_pages"),
    path(f"{ONE}scan/", files.report_scan, name="report_scan"),
    path(f"{ONE}tasks/", tasks.report_tasks, name="report_tasks"),
    path(f"{ONE}tasks/add/", tasks.report_task_add, name="report_task_add"),
    path(f"{ONE}tasks/propose/", tasks.report_tasks_propose, name="report_tasks_propose"),
    path(f"{ONE}tasks/<int:task>/", tasks.report_task, name="report_task"),
    path(f"{ONE}tasks/<int:task>/move/", tasks.report_task_move, name="report_task_move"),
    path(f"{ONE}tasks/<int:task>/remove/", tasks.report_task_remove, name="report_task_remove"),
]
