"""Forms of the pages on accounts. They offer only units and people that the coordinator manages."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from units.access import Role
from units.actions.delegation import delegable, substitutes_of
from units.actions.people import PersonEntry
from units.actions.roles import RoleEntry
from units.models import Membership, Unit, User
from units.models.units import today

GIVEN_ROLES = [(value, label) for value, label in Role.choices if value != Role.ADMINISTRATOR]


def day_field(**extra: Any) -> forms.DateField:
    widget = forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": "31/12/2026", "class": "narrow"})
    return forms.DateField(widget=widget, **extra)


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units with their codes: names repeat over the years."""

    def label_from_instance(self, unit: Unit) -> str:
        years = f" ({unit.valid_from:%Y}–{unit.valid_to:%Y})" if unit.valid_to else ""
        return f"{unit.name}, {unit.code}{years}"


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, person: User) -> str:
        return f"{person.full_name} ({person.username})"


class RoleForm(forms.Form):
    """A role in a unit with its dates."""

    unit = UnitField(label=_("Unit"), queryset=Unit.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=GIVEN_ROLES)
    valid_from = day_field(label=_("From"), initial=today)
    valid_to = day_field(
        label=_("Until"), required=False, help_text=_("Last day of the role; empty when it has no end yet.")
    )

    def __init__(self, *args: Any, managed: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, UnitField)
        field.queryset = managed

    def clean(self) -> None:
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day lies before the first day."))

    def role_entry(self) -> RoleEntry:
        data = self.cleaned_data
        return RoleEntry(data["unit"], Role(data["role"]), data["valid_from"], data["valid_to"])


class PersonForm(forms.ModelForm[User]):
    """What is written about a person."""

    class Meta:
        model = User
        fields = ["full_name", "title", "email", "phone"]

    def person_entry(self) -> PersonEntry:
        return PersonEntry(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class UserNameForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        validators=User._meta.get_field("username").validators,
        help_text=_("Letters, figures and @ . + - _ without blanks; it cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).strip().lower()
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("The user name “%(name)s” is taken.") % {"name": name})
        return name


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)


class EndRoleForm(ReasonForm):
    last_on = day_field(
        label=_("Last day"),
        initial=today,
        help_text=_("The role still counts on this day. To end it at once, give yesterday's date."),
    )
    field_order = ("last_on", "reason")


class HandOverForm(ReasonForm):
    """Who takes over the open work of a person."""

    to = PersonField(label=_("Handed over to"), queryset=User.objects.none())
    field_order = ("to", "reason")

    def __init__(self, *args: Any, candidates: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, PersonField)
        field.queryset = candidates


class OwnRoleField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, membership: Membership) -> str:
        return f"{membership.get_role_display()}, {membership.unit.name}"


class DelegationForm(ReasonForm):
    """An own role for a substitute. It offers people of the units concerned and those whose account is managed."""

    role = OwnRoleField(label=_("Your role"), queryset=Membership.objects.none(), empty_label=None)
    to = PersonField(label=_("Deputy or substitute"), queryset=User.objects.none(), empty_label=_("Choose…"))
    valid_from = day_field(label=_("From"), initial=today)
    valid_to = day_field(label=_("Until"), help_text=_("The last day on which the substitute may act."))
    field_order = ("role", "to", "valid_from", "valid_to", "reason")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = delegable(user)
        candidates = User.objects.none()
        for membership in own:
            candidates |= substitutes_of(user, membership.unit)
        for name, rows in (("role", own), ("to", candidates.order_by("full_name"))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def clean(self) -> None:
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day lies before the first day."))


class FilterForm(forms.Form):
    """The line above the list of accounts."""

    STATES = (
        ("", _("all")),
        ("active", _("active")),
        ("inactive", _("deactivated")),
        ("locked", _("locked out")),
        ("one_time", _("one-time password not changed yet")),
    )
    q = forms.CharField(
        label=_("Name or user name"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    unit = UnitField(label=_("Unit"), required=False, queryset=Unit.objects.none(), empty_label=_("all"))
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("all")), *Role.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def __init__(self, *args: Any, managed: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, UnitField)
        field.queryset = managed
