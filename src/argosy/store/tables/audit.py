"""Who changed what."""

from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import BigKey, Document, Id


class AuditRow(Stamped, Base):
    """Who changed what, and how it was before; kept when the person or the thing is gone."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_subject", "kind", "subject_id", "id"),
        Index("ix_audit_log_user_id", "user_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    user_id: Mapped[str | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str] = mapped_column(String(50))
    subject_id: Mapped[str] = mapped_column(String(100))
    before: Mapped[Any | None] = mapped_column(Document)
    after: Mapped[Any | None] = mapped_column(Document)
