"""What Alembic runs: the migrations, on the connection and in the transaction of whoever asked for them."""

from alembic import context

from adapters.database.migrations import VERSION_TABLE
from adapters.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    include_name=lambda name, kind, _parents: kind != "table" or (name or "").startswith("handbok_"),
)
context.run_migrations()
