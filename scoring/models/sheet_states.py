"""The states of a score sheet, and what several of them have in common (the moves are `scoring.workflow`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SheetStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("score sheet", "draft")
    AWAITING_LEADER = "awaiting_leader", _("awaiting the leader")
    SUBMITTED = "submitted", _("submitted")
    UNDER_APPRAISAL = "under_appraisal", _("under appraisal")
    EXPLAINING = "explaining", _("explaining")
    SECOND_APPRAISAL = "second_appraisal", _("second appraisal")
    APPRAISED = "appraised", _("appraised")
    PUBLISHED = "published", _("published")


# What an appraiser sees begins when the unit's leader has submitted.
SUBMITTED_OR_LATER = (
    SheetStatus.SUBMITTED,
    SheetStatus.UNDER_APPRAISAL,
    SheetStatus.EXPLAINING,
    SheetStatus.SECOND_APPRAISAL,
    SheetStatus.APPRAISED,
    SheetStatus.PUBLISHED,
)

# What the unit still has in hand.
NOT_SUBMITTED = (SheetStatus.DRAFT, SheetStatus.AWAITING_LEADER)

# What appraisers write, in the first round or the second.
WITH_APPRAISERS = (SheetStatus.SUBMITTED, SheetStatus.UNDER_APPRAISAL, SheetStatus.SECOND_APPRAISAL)

# What was handed in and has no result yet: a campaign does not close over it.
UNFINISHED = (*WITH_APPRAISERS, SheetStatus.EXPLAINING)

# What has a result: every row was decided.
DECIDED = (SheetStatus.APPRAISED, SheetStatus.PUBLISHED)
