-- The first schema. TEXT, BIGINT and DOUBLE PRECISION only; instants are microseconds since the
-- epoch, booleans 0 or 1, JSON is TEXT. `/* clustered */` asks the engine to keep the rows in the
-- order of their primary key where it can.

CREATE TABLE area (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE unit (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE staff (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL);

CREATE TABLE rulebook (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id, version)
);

CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL, sum BIGINT NOT NULL);

CREATE TABLE account (
    staff_id TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL,
    password_hash TEXT,
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    disabled BIGINT NOT NULL,
    sum BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_login ON account (login);

CREATE TABLE login_link (
    token_hash TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    sum BIGINT NOT NULL
);

CREATE TABLE session (
    token_hash TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    sum BIGINT NOT NULL
);

CREATE TABLE case_file (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    version BIGINT NOT NULL,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    channel TEXT NOT NULL,
    level TEXT NOT NULL,
    area TEXT,
    main_unit TEXT,
    accepted_at BIGINT NOT NULL,
    due_at BIGINT,
    historical BIGINT NOT NULL,
    secret BIGINT NOT NULL,
    accuses BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE UNIQUE INDEX case_file_number ON case_file (number);

CREATE TABLE case_event (
    case_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    ledger BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (case_id, seq)
) /* clustered */;
CREATE INDEX case_event_ledger ON case_event (ledger, case_id, seq);

CREATE TABLE case_access (
    holder TEXT NOT NULL,
    case_id TEXT NOT NULL,
    clearance BIGINT NOT NULL,
    accepted_at BIGINT NOT NULL,
    due_at BIGINT,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    channel TEXT NOT NULL,
    level TEXT NOT NULL,
    PRIMARY KEY (holder, case_id)
) /* clustered */;
CREATE INDEX case_access_accepted ON case_access (holder, accepted_at, case_id);
CREATE INDEX case_access_due ON case_access (holder, due_at, case_id) WHERE due_at IS NOT NULL;
-- Open stages hold few of many cases: their lists must not walk past all that are over.
CREATE INDEX case_access_open ON case_access (holder, stage, accepted_at, case_id)
    WHERE stage NOT IN ('closed', 'archived');

CREATE TABLE case_person (
    person_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    role TEXT NOT NULL,
    at BIGINT NOT NULL,
    sum BIGINT NOT NULL,
    PRIMARY KEY (person_id, case_id)
) /* clustered */;

CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    phone_key TEXT,
    identity_key TEXT,
    sealed TEXT,
    wrapped TEXT,
    sum BIGINT NOT NULL
);
CREATE INDEX person_phone ON person (phone_key);
CREATE INDEX person_identity ON person (identity_key);

CREATE TABLE narrative (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    sealed TEXT,
    wrapped TEXT,
    sum BIGINT NOT NULL
);
CREATE INDEX narrative_case ON narrative (case_id);

CREATE TABLE fact_case (
    case_id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    channel TEXT NOT NULL,
    level TEXT NOT NULL,
    county TEXT,
    town TEXT,
    centre TEXT NOT NULL,
    main_unit TEXT,
    received_at BIGINT NOT NULL,
    accepted_at BIGINT NOT NULL,
    answered_at BIGINT,
    dispatched_at BIGINT,
    handled_at BIGINT,
    closed_at BIGINT,
    outcome TEXT,
    callback_at BIGINT,
    callback_valid BIGINT,
    attitude TEXT,
    result TEXT,
    solved TEXT,
    rounds BIGINT NOT NULL,
    returns BIGINT NOT NULL,
    redos BIGINT NOT NULL,
    sheets BIGINT NOT NULL,
    repeat TEXT,
    merged BIGINT NOT NULL,
    historical BIGINT NOT NULL,
    secret BIGINT NOT NULL,
    centre_time BIGINT NOT NULL,
    unit_time BIGINT NOT NULL,
    citizen_time BIGINT NOT NULL,
    other_time BIGINT NOT NULL
);
CREATE INDEX fact_case_accepted ON fact_case (accepted_at);
CREATE INDEX fact_case_callback ON fact_case (callback_at);
CREATE INDEX fact_case_closed ON fact_case (closed_at);

CREATE TABLE fact_holding (
    case_id TEXT NOT NULL,
    holding BIGINT NOT NULL,
    role TEXT NOT NULL,
    depth BIGINT NOT NULL,
    round BIGINT NOT NULL,
    unit TEXT NOT NULL,
    line TEXT,
    peer_group TEXT,
    county TEXT,
    town TEXT,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    channel TEXT NOT NULL,
    level TEXT NOT NULL,
    dispatched_at BIGINT NOT NULL,
    sign_due BIGINT,
    signed_at BIGINT,
    contact_due BIGINT,
    contacted_at BIGINT,
    handle_due BIGINT,
    replied_at BIGINT,
    completed_at BIGINT,
    ended_at BIGINT,
    standing TEXT NOT NULL,
    paused BIGINT NOT NULL,
    extended BIGINT NOT NULL,
    deferred BIGINT NOT NULL,
    suspended BIGINT NOT NULL,
    refused_returns BIGINT NOT NULL,
    historical BIGINT NOT NULL,
    PRIMARY KEY (case_id, holding)
);
CREATE INDEX fact_holding_sign ON fact_holding (sign_due);
CREATE INDEX fact_holding_contact ON fact_holding (contact_due);
CREATE INDEX fact_holding_handle ON fact_holding (handle_due);
CREATE INDEX fact_holding_dispatched ON fact_holding (dispatched_at);
CREATE INDEX fact_holding_completed ON fact_holding (completed_at);

CREATE TABLE fact_term (
    case_id TEXT NOT NULL,
    term BIGINT NOT NULL,
    centre TEXT NOT NULL,
    kind TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    ended_at BIGINT,
    channel TEXT NOT NULL,
    case_kind TEXT NOT NULL,
    category TEXT NOT NULL,
    level TEXT NOT NULL,
    PRIMARY KEY (case_id, term)
);
CREATE INDEX fact_term_due ON fact_term (due_at);
CREATE INDEX fact_term_ended ON fact_term (ended_at);

CREATE TABLE rollup_day (
    day BIGINT NOT NULL,
    unit TEXT NOT NULL,
    depth BIGINT NOT NULL,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    accepted BIGINT NOT NULL,
    direct BIGINT NOT NULL,
    dispatched BIGINT NOT NULL,
    repeats BIGINT NOT NULL,
    accepted_historical BIGINT NOT NULL,
    returns BIGINT NOT NULL,
    redos BIGINT NOT NULL,
    sheets BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    sent_historical BIGINT NOT NULL,
    redone BIGINT NOT NULL,
    callbacks BIGINT NOT NULL,
    callbacks_historical BIGINT NOT NULL,
    valid BIGINT NOT NULL,
    basically BIGINT NOT NULL,
    dissatisfied BIGINT NOT NULL,
    solved_asked BIGINT NOT NULL,
    solved BIGINT NOT NULL,
    solved_partly BIGINT NOT NULL,
    repeat_unsolved BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    concluded BIGINT NOT NULL,
    concluded_historical BIGINT NOT NULL,
    centre_micros BIGINT NOT NULL,
    unit_micros BIGINT NOT NULL,
    citizen_micros BIGINT NOT NULL,
    other_micros BIGINT NOT NULL,
    unreached BIGINT NOT NULL,
    unreached_historical BIGINT NOT NULL,
    term_due BIGINT NOT NULL,
    term_done BIGINT NOT NULL,
    term_on_time BIGINT NOT NULL,
    term_count BIGINT NOT NULL,
    term_micros BIGINT NOT NULL,
    orders BIGINT NOT NULL,
    orders_historical BIGINT NOT NULL,
    orders_returned BIGINT NOT NULL,
    historical_returned BIGINT NOT NULL,
    orders_merged BIGINT NOT NULL,
    orders_withdrawn BIGINT NOT NULL,
    orders_suspended BIGINT NOT NULL,
    orders_deferred BIGINT NOT NULL,
    orders_extended BIGINT NOT NULL,
    refused_returns BIGINT NOT NULL,
    sign_merged BIGINT NOT NULL,
    sign_withdrawn BIGINT NOT NULL,
    sign_returned BIGINT NOT NULL,
    sign_suspended BIGINT NOT NULL,
    sign_due BIGINT NOT NULL,
    signed BIGINT NOT NULL,
    sign_on_time BIGINT NOT NULL,
    contact_merged BIGINT NOT NULL,
    contact_withdrawn BIGINT NOT NULL,
    contact_returned BIGINT NOT NULL,
    contact_nobody BIGINT NOT NULL,
    contact_suspended BIGINT NOT NULL,
    contact_due BIGINT NOT NULL,
    contacted BIGINT NOT NULL,
    contact_on_time BIGINT NOT NULL,
    handle_merged BIGINT NOT NULL,
    handle_withdrawn BIGINT NOT NULL,
    handle_returned BIGINT NOT NULL,
    handle_suspended BIGINT NOT NULL,
    handle_deferred BIGINT NOT NULL,
    handle_awaiting BIGINT NOT NULL,
    handle_due BIGINT NOT NULL,
    handled BIGINT NOT NULL,
    handle_on_time BIGINT NOT NULL,
    handle_extended BIGINT NOT NULL,
    handling_historical BIGINT NOT NULL,
    handling_merged BIGINT NOT NULL,
    handling_withdrawn BIGINT NOT NULL,
    handling_returned BIGINT NOT NULL,
    handling_count BIGINT NOT NULL,
    handling_micros BIGINT NOT NULL,
    handling_extended BIGINT NOT NULL,
    PRIMARY KEY (day, unit, depth, kind, channel)
) /* clustered */;
CREATE INDEX rollup_day_unit ON rollup_day (unit, day);

CREATE TABLE precedent (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    category TEXT NOT NULL,
    area TEXT NOT NULL,
    line TEXT,
    unit TEXT NOT NULL,
    ruling TEXT NOT NULL,
    case_id TEXT NOT NULL,
    basis TEXT NOT NULL
);
CREATE INDEX precedent_matter ON precedent (category, area);

CREATE TABLE timer (
    id TEXT NOT NULL PRIMARY KEY,
    due_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    case_id TEXT,
    body TEXT NOT NULL
);
CREATE INDEX timer_due ON timer (due_at);

CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    topic TEXT NOT NULL,
    case_id TEXT,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    error TEXT,
    ledger BIGINT NOT NULL,
    sum BIGINT NOT NULL
);
CREATE INDEX outbox_next ON outbox (state, next_at);

CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    digest TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_subject ON audit (subject);

CREATE TABLE ledger_head (id TEXT NOT NULL PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL);
INSERT INTO ledger_head (id, seq, hash)
VALUES ('head', 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TABLE idempotency (
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    digest TEXT NOT NULL,
    reply TEXT NOT NULL,
    sum BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
);

CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, next BIGINT NOT NULL);

CREATE TABLE import_row (
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    case_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    sum BIGINT NOT NULL,
    PRIMARY KEY (source, key)
);

CREATE TABLE blob (
    id TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    at BIGINT NOT NULL,
    referenced BIGINT NOT NULL,
    wrapped TEXT,
    sum BIGINT NOT NULL
);
