-- A state file of schema version 1, as hosts wrote it before several could share a data directory.
CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT;
INSERT INTO schema_version (version) VALUES (1);
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
) STRICT, WITHOUT ROWID;
CREATE INDEX instances_by_status ON instances (status);
CREATE TABLE history (
    instance_id TEXT NOT NULL REFERENCES instances ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (instance_id, seq)
) STRICT, WITHOUT ROWID;
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
) STRICT, WITHOUT ROWID;
CREATE TABLE external_events (
    event_id INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_id TEXT NOT NULL REFERENCES instances ON DELETE CASCADE,
    name TEXT NOT NULL,
    input TEXT NOT NULL,
    raised_at TEXT NOT NULL
) STRICT;
CREATE INDEX external_events_by_instance ON external_events (instance_id);
CREATE TABLE entities (
    entity_id TEXT PRIMARY KEY,
    state TEXT,
    exists_ INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE entity_ops (
    op_id INTEGER PRIMARY KEY AUTOINCREMENT,
    entity_id TEXT NOT NULL,
    name TEXT NOT NULL,
    input TEXT,
    request_id TEXT,
    caller_instance_id TEXT,
    caller_execution_id TEXT,
    caller_task_id INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS timers (
    name TEXT PRIMARY KEY,
    schedule TEXT NOT NULL,
    last TEXT,
    next TEXT NOT NULL,
    updated TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO instances VALUES ('ended', 'e', 'plain', 'null', 'Completed', '2026-11-01T00:00:00.000000Z', '2026-11-01T00:00:01.000000Z', NULL, '"hello"', NULL, NULL, NULL, NULL, 0, 0, NULL);
INSERT INTO history VALUES ('ended', 0, '{"EventType":12,"EventId":-1,"Timestamp":"2026-11-01T00:00:00.000000Z"}');
INSERT INTO history VALUES ('ended', 1, '{"EventType":0,"EventId":-1,"Timestamp":"2026-11-01T00:00:00.000000Z","Name":"plain","Input":"null","Version":null}');
INSERT INTO history VALUES ('ended', 2, '{"EventType":1,"EventId":-1,"Timestamp":"2026-11-01T00:00:01.000000Z","OrchestrationStatus":"Completed","Result":"\"hello\""}');
INSERT INTO instances VALUES ('running', 'r', 'chain', '"1"', 'Running', '2026-11-01T00:00:00.000000Z', '2026-11-01T00:00:01.000000Z', NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, NULL);
INSERT INTO tasks VALUES ('running', 0, 'r', 'activity', 'slow_double', '1', NULL, NULL, NULL, 0, NULL);
