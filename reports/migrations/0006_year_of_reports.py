from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def take_years_from_campaigns(apps, schema_editor):
    """Reports were always about a campaign before they had a year of their own."""
    report, campaign = apps.get_model("reports", "Report"), apps.get_model("scoring", "Campaign")
    year = campaign.objects.filter(pk=OuterRef("campaign")).values("year")
    report.objects.filter(year=0, campaign__isnull=False).update(year=Subquery(year))


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_drafts")]

    operations = [
        migrations.RunPython(take_years_from_campaigns, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="report",
            name="year",
            field=models.PositiveSmallIntegerField(verbose_name="year"),
        ),
    ]
