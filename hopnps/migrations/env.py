"""Our migrations, run on the connection that hopnps.database hands over."""

from alembic import context

from hopnps.database import VERSION_TABLE, is_ours
from hopnps.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    include_name=is_ours,
    render_as_batch=True,
    user_module_prefix="hopnps.models.base.",
)
context.run_migrations()
