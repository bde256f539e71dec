"""The first schema: records, sweeps, facts, observations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
ACTIVE = sa.text("state <> 'cancelled'")


def upgrade() -> None:
    """Create every table."""
    _create_organisation()
    _create_devices()
    _create_registrations()
    _create_sweeps()
    _create_facts()
    _create_observations()


def _create_organisation() -> None:
    op.create_table(
        "units",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("declared_endpoints", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["units.code"], name="fk_units_parent_units", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("code", name="pk_units"),
    )
    op.create_index("ix_units_parent", "units", ["parent"])
    op.create_table(
        "points",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("nat", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("port", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("circuit", sa.Text(), nullable=True),
        sa.Column("bandwidth_mbps", sa.BigInteger(), nullable=True),
        sa.Column("project", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name="fk_points_unit_units", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("code", name="pk_points"),
    )
    op.create_index("ix_points_device", "points", ["device"])
    op.create_index("ix_points_unit", "points", ["unit"])
    op.create_table(
        "prefixes",
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("cidr", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("point", sa.Text(), nullable=True),
        sa.Column("vlan", sa.BigInteger(), nullable=True),
        sa.Column("gateway", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("dhcp", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["point"], ["points.code"], name="fk_prefixes_point_points", onupdate="CASCADE"),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name="fk_prefixes_unit_units", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("plane", "cidr", name="pk_prefixes"),
    )
    op.create_index("ix_prefixes_point", "prefixes", ["point"])
    op.create_index("ix_prefixes_unit", "prefixes", ["unit"])
    op.create_table(
        "contacts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name="fk_contacts_unit_units", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.UniqueConstraint("unit", "name", "role", name="uq_contacts_unit_name_role"),
    )


def _create_devices() -> None:
    op.create_table(
        "devices",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("point", sa.Text(), nullable=True),
        sa.Column("snmp_profile", sa.Text(), nullable=True),
        sa.Column("ssh_profile", sa.Text(), nullable=True),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["point"], ["points.code"], name="fk_devices_point_points", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("name", name="pk_devices"),
    )
    op.create_index("ix_devices_point", "devices", ["point"])


def _create_registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("point", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("device_type", sa.Text(), nullable=True),
        sa.Column("brand_model", sa.Text(), nullable=True),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("os", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("addressing", sa.Text(), nullable=True),
        sa.Column("internet", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("in_service_since", sa.Date(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("filed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["point"], ["points.code"], name="fk_registrations_point_points", onupdate="CASCADE"),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name="fk_registrations_unit_units", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_registrations"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_registrations_ip", "registrations", ["ip"])
    op.create_index("ix_registrations_mac", "registrations", ["mac"])
    op.create_index("ix_registrations_point", "registrations", ["point"])
    op.create_index("ix_registrations_unit", "registrations", ["unit"])
    op.create_index(
        "uq_registrations_active_plane_mac",
        "registrations",
        ["plane", "mac"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.create_table(
        "registration_history",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("registration", ROW_ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration"], ["registrations.id"], name="fk_registration_history_registration_registrations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_registration_history"),
    )
    op.create_index("ix_registration_history_registration", "registration_history", ["registration"])


def _create_sweeps() -> None:
    op.create_table(
        "sweeps",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sweeps"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sweep_steps",
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_sweep_steps_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("sweep_id", "step", name="pk_sweep_steps"),
    )


def _create_facts() -> None:
    op.create_table(
        "sightings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=True),
        sa.Column("probe", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("ttl", sa.Integer(), nullable=True),
        sa.Column("rtt_ms", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_sightings_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("id", name="pk_sightings"),
    )
    op.create_index("ix_sightings_sweep_id", "sightings", ["sweep_id"])
    op.create_table(
        "arp_rows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.Column("if_index", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("table", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_arp_rows_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("id", name="pk_arp_rows"),
    )
    op.create_index("ix_arp_rows_sweep_id", "arp_rows", ["sweep_id"])
    op.create_table(
        "fdb_rows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.Column("if_index", sa.BigInteger(), nullable=True),
        sa.Column("raw_port", sa.BigInteger(), nullable=False),
        sa.Column("vlan", sa.BigInteger(), nullable=True),
        sa.Column("fdb_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("table", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_fdb_rows_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("id", name="pk_fdb_rows"),
    )
    op.create_index("ix_fdb_rows_sweep_id", "fdb_rows", ["sweep_id"])
    op.create_table(
        "lldp_rows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("if_index", sa.BigInteger(), nullable=True),
        sa.Column("local_port", sa.BigInteger(), nullable=False),
        sa.Column("chassis_kind", sa.Text(), nullable=False),
        sa.Column("chassis_value", sa.Text(), nullable=False),
        sa.Column("port_kind", sa.Text(), nullable=False),
        sa.Column("port_value", sa.Text(), nullable=False),
        sa.Column("port_description", sa.Text(), nullable=True),
        sa.Column("system_name", sa.Text(), nullable=True),
        sa.Column("management_address", sa.Text(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("is_bridge_or_router", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_lldp_rows_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("id", name="pk_lldp_rows"),
    )
    op.create_index("ix_lldp_rows_sweep_id", "lldp_rows", ["sweep_id"])
    op.create_table(
        "interface_rows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("if_index", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=True),
        sa.Column("mac", sa.Text(), nullable=True),
        sa.Column("if_type", sa.BigInteger(), nullable=False),
        sa.Column("admin_up", sa.Boolean(), nullable=True),
        sa.Column("oper_up", sa.Boolean(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("speed_mbps", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_interface_rows_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("id", name="pk_interface_rows"),
    )
    op.create_index("ix_interface_rows_sweep_id", "interface_rows", ["sweep_id"])
    op.create_table(
        "address_rows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("if_index", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("prefix_length", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_address_rows_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("id", name="pk_address_rows"),
    )
    op.create_index("ix_address_rows_sweep_id", "address_rows", ["sweep_id"])
    op.create_table(
        "device_rows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("sys_name", sa.Text(), nullable=True),
        sa.Column("sys_descr", sa.Text(), nullable=True),
        sa.Column("sys_object_id", sa.Text(), nullable=True),
        sa.Column("uptime_s", sa.Double(), nullable=True),
        sa.Column("bridge_mac", sa.Text(), nullable=True),
        sa.Column("chassis_kind", sa.Text(), nullable=True),
        sa.Column("chassis_value", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_device_rows_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("id", name="pk_device_rows"),
    )
    op.create_index("ix_device_rows_sweep_id", "device_rows", ["sweep_id"])
    op.create_table(
        "coverage_rows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("completeness", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_coverage_rows_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("id", name="pk_coverage_rows"),
    )
    op.create_index("ix_coverage_rows_sweep_id", "coverage_rows", ["sweep_id"])
    op.create_table(
        "block_rows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("alive", sa.BigInteger(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_block_rows_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("id", name="pk_block_rows"),
    )
    op.create_index("ix_block_rows_sweep_id", "block_rows", ["sweep_id"])


def _create_observations() -> None:
    op.create_table(
        "observations",
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=True),
        sa.Column("ips", sa.JSON(), nullable=False),
        sa.Column("shared_ips", sa.JSON(), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("last_seen", TIME, nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("located_mac", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("port", sa.Text(), nullable=True),
        sa.Column("if_index", sa.BigInteger(), nullable=True),
        sa.Column("vlan", sa.BigInteger(), nullable=True),
        sa.Column("gateway", sa.Text(), nullable=True),
        sa.Column("shares_port_with", sa.BigInteger(), nullable=False),
        sa.Column("alternatives", sa.JSON(), nullable=False),
        sa.Column("behind", sa.JSON(), nullable=False),
        sa.Column("location_evidence", sa.JSON(), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_observations_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("sweep_id", "plane", "identity", name="pk_observations"),
    )
    op.create_index("ix_observations_mac", "observations", ["mac"])
    op.create_index("ix_observations_plane_identity", "observations", ["plane", "identity"])
    op.create_table(
        "observed_ips",
        sa.Column("sweep_id", sa.BigInteger(), nullable=False),
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sweep_id", "plane", "identity"],
            ["observations.sweep_id", "observations.plane", "observations.identity"],
            name="fk_observed_ips_sweep_id_plane_identity_observations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sweep_id", "plane", "identity", "ip", name="pk_observed_ips"),
    )
    op.create_index("ix_observed_ips_ip", "observed_ips", ["ip"])
    op.create_table(
        "endpoints",
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("last_seen", TIME, nullable=False),
        sa.PrimaryKeyConstraint("plane", "identity", name="pk_endpoints"),
    )
