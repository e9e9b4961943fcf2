//! The tables of a plan.

use std::time::Duration;

use crate::sqlite::{Commits, Format, Log};

/// The format of plans. The application id is `BiPl` in ASCII.
pub(crate) const FORMAT: Format = Format {
    application_id: crate::sqlite::PLAN,
    version: 2,
    schema: SCHEMA,
    log: Log::Rollback,
    wait: Duration::from_millis(500),
    commits: Commits::Durable,
};

/// Times are nanoseconds since 1970. The `digest` of a finished plan is over the columns of
/// `header` before it and over all columns of all rows in order; `journal_id` is not part of it.
const SCHEMA: &str = "
CREATE TABLE header (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    tool          TEXT NOT NULL,
    created       INTEGER NOT NULL,
    expires       INTEGER NOT NULL,
    bindings      TEXT NOT NULL,
    continues     TEXT,
    input_name    TEXT,
    input_sha256  TEXT NOT NULL,
    input_options TEXT NOT NULL,
    input_form    TEXT,
    digest        TEXT CHECK (length(digest) = 64),
    journal_id    TEXT,
    CHECK (journal_id IS NULL OR digest IS NOT NULL)
) STRICT;

CREATE TABLE rows (
    number   INTEGER PRIMARY KEY CHECK (number > 0),
    key      TEXT NOT NULL UNIQUE,
    profile  TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state = 'change' OR state = 'no_change' OR state = 'unplanned'),
    document BLOB,
    etag     TEXT,
    hash     BLOB CHECK (length(hash) = 32),
    changes  TEXT,
    cause    TEXT,
    findings TEXT NOT NULL,
    location TEXT,
    raw      TEXT,
    CHECK ((changes IS NOT NULL) = (state = 'change')),
    CHECK ((cause IS NOT NULL) = (state = 'unplanned')),
    CHECK ((document IS NULL) = (state = 'unplanned')),
    CHECK ((document IS NULL) = (etag IS NULL AND hash IS NULL)),
    CHECK (etag IS NULL OR hash IS NULL)
) STRICT;

CREATE INDEX rows_by_state ON rows (state, number);
";
