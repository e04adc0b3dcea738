"""When comms was through with a finding that was set aside."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Moment

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.add_column("handbok_set_aside", sa.Column("settled", Moment(), nullable=True))
