"""What only PostgreSQL says: tables, guards, locks. What both engines say is in `ledger.store.statements`.

A ledger stands whole on one server (docs/sizes.md). The statements are those that a distributed PostgreSQL runs too,
where that server is one of its nodes.
"""

from __future__ import annotations

from functools import lru_cache

TABLES = (
    """
    CREATE TABLE events (
        unit TEXT NOT NULL,
        sequence BIGINT NOT NULL,
        id TEXT NOT NULL,
        recordedtime TEXT NOT NULL,
        body BYTEA NOT NULL,
        leaf BYTEA NOT NULL,
        PRIMARY KEY (unit, sequence)
    )
    """,
    "CREATE INDEX events_by_sequence ON events (sequence)",
    """
    CREATE TABLE event_ids (
        id TEXT PRIMARY KEY,
        unit TEXT NOT NULL,
        sequence BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE ledger_head (
        one BIGINT PRIMARY KEY CHECK (one = 1),
        sequence BIGINT NOT NULL,
        recordedtime TEXT NOT NULL
    )
    """,
    "INSERT INTO ledger_head (one, sequence, recordedtime) VALUES (1, 0, '')",
)

GUARDED = ("events", "event_ids")
GUARDS = (
    """
    CREATE OR REPLACE FUNCTION events_are_never_changed() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'an event is never changed or deleted' USING ERRCODE = 'restrict_violation'; END $$
    """,
    *(
        f"""
        CREATE OR REPLACE TRIGGER {table}_are_never_{name} BEFORE {statements} ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION events_are_never_changed()
        """
        for table in GUARDED
        # Two triggers: a distributed database takes one for all three along to no shard, without a word.
        for name, statements in (("changed", "UPDATE OR DELETE"), ("emptied", "TRUNCATE"))
    ),
)
GUARD_NAMES = {
    f"{table}_are_never_{name}": (table, events)
    for table in GUARDED
    for name, events in (("changed", "DELETE OR UPDATE"), ("emptied", "TRUNCATE"))
}
"""Each guard's table, and the statements that it refuses, as the server puts them."""
TRIALS = {
    f"{statement} {table}": sql.format(table=table)
    for table in GUARDED
    for statement, sql in (
        ("UPDATE", "UPDATE {table} SET unit = unit WHERE sequence < 0"),
        ("DELETE", "DELETE FROM {table} WHERE sequence < 0"),
    )
}
"""What a guard has to refuse, and what changes nothing where none does: no sequence is below 0."""
TRUNCATE_TRIALS = {f"TRUNCATE {table}": f"TRUNCATE {table}" for table in GUARDED}
IS_DISTRIBUTED = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')"
ALLOW_TRIGGERS = "SET LOCAL citus.enable_unsafe_triggers TO on"
NODE = """
    SELECT DISTINCT nodename::text, nodeport FROM pg_dist_shard
    JOIN pg_dist_placement USING (shardid) JOIN pg_dist_node USING (groupid)
    WHERE logicalrelid = to_regclass('events') AND noderole = 'primary'
"""
"""Where the rows of the events are. Of a table that is not distributed nothing is said."""
UNTRUNCATED = """
    SELECT tgrelid::regclass::text FROM pg_trigger
    WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgtype & 32 <> 0
    AND tgrelid = ANY (ARRAY[to_regclass('events'), to_regclass('event_ids')]::oid[])
"""
"""The tables with a trigger on TRUNCATE. It is not tried: only to ask would lock every reader out, a standby's too."""

# -- a Citus cluster (`cluster`) ------------------------------------------------------------------------------------

CITUS_AVAILABLE = "SELECT 1 FROM pg_available_extensions WHERE name = 'citus'"
COORDINATOR = "SELECT 1 FROM pg_dist_node WHERE groupid = 0"
SET_COORDINATOR = "SELECT citus_set_coordinator_host(?, ?)"
ADD_NODE = "SELECT citus_add_node(?, ?)"
NODES = """
    SELECT nodename::text, nodeport FROM pg_dist_node
    WHERE isactive AND shouldhaveshards AND noderole = 'primary' ORDER BY nodeid
"""
PLACEMENTS = """
    SELECT nspname::text, min(nodename::text), min(nodeport) FROM pg_dist_schema
    JOIN pg_namespace ON pg_namespace.oid = schemaid
    JOIN pg_dist_partition USING (colocationid) JOIN pg_dist_shard USING (logicalrelid)
    JOIN pg_dist_placement USING (shardid) JOIN pg_dist_node USING (groupid)
    WHERE left(nspname, length(?::text)) = ?::text AND noderole = 'primary'
    GROUP BY nspname HAVING count(DISTINCT groupid) = 1 ORDER BY nspname
"""
TABLES_IN = """
    SELECT relname::text FROM pg_class
    WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?) AND relkind = 'r' ORDER BY relname
"""
DISTRIBUTE = "SELECT citus_schema_distribute(?::text::regnamespace)"
MOVE_SCHEMA = "SELECT citus_schema_move(?::text::regnamespace, ?, ?, ?::text::citus.shard_transfer_mode)"
CLEAN_UP = "CALL citus_cleanup_orphaned_resources()"
WITHOUT_KEY = """
    SELECT relname::text FROM pg_class
    WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?) AND relkind = 'r' AND relreplident = 'd'
    AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary)
"""
ALL_LOGICAL = "SELECT bool_and(success AND result = 'logical') FROM run_command_on_workers('SHOW wal_level')"

CLOSED = "TZ002"
"""The sqlstate with which a closed ledger refuses an event (`ledger.store.closing`)."""
CLOSING = (
    f"""
    CREATE OR REPLACE FUNCTION ledger_is_closed() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is closed' USING ERRCODE = '{CLOSED}'; END $$
    """,
    """
    CREATE TRIGGER ledger_is_closed BEFORE INSERT ON events
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_closed()
    """,
)
REOPENING = "DROP TRIGGER ledger_is_closed ON events"
MOVED = "TZ001"
"""The sqlstate with which `append_events` refuses to go on where others are first."""

APPEND_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION append_events(
        unit_keys BIGINT[], expected BIGINT,
        units TEXT[], ids TEXT[], recordedtimes TEXT[], bodies BYTEA[], leaves BYTEA[]
    ) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        many CONSTANT INTEGER := cardinality(ids);
        -- No subscript stands in the UPDATE: one sent on to a shard crashes its server (Citus 14).
        newest CONSTANT TEXT := recordedtimes[many];
    BEGIN
        -- Whoever is at work on one of these units with its lock comes first.
        IF EXISTS (SELECT FROM unnest(unit_keys) AS key WHERE NOT pg_try_advisory_xact_lock(key)) THEN
            RAISE EXCEPTION 'somebody else writes to the unit' USING ERRCODE = '{MOVED}';
        END IF;
        UPDATE ledger_head SET sequence = expected + many, recordedtime = newest
        WHERE one = 1 AND sequence = expected;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the ledger has moved on' USING ERRCODE = '{MOVED}';
        END IF;
        -- Whoever holds the head sees all ids: looked for here, no error needs to be read for a constraint's name.
        IF EXISTS (SELECT FROM event_ids AS stored WHERE stored.id = ANY (ids)) THEN
            RAISE EXCEPTION 'an id is there already' USING ERRCODE = '{MOVED}';
        END IF;
        INSERT INTO event_ids (id, unit, sequence)
        SELECT id, unit, expected + place FROM unnest(ids, units) WITH ORDINALITY AS row (id, unit, place);
        INSERT INTO events (unit, sequence, id, recordedtime, body, leaf)
        SELECT unit, expected + place, id, recordedtime, body, leaf
        FROM unnest(units, ids, recordedtimes, bodies, leaves)
            WITH ORDINALITY AS row (unit, id, recordedtime, body, leaf, place);
        PERFORM pg_notify('taizhang_' || md5(current_schema()), (expected + many)::text);
    END $$
"""  # noqa: S608  # the sqlstate is a constant

BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
BEGIN_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

LOCK_SPACE = "SELECT hashtextextended('taizhang/' || current_schema(), 0)"
"""A number of the ledger's own: its advisory locks are this number, turned into others."""
LOCK = "SELECT pg_advisory_xact_lock(?)"
LOCK_ROOMS_ROW = "SELECT version FROM rooms WHERE name = 'ledger' FOR UPDATE"
"""In place of an advisory lock, which every node of a distributed database has for itself: a row goes along."""
LOCK_ALL = "SELECT pg_advisory_xact_lock(key) FROM unnest(?::bigint[]) AS key"

HEAD = "SELECT sequence, recordedtime FROM ledger_head WHERE one = 1"
HEAD_LOCKED = "SELECT sequence, recordedtime FROM ledger_head WHERE one = 1 FOR UPDATE"
MOVE_HEAD = "UPDATE ledger_head SET sequence = ?, recordedtime = ? WHERE one = 1 AND sequence = ?"
NOTIFY = "SELECT pg_notify('taizhang_' || md5(current_schema()), ?)"
CHANNEL = "SELECT 'taizhang_' || md5(current_schema())"
COPY_EVENTS = "COPY events (sequence, unit, id, recordedtime, body, leaf) FROM STDIN (FORMAT BINARY)"
COPY_IDS = "COPY event_ids (id, unit, sequence) FROM STDIN (FORMAT BINARY)"

ANALYZE = "ANALYZE events, event_ids"

IS_THERE = "SELECT 1 FROM events WHERE sequence = ? AND recordedtime = ?"
ANY_OF_UNITS = "SELECT 1 FROM events WHERE unit = ANY(?) AND sequence > ? LIMIT 1"
BY_THE_KEY = """
    SELECT set_config(name, value, true) FROM (
        VALUES ('enable_seqscan', 'off'), ('enable_bitmapscan', 'off'), ('max_parallel_workers_per_gather', '0')
    ) AS planner (name, value)
"""
"""Makes the rest of a transaction read along the index of the key: the rows come in order, without a sort, and without
the statistics of a table that was filled a moment ago (without them the planner reads all of it for a few units).
"""
BODIES_OF_UNITS = "SELECT unit, body FROM events WHERE unit = ANY(?) ORDER BY unit, sequence"
LASTS_OF_UNITS = "SELECT unit, max(sequence) FROM events WHERE unit = ANY(?) GROUP BY unit"
BODIES_BY_IDS = """
    SELECT event_ids.id, events.body FROM event_ids
    JOIN events ON events.unit = event_ids.unit AND events.sequence = event_ids.sequence
    WHERE event_ids.id = ANY(?)
"""
STRAY_IDS = """
    SELECT coalesce(events.sequence, event_ids.sequence) FROM events
    FULL JOIN event_ids ON events.id = event_ids.id
    WHERE events.unit IS DISTINCT FROM event_ids.unit OR events.sequence IS DISTINCT FROM event_ids.sequence
    ORDER BY 1 LIMIT 1
"""


@lru_cache
def append(rows: int, *, keyed: bool) -> str:
    """Return the call that appends so many rows: the keys of their units where *keyed*, the sequence of the head, and
    then unit, id, recordedtime, body and leaf, each of all rows.
    """
    marks = ", ".join("?" * rows)
    columns = ", ".join(f"ARRAY[{marks}]::{kind}[]" for kind in ("text", "text", "text", "bytea", "bytea"))
    return f"SELECT append_events(ARRAY[{marks if keyed else ''}]::bigint[], ?, {columns})"  # marks only


HAS_TABLE = "SELECT to_regclass(quote_ident(current_schema()) || '.' || ?) IS NOT NULL"
IDENTITY = "SELECT pg_postmaster_start_time()::text, coalesce(inet_server_addr()::text, '')"

LEDGER_SCHEMAS = """
    SELECT nspname::text FROM pg_namespace
    WHERE left(nspname, length(?::text)) = ?::text
    AND CASE WHEN has_schema_privilege(nspname, 'USAGE')
        THEN to_regclass(quote_ident(nspname) || '.ledger_head') IS NOT NULL ELSE false END
    ORDER BY nspname
"""

# -- looking through the database (`checking`) -----------------------------------------------------------------------

COLUMNS: dict[str, set[str]] = {
    "events": {"unit", "sequence", "id", "recordedtime", "body", "leaf"},
    "event_ids": {"id", "unit", "sequence"},
    "ledger_head": {"one", "sequence", "recordedtime"},
}
INDEXES = ("events_pkey", "events_by_sequence", "event_ids_pkey", "ledger_head_pkey")
FUNCTIONS = {
    "events_are_never_changed": GUARDS[0].split("$$")[1],
    "append_events": APPEND_FUNCTION.split("$$")[1],
}
"""The bodies of the functions that the program makes."""

ALL_COLUMNS = """
    SELECT table_name::text, column_name::text FROM information_schema.columns
    WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position
"""
ALL_INDEXES = """
    SELECT class.relname::text, indisvalid AND indisready FROM pg_index
    JOIN pg_class AS class ON class.oid = indexrelid
    WHERE class.relnamespace = to_regnamespace(quote_ident(current_schema()))
"""
ALL_TRIGGERS = """
    SELECT class.relname::text, tgname::text, tgenabled::text, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger
    JOIN pg_class AS class ON class.oid = tgrelid
    WHERE NOT tgisinternal AND class.relnamespace = to_regnamespace(quote_ident(current_schema()))
    ORDER BY 1, 2
"""
ALL_FUNCTIONS = """
    SELECT proname::text, prosrc FROM pg_proc
    WHERE pronamespace = to_regnamespace(quote_ident(current_schema()))
"""

MAY_AMCHECK = """
    SELECT coalesce(bool_or(has_function_privilege(pg_proc.oid, 'EXECUTE')), false) FROM pg_proc
    JOIN pg_extension ON extname = 'amcheck' AND extnamespace = pronamespace
    WHERE proname = 'bt_index_check' AND pronargs = 2 AND pg_function_is_visible(pg_proc.oid)
"""
BTREE_INDEXES = """
    SELECT class.oid::bigint, class.relname::text FROM pg_index
    JOIN pg_class AS class ON class.oid = indexrelid JOIN pg_am ON pg_am.oid = class.relam AND amname = 'btree'
    WHERE class.relnamespace = to_regnamespace(quote_ident(current_schema())) AND indisvalid ORDER BY 2
"""
AMCHECK = "SELECT bt_index_check(index => ?::bigint::oid::regclass, heapallindexed => true)"

_PLANNER = """
    SELECT set_config(name, value, true) FROM (VALUES
        ('enable_seqscan', '{table}'), ('enable_indexscan', '{index}'), ('enable_indexonlyscan', '{index}'),
        ('enable_bitmapscan', 'off'), ('max_parallel_workers_per_gather', '0')) AS planner (name, value)
"""
ONLY_BY_TABLE = _PLANNER.format(table="on", index="off")
ONLY_BY_INDEX = _PLANNER.format(table="off", index="on")
ANY_WAY = _PLANNER.format(table="on", index="on")

READ_BOTH_WAYS = tuple(
    (
        index,
        f"SELECT count(*), {digest} FROM {table}",  # noqa: S608  # constants
        # In the order of the index: without sequential scans, the index is how it is read.
        f"SELECT count(*), {digest} FROM (SELECT {columns} FROM {table} ORDER BY {columns}) AS rows",  # noqa: S608
    )
    for index, table, columns, digest in (
        ("event_ids_pkey", "event_ids", "id", "sum(hashtextextended(id, 0)::numeric)::text"),
        ("events_by_sequence", "events", "sequence", "sum(sequence::numeric)::text"),
        (
            "events_pkey",
            "events",
            "unit, sequence",
            "sum(hashtextextended(unit || '/' || sequence, 0)::numeric)::text",
        ),
    )
)
"""Of each index of the events: its name, and its keys counted and summed up by the table and by the index."""

OBJECTS = """
    SELECT 'TABLE IF EXISTS ' || quote_ident(relname) FROM pg_class
     WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind IN ('r', 'p')
    UNION ALL SELECT 'FUNCTION IF EXISTS ' || oid::regprocedure::text FROM pg_proc
     WHERE pronamespace = quote_ident(current_schema())::regnamespace AND prokind = 'f'
"""
"""Names of what a ledger consists of, as DROP takes them; sequences, indexes and triggers go with their tables."""
