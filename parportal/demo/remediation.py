"""The remediation of what Kon Rẫy district lost in 2021."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from parportal.demo.accounts import OLD_UNITS, holder, unit
from parportal.demo.kon_ray import read
from scoring.actions.remediation import Days, begin_round, finish_remediation
from scoring.models import Campaign, Filing, FilingKind, Measure, RemediationRound
from units.access import Role
from units.models import User


def load_remediation() -> None:
    """Without notices: nobody is told of what lies years back."""
    facts = read("demo/remediation-2021.yaml")
    campaign = Campaign.objects.get(code=facts["campaign"])
    if RemediationRound.objects.filter(campaign=campaign).exists():
        return
    by = holder(Role.COORDINATOR, unit("614", OLD_UNITS))
    days = Days(facts["plan_before"], facts["report_before"], facts["consolidate_before"])
    round_, _added = begin_round(campaign=campaign, days=days, by=by, on=facts["opened_on"])
    for code, sent in facts["units"].items():
        write_measures(round_, code, sent, facts)
        for kind in FilingKind:
            if kind.value in sent:
                send(round_, code, kind, sent[kind.value], by)
    consolidated = facts["consolidated"]
    RemediationRound.objects.filter(pk=round_.pk).update(
        consolidated_on=consolidated["day"], number=consolidated["number"], issued_on=consolidated["day"]
    )
    finish(round_, by)


def write_measures(round_: RemediationRound, code: str, sent: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """What a unit planned; and what it reported, where the measure came to something."""
    rows = Measure.objects.filter(remediation__round=round_, unit=unit(code, OLD_UNITS))
    for row in rows.select_related("remediation__loss__score__criterion"):
        said = facts["measures"][row.remediation.loss.score.criterion.code]
        row.text, row.by_on, row.version = said["text"], facts["measures_by"], 1
        if "report" in sent:
            row.result = said.get("result", "Đang thực hiện")
            row.done_on = sent["done"] if "result" in said else None
        row.save()


def send(round_: RemediationRound, code: str, kind: FilingKind, paper: tuple[date, str], by: User) -> None:
    on, number = paper
    filings = Filing.objects.filter(round=round_, unit=unit(code, OLD_UNITS), kind=kind)
    filings.update(sent_on=on, sent_by=by, number=number, issued_on=on, version=2)


def finish(round_: RemediationRound, by: User) -> None:
    """The tasks of which every unit said when it was done."""
    open_rows = round_.remediations.exclude(measures__done_on=None)
    for row in open_rows.select_related("task"):
        finish_remediation(remediation=row, version=row.task.version, by=by)
