//! The tables of a journal, whose checks hold what the state machine promises.

use std::time::Duration;

use crate::sqlite::{Format, Log};

/// The format of journals. The application id is `BiJn` in ASCII.
pub(crate) const FORMAT: Format = Format {
    noun: "journal",
    application_id: 0x4269_4a6e,
    version: 1,
    schema: SCHEMA,
    log: Log::Wal,
    wait: Duration::from_secs(10),
};

/// Times are nanoseconds since 1970. A `checksum` is over the columns before it, in their order,
/// except `history.id`.
///
/// What a plan says of a profile (`profiles`) is apart from what happens to it (`progress`), so
/// that a transition does not write the document again.
const SCHEMA: &str = "
CREATE TABLE run (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    journal_id  TEXT NOT NULL,
    plan_digest TEXT NOT NULL,
    bindings    TEXT NOT NULL,
    has_begun   INTEGER NOT NULL CHECK (has_begun IN (0, 1)),
    checksum    BLOB NOT NULL CHECK (length(checksum) = 32)
) STRICT;

CREATE TABLE rates (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    rates    TEXT NOT NULL,
    checksum BLOB NOT NULL CHECK (length(checksum) = 32)
) STRICT;

CREATE TABLE profiles (
    number   INTEGER PRIMARY KEY CHECK (number > 0),
    key      TEXT NOT NULL UNIQUE,
    profile  TEXT NOT NULL,
    document BLOB NOT NULL,
    etag     TEXT,
    hash     BLOB CHECK (length(hash) = 32),
    changes  TEXT NOT NULL,
    checksum BLOB NOT NULL CHECK (length(checksum) = 32),
    CHECK ((etag IS NULL) <> (hash IS NULL))
) STRICT;

CREATE TABLE progress (
    number      INTEGER PRIMARY KEY REFERENCES profiles (number),
    state       TEXT NOT NULL CHECK (state IN ('planned', 'sending', 'accepted', 'done',
                                               'unchanged', 'failed', 'conflict', 'unknown')),
    attempt     INTEGER CHECK (attempt > 0),
    request_id  TEXT CHECK (length(request_id) = 36),
    sent        INTEGER,
    body        BLOB,
    body_sha256 TEXT CHECK (length(body_sha256) = 64),
    if_match    TEXT,
    token       TEXT,
    cause       TEXT,
    steps       INTEGER NOT NULL CHECK (steps >= 0),
    checksum    BLOB NOT NULL CHECK (length(checksum) = 32),
    CHECK ((attempt IS NULL) = (request_id IS NULL)),
    CHECK ((attempt IS NULL) = (sent IS NULL)),
    CHECK ((attempt IS NULL) = (body_sha256 IS NULL)),
    CHECK (attempt IS NOT NULL OR (body IS NULL AND if_match IS NULL)),
    CHECK (attempt IS NOT NULL OR state IN ('planned', 'unchanged', 'failed', 'conflict')),
    CHECK ((body IS NOT NULL) = (state IN ('sending', 'accepted'))),
    CHECK ((token IS NOT NULL) = (state = 'accepted')),
    CHECK (cause IS NOT NULL OR state NOT IN ('unchanged', 'failed', 'conflict', 'unknown')),
    CHECK (cause IS NULL OR state NOT IN ('sending', 'accepted', 'done'))
) STRICT;

CREATE INDEX progress_by_state ON progress (state, number);

CREATE TABLE history (
    id          INTEGER PRIMARY KEY,
    number      INTEGER NOT NULL REFERENCES progress (number),
    time        INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('planned', 'sending', 'accepted', 'done',
                                               'unchanged', 'failed', 'conflict', 'unknown')),
    attempt     INTEGER,
    request_id  TEXT,
    body_sha256 TEXT,
    cause       TEXT,
    checksum    BLOB NOT NULL CHECK (length(checksum) = 32),
    CHECK ((state = 'sending') = (attempt IS NOT NULL)),
    CHECK ((attempt IS NULL) = (request_id IS NULL)),
    CHECK ((attempt IS NULL) = (body_sha256 IS NULL))
) STRICT;

CREATE INDEX history_by_row ON history (number, id);
";
