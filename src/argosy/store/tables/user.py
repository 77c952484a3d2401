"""The people who sign in."""

from sqlalchemy import String, false, true
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id


class UserRow(Stamped, Base):
    """A person. `email_key` and `username_key` are the names in one letter case: they are unique.

    The keys are columns rather than `lower(…)` indexes because SQLite folds only ASCII.

    To delete a person, delete in this order: the portfolios, whose lines name private assets; the
    prices, splits and rates whose `owner` the person is, which no foreign key holds because ''
    stands for everybody; then this row, which takes private assets, tokens and answers along.
    """

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(640), unique=True)
    username: Mapped[str] = mapped_column(String(50))
    username_key: Mapped[str] = mapped_column(String(150), unique=True)
    hashed_password: Mapped[str] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(server_default=true())
    is_admin: Mapped[bool] = mapped_column(server_default=false())
    email_verified: Mapped[bool] = mapped_column(server_default=false())
