//! Disks that are full, and that cannot be written.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use crate::bulk::setup::{Site, many, tidy};
use crate::support::{Billing, Transcript};

#[tokio::test]
async fn full_disk_stops_a_run_that_resumes() {
    let site = Site::start(many(100, 0)).await;
    site.plan(&site.input()).await;
    // A limit on the size of files, in blocks of 512 or 1,024 bytes, stands for a full disk.
    let script = "trap '' XFSZ; ulimit -f \"$LIMIT\"; exec \"$@\"";
    let mut stopped = 0;
    for limit in ["100", "200", "400", "800", "1600"] {
        let run = site
            .apply([])
            .env("LIMIT", limit)
            .below("sh", &["-c", script, "sh"]);
        let ended = run.run().await;
        if ended.code == Some(0) {
            break;
        }
        stopped += 1;
        assert_eq!(ended.code, Some(3), "{}", ended.stderr);
        for needed in [
            "run.db",
            "disk",
            "billing bulk apply run.plan --journal run.db",
        ] {
            assert!(ended.stderr.contains(needed), "{needed}: {}", ended.stderr);
        }
    }
    assert!(stopped > 0, "no limit was low enough");
    let resumed = site.apply([]).run().await;
    assert_eq!(resumed.code, Some(0), "{}", resumed.stderr);
    site.assert_each_written_once();
}

/// Makes a file or a folder writable for its owner, or read-only.
fn set_writable(site: &Site, name: &str, is_writable: bool) {
    let path = site.path(name);
    let mode = match (is_writable, path.is_dir()) {
        (true, _) => 0o755,
        (false, true) => 0o555,
        (false, false) => 0o444,
    };
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Lets a command write only what the permissions allow, also as root.
fn held_to_permissions(run: Billing) -> Billing {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return run;
    }
    run.below("setpriv", &["--bounding-set=-dac_override"])
}

#[tokio::test]
async fn disk_that_may_not_be_written_stops_a_run_that_resumes() {
    let site = Site::start(many(6, 0)).await;
    site.plan(&site.input()).await;
    fs::create_dir(site.path("disk")).unwrap();
    let args = ["apply", "run.plan", "--journal", "disk/run.db", "--yes"];
    let assert_stopped = |ended: Transcript| {
        assert_eq!(ended.code, Some(3), "{}", ended.stderr);
        for needed in [
            "disk/run.db",
            "when its disk can be written again",
            "billing bulk apply run.plan --journal disk/run.db --yes",
        ] {
            assert!(ended.stderr.contains(needed), "{needed}: {}", ended.stderr);
        }
    };
    set_writable(&site, "disk", false);
    let ended = held_to_permissions(site.bulk(args)).run().await;
    assert_stopped(ended);
    assert_eq!(site.writes(), Vec::<String>::new());
    set_writable(&site, "disk", true);
    let first = site.bulk(args.into_iter().chain(["--first=2"]));
    assert_eq!(first.run().await.code, Some(3));
    for name in ["disk/run.db", "disk"] {
        set_writable(&site, name, false);
    }
    let ended = held_to_permissions(site.bulk(args)).run().await;
    assert_stopped(ended);
    assert_eq!(site.effective_writes().iter().sum::<u64>(), 2);
    for name in ["disk", "disk/run.db"] {
        set_writable(&site, name, true);
    }
    let resumed = site.bulk(args).run().await;
    assert_eq!(resumed.code, Some(0), "{}", resumed.stderr);
    site.assert_each_written_once();
}

#[tokio::test]
async fn journal_that_cannot_be_created_is_named() {
    let site = Site::start(many(2, 1)).await;
    site.plan(&site.input()).await;
    let args = ["apply", "run.plan", "--journal", "missing/run.db", "--yes"];
    let refused = site.bulk(args).run().await;
    insta::assert_snapshot!(tidy(&refused.refused(2)));
    fs::create_dir(site.path("runs")).unwrap();
    let args = ["apply", "run.plan", "--journal", "runs", "--yes"];
    let refused = site.bulk(args).run().await;
    insta::assert_snapshot!("journal_that_is_a_folder", tidy(&refused.refused(2)));
    assert_eq!(site.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn results_that_cannot_be_printed_are_in_the_journal() {
    let site = Site::start(many(2, 0)).await;
    site.plan(&site.input()).await;
    for format in ["table", "json"] {
        let run = site.apply(["--error-format=json", "--output", format]);
        let ended = run.below("sh", &["-c", "exec \"$@\" > /dev/full", "sh"]);
        let ended = ended.run().await;
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        for needed in [
            "\"may_have_taken_effect\":true",
            "billing bulk status run.db",
        ] {
            assert!(ended.stderr.contains(needed), "{needed}: {}", ended.stderr);
        }
    }
    site.assert_each_written_once();
}
