from django.urls import path

from indicators.views import moves, period_edit, periods, roll_up

urlpatterns = [
    path("statistics/", periods.periods, name="periods"),
    path("statistics/new/", period_edit.period_new, name="period_new"),
    path("statistics/<int:pk>/", periods.period, name="period"),
    path("statistics/<int:pk>/edit/", period_edit.period_edit, name="period_edit"),
    path("statistics/<int:pk>/step/", periods.period_step, name="period_step"),
    path("statistics/<int:pk>/remind/", periods.period_remind, name="period_remind"),
    path("statistics/<int:pk>/sums/", roll_up.roll_up, name="roll_up"),
    path("statistics/<int:pk>/sums.xlsx", roll_up.roll_up_workbook, name="roll_up_workbook"),
    path("statistics/<int:pk>/sums/<int:indicator>/", roll_up.roll_up_parts, name="roll_up_parts"),
    path("statistics/returns/<int:pk>/move/", moves.return_move, name="return_move"),
]
