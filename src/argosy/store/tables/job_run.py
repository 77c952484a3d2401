"""When each scheduled job ran, and when it is due again."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Instant


class JobRunRow(Stamped, Base):
    """One job of the schedule; whoever holds its lease runs it, and nobody else meanwhile."""

    __tablename__ = "job_runs"
    __table_args__ = (CheckConstraint("runs >= 0 AND failures >= 0", name="counts"),)

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    paused: Mapped[bool] = mapped_column(server_default=false())
    worker: Mapped[str | None] = mapped_column(String(100))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
    runs: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
