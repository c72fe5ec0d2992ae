"""Every SQL statement of the host, by name. SQLite 3.40 or later.

A task's row lives until the episode that consumes its completion deletes it, so a completion that arrives twice, or
after a termination, finds no row and is dropped.
"""

SCHEMA_VERSION = 1

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
)

CREATE_VERSION_TABLE = "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT"
SELECT_VERSION = "SELECT version FROM schema_version"
INSERT_VERSION = "INSERT INTO schema_version (version) VALUES (?)"

SCHEMA = (
    """
    CREATE TABLE instances (
        instance_id TEXT PRIMARY KEY,
        execution_id TEXT NOT NULL,
        name TEXT NOT NULL,
        input TEXT NOT NULL,
        status TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        version TEXT,
        output TEXT,
        custom_status TEXT,
        parent_instance_id TEXT,
        parent_execution_id TEXT,
        parent_task_id INTEGER,
        next_task_id INTEGER NOT NULL,
        leaves_seen INTEGER NOT NULL,
        outcome TEXT
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX instances_by_status ON instances (status)",
    """
    CREATE TABLE history (
        instance_id TEXT NOT NULL REFERENCES instances ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        event TEXT NOT NULL,
        PRIMARY KEY (instance_id, seq)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE tasks (
        instance_id TEXT NOT NULL REFERENCES instances ON DELETE CASCADE,
        task_id INTEGER NOT NULL,
        execution_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        input TEXT,
        fire_at TEXT,
        target_id TEXT,
        retry TEXT,
        leaf INTEGER,
        completion TEXT,
        PRIMARY KEY (instance_id, task_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE external_events (
        event_id INTEGER PRIMARY KEY AUTOINCREMENT,
        instance_id TEXT NOT NULL REFERENCES instances ON DELETE CASCADE,
        name TEXT NOT NULL,
        input TEXT NOT NULL,
        raised_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX external_events_by_instance ON external_events (instance_id)",
    """
    CREATE TABLE entities (
        entity_id TEXT PRIMARY KEY,
        state TEXT,
        exists_ INTEGER NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE entity_ops (
        op_id INTEGER PRIMARY KEY AUTOINCREMENT,
        entity_id TEXT NOT NULL,
        name TEXT NOT NULL,
        input TEXT,
        request_id TEXT,
        caller_instance_id TEXT,
        caller_execution_id TEXT,
        caller_task_id INTEGER
    ) STRICT
    """,
)

#: Tables that files of this version may still lack: they are made whenever a file is opened.
ADDED_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS timers (
        name TEXT PRIMARY KEY,
        schedule TEXT NOT NULL,
        last TEXT,
        next TEXT NOT NULL,
        updated TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

INSTANCE_COLUMNS = (
    "instance_id, execution_id, name, input, status, created_at, updated_at, version, output, custom_status, "
    "parent_instance_id, parent_execution_id, parent_task_id, next_task_id, leaves_seen, outcome"
)
INSERT_INSTANCE = f"INSERT INTO instances ({INSTANCE_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 -- constants only
UPDATE_INSTANCE = """
    UPDATE instances SET execution_id = ?, input = ?, status = ?, updated_at = ?, version = ?, output = ?,
        custom_status = ?, next_task_id = ?, leaves_seen = ?, outcome = ?
    WHERE instance_id = ?
"""
SELECT_INSTANCE = f"SELECT {INSTANCE_COLUMNS} FROM instances WHERE instance_id = ?"  # noqa: S608 -- constants only
SELECT_INSTANCE_STATUS = "SELECT status FROM instances WHERE instance_id = ?"
DELETE_INSTANCE = "DELETE FROM instances WHERE instance_id = ?"
SELECT_UNFINISHED = f"""
    SELECT {INSTANCE_COLUMNS} FROM instances WHERE status IN ('Pending', 'Running', 'Suspended') ORDER BY created_at
"""  # noqa: S608 -- constants only
#: NULL parameters switch a condition off. The status list is a JSON array. -1 is no limit.
SELECT_INSTANCES = f"""
    SELECT {INSTANCE_COLUMNS} FROM instances
    WHERE instance_id >= coalesce(:id_from, '') AND (:id_below IS NULL OR instance_id < :id_below)
        AND (:after_id IS NULL OR instance_id > :after_id)
        AND (:created_from IS NULL OR created_at >= :created_from)
        AND (:created_to IS NULL OR created_at <= :created_to)
        AND (:statuses IS NULL OR status IN (SELECT value FROM json_each(:statuses)))
    ORDER BY instance_id LIMIT :row_limit
"""  # noqa: S608 -- constants only

INSERT_HISTORY = "INSERT INTO history (instance_id, seq, event) VALUES (?, ?, ?)"
SELECT_HISTORY = "SELECT event FROM history WHERE instance_id = ? ORDER BY seq"
DELETE_HISTORY = "DELETE FROM history WHERE instance_id = ?"

INSERT_TASK = """
    INSERT INTO tasks (instance_id, task_id, execution_id, kind, name, input, fire_at, target_id, retry, leaf,
        completion)
    VALUES (?,?,?,?,?,?,?,?,?,?,?)
"""
SELECT_TASKS = """
    SELECT instance_id, task_id, execution_id, kind, name, input, fire_at, target_id, retry, leaf, completion
    FROM tasks WHERE instance_id = ? ORDER BY task_id
"""
COMPLETE_TASK = """
    UPDATE tasks SET completion = ?
    WHERE instance_id = ? AND execution_id = ? AND task_id = ? AND completion IS NULL
"""
DELETE_TASK = "DELETE FROM tasks WHERE instance_id = ? AND task_id = ?"
DELETE_TASKS = "DELETE FROM tasks WHERE instance_id = ?"

INSERT_EVENT = "INSERT INTO external_events (instance_id, name, input, raised_at) VALUES (?, ?, ?, ?)"
SELECT_EVENTS = """
    SELECT event_id, instance_id, name, input, raised_at FROM external_events WHERE instance_id = ? ORDER BY event_id
"""
DELETE_EVENT = "DELETE FROM external_events WHERE event_id = ?"
DELETE_EVENTS = "DELETE FROM external_events WHERE instance_id = ?"

SELECT_ENTITY = "SELECT entity_id, state, exists_, updated_at FROM entities WHERE entity_id = ?"
SELECT_ENTITIES = """
    SELECT entity_id, state, exists_, updated_at FROM entities
    WHERE exists_ = 1 AND (:prefix IS NULL OR substr(entity_id, 1, length(:prefix)) = :prefix) ORDER BY entity_id
"""
UPSERT_ENTITY = """
    INSERT INTO entities (entity_id, state, exists_, updated_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (entity_id) DO UPDATE SET state = excluded.state, exists_ = excluded.exists_,
        updated_at = excluded.updated_at
"""
INSERT_ENTITY_OP = """
    INSERT INTO entity_ops (entity_id, name, input, request_id, caller_instance_id, caller_execution_id, caller_task_id)
    VALUES (?,?,?,?,?,?,?)
"""
ENTITY_OP_COLUMNS = "op_id, entity_id, name, input, request_id, caller_instance_id, caller_execution_id, caller_task_id"
SELECT_ENTITY_OPS = f"SELECT {ENTITY_OP_COLUMNS} FROM entity_ops ORDER BY op_id"  # noqa: S608 -- constants only
DELETE_ENTITY_OP = "DELETE FROM entity_ops WHERE op_id = ?"

SELECT_TIMER = "SELECT schedule, last, next, updated FROM timers WHERE name = ?"
UPSERT_TIMER = """
    INSERT INTO timers (name, schedule, last, next, updated) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET schedule = excluded.schedule, last = excluded.last, next = excluded.next,
        updated = excluded.updated
"""
