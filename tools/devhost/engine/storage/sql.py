"""Every SQL statement of the host, by name. SQLite 3.40 or later.

The tables correspond to those of the Azure Storage provider: `instances` and `history` to its tables, `messages` to the
control queues, `work_items` to the work-item queue. A message is deleted when the episode that delivers it is stored.
"""

SCHEMA_VERSION = 2

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
)
#: Short, so that closing the store is not held up for long.
WRITER_BUSY_TIMEOUT = "PRAGMA busy_timeout = 500"

#: Changes whenever another connection has written to the file.
SELECT_DATA_VERSION = "PRAGMA data_version"

CREATE_VERSION_TABLE = "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT"
SELECT_VERSION = "SELECT version FROM schema_version"
INSERT_VERSION = "INSERT INTO schema_version (version) VALUES (?)"

SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS instances (
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
        owner TEXT
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX IF NOT EXISTS instances_by_status ON instances (status, owner)",
    """
    CREATE TABLE IF NOT EXISTS history (
        instance_id TEXT NOT NULL REFERENCES instances ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        event TEXT NOT NULL,
        PRIMARY KEY (instance_id, seq)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS messages (
        message_id INTEGER PRIMARY KEY AUTOINCREMENT,
        instance_id TEXT NOT NULL REFERENCES instances ON DELETE CASCADE,
        execution_id TEXT,
        event TEXT NOT NULL,
        visible_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX IF NOT EXISTS messages_by_instance ON messages (instance_id, visible_at)",
    """
    CREATE TABLE IF NOT EXISTS work_items (
        item_id INTEGER PRIMARY KEY AUTOINCREMENT,
        instance_id TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        task_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        input TEXT,
        visible_at TEXT NOT NULL,
        dequeues INTEGER NOT NULL,
        taken_by TEXT
    ) STRICT
    """,
    """
    CREATE TABLE IF NOT EXISTS entities (
        entity_id TEXT PRIMARY KEY,
        state TEXT,
        exists_ INTEGER NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS entity_ops (
        op_id INTEGER PRIMARY KEY AUTOINCREMENT,
        entity_id TEXT NOT NULL,
        name TEXT NOT NULL,
        input TEXT,
        request_id TEXT,
        caller_instance_id TEXT,
        caller_execution_id TEXT,
        caller_task_id INTEGER,
        taken_by TEXT
    ) STRICT
    """,
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
    "parent_instance_id, parent_execution_id, parent_task_id, owner"
)
INSERT_INSTANCE = f"INSERT INTO instances ({INSTANCE_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 -- constants only
UPDATE_INSTANCE = """
    UPDATE instances SET execution_id = ?, input = ?, status = ?, updated_at = ?, version = ?, output = ?,
        custom_status = ?
    WHERE instance_id = ?
"""
UPDATE_OWNED_INSTANCE = f"{UPDATE_INSTANCE} AND owner = ?"
SELECT_INSTANCE = f"SELECT {INSTANCE_COLUMNS} FROM instances WHERE instance_id = ?"  # noqa: S608 -- constants only
SELECT_INSTANCE_STATUS = "SELECT status FROM instances WHERE instance_id = ?"
DELETE_INSTANCE = "DELETE FROM instances WHERE instance_id = ?"
SELECT_WITHOUT_OWNER = f"""
    SELECT {INSTANCE_COLUMNS} FROM instances
    WHERE status IN ('Pending', 'Running', 'Suspended') AND owner IS NULL ORDER BY created_at
"""  # noqa: S608 -- constants only
OWN_INSTANCE = """
    UPDATE instances SET owner = ?
    WHERE instance_id = ? AND owner IS NULL AND status IN ('Pending', 'Running', 'Suspended')
"""
RELEASE_INSTANCE = "UPDATE instances SET owner = NULL WHERE instance_id = ?"
COUNT_UNFINISHED = "SELECT count(*) FROM instances WHERE status IN ('Pending', 'Running', 'Suspended')"
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

MESSAGE_COLUMNS = "instance_id, event, visible_at, execution_id, message_id"
INSERT_MESSAGE = """
    INSERT INTO messages (instance_id, execution_id, event, visible_at)
    SELECT ?, ?, ?, ? WHERE EXISTS (
        SELECT 1 FROM instances WHERE instance_id = ? AND status IN ('Pending', 'Running', 'Suspended')
    )
"""
SELECT_MESSAGES = f"""
    SELECT {MESSAGE_COLUMNS} FROM messages WHERE instance_id = ? AND visible_at <= ? ORDER BY message_id
"""  # noqa: S608 -- constants only
SELECT_NEXT_VISIBLE = "SELECT min(visible_at) FROM messages WHERE instance_id = ? AND visible_at > ?"
SELECT_INSTANCES_WITH_MESSAGES = """
    SELECT DISTINCT instance_id FROM messages JOIN instances USING (instance_id) WHERE owner = ? AND visible_at <= ?
"""
HIDE_MESSAGE = "UPDATE messages SET visible_at = ? WHERE message_id = ?"
DELETE_MESSAGE = "DELETE FROM messages WHERE message_id = ?"
DELETE_MESSAGES = "DELETE FROM messages WHERE instance_id = ?"

WORK_ITEM_COLUMNS = "instance_id, execution_id, task_id, name, input, visible_at, item_id, dequeues"
INSERT_WORK_ITEM = """
    INSERT INTO work_items (instance_id, execution_id, task_id, name, input, visible_at, dequeues)
    VALUES (?, ?, ?, ?, ?, ?, 0)
"""
TAKE_WORK_ITEMS = f"""
    UPDATE work_items SET taken_by = :host, dequeues = dequeues + 1
    WHERE item_id IN (
        SELECT item_id FROM work_items WHERE taken_by IS NULL AND visible_at <= :now ORDER BY item_id LIMIT :free
    )
    RETURNING {WORK_ITEM_COLUMNS}
"""  # noqa: S608 -- constants only
SELECT_NEXT_WORK_ITEM = "SELECT min(visible_at) FROM work_items WHERE taken_by IS NULL"
DELETE_WORK_ITEM = "DELETE FROM work_items WHERE item_id = ? AND taken_by = ?"
RELEASE_WORK_ITEM = "UPDATE work_items SET taken_by = NULL, visible_at = ? WHERE item_id = ? AND taken_by = ?"

#: The hosts that own an unfinished instance or hold work.
SELECT_HOSTS_WITH_WORK = """
    SELECT owner FROM instances WHERE status IN ('Pending', 'Running', 'Suspended') AND owner IS NOT NULL
    UNION SELECT taken_by FROM work_items WHERE taken_by IS NOT NULL
    UNION SELECT taken_by FROM entity_ops WHERE taken_by IS NOT NULL
"""
#: Release of a host's work, at once or when its messages become visible again.
RELEASE_INSTANCES = """
    UPDATE instances SET owner = NULL WHERE status IN ('Pending', 'Running', 'Suspended') AND owner = ?
"""
RELEASE_WORK_ITEMS = "UPDATE work_items SET taken_by = NULL WHERE taken_by = ?"
RELEASE_ENTITY_OPS = "UPDATE entity_ops SET taken_by = NULL WHERE taken_by = ?"
HIDE_MESSAGES_OF = """
    UPDATE messages SET visible_at = :until
    WHERE visible_at <= :now AND instance_id IN (
        SELECT instance_id FROM instances WHERE status IN ('Pending', 'Running', 'Suspended') AND owner = :host
    )
"""
HIDE_WORK_ITEMS_OF = "UPDATE work_items SET visible_at = :until WHERE taken_by = :host"

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
SELECT_ENTITIES_WITH_OPS = "SELECT DISTINCT entity_id FROM entity_ops WHERE taken_by IS NULL"
#: One host at a time runs the operations of an entity.
TAKE_ENTITY_OPS = f"""
    UPDATE entity_ops SET taken_by = :host
    WHERE entity_id = :entity AND taken_by IS NULL
        AND NOT EXISTS (SELECT 1 FROM entity_ops WHERE entity_id = :entity AND taken_by IS NOT NULL)
    RETURNING {ENTITY_OP_COLUMNS}
"""  # noqa: S608 -- constants only
DELETE_ENTITY_OP = "DELETE FROM entity_ops WHERE op_id = ? AND taken_by = ?"

SELECT_TIMER = "SELECT schedule, last, next, updated FROM timers WHERE name = ?"
UPSERT_TIMER = """
    INSERT INTO timers (name, schedule, last, next, updated) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET schedule = excluded.schedule, last = excluded.last, next = excluded.next,
        updated = excluded.updated
"""

#: From version 1: finished instances are kept; unfinished ones cannot be continued, and fail.
MIGRATE_FROM_1 = (
    "DROP TABLE tasks",
    "DROP TABLE external_events",
    "DROP TABLE entity_ops",
    "DROP INDEX instances_by_status",
    "ALTER TABLE instances DROP COLUMN next_task_id",
    "ALTER TABLE instances DROP COLUMN leaves_seen",
    "ALTER TABLE instances DROP COLUMN outcome",
    "ALTER TABLE instances ADD COLUMN owner TEXT",
    """
    UPDATE instances SET status = 'Failed', output = '"The local host was upgraded while this ran; start it again."'
    WHERE status IN ('Pending', 'Running', 'Suspended')
    """,
    "DELETE FROM schema_version",
)
