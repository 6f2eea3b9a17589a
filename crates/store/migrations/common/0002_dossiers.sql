-- What the duty room keeps.

CREATE TABLE dossier (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    version BIGINT NOT NULL,
    stage TEXT NOT NULL,
    over BIGINT NOT NULL,
    unit TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    due_at BIGINT,
    state TEXT NOT NULL
);
CREATE UNIQUE INDEX dossier_number ON dossier (number);
CREATE INDEX dossier_kind ON dossier (kind, over, opened_at, id);

CREATE TABLE dossier_event (
    dossier_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    ledger BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (dossier_id, seq)
) /* clustered */;
CREATE INDEX dossier_event_ledger ON dossier_event (ledger, dossier_id, seq);

CREATE TABLE dossier_access (
    holder TEXT NOT NULL,
    dossier_id TEXT NOT NULL,
    clearance BIGINT NOT NULL,
    kind TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    over BIGINT NOT NULL,
    PRIMARY KEY (holder, dossier_id)
) /* clustered */;
CREATE INDEX dossier_access_kind ON dossier_access (holder, kind, over, opened_at, dossier_id);

CREATE TABLE dossier_text (
    id TEXT NOT NULL PRIMARY KEY,
    dossier_id TEXT NOT NULL,
    field TEXT NOT NULL,
    digest TEXT NOT NULL,
    sealed TEXT,
    wrapped TEXT,
    sum BIGINT NOT NULL
);
CREATE INDEX dossier_text_dossier ON dossier_text (dossier_id);

CREATE TABLE notice (
    id TEXT NOT NULL PRIMARY KEY,
    unit TEXT NOT NULL,
    at BIGINT NOT NULL,
    what TEXT NOT NULL,
    dossier_id TEXT NOT NULL,
    urgent BIGINT NOT NULL,
    read_at BIGINT,
    read_by TEXT,
    sum BIGINT NOT NULL
);
CREATE INDEX notice_unit ON notice (unit, at);
CREATE INDEX notice_dossier ON notice (dossier_id);
