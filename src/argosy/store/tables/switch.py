"""What is switched on, by name."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped


class SwitchRow(Stamped, Base):
    """Something that a person switched on for all processes; it is off where there is no row."""

    __tablename__ = "switches"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
