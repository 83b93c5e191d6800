"""The demonstration on a day that is always the same, served to the browser that takes the pictures.

Prints one line of JSON when it is ready: its address, the addresses of pages by name, a session for each person.
Serves until its standard input ends.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from datetime import datetime
from io import StringIO
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from zoneinfo import ZoneInfo

import django
import time_machine

# The training of the demonstration is about 2024, and is open for two weeks more.
NOW = datetime(2024, 12, 2, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
TRAINING = "mau-xa-2024"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        return None


def main() -> None:
    with time_machine.travel(NOW, tick=False):
        django.setup()
        from django.conf import settings
        from django.contrib.staticfiles.handlers import StaticFilesHandler
        from django.core.management import call_command
        from django.core.wsgi import get_wsgi_application

        with redirect_stdout(StringIO()):
            call_command("migrate", interactive=False, verbosity=0)
            call_command("load_demo")
        settings.DEMO = False  # no line about open accounts on the pictures
        server = make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), Server, Silent)
        Thread(target=server.serve_forever, daemon=True).start()
        said = {"url": f"http://127.0.0.1:{server.server_port}", "pages": pages(), "sessions": sessions()}
        print(json.dumps(said), flush=True)
        sys.stdin.read()


def pages() -> Mapping[str, str]:
    """Addresses that hold a primary key."""
    from django.urls import reverse

    from indicators.models import Return
    from reports.models import Report, ReportKind
    from scoring.models import Criterion, RemediationRound, ScoreSheet
    from units.models import Unit

    sheet = {
        each.unit.name: each.pk
        for each in ScoreSheet.objects.filter(campaign__code=TRAINING).select_related("unit")
    }
    row = Criterion.objects.get(criteria_set__code=TRAINING, code="1.1.1").pk
    own_returns = Return.objects.filter(unit__name="Xã Tân Lập", period__year=2021, period__kind="year")
    own = sheet["Xã Tân Lập"]
    commune = Unit.objects.get(name="Xã Tân Lập")
    analysis = Report.objects.get(kind=ReportKind.RESPONSIBILITY_ANALYSIS, unit__code="614").pk
    return {
        "report": reverse("report", args=[analysis]),
        "paper": reverse("report_html", args=[analysis]),
        "sheet": reverse("sheet", args=[own]),
        "propose": reverse("sheet_move", args=[own]) + "?move=propose",
        "evidence": reverse("sheet_evidence_add", args=[own, row]),
        "submit": reverse("sheet_move", args=[sheet["Xã Đăk Tơ Lung"]]) + "?move=submit",
        "explain": reverse("sheet_explanations", args=[sheet["Xã Đăk Kôi"]]),
        "appraisal": reverse("appraisal", args=[sheet["Xã Đăk Pne"]]),
        "remediation": reverse("remediation_own", args=[RemediationRound.objects.get().pk, commune.pk]),
        "return": reverse("return", args=[own_returns.get(period__indicator_set__code="thong-ke-cchc").pk]),
    }


def sessions() -> Mapping[str, str]:
    """The cookie of a session for everybody of the demonstration."""
    from django.test import Client

    from units.models import User

    found = {}
    for user in User.objects.all():
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        found[user.username] = client.cookies["sessionid"].value
    return found


if __name__ == "__main__":
    main()
