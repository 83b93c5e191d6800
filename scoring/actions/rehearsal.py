"""The rehearsal clock: a training campaign lives at another time, so that its calendar can be tried out."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.display import moment
from scoring.models import Campaign
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import User


@transaction.atomic
def set_clock(*, campaign: Campaign, at: datetime | None, by: User) -> Campaign:
    """Let the campaign's time go on from `at`, or be the true time again (None).

    Raises: MoveRefused for a campaign that is no training, or that the person may not rehearse.
    """
    campaign = Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign.pk)
    if not Campaign.objects.rehearsable_by(by).filter(pk=campaign.pk).exists():
        raise MoveRefused(_("Only a training campaign has a rehearsal clock."))
    before = moment(campaign.now()) if campaign.clock_offset else ""
    campaign.clock_offset = None if at is None else at - timezone.now()
    campaign.save(update_fields=["clock_offset"])
    change = Change(campaign, "clock", before, moment(at) or _("true time"))
    record(Action.CLOCK_SET, campaign, by=by, changes=[change])
    return campaign
