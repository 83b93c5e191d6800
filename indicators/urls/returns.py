from django.urls import URLPattern, path

from indicators.views import return_rows, returns

RETURN = "statistics/returns/<int:pk>/"

# The page knows the addresses of its rows without asking (`indicators.row_html`).
urlpatterns: list[URLPattern] = [
    path(RETURN, returns.show_return, name="return"),
    path(f"{RETURN}panel/", returns.return_panel, name="return_panel"),
    path(f"{RETURN}history/", returns.return_history, name="return_history"),
    path(f"{RETURN}rows/<int:indicator_pk>/", return_rows.return_row, name="return_row"),
    path(f"{RETURN}rows/<int:indicator_pk>/<slug:line>/", return_rows.return_row, name="return_row"),
    path(f"{RETURN}parts/<int:indicator_pk>/", return_rows.return_rows, name="return_rows"),
    path(f"{RETURN}lines/<int:indicator_pk>/", return_rows.return_line, name="return_line"),
    path(f"{RETURN}lines/<int:indicator_pk>/<slug:line>/", return_rows.return_line, name="return_line"),
]
