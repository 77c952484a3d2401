"""How often facts have changed, by scope."""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped


class VersionRow(Stamped, Base):
    """How often the facts of a scope have changed; cached answers carry it."""

    __tablename__ = "versions"

    scope: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
