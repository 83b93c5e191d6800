from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from units.access import Role, Standing
from units.models.units import Unit, today


class UserQuerySet(models.QuerySet["User"]):
    def managed_by(self, manager: User) -> UserQuerySet:
        """Accounts that `manager` looks after: members, past or present, of the units managed."""
        units = Unit.objects.managed_by(manager).values("pk")
        members = Membership.objects.filter(unit__in=units).values("user")
        return self.filter(pk__in=members)

    def holding(self, *roles: Role, units: Iterable[Unit | int]) -> UserQuerySet:
        """Active people who hold one of `roles` in one of `units` today."""
        held = Membership.objects.on(today()).filter(role__in=roles, unit__in=list(units))
        return self.filter(is_active=True, pk__in=held.values("user"))


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def managed_by(self, manager: User) -> UserQuerySet:
        return self.get_queryset().managed_by(manager)

    def holding(self, *roles: Role, units: Iterable[Unit | int]) -> UserQuerySet:
        return self.get_queryset().holding(*roles, units=units)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)

    def create_user(self, username: str, password: str | None = None, **extra: object) -> User:
        user = self.model(username=self.model.normalize_username(username), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **extra: object) -> User:
        return self.create_user(username, password, is_staff=True, is_superuser=True, **extra)


# `MembershipQuerySet.on`, asked with every request: written out, it costs a fifth of putting it together.
_STANDING = """
    SELECT held.role, held.unit_id, unit.name
    FROM units_membership held JOIN units_unit unit ON unit.id = held.unit_id
    WHERE held.user_id = %s AND held.valid_from <= %s AND (held.valid_to IS NULL OR held.valid_to >= %s)
    ORDER BY held.id
"""


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Accounts are deactivated, never deleted: the history names them."""

    username = models.CharField(
        _("user name"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()]
    )
    full_name = models.CharField(_("full name"), max_length=120)
    title = models.CharField(_("job title"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    # A one-time password was issued: the next page this person sees asks for an own one.
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    wants_mail = models.BooleanField(_("reminders by e-mail"), default=True)

    objects = UserManager()
    roles: ClassVar = Role
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def natural_key(self) -> tuple[str]:
        return (self.username,)

    @cached_property
    def standing(self) -> Standing:
        """The roles held today; one query, once in the life of this object (a request)."""
        units: dict[str, set[int]] = defaultdict(set)
        first = ""
        if self.is_active:
            with connection.cursor() as cursor:
                cursor.execute(_STANDING, [self.pk, *2 * [today().isoformat()]])
                for role, unit_id, name in cursor.fetchall():
                    units[role].add(unit_id)
                    first = first or name
        return Standing({role: frozenset(ids) for role, ids in units.items()}, first)

    def has_role(self, role: Role, unit: Unit | None = None) -> bool:
        return self.standing.holds(role, unit.pk if unit else None)

    def units_as(self, *roles: Role) -> frozenset[int]:
        return self.standing.units_as(*roles)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name or self.username


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> MembershipQuerySet:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class Membership(models.Model):
    """A role that a person holds in a unit, from a day to a day (both included)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=15, choices=Role)
    valid_from = models.DateField(_("from"), default=today)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    # Who gave this role to a deputy or substitute for a time; nobody for a role of the person's own.
    delegated_by = models.ForeignKey(
        User, verbose_name=_("delegated by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["unit", "role", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role", "valid_from"], name="membership_unique"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(delegated_by=None) | Q(valid_to__isnull=False), name="membership_delegated_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.unit}"
