//! Disks that are full, and that cannot be written.

use crate::bulk::setup::{Site, many, tidy};

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

#[tokio::test]
async fn journal_that_cannot_be_created_is_named() {
    let site = Site::start(many(2, 1)).await;
    site.plan(&site.input()).await;
    let args = ["apply", "run.plan", "--journal", "missing/run.db", "--yes"];
    let refused = site.bulk(args).run().await;
    insta::assert_snapshot!(tidy(&refused.refused(2)));
    std::fs::create_dir(site.path("runs")).unwrap();
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
