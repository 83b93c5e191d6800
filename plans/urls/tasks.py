from django.urls import URLPattern, path

from plans.views import conclusions, task_board, task_edit, task_steps, tasks

urlpatterns: list[URLPattern] = [
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/new/", task_edit.task_new, name="task_new"),
    path("tasks/remind/", task_steps.tasks_remind, name="tasks_remind"),
    path("tasks/board/", task_board.task_board, name="task_board"),
    path("tasks/board/workbook/", task_board.task_workbook, name="task_workbook"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/edit/", task_edit.task_edit, name="task_edit"),
    path("tasks/<int:pk>/remove/", task_steps.task_remove, name="task_remove"),
    path("tasks/<int:pk>/progress/", task_steps.task_progress, name="task_progress"),
    path("tasks/<int:pk>/reopen/", task_steps.task_reopen, name="task_reopen"),
    path("conclusions/", conclusions.conclusions, name="conclusions"),
    path("conclusions/new/", conclusions.conclusion_new, name="conclusion_new"),
    path("conclusions/<int:pk>/", conclusions.conclusion, name="conclusion"),
    path("conclusions/<int:pk>/edit/", conclusions.conclusion_edit, name="conclusion_edit"),
    path("conclusions/<int:pk>/delete/", conclusions.conclusion_delete, name="conclusion_delete"),
]
