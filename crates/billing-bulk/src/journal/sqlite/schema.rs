//! The tables of a journal, whose checks hold what the state machine promises.

use std::time::Duration;

use rusqlite::Connection;

use crate::sqlite::{Commits, Format, Log};

/// The format of journals. The application id is `BiJn` in ASCII.
pub(crate) const FORMAT: Format = Format {
    application_id: crate::sqlite::JOURNAL,
    version: 3,
    schema: SCHEMA,
    log: Log::Wal,
    wait: Duration::from_secs(10),
    commits: Commits::Durable,
};

/// Times are nanoseconds since 1970. A `checksum` is over the columns before it, in their order,
/// except `history.id`.
///
/// What a plan says of a profile (`profiles`) is apart from what happens to it (`progress`), so
/// that a transition does not write the document again. A row of a later plan for the same profile
/// takes over from the row before it (`previous`, `replaced_by`).
///
/// A `commitment` is an HMAC under the row's `salt`: in `profiles` of the row's first checksum, in
/// `history` of the body that is about to be sent and of the checksum in `outcomes`. The entry
/// `plan` has a hash over the run, the plan and the commitments of its rows, and the entry `erased`
/// the checksum of the erased row.
///
/// No index has the states: rows are read by their numbers, and a transition would write three more
/// pages. The checks spell out what `IN` would say: SQLite fills a table for each `IN` of more than
/// two values whenever it checks a row.
const SCHEMA: &str = "
CREATE TABLE run (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    journal_id TEXT NOT NULL,
    bindings   TEXT NOT NULL,
    has_begun  INTEGER NOT NULL CHECK (has_begun IN (0, 1)),
    checksum   BLOB NOT NULL CHECK (length(checksum) = 32)
) STRICT;

CREATE TABLE plans (
    number     INTEGER PRIMARY KEY CHECK (number > 0),
    digest     TEXT NOT NULL,
    tool       TEXT NOT NULL,
    created    INTEGER NOT NULL,
    input_name TEXT,
    input_form TEXT,
    first_row  INTEGER CHECK (first_row > 0),
    last_row   INTEGER CHECK (last_row >= first_row),
    checksum   BLOB NOT NULL CHECK (length(checksum) = 32),
    CHECK ((first_row IS NULL) = (last_row IS NULL))
) STRICT;

CREATE TABLE holders (
    id        INTEGER PRIMARY KEY CHECK (id > 0),
    process   INTEGER,
    host      TEXT,
    user_name TEXT,
    tool      TEXT,
    opened    INTEGER NOT NULL,
    checksum  BLOB NOT NULL CHECK (length(checksum) = 32)
) STRICT;

CREATE TABLE rates (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    rates    TEXT NOT NULL,
    checksum BLOB NOT NULL CHECK (length(checksum) = 32)
) STRICT;

CREATE TABLE control (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    control TEXT NOT NULL
) STRICT;

CREATE TABLE activity (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    activity TEXT NOT NULL
) STRICT;

CREATE TABLE profiles (
    number     INTEGER PRIMARY KEY CHECK (number > 0),
    generation INTEGER NOT NULL REFERENCES plans (number),
    previous   INTEGER REFERENCES profiles (number),
    key        TEXT NOT NULL,
    profile    TEXT NOT NULL,
    document   BLOB NOT NULL,
    etag       TEXT,
    hash       BLOB CHECK (length(hash) = 32),
    changes    TEXT NOT NULL,
    location   TEXT,
    raw        TEXT,
    erased     INTEGER,
    checksum   BLOB NOT NULL CHECK (length(checksum) = 32),
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    UNIQUE (key, generation),
    CHECK ((etag IS NULL) <> (hash IS NULL))
) STRICT;

CREATE TABLE progress (
    number      INTEGER PRIMARY KEY REFERENCES profiles (number),
    state       TEXT NOT NULL CHECK (
        state = 'planned' OR state = 'sending' OR state = 'accepted' OR state = 'done' OR
        state = 'unchanged' OR state = 'failed' OR state = 'conflict' OR state = 'unknown'
    ),
    attempt     INTEGER CHECK (attempt > 0),
    request_id  TEXT CHECK (length(request_id) = 36),
    sent        INTEGER,
    body        BLOB,
    body_sha256 TEXT CHECK (length(body_sha256) = 64),
    if_match    TEXT,
    token       TEXT,
    cause       TEXT,
    steps       INTEGER NOT NULL CHECK (steps >= 0),
    replaced_by INTEGER REFERENCES profiles (number),
    salt        BLOB CHECK (length(salt) = 32),
    checksum    BLOB NOT NULL CHECK (length(checksum) = 32),
    CHECK ((attempt IS NULL) = (request_id IS NULL)),
    CHECK ((attempt IS NULL) = (sent IS NULL)),
    CHECK ((attempt IS NULL) = (body_sha256 IS NULL)),
    CHECK (attempt IS NOT NULL OR (body IS NULL AND if_match IS NULL)),
    CHECK (
        attempt IS NOT NULL OR
        state = 'planned' OR state = 'unchanged' OR state = 'failed' OR state = 'conflict'
    ),
    CHECK ((body IS NOT NULL) = (state IN ('sending', 'accepted'))),
    CHECK ((token IS NOT NULL) = (state = 'accepted')),
    CHECK (
        cause IS NOT NULL OR NOT
        (state = 'unchanged' OR state = 'failed' OR state = 'conflict' OR state = 'unknown')
    ),
    CHECK (cause IS NULL OR NOT (state = 'accepted' OR state = 'done'))
) STRICT;

-- For the removal of the rows of an interrupted plan.
CREATE INDEX profiles_by_previous ON profiles (previous) WHERE previous IS NOT NULL;
CREATE INDEX progress_by_replacing ON progress (replaced_by) WHERE replaced_by IS NOT NULL;

CREATE TABLE outcomes (
    number   INTEGER PRIMARY KEY REFERENCES progress (number),
    document BLOB NOT NULL,
    etag     TEXT,
    hash     BLOB CHECK (length(hash) = 32),
    checksum BLOB NOT NULL CHECK (length(checksum) = 32),
    CHECK ((etag IS NULL) <> (hash IS NULL))
) STRICT;

CREATE TABLE history (
    id                 INTEGER PRIMARY KEY,
    number             INTEGER REFERENCES progress (number),
    time               INTEGER NOT NULL,
    state              TEXT NOT NULL CHECK (
        state = 'planned' OR state = 'sending' OR state = 'accepted' OR state = 'done' OR
        state = 'unchanged' OR state = 'failed' OR state = 'conflict' OR state = 'unknown' OR
        state = 'plan' OR state = 'erased'
    ),
    attempt            INTEGER,
    request_id         TEXT,
    cause              TEXT,
    holder             INTEGER NOT NULL REFERENCES holders (id),
    service_request_id TEXT,
    correlation_id     TEXT,
    commitment         BLOB CHECK (length(commitment) = 32),
    checksum           BLOB NOT NULL CHECK (length(checksum) = 32),
    chain              BLOB NOT NULL CHECK (length(chain) = 32),
    CHECK ((number IS NULL) = (state = 'plan')),
    CHECK (state = 'sending' OR attempt IS NULL),
    CHECK (attempt IS NOT NULL OR cause IS NOT NULL OR state <> 'sending'),
    CHECK ((attempt IS NULL) = (request_id IS NULL)),
    CHECK (
        commitment IS NOT NULL OR NOT
        (attempt IS NOT NULL OR state = 'done' OR state = 'plan' OR state = 'erased')
    )
) STRICT;

CREATE INDEX history_by_row ON history (number);
";

/// Whether each row has its progress, and each row that may be sent has all of its history: a page
/// as it was at an earlier time shows no damage by itself. Without a hint, the index counts the
/// rows.
const CONTRADICTS: &str = "
SELECT (SELECT count(*) FROM profiles) <> (SELECT count(*) FROM profiles NOT INDEXED)
    OR (SELECT count(*) FROM profiles) <> (SELECT count(*) FROM progress)
    OR EXISTS (
        SELECT 1 FROM progress g
        WHERE g.state IN ('planned', 'sending', 'accepted', 'unknown') AND g.steps <> (
            SELECT count(*) FROM history h WHERE h.number = g.number AND h.state <> 'erased'
        )
    )";

/// Returns what is wrong with the table that decides what is sent, and with its index.
pub(super) fn check_integrity(connection: &Connection) -> rusqlite::Result<Option<&'static str>> {
    let found: String =
        connection.query_row("PRAGMA integrity_check(progress)", [], |row| row.get(0))?;
    if found != "ok" {
        return Ok(Some("the table of progress is broken"));
    }
    let contradicts = connection.query_row(CONTRADICTS, [], |row| row.get(0))?;
    Ok(if contradicts {
        Some("its tables contradict each other")
    } else {
        None
    })
}

#[cfg(test)]
mod tests {
    use super::{FORMAT, SCHEMA};
    use crate::sqlite::checksum::sha256;

    /// A journal that was made by another version must not fail in the middle of a run.
    #[test]
    fn other_tables_have_another_version() {
        let tables = "c3a2443e5564351b562bd5dcd412cc6cb0e8935c27cbb05aed819612d8df2697";
        assert_eq!((FORMAT.version, &*sha256(SCHEMA.as_bytes())), (3, tables));
    }
}
