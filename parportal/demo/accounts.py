"""The people of the demonstration. None of them is real; all of them share one password."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from units.access import Role
from units.models import Membership, Unit, User

PASSWORD = "cham-diem-cchc"
SINCE = date(2024, 1, 1)
OLD_UNITS = date(2004, 7, 8)
NEW_UNITS = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account of the list on the login page, with its unit as the fixtures code it."""

    username: str
    full_name: str
    role: Role
    unit_code: str
    unit_name: str
    since: date = OLD_UNITS

    @property
    def role_name(self) -> str | Promise:
        return self.role.label


ACCOUNTS = (
    DemoAccount("can-bo-xa", "Cán bộ xã Tân Lập", Role.OFFICER, "23497", "Xã Tân Lập"),
    DemoAccount("lanh-dao-xa", "Lãnh đạo xã Tân Lập", Role.LEADER, "23497", "Xã Tân Lập"),
    DemoAccount("tu-phap", "Cán bộ Phòng Tư pháp", Role.APPRAISER, "614-TP", "Phòng Tư pháp huyện Kon Rẫy"),
    DemoAccount("noi-vu", "Cán bộ Phòng Nội vụ", Role.COORDINATOR, "614", "Huyện Kon Rẫy"),
    DemoAccount("lanh-dao-huyen", "Lãnh đạo huyện Kon Rẫy", Role.LEADER, "614", "Huyện Kon Rẫy"),
    DemoAccount("quan-tri", "Cán bộ quản trị", Role.ADMINISTRATOR, "614", "Huyện Kon Rẫy"),
    DemoAccount(
        "can-bo-kon-braih", "Cán bộ xã Kon Braih", Role.OFFICER, "23497", "Xã Kon Braih (2026)", NEW_UNITS
    ),
    DemoAccount("so-noi-vu", "Cán bộ Sở Nội vụ", Role.COORDINATOR, "51", "Tỉnh Quảng Ngãi (2026)", NEW_UNITS),
)


def unit(code: str, since: date = OLD_UNITS) -> Unit:
    return Unit.objects.get(code=code, valid_from=since)


def load_accounts() -> None:
    """The listed accounts, and an officer and a leader without a password for every other commune."""
    for account in ACCOUNTS:
        make(account.username, account.full_name, account.role, unit(account.unit_code, account.since), PASSWORD)
    for commune in Unit.objects.filter(type="commune"):
        suffix = commune.code if commune.valid_to else f"{commune.code}-2025"
        for role, prefix, title in ((Role.OFFICER, "can-bo", "Cán bộ"), (Role.LEADER, "lanh-dao", "Lãnh đạo")):
            name = f"{title} {commune.name[0].lower()}{commune.name[1:]}"
            make(f"{prefix}-{suffix}", name, role, commune, None)


def make(username: str, full_name: str, role: Role, where: Unit, password: str | None) -> None:
    """An account that is not there yet; one that is there stays as its user left it."""
    if User.objects.filter(username=username).exists():
        return
    user = User.objects.create_user(username, password, full_name=full_name)
    Membership.objects.create(user=user, unit=where, role=role, valid_from=SINCE)


def holder(role: Role, where: Unit) -> User:
    """Someone of the demonstration who holds `role` in `where`."""
    return User.objects.holding(role, units=[where]).order_by("pk")[0]
