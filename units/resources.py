"""People with their roles as a flat list, in and out (django-import-export): one row is one role of one person."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets
from import_export.exceptions import FieldError
from import_export.results import RowResult

from parportal.entry.dates import parse_date
from units.access import Role
from units.actions.guards import PersonRefused
from units.actions.people import PersonEntry, change_person, one_time_password, open_account
from units.actions.roles import RoleEntry, end_role, give_role, period
from units.audit import Action, differences, record
from units.models import Membership, Unit, User
from units.names import folded

COLUMNS = ("user_name", "full_name", "title", "unit", "role", "from", "to")
# Written by the export for the reader, passed over by the import.
STATE = "state"


class PeopleResource(resources.ModelResource):  # type: ignore[misc]
    """The list of people. An unknown user name opens an account, a known one gets the role of the row.

    The rows come from `units.importing.people`, already read cell by cell; what only the database can tell is
    checked here, by the same actions that the pages use.

    Shapes: `issued` holds the new accounts of a real run with their one-time passwords.
    """

    user_name = fields.Field(attribute="user__username", column_name="user_name")
    full_name = fields.Field(attribute="user__full_name", column_name="full_name")
    title = fields.Field(attribute="user__title", column_name="title")
    unit = fields.Field(attribute="unit__code", column_name="unit")
    role = fields.Field(attribute="role", column_name="role")
    valid_from = fields.Field(attribute="valid_from", column_name="from")
    valid_to = fields.Field(attribute="valid_to", column_name="to")
    state = fields.Field(column_name=STATE, readonly=True)

    class Meta:
        model = Membership
        fields = ("user_name", "full_name", "title", "unit", "role", "valid_from", "valid_to", "state")
        import_id_fields = ("user_name", "unit", "role", "valid_from")
        use_transactions = True
        skip_diff = True
        report_skipped = True

    def __init__(self, by: User) -> None:
        super().__init__()
        self.by = by
        self.issued: list[tuple[User, str]] = []

    def get_instance(self, instance_loader: object, row: Mapping[str, Any]) -> Membership | None:
        """The role of this row when it is stored already."""
        return Membership.objects.filter(
            user__username__iexact=row["user_name"],
            unit=row["unit_pk"],
            role=row["role"],
            valid_from=date.fromisoformat(row["from"]),
        ).first()

    def import_instance(self, instance: Membership, row: Mapping[str, Any], **kwargs: Any) -> None:
        """Nothing is copied to rows here: `save_instance` calls the actions."""

    def skip_row(
        self,
        instance: Membership,
        original: object,
        row: Mapping[str, Any],
        import_validation_errors: object = None,
    ) -> bool:
        """A stored role is left alone unless its last day comes earlier or the person's name or title changed.

        Raises: ValidationError when the row is another person's, or would lengthen the role.
        """
        if instance.pk is None:
            return False
        self.check_name(instance.user, row)
        until = date.fromisoformat(row["to"]) if row["to"] else None
        if until == instance.valid_to:
            return correction(instance.user, row) is None
        if until is None or (instance.valid_to is not None and until > instance.valid_to):
            why = _(
                "This role is stored already with other dates (%(period)s); change it on the page of the account."
            )
            raise ValidationError({"to": why % {"period": period(instance)}})
        return False

    def save_instance(self, instance: Membership, is_create: bool, row: Mapping[str, Any], **kwargs: Any) -> None:
        """Raises: ValidationError with what an action refuses."""
        try:
            known = User.objects.filter(username__iexact=row["user_name"]).first()
            if known is None:
                self.open_account(row, dry_run=kwargs["dry_run"])
            elif is_create:
                self.check_name(known, row)
                self.correct(known, row)
                give_role(person=known, entry=role_of(row), by=self.by)
            else:
                self.correct(known, row)
                self.shorten(instance, row)
        except PersonRefused as refused:
            raise ValidationError({"user_name": str(refused)}) from None

    def correct(self, known: User, row: Mapping[str, Any]) -> None:
        if entry := correction(known, row):
            change_person(person=known, entry=entry, by=self.by)

    def shorten(self, instance: Membership, row: Mapping[str, Any]) -> None:
        until = date.fromisoformat(row["to"]) if row["to"] else None
        if until is not None and until != instance.valid_to:
            end_role(membership=instance, last_on=until, by=self.by)

    def open_account(self, row: Mapping[str, Any], *, dry_run: bool) -> None:
        # A trial run makes no password: hashing one takes a good part of a tenth of a second.
        password = None if dry_run else one_time_password()
        person = open_account(
            username=row["user_name"],
            entry=PersonEntry(full_name=row["full_name"], title=row["title"]),
            role=role_of(row),
            by=self.by,
            password=password,
        )
        if password is not None:
            self.issued.append((person, password))

    def check_name(self, known: User, row: Mapping[str, Any]) -> None:
        """A slip in the user name must not give rights to somebody else.

        Raises: ValidationError.
        """
        if not User.objects.managed_by(self.by).filter(pk=known.pk).exists():
            raise ValidationError(
                {"user_name": _("The user name “%(name)s” is taken.") % {"name": known.username}}
            )
        if folded(known.full_name) != folded(row["full_name"]):
            why = _("This user name belongs to %(person)s.") % {"person": known.full_name}
            raise ValidationError({"full_name": why})

    def after_import_row(self, row: Mapping[str, Any], row_result: RowResult, **kwargs: Any) -> None:
        row_result.row_values = dict(row)

    def do_instance_save(self, instance: Membership, is_create: bool) -> None:
        raise NotImplementedError("roles are stored by the actions")

    def save_m2m(self, instance: Membership, row: Mapping[str, Any], **kwargs: Any) -> None:
        """There are none."""

    def dehydrate_valid_from(self, membership: Membership) -> date:
        return membership.valid_from

    def dehydrate_valid_to(self, membership: Membership) -> date | None:
        return membership.valid_to

    def dehydrate_state(self, membership: Membership) -> str:
        return _("active") if membership.user.is_active else _("deactivated")


def correction(known: User, row: Mapping[str, Any]) -> PersonEntry | None:
    """The person as the row spells name and title; None when stored so already. An empty title says nothing."""
    title = row["title"] or known.title
    if (known.full_name, known.title) == (row["full_name"], title):
        return None
    return PersonEntry(full_name=row["full_name"], title=title, email=known.email, phone=known.phone)


def role_of(row: Mapping[str, Any]) -> RoleEntry:
    return RoleEntry(
        unit=Unit.objects.get(pk=row["unit_pk"]),
        role=Role(row["role"]),
        valid_from=date.fromisoformat(row["from"]),
        valid_to=date.fromisoformat(row["to"]) if row["to"] else None,
    )


class DayWidget(widgets.Widget):  # type: ignore[misc]
    """A day as a date of Excel or as text, day first; written as a date."""

    def clean(self, value: object, row: object = None, **kwargs: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = str(value or "").strip()
        return parse_date(text) if text else None

    def render(self, value: date | None, obj: object = None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


class TextWidget(widgets.Widget):  # type: ignore[misc]
    """Text without blanks around it; a number that Excel has made of a code is taken as its digits."""

    def clean(self, value: object, row: object = None, **kwargs: Any) -> str:
        return " ".join(unicodedata.normalize("NFC", str("" if value is None else value)).split())


class ParentWidget(TextWidget):
    """The unit above, by its code and the first day of the child: official codes were given anew in 2025."""

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> Unit | None:  # type: ignore[override]
        code = super().clean(value)
        if not code:
            return None
        first = DayWidget().clean(row.get("valid_from"))
        found = list(Unit.objects.filter(code=code) if first is None else Unit.objects.on(first).filter(code=code))
        if len(found) != 1:
            raise ValueError(_("On the first day of this unit there is no unit %(code)s.") % {"code": code})
        return found[0]

    def render(self, value: Unit | None, obj: object = None, **kwargs: Any) -> str:
        return value.code if value else ""


class UnitResource(resources.ModelResource):  # type: ignore[misc]
    """Units as a flat list for the administrator; a unit is known by its code together with its first day."""

    code = fields.Field(attribute="code", column_name="code", widget=TextWidget())
    name = fields.Field(attribute="name", column_name="name", widget=TextWidget())
    type = fields.Field(attribute="type", column_name="type", widget=TextWidget())
    function = fields.Field(attribute="function", column_name="function", widget=TextWidget())
    parent = fields.Field(attribute="parent", column_name="parent", widget=ParentWidget())
    valid_from = fields.Field(attribute="valid_from", column_name="valid_from", widget=DayWidget())
    valid_to = fields.Field(attribute="valid_to", column_name="valid_to", widget=DayWidget())

    class Meta:
        model = Unit
        fields = ("code", "name", "type", "function", "parent", "valid_from", "valid_to")
        import_id_fields = ("code", "valid_from")
        use_transactions = True
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Raises: FieldError in words that are translated; the library's own cannot be."""
        missing = [name for name in self._meta.import_id_fields if name not in (dataset.headers or ())]
        if missing:
            raise FieldError(_("%(columns)s: This column is missing.") % {"columns": ", ".join(missing)})

    def after_init_instance(self, instance: Unit, new: bool, row: Mapping[str, Any], **kwargs: Any) -> None:
        self.before = {name: "" if new else getattr(instance, name) for name in self.fields}

    def after_save_instance(self, instance: Unit, row: Mapping[str, Any], **kwargs: Any) -> None:
        """One event for each unit, as if it had been typed; a trial run takes it back with the rest."""
        is_new = not self.before["code"]
        action = Action.UNIT_CREATED if is_new else Action.UNIT_CHANGED
        record(action, instance, by=kwargs["user"], changes=differences(instance, self.before))
